//! Things of which the provider keeps what it was told, and says it again.

use crate::json::{Fields, Json, Object};

/// Members by name, in the order in which they were first set.
#[derive(Clone, Debug, Default)]
pub(super) struct Record(Vec<(&'static str, Json)>);

impl Record {
    /// The members of the request that have these names.
    pub(super) fn read(fields: &Fields, names: &[&'static str]) -> Self {
        let mut record = Self::default();
        record.merge(fields, names);
        record
    }

    /// Takes over those of the members that the request has.
    pub(super) fn merge(&mut self, fields: &Fields, names: &[&'static str]) {
        for name in names {
            if let Some(value) = fields.json(name) {
                self.set(name, value);
            }
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Json>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// The member's text; `None` if it is missing or not text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == name)?.1.text()
    }

    /// The object with those of the members that have these names.
    pub(super) fn append_to(&self, object: Object, names: &[&str]) -> Object {
        let named = self.0.iter().filter(|(name, _)| names.contains(name));
        named.fold(object, |object, (name, value)| object.with(name, value.clone()))
    }

    pub(super) fn object(&self) -> Object {
        self.0.iter().fold(Object::new(), |object, (name, value)| object.with(name, value.clone()))
    }
}

impl From<&Record> for Json {
    fn from(record: &Record) -> Self {
        record.object().into()
    }
}
