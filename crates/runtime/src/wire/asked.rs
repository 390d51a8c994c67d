//! What a call asked for, read back from its request: references, amounts, and the values that a lookup needs.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use reqwest::{Body, Request, Url};
use serde_json::value::to_raw_value;

use crate::json::pointer;
use crate::model::operation::{EntryKey, Key, Operation, Slot};
use crate::wire::base::Base;
use crate::wire::correlation::text_of;

/// The parts of a request that values are read from.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    url: &'a Url,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl<'a> From<&'a Request> for Parts<'a> {
    fn from(request: &'a Request) -> Self {
        let body = request.body().and_then(Body::as_bytes).unwrap_or_default();
        Self { url: request.url(), headers: request.headers(), body }
    }
}

impl Parts<'_> {
    /// The value at a place as JSON text, digit for digit; `None` if it is absent, null or empty.
    pub(crate) fn json(&self, base: &Base, operation: &Operation, slot: Slot) -> Option<String> {
        match slot {
            Slot::Body(pointer) if !self.is_form() => {
                // The first of several would speak for all of them.
                let of_several = pointer.strip_suffix("/0").map(|list| format!("{list}/1"));
                if of_several.is_some_and(|second| pointer::find(self.body, &second).is_some()) {
                    return None;
                }
                let found = pointer::find(self.body, pointer)?;
                (!matches!(found.text(), "null" | "\"\"" | "[]")).then(|| found.text().to_owned())
            }
            _ => {
                let text = self.text(base, operation, slot)?;
                to_raw_value(&text).ok().map(|raw| raw.get().to_owned())
            }
        }
    }

    /// The scalar at a place as text; `None` if it is absent, null or empty.
    pub(crate) fn text(&self, base: &Base, operation: &Operation, slot: Slot) -> Option<String> {
        let found = match slot {
            Slot::Path(name) => base.path_parameter(self.url, operation.path, name),
            Slot::Query(name) => in_query(self.url, name),
            Slot::Header(name) => self.headers.get(name)?.to_str().ok().map(str::to_owned),
            Slot::Body(pointer) if self.is_form() => {
                // A form is written like a query, and reqwest's URL type reads those.
                let mut url = self.url.clone();
                url.set_query(std::str::from_utf8(self.body).ok());
                in_query(&url, pointer.trim_start_matches('/'))
            }
            Slot::Body(pointer) => pointer::find(self.body, pointer)?.scalar().map(|text| text.into_owned()),
        };
        found.filter(|text| !text.is_empty())
    }

    /// The caller's reference, if the document names a place for one and it is set to more than blanks.
    pub(crate) fn reference(&self, base: &Base, operation: &Operation) -> Option<String> {
        let slot = match operation.idempotency.as_ref()?.key {
            Key::None => return None,
            Key::Header(name) => Slot::Header(name),
            Key::Query(name) => Slot::Query(name),
            Key::Body(pointer) => Slot::Body(pointer),
        };
        self.text(base, operation, slot).filter(|reference| !reference.trim().is_empty())
    }

    /// The text of a value that stands in the call and in its entry of a list.
    pub(crate) fn key(&self, base: &Base, operation: &Operation, key: &EntryKey) -> Option<String> {
        match key.from {
            Slot::Body(pointer) if !key.pair.is_empty() => text_of(pointer::find(self.body, pointer)?, key.pair),
            slot => self.text(base, operation, slot),
        }
    }

    fn is_form(&self) -> bool {
        self.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www"))
    }
}

fn in_query(url: &Url, field: &str) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == field).map(|(_, value)| value.into_owned())
}
