//! In which state is a payment of several legs, or a batch, and who may send the money again?

use std::sync::LazyLock;

use bursar_runtime::http::Method;
use bursar_runtime::journal::Memory;
use bursar_runtime::{
    Core, Effect, Idempotency, Journal, Kind, Lookup, LookupParameter, Operation, Pending, Progress, Provider,
    Reconciled, Settled, SettledCounts, SettledLeg, Slot,
};

use crate::money::{ORDER, PAY, PAYBANK, call, cut, lost};
use crate::support::*;

/// Collected from the payer, then delivered.
const TWO_LEGS: Settled = Settled {
    legs: &[
        SettledLeg { returned: &["REVERSED"], may_come: &["EXPIRED"], ..leg_of("collection", "/data/collected") },
        SettledLeg { in_part: &["STUCK"], ..leg_of("delivery", "/data/delivered") },
    ],
    counts: None,
};

const fn leg_of(name: &'static str, status: &'static str) -> SettledLeg {
    SettledLeg { name, status, ..leg(status, &["PAID"], &["FAILED"], &["OPEN"]) }
}

const BATCH: Settled = Settled {
    legs: &[SettledLeg { counted: &["ended", "cancelled"], ..leg("/data/state", &[], &[], &["running"]) }],
    counts: Some(SettledCounts {
        total: "/data/all",
        done: "/data/paid",
        failed: "/data/refused",
        pending: "/data/waiting",
    }),
};

fn looked_up_by(operation: &'static str) -> Option<Idempotency> {
    let idempotency = PAY.idempotency.clone().expect("a key");
    let parameters =
        &[LookupParameter { to: Slot::Path("id"), list: false, from: Slot::Body("/reference"), remembered: "" }];
    let lookup = Lookup { operation, parameters, amount: "", currency: "", ..idempotency.lookup.expect("a lookup") };
    Some(Idempotency { lookup: Some(lookup), ..idempotency })
}

static RAMP: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: "ramp",
    idempotency: looked_up_by("get_ramp"),
    settled: Some(TWO_LEGS),
    money: None,
    ..PAY.clone()
});

fn reads(id: &'static str, settled: Settled) -> Operation {
    Operation {
        id,
        method: Method::GET,
        path: "/payments/{id}",
        effect: Effect::Read,
        idempotency: None,
        settled: Some(settled),
        money: None,
        ..PAY.clone()
    }
}

static GET_RAMP: LazyLock<Operation> = LazyLock::new(|| reads("get_ramp", TWO_LEGS));

static RUN: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: "run",
    idempotency: looked_up_by("get_batch"),
    settled: Some(BATCH),
    money: None,
    ..PAY.clone()
});

static GET_BATCH: LazyLock<Operation> = LazyLock::new(|| reads("get_batch", BATCH));

static RAMPBANK: LazyLock<Provider> = LazyLock::new(|| Provider {
    operations: Vec::leak([&RAMP, &GET_RAMP, &RUN, &GET_BATCH].into_iter().map(|row| -> &Operation { row }).collect()),
    ..*PAYBANK
});

async fn client(steps: Vec<Step>) -> (Core, Server) {
    let server = Server::start(steps).await;
    let script = Script::new(std::time::Duration::from_secs(8));
    let builder = on_script(Core::builder(&RAMPBANK).base_url(&server.url), &script);
    (builder.max_attempts(1).build().expect("a client"), server)
}

fn legs(collected: &str, delivered: &str) -> Step {
    json(200, &format!(r#"{{"success":true,"data":{{"delivered":{delivered},"collected":{collected}}}}}"#))
}

#[tokio::test]
async fn a_payer_who_was_charged_for_nothing_is_never_charged_again() {
    let (core, _) = client(vec![legs(r#""PAID""#, r#""FAILED""#)]).await;
    let answer = call(&core, &RAMP, ORDER).await.expect("an answer");
    assert_eq!(answer.progress(), Progress::InPart);
    let shown: Vec<_> =
        answer.legs().iter().map(|leg| (leg.name(), leg.value().map(str::to_owned), leg.state())).collect();
    assert_eq!(
        shown,
        [
            ("collection", Some("PAID".to_owned()), Progress::Done),
            ("delivery", Some("FAILED".to_owned()), Progress::Failed)
        ]
    );
    assert!(answer.progress().advice().contains("do not send it again"));
}

#[tokio::test]
async fn answer_and_lookup_agree_on_every_state() {
    for (collected, delivered, expected) in [
        (r#""PAID""#, r#""PAID""#, Progress::Done),
        (r#""paid ""#, r#""Paid""#, Progress::Done),
        (r#""PAID""#, r#""FAILED""#, Progress::InPart),
        (r#""PAID""#, r#""STUCK""#, Progress::InPart),
        (r#""FAILED""#, r#""OPEN""#, Progress::Failed),
        (r#""FAILED""#, "null", Progress::Failed),
        (r#""FAILED""#, r#""PAID""#, Progress::InPart),
        (r#""FAILED""#, r#""DELIVERED?""#, Progress::Pending),
        (r#""REVERSED""#, r#""FAILED""#, Progress::Returned),
        (r#""EXPIRED""#, r#""FAILED""#, Progress::MayStillCome),
        (r#""OPEN""#, r#""FAILED""#, Progress::Pending),
        ("null", r#""FAILED""#, Progress::Pending),
        (r#""charged back""#, r#""FAILED""#, Progress::Pending),
        (r#""PAID""#, r#""OPEN""#, Progress::Pending),
        (r#""OPEN""#, r#"{"FAILED":1}"#, Progress::Pending),
        (r#"["FAILED"]"#, r#""OPEN""#, Progress::Pending),
    ] {
        let (core, _) = client(vec![legs(collected, delivered)]).await;
        let answer = call(&core, &RAMP, ORDER).await.expect("an answer");
        assert_eq!(answer.progress(), expected, "{collected} {delivered}");

        let (core, server) = client(vec![cut(), legs(collected, delivered)]).await;
        let pending: Pending = lost(call(&core, &RAMP, ORDER)).await;
        let state = core.reconcile(&pending).await;
        let state = state.unwrap_or_else(|error| panic!("{collected} {delivered}: {error}"));
        assert_eq!(state.name(), expected.name(), "{collected} {delivered}");
        assert_eq!(state.allows_resend(), expected == Progress::Failed);
        assert_eq!(state.found().expect("an answer").legs().len(), 2);
        // Only what is not decided is asked for again.
        assert_eq!(server.count() > 2, expected == Progress::Pending, "{collected} {delivered}");
    }
}

#[tokio::test]
async fn recovery_leaves_open_what_may_still_move() {
    for (collected, delivered, closed) in [
        ("PAID", "PAID", true),
        ("FAILED", "FAILED", true),
        ("REVERSED", "FAILED", true),
        ("PAID", "FAILED", false),
        ("EXPIRED", "OPEN", false),
        ("OPEN", "OPEN", false),
    ] {
        let quoted = |word: &str| format!("\"{word}\"");
        let server = Server::start(vec![cut(), legs(&quoted(collected), &quoted(delivered))]).await;
        let script = Script::new(std::time::Duration::from_secs(8));
        let journal = std::sync::Arc::new(Memory::default());
        let builder = on_script(Core::builder(&RAMPBANK).base_url(&server.url), &script);
        let core = builder.max_attempts(1).journal(journal.clone()).build().expect("a client");
        lost(call(&core, &RAMP, ORDER)).await;
        let recovered = core.recover(&*journal).await.expect("a recovery");
        assert_eq!(recovered[0].is_closed(), closed, "{collected} {delivered}");
        assert_eq!(journal.open("paybank").await.expect("entries").is_empty(), closed);
    }
}

#[tokio::test]
async fn a_batch_is_what_its_counts_say() {
    for (data, expected) in [
        (r#""state":"ended","all":3,"paid":3,"refused":0,"waiting":0"#, Progress::Done),
        (r#""state":"ended","all":3,"paid":2,"refused":1,"waiting":0"#, Progress::InPart),
        (r#""state":"cancelled","all":3,"paid":2,"refused":0,"waiting":1"#, Progress::InPart),
        (r#""state":"ended","all":"3","paid":"0","refused":"3","waiting":"0""#, Progress::Failed),
        (r#""state":"cancelled","all":3,"paid":0"#, Progress::Pending),
        (r#""state":"ended","all":3,"paid":0,"refused":3"#, Progress::Pending),
        (r#""state":"ended""#, Progress::Pending),
        (r#""state":"running","all":3,"paid":0,"refused":3,"waiting":0"#, Progress::Pending),
    ] {
        let (core, _) = client(vec![json(200, &format!(r#"{{"success":true,"data":{{{data}}}}}"#))]).await;
        let answer = call(&core, &RUN, ORDER).await.expect("an answer");
        assert_eq!(answer.progress(), expected, "{data}");
        assert!(answer.counts().is_some() && answer.legs()[0].state() == expected, "{data}");
    }
}

#[tokio::test]
async fn a_lookup_shows_the_leg_that_decides_and_the_counts() {
    for (collected, delivered, word) in [
        (r#""PAID""#, r#""STUCK""#, "STUCK"),
        (r#""FAILED""#, r#""OPEN""#, "FAILED"),
        (r#""EXPIRED""#, r#""PAID""#, "EXPIRED"),
        (r#""PAID""#, r#""paid""#, "paid"),
    ] {
        let (core, _) = client(vec![cut(), legs(collected, delivered)]).await;
        let pending = lost(call(&core, &RAMP, ORDER)).await;
        let state = core.reconcile(&pending).await.expect("a state");
        assert_eq!(state.found().expect("an answer").word(), Some(word), "{collected} {delivered}");
        assert_eq!(state.found().expect("an answer").counts(), None);
    }
    let batch = r#"{"data":{"state":"ended","all":3,"paid":"2","refused":1,"waiting":0}}"#;
    let (core, _) = client(vec![cut(), json(200, batch)]).await;
    let state = core.reconcile(&lost(call(&core, &RUN, ORDER)).await).await.expect("a state");
    let counts = state.found().and_then(|found| found.counts()).expect("counts");
    assert_eq!((counts.total, counts.done, counts.failed, counts.pending), (Some(3), Some(2), Some(1), Some(0)));
}

#[tokio::test]
async fn a_refusal_reads_as_what_the_call_would_have_done() {
    let refusal = json(200, r#"{"success":false}"#);
    let (core, _) = client(vec![refusal.clone()]).await;
    let error = call(&core, &RAMP, ORDER).await.expect_err("a decline");
    assert_eq!(error.kind(), Kind::Declined);
    let (core, _) = client(vec![refusal]).await;
    let request = core.http().get(format!("{}/payments/r-1", core.base_url()));
    let answered: Answered = core.call(&GET_RAMP, request).await;
    let error = answered.expect_err("a refusal");
    assert_eq!(error.kind(), Kind::Refused);
    assert!(!error.to_string().contains("payment"), "{error}");
}

#[tokio::test]
async fn nothing_but_failed_and_a_proven_absence_allows_to_send_again() {
    let (core, _) = client(vec![cut(), json(404, "{}")]).await;
    let pending = lost(call(&core, &RAMP, ORDER)).await;
    let state = core.reconcile(&pending).await.expect("a state");
    assert!(matches!(state, Reconciled::NotFound { proven: false, .. }) && !state.allows_resend(), "{state:?}");
}
