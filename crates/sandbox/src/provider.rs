//! What a fake provider is to the server, and the one path every call takes through it.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;

use crate::Movement;
use crate::demo::Demo;
use crate::document::{Breach, Document, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Fate;
use crate::validate;
use crate::violation::{Side, Violation, Violations};

/// A stateful fake. Adding one = a folder with this trait and a line in `Builder::start`.
pub(crate) trait Provider: Send + Sync {
    /// The path prefix, which is also the provider's name: `kasisto`.
    fn name(&self) -> &'static str;

    fn document(&self) -> &Document;

    /// Headers that the document requires but that older callers, which are let in too, do not know.
    fn optional_headers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Answers an operation of the document. Whatever is not as the document describes it stands in `breaches`: the provider
    /// decides how, and after which checks, it refuses such a request.
    fn answer(&self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer;

    /// The fates that an operation knows.
    fn fates(&self, operation: &str) -> &'static [Fate] {
        let _ = operation;
        &[]
    }

    /// Answers a call that is no operation of the document.
    fn unknown(&self, call: &Call) -> Answer;

    /// What really moved, in order.
    fn movements(&self) -> Vec<Movement>;

    /// How a person calls it at this base URL.
    fn demo(&self, url: &str) -> Demo {
        let _ = url;
        Demo::default()
    }

    /// Moves the provider's clock, and does what is due by then.
    fn advance(&self, by: Duration);
}

/// The header in which the sandbox says what of a request is not as the document describes it: place and rule, one header for each.
const VIOLATION_HEADER: &str = "x-sandbox-violation";

/// So many violations are told in headers, and so many bytes of each.
const TOLD: (usize, usize) = (8, 500);

/// Place and rule of each breach, as a header can carry them.
fn told(breaches: &[Breach]) -> Vec<String> {
    let text = |breach: &Breach| breach.to_string().bytes().take(TOLD.1).map(visible).collect();
    breaches.iter().take(TOLD.0).map(text).collect()
}

/// The byte as a header's character.
fn visible(byte: u8) -> char {
    if byte == b' ' || byte.is_ascii_graphic() { char::from(byte) } else { '?' }
}

/// A provider with the record of what broke its document.
#[derive(Clone)]
pub(crate) struct Mount {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) violations: Arc<Violations>,
}

impl Mount {
    /// The operation of a call.
    pub(crate) fn operation(&self, call: &Call) -> Option<&Operation> {
        let accept = call.header("accept").unwrap_or("*/*");
        self.provider.document().operation(&call.method, &call.path, accept)
    }

    /// Answers a call that is no operation of the document.
    pub(crate) fn unknown(&self, call: &Call) -> Answer {
        let breach = Breach { pointer: String::new(), rule: "the document has no such operation".to_owned() };
        self.record("", Side::Request, vec![breach]);
        self.provider.unknown(call)
    }

    pub(crate) fn answer(&self, operation: &Operation, call: &Call) -> Answer {
        let document = self.provider.document();
        let breaches = validate::request(document, operation, call, self.provider.optional_headers());
        let answer = self.provider.answer(operation, call, &breaches);
        let told = told(&breaches);
        self.record(&operation.id, Side::Request, breaches);
        let breaches = validate::answer(document, operation, &answer);
        if breaches.is_empty() {
            return told.into_iter().fold(answer, |answer, text| answer.with_header(VIOLATION_HEADER, text));
        }
        let status = answer.status.as_u16();
        self.record(&operation.id, Side::Answer { status }, breaches);
        Answer::empty(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn record(&self, operation: &str, side: Side, breaches: Vec<Breach>) {
        let violations = breaches.into_iter().map(|Breach { pointer, rule }| Violation {
            provider: self.provider.name(),
            operation: operation.to_owned(),
            side,
            pointer,
            rule,
        });
        self.violations.record(violations.collect());
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, Method};
    use serde_json::json;

    use super::*;

    /// A fake that answers whatever it was told to.
    struct Puppet {
        document: Document,
        says: fn() -> Answer,
    }

    impl Provider for Puppet {
        fn name(&self) -> &'static str {
            "puppet"
        }

        fn document(&self) -> &Document {
            &self.document
        }

        fn answer(&self, _: &Operation, _: &Call, _: &[Breach]) -> Answer {
            (self.says)()
        }

        fn unknown(&self, _: &Call) -> Answer {
            Answer::empty(StatusCode::NOT_FOUND)
        }

        fn movements(&self) -> Vec<Movement> {
            Vec::new()
        }

        fn advance(&self, _: Duration) {}
    }

    /// An answer, and the place and the end of the rule that it breaks.
    type Case = (fn() -> Answer, &'static str, &'static str);

    fn good() -> Answer {
        Answer { body: Some("7".to_owned()), ..Answer::empty(StatusCode::OK) }.with_header("x-left", "3".to_owned())
    }

    /// What a GET of the path is answered, and each violation as operation, place and rule.
    fn call(says: fn() -> Answer, path: &str, query: &str) -> (u16, Vec<(String, String, String)>) {
        let parameter = |place: &str, name: &str, schema: serde_json::Value| {
            let required = place == "path";
            json!({ "in": place, "name": name, "required": required, "schema": schema })
        };
        let answers = json!({ "200": {
            "headers": { "X-Left": { "required": true, "schema": { "type": "integer" } } },
            "content": { "application/json": { "schema": { "type": "integer" } } }
        }, "204": {} });
        let of_one = [
            parameter("path", "id", json!({ "maxLength": 3 })),
            parameter("query", "limit", json!({ "type": ["integer", "null"] })),
            parameter("query", "tag", json!({ "type": "array", "items": { "enum": ["a b", "c"] } })),
        ];
        let document = json!({ "paths": {
            "/things/{id}": { "get": { "operationId": "one", "parameters": of_one, "responses": answers } },
            "/things/mine": { "get": { "operationId": "mine", "responses": answers } }
        } });
        let document = Document::read(&document.to_string(), &[]).unwrap();
        let mount = Mount { provider: Arc::new(Puppet { document, says }), violations: Arc::default() };
        let call = Call {
            method: Method::GET,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            cause: crate::fate::Cause::default(),
        };
        let answer = match mount.operation(&call) {
            Some(operation) => mount.answer(operation, &call),
            None => mount.unknown(&call),
        };
        let violations = mount.violations.all().into_iter();
        (answer.status.as_u16(), violations.map(|one| (one.operation, one.pointer, one.rule)).collect())
    }

    /// The places of the violations of a call that is answered well.
    fn places(path: &str, query: &str) -> Vec<String> {
        let (status, violations) = call(good, path, query);
        assert_eq!(status, 200);
        violations.into_iter().map(|(_, place, _)| place).collect()
    }

    #[test]
    fn parameters_are_held_against_the_document() {
        assert_eq!(places("/things/a%20b", "limit=3&tag=a+b&tag=c"), [""; 0]);
        assert_eq!(places("/things/a%20bc", ""), ["path id"]);
        assert_eq!(places("/things/1", "limit=many"), ["query limit"]);
        assert_eq!(places("/things/1", "limit=1&limit=2"), ["query limit"]);
        assert_eq!(places("/things/1", "tag=d"), ["query tag"]);
        assert_eq!(places("/things/1", "page"), ["query page"]);
        // A path that is written out goes before one with parameters.
        assert_eq!(places("/things/mine", ""), [""; 0]);
    }

    #[test]
    fn of_several_versions_the_one_that_is_asked_for_answers() {
        let version = |id: &str, media: &str| json!({ "get": { "operationId": id, "responses": { "200": { "content": { media: {} } } } } });
        let mut first = version("first", "application/json");
        first["get"]["x-accept"] = json!("*/*");
        let paths = json!({ "/things/{id}": version("third", "application/v3+json"), "/things/{id}#first": first,
            "/things/{id}#second": version("second", "application/v2+json") });
        let document = Document::read(&json!({ "paths": paths }).to_string(), &[]).unwrap();
        let chosen = |accept| document.operation(&Method::GET, "/things/1", accept).map(|one| one.id.as_str());
        for (accept, id) in [
            ("application/v3+json", "third"),
            ("application/v2+json", "second"),
            ("*/*", "first"),
            ("application/json, text/plain, */*;q=0.8", "first"),
            ("application/v2+json; q=1", "second"),
            ("text/csv", "third"),
        ] {
            assert_eq!(chosen(accept), Some(id), "{accept}");
        }
    }

    #[test]
    fn an_answer_that_breaks_the_document_is_held_back() {
        let bad: [Case; 6] = [
            (|| Answer { status: StatusCode::CREATED, ..good() }, "", "the document has no such status"),
            (|| Answer { body: Some("\"x\"".to_owned()), ..good() }, "", "200/content/application~1json/schema/type"),
            (|| Answer { body: None, ..good() }, "", "the body is missing"),
            (|| Answer { headers: Vec::new(), ..good() }, "header X-Left", "a required parameter is missing"),
            (|| good().with_header("x-more", "1".to_owned()), "header x-more", "the document has no such header"),
            (
                || Answer { status: StatusCode::NO_CONTENT, headers: vec![], ..good() },
                "",
                "the document has no body here",
            ),
        ];
        for (says, place, rule) in bad {
            let (status, violations) = call(says, "/things/1", "");
            assert_eq!((status, violations.len()), (500, 1), "{violations:?}");
            let (operation, found_place, found_rule) = &violations[0];
            assert_eq!((operation.as_str(), found_place.as_str()), ("one", place));
            assert!(found_rule.ends_with(rule), "{found_rule}");
        }
    }

    #[test]
    fn a_call_outside_the_document_is_recorded() {
        let (status, violations) = call(good, "/nowhere", "");
        assert_eq!(status, 404);
        assert_eq!(violations[0].2, "the document has no such operation");
    }
}
