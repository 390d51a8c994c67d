//! A provider as the command sees it: a table of operations, and how to build a client.

use std::sync::Arc;

use bursar_runtime::dispatch::{Arguments, Body, Decoded, Echo, Entry, Failed, Parameter, Recode};
use bursar_runtime::{BoxFuture, Builder, ConfigError, Credential, Operation, Reply, Request, Response};

/// What a provider is called by, and where its settings stand.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Name, as in the crate's name.
    pub(crate) name: &'static str,
    /// Name for people.
    pub(crate) title: &'static str,
    /// Environment variable with the base URL.
    pub(crate) url: &'static str,
    /// Base URL if that is not set.
    pub(crate) default_url: Option<&'static str>,
    /// The credentials, and other settings that no client can be built without.
    pub(crate) keys: &'static [Key],
    /// What makes up the credential of each scheme; of several ways to one, any is enough.
    pub(crate) ways: &'static [Way],
    /// Environment variable with the provider's public key, which bodies are sealed with if it is set. The sandbox takes them plain.
    pub(crate) public_key: Option<&'static str>,
    /// What signs in at the sandbox before any operation that wants the scheme.
    pub(crate) sign_in: Option<SignIn>,
}

/// A credential, or another setting.
#[derive(Debug)]
pub(crate) struct Key {
    /// Environment variable that holds it.
    pub(crate) variable: &'static str,
    /// The sandbox's test credential, if there is a fixed one.
    pub(crate) sandbox: Option<&'static str>,
}

/// Variables that make up the credential of any of these schemes of the document; of the scheme `""`, what every call needs.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) schemes: &'static [&'static str],
    pub(crate) variables: &'static [&'static str],
}

/// A call that gets a credential which nobody can know beforehand.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// The scheme of the credential that it gets.
    pub(crate) scheme: &'static str,
    /// The operation.
    pub(crate) operation: &'static str,
    /// Its arguments as JSON.
    pub(crate) arguments: fn() -> String,
}

/// Sees a request that is not sent.
pub(crate) type Show = Arc<dyn Fn(&Request) + Send + Sync>;

/// How a client is to be set up for one call.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) base_url: String,
    /// Credentials by the names of their variables.
    pub(crate) credentials: Vec<(&'static str, Credential)>,
    /// The provider's public key.
    pub(crate) public_key: Option<String>,
    /// Headers that the client fills by itself.
    pub(crate) headers: Vec<(String, String)>,
    /// Send nothing, show it.
    pub(crate) dry_run: Option<Show>,
    /// Sign in first.
    pub(crate) sign_in: bool,
}

impl Setup {
    /// The credential of a variable.
    pub(crate) fn credential(&self, variable: &str) -> Option<Credential> {
        self.credentials.iter().find(|(name, _)| *name == variable).map(|(_, credential)| credential.clone())
    }

    /// Gives a builder the credential of a variable, if there is one.
    pub(crate) fn with<B>(&self, variable: &str, builder: B, set: fn(B, Credential) -> B) -> B {
        match self.credential(variable) {
            Some(credential) => set(builder, credential),
            None => builder,
        }
    }

    /// What every client is set up with.
    pub(crate) fn core(&self, mut core: Builder) -> Builder {
        core = core.base_url(&self.base_url);
        for (name, value) in &self.headers {
            core = core.header(name, value);
        }
        match self.dry_run.clone() {
            Some(show) => core.dry_run(move |request| show(request)),
            None => core,
        }
    }
}

/// An operation with what can be done with it, whatever its client is.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) operation: &'static Operation,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Body,
    pub(crate) decode: fn(&Operation, &Reply) -> Decoded,
    pub(crate) recode: Option<Recode>,
    /// Pointers of the documented members of the body.
    pub(crate) fields: &'static [&'static str],
}

impl Row {
    /// Whether a success is a file: no JSON, so that nothing of it differs from the document.
    pub(crate) fn answers_a_file(&self) -> bool {
        !self.operation.accept.contains("json")
    }
}

/// A provider with its client's type hidden.
pub(crate) trait Provider: Sync {
    fn settings(&self) -> &'static Settings;

    /// All operations, in the order of the document.
    fn rows(&self) -> Vec<Row>;

    /// Builds a client and calls the operation of this id.
    fn call<'a>(
        &'a self,
        setup: &'a Setup,
        id: &'a str,
        arguments: &'a Arguments,
    ) -> BoxFuture<'a, Result<Response<Echo>, Failed>>;
}

/// A provider whose client is `C`.
pub(crate) struct Registration<C: 'static> {
    pub(crate) settings: &'static Settings,
    pub(crate) entries: &'static [Entry<C>],
    pub(crate) client: fn(&Setup) -> Result<C, ConfigError>,
}

impl<C: Sync> Registration<C> {
    fn entry(&self, id: &str) -> Result<&'static Entry<C>, Failed> {
        let found = self.entries.iter().find(|entry| entry.operation.id == id);
        found.ok_or_else(|| Failed::Argument(format!("there is no operation `{id}`")))
    }
}

impl<C: Send + Sync> Provider for Registration<C> {
    fn settings(&self) -> &'static Settings {
        self.settings
    }

    fn rows(&self) -> Vec<Row> {
        let row = |entry: &'static Entry<C>| Row {
            operation: entry.operation,
            parameters: entry.parameters,
            body: entry.body,
            decode: entry.decode,
            recode: entry.recode,
            fields: entry.fields,
        };
        self.entries.iter().map(row).collect()
    }

    fn call<'a>(
        &'a self,
        setup: &'a Setup,
        id: &'a str,
        arguments: &'a Arguments,
    ) -> BoxFuture<'a, Result<Response<Echo>, Failed>> {
        Box::pin(async move {
            let entry = self.entry(id)?;
            let client = (self.client)(setup).map_err(|fault| Failed::Call { error: fault.into(), body: None })?;
            if let Some(sign_in) = self.settings.sign_in.as_ref().filter(|_| setup.sign_in) {
                let arguments = Arguments::parse(&(sign_in.arguments)())?;
                (self.entry(sign_in.operation)?.call)(&client, &arguments).await?;
            }
            (entry.call)(&client, arguments).await
        })
    }
}
