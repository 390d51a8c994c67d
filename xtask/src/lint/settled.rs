//! Rules on `x-settled`: its pointers select something, and every documented status of the answer is classified, value by value.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::context::Lint;
use super::pointers::{Body, expect, read};
use super::resolve::own_properties;
use crate::document::pointer::join;
use crate::vocabulary::{Counts, Effect, Idempotency, Leg, Pointer, Settled, Stated, Text};

/// Properties that are looked at in one answer, so that no document makes the search endless.
const MOST: usize = 20_000;

pub(super) fn check(lint: &Lint<'_>) {
    for (at, carrier) in lint.operations() {
        lookup_says(lint, carrier);
        let Some(stated) = read::<Stated<Settled>>(carrier) else { continue };
        let place = join(&at.pointer, "x-settled");
        let answer = lint.answer_schemas(&at.pointer);
        let case = Case { lint, place, answer };
        if let Stated::Fact(settled) = &stated {
            case.pointers(settled);
        }
        case.unnamed(stated.fact());
    }
}

/// What a money operation is looked up with says whether money moved, or that it cannot.
fn lookup_says(lint: &Lint<'_>, carrier: &Map<String, Value>) {
    let lookup = read::<Idempotency>(carrier).and_then(|stated| stated.lookup);
    let Some(lookup) = lookup.filter(|lookup| lookup.candidates.is_none()) else { return };
    if read::<Effect>(carrier) != Some(Effect::Money) {
        return;
    }
    let is_named = |carrier: &Map<String, Value>| carrier.get("operationId").is_some_and(|id| *id == lookup.operation);
    let asked = lint.operations().find(|(_, carrier)| is_named(carrier));
    if let Some((at, _)) = asked.filter(|(_, asked)| !asked.contains_key("x-settled")) {
        let message = format!("{} is the lookup of a money operation and has no `x-settled`", lookup.operation);
        let hint = "add x-settled, or `x-settled: none` if the provider documents nothing";
        lint.refuse_key("settled-missing", &at.pointer, message, hint);
    }
}

struct Case<'l, 'd> {
    lint: &'l Lint<'d>,
    /// Pointer of the `x-settled`.
    place: String,
    /// Schemas of the answer.
    answer: Vec<String>,
}

impl Case<'_, '_> {
    fn at(&self, keys: &[&str]) -> String {
        keys.iter().fold(self.place.clone(), |at, key| join(&at, key))
    }

    fn pointers(&self, settled: &Settled) {
        let answer = Body(&self.answer, "answer");
        for (index, leg) in settled.legs.iter().enumerate() {
            let at = settled.keys(index).iter().fold(self.place.clone(), |at, key| join(&at, key));
            expect(self.lint, &join(&at, "status"), &leg.status, answer);
            self.values(&at, leg);
        }
        let counts = settled.counts.iter().flat_map(|Counts { total, done, failed, pending }| {
            [("total", Some(total)), ("done", Some(done)), ("failed", failed.as_ref()), ("pending", pending.as_ref())]
        });
        for (key, pointer) in counts.filter_map(|(key, pointer)| Some((key, pointer?))) {
            expect(self.lint, &self.at(&["counts", key]), pointer, answer);
        }
        for (index, pointer) in settled.not_money.iter().enumerate() {
            expect(self.lint, &self.at(&["not_money", &index.to_string()]), pointer, answer);
        }
    }

    /// A value that the status cannot have is a mistake, and one that is in no class would leave calls undecided for ever.
    fn values(&self, leg_at: &str, leg: &Leg) {
        let selected = self.answer.iter().flat_map(|schema| self.lint.select(schema, &leg.status.0));
        let lists: Vec<_> = selected.map(|at| self.lint.said(&at.pointer, "enum").and_then(Value::as_array)).collect();
        let is = |value: &Value, text: &Text| Text::deserialize(value).is_ok_and(|it| it == *text);
        let is_possible =
            |text: &Text| lists.iter().any(|list| list.is_none_or(|values| values.iter().any(|value| is(value, text))));
        for (class, values) in leg.classes() {
            let all = values.iter().enumerate();
            for (index, value) in all.filter(|(_, value)| !lists.is_empty() && !is_possible(value)) {
                let at = join(&join(leg_at, class), &index.to_string());
                let message = format!("`{}` is not among the values of `{}`", value.0, leg.status.0);
                self.lint.refuse("bad-extension", &at, message, "use a value of the enum, or add it there");
            }
        }
        let documented = lists.iter().flatten().copied().flatten();
        let mut missing: Vec<String> = documented
            .filter(|value| !value.is_null() && !leg.values().any(|text| is(value, text)))
            .map(|value| format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        missing.sort();
        missing.dedup();
        if !missing.is_empty() {
            let message = format!("{} of `{}` have no class", missing.join(", "), leg.status.0);
            let hint = "add each to done, failed, returned, in_part, may_come, pending or counted";
            self.lint.refuse("status-unclassified", &join(leg_at, "status"), message, hint);
        }
    }

    /// A status that nobody looked at may say that the money came back.
    fn unnamed(&self, settled: Option<&Settled>) {
        let mut found = BTreeMap::new();
        let mut left = MOST;
        for schema in &self.answer {
            self.statuses(schema, String::new(), &mut Vec::new(), &mut left, &mut found);
        }
        let legs = settled.iter().flat_map(|it| it.legs.iter().map(|leg| &leg.status).chain(&it.not_money));
        let named: Vec<String> = legs.map(|Pointer(pointer)| general(pointer)).collect();
        for pointer in found.keys().filter(|pointer| !named.contains(pointer)) {
            let message = format!("the answer has the status `{pointer}`, which is neither a leg nor in `not_money`");
            let hint = "make it a leg, or list it: x-settled: {.., not_money: [<pointer>]}";
            self.lint.refuse_key("status-unnamed", &self.place, message, hint);
        }
    }

    /// Collects the pointers of all properties that list values and are named like a status.
    fn statuses(
        &self,
        schema: &str,
        path: String,
        above: &mut Vec<String>,
        left: &mut usize,
        found: &mut BTreeMap<String, ()>,
    ) {
        for alternative in self.lint.alternatives(schema) {
            if above.contains(&alternative.pointer) || *left == 0 {
                continue;
            }
            *left -= 1;
            above.push(alternative.pointer.clone());
            for part in self.lint.parts(&alternative.pointer) {
                for (name, property) in own_properties(&part) {
                    let path = join(&path, name);
                    if is_status(name) && self.lists_words(&property) {
                        found.insert(path.clone(), ());
                    }
                    self.statuses(&property, path, above, left, found);
                }
                for key in ["items", "additionalProperties"] {
                    if part.object.get(key).is_some_and(Value::is_object) {
                        self.statuses(&join(&part.pointer, key), join(&path, "*"), above, left, found);
                    }
                }
            }
            above.pop();
        }
    }

    fn lists_words(&self, schema: &str) -> bool {
        let values = |pointer: &str| self.lint.said(pointer, "enum").and_then(Value::as_array);
        let lists = self.lint.alternatives(schema).into_iter().filter_map(|it| values(&it.pointer));
        lists.flatten().any(Value::is_string)
    }
}

/// Whether the last word of a name is status or state.
fn is_status(name: &str) -> bool {
    let name = name.to_snake_case();
    matches!(name.rsplit('_').next(), Some("status" | "state"))
}

/// A pointer with `*` for every position of a list.
fn general(pointer: &str) -> String {
    let is_position = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let keys = pointer.split('/').map(|key| if is_position(key) { "*" } else { key });
    keys.collect::<Vec<_>>().join("/")
}
