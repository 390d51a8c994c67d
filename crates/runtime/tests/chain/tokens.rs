//! Are tokens got once, in time, and never in a loop?

use std::sync::Arc;
use std::time::Duration;

use bursar_runtime::{Core, Credential, Kind, Outcome, Phase, Tokens};
use tokio::sync::Notify;

use crate::bank::*;
use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);

/// So many calls at once; how many of them were answered.
async fn calls(core: &Core, count: usize) -> usize {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let core = core.clone();
            tokio::spawn(async move { get(&core).await.is_ok() })
        })
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += usize::from(task.await.expect("a call that ends"));
    }
    answered
}

/// Lets work in the background run until it waits for the network no more.
async fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        tokio::task::yield_now().await;
    }
}

fn credential(value: &str) -> Credential {
    Credential::new(value).expect("a credential")
}

#[tokio::test]
async fn a_hundred_calls_on_an_expired_token_refresh_it_once() {
    let bank = Bank::open().await;
    let (core, source, script) = bank.client(true);
    // The first login, too, is one for all.
    assert_eq!((calls(&core, 100).await, bank.asked(), bank.calls()), (100, 1, 100));
    script.advance(HOUR);
    assert_eq!((calls(&core, 100).await, bank.asked(), bank.calls()), (100, 2, 200));
    assert_eq!(*bank.spent.lock().expect("the log"), ["R1"]);
    assert_eq!(source.tokens().expect("tokens").access().expose(), "T2");
    assert!(bank.shown()[100..].iter().all(|token| token == "T2"));
}

#[tokio::test]
async fn a_hundred_refusals_renew_once_and_every_call_is_repeated_once() {
    let bank = Bank::open().await;
    let (core, source, _) = bank.client(true);
    source.set(Tokens::new(credential("T0-revoked")).with_refresh(credential("R0")));
    assert_eq!((calls(&core, 100).await, bank.asked()), (100, 1));
    let shown = bank.shown();
    let old = shown.iter().filter(|token| *token == "T0-revoked").count();
    // A call that began after the renewal needs no repeat.
    assert_eq!((shown.len() - old, (1..=100).contains(&old)), (100, true));
}

#[tokio::test]
async fn a_bank_that_refuses_everything_is_not_stormed() {
    let server =
        Server::answering(|_, seen| if seen.line.contains("/ping") { issue(1) } else { json(401, "{}") }).await;
    let (builder, script) = scripted(&server.url);
    let (core, _) = client(builder, true, None::<bursar_runtime::MemoryStore>);
    let logins = || server.seen().iter().filter(|seen| seen.line.contains("/ping")).count();
    assert_eq!(calls(&core, 100).await, 0);
    // The first login, and one because its token was refused; no call was sent more than twice.
    assert_eq!((logins(), server.count() <= 202), (2, true));
    let before = server.count();
    assert_eq!((calls(&core, 50).await, logins(), server.count() - before), (0, 2, 50));
    script.advance(Duration::from_secs(10));
    assert_eq!((calls(&core, 50).await, logins()), (0, 3));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_while_calls_go_on() {
    // The earliest and the latest moment, by the number drawn: 60 and 30 seconds ahead.
    for (drawn, ahead) in [(30_000, 60), (0, 30)] {
        let bank = Bank::open().await;
        let (builder, script) = scripted(&bank.server.url);
        let script = script.drawing(drawn);
        let (core, source) = client(on_script(builder, &script), true, None::<bursar_runtime::MemoryStore>);
        source.token().await.expect("a token");
        script.advance(HOUR - Duration::from_millis(ahead * 1000 + 1));
        get(&core).await.expect("an answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(bank.asked(), 1, "{ahead}");
        script.advance(Duration::from_millis(1));
        assert_eq!(source.token().await.expect("a token").expose(), "T1");
        until(|| source.tokens().expect("tokens").access().expose() == "T2").await;
        get(&core).await.expect("an answer");
        assert_eq!((bank.asked(), bank.shown()), (2, vec!["T1".to_owned(), "T2".into()]));
    }
}

#[tokio::test]
async fn an_old_token_stays_in_use_while_it_is_good_and_failures_are_not_repeated_at_once() {
    let bank = Bank::with(|number, _| if number == 1 { issue(1) } else { json(500, "{}") }).await;
    let (core, source, script) = bank.client(true);
    source.token().await.expect("a token");
    script.advance(HOUR - Duration::from_secs(20));
    let mut asked = Vec::new();
    for _ in 0..19 {
        assert_eq!(source.token().await.expect("the old token").expose(), "T1");
        tokio::time::sleep(Duration::from_millis(5)).await;
        asked.push(bank.asked());
        script.advance(Duration::from_secs(1));
    }
    // Tried at 0, 1, 3, 7 and 15 seconds.
    assert_eq!(asked, [2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6]);
    script.advance(Duration::from_secs(1));
    let error = get(&core).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank get_thing: the bank gave no token: retry later");
    assert_eq!((error.kind(), error.outcome(), error.phase()), (&Kind::Server, Outcome::NotSent, Phase::NotSent));
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("testbank ping: 500, the provider failed: retry later (attempt 1)"));
    // Sixteen calls more, and nothing is sent.
    let before = bank.server.count();
    assert_eq!((calls(&core, 16).await, bank.server.count()), (0, before));
}

#[tokio::test]
async fn a_renewal_outlives_the_caller_that_began_it() {
    let told = Arc::new(Notify::new());
    let gate = Arc::clone(&told);
    let bank = Bank::with(move |number, _| match issue(number) {
        Step::Answer(bytes) => Step::When(Arc::clone(&gate), bytes),
        other => other,
    })
    .await;
    let (core, _, _) = bank.client(true);
    let given_up = core.clone();
    let caller = tokio::spawn(async move { get(&given_up).await.is_ok() });
    until(|| bank.asked() == 1).await;
    caller.abort();
    assert!(caller.await.is_err());
    told.notify_one();
    get(&core).await.expect("an answer");
    assert_eq!((bank.asked(), bank.shown()), (1, vec!["T1".to_owned()]));
}

#[tokio::test]
async fn the_providers_clock_decides_whatever_ours_says() {
    // Ours says 08:49:37.
    for (date, hours) in [
        ("Sun, 06 Nov 1994 11:49:37 GMT", 3),
        ("Sun, 06 Nov 1994 05:49:37 GMT", -3),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
    ] {
        // A JWT that ends in an hour, and an answer that only says so of itself.
        let ends = 784_111_777 + hours * 3600 + 3600;
        let claims = format!(r#"{{"exp":{ends}}}"#);
        for stated in [
            format!(r#"{{"token":"e30.{}.c2ln","refresh":"R"}}"#, in_base64(&claims)),
            r#"{"token":"T","refresh":"R","expires_in":3600}"#.into(),
        ] {
            let server = Server::start(vec![answer(200, &[("date", date)], &stated)]).await;
            let (builder, script) = scripted(&server.url);
            let (core, source) = client(builder, true, None::<bursar_runtime::MemoryStore>);
            for _ in 0..5 {
                source.token().await.expect("a token");
            }
            script.advance(HOUR - Duration::from_secs(61));
            source.token().await.expect("a token");
            assert_eq!(server.count(), 1, "{date}");
            script.advance(Duration::from_secs(61));
            source.token().await.expect("a token");
            assert_eq!(server.count(), 2, "{date}");
            drop(core);
        }
    }
}

/// Base64 for URLs, by hand so that the test does not trust what it tests.
fn in_base64(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digits = bits.as_bytes().chunks(6).map(|six| format!("{:0<6}", std::str::from_utf8(six).expect("bits")));
    digits.map(|six| char::from(DIGITS[usize::from_str_radix(&six, 2).expect("a number")])).collect()
}

#[tokio::test]
async fn a_refused_refresh_token_leads_to_a_login_or_an_error() {
    let refuse =
        |number: usize, seen: &Seen| if seen.header("x-refresh").is_some() { json(401, "{}") } else { issue(number) };
    let old = || Tokens::new(credential("T0")).with_refresh(credential("R0")).expires_in(Duration::ZERO);
    let bank = Bank::with(refuse).await;
    let (core, source, _) = bank.client(true);
    source.set(old());
    get(&core).await.expect("an answer");
    assert_eq!((bank.asked(), bank.shown()), (2, vec!["T2".to_owned()]));

    let bank = Bank::with(refuse).await;
    let (core, source, _) = bank.client(false);
    source.set(old());
    for _ in 0..10 {
        let error = get(&core).await.expect_err("an error");
        assert_eq!(
            error.to_string(),
            "testbank get_thing: the bank gave no token: check the credentials or log in again"
        );
    }
    assert_eq!((bank.asked(), bank.calls()), (1, 0));
    // Whoever signs in goes on at once.
    source.set(Tokens::new(credential("T1")));
    get(&core).await.expect("an answer");

    let (core, ..) = Bank::open().await.client(false);
    let error = get(&core).await.expect_err("an error");
    assert_eq!(error.to_string(), "testbank get_thing: there is no token: check the credentials or log in again");
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_leaves_the_old_one_in_use() {
    let bank = Bank::with(|number, _| json(200, &format!(r#"{{"token":"T{number}","expires_in":3600}}"#))).await;
    let (core, source, script) = bank.client(false);
    source.set(Tokens::new(credential("T0")).with_refresh(credential("R0")).expires_in(Duration::ZERO));
    for _ in 0..3 {
        get(&core).await.expect("an answer");
        script.advance(HOUR);
    }
    assert_eq!(*bank.spent.lock().expect("the log"), ["R0", "R0", "R0"]);
}

#[tokio::test]
async fn garbage_for_a_token_is_never_used() {
    let bodies = [
        "",
        "<html>",
        "[]",
        "{}",
        "null",
        r#"{"token":""}"#,
        r#"{"token":"a\r\nx-admin: 1"}"#,
        r#"{"token":7}"#,
        r#"{"token":"T1","refresh":"\u0000"}"#,
    ];
    for body in bodies {
        let bank = Bank::with(move |_, _| json(200, body)).await;
        let (core, source, script) = bank.client(true);
        source.set(Tokens::new(credential("T0")).with_refresh(credential("R0")).expires_in(HOUR));
        script.advance(HOUR - Duration::from_secs(10));
        assert_eq!(source.token().await.expect("the old token").expose(), "T0", "{body}");
        until(|| bank.asked() == 1).await;
        script.advance(Duration::from_secs(11));
        let error = get(&core).await.expect_err("an error");
        assert_eq!((error.kind(), error.outcome(), bank.calls()), (&Kind::Decode, Outcome::NotSent, 0), "{body}");
        assert!(!format!("{error:?} {error}").contains("admin"));
    }
}

#[tokio::test]
async fn nothing_of_a_source_prints() {
    let bank = Bank::open().await;
    let (core, source, _) = bank.client(true);
    let shared = credential("SECRET-t");
    source.set(Tokens::new(shared.clone()).with_refresh(shared).expires_in(HOUR));
    let text = format!("{source:?} {:?} {core:?}", source.tokens());
    assert!(!text.contains("SECRET") && text.contains("refresh: true"), "{text}");
    source.forget();
    assert!(!source.is_set());
}

#[tokio::test]
async fn a_renewal_takes_none_of_the_places_that_calls_wait_in() {
    let bank = Bank::open().await;
    let (core, _) =
        client(builder(&bank.server.url).max_concurrent_calls(1), true, None::<bursar_runtime::MemoryStore>);
    assert_eq!((calls(&core, 5).await, bank.asked()), (5, 1));
}

#[tokio::test]
async fn a_late_refusal_of_an_old_token_asks_for_nothing() {
    let bank = Bank::open().await;
    let (_core, source, _) = bank.client(true);
    source.token().await.expect("a token");
    assert!(source.renew(Some("T0")).await.expect("a newer one"));
    assert_eq!(bank.asked(), 1);
    assert!(source.renew(Some("T1")).await.expect("the next one"));
    assert_eq!(bank.asked(), 2);
    // The next one, too, is refused at once: there is no point in a third.
    assert!(!source.renew(Some("T2")).await.expect("an answer"));
    assert_eq!(bank.asked(), 2);
}
