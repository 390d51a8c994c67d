//! JSON with exact amounts: digits are read from the wire and written to it, never through a float.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use serde_json::value::RawValue;

/// One JSON value, kept as its text.
#[derive(Clone, Debug)]
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl Json {
    pub(crate) fn null() -> Self {
        Self("null".to_owned())
    }

    /// What is said, if the value is a text.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::from_str(&self.0).ok()
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self(Value::from(text).to_string())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self(flag.to_string())
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self(number.to_string())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

/// `null` where there is nothing.
impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::null, Into::into)
    }
}

/// A JSON number with exactly the digits (and the scale) of the decimal; zero has no sign.
impl From<Decimal> for Json {
    fn from(amount: Decimal) -> Self {
        let amount = if amount.is_zero() { amount.abs() } else { amount };
        Self(amount.to_string())
    }
}

impl<T: Into<Json>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Vec<String> = items.into_iter().map(|item| item.into().0).collect();
        Self(format!("[{}]", items.join(",")))
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self(format!("{{{}}}", object.0))
    }
}

/// A JSON object under construction; members keep the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&Json::from(name).0);
        self.0.push(':');
        self.0.push_str(&value.into().0);
        self
    }

    /// Adds the member only if there is a value: an absent field, not a null one.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// The members of a JSON object as they were sent; a null member reads as an absent one.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, Box<RawValue>>);

impl Fields {
    /// Reads the object; anything that is no object has no members.
    pub(crate) fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|raw| raw.get()).filter(|raw| *raw != "null")
    }

    /// Names and values of the members that are not null, in the order of their names.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, Json)> {
        let present = self.0.iter().filter(|(_, raw)| raw.get() != "null");
        present.map(|(name, raw)| (name.as_str(), Json(raw.get().to_owned())))
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// Whether the member is there and null, where that is not the same as absent.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|raw| raw.get() == "null")
    }

    /// A list of texts, or one text alone; `None` if there is neither.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let raw = self.raw(name)?;
        match serde_json::from_str::<String>(raw) {
            Ok(one) => Some(vec![one]),
            Err(_) => serde_json::from_str(raw).ok(),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The member as it was sent, to be sent back.
    pub(crate) fn json(&self, name: &str) -> Option<Json> {
        self.raw(name).map(|raw| Json(raw.to_owned()))
    }

    /// The integer, in any writing of it that JSON has: `2500`, `2500.0`, `2.5e3`.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let number = exact(self.raw(name)?)?.normalize();
        if number.scale() > 0 { None } else { number.to_i64() }
    }

    /// The exact amount of a number (or of a text: the document has said which it may be).
    /// `None` as well if its digits do not fit a decimal: a rounded amount is no amount.
    pub(crate) fn amount(&self, name: &str) -> Option<Decimal> {
        let text = self.text(name);
        exact(text.as_deref().or_else(|| self.raw(name))?)
    }

    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.raw(name).map(Self::read)
    }

    pub(crate) fn objects(&self, name: &str) -> Vec<Self> {
        let raws: Vec<Box<RawValue>> =
            self.raw(name).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
        raws.iter().map(|raw| Self::read(raw.get())).collect()
    }
}

fn exact(text: &str) -> Option<Decimal> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Decimal::from_str_exact(text).ok();
    };
    let mut amount = Decimal::from_str_exact(mantissa).ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    if amount.is_zero() {
        return Some(amount);
    }
    if exponent < 0 {
        amount.set_scale(amount.scale() + exponent.unsigned_abs()).ok()?;
    }
    for _ in 0..exponent {
        amount = amount.checked_mul(Decimal::TEN)?;
    }
    Some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_digits_both_ways() {
        for digits in ["0.1", "0.30", "12345678901234567.89", "-1235.50", "100", "0.00"] {
            let fields = Fields::read(&format!(r#"{{"amount": {digits}}}"#));
            let amount = fields.amount("amount").unwrap();
            assert_eq!(Json::from(amount).into_text(), digits);
        }
    }

    #[test]
    fn amounts_in_scientific_notation_and_text_are_exact() {
        let fields =
            Fields::read(r#"{"a": 1.5e3, "b": 25E-1, "c": "0.10", "d": 1e40, "e": 1e-40, "f": "x", "g": null}"#);
        assert_eq!(fields.amount("a"), Some(Decimal::from(1500)));
        assert_eq!(fields.amount("b"), Some(Decimal::new(25, 1)));
        assert_eq!(fields.amount("c"), Some(Decimal::new(10, 2)));
        for name in ["d", "e", "f", "g", "h"] {
            assert_eq!(fields.amount(name), None, "{name}");
        }
    }

    #[test]
    fn integers_have_many_writings() {
        let fields = Fields::read(r#"{"a": 2500, "b": 2500.0, "c": 2.5e3, "d": -1e2, "e": 2.5, "f": "7", "g": 1e40}"#);
        for (name, expected) in [("a", 2500), ("b", 2500), ("c", 2500), ("d", -100)] {
            assert_eq!(fields.integer(name), Some(expected), "{name}");
        }
        for name in ["e", "f", "g", "h"] {
            assert_eq!(fields.integer(name), None, "{name}");
        }
    }

    #[test]
    fn objects_are_written_in_order_and_escaped() {
        let object = Object::new()
            .with("b", "quote \" here")
            .with("a", Decimal::new(150, 2))
            .with_some("none", None::<&str>)
            .with("list", [1u32, 2].into_iter().collect::<Json>());
        assert_eq!(Json::from(object).into_text(), r#"{"b":"quote \" here","a":1.50,"list":[1,2]}"#);
    }
}
