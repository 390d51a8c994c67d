//! Where a call goes and with which credentials: from the environment, or the sandbox's.

use bursar_runtime::{ConfigError, Credential, Operation, Scheme};
use bursar_sandbox::Sandbox;

use crate::args::Call;
use crate::exit::Failure;
use crate::provider::{Key, Settings, Setup, Show};

/// Sets a client up for a call.
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
            (Some(_), _) => Some(Credential::new("***")),
            (None, Some(_)) => key.sandbox.map(Credential::new),
            (None, None) => std::env::var_os(key.variable).map(|_| Credential::from_env(key.variable)),
        };
        setup.credentials.extend(credential.transpose().map_err(fault)?.map(|credential| (key.name, credential)));
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
        return Err(Failure::not_sent(format!("{} {} needs credentials: set {named}", settings.name, operation.id)));
    }
    Ok(setup)
}

fn base_url(asked: &Call, settings: &Settings, sandbox: Option<&Sandbox>) -> Result<String, Failure> {
    if let Some(sandbox) = sandbox {
        let none = || Failure::usage(format!("the sandbox has no fake {}", settings.title));
        return sandbox.url_of(settings.name).ok_or_else(none);
    }
    let stated = asked.base_url.clone().or_else(|| std::env::var(settings.url).ok());
    stated.or_else(|| settings.default_url.map(str::to_owned)).ok_or_else(|| {
        let (name, url) = (settings.name, settings.url);
        Failure::not_sent(format!("nobody said where {name} is: set {url}, or give --base-url"))
    })
}

/// A credential that is not there.
struct Lack {
    scheme: &'static str,
    variable: Option<&'static str>,
}

/// What every call needs, and what the operation's first alternative does, unless any alternative is complete.
fn missing(settings: &'static Settings, setup: &Setup, operation: &Operation) -> Vec<Lack> {
    let of_scheme = |scheme: &'static str| -> Vec<Lack> {
        let keys = settings.keys.iter().filter(|key| key.scheme == scheme);
        let lacks = |key: &&Key| setup.credential(key.name).is_none();
        let missing = keys.clone().filter(lacks).map(|key| Lack { scheme, variable: Some(key.variable) });
        let unknown = (keys.count() == 0 && !scheme.is_empty()).then_some(Lack { scheme, variable: None });
        missing.chain(unknown).collect()
    };
    let of_all = |schemes: &&'static [Scheme]| -> Vec<Lack> {
        schemes.iter().flat_map(|scheme| of_scheme(scheme.name)).collect()
    };
    let alternatives: Vec<Vec<Lack>> = operation.auth.iter().map(of_all).collect();
    let is_complete = alternatives.iter().any(Vec::is_empty);
    let first = alternatives.into_iter().next().filter(|_| !is_complete).unwrap_or_default();
    of_scheme("").into_iter().chain(first).collect()
}

fn fault(fault: ConfigError) -> Failure {
    Failure::not_sent(fault)
}
