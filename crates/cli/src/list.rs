//! `bursar providers` and `bursar operations`.

use bursar_runtime::{Effect, Operation, SettledLeg};
use serde::Serialize;

use crate::exit::Failure;
use crate::find;
use crate::output::{say, table};
use crate::provider::{Provider, Row, Settings};
use crate::registry::PROVIDERS;
use crate::states;

#[derive(Serialize)]
struct ListedProvider {
    name: &'static str,
    title: &'static str,
    operations: usize,
    url_variable: &'static str,
    default_url: Option<&'static str>,
    credential_variables: Vec<&'static str>,
    public_key_variable: Option<&'static str>,
}

impl ListedProvider {
    fn of(provider: &dyn Provider) -> Self {
        let Settings { name, title, url, default_url, keys, public_key, .. } = provider.settings();
        let variables = keys.iter().map(|key| key.variable).collect();
        let operations = provider.rows().len();
        Self {
            name,
            title,
            operations,
            url_variable: url,
            default_url: *default_url,
            credential_variables: variables,
            public_key_variable: *public_key,
        }
    }

    fn cells(&self) -> Vec<String> {
        let variables = [self.url_variable].into_iter().chain(self.credential_variables.iter().copied());
        let variables: Vec<&str> = variables.chain(self.public_key_variable).collect();
        vec![self.name.to_owned(), format!("{} operations", self.operations), variables.join(" ")]
    }
}

/// Lists the providers.
pub(crate) fn providers(as_json: bool) -> Result<(), Failure> {
    let listed: Vec<_> = PROVIDERS.iter().map(|provider| ListedProvider::of(*provider)).collect();
    if as_json {
        return say(&json(&listed));
    }
    say(&table(&listed.iter().map(ListedProvider::cells).collect::<Vec<_>>()))
}

#[derive(Serialize)]
struct ListedOperation {
    id: &'static str,
    aliases: &'static [&'static str],
    method: String,
    path: &'static str,
    tag: &'static str,
    effect: &'static str,
    /// Alternatives of credentials; all credentials of one alternative are sent.
    auth: Vec<Vec<&'static str>>,
    inferred: bool,
    deprecated: bool,
    body: String,
    parameters: Vec<ListedParameter>,
    /// The state of the money for each status value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    states: Vec<ListedLeg>,
}

#[derive(Serialize)]
struct ListedLeg {
    name: &'static str,
    status: &'static str,
    done: &'static [&'static str],
    failed: &'static [&'static str],
    returned: &'static [&'static str],
    in_part: &'static [&'static str],
    may_still_come: &'static [&'static str],
    pending: &'static [&'static str],
    counted: &'static [&'static str],
}

impl ListedLeg {
    fn of(leg: &SettledLeg) -> Self {
        let SettledLeg { name, status, done, failed, returned, in_part, may_come, pending, counted, .. } = *leg;
        Self { name, status, done, failed, returned, in_part, may_still_come: may_come, pending, counted }
    }
}

#[derive(Serialize)]
struct ListedParameter {
    name: &'static str,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
}

impl ListedOperation {
    fn of(row: &Row) -> Self {
        let operation = row.operation;
        let filled = operation.headers.iter().map(|header| (header.name, "header", false));
        let stated = row.parameters.iter().map(|one| (one.name, one.place, one.required));
        let parameters = stated.chain(filled).map(|(name, place, required)| ListedParameter { name, place, required });
        Self {
            id: operation.id,
            aliases: operation.aliases,
            method: operation.method.to_string(),
            path: operation.path,
            tag: operation.tag,
            effect: effect(operation),
            auth: operation.auth.iter().map(|schemes| schemes.iter().map(|scheme| scheme.name).collect()).collect(),
            inferred: operation.inferred,
            deprecated: operation.deprecated,
            body: format!("{:?}", row.body).to_lowercase(),
            parameters: parameters.collect(),
            states: operation.settled.iter().flat_map(|settled| settled.legs).map(ListedLeg::of).collect(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let notes = [(self.inferred, "inferred"), (self.deprecated, "deprecated")];
        let notes: Vec<&str> = notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect();
        let notes = if notes.is_empty() { String::new() } else { format!("({})", notes.join(", ")) };
        let auth: Vec<String> = self
            .auth
            .iter()
            .map(|schemes| if schemes.is_empty() { "none".to_owned() } else { schemes.join("+") })
            .collect();
        let auth = if auth.is_empty() { "none".to_owned() } else { auth.join(" or ") };
        let (method, effect) = (self.method.clone(), self.effect.to_owned());
        vec![self.id.to_owned(), method, self.path.to_owned(), effect, auth, self.tag.to_owned(), notes]
    }
}

/// Lists the operations of a provider, or one of them with its status values.
pub(crate) fn operations(provider: &str, only: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let provider = find::provider(provider)?;
    let only = only.map(|name| find::operation(provider, name)).transpose()?;
    let rows = only.map_or_else(|| provider.rows(), |row| vec![row]);
    let listed: Vec<_> = rows.iter().map(ListedOperation::of).collect();
    if as_json {
        return say(&json(&listed));
    }
    say(&table(&listed.iter().map(ListedOperation::cells).collect::<Vec<_>>()))?;
    match only.map(|row| states::listed(row.operation)) {
        Some(states) if !states.is_empty() => say(&states),
        _ => Ok(()),
    }
}

fn effect(operation: &Operation) -> &'static str {
    match operation.effect {
        Effect::Read => "read",
        Effect::Write => "write",
        Effect::Money => "money",
    }
}

/// Encodes a value of texts, numbers and lists as JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Encoding such a value does not fail.
    serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned())
}
