//! Is an amount refused before it is sent if its currency does not have so many decimals, and never rounded?

use bursar_runtime::dispatch::Failed;

use crate::providers::ALL;
use crate::support::document;
use crate::support::example::changed_example;
use crate::support::tree::Tree;
use bursar_support::{Server, json_with as answer};

/// Provider, operation, members of the body with other values, and whether it is sent.
#[rustfmt::skip]
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], bool);

static ROWS: &[Row] = &[
    ("kotani", "create_mobile_money_deposit", &[("amount", "1000.50"), ("currency", "\"KES\"")], true),
    ("kotani", "create_mobile_money_deposit", &[("amount", "1000.505"), ("currency", "\"KES\"")], false),
    ("kotani", "create_mobile_money_deposit", &[("amount", "1000.50"), ("currency", "\"UGX\"")], false),
    ("kotani", "create_mobile_money_deposit", &[("amount", "1000.00"), ("currency", "\"UGX\"")], true),
    ("kotani", "create_mobile_money_withdrawal", &[("amount", "10.5"), ("currency", "\"XOF\"")], false),
    ("kotani", "create_onramp", &[("fiatAmount", "10.5"), ("currency", "\"RWF\"")], false),
    ("kotani", "create_bank_checkout", &[("amount", "0.00000001"), ("currency", "\"BTC\"")], true),
    ("kotani", "create_paybill_withdrawal", &[("amount", "10.505")], false),
    ("kasha", "get_payment_options", &[("amount", "10.5"), ("currency", "\"JPY\"")], false),
    ("kasha", "get_payment_options", &[("amount", "10"), ("currency", "\"JPY\"")], true),
    ("kasha", "get_payment_options", &[("amount", "1.234"), ("currency", "\"KWD\"")], true),
    ("kasha", "get_payment_options", &[("amount", "1.234"), ("currency", "\"EUR\"")], false),
    ("kasha", "create_payout_session", &[("amount", "0.00000001"), ("currency", "\"BTC\"")], true),
];

#[tokio::test]
async fn an_amount_has_no_more_decimals_than_its_currency() {
    for (name, operation, changes, sent) in ROWS {
        let provider = *ALL.iter().find(|provider| provider.name == *name).expect("a provider");
        let server = Server::start(vec![answer(401, &[], "{}")]).await;
        let documented = document::operation(provider.name, operation);
        let changed = |body: &Tree| {
            let Tree::Object(mut members) = body.clone() else { panic!("{operation} takes no object") };
            for (member, value) in *changes {
                members.insert((*member).to_owned(), Tree::parse(value));
            }
            Tree::Object(members)
        };
        let api = provider.client(&server.url);
        let (api, arguments) =
            changed_example(provider, &documented, api, |parameter| parameter.example.cloned(), changed);
        let Err(Failed::Call { error, .. }) = api.call(operation, &arguments).await else { panic!("{operation}") };
        assert_eq!(!server.exchanges().is_empty(), *sent, "{operation} {changes:?}: {error}");
        if !sent {
            assert_eq!(
                (error.kind().name(), error.outcome().name()),
                ("invalid", "not_sent"),
                "{operation} {changes:?}"
            );
        } else {
            let body = server.exchanges()[0].request.body.clone();
            assert!(body.contains(changes[0].1), "{operation}: {body}");
        }
    }
}
