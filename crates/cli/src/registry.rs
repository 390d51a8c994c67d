//! The providers that the command knows: one registration each, and nothing per operation.

use bursar_sandbox as sandbox;

use crate::provider::{Key, Provider, Registration, Settings, SignIn};

/// All of them.
pub(crate) static PROVIDERS: &[&dyn Provider] = &[&KASISTO, &KOTANI, &KASHA, &VAULTSPAY];

static KASISTO: Registration<bursar_kasisto::Client> = Registration {
    settings: &Settings {
        name: "kasisto",
        title: "Kasisto",
        url: "BURSAR_KASISTO_URL",
        default_url: None,
        keys: &[
            Key {
                name: "secret",
                scheme: "secret",
                variable: "BURSAR_KASISTO_SECRET",
                sandbox: Some(sandbox::kasisto::SECRET),
            },
            Key { name: "token", scheme: "token", variable: "BURSAR_KASISTO_TOKEN", sandbox: None },
        ],
        sign_in: Some(SignIn {
            scheme: "token",
            operation: "create_token",
            arguments: || {
                let (username, password) = (sandbox::kasisto::USERNAME, sandbox::kasisto::PASSWORD);
                serde_json::json!({"body": {"username": username, "password": password}}).to_string()
            },
        }),
    },
    entries: bursar_kasisto::dispatch::ENTRIES,
    client: |setup| {
        let mut builder = bursar_kasisto::Client::builder().core(|core| setup.core(core));
        if let Some(secret) = setup.credential("secret") {
            builder = builder.secret(secret);
        }
        if let Some(token) = setup.credential("token") {
            builder = builder.token(token);
        }
        builder.build()
    },
};

static KOTANI: Registration<bursar_kotani::Client> = Registration {
    settings: &Settings {
        name: "kotani",
        title: "Kotani Pay",
        url: "BURSAR_KOTANI_URL",
        default_url: Some("https://sandbox-api.kotanipay.com"),
        keys: &[
            Key {
                name: "api_key",
                scheme: "api_key",
                variable: "BURSAR_KOTANI_API_KEY",
                sandbox: Some(sandbox::kotani::API_KEY),
            },
            Key {
                name: "access_token",
                scheme: "access_token",
                variable: "BURSAR_KOTANI_ACCESS_TOKEN",
                sandbox: Some(sandbox::kotani::ACCESS_TOKEN),
            },
            Key {
                name: "refresh_token",
                scheme: "refresh_token",
                variable: "BURSAR_KOTANI_REFRESH_TOKEN",
                sandbox: Some(sandbox::kotani::REFRESH_TOKEN),
            },
            Key {
                name: "settlement_signature",
                scheme: "settlement_signature",
                variable: "BURSAR_KOTANI_SETTLEMENT_SIGNATURE",
                sandbox: Some(sandbox::kotani::SETTLEMENT_SIGNATURE),
            },
        ],
        sign_in: None,
    },
    entries: bursar_kotani::dispatch::ENTRIES,
    client: |setup| {
        let mut builder = bursar_kotani::Client::builder().core(|core| setup.core(core));
        for (scheme, credential) in setup.credentials.iter().cloned() {
            builder = match scheme {
                "api_key" => builder.api_key(credential),
                "access_token" => builder.access_token(credential),
                "refresh_token" => builder.refresh_token(credential),
                _ => builder.settlement_signature(credential),
            };
        }
        builder.build()
    },
};

static KASHA: Registration<bursar_kasha::Client> = Registration {
    settings: &Settings {
        name: "kasha",
        title: "Kasha",
        url: "BURSAR_KASHA_URL",
        default_url: None,
        keys: &[
            Key {
                name: "api_key",
                scheme: "api_key",
                variable: "BURSAR_KASHA_API_KEY",
                sandbox: Some(sandbox::kasha::API_KEY),
            },
            Key { name: "signature", scheme: "signature", variable: "BURSAR_KASHA_SIGNATURE_SECRET", sandbox: None },
        ],
        sign_in: None,
    },
    entries: bursar_kasha::dispatch::ENTRIES,
    client: |setup| {
        let mut builder = bursar_kasha::Client::builder().core(|core| setup.core(core));
        if let Some(key) = setup.credential("api_key") {
            builder = builder.api_key(key);
        }
        if let Some(secret) = setup.credential("signature") {
            builder = builder.signature_secret(secret);
        }
        builder.build()
    },
};

static VAULTSPAY: Registration<bursar_vaultspay::Client> = Registration {
    settings: &Settings {
        name: "vaultspay",
        title: "VaultsPay",
        url: "BURSAR_VAULTSPAY_URL",
        default_url: None,
        keys: &[
            Key {
                name: "client_id",
                scheme: "bearer",
                variable: "BURSAR_VAULTSPAY_CLIENT_ID",
                sandbox: Some(sandbox::vaultspay::CLIENT_ID),
            },
            Key {
                name: "client_secret",
                scheme: "bearer",
                variable: "BURSAR_VAULTSPAY_CLIENT_SECRET",
                sandbox: Some(sandbox::vaultspay::CLIENT_SECRET),
            },
            Key {
                name: "device_id",
                scheme: "",
                variable: "BURSAR_VAULTSPAY_DEVICE_ID",
                sandbox: Some(sandbox::vaultspay::DEVICE_ID),
            },
        ],
        sign_in: None,
    },
    entries: bursar_vaultspay::dispatch::ENTRIES,
    client: |setup| bursar_vaultspay::Client::builder().core(|core| setup.core(core)).build(),
};
