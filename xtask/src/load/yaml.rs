//! YAML text to JSON value and positions, event by event: no recursion, and every scalar seen as it was written.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};

use crate::document::origins::{Position, Source, Spot};
use crate::document::pointer;
use crate::document::refusal::{Place, Refusal};

/// Deeper nesting than any document needs; keeps every later recursion over the value small.
const DEPTH: usize = 100;

pub(crate) struct Read {
    pub(crate) value: Value,
    pub(crate) source: Source,
    pub(crate) faults: Vec<Refusal>,
}

/// Reads one YAML document.
pub(crate) fn read(text: &str, shown: &str) -> Result<Read, Vec<Refusal>> {
    let mut builder = Builder::new(shown);
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        match event {
            Ok((event, span)) => builder.event(event, span.start),
            Err(error) => {
                let at = position(error.marker());
                let info = error.info().to_owned();
                builder.fault("yaml-syntax", at, info, "write it as plain block YAML 1.2");
                return Err(builder.faults);
            }
        }
    }
    builder.finish()
}

/// A list or mapping under construction.
pub(super) enum Frame {
    List(Vec<Value>),
    /// With the key whose value comes next; `None` in it for a key that is refused.
    Mapping(Map<String, Value>, Option<Option<String>>),
}

pub(super) struct Builder {
    source: Source,
    faults: Vec<Refusal>,
    stack: Vec<(Frame, String)>,
    root: Option<Value>,
    key_at: Position,
    documents: usize,
    /// Open lists and mappings below the depth cap, whose content is dropped.
    skipped: usize,
}

impl Builder {
    pub(super) fn new(shown: &str) -> Self {
        let source = Source { file: shown.into(), spots: HashMap::new() };
        Self { source, faults: Vec::new(), stack: Vec::new(), root: None, key_at: (1, 1), documents: 0, skipped: 0 }
    }

    /// Says that a document begins.
    pub(super) fn begin(&mut self) {
        self.documents += 1;
    }

    /// What is wrong so far.
    pub(super) fn faults(self) -> Vec<Refusal> {
        self.faults
    }

    /// Whether the next token is dropped, because it stands in a node that is.
    pub(super) fn skips(&mut self, opens: bool, closes: bool) -> bool {
        let skips = self.skipped > 0;
        if skips {
            self.skipped = (self.skipped + usize::from(opens)) - usize::from(closes);
        }
        skips
    }

    pub(super) fn finish(mut self) -> Result<Read, Vec<Refusal>> {
        match self.root.take() {
            Some(value @ Value::Object(_)) if self.documents == 1 => {
                Ok(Read { value, source: self.source, faults: self.faults })
            }
            _ if self.documents > 1 => Err(self.faults),
            _ => {
                let message = "the document is not a mapping";
                let hint = "start with `openapi: 3.0.3`";
                self.fault("yaml-syntax", (1, 1), message, hint);
                Err(self.faults)
            }
        }
    }

    pub(super) fn fault(
        &mut self,
        rule: &'static str,
        (line, column): Position,
        message: impl Into<String>,
        hint: &str,
    ) {
        let place = Place { file: self.source.file.clone(), line, column };
        self.faults.push(Refusal::new(rule, place, message, hint));
    }

    fn event(&mut self, event: Event<'_>, mark: Marker) {
        let at = position(&mark);
        let opens = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        if self.skips(opens, matches!(event, Event::SequenceEnd | Event::MappingEnd)) {
            return;
        }
        match event {
            Event::DocumentStart(_) => {
                self.begin();
                if self.documents == 2 {
                    let message = "a second YAML document in one file";
                    self.fault("yaml-syntax", at, message, "write one document per file");
                }
            }
            Event::SequenceStart(anchor, tag) => {
                self.property(anchor, tag.as_deref(), at);
                self.open(Frame::List(Vec::new()), at);
            }
            Event::MappingStart(anchor, tag) => {
                self.property(anchor, tag.as_deref(), at);
                self.open(Frame::Mapping(Map::new(), None), at);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Scalar(text, style, anchor, tag) => {
                self.property(anchor, tag.as_deref(), at);
                self.scalar(&text, style == ScalarStyle::Plain, at);
            }
            Event::Alias(_) => {
                let hint = "repeat the node, or make it a component and refer to it with $ref";
                self.fault("yaml-anchor", at, "an alias", hint);
                match self.awaiting_key() {
                    true => self.key(None, at),
                    false => self.value(Value::Null, at),
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }

    /// Refuses anchors and tags on a node.
    fn property(&mut self, anchor: usize, tag: Option<&Tag>, at: Position) {
        if anchor > 0 {
            let hint = "remove it; use a component with $ref instead";
            self.fault("yaml-anchor", at, "an anchor", hint);
        }
        if let Some(tag) = tag {
            let hint = "remove it; quote the value if it is text";
            self.fault("yaml-syntax", at, format!("the tag {tag}"), hint);
        }
    }

    pub(super) fn awaiting_key(&self) -> bool {
        matches!(self.stack.last(), Some((Frame::Mapping(_, None), _)))
    }

    pub(super) fn open(&mut self, frame: Frame, at: Position) {
        if self.awaiting_key() {
            let hint = "write keys as plain or quoted text";
            self.fault("yaml-syntax", at, "a key that is a list or a mapping", hint);
            self.key(None, at);
            self.skipped = 1;
        } else if self.stack.len() >= DEPTH {
            let message = format!("nested deeper than {DEPTH} levels");
            self.fault("yaml-syntax", at, message, "make inner parts components");
            self.value(Value::Null, at);
            self.skipped = 1;
        } else {
            let pointer = self.next_pointer();
            if let Some(pointer) = &pointer {
                self.spot(pointer.clone(), at);
            }
            self.stack.push((frame, pointer.unwrap_or_default()));
        }
    }

    pub(super) fn close(&mut self) {
        let value = match self.stack.pop() {
            Some((Frame::List(items), _)) => Value::Array(items),
            Some((Frame::Mapping(members, _), _)) => Value::Object(members),
            None => return,
        };
        self.attach(value);
    }

    fn scalar(&mut self, text: &str, plain: bool, at: Position) {
        if self.awaiting_key() {
            let key = if plain { self.plain_key(text, at) } else { Some(text) };
            return self.key(key.map(str::to_owned), at);
        }
        let value = if plain { self.plain_value(text, at) } else { Value::String(text.to_owned()) };
        self.value(value, at);
    }

    /// The key that plain text stands for; refuses what other YAML readers take for something else.
    fn plain_key<'t>(&mut self, text: &'t str, at: Position) -> Option<&'t str> {
        if text == "<<" {
            let hint = "write the members out, or use allOf with a $ref";
            self.fault("yaml-anchor", at, "a merge key", hint);
            return None;
        }
        if is_bare_word(text) || other_kind(text).is_some() || !matches!(core(text), Ok(Value::String(_))) {
            let message = format!("some YAML parsers do not read the unquoted key {text} as text");
            self.fault("yaml-bare-word", at, message, &format!("write '{text}'"));
        }
        Some(text)
    }

    fn plain_value(&mut self, text: &str, at: Position) -> Value {
        if is_bare_word(text) {
            let message = format!("some YAML parsers read the unquoted value {text} as a boolean");
            let hint = format!("write '{text}' for the text, true or false for the boolean");
            self.fault("yaml-bare-word", at, message, &hint);
        }
        if let Some(what) = other_kind(text) {
            let message = format!("the unquoted {text} is {what} to some YAML readers");
            self.fault("yaml-bare-word", at, message, &format!("write '{text}' for the text"));
        }
        core(text).unwrap_or_else(|(rule, message)| {
            let hint = format!("write '{text}' if it is text");
            self.fault(rule, at, format!("{text} {message}"), &hint);
            Value::String(text.to_owned())
        })
    }

    /// Takes a key; `None` drops the value that follows.
    pub(super) fn key(&mut self, key: Option<String>, at: Position) {
        self.key_at = at;
        let Some((Frame::Mapping(members, pending), _)) = self.stack.last_mut() else {
            return;
        };
        let doubled = key.as_ref().filter(|it| members.contains_key(*it)).cloned();
        *pending = Some(key.filter(|_| doubled.is_none()));
        if let Some(key) = doubled {
            let message = format!("the key {key} is duplicated in the mapping");
            let hint = "keep one of them";
            self.fault("yaml-duplicate-key", at, message, hint);
        }
    }

    pub(super) fn value(&mut self, value: Value, at: Position) {
        if let Some(pointer) = self.next_pointer() {
            self.spot(pointer, at);
        }
        self.attach(value);
    }

    fn spot(&mut self, pointer: String, at: Position) {
        let key = match self.stack.last() {
            Some((Frame::Mapping(..), _)) => self.key_at,
            _ => at,
        };
        self.source.spots.insert(pointer, Spot { key, value: at });
    }

    /// Pointer of the value that comes next; `None` if it is dropped.
    fn next_pointer(&self) -> Option<String> {
        match self.stack.last() {
            None => Some(String::new()),
            Some((Frame::List(items), base)) => Some(pointer::join(base, &items.len().to_string())),
            Some((Frame::Mapping(_, key), base)) => Some(pointer::join(base, key.as_ref()?.as_ref()?)),
        }
    }

    fn attach(&mut self, value: Value) {
        match self.stack.last_mut() {
            None if self.root.is_none() => self.root = Some(value),
            None => {}
            Some((Frame::List(items), _)) => items.push(value),
            Some((Frame::Mapping(members, pending), _)) => {
                if let Some(Some(key)) = pending.take() {
                    members.insert(key, value);
                }
            }
        }
    }
}

fn position(mark: &Marker) -> Position {
    (mark.line(), mark.col() + 1)
}

/// Words that are booleans to YAML 1.1 readers.
fn is_bare_word(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What text that is neither number nor boolean here is to YAML 1.1 readers.
fn other_kind(text: &str) -> Option<&'static str> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if is_date(text) {
        return Some("a date");
    }
    let all = |it: &str, fits: fn(u8) -> bool| it.bytes().all(fits);
    let is_digit: fn(u8) -> bool = |byte| byte.is_ascii_digit() || byte == b'_';
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return (!digits.is_empty() && all(digits, |byte| matches!(byte, b'0' | b'1' | b'_'))).then_some("a number");
    }
    // 12:30 counts in sixties, 1_000 has a separator.
    let (first, rest) = unsigned.split_once(':').map_or((unsigned, None), |(first, rest)| (first, Some(rest)));
    match rest {
        Some(rest) => {
            let mut parts = rest.split(':').map(|part| part.split('.').next().unwrap_or_default());
            let is_sixtieth = |part: &str| (1..=2).contains(&part.len()) && all(part, |byte| byte.is_ascii_digit());
            (all(first, is_digit) && parts.all(is_sixtieth)).then_some("a number")
        }
        None => (first.contains('_') && all(first, |byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.')))
            .then_some("a number"),
    }
}

/// `2016-01-30`, alone or before a time.
fn is_date(text: &str) -> bool {
    let (day, time) = text.split_once(['T', 't', ' ', '\t']).unwrap_or((text, "0"));
    let mut parts = day.split('-');
    let mut number = |lengths: std::ops::RangeInclusive<usize>| {
        parts.next().is_some_and(|part| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_day = number(4..=4) && number(1..=2) && number(1..=2) && parts.next().is_none();
    is_day && time.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// The value of a plain scalar under the YAML 1.2 core schema, or the rule and fault that keep it out of JSON.
pub(super) fn core(text: &str) -> Result<Value, (&'static str, &'static str)> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(("yaml-syntax", "is no number that JSON has"));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && let Ok(number) = u64::from_str_radix(digits, radix)
        {
            return Ok(Value::from(number));
        }
    }
    if !is_decimal(unsigned) {
        return Ok(Value::String(text.to_owned()));
    }
    if unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit() {
        return Err(("yaml-bare-word", "is octal to some YAML readers"));
    }
    exact(text.strip_prefix('+').unwrap_or(text))
        .map(Value::Number)
        .ok_or(("yaml-syntax", "is a number that loses digits in JSON"))
}

/// `[0-9]* . [0-9]*` with an optional exponent and at least one digit: the core schema's numbers without sign.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |it: &str| it.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|it| {
        let it = it.strip_prefix(['-', '+']).unwrap_or(it);
        !it.is_empty() && digits(it)
    });
    !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction) && exponent_fits
}

/// The JSON number of the same value, if there is one.
fn exact(text: &str) -> Option<Number> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    let float: f64 = text.parse().ok()?;
    let number = Number::from_f64(float)?;
    (decimal(text)? == decimal(&format!("{float:e}"))?).then_some(number)
}

/// Significant digits and the power of ten of the last of them.
fn decimal(text: &str) -> Option<(String, i64)> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let scale = exponent.parse::<i64>().ok()?.checked_sub(fraction.len() as i64)?;
    let kept = digits.trim_end_matches('0');
    let zeros = (digits.len() - kept.len()) as i64;
    match kept.trim_start_matches('0') {
        "" => Some((String::new(), 0)),
        significant => Some((significant.to_owned(), scale.checked_add(zeros)?)),
    }
}
