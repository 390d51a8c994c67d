//! VaultsPay, as the tests know it.

use bursar::ConfigError;
use bursar::vaultspay::types::{CardStatusEvent, TransferEvent};
use bursar::vaultspay::{Client, Environment, PROVENANCE, Tokens, operations};
use bursar_runtime::dispatch::recode;
use bursar_sandbox::vaultspay::ACCESS_TOKEN;
use bursar_vaultspay::dispatch::ENTRIES;

use crate::support::marks::debugged;
use crate::support::provider::{Api, Fake, Keys, Leaks, Of, Pages, Provider, Refused, Samples, Wire, codecs};
use crate::support::survival::Misfits;
use crate::support::survival::Why::Unknown;

pub(crate) static VAULTSPAY: Provider = Provider {
    name: "vaultspay",
    operations: operations::ALL,
    provenance: PROVENANCE,
    codecs: || codecs(ENTRIES),
    open,
    environments: || [Environment::Uat, Environment::Production].iter().map(|one| one.url().to_owned()).collect(),
    pages: Pages { counts: (53, 53), aliases: false, without: &[] },
    samples: Samples {
        count: 45,
        misfits: MISFITS,
        shared: &[("error-", Of::All)],
        unstated: &[("error-action-required", 0), ("error-standard", 0)],
        unread: &[],
        webhooks: &[
            ("webhook-card-status", "CardStatusEvent", recode::<CardStatusEvent>),
            ("webhook-transfer", "TransferEvent", recode::<TransferEvent>),
        ],
        variants: false,
        without: &[
            "refresh_access_token",
            "create_user",
            "list_countries",
            "create_personal_info",
            "create_identification",
            "update_identification",
            "list_accounts",
            "get_account_ledger",
            "create_direct_transfer",
            "list_transactions",
            "get_transaction",
            "list_card_tiers",
            "update_card_manufacturing",
            "update_card_delivery",
            "set_card_pin",
            "enroll_card_three_ds",
            "toggle_card_freeze",
            "report_card_issue",
            "review_card_issue",
            "replace_card",
            "list_card_issues",
            "convert_card",
            "process_card_conversion",
            "list_card_security",
            "ping",
        ],
        recased: false,
        both_casings: &[],
        refusals: &[
            r#"{"code":1010,"message":"No","type":"BAD_REQUEST"}"#,
            r#"{"code":1000,"message":"No","type":"INVALID_PAYLOAD","errors":[{"key":"iban","reason":"No"}]}"#,
            r#"{"code":1035,"message":"No","type":"ACTION_REQUIRED","errors":[{"key":"actionRequired","reason":"KYC"}]}"#,
        ],
        own_refusals: &[],
        made_up: &["30100000000001", "3000000001", "0000000001", "5555555555554444", "4111111111111111"],
        no_digits: false,
    },
    wire: Wire {
        keys: &[(&[], Refused::AllBut(&["create_access_token", "refresh_access_token", "ping"]))],
        same: &[],
        always: &[("x-device-id", "17"), ("x-device-os", "SAAS"), ("x-enable-encryption", "false")],
        // Only sealed calls have them.
        own: &["x-auth-signature", "x-session-nonce"],
        made: |_, _, _| None,
        left_out: 28,
    },
    leaks: Leaks {
        fields: 230,
        secrets: 110,
        answers: 470,
        arguments: 36,
        shown: operations::RETRY_AFTER,
        headers: &[],
    },
    sandbox: Some(Fake {
        url: |sandbox| sandbox.vaultspay_url(),
        keys: &[("bearer", ACCESS_TOKEN)],
        other_keys: &[],
        before: &[],
        unanswered: &[],
    }),
};

fn open(url: &str, keys: &Keys) -> Result<Api, ConfigError> {
    let mut builder = Client::builder().environment(Environment::Custom(url.to_owned())).device_id("17");
    if let Some(token) = keys.get("bearer") {
        builder = builder.tokens(Tokens::new(token));
    }
    let shown = debugged(&builder);
    Ok(Api::new(shown, builder.build()?, ENTRIES, |client, options| client.with(options)))
}

const MISFITS: &[(&str, Misfits)] = &[
    // The page leaves the members out.
    ("kyc-get.response.200", &[("/personalInfo/...", Unknown)]),
];
