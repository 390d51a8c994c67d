//! Kontist, as the tests know it: the one with versions of answers, forms, and several kinds of tokens.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bursar::kontist::{Client, Environment, PROVENANCE, operations};
use bursar::{ConfigError, Credential};
use bursar_kontist::dispatch::ENTRIES;
use bursar_sandbox::kontist::{AUTH_TOKEN, CONFIRMED_TOKEN, REFRESH_TOKEN};

use crate::support::marks::debugged;
use crate::support::provider::{Api, Fake, Keys, Leaks, Pages, Provider, Refused, Samples, Wire, codecs};
use crate::support::survival::Misfits;

pub(crate) static KONTIST: Provider = Provider {
    name: "kontist",
    operations: operations::ALL,
    provenance: PROVENANCE,
    codecs: || codecs(ENTRIES),
    open,
    environments: || vec![Environment::Production.url().to_owned()],
    pages: Pages { counts: (42, 39), aliases: false, without: &[] },
    samples: Samples {
        count: 47,
        misfits: MISFITS,
        shared: &[],
        unstated: &[],
        unread: &[("oauth_authorize_callback_code__response-302__1", "the browser brings it back: kontist/login.rs")],
        webhooks: &[],
        variants: false,
        without: &[
            "list_transactions_v2",
            "list_transactions_v1",
            "list_transfers",
            "get_user",
            "list_future_transactions",
            "list_transfer_suggestions",
            "list_account_transfer_suggestions",
            "get_statement",
            "get_account_statement",
            "delete_refresh_token",
            "delete_auth_token",
            "logout",
            "create_mfa_challenge",
        ],
        recased: true,
        both_casings: &["get_transaction"],
        refusals: &[
            r#"{"title":"No"}"#,
            r#"{"message":"No","status":400,"type":"https://api.kontist.com/problems/transfer/insufficient-funds"}"#,
        ],
        // Nothing is known of how OAuth says no.
        own_refusals: &["authorize", "create_oauth_token", "logout"],
        // Ids of requests and a code.
        made_up: &[
            "1500000000001",
            "1500000000002",
            "00000000000000000000000000000002",
            "0000000000000000000000000000000000000003",
        ],
        no_digits: false,
    },
    wire: Wire {
        // A token of any kind does for everything; user name and password do for what the first documentation had.
        keys: &[
            (&["oauth", "jwt", "confirmed"], Refused::Only(&[])),
            (&["basic"], Refused::Only(BEARER_ONLY)),
            // A refresh token alone gets an access token by itself, so nothing is refused; the crate's own tests count that.
            (&[], Refused::AllBut(PUBLIC)),
        ],
        // The client has one token for whatever asks for a bearer.
        same: &[("jwt", "oauth"), ("confirmed", "oauth")],
        always: &[],
        own: &[],
        made: |scheme, key, _| {
            (scheme == "basic").then(|| format!("Basic {}", BASE64_STANDARD.encode(format!("{USER}:{key}"))))
        },
        left_out: 0,
    },
    leaks: Leaks {
        fields: 46,
        secrets: 53,
        answers: 152,
        arguments: 19,
        shown: operations::RETRY_AFTER,
        headers: &["location"],
    },
    sandbox: Some(Fake {
        url: |sandbox| sandbox.kontist_url(),
        keys: &[("oauth", AUTH_TOKEN), ("refresh", REFRESH_TOKEN)],
        other_keys: &[("update_mfa_challenge", &[("oauth", CONFIRMED_TOKEN)])],
        before: &[],
        unanswered: &[
            ("get_statement", "documented with a redirect only"),
            ("get_account_statement", "documented with a redirect only"),
            ("authorize", "documented with a redirect only, for a browser"),
        ],
    }),
};

/// What gets tokens takes none.
const PUBLIC: &[&str] = &["create_refresh_token", "create_auth_token", "authorize", "create_oauth_token", "logout"];

/// What was documented after user name and password had gone.
const BEARER_ONLY: &[&str] = &[
    "list_transfers",
    "get_user",
    "list_future_transactions",
    "list_transfer_suggestions",
    "list_account_transfer_suggestions",
    "get_statement",
    "get_account_statement",
    "delete_refresh_token",
    "delete_auth_token",
    "create_mfa_challenge",
    "list_mfa_challenges",
    "get_mfa_challenge",
    "update_mfa_challenge",
    "create_mfa_confirmed_token",
    "create_device",
    "verify_device",
    "create_device_challenge",
    "verify_device_challenge",
];

/// Whose password it is with HTTP Basic.
const USER: &str = "alex";

fn open(url: &str, keys: &Keys) -> Result<Api, ConfigError> {
    let mut builder = Client::builder().environment(Environment::Custom(url.to_owned()));
    if let Some(token) = keys.get("oauth") {
        builder = builder.token(token);
    }
    if let Some(token) = keys.get("refresh") {
        builder = builder.refresh_token(token);
    }
    if let Some(password) = keys.get("basic") {
        builder = builder.basic(Credential::basic(USER, password.expose())?);
    }
    let shown = debugged(&builder);
    Ok(Api::new(shown, builder.build()?, ENTRIES, |client, options| client.with(options)))
}

const MISFITS: &[(&str, Misfits)] = &[];
