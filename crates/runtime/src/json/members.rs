//! Where the members of an object stand, so that a second look does not read the whole text again.

use std::ops::Range;

use crate::json::lenient::{Json, JsonKind};
use crate::json::pointer;
use crate::json::reader::steps;

/// The members of the object that a text is, in their order; empty for what is none.
#[derive(Debug)]
pub(crate) struct Members(Vec<Member>);

#[derive(Debug)]
struct Member {
    /// Between the quotes of the key.
    key: Range<u32>,
    value: Range<u32>,
    is_escaped: bool,
}

impl Members {
    /// Of a text of JSON; `None` if it is no object, or longer than any answer.
    pub(crate) fn of(json: Json<'_>) -> Option<Self> {
        if json.kind() != JsonKind::Object {
            return None;
        }
        let text = json.text();
        let range = |part: &str| {
            let start = part.as_ptr().addr() - text.as_ptr().addr();
            Some(u32::try_from(start).ok()?..u32::try_from(start + part.len()).ok()?)
        };
        let members = json.raw_entries()?.map(|(key, value)| {
            let inner = key.text().get(1..key.text().len() - 1)?;
            Some(Member { key: range(inner)?, value: range(value.text())?, is_escaped: inner.contains('\\') })
        });
        members.collect::<Option<_>>().map(Self)
    }

    /// The value at a pointer (with its slash) into the same text.
    pub(crate) fn find<'a>(&self, text: &'a str, pointer: &str) -> Option<Json<'a>> {
        let rest = pointer.strip_prefix('/')?;
        let (token, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let unescaped = token.contains('~').then(|| token.replace("~1", "/").replace("~0", "~"));
        let name = unescaped.as_deref().unwrap_or(token);
        let part = |range: &Range<u32>| text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let is_named = |member: &&Member| match member.is_escaped {
            false => member.key.len() == name.len() && part(&member.key) == name,
            true => serde_json::from_str::<String>(&format!("\"{}\"", part(&member.key))).is_ok_and(|key| key == name),
        };
        steps::count(self.0.len());
        // The last one counts, if a key repeats.
        let member = self.0.iter().rev().find(is_named)?;
        pointer::within(Json::checked(part(&member.value).as_bytes())?, below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_the_members_what_a_walk_finds() {
        let text =
            r#" {"a":{"b":[1,{"c":2}]}, "a/b" : "x","~":null,"d\u0065":3,"e":1,"e":{"f":"last"},"":7,"\ud800":8} "#;
        let json = Json::parse(text.as_bytes()).expect("JSON");
        let members = Members::of(json).expect("an object");
        for pointer in
            ["/a", "/a/b/1/c", "/a/b/2", "/a~1b", "/~0", "/de", "/e", "/e/f", "/", "/none", "/none/x", "/a/x"]
        {
            let [found, walked] = [members.find(json.text(), pointer), pointer::within(json, pointer)];
            assert_eq!(found.map(Json::text), walked.map(Json::text), "{pointer}");
        }
        assert!(Members::of(Json::parse(b"[{}]").expect("JSON")).is_none());
    }
}
