//! Registrations of all providers.
//!
//! The variables are those of each provider's `from_env`.

use bursar_runtime::Credential;
use bursar_sandbox as sandbox;
use bursar_vaultspay::Sealing;

use crate::provider::{Key, Provider, Registration, Settings, SignIn, Way};

/// All providers.
pub(crate) static PROVIDERS: &[&dyn Provider] = &[&KASHA, &KASISTO, &KONTIST, &KOTANI, &VAULTSPAY];

/// A credential with a fixed value in the sandbox.
const fn key(variable: &'static str, sandbox: &'static str) -> Key {
    Key { variable, sandbox: Some(sandbox) }
}

/// A credential without a fixed value in the sandbox.
const fn own(variable: &'static str) -> Key {
    Key { variable, sandbox: None }
}

const fn way(schemes: &'static [&'static str], variables: &'static [&'static str]) -> Way {
    Way { schemes, variables }
}

static KASHA: Registration<bursar_kasha::Client> = {
    use bursar_kasha::{Builder, Client, dispatch, env};
    Registration {
        settings: &Settings {
            name: "kasha",
            title: "Kasha",
            url: env::URL,
            default_url: None,
            keys: &[key(env::API_KEY, sandbox::kasha::API_KEY), own(env::SIGNATURE_SECRET)],
            ways: &[way(&["api_key"], &[env::API_KEY]), way(&["signature"], &[env::SIGNATURE_SECRET])],
            public_key: None,
            sign_in: None,
        },
        entries: dispatch::ENTRIES,
        client: |setup| {
            let builder = Client::builder().core(|core| setup.core(core));
            let builder = setup.with(env::API_KEY, builder, Builder::api_key);
            setup.with(env::SIGNATURE_SECRET, builder, Builder::signature_secret).build()
        },
    }
};

static KASISTO: Registration<bursar_kasisto::Client> = {
    use bursar_kasisto::{Builder, Client, dispatch, env};
    Registration {
        settings: &Settings {
            name: "kasisto",
            title: "Kasisto",
            url: env::URL,
            default_url: None,
            keys: &[key(env::SECRET, sandbox::kasisto::SECRET), own(env::TOKEN)],
            ways: &[way(&["secret"], &[env::SECRET]), way(&["token"], &[env::TOKEN])],
            public_key: None,
            sign_in: Some(SignIn {
                scheme: "token",
                operation: "create_token",
                arguments: || {
                    let (username, password) = (sandbox::kasisto::USERNAME, sandbox::kasisto::PASSWORD);
                    serde_json::json!({"body": {"username": username, "password": password}}).to_string()
                },
            }),
        },
        entries: dispatch::ENTRIES,
        client: |setup| {
            let builder = Client::builder().core(|core| setup.core(core));
            let builder = setup.with(env::SECRET, builder, Builder::secret);
            setup.with(env::TOKEN, builder, Builder::token).build()
        },
    }
};

static KONTIST: Registration<bursar_kontist::Client> = {
    use bursar_kontist::{Builder, Client, dispatch, env};
    Registration {
        settings: &Settings {
            name: "kontist",
            title: "Kontist",
            url: env::URL,
            default_url: Some("https://api.kontist.com"),
            keys: &[
                key(env::TOKEN, sandbox::kontist::AUTH_TOKEN),
                key(env::REFRESH_TOKEN, sandbox::kontist::REFRESH_TOKEN),
                key(env::USERNAME, sandbox::kontist::EMAIL),
                key(env::PASSWORD, sandbox::kontist::PASSWORD),
            ],
            ways: &[
                way(&["oauth", "jwt", "confirmed"], &[env::TOKEN]),
                way(&["oauth", "jwt", "refresh"], &[env::REFRESH_TOKEN]),
                way(&["basic"], &[env::USERNAME, env::PASSWORD]),
            ],
            public_key: None,
            sign_in: None,
        },
        entries: dispatch::ENTRIES,
        client: |setup| {
            let builder = Client::builder().core(|core| setup.core(core));
            let builder = setup.with(env::TOKEN, builder, Builder::token);
            let builder = setup.with(env::REFRESH_TOKEN, builder, Builder::refresh_token);
            match (setup.credential(env::USERNAME), setup.credential(env::PASSWORD)) {
                (Some(user), Some(password)) => {
                    builder.basic(Credential::basic(user.expose(), password.expose())?).build()
                }
                _ => builder.build(),
            }
        },
    }
};

static KOTANI: Registration<bursar_kotani::Client> = {
    use bursar_kotani::{Builder, Client, dispatch, env};
    Registration {
        settings: &Settings {
            name: "kotani",
            title: "Kotani Pay",
            url: env::URL,
            default_url: Some("https://sandbox-api.kotanipay.com"),
            keys: &[
                key(env::API_KEY, sandbox::kotani::API_KEY),
                key(env::ACCESS_TOKEN, sandbox::kotani::ACCESS_TOKEN),
                key(env::REFRESH_TOKEN, sandbox::kotani::REFRESH_TOKEN),
                own(env::SIGNING_SECRET),
                key(env::SETTLEMENT_SIGNATURE, sandbox::kotani::SETTLEMENT_SIGNATURE),
            ],
            ways: &[
                way(&["api_key"], &[env::API_KEY]),
                way(&["access_token"], &[env::ACCESS_TOKEN]),
                way(&["access_token", "refresh_token"], &[env::REFRESH_TOKEN]),
                way(&["settlement_signature"], &[env::SETTLEMENT_SIGNATURE]),
            ],
            public_key: None,
            sign_in: None,
        },
        entries: dispatch::ENTRIES,
        client: |setup| {
            let builder = Client::builder().core(|core| setup.core(core));
            let builder = setup.with(env::API_KEY, builder, Builder::api_key);
            let builder = setup.with(env::ACCESS_TOKEN, builder, Builder::access_token);
            let builder = setup.with(env::REFRESH_TOKEN, builder, Builder::refresh_token);
            let builder = setup.with(env::SIGNING_SECRET, builder, Builder::signing_secret);
            setup.with(env::SETTLEMENT_SIGNATURE, builder, Builder::settlement_signature).build()
        },
    }
};

static VAULTSPAY: Registration<bursar_vaultspay::Client> = {
    use bursar_vaultspay::{Client, dispatch, env};
    Registration {
        settings: &Settings {
            name: "vaultspay",
            title: "VaultsPay",
            url: env::URL,
            default_url: Some("https://api.vaultspay.dev"),
            keys: &[
                key(env::CLIENT_ID, sandbox::vaultspay::CLIENT_ID),
                key(env::CLIENT_SECRET, sandbox::vaultspay::CLIENT_SECRET),
                key(env::DEVICE_ID, sandbox::vaultspay::DEVICE_ID),
            ],
            ways: &[way(&["bearer"], &[env::CLIENT_ID, env::CLIENT_SECRET]), way(&[""], &[env::DEVICE_ID])],
            public_key: Some(env::PUBLIC_KEY),
            sign_in: None,
        },
        entries: dispatch::ENTRIES,
        client: |setup| {
            let builder = Client::builder().core(|core| setup.core(core));
            let builder = setup.with(env::DEVICE_ID, builder, |builder, id| builder.device_id(id.expose()));
            let builder = match &setup.public_key {
                Some(key) => builder.sealing(Sealing::new(key)?),
                None => builder,
            };
            match (setup.credential(env::CLIENT_ID), setup.credential(env::CLIENT_SECRET)) {
                (Some(id), Some(secret)) => builder.client(id, secret).build(),
                _ => builder.build(),
            }
        },
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_urls_equal_those_of_the_clients() {
        let defaults: Vec<_> = PROVIDERS.iter().map(|provider| provider.settings().default_url).collect();
        let kontist = bursar_kontist::Environment::Production;
        let (kotani, vaultspay) = (bursar_kotani::Environment::Sandbox, bursar_vaultspay::Environment::Uat);
        assert_eq!(defaults, [None, None, Some(kontist.url()), Some(kotani.url()), Some(vaultspay.url())]);
    }

    /// A missing credential must be reported by its variable.
    #[test]
    fn every_scheme_of_every_operation_has_variables() {
        for provider in PROVIDERS {
            let ways = provider.settings().ways;
            for row in provider.rows() {
                for scheme in row.operation.auth.iter().flat_map(|schemes| *schemes) {
                    // OAuth2 programs log in with a browser, which the command does not support.
                    let is_of_programs = (row.operation.provider, scheme.name) == ("kontist", "client");
                    let known = is_of_programs || ways.iter().any(|way| way.schemes.contains(&scheme.name));
                    assert!(known, "{} {}: {}", row.operation.provider, row.operation.id, scheme.name);
                }
            }
        }
    }

    /// A dry run replaces such a parameter by `***`, which a check would refuse.
    #[test]
    fn no_sensitive_parameter_is_checked() {
        for row in PROVIDERS.iter().flat_map(|provider| provider.rows()) {
            for parameter in row.parameters.iter().filter(|parameter| parameter.sensitive) {
                let is_checked = row.operation.checks.iter().any(|(place, _)| *place == parameter.name);
                assert!(!is_checked, "{} {}", row.operation.id, parameter.name);
            }
        }
    }
}
