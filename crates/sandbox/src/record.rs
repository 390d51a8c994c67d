//! Things of which the provider keeps what it was told, and says it again.

use std::collections::HashMap;

use crate::json::{Fields, Json, Object};

/// Members by name, in the order in which they were first set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Vec<(String, Json)>);

impl Record {
    /// The members of the request that have these names.
    pub(crate) fn read(fields: &Fields, names: &[&str]) -> Self {
        let mut record = Self::default();
        record.merge(fields, names);
        record
    }

    /// Takes over whatever the request has.
    pub(crate) fn merge_all(&mut self, fields: &Fields) {
        // There may be as many as a request holds.
        let known = self.0.iter().enumerate().map(|(place, (name, _))| (name.clone(), place));
        let mut places: HashMap<String, usize> = known.collect();
        for (name, value) in fields.members() {
            match places.get(name) {
                Some(place) => self.0[*place].1 = value,
                None => {
                    places.insert(name.to_owned(), self.0.len());
                    self.0.push((name.to_owned(), value));
                }
            }
        }
    }

    /// Takes over those of the members that the request has.
    pub(crate) fn merge(&mut self, fields: &Fields, names: &[&str]) {
        for name in names {
            if let Some(value) = fields.json(name) {
                self.set(name, value);
            }
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Json>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// The member's text; `None` if it is missing or not text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name)?.1.text()
    }

    /// The object with those of the members that have these names.
    pub(crate) fn append_to(&self, object: Object, names: &[&str]) -> Object {
        let named = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.fold(object, |object, (name, value)| object.with(name, value.clone()))
    }

    pub(crate) fn object(&self) -> Object {
        self.0.iter().fold(Object::new(), |object, (name, value)| object.with(name, value.clone()))
    }
}

impl From<&Record> for Json {
    fn from(record: &Record) -> Self {
        record.object().into()
    }
}
