//! The text of one JSON value: what every reader here works on, so that digits reach us as they were sent.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Nesting that is still read; serde_json's own readers stop at the same depth.
const DEEPEST: u8 = 128;

/// The text of one valid JSON value, without white space around it.
///
/// It has no `Debug` on purpose: the text may be a card number.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    text: &'a str,
    depth: u8,
}

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number, of any size.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Json<'a> {
    /// Checks the syntax of a whole document and hands out its text.
    ///
    /// # Errors
    ///
    /// If the bytes are no JSON; the error says where, and quotes nothing.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice::<&RawValue>(bytes).map(Self::from)
    }

    /// The text of bytes that were parsed before.
    pub(crate) fn checked(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_matches([' ', '\n', '\r', '\t']);
        (!text.is_empty()).then_some(Self { text, depth: 0 })
    }

    /// The text, digit for digit.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// What the value is.
    pub fn kind(self) -> JsonKind {
        match self.text.as_bytes().first() {
            Some(b'"') => JsonKind::String,
            Some(b'{') => JsonKind::Object,
            Some(b'[') => JsonKind::Array,
            Some(b't' | b'f') => JsonKind::Bool,
            Some(b'-' | b'0'..=b'9') => JsonKind::Number,
            _ => JsonKind::Null,
        }
    }

    /// The characters of a string; `None` for other kinds, and for escapes that are no Unicode.
    pub fn string(self) -> Option<Cow<'a, str>> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        steps::count(inner.len());
        if inner.contains('\\') {
            serde_json::from_str(self.text).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }

    /// The characters of a string, the digits of a number, or `true` and `false`.
    pub fn scalar(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            JsonKind::String => self.string(),
            JsonKind::Number | JsonKind::Bool => Some(Cow::Borrowed(self.text)),
            JsonKind::Null | JsonKind::Array | JsonKind::Object => None,
        }
    }

    /// The items of an array; `None` for other kinds.
    pub fn items(self) -> Option<impl Iterator<Item = Json<'a>>> {
        let mut parts = self.parts('[', ']')?;
        Some(std::iter::from_fn(move || parts.next_value()))
    }

    /// The keys and values of an object, in their order on the wire; `None` for other kinds.
    pub fn entries(self) -> Option<impl Iterator<Item = (Cow<'a, str>, Json<'a>)>> {
        // A key that is no Unicode names no field of ours.
        Some(self.raw_entries()?.filter_map(|(key, value)| Some((key.string()?, value))))
    }

    /// The keys, as they are written, and values of an object; `None` for other kinds.
    pub(crate) fn raw_entries(self) -> Option<impl Iterator<Item = (Json<'a>, Json<'a>)>> {
        let mut parts = self.parts('{', '}')?;
        Some(std::iter::from_fn(move || Some((parts.next_value()?, parts.next_value()?))))
    }

    /// Reads through serde; `None` if it does not fit.
    pub fn decode<T: DeserializeOwned>(self) -> Option<T> {
        serde_json::from_str(self.text).ok()
    }

    /// The value under a key of an object; the last one, if the key repeats.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        self.entries()?.filter(|(name, _)| name == key).last().map(|(_, value)| value)
    }

    /// The only item of an array that has one.
    pub fn only_item(self) -> Option<Json<'a>> {
        let mut items = self.items()?;
        let first = items.next();
        if items.next().is_none() { first } else { None }
    }

    fn parts(self, open: char, close: char) -> Option<Parts<'a>> {
        let rest = self.text.strip_prefix(open)?.strip_suffix(close)?;
        (self.depth < DEEPEST).then_some(Parts { rest, depth: self.depth + 1 })
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self { text: raw.get(), depth: 0 }
    }
}

/// What is left between the brackets of an array or object.
struct Parts<'a> {
    rest: &'a str,
    depth: u8,
}

impl<'a> Parts<'a> {
    fn next_value(&mut self) -> Option<Json<'a>> {
        let begin = self.rest.bytes().position(|byte| !b",: \n\r\t".contains(&byte)).unwrap_or(self.rest.len());
        let rest = self.rest.get(begin..)?;
        let (text, rest) = rest.split_at_checked(extent(rest.as_bytes()))?;
        steps::count(begin + text.len() + 1);
        self.rest = rest;
        (!text.is_empty()).then_some(Json { text, depth: self.depth })
    }
}

/// Length of the value that the (valid) text starts with.
fn extent(text: &[u8]) -> usize {
    match text.first() {
        Some(b'"') => string_extent(text),
        Some(b'{' | b'[') => {
            let (mut at, mut open) = (0, 0_usize);
            while let Some(byte) = text.get(at) {
                match byte {
                    b'"' => at += string_extent(&text[at..]) - 1,
                    b'{' | b'[' => open += 1,
                    b'}' | b']' if open == 1 => return at + 1,
                    b'}' | b']' => open -= 1,
                    _ => {}
                }
                at += 1;
            }
            text.len()
        }
        _ => scalar_extent(text),
    }
}

/// Length of a number or literal; it ends before a comma, white space or the end.
fn scalar_extent(text: &[u8]) -> usize {
    let ends = |byte: &u8| *byte <= b',' && *byte != b'+';
    let end = |from: usize, to: usize| text[from..to].iter().position(ends).map(|found| from + found);
    if let Some(near) = end(0, text.len().min(NEAR)) {
        return near;
    }
    // Without a way out of the inner loop, it is done in strides.
    let strides = text.chunks_exact(NEAR).take_while(|stride| !stride.iter().fold(false, |any, byte| any | ends(byte)));
    end(strides.count() * NEAR, text.len()).unwrap_or(text.len())
}

/// So many bytes of a string are looked at one by one, before the rest is searched in strides.
const NEAR: usize = 16;

fn string_extent(text: &[u8]) -> usize {
    let mut at = 1;
    loop {
        let near = text.len().min(at + NEAR);
        while at < near {
            match text[at] {
                b'"' => return at + 1,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        let rest = text.get(at..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', rest) {
            Some(found) if rest[found] == b'"' => return at + found + 1,
            Some(found) => at += found + 2,
            None => return text.len(),
        }
    }
}

/// Text of the value behind any deserializer, as it stands in the document where that is serde_json.
///
/// A buffer of serde's own (users' derived untagged and flattened types) has turned numbers into floats already: exact to 15 digits there,
/// unless serde_json's `arbitrary_precision` is on.
pub(crate) fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(token(), RawText)
}

/// Hands the text of the value behind any deserializer to a reader; what does not fit is an error that quotes nothing.
///
/// # Errors
///
/// The value cannot be had, or does not fit.
pub fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    read: impl FnOnce(Json<'_>) -> Option<T>,
) -> Result<T, D::Error> {
    let text = raw(deserializer)?;
    read(Json { text: &text, depth: 0 }).ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}

struct RawText;

impl<'de> Visitor<'de> for RawText {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(Text(key)) = map.next_key()? {
            // serde_json hands out raw text, and with `arbitrary_precision` every number, as a map of one such key.
            if object.is_empty() && (key == token() || key == "$serde_json::private::Number") {
                return map.next_value().map(|Text(text)| text);
            }
            object.insert(key.into_owned(), map.next_value()?);
        }
        Ok(text_of(&Value::Object(object)))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer).map(|value| text_of(&value))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer).map(|value| text_of(&value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(seq)).map(|value| text_of(&value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text_of(&Value::from(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(text_of(&Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(text_of(&Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(text_of(&Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(text_of(&Value::from(value)))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed("null"))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed("null"))
    }
}

fn text_of<'de>(value: &Value) -> Cow<'de, str> {
    Cow::Owned(value.to_string())
}

/// A string, borrowed from the input where it can be.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Strings;
        impl<'de> Visitor<'de> for Strings {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(Strings)
    }
}

/// Counts work, for the tests that bound it; bytes looked at and names compared.
pub(crate) mod steps {
    #[cfg(test)]
    thread_local! {
        static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    #[cfg(not(test))]
    #[inline(always)]
    pub(crate) fn count(_: usize) {}

    #[cfg(test)]
    pub(crate) fn count(steps: usize) {
        STEPS.set(STEPS.get() + steps);
    }

    /// The steps that some work takes.
    #[cfg(test)]
    pub(crate) fn of(work: impl FnOnce()) -> usize {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}

/// The name by which serde_json knows a request for raw text. It is asked for rather than copied: were it to change
/// in a later release, amounts would silently pass through a float.
fn token() -> &'static str {
    match <&RawValue>::deserialize(Probe) {
        Err(Asked(name)) => name,
        Ok(_) => "",
    }
}

struct Probe;

impl<'de> Deserializer<'de> for Probe {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
        Err(Asked(""))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, Asked> {
        Err(Asked(name))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Carries the name out of [`Probe`].
#[derive(Debug)]
struct Asked(&'static str);

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Asked {}

impl serde::de::Error for Asked {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }
}
