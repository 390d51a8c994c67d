//! Providers of the command: operation table, settings, and client construction.

use std::sync::Arc;

use bursar_runtime::dispatch::{Arguments, Body, Decoded, Echo, Entry, Failed, Parameter, Recode};
use bursar_runtime::{BoxFuture, Builder, ConfigError, Credential, Operation, Reply, Request, Response};

/// Names and environment variables of a provider.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Name, as in the crate's name.
    pub(crate) name: &'static str,
    /// Name for people.
    pub(crate) title: &'static str,
    /// Environment variable with the base URL.
    pub(crate) url: &'static str,
    /// Default base URL.
    pub(crate) default_url: Option<&'static str>,
    /// The credentials and other required settings.
    pub(crate) keys: &'static [Key],
    /// The variables for each security scheme; alternatives are listed separately.
    pub(crate) ways: &'static [Way],
    /// Environment variable with the provider's public key, which enables encryption except in the sandbox.
    pub(crate) public_key: Option<&'static str>,
    /// The login at the sandbox for operations with its scheme.
    pub(crate) sign_in: Option<SignIn>,
}

/// A credential, or another setting.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its environment variable.
    pub(crate) variable: &'static str,
    /// The fixed test credential of the sandbox, if there is one.
    pub(crate) sandbox: Option<&'static str>,
}

/// The variables for security schemes of the document; the scheme `""` is required by every call.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) schemes: &'static [&'static str],
    pub(crate) variables: &'static [&'static str],
}

/// A call that acquires a credential.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// The scheme of the acquired credential.
    pub(crate) scheme: &'static str,
    /// The operation.
    pub(crate) operation: &'static str,
    /// Its arguments as JSON.
    pub(crate) arguments: fn() -> String,
}

/// A callback for the request of a dry run.
pub(crate) type Show = Arc<dyn Fn(&Request) + Send + Sync>;

/// The settings of the client for one call.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) base_url: String,
    /// Credentials by the names of their variables.
    pub(crate) credentials: Vec<(&'static str, Credential)>,
    /// The provider's public key.
    pub(crate) public_key: Option<String>,
    /// Headers that the client fills otherwise.
    pub(crate) headers: Vec<(String, String)>,
    /// Show the request instead of sending it.
    pub(crate) dry_run: Option<Show>,
    /// Log in first.
    pub(crate) sign_in: bool,
}

impl Setup {
    /// The credential of a variable.
    pub(crate) fn credential(&self, variable: &str) -> Option<Credential> {
        self.credentials.iter().find(|(name, _)| *name == variable).map(|(_, credential)| credential.clone())
    }

    /// Sets the credential of a variable on a builder, if there is one.
    pub(crate) fn with<B>(&self, variable: &str, builder: B, set: fn(B, Credential) -> B) -> B {
        match self.credential(variable) {
            Some(credential) => set(builder, credential),
            None => builder,
        }
    }

    /// Applies the common settings of all clients.
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

/// An operation, independent of the type of its client.
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
    /// Whether a success is a file instead of JSON, which cannot drift.
    pub(crate) fn answers_a_file(&self) -> bool {
        !self.operation.accept.contains("json")
    }
}

/// A provider, independent of the type of its client.
pub(crate) trait Provider: Sync {
    fn settings(&self) -> &'static Settings;

    /// All operations, in document order.
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
        found.ok_or_else(|| Failed::Argument(format!("operation `{id}` not found")))
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
