//! Kasisto, as the tests know it.

use bursar::ConfigError;
use bursar::kasisto::{Client, PROVENANCE, operations};
use bursar_kasisto::dispatch::ENTRIES;
use bursar_sandbox::kasisto::SECRET;

use crate::support::marks::debugged;
use crate::support::provider::{Api, Fake, Keys, Leaks, Of, Pages, Provider, Refused, Samples, Wire, codecs};
use crate::support::survival::Misfits;
use crate::support::survival::Why::{Coerced, OtherForm, SchemaForItems, Unknown, WholeEnum, WordForValue};

pub(crate) static KASISTO: Provider = Provider {
    name: "kasisto",
    operations: operations::ALL,
    provenance: PROVENANCE,
    codecs: || codecs(ENTRIES),
    open,
    // The bank's address is the bank's.
    environments: Vec::new,
    pages: Pages { counts: (18, 18), aliases: false, without: &[] },
    samples: Samples {
        count: 89,
        misfits: MISFITS,
        shared: &[("error", Of::All), ("guided_error", Of::These(&["start_conversation", "send_user_input"]))],
        unstated: &[],
        unread: &[],
        webhooks: &[],
        variants: false,
        without: &[],
        recased: false,
        both_casings: &[],
        refusals: &[],
        own_refusals: &[],
        made_up: &[],
        no_digits: true,
    },
    wire: Wire {
        keys: &[(&["secret"], Refused::AllBut(&["create_token", "list_bank_locations", "record_interaction"]))],
        same: &[],
        always: &[],
        own: &[],
        made: |_, _, _| None,
        left_out: 6,
    },
    leaks: Leaks {
        fields: 21,
        secrets: 16,
        answers: 91,
        arguments: 7,
        shown: operations::RETRY_AFTER,
        headers: &["token"],
    },
    sandbox: Some(Fake {
        url: |sandbox| sandbox.kasisto_url(),
        keys: &[("secret", SECRET)],
        other_keys: &[],
        // Everything else is for a customer who has signed in.
        before: &[("", &["create_token"])],
        unanswered: &[],
    }),
};

fn open(url: &str, keys: &Keys) -> Result<Api, ConfigError> {
    let mut builder = Client::builder().base_url(url);
    if let Some(secret) = keys.get("secret") {
        builder = builder.secret(secret);
    }
    if let Some(token) = keys.get("token") {
        builder = builder.token(token);
    }
    let shown = debugged(&builder);
    Ok(Api::new(shown, builder.build()?, ENTRIES, |client, options| client.with(options)))
}

const MISFITS: &[(&str, Misfits)] = &[
    ("bank_locations__request__1", &[("/coordinates", WordForValue)]),
    ("bank_locations__request__2", &[("/location", WordForValue)]),
    (
        "bank_locations__response-200__3",
        &[
            ("/0/atm_deposit_cutoff/0/$ref", Unknown),
            ("/0/bank_deposit_cutoff/0/$ref", Unknown),
            ("/0/holiday_hours/0/$ref", Unknown),
            ("/0/lobby_hours/0/$ref", Unknown),
            ("/0/atm_languages", SchemaForItems),
            ("/0/atm_services", SchemaForItems),
            ("/0/bank_services", SchemaForItems),
            ("/0/teller_languages", SchemaForItems),
            ("/0/location", WordForValue),
        ],
    ),
    (
        "bank_locations__response-200__4",
        &[
            ("/0/atm_deposit_cutoff/0/$ref", Unknown),
            ("/0/bank_deposit_cutoff/0/$ref", Unknown),
            ("/0/holiday_hours/0/$ref", Unknown),
            ("/0/lobby_hours/0/$ref", Unknown),
            ("/0/atm_languages", SchemaForItems),
            ("/0/atm_services", SchemaForItems),
            ("/0/bank_services", SchemaForItems),
            ("/0/teller_languages", SchemaForItems),
            ("/0/location", WordForValue),
        ],
    ),
    ("categories__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("categories__response-200__2", &[("/0/alias", SchemaForItems)]),
    ("merchants__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("merchants__response-200__2", &[("/0/alias", SchemaForItems)]),
    ("payees__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("payees__response-200__2", &[("/0/alias", SchemaForItems)]),
    (
        "interaction__request__1",
        &[
            ("/application", WordForValue),
            ("/device", WordForValue),
            ("/interaction_type", WordForValue),
            ("/platform", WordForValue),
            ("/user", WordForValue),
            ("/segment_names", SchemaForItems),
        ],
    ),
    ("interaction__request__2", &[("/interaction_type", WordForValue), ("/response", OtherForm)]),
    (
        "interaction__request__4",
        &[
            ("/interaction_type", WordForValue),
            ("/response/quick_replies/0/type", WordForValue),
            ("/response/alternative_questions", OtherForm),
        ],
    ),
    (
        "interaction__request__5",
        &[
            ("/interaction_type", WholeEnum),
            ("/response/quick_replies/0/type", WholeEnum),
            ("/response/alternative_questions", OtherForm),
        ],
    ),
    ("interaction__request__6", &[("/interaction_type", WholeEnum), ("/response/quick_replies/0/type", WholeEnum)]),
    (
        "interaction__request__8",
        &[("/interaction_type", WordForValue), ("/response/quick_replies/0/type", WordForValue)],
    ),
    ("offers__response-200__7", &[("/0/offer_type", Coerced)]),
    ("requests__request__2", &[("/registered", WordForValue), ("/segment_names", SchemaForItems)]),
    ("revoke_token__response-200__1", &[("/response", WordForValue)]),
    ("transactions__request__1", &[("/account_ids", SchemaForItems), ("/limit", WordForValue)]),
    ("transactions__request__2", &[("/account_ids", SchemaForItems)]),
    (
        "transactions__request__3",
        &[
            ("/account_ids", SchemaForItems),
            ("/categories", SchemaForItems),
            ("/merchants", SchemaForItems),
            ("/payees", SchemaForItems),
        ],
    ),
    ("transactions__response-200__3", &[("/0/categories", SchemaForItems)]),
    ("transactions__response-200__5", &[("/0/location", WordForValue)]),
];
