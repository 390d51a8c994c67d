//! The operations of a provider that moves money, and calls of them.

use std::future::Future;
use std::sync::LazyLock;

use bursar_runtime::http::Method;
use bursar_runtime::{
    Absent, AnyError, Builder, Core, Direction, Effect, Entries, EntryKey, Envelope, Failed, Idempotency, Key, Kind,
    Lookup, LookupParameter, Money, MoneyFields, Operation, Pending, Provider, Remembered, Reply, Settled, SettledLeg,
    Slot, StatusMeaning,
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
        correlation: None,
        remembers: &[],
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
        account: "",
        reference: "",
        before: &[],
        settled: None,
        entries: None,
        absent: Absent::Unknown,
        visible_after: 0,
    }
}

fn keyed(key: Key, lookup: Lookup) -> Option<Idempotency> {
    Some(Idempotency { key, format: "", scope: "", duplicate: &[412], one_time: false, echo: "", lookup: Some(lookup) })
}

/// Money with a reference; the lookup has it in its path.
pub(crate) static PAY: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::Body("/reference"),
        Lookup {
            amount: "/data/amount",
            currency: "/data/currency",
            account: "/data/account",
            reference: "/data/reference",
            ..lookup(
                "get_payment",
                &[LookupParameter {
                    to: Slot::Path("id"),
                    list: false,
                    from: Slot::Body("/reference"),
                    remembered: "",
                }],
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

/// The same, and the answer repeats the reference.
pub(crate) static PAY_ECHO: LazyLock<Operation> = LazyLock::new(|| {
    let mut row = Operation { id: "pay_echo", path: "/echo-payments", ..PAY.clone() };
    if let Some(idempotency) = &mut row.idempotency {
        idempotency.echo = "/data/reference";
    }
    row
});

/// A confirmation that works once; a code of the provider says that the password was wrong.
pub(crate) static CONFIRM: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: Some(Idempotency {
        key: Key::None,
        format: "",
        scope: "",
        duplicate: &[],
        one_time: true,
        echo: "",
        lookup: None,
    }),
    outcomes: &[
        (403, 403, StatusMeaning::RefusedIf { pointer: "/code", codes: &["WRONG"] }),
        (422, 422, StatusMeaning::Refused),
    ],
    ..row("confirm", Method::POST, "/orders/7", Effect::Money)
});

/// A write under a reference in a header.
pub(crate) static NOTE: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(Key::Header("x-reference"), lookup("get_thing", &[])),
    ..row("add_note", Method::POST, "/notes", Effect::Write)
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
                &[LookupParameter {
                    to: Slot::Path("id"),
                    list: false,
                    from: Slot::Path("payment_id"),
                    remembered: "",
                }],
            )
        },
    ),
    ..row("retry_payment", Method::POST, "/payments/{payment_id}/retry", Effect::Money)
});

/// The same on several: each has a state of its own, so that only one can be asked for. It works once.
pub(crate) static RETRY_SOME: LazyLock<Operation> = LazyLock::new(|| {
    let mut row = Operation { id: "retry_some", path: "/retries", ..RETRY.clone() };
    if let Some(idempotency) = &mut row.idempotency {
        idempotency.one_time = true;
        if let Some(lookup) = &mut idempotency.lookup {
            lookup.parameters = &[LookupParameter {
                to: Slot::Path("id"),
                list: false,
                from: Slot::Body("/payments/0"),
                remembered: "",
            }];
        }
    }
    row
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
                direction: Some(Direction {
                    field: "/way",
                    out: &["out"],
                    income: &["in"],
                    other: &["card"],
                    signed: true,
                }),
                account: "/from",
                due: "/date",
                key: None,
                booked: true,
            }),
            ..lookup(
                "list_movements",
                &[
                    LookupParameter {
                        to: Slot::Body("/filter/accounts"),
                        list: true,
                        from: Slot::Body("/account"),
                        remembered: "",
                    },
                    LookupParameter { to: Slot::Body("/user"), list: false, from: Slot::Body("/user"), remembered: "" },
                    LookupParameter {
                        to: Slot::Query("branch"),
                        list: false,
                        from: Slot::Query("branch"),
                        remembered: "",
                    },
                    LookupParameter {
                        to: Slot::Header("x-desk"),
                        list: false,
                        from: Slot::Header("x-desk"),
                        remembered: "",
                    },
                ],
            )
        },
    ),
    money: Some(Money { request: fields("/amount", "/currency", "/account"), answer: fields("", "", "") }),
    ..row("send_money", Method::POST, "/transfers", Effect::Money)
});

/// The same, and the list shows the note of the call (documented), or holds it in its text (inferred).
pub(crate) static SEND_KEYED: LazyLock<Operation> = LazyLock::new(|| with_key("send_keyed", false));
pub(crate) static SEND_INFERRED: LazyLock<Operation> = LazyLock::new(|| with_key("send_inferred", true));

/// The same, and the list shows an id that the call names; money that comes in is not told by its sign.
pub(crate) static SEND_BY_ID: LazyLock<Operation> = LazyLock::new(|| {
    let mut row = with_key("send_by_id", false);
    let lookup = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut());
    if let Some(entries) = lookup.and_then(|lookup| lookup.entries.as_mut()) {
        entries.key =
            Some(EntryKey { from: Slot::Body("/order"), entry: "/order", pair: "", is_id: true, inferred: false });
        if let Some(direction) = &mut entries.direction {
            direction.signed = false;
        }
    }
    row
});

fn with_key(id: &'static str, inferred: bool) -> Operation {
    let mut row = Operation { id, ..SEND.clone() };
    if let Some(lookup) = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut()) {
        lookup.operation = "list_states";
        if let Some(entries) = &mut lookup.entries {
            entries.key =
                Some(EntryKey { from: Slot::Body("/note"), entry: "/note", pair: "", is_id: false, inferred });
        }
    }
    row
}

const STATES: SettledLeg = SettledLeg {
    done: &["booked"],
    failed: &["refused"],
    returned: &["returned"],
    pending: &["open"],
    ..SettledLeg::at("status", "/list/*/status")
};

/// The list of movements with their states.
static LIST_STATES: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: "list_states",
    settled: Some(Settled { legs: &[STATES], counts: None }),
    ..LIST.clone()
});

/// Opens a session, and answers the payment that it is for.
pub(crate) static OPEN: LazyLock<Operation> = LazyLock::new(|| Operation {
    remembers: &[Remembered { name: "payment", by: "/data/session", by_answer: true, value: "/data/payment" }],
    ..row("open_session", Method::POST, "/sessions", Effect::Write)
});

/// Pays what a session is for; the payment is looked up by the id that opening the session answered.
pub(crate) static PAY_SESSION: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::None,
        lookup(
            "get_payment",
            &[LookupParameter {
                to: Slot::Path("id"),
                list: false,
                from: Slot::Body("/session"),
                remembered: "payment",
            }],
        ),
    ),
    ..row("pay_session", Method::POST, "/session-payments", Effect::Money)
});

pub(crate) static LIST: LazyLock<Operation> = LazyLock::new(|| Operation {
    envelope: None,
    page: Some(bursar_runtime::Page { parameter: "page", items: "/list", next: "/next", pages: "" }),
    ..row("list_movements", Method::POST, "/movements", Effect::Read)
});

/// A write: to be found is all that can be known of it.
pub(crate) static ADD: LazyLock<Operation> = LazyLock::new(|| Operation {
    idempotency: keyed(
        Key::Body("/reference"),
        lookup(
            "get_thing",
            &[LookupParameter { to: Slot::Path("id"), list: false, from: Slot::Body("/reference"), remembered: "" }],
        ),
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
        [
            &PAY,
            &PAY_SURE,
            &PAY_ECHO,
            &CONFIRM,
            &NOTE,
            &GET_PAYMENT,
            &RETRY,
            &RETRY_SOME,
            &SEND,
            &SEND_KEYED,
            &SEND_INFERRED,
            &SEND_BY_ID,
            &LIST,
            &LIST_STATES,
            &OPEN,
            &PAY_SESSION,
            &ADD,
            &GET_THING,
            &GIVE,
            &GET_GIFT,
        ]
        .into_iter()
        .map(|row| -> &Operation { row })
        .collect(),
    ),
    limits: &[],
    retry_after: "",
    kind: |reply: &Reply| match reply.text_at("/code").as_deref() {
        Some("NO_SUCH") => Some(Kind::NotFound),
        Some("USED") => Some(Kind::Duplicate),
        Some("SOON") => Some(Kind::TooSoon { wait: std::time::Duration::from_secs(60) }),
        _ => None,
    },
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
    send_by(core, &SEND, body)
}

pub(crate) fn send_by<'a>(
    core: &'a Core,
    row: &'static LazyLock<Operation>,
    body: &'static str,
) -> impl Future<Output = Answered> + 'a {
    let request = core.http().post(format!("{}/transfers?branch=b%2F1", core.base_url()));
    core.call(row, request.header("x-desk", "d-1").body(body))
}

/// A call that got no answer, as its caller has it; only the first request of `server` is used up.
pub(crate) async fn lost(call: impl Future<Output = Answered>) -> Pending {
    let error = AnyError::from(call.await.expect_err("an error"));
    error.outcome().pending().expect("an unknown outcome").clone()
}

/// The lookup's answer, with amount, currency, account and reference of [`ORDER`].
pub(crate) fn state(word: &str) -> Step {
    let account = r#""account":"ACC-12345678","reference":"r-1""#;
    let data = format!(r#"{{"status":"{word}","amount":"12.5","currency":"eur",{account}}}"#);
    json(200, &format!(r#"{{"success":true,"data":{data}}}"#))
}

pub(crate) fn cut() -> Step {
    Step::Cut(Vec::new())
}
