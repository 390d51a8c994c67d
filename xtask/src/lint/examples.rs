//! Rule on examples and defaults: they lie inside the schema that they stand beside.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::{Kind, describe};
use super::resolve::members;
use crate::document::pointer::join;

const RULE: &str = "example-schema";
/// An example nests no deeper than documents do, and no schema refers to itself without a step into the value.
const DEPTH: usize = 100;

/// Which way a value travels: some properties belong to one way only.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Request,
    Answer,
    Either,
}

pub(super) fn check(lint: &Lint<'_>) {
    for kind in [Kind::MediaType, Kind::Parameter, Kind::Header] {
        for node in lint.written(kind) {
            let schema = join(&node.pointer, "schema");
            if lint.get(&schema).is_none() {
                continue;
            }
            let way = match kind {
                Kind::MediaType if node.pointer.contains("/responses/") => Way::Answer,
                Kind::Header => Way::Answer,
                _ => Way::Request,
            };
            if let Some(example) = node.object.get("example") {
                compare(lint, way, &schema, example, &join(&node.pointer, "example"));
            }
            let named = node.object.get("examples").and_then(Value::as_object);
            for (name, _) in named.into_iter().flatten() {
                let at = join(&join(&node.pointer, "examples"), name);
                let Some(holder) = lint.follow(&at) else { continue };
                if let Some(example) = holder.object.get("value") {
                    compare(lint, way, &schema, example, &join(&holder.pointer, "value"));
                }
            }
        }
    }
    for node in lint.written(Kind::Schema) {
        for key in ["example", "default"] {
            if let Some(example) = node.object.get(key) {
                compare(lint, Way::Either, &node.pointer, example, &join(&node.pointer, key));
            }
        }
    }
}

fn compare(lint: &Lint<'_>, way: Way, schema: &str, value: &Value, at: &str) {
    let mut found = Vec::new();
    Examined { lint, way }.faults(schema, value, at, DEPTH, &mut found);
    for (at, message) in found {
        lint.refuse(RULE, &at, message, "correct the example, or the schema if the provider sends this value");
    }
}

/// A value under examination.
struct Examined<'l, 'd> {
    lint: &'l Lint<'d>,
    way: Way,
}

type Found = Vec<(String, String)>;

impl Examined<'_, '_> {
    /// Adds what is wrong with a value, each fault with its place.
    fn faults(&self, schema: &str, value: &Value, at: &str, depth: usize, found: &mut Found) {
        let Some(schema) = self.lint.follow(schema).filter(|_| depth > 0) else { return };
        let object = schema.object;
        // Null must be among the values of a nullable enum, too.
        let lists_null = object.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(value));
        if value.is_null() && object.get("nullable") == Some(&Value::Bool(true)) && lists_null {
            return;
        }
        for part in members(&schema, "allOf") {
            self.faults(&part, value, at, depth - 1, found);
        }
        self.union(&schema.pointer, object, value, at, depth, found);
        let mut say = |message: String| found.push((at.to_owned(), message));
        if let Some(kind) = object.get("type").and_then(Value::as_str)
            && !is_a(kind, value)
        {
            return say(format!("the schema requires {kind}, not {}", describe(value)));
        }
        if let Some(values) = object.get("enum").and_then(Value::as_array)
            && !values.contains(value)
        {
            say(format!("{} is not a value of the enum", short(value)));
        }
        match value {
            Value::String(text) => of_text(object, text, &mut say),
            Value::Number(number) => of_number(object, number, &mut say),
            Value::Array(items) => {
                of_count(object, ["minItems", "maxItems"], items.len(), "items", &mut say);
                let below = join(&schema.pointer, "items");
                for (index, item) in items.iter().enumerate() {
                    self.faults(&below, item, &join(at, &index.to_string()), depth - 1, found);
                }
            }
            Value::Object(members) => {
                of_count(object, ["minProperties", "maxProperties"], members.len(), "members", &mut say);
                self.members(&schema.pointer, object, members, at, depth, found);
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Exactly one branch of a union fits; a tag says which.
    fn union(
        &self,
        schema: &str,
        object: &Map<String, Value>,
        value: &Value,
        at: &str,
        depth: usize,
        found: &mut Found,
    ) {
        let count = object.get("oneOf").and_then(Value::as_array).map_or(0, Vec::len);
        if count == 0 {
            return;
        }
        let tag = object.get("discriminator").and_then(|it| it.get("propertyName")).and_then(Value::as_str);
        let mapped = tag
            .and_then(|tag| value.get(tag))
            .and_then(Value::as_str)
            .and_then(|tag| object.get("discriminator")?.get("mapping")?.get(tag)?.as_str()?.strip_prefix('#'));
        if let Some(branch) = mapped {
            return self.faults(branch, value, at, depth - 1, found);
        }
        let branches = (0..count).map(|index| {
            let mut faults = Vec::new();
            self.faults(&format!("{schema}/oneOf/{index}"), value, at, depth - 1, &mut faults);
            faults
        });
        let branches: Vec<Found> = branches.collect();
        match branches.iter().filter(|faults| faults.is_empty()).count() {
            1 => {}
            0 => {
                // The branch that fits best says most.
                let nearest = branches.into_iter().min_by_key(Vec::len).unwrap_or_default();
                let deeper = nearest.iter().any(|(place, _)| place != at);
                if deeper {
                    found.extend(nearest);
                } else {
                    found.push((at.to_owned(), format!("{} matches no branch of oneOf", short(value))));
                }
            }
            several => found.push((at.to_owned(), format!("the value matches {several} branches of oneOf"))),
        }
    }

    fn members(
        &self,
        schema: &str,
        object: &Map<String, Value>,
        members: &Map<String, Value>,
        at: &str,
        depth: usize,
        found: &mut Found,
    ) {
        let properties = join(schema, "properties");
        let required = object.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) && self.travels(&join(&properties, name)) {
                found.push((at.to_owned(), format!("the required `{name}` is missing")));
            }
        }
        for (name, member) in members {
            let property = join(&properties, name);
            let place = join(at, name);
            match object.get("additionalProperties") {
                _ if self.lint.get(&property).is_some() => self.faults(&property, member, &place, depth - 1, found),
                Some(Value::Bool(false)) => found.push((place, format!("the schema has no `{name}`"))),
                Some(Value::Object(_)) => {
                    self.faults(&join(schema, "additionalProperties"), member, &place, depth - 1, found);
                }
                _ => {}
            }
        }
    }

    /// Whether a property travels this way: `readOnly` ones only in answers, `writeOnly` ones only in requests.
    fn travels(&self, property: &str) -> bool {
        let says = |key: &str| self.lint.said(property, key) == Some(&Value::Bool(true));
        match self.way {
            Way::Request => !says("readOnly"),
            Way::Answer => !says("writeOnly"),
            Way::Either => !says("readOnly") && !says("writeOnly"),
        }
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        // 5.0 is an integer.
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn of_text(object: &Map<String, Value>, text: &str, say: &mut impl FnMut(String)) {
    of_count(object, ["minLength", "maxLength"], text.chars().count(), "characters", say);
    let fits = match object.get("format").and_then(Value::as_str) {
        Some("date") => is_date(text),
        Some("date-time") => is_date_time(text),
        Some("uuid") => is_uuid(text),
        _ => true,
    };
    if !fits {
        say(format!("`{text}` is not a valid {}", object.get("format").and_then(Value::as_str).unwrap_or_default()));
    }
}

fn of_number(object: &Map<String, Value>, number: &serde_json::Number, say: &mut impl FnMut(String)) {
    let limit = |key: &str| object.get(key).and_then(Value::as_f64);
    let open = |key: &str| object.get(key) == Some(&Value::Bool(true));
    let Some(value) = number.as_f64() else { return };
    if limit("minimum").is_some_and(|least| value < least || value == least && open("exclusiveMinimum")) {
        say(format!("{number} is below the minimum"));
    }
    if limit("maximum").is_some_and(|most| value > most || value == most && open("exclusiveMaximum")) {
        say(format!("{number} is above the maximum"));
    }
    if object.get("format").is_some_and(|format| format == "int32") && value.abs() > f64::from(i32::MAX) {
        say(format!("{number} is not an int32"));
    }
}

fn of_count(
    object: &Map<String, Value>,
    [least, most]: [&str; 2],
    count: usize,
    what: &str,
    say: &mut impl FnMut(String),
) {
    let limit = |key: &str| object.get(key).and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
    if limit(least).is_some_and(|least| count < least) || limit(most).is_some_and(|most| count > most) {
        say(format!("{count} {what} are fewer or more than the schema allows"));
    }
}

/// Whether text has digits where the pattern has `0`, and else what the pattern has.
fn matches(text: &str, pattern: &str) -> bool {
    let same = |(b, p): (u8, u8)| if p == b'0' { b.is_ascii_digit() } else { b == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(same)
}

fn is_date(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|it| it.parse::<u8>().ok());
    matches(text, "0000-00-00")
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let cut = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at(cut);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    is_date(date)
        && matches(clock, "00:00:00")
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && (offset.eq_ignore_ascii_case("z") || matches(offset, "+00:00") || matches(offset, "-00:00"))
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let hex = |it: &&str| it.bytes().all(|b| b.is_ascii_hexdigit());
    groups.iter().map(|it| it.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(hex)
}

/// A value for a message.
fn short(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => describe(value).to_owned(),
        other => format!("`{}`", other.to_string().chars().take(60).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ids_have_their_form() {
        assert!(is_date("2026-01-31") && !is_date("2026-13-01") && !is_date("31.01.2026"));
        for sound in ["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000+00:00", "2026-01-31t10:00:00.1-03:30"] {
            assert!(is_date_time(sound), "{sound}");
        }
        for wrong in ["2026-01-31", "2026-01-31T10:00:00", "2026-01-31T10:00Z", "2026-01-31T10:00:00.+00:00"] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
        assert!(is_uuid("0f8fad5b-d9cb-469f-a165-70867728950e") && !is_uuid("0f8fad5bd9cb469fa16570867728950e"));
    }
}
