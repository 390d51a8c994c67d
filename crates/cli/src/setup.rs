//! Where a call goes and with which credentials: from the environment, or the sandbox's.

use bursar_runtime::{ConfigError, Credential, Operation};
use bursar_sandbox::Sandbox;

use crate::args::Call;
use crate::exit::Failure;
use crate::provider::{Settings, Setup, Show};

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
        setup.credentials.extend(credential.transpose().map_err(fault)?.map(|credential| (key.scheme, credential)));
    }
    setup.dry_run = dry_run;
    let missing = missing(&setup, operation);
    let signs_in = settings.sign_in.as_ref().filter(|_| sandbox.is_some() && setup.dry_run.is_none());
    match (signs_in, &missing[..]) {
        (_, []) => {}
        (Some(sign_in), [scheme]) if *scheme == sign_in.scheme => setup.sign_in = true,
        _ => {
            let named = |scheme: &&str| settings.keys.iter().find(|key| key.scheme == *scheme).map(|key| key.variable);
            let variables: Vec<&str> = missing.iter().filter_map(named).collect();
            let (name, id) = (settings.name, operation.id);
            return Err(Failure::not_sent(match variables.is_empty() {
                true => format!("{name} {id} needs the credential `{}`", missing.join("` and `")),
                false => format!("{name} {id} needs credentials: set {}", variables.join(" and ")),
            }));
        }
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

/// The schemes that the operation's first alternative still lacks; empty if any alternative is complete.
fn missing(setup: &Setup, operation: &Operation) -> Vec<&'static str> {
    let lacks = |schemes: &&'static [bursar_runtime::Scheme]| -> Vec<&'static str> {
        schemes.iter().map(|scheme| scheme.name).filter(|name| setup.credential(name).is_none()).collect()
    };
    let lacking: Vec<Vec<&str>> = operation.auth.iter().map(lacks).collect();
    if lacking.iter().any(Vec::is_empty) { Vec::new() } else { lacking.into_iter().next().unwrap_or_default() }
}

fn fault(fault: ConfigError) -> Failure {
    Failure::not_sent(fault)
}
