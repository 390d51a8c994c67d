//! Rules on lookups: the client makes them by itself, so every value must have a place to come from and one to go to.

use serde_json::{Map, Value};

use super::context::Lint;
use super::money::speaks_of_secrets;
use super::pointers::{Body, expect, named_parameters, read};
use super::resolve::At;
use crate::document::pointer::join;
use crate::vocabulary::{
    Candidates, Effect, EntryKey, Idempotency, InRequest, Lookup, Money, Page, Pointer, Recalled, Remember, Settled,
    Stated, Taken, Text,
};

pub(super) fn check(lint: &Lint<'_>) {
    for (at, carrier) in lint.operations() {
        let Some(lookup) = read::<Idempotency>(carrier).and_then(|stated| stated.lookup) else { continue };
        let place = join(&join(&at.pointer, "x-idempotency"), "lookup");
        let is_named =
            |carrier: &Map<String, Value>| carrier.get("operationId").is_some_and(|id| *id == lookup.operation);
        let Some((found, asked)) = lint.operations().find(|(_, carrier)| is_named(carrier)) else {
            let message = format!("the operation `{}` was not found", lookup.operation);
            let hint = "write an operationId of this document";
            lint.refuse("lookup-missing", &join(&place, "operation"), message, hint);
            continue;
        };
        if read::<Effect>(asked).is_some_and(|effect| effect != Effect::Read) {
            let message = format!("{} is not a read operation", lookup.operation);
            let hint = "use an operation with x-effect: read, which can be repeated";
            lint.refuse("lookup-missing", &join(&place, "operation"), message, hint);
        }
        let case = Case { lint, own: &at.pointer, carrier, lookup: &lookup, asked: &found.pointer, at: place };
        case.parameters();
        case.answer(asked);
    }
}

/// One lookup.
struct Case<'l, 'd> {
    lint: &'l Lint<'d>,
    /// The operation that has it.
    own: &'l str,
    carrier: &'d Map<String, Value>,
    lookup: &'l Lookup,
    /// The operation that it asks.
    asked: &'l str,
    at: String,
}

/// A place that a value comes from or goes to.
struct End<'d> {
    /// Last part of its pointer, or its name.
    name: String,
    /// Schemas that it may have there.
    schemas: Vec<At<'d>>,
    /// Whether it stands in a body.
    in_body: bool,
}

impl<'d> Case<'_, 'd> {
    fn uncarried(&self, at: &str, message: String, hint: &str) {
        self.lint.refuse("lookup-unsupported", at, message, hint);
    }

    fn parameters(&self) {
        for (name, source) in &self.lookup.parameters {
            let at = join(&join(&self.at, "parameters"), name);
            if let (Some(target), Some(source)) = (self.target(&at, name), self.source(&at, source)) {
                self.fit(&at, name, &target, &source);
            }
        }
        for parameter in self.lint.parameters(self.asked) {
            let name = parameter.text("name").unwrap_or_default();
            let required = parameter.object.get("required") == Some(&Value::Bool(true));
            let given = self.lookup.parameters.keys().any(|it| it.eq_ignore_ascii_case(name));
            if required && !given && !parameter.object.contains_key("x-fill") {
                let message = format!("the required parameter `{name}` of {} has no source", self.lookup.operation);
                self.lint.refuse_key("lookup-unsupported", &self.at, message, "add its source to `parameters`");
            }
        }
    }

    /// Where a value goes to.
    fn target(&self, at: &str, name: &str) -> Option<End<'d>> {
        let mut named = named_parameters(self.lint, self.asked, name);
        if let Some(parameter) = named.next() {
            if !matches!(parameter.text("in"), Some("path" | "query" | "header")) {
                let message = format!("the parameter `{name}` is a cookie");
                self.uncarried(at, message, "use a path, query or header parameter, or a body field");
                return None;
            }
            let schemas = self.lint.follow(&join(&parameter.pointer, "schema")).into_iter().collect();
            return Some(End { name: name.to_owned(), schemas, in_body: false });
        }
        let pointer = if name.starts_with('/') { name.to_owned() } else { join("", name) };
        let asks = self.lint.request_schemas(self.asked);
        let schemas: Vec<_> = asks.iter().flat_map(|schema| self.lint.select(schema, &pointer)).collect();
        if schemas.is_empty() {
            let message = format!("{} has neither a parameter nor a body field `{name}`", self.lookup.operation);
            self.lint.refuse_key("lookup-missing", at, message, "use one of its names");
            return None;
        }
        if !asks.iter().all(|schema| is_media(schema, "application/json")) {
            self.uncarried(
                at,
                format!("the body of {} is not JSON", self.lookup.operation),
                "only JSON bodies are supported",
            );
            return None;
        }
        Some(End { name: name.to_owned(), schemas, in_body: true })
    }

    /// Where a value comes from.
    fn source(&self, at: &str, source: &Taken) -> Option<End<'d>> {
        if let Taken::Remembered(Recalled { remembered, .. }) = source {
            let names =
                |carrier: &Map<String, Value>| read::<Remember>(carrier).map(|known| known.0).unwrap_or_default();
            if !self.lint.operations().any(|(_, it)| names(it).iter().any(|known| known.name == *remembered)) {
                let message = format!("no x-remember has the name `{remembered}`");
                self.lint.refuse("lookup-missing", at, message, "use the name of an x-remember");
                return None;
            }
        }
        self.in_request(at, source.request())
    }

    /// A value of the request.
    fn in_request(&self, at: &str, source: &InRequest) -> Option<End<'d>> {
        match source {
            InRequest::Body(pointer) => {
                let asked = self.lint.request_schemas(self.own);
                let schemas: Vec<_> = asked.iter().flat_map(|schema| self.lint.select(schema, &pointer.0)).collect();
                if schemas.is_empty() {
                    expect(self.lint, at, pointer, Body(&asked, "request body"));
                    return None;
                }
                if pointer.0.split('/').any(|key| key == "*") {
                    self.uncarried(at, format!("`{}` selects several values", pointer.0), "select a single value");
                    return None;
                }
                if !asked.iter().all(|it| is_media(it, "json") || is_media(it, "x-www-form-urlencoded")) {
                    self.uncarried(
                        at,
                        "the request body is neither JSON nor a form".into(),
                        "use a parameter of the call",
                    );
                    return None;
                }
                let name = pointer.0.rsplit('/').next().unwrap_or_default().to_owned();
                Some(End { name, schemas, in_body: true })
            }
            InRequest::Parameter(own) => {
                let Some(parameter) = named_parameters(self.lint, self.own, own).next() else {
                    let message = format!("the operation has no parameter `{own}`");
                    let hint = "use the name of a parameter, or a pointer into the request body";
                    self.lint.refuse("pointer-missing", at, message, hint);
                    return None;
                };
                if !matches!(parameter.text("in"), Some("path" | "query" | "header")) {
                    self.uncarried(at, format!("the parameter `{own}` is a cookie"), "use another value of the call");
                    return None;
                }
                let schemas = self.lint.follow(&join(&parameter.pointer, "schema")).into_iter().collect();
                Some(End { name: own.clone(), schemas, in_body: false })
            }
        }
    }

    /// Whether a value of the one place can stand at the other.
    fn fit(&self, at: &str, name: &str, target: &End<'_>, source: &End<'_>) {
        let kind = |schema: &At<'_>| self.lint.kind(&schema.pointer);
        let is_list = |end: &End<'_>| end.schemas.iter().any(|schema| kind(schema) == Some("array"));
        let is_object = |end: &End<'_>| end.schemas.iter().any(|schema| kind(schema) == Some("object"));
        let is_secret = |schema: &At<'_>| self.lint.said(&schema.pointer, "format").is_some_and(|it| it == "password");
        let hint = "use a text, a number, or a list of them";
        if source.schemas.iter().any(is_secret) || speaks_of_secrets(&source.name) {
            self.uncarried(
                at,
                format!("`{name}` is a secret, which cannot be stored"),
                "use another value for the lookup",
            );
        } else if is_object(target) || is_object(source) {
            self.uncarried(at, format!("`{name}` is an object"), hint);
        } else if is_list(source) && !source.in_body {
            self.uncarried(at, format!("`{name}` comes from a list that is not a body field"), hint);
        } else if is_list(source) && !is_list(target) {
            self.uncarried(at, format!("`{name}` is a single value, but the call has a list"), hint);
        } else if target.in_body
            && !source.in_body
            && !target.schemas.iter().all(|it| matches!(kind(it), Some("string" | "array")))
        {
            self.uncarried(at, format!("`{name}` is not a text, as a parameter must be"), "use a field of the body");
        }
    }

    /// What is read in the lookup's answer.
    fn answer(&self, asked: &Map<String, Value>) {
        let tells = self.lint.answer_schemas(self.asked);
        let Lookup { amount, currency, account, reference, .. } = self.lookup;
        for (key, pointer) in
            [("amount", amount), ("currency", currency), ("account", account), ("reference", reference)]
        {
            if let Some(pointer) = pointer {
                expect(self.lint, &join(&self.at, key), pointer, Body(&tells, "answer of the lookup"));
            }
        }
        if let Some(amount) = &self.lookup.amount {
            self.same_unit(&join(&self.at, "amount"), &tells, amount);
        }
        if let Some(Stated::Fact(settled)) = read::<Stated<Settled>>(asked) {
            let is_known = |text: &Text| settled.legs.iter().any(|leg| leg.values().any(|value| value == text));
            for (index, text) in self.lookup.before.iter().enumerate().filter(|(_, text)| !is_known(text)) {
                let message = format!("`{}` is not among the x-settled of {}", text.0, self.lookup.operation);
                let at = join(&join(&self.at, "before"), &index.to_string());
                self.lint.refuse("lookup-missing", &at, message, "use one of its values");
            }
        }
        for (index, leg) in self.lookup.settled.iter().flat_map(|settled| &settled.legs).enumerate() {
            let keys = self.lookup.settled.as_ref().map(|settled| settled.keys(index)).unwrap_or_default();
            let at = keys.iter().fold(join(&self.at, "settled"), |at, key| join(&at, key));
            expect(self.lint, &join(&at, "status"), &leg.status, Body(&tells, "answer of the lookup"));
        }
        let is_list = read::<Page>(asked).is_some() || tells.iter().any(|it| self.lint.kind(it) == Some("array"));
        match &self.lookup.candidates {
            Some(candidates) => self.candidates(candidates, &tells),
            None if is_list => {
                let message = format!("the answer of {} is a list, and `candidates` is missing", self.lookup.operation);
                let hint = "write `candidates: {items, amount, currency, time, direction}`";
                self.lint.refuse_key("lookup-unsupported", &self.at, message, hint);
            }
            None => {}
        }
    }

    fn candidates(&self, candidates: &Candidates, tells: &[String]) {
        let at = |key: &str| join(&join(&self.at, "candidates"), key);
        let Candidates { items, amount, currency, time, direction, account, due, key, booked: _ } = candidates;
        expect(self.lint, &at("items"), items, Body(tells, "answer of the lookup"));
        let entries = Pointer(format!("{}/*", items.0));
        let entries: Vec<String> =
            tells.iter().flat_map(|it| self.lint.select(it, &entries.0)).map(|it| it.pointer).collect();
        let field = direction.as_ref().and_then(|direction| direction.field.clone());
        let entry = key.as_ref().map(|key| key.entry.clone());
        let named = [
            ("amount", amount),
            ("currency", currency),
            ("time", time),
            ("direction/field", &field),
            ("account", account),
            ("key/entry", &entry),
        ];
        for (key, pointer) in named {
            if let Some(pointer) = pointer {
                let at = key.split('/').fold(join(&self.at, "candidates"), |at, key| join(&at, key));
                expect(self.lint, &at, pointer, Body(&entries, "entries of the list"));
            }
        }
        if let Some(amount) = amount {
            self.same_unit(&at("amount"), &entries, amount);
        }
        if let Some(due) = due {
            let asked = self.lint.request_schemas(self.own);
            expect(self.lint, &at("due"), due, Body(&asked, "request body"));
        }
        if let Some(EntryKey { request, .. }) = key {
            self.key(&join(&at("key"), "request"), request);
        }
    }

    /// A list of pairs is no text, and yet may hold the key.
    fn key(&self, at: &str, request: &InRequest) {
        match request {
            InRequest::Body(pointer) => {
                let asked = self.lint.request_schemas(self.own);
                expect(self.lint, at, pointer, Body(&asked, "request body"));
            }
            InRequest::Parameter(_) => {
                self.in_request(at, request);
            }
        }
    }

    /// 12.50 and 1250 are never compared.
    fn same_unit(&self, at: &str, schemas: &[String], amount: &Pointer) {
        let Some(Stated::Fact(money)) = read::<Stated<Money>>(self.carrier) else { return };
        let Some(asked) = money.request.amount else { return };
        let units = |schemas: &[String], pointer: &Pointer| -> Vec<&'d Value> {
            let found = schemas.iter().flat_map(|schema| self.lint.select(schema, &pointer.0));
            found.filter_map(|it| self.lint.said(&it.pointer, "x-unit")).collect()
        };
        let (ours, theirs) = (units(&self.lint.request_schemas(self.own), &asked), units(schemas, amount));
        if ours.iter().any(|unit| theirs.iter().any(|other| other != unit)) {
            let message = "the amount has another unit than that of the request".to_owned();
            self.uncarried(at, message, "use one of the same x-unit, or `none`");
        }
    }
}

/// Whether the schema of a body stands under this media type, or under one of this kind.
fn is_media(schema: &str, kind: &str) -> bool {
    let media = schema.trim_end_matches("/schema").rsplit('/').next().unwrap_or_default().replace("~1", "/");
    let media = media.split(';').next().unwrap_or_default();
    media == kind || media.ends_with(&format!("/{kind}")) || media.ends_with(&format!("+{kind}"))
}
