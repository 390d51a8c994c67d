//! The operations of a provider that moves money, and calls of them.

use std::future::Future;
use std::sync::LazyLock;

use bursar_runtime::http::Method;
use bursar_runtime::{
    Absent, AnyError, Builder, Core, Direction, Effect, Entries, Envelope, Failed, Idempotency, Key, Kind, Lookup,
    LookupParameter, Money, MoneyFields, Operation, Pending, Provider, Reply, Settled, Slot,
};

use crate::support::*;

const SETTLED: Settled = Settled { legs: &[leg("/data/status", &["PAID"], &["FAILED"], &["OPEN"])], counts: None };
const ENVELOPE: Envelope = Envelope {
    payload: "/data",
    message: "",
    optional: true,
    failed: &[Failed { pointer: "/success", equals: &["false"] }],
};

fn row(id: &'static str, method: Method, path: &'static str, effect: Effect) -> Operation {
    Operation {
        provider: "paybank",
        id,
        aliases: &[],
        method,
        path,
        tag: "",
        effect,
        auth: &[],
        headers: &[],
        accept: "application/json",
        idempotency: None,
        settled: None,
        money: None,
        outcomes: &[],
        envelope: Some(ENVELOPE),
        checks: &[],
        sensitive_request: &[],
        sensitive_answer: &[],
        answer_headers: &[],
        page: None,
        limit: "",
        sealed: false,
        inferred: false,
        deprecated: false,
    }
}

const fn fields(amount: &'static str, currency: &'static str, account: &'static str) -> MoneyFields {
    MoneyFields { amount, currency, account }
}

const fn lookup(operation: &'static str, parameters: &'static [LookupParameter]) -> Lookup {
    Lookup {
        operation,
        parameters,
        amount: "",
        currency: "",
        before: &[],
        entries: None,
        absent: Absent::Unknown,
        visible_after: 0,
    }
}

fn keyed(key: Key, lookup: Lookup) -> Option<Idempotency> {
    Some(Idempotency { key, format: "", scope: "", duplicate: &[412], lookup: Some(lookup) })
}

/// Money with a reference; the lookup has it in its path.
pub(crate) static PAY: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::Body("/reference"),
        Lookup {
            amount: "/data/amount",
            currency: "/data/currency",
            ..lookup(
                "get_payment",
                &[LookupParameter { to: Slot::Path("id"), list: false, from: Slot::Body("/reference") }],
            )
        },
    ),
    settled: Some(SETTLED),
    money: Some(Money {
        request: fields("/amount", "/currency", "/account"),
        answer: fields("/data/amount", "/data/currency", "/data/account"),
    }),
    ..row("pay", Method::POST, "/payments", Effect::Money)
});

/// The same, and the provider documents that a payment which is not there after 200 seconds was never taken.
pub(crate) static PAY_SURE: LazyLock<Operation> = LazyLock::new(|| {
    let mut row = Operation { id: "pay_sure", path: "/sure-payments", ..PAY.clone() };
    if let Some(lookup) = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut()) {
        (lookup.absent, lookup.visible_after) = (Absent::NotApplied, 200);
    }
    row
});

static GET_PAYMENT: LazyLock<Operation> = LazyLock::new(|| Operation {
    settled: Some(SETTLED),
    ..row("get_payment", Method::GET, "/payments/{id}", Effect::Read)
});

/// Money on something that has a state of its own: it may have failed before.
pub(crate) static RETRY: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::None,
        Lookup {
            before: &["FAILED"],
            ..lookup(
                "get_payment",
                &[LookupParameter { to: Slot::Path("id"), list: false, from: Slot::Path("payment_id") }],
            )
        },
    ),
    ..row("retry_payment", Method::POST, "/payments/{payment_id}/retry", Effect::Money)
});

/// Money without a reference: there is a list of movements, asked by a body, a query and a header.
pub(crate) static SEND: LazyLock<Operation> = LazyLock::new(|| Operation {
    envelope: None,
    idempotency: keyed(
        Key::None,
        Lookup {
            entries: Some(Entries {
                items: "/list",
                amount: "/amount",
                currency: "/currency",
                time: "/at",
                direction: Some(Direction { field: "/way", out: &["out"], income: &["in"], signed: true }),
            }),
            ..lookup(
                "list_movements",
                &[
                    LookupParameter { to: Slot::Body("/filter/accounts"), list: true, from: Slot::Body("/account") },
                    LookupParameter { to: Slot::Body("/user"), list: false, from: Slot::Body("/user") },
                    LookupParameter { to: Slot::Query("branch"), list: false, from: Slot::Query("branch") },
                    LookupParameter { to: Slot::Header("x-desk"), list: false, from: Slot::Header("x-desk") },
                ],
            )
        },
    ),
    money: Some(Money { request: fields("/amount", "/currency", "/account"), answer: fields("", "", "") }),
    ..row("send_money", Method::POST, "/transfers", Effect::Money)
});

static LIST: LazyLock<Operation> = LazyLock::new(|| Operation {
    envelope: None,
    page: Some(bursar_runtime::Page { parameter: "page", items: "/list", next: "/next" }),
    ..row("list_movements", Method::POST, "/movements", Effect::Read)
});

/// A write: to be found is all that can be known of it.
pub(crate) static ADD: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::Body("/reference"),
        lookup("get_thing", &[LookupParameter { to: Slot::Path("id"), list: false, from: Slot::Body("/reference") }]),
    ),
    ..row("add_thing", Method::POST, "/things", Effect::Write)
});

static GET_THING: LazyLock<Operation> = LazyLock::new(|| row("get_thing", Method::GET, "/things/{id}", Effect::Read));

/// Money of which nobody can be asked.
pub(crate) static GIVE: LazyLock<Operation> = LazyLock::new(|| row("give", Method::POST, "/gifts", Effect::Money));

/// What was given, read.
pub(crate) static GET_GIFT: LazyLock<Operation> =
    LazyLock::new(|| row("get_gift", Method::POST, "/gifts/7", Effect::Read));

pub(crate) static PAYBANK: LazyLock<Provider> = LazyLock::new(|| Provider {
    name: "paybank",
    operations: Vec::leak(
        [&PAY, &PAY_SURE, &GET_PAYMENT, &RETRY, &SEND, &LIST, &ADD, &GET_THING, &GIVE, &GET_GIFT]
            .into_iter()
            .map(|row| -> &Operation { row })
            .collect(),
    ),
    limits: &[],
    retry_after: "",
    kind: |reply: &Reply| (reply.text_at("/code").as_deref() == Some("NO_SUCH")).then_some(Kind::NotFound),
});

/// A client whose waits pass at once, and the script of its time. Limits longer than the longest wait do not.
pub(crate) fn paybank(url: &str) -> (Builder, Script) {
    let script = Script::new(std::time::Duration::from_secs(8));
    (on_script(Core::builder(&PAYBANK).base_url(url), &script), script)
}

pub(crate) const ORDER: &str =
    r#"{"reference":"r-1","amount":12.50,"currency":"EUR","account":"acc-12345678","pin":"SECRET-pin"}"#;

pub(crate) fn call<'a>(
    core: &'a Core,
    row: &'static LazyLock<Operation>,
    body: &'static str,
) -> impl Future<Output = Answered> + 'a {
    core.call(row, core.http().post(format!("{}{}", core.base_url(), row.path)).body(body))
}

pub(crate) fn send<'a>(core: &'a Core, body: &'static str) -> impl Future<Output = Answered> + 'a {
    let request = core.http().post(format!("{}/transfers?branch=b%2F1", core.base_url()));
    core.call(&SEND, request.header("x-desk", "d-1").body(body))
}

/// A call that got no answer, as its caller has it; only the first request of `server` is used up.
pub(crate) async fn lost(call: impl Future<Output = Answered>) -> Pending {
    let error = AnyError::from(call.await.expect_err("an error"));
    error.outcome().pending().expect("an unknown outcome").clone()
}

/// The lookup's answer, with amount and currency of [`ORDER`].
pub(crate) fn state(word: &str) -> Step {
    json(200, &format!(r#"{{"success":true,"data":{{"status":"{word}","amount":"12.5","currency":"eur"}}}}"#))
}

pub(crate) fn cut() -> Step {
    Step::Cut(Vec::new())
}
