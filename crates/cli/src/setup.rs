//! Base URL and credentials of a call, from the environment or the sandbox.

use std::env::VarError;

use bursar_runtime::{ConfigError, Credential, Operation, Scheme};
use bursar_sandbox::Sandbox;

use crate::args::Call;
use crate::exit::Failure;
use crate::provider::{Settings, Setup, Show};

/// Collects the settings of the client for a call.
pub(crate) fn setup(
    asked: &Call,
    settings: &'static Settings,
    operation: &Operation,
    sandbox: Option<&Sandbox>,
    dry_run: Option<Show>,
) -> Result<Setup, Failure> {
    let mut setup = Setup { base_url: base_url(asked, settings, sandbox)?, ..Setup::default() };
    for key in settings.keys {
        let credential = match (&dry_run, sandbox) {
            (Some(_), _) => Credential::new("***").map(Some),
            (None, Some(_)) => key.sandbox.map(Credential::new).transpose(),
            (None, None) => Credential::from_env_if_set(key.variable),
        };
        setup.credentials.extend(credential.map_err(fault)?.map(|credential| (key.variable, credential)));
    }
    if let Some(name) = settings.public_key.filter(|_| sandbox.is_none()) {
        setup.public_key = variable(name)?;
    }
    setup.dry_run = dry_run;
    if setup.dry_run.is_some() {
        return Ok(setup);
    }
    let missing = missing(settings, &setup, operation);
    if missing.is_empty() {
        return Ok(setup);
    }
    let sign_in = settings.sign_in.as_ref().filter(|_| sandbox.is_some());
    setup.sign_in = sign_in.is_some_and(|sign_in| missing.iter().all(|lack| lack.scheme == sign_in.scheme));
    if !setup.sign_in {
        let named =
            |lack: &Lack| lack.variable.map_or_else(|| format!("the credential `{}`", lack.scheme), str::to_owned);
        let named = missing.iter().map(named).collect::<Vec<_>>().join(" and ");
        return Err(Failure::not_sent(format!(
            "{} {}: credentials are missing: set {named}",
            settings.name, operation.id
        )));
    }
    Ok(setup)
}

fn base_url(asked: &Call, settings: &Settings, sandbox: Option<&Sandbox>) -> Result<String, Failure> {
    if let Some(sandbox) = sandbox {
        let none = || Failure::usage(format!("the sandbox does not support {}", settings.title));
        return sandbox.url_of(settings.name).ok_or_else(none);
    }
    let stated = match &asked.base_url {
        Some(url) => Some(url.clone()),
        None => variable(settings.url)?,
    };
    stated.or_else(|| settings.default_url.map(str::to_owned)).ok_or_else(|| {
        let (name, url) = (settings.name, settings.url);
        Failure::not_sent(format!("{name}: the base URL is missing: set {url} or --base-url"))
    })
}

/// An optional environment variable; invalid Unicode is an error.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Failure::not_sent(format!("the environment variable `{name}` is not valid Unicode")))
        }
    }
}

/// A missing credential.
struct Lack {
    scheme: &'static str,
    variable: Option<&'static str>,
}

/// The missing credentials of every call and of the most complete alternative.
fn missing(settings: &'static Settings, setup: &Setup, operation: &Operation) -> Vec<Lack> {
    let of_scheme = |scheme: &'static str| -> Vec<Lack> {
        let ways = settings.ways.iter().filter(|way| way.schemes.contains(&scheme));
        let lacks = ways.map(|way| -> Vec<Lack> {
            let unset = way.variables.iter().filter(|variable| setup.credential(variable).is_none());
            unset.map(|variable| Lack { scheme, variable: Some(*variable) }).collect()
        });
        let unknown = || if scheme.is_empty() { Vec::new() } else { vec![Lack { scheme, variable: None }] };
        lacks.min_by_key(Vec::len).unwrap_or_else(unknown)
    };
    let of_all = |schemes: &&'static [Scheme]| -> Vec<Lack> {
        schemes.iter().flat_map(|scheme| of_scheme(scheme.name)).collect()
    };
    let nearest = operation.auth.iter().map(of_all).min_by_key(Vec::len).unwrap_or_default();
    of_scheme("").into_iter().chain(nearest).collect()
}

fn fault(fault: ConfigError) -> Failure {
    Failure::not_sent(fault)
}
