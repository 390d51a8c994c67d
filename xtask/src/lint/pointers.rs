//! Rules on the pointers and names that `x-` keys hold: they select something that is there.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::At;
use crate::document::pointer::join;
use crate::vocabulary::{
    self, Correlation, Envelope, Fact, Idempotency, KeyPlace, Money, MoneyFields, Outcome, Page, Pointer, Remember,
    RememberedIn, Stated,
};

pub(super) fn check(lint: &Lint<'_>) {
    for (at, operation) in lint.operations() {
        let operation = Operation {
            lint,
            carrier: operation,
            request: lint.request_schemas(&at.pointer),
            answer: lint.answer_schemas(&at.pointer),
            pointer: at.pointer,
        };
        operation.money();
        operation.idempotency();
        operation.page();
        operation.correlation();
        operation.remember();
    }
    for node in lint.written(Kind::Response) {
        response(lint, &node.pointer, node.object);
    }
    default_envelope(lint);
}

/// Schemas in which a pointer is looked up, and what to call them.
#[derive(Clone, Copy)]
pub(super) struct Body<'a>(pub(super) &'a [String], pub(super) &'static str);

/// Refuses a pointer that selects nothing in any of the schemas.
pub(super) fn expect(lint: &Lint<'_>, at: &str, pointer: &Pointer, Body(schemas, noun): Body<'_>) {
    if !schemas.iter().any(|schema| !lint.select(schema, &pointer.0).is_empty()) {
        let message = match schemas {
            [] => format!("`{}` selects nothing: no {noun} has a schema", pointer.0),
            _ => format!("`{}` selects nothing in the {noun}", pointer.0),
        };
        lint.refuse("pointer-missing", at, message, format!("write the JSON pointer of a field of the {noun}"));
    }
}

pub(super) fn read<T: Fact>(carrier: &Map<String, Value>) -> Option<T> {
    let value = carrier.get(T::KEY)?;
    vocabulary::get(&Value::Object(Map::from_iter([(T::KEY.to_owned(), value.clone())])))
}

/// Whether an operation has a parameter of this name, at that place if one is given.
fn has_parameter(lint: &Lint<'_>, operation: &str, name: &str, place: Option<&str>) -> bool {
    named_parameters(lint, operation, name).any(|it| place.is_none_or(|place| it.text("in") == Some(place)))
}

/// The parameters of this name; case does not matter in headers.
pub(super) fn named_parameters<'d>(lint: &Lint<'d>, operation: &str, name: &str) -> impl Iterator<Item = At<'d>> {
    lint.parameters(operation).into_iter().filter(move |parameter| match parameter.text("in") {
        Some("header") => parameter.text("name").is_some_and(|it| it.eq_ignore_ascii_case(name)),
        _ => parameter.text("name") == Some(name),
    })
}

struct Operation<'l, 'd> {
    lint: &'l Lint<'d>,
    carrier: &'d Map<String, Value>,
    pointer: String,
    request: Vec<String>,
    answer: Vec<String>,
}

impl Operation<'_, '_> {
    fn request(&self) -> Body<'_> {
        Body(&self.request, "request body")
    }

    fn answer(&self) -> Body<'_> {
        Body(&self.answer, "answer")
    }

    fn at<const N: usize>(&self, keys: [&str; N]) -> String {
        keys.iter().fold(self.pointer.clone(), |at, key| join(&at, key))
    }

    fn money(&self) {
        let Some(Stated::Fact(money)) = read::<Stated<Money>>(self.carrier) else { return };
        let answer = money.answer.fact().cloned().unwrap_or_default();
        for (side, fields, body) in [("request", &money.request, self.request()), ("answer", &answer, self.answer())] {
            let MoneyFields { amount, currency, account } = fields;
            for (name, pointer) in [("amount", amount), ("currency", currency), ("account", account)] {
                if let Some(pointer) = pointer {
                    expect(self.lint, &self.at(["x-money", side, name]), pointer, body);
                }
            }
        }
    }

    fn idempotency(&self) {
        let Some(idempotency) = read::<Idempotency>(self.carrier) else { return };
        if let Some(echo) = &idempotency.echo {
            expect(self.lint, &self.at(["x-idempotency", "echo"]), echo, self.answer());
        }
        let field_at = self.at(["x-idempotency", "field"]);
        let field = idempotency.field.clone().unwrap_or_default();
        let place = match idempotency.place {
            KeyPlace::None => None,
            KeyPlace::Body => {
                expect(self.lint, &field_at, &Pointer(field.clone()), self.request());
                None
            }
            KeyPlace::Header => Some("header"),
            KeyPlace::Query => Some("query"),
        };
        if let Some(place) = place.filter(|place| !has_parameter(self.lint, &self.pointer, &field, Some(place))) {
            let message = format!("the operation has no {place} parameter `{field}`");
            self.lint.refuse("pointer-missing", &field_at, message, "use the name of one of its parameters");
        }
    }

    fn page(&self) {
        let Some(page) = read::<Page>(self.carrier) else { return };
        let parameter_at = self.at(["x-page", "parameter"]);
        if page.parameter.starts_with('/') {
            expect(self.lint, &parameter_at, &Pointer(page.parameter), self.request());
        } else if !has_parameter(self.lint, &self.pointer, &page.parameter, Some("query")) {
            let message = format!("the operation has no query parameter `{}`", page.parameter);
            self.lint.refuse(
                "pointer-missing",
                &parameter_at,
                message,
                "use the name of a parameter, or a pointer into the request body",
            );
        }
        expect(self.lint, &self.at(["x-page", "items"]), &page.items, self.answer());
        if let Some(pages) = &page.pages {
            expect(self.lint, &self.at(["x-page", "pages"]), pages, self.answer());
        }
        if let Some(next) = &page.next {
            expect(self.lint, &self.at(["x-page", "next"]), next, self.answer());
            let selected = self.answer.iter().flat_map(|schema| self.lint.select(schema, &next.0));
            let is_link = |at: &At<'_>| {
                let format = self.lint.said(&at.pointer, "format").and_then(Value::as_str);
                matches!(format, Some("uri" | "uri-reference"))
            };
            if let Some(other) = selected.collect::<Vec<_>>().iter().find(|at| !is_link(at)) {
                let kind = self.lint.kind(&other.pointer).unwrap_or("anything");
                let message = format!("`{}` selects {kind} without the format of a link", next.0);
                let hint = "write `format: uri-reference` if it is a link, otherwise remove `next`";
                self.lint.refuse("page-link", &self.at(["x-page", "next"]), message, hint);
            }
        }
    }

    fn correlation(&self) {
        if let Some(correlation) = read::<Correlation>(self.carrier) {
            expect(self.lint, &self.at(["x-correlation", "field"]), &correlation.field, self.request());
        }
    }

    fn remember(&self) {
        for (index, known) in read::<Remember>(self.carrier).map(|known| known.0).unwrap_or_default().iter().enumerate()
        {
            let at = |key| self.at(["x-remember", &index.to_string(), key]);
            let by = if known.place == RememberedIn::Answer { self.answer() } else { self.request() };
            expect(self.lint, &at("by"), &known.by, by);
            expect(self.lint, &at("value"), &known.value, self.answer());
        }
    }
}

/// The pointers of an envelope, each with its place below the envelope.
fn envelope_pointers(envelope: &Envelope) -> Vec<(String, &Pointer)> {
    let failed = envelope.failed.iter().enumerate().map(|(index, it)| match envelope.failed.len() {
        1 => ("/failed/pointer".to_owned(), &it.pointer),
        _ => (format!("/failed/{index}/pointer"), &it.pointer),
    });
    let payload = envelope.payload.as_ref().map(|it| ("/payload".to_owned(), it));
    let message = envelope.message.as_ref().map(|it| ("/message".to_owned(), it));
    payload.into_iter().chain(message).chain(failed).collect()
}

fn response(lint: &Lint<'_>, pointer: &str, carrier: &Map<String, Value>) {
    let schemas = lint.bodies(pointer);
    let body = Body(&schemas, "response");
    if let Some(envelope) = read::<Envelope>(carrier) {
        let at = join(pointer, "x-envelope");
        for (key, target) in envelope_pointers(&envelope) {
            expect(lint, &format!("{at}{key}"), target, body);
        }
    }
    if let Some(Outcome::RefusedIf(conditions)) = read::<Outcome>(carrier) {
        for (index, condition) in conditions.iter().enumerate() {
            let at = if conditions.len() == 1 { String::new() } else { format!("/{index}") };
            expect(lint, &format!("{pointer}/x-outcome/refused_if{at}/pointer"), &condition.pointer, body);
        }
    }
}

/// The document's envelope must fit at least one successful answer.
fn default_envelope(lint: &Lint<'_>) {
    let Some(envelope) = lint.document.value.as_object().and_then(read::<Envelope>) else { return };
    let answers: Vec<String> = lint.operations().flat_map(|(at, _)| lint.answer_schemas(&at.pointer)).collect();
    for (key, target) in envelope_pointers(&envelope) {
        expect(lint, &format!("/x-envelope{key}"), target, Body(&answers, "answer of any operation"));
    }
}
