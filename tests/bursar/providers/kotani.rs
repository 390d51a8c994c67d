//! Kotani Pay, as the tests know it: the largest provider, and the one whose wire has moods.

use bursar::ConfigError;
use bursar::kotani::{Client, Environment, PROVENANCE, operations};
use bursar_kotani::dispatch::ENTRIES;
use bursar_sandbox::kotani::{ACCESS_TOKEN, API_KEY, REFRESH_TOKEN, SETTLEMENT_SIGNATURE};

use crate::support::marks::debugged;
use crate::support::provider::{Api, Fake, Keys, Leaks, Of, Pages, Provider, Refused, Samples, Wire, codecs};
use crate::support::survival::Misfits;
use crate::support::survival::Why::{Coerced, Unknown, WordForValue};

pub(crate) static KOTANI: Provider = Provider {
    name: "kotani",
    operations: operations::ALL,
    provenance: PROVENANCE,
    codecs: || codecs(ENTRIES),
    open,
    environments: || {
        use Environment::{Preview, Production, ProductionIo, Sandbox, SandboxIo};
        [Sandbox, Production, Preview, SandboxIo, ProductionIo].iter().map(|one| one.url().to_owned()).collect()
    },
    pages: Pages {
        counts: (94, 87),
        aliases: true,
        without: &[
            ("create_plain_api_key", "the authentication guide"),
            ("verify_magic_link", "the authentication guide"),
            ("list_public_rates", "a route of 2026, on no page of the first documentation"),
            ("get_public_rate", "a route of 2026, on no page of the first documentation"),
            ("retry_refunds", "a route of 2026, on no page of the first documentation"),
            ("retry_all_failed_refunds", "a route of 2026, on no page of the first documentation"),
            ("submit_refund_invoice", "a route of 2026, on no page of the first documentation"),
            ("get_bridge_refund_config", "a route of 2026, on no page of the first documentation"),
            ("regenerate_bridge_refund_config", "a route of 2026, on no page of the first documentation"),
            ("list_deposits", "a route of 2026, on no page of the first documentation"),
            ("list_withdrawals", "a route of 2026, on no page of the first documentation"),
            ("resolve_duplicate_withdrawal", "a route of 2026, on no page of the first documentation"),
        ],
    },
    samples: Samples {
        count: 237,
        misfits: MISFITS,
        shared: SHARED,
        unstated: &[("essentials__error-handling-seed__response-unstated", 400)],
        unread: &[],
        webhooks: &[],
        variants: true,
        without: &[
            "list_batch_payments",
            "list_bulk_batches",
            "list_bulk_transactions",
            "process_bulk_batch",
            "list_public_rates",
            "get_public_rate",
            "retry_refunds",
            "retry_all_failed_refunds",
            "submit_refund_invoice",
            "get_bridge_refund_config",
            "regenerate_bridge_refund_config",
            "list_deposits",
            "list_withdrawals",
            "resolve_duplicate_withdrawal",
        ],
        recased: true,
        both_casings: &[],
        refusals: &[
            r#"{"success":false,"message":"No","error_code":400,"data":{"errors":["amount"]}}"#,
            r#"{"success":false,"message":"No","data":{}}"#,
            r#"{"statusCode":400,"message":"No","error":"Bad Request","data":{"retryAfter":60}}"#,
            r#"{"statusCode":400,"message":"No","errors":["Row 12"],"details":{"rateId":"r","status":"PENDING"}}"#,
            r#"{"status":"error","message":"No","error_code":"INVALID_API_KEY","timestamp":"2024-01-15T10:30:00Z"}"#,
            r#"{"status":"error","message":"No","error_code":"RATE_LIMITED","retry_after":60}"#,
        ],
        // The health of the service has no refusals, only a state.
        own_refusals: &["check_health"],
        // Telephones that nobody has, the test card, chain addresses and ids out of examples.
        made_up: &[
            "+254700000000",
            "+254700000001",
            "+254700000002",
            "0700000001",
            "0700000002",
            "700000002",
            "+27700000001",
            "+254711000000",
            "123456789",
            "1234567890",
            "0123456789",
            "4111111111111111",
            "0x1234567890",
        ],
        no_digits: false,
    },
    wire: Wire {
        // Either of the two will do for most operations; what takes a session only is never sent with an API key.
        keys: &[
            (
                &["api_key"],
                Refused::Only(&[
                    "create_api_key",
                    "refresh_token",
                    "report_provider_settlement",
                    "create_plain_api_key",
                ]),
            ),
            (&["access_token"], Refused::Only(&["refresh_token", "report_provider_settlement"])),
            (
                &[],
                Refused::AllBut(&[
                    "verify_human",
                    "send_magic_link",
                    "create_integrator",
                    "check_health",
                    "list_payment_providers",
                    "verify_magic_link",
                    "list_public_rates",
                    "get_public_rate",
                ]),
            ),
        ],
        same: &[],
        always: &[],
        own: &[],
        made: |_, _, _| None,
        left_out: 26,
    },
    leaks: Leaks {
        fields: 151,
        secrets: 81,
        answers: 730,
        arguments: 7,
        shown: operations::RETRY_AFTER,
        headers: &["x-ratelimit-limit"],
    },
    sandbox: Some(Fake {
        url: |sandbox| sandbox.kotani_url(),
        keys: &[
            ("api_key", API_KEY),
            ("access_token", ACCESS_TOKEN),
            ("refresh_token", REFRESH_TOKEN),
            ("settlement_signature", SETTLEMENT_SIGNATURE),
        ],
        other_keys: &[],
        before: &[],
        unanswered: &[],
    }),
};

fn open(url: &str, keys: &Keys) -> Result<Api, ConfigError> {
    let mut builder = Client::builder().environment(Environment::Custom(url.to_owned()));
    if let Some(key) = keys.get("api_key") {
        builder = builder.api_key(key);
    }
    if let Some(token) = keys.get("access_token") {
        builder = builder.access_token(token);
    }
    if let Some(token) = keys.get("refresh_token") {
        builder = builder.refresh_token(token);
    }
    if let Some(signature) = keys.get("settlement_signature") {
        builder = builder.settlement_signature(signature);
    }
    let shown = debugged(&builder);
    Ok(Api::new(shown, builder.build()?, ENTRIES, |client, options| client.with(options)))
}

/// Samples that are named after no page: by the beginning of their names.
const SHARED: &[(&str, Of)] = &[
    ("errors", Of::All),
    // It stands for any payload.
    ("essentials__success", Of::These(&["send_magic_link"])),
    ("essentials", Of::All),
    ("payment-links__flow", Of::All),
    ("deposits__flow-card", Of::These(&["get_card_deposit_status"])),
    ("deposits__flow-invalid", Of::These(&["get_deposit_status"])),
    ("deposits__flow", Of::Pages("deposits__")),
    ("offramp__flow-refund", Of::These(&["get_offramp_status"])),
    ("offramp__flow", Of::Pages("offramp__")),
    ("onramp__flow-crypto", Of::These(&["get_crypto_send_status"])),
    ("onramp__flow", Of::Pages("onramp__")),
    ("withdrawals__flow-expired", Of::These(&["get_withdrawal_status"])),
    ("withdrawals__flow-invalid", Of::These(&["get_withdrawal_status"])),
    ("withdrawals__flow", Of::Pages("withdrawals__")),
];

const MISFITS: &[(&str, Misfits)] = &[
    ("cross-border__get-invoice__response-200", &[("/amount", WordForValue)]),
    ("cross-border__pay-invoice-status__response-200", &[("/invoice/amount", Coerced)]),
    ("cross-border__pay-invoice__response-200", &[("/invoice/amount", Coerced)]),
    ("deposits__deposit-on-chain-status-page__response-200", &[("/onchain/crypto_amount", Coerced)]),
    ("deposits__deposit-on-chain-status-v202603__response-200", &[("/onchain/crypto_amount", WordForValue)]),
    ("deposits__deposit-on-chain-status__response-200", &[("/onchain/crypto_amount", WordForValue)]),
    ("deposits__flow-card-declined__response-unstated", &[("/error", Unknown)]),
    ("deposits__flow-invalid-customer__response-unstated", &[("/error", Unknown)]),
    (
        "offramp__create__request",
        &[
            ("/refundAmount", Unknown),
            ("/refundInitiated", Unknown),
            ("/refundStatus", Unknown),
            ("/refundTransactionHash", Unknown),
        ],
    ),
    ("offramp__flow-refund-pending__response-unstated", &[("/message", Unknown), ("/refund", Unknown)]),
    ("onramp__flow-crypto-failed__response-unstated", &[("/message", Unknown), ("/refund", Unknown)]),
    (
        "rates__fiat-to-fiat-v202608__response-200",
        &[
            ("/depositAmount", Coerced),
            ("/depositFee", Coerced),
            ("/depositTransactionAmount", Coerced),
            ("/withdrawalAmount", Coerced),
            ("/withdrawalFee", Coerced),
            ("/withdrawalTransactionAmount", Coerced),
        ],
    ),
    ("rates__fiat-to-fiat__request", &[("/amount", Coerced)]),
    (
        "rates__fiat-to-fiat__response-200",
        &[
            ("/depositAmount", Coerced),
            ("/depositFee", Coerced),
            ("/depositTransactionAmount", Coerced),
            ("/withdrawalAmount", Coerced),
            ("/withdrawalFee", Coerced),
            ("/withdrawalTransactionAmount", Coerced),
        ],
    ),
    (
        "rates__offramp-rate-v202608__response-200",
        &[
            ("/cryptoAmount", Coerced),
            ("/fee", Coerced),
            ("/fiatAmount", Coerced),
            ("/transactionAmount", Coerced),
            ("/walletDebitAmount", Coerced),
        ],
    ),
    ("rates__offramp-rate__request", &[("/cryptoAmount", Coerced)]),
    (
        "rates__offramp-rate__response-200",
        &[("/cryptoAmount", Coerced), ("/fee", Coerced), ("/fiatAmount", Coerced), ("/transactionAmount", Coerced)],
    ),
    (
        "rates__onramp-rate-v202608__response-200",
        &[
            ("/cryptoAmount", Coerced),
            ("/fee", Coerced),
            ("/fiatAmount", Coerced),
            ("/transactionAmount", Coerced),
            ("/walletDebitAmount", Coerced),
        ],
    ),
    ("rates__onramp-rate__request", &[("/fiatAmount", Coerced)]),
    (
        "rates__onramp-rate__response-200",
        &[("/cryptoAmount", Coerced), ("/fee", Coerced), ("/fiatAmount", Coerced), ("/transactionAmount", Coerced)],
    ),
    ("withdrawals__flow-expired__response-unstated", &[("/error", Unknown), ("/note", Unknown)]),
    ("withdrawals__flow-invalid-recipient__response-unstated", &[("/error", Unknown)]),
];
