//! JSON text to value and positions. JSON is almost YAML: escapes of two surrogates and of slashes are not.

use serde::de::IgnoredAny;
use serde_json::Map;

use super::yaml::{Builder, Frame, Read, core};
use crate::document::origins::Position;
use crate::document::refusal::Refusal;

/// Whether text that stands in a file of this name is JSON rather than YAML.
pub(crate) fn is_json(text: &str, shown: &str) -> bool {
    let begins = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    begins && (names_json(shown) || serde_json::from_str::<IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok())
}

fn names_json(shown: &str) -> bool {
    shown.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Reads one JSON document.
pub(crate) fn read(text: &str, shown: &str) -> Result<Read, Vec<Refusal>> {
    const HINT: &str = "write JSON (RFC 8259), or YAML in a `.yaml` file";
    let text = text.trim_start_matches('\u{feff}');
    let mut builder = Builder::new(shown);
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        builder.fault("yaml-syntax", (error.line(), error.column()), format!("not JSON: {said}"), HINT);
        return Err(builder.faults());
    }
    builder.begin();
    for (token, at) in (Tokens { rest: text, at: (1, 1) }) {
        if builder.skips(matches!(token, Token::List | Token::Object), matches!(token, Token::End)) {
            continue;
        }
        match token {
            Token::List => builder.open(Frame::List(Vec::new()), at),
            Token::Object => builder.open(Frame::Mapping(Map::new(), None), at),
            Token::End => builder.close(),
            Token::Text(written) => {
                let text: String = serde_json::from_str(written).unwrap_or_else(|_| {
                    builder.fault("yaml-syntax", at, "text with an unpaired surrogate", HINT);
                    String::new()
                });
                match builder.awaiting_key() {
                    true => builder.key(Some(text), at),
                    false => builder.value(text.into(), at),
                }
            }
            Token::Other(written) => {
                let value = core(written).unwrap_or_else(|(rule, message)| {
                    builder.fault(rule, at, format!("{written} {message}"), "write it as text if it is no amount");
                    written.into()
                });
                builder.value(value, at);
            }
        }
    }
    builder.finish()
}

/// What JSON consists of; colons and commas say nothing that the order does not.
enum Token<'t> {
    List,
    Object,
    End,
    /// With its quotes.
    Text(&'t str),
    /// A number, a truth value, or null.
    Other(&'t str),
}

/// The tokens of valid JSON, each with its position.
struct Tokens<'t> {
    rest: &'t str,
    at: Position,
}

impl<'t> Tokens<'t> {
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        for c in taken.chars() {
            self.at = if c == '\n' { (self.at.0 + 1, 1) } else { (self.at.0, self.at.1 + 1) };
        }
        self.rest = rest;
        taken
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (Token<'t>, Position);

    fn next(&mut self) -> Option<Self::Item> {
        let between = |b: u8| b.is_ascii_whitespace() || b == b',' || b == b':';
        let blanks = self.rest.bytes().take_while(|b| between(*b)).count();
        self.take(blanks);
        let at = self.at;
        let token = match *self.rest.as_bytes().first()? {
            b'{' | b'[' => {
                if self.take(1) == "{" {
                    Token::Object
                } else {
                    Token::List
                }
            }
            b'}' | b']' => {
                self.take(1);
                Token::End
            }
            b'"' => {
                let mut escaped = false;
                let ends = |(_, b): &(usize, u8)| {
                    let ends = *b == b'"' && !escaped;
                    escaped = *b == b'\\' && !escaped;
                    ends
                };
                let end = self.rest.bytes().enumerate().skip(1).find(ends).map_or(self.rest.len(), |(end, _)| end + 1);
                Token::Text(self.take(end))
            }
            _ => {
                let end = self.rest.bytes().position(|b| between(b) || b == b'}' || b == b']');
                Token::Other(self.take(end.unwrap_or(self.rest.len())))
            }
        };
        Some((token, at))
    }
}
