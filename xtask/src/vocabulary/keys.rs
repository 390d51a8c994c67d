//! Which `x-` key may stand where, and whether its value has the right shape.

use serde_json::Value;

use super::*;

/// A kind of place in a document that can carry `x-` keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// The root of the document.
    Document,
    Operation,
    Parameter,
    Response,
    /// A schema, a property included.
    Schema,
    /// Any other OpenAPI object.
    Other,
}

/// What is wrong with an `x-` key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No such key.
    Unknown,
    /// The key means nothing here; it belongs on the named places.
    Misplaced(&'static str),
    /// The value has the wrong shape.
    Shape(String),
}

macro_rules! facts {
    ($($key:literal $type:ty, $where:literal: $($site:ident)|+;)+) => {
        $(impl Fact for $type {
            const KEY: &'static str = $key;
        })+

        /// The keys that may stand at a site.
        pub(crate) fn allowed(site: Site) -> Vec<&'static str> {
            let mut keys = vec![Inferred::KEY, Source::KEY];
            $(if matches!(site, $(Site::$site)|+) {
                keys.push($key);
            })+
            keys
        }

        /// Says whether `key` may stand at `site` with this value.
        ///
        /// # Errors
        /// The key is unknown, stands in the wrong place, or its value has the wrong shape.
        pub(crate) fn check(site: Site, key: &str, value: &Value) -> Result<(), Fault> {
            match key {
                $($key if !matches!(site, $(Site::$site)|+) => Err(Fault::Misplaced($where)),
                $key => shape::<$type>(value),)+
                // What is inferred, and from where, may be said of anything.
                Inferred::KEY => shape::<Inferred>(value),
                Source::KEY => shape::<Source>(value),
                _ => Err(Fault::Unknown),
            }
        }
    };
}

facts! {
    "x-effect" Effect, "an operation": Operation;
    "x-settled" Stated<Settled>, "an operation": Operation;
    "x-idempotency" Idempotency, "an operation": Operation;
    "x-money" Stated<Money>, "an operation": Operation;
    "x-page" Page, "an operation": Operation;
    "x-correlation" Correlation, "an operation": Operation;
    "x-remember" Remember, "an operation": Operation;
    "x-limits" Limits, "the document's root": Document;
    "x-retry-after" RetryAfter, "the document's root": Document;
    "x-limit" Limit, "an operation": Operation;
    "x-sealed" Sealed, "an operation": Operation;
    "x-aliases" Aliases, "an operation": Operation;
    "x-versions" Versions, "an operation": Operation;
    "x-accept" Accept, "an operation": Operation;
    "x-outcome" Outcome, "a response": Response;
    "x-envelope" Envelope, "a response or the document's root": Response | Document;
    "x-unit" Unit, "a schema": Schema;
    "x-decimals" Decimals, "a schema": Schema;
    "x-patch" Patch, "a schema": Schema;
    "x-sensitive" Sensitive, "a schema or a parameter": Schema | Parameter;
    "x-fill" Fill, "a header parameter": Parameter;
}

impl Fact for Inferred {
    const KEY: &'static str = "x-inferred";
}

impl Fact for Source {
    const KEY: &'static str = "x-source";
}

fn shape<T: Fact>(value: &Value) -> Result<(), Fault> {
    match T::deserialize(value) {
        Ok(fact) => fact.sound().map_err(Fault::Shape),
        Err(error) => Err(Fault::Shape(error.to_string())),
    }
}

/// What the shape alone does not say.
pub(crate) trait Sound {
    fn sound(&self) -> Result<(), String> {
        Ok(())
    }
}

macro_rules! always_sound {
    ($($type:ty)+) => {
        $(impl Sound for $type {})+
    };
}

always_sound! { Accept Decimals Effect Stated<Money> Page Remember Limit RetryAfter Sealed Aliases Outcome Envelope Unit Patch Sensitive Fill Inferred }

impl Sound for Source {
    fn sound(&self) -> Result<(), String> {
        let file = self
            .0
            .split_whitespace()
            .find(|word| word.trim_end_matches([',', '.']).ends_with(".md") && !word.starts_with("https://"));
        match file {
            Some(file) => Err(format!(
                "`{file}` is a file that is not published: write the provider's public page (https://..) or a text"
            )),
            None => Ok(()),
        }
    }
}

impl Sound for Limits {
    fn sound(&self) -> Result<(), String> {
        let empty = |tier: &&Tier| tier.calls == 0 || tier.seconds == 0 || tier.burst == Some(0);
        match self.0.iter().find(|(_, tier)| empty(tier)) {
            Some((name, _)) => Err(format!("the tier `{name}` permits no calls")),
            None => Ok(()),
        }
    }
}

impl Sound for Correlation {
    fn sound(&self) -> Result<(), String> {
        match self.field.0.strip_prefix('/') {
            None => Err("`field` is the whole body".into()),
            Some(name) if name.contains('/') => Err("`field` is not a top-level field of the body".into()),
            _ if self.pair.is_some() && self.append => Err("a list of pairs has no text to `append` to".into()),
            _ if self.append && self.max_length.is_none() => Err("`append` needs a `max_length`".into()),
            // 32 hexadecimal digits.
            _ if self.max_length.is_some_and(|most| most < 32) => Err("`max_length` is too short for a token".into()),
            _ => Ok(()),
        }
    }
}

impl Sound for Versions {
    fn sound(&self) -> Result<(), String> {
        let own = ["operationId", "responses", "parameters", "requestBody", "x-versions"];
        for (id, version) in &self.0 {
            if let Some(key) = version.differs.keys().find(|key| own.contains(&key.as_str())) {
                return Err(format!("`{key}` of the version `{id}` cannot differ"));
            }
        }
        match self.0.is_empty() {
            true => Err("it names no version".into()),
            false => Ok(()),
        }
    }
}

impl Sound for Stated<Settled> {
    fn sound(&self) -> Result<(), String> {
        self.fact().map_or(Ok(()), Settled::sound)
    }
}

impl Sound for Idempotency {
    fn sound(&self) -> Result<(), String> {
        match (self.place, self.field.as_deref()) {
            (KeyPlace::None, Some(_)) => Err("`in: none` has no `field`".into()),
            (KeyPlace::None, None) if self.echo.is_some() => Err("`in: none` has no reference to `echo`".into()),
            (KeyPlace::None, None) => self.lookup.as_ref().map_or(Ok(()), Lookup::sound),
            (_, None | Some("")) => Err("`field` is missing".into()),
            (KeyPlace::Body, Some(field)) if !field.starts_with('/') => {
                Err(format!("`{field}` is not a JSON pointer: start it with /"))
            }
            _ => self.lookup.as_ref().map_or(Ok(()), Lookup::sound),
        }
    }
}

impl Lookup {
    fn sound(&self) -> Result<(), String> {
        let Some(candidates) = &self.candidates else { return Ok(()) };
        if self.account.is_some() || self.reference.is_some() {
            return Err("`candidates` excludes `reference` and `account`".into());
        }
        if self.amount.is_some() || self.currency.is_some() || !self.before.is_empty() {
            return Err("`candidates` excludes `amount`, `currency` and `settled`".into());
        }
        match &candidates.direction {
            Some(Direction { field: None, signed: false, .. }) => {
                Err("`direction` has neither `field` nor `signed`".into())
            }
            Some(Direction { field: None, out, income, other, .. })
                if !out.is_empty() || !income.is_empty() || !other.is_empty() =>
            {
                Err("`direction` has values but no `field`".into())
            }
            Some(Direction { field: Some(_), out, income, other, .. })
                if out.is_empty() && income.is_empty() && other.is_empty() =>
            {
                Err("`direction` has a `field` but no values".into())
            }
            _ => Ok(()),
        }
    }
}
