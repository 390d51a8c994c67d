//! Does a client that is used from two tokio runtimes in turn go on, though the first one stands still?

use std::time::{Duration, Instant};

use bursar_runtime::reqwest::redirect::Policy;
use bursar_runtime::{Kind, MemoryStore, Outcome, reqwest};
use tokio::runtime::{Builder, Runtime};

use crate::bank::*;
use crate::support::*;

/// A runtime that runs only while somebody waits for it.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A runtime of its own for servers.
fn outside() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

#[test]
fn connections_of_a_runtime_that_stands_still_are_not_used() {
    let outside = outside();
    let server = outside.block_on(Server::start(vec![json(200, "{}")]));
    let core = builder(&server.url).timeout(Duration::from_secs(20)).build().expect("a client");
    let (first, second) = (runtime(), runtime());
    let began = Instant::now();
    for _ in 0..3 {
        for runtime in [&first, &second] {
            runtime.block_on(get(&core)).expect("an answer");
            runtime.block_on(transfer(&core)).expect("an answer");
        }
    }
    drop(first);
    second.block_on(get(&core)).expect("an answer");
    runtime().block_on(get(&core)).expect("an answer");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(server.connections(), 3, "each runtime keeps its own");
}

#[test]
fn a_custom_http_client_on_a_stopped_runtime_is_an_error() {
    let outside = outside();
    let server = outside.block_on(Server::start(vec![json(200, "{}")]));
    let own = || reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    let core = builder(&server.url).http_client(own()).build().expect("a client");
    let (first, second) = (runtime(), runtime());
    first.block_on(get(&core)).expect("an answer");
    let error = second.block_on(transfer(&core)).expect_err("an error");
    assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
    assert!(error.to_string().contains("the tokio runtime of the HTTP client's connections has stopped"), "{error}");
    // On two that run, it is used.
    let core = builder(&server.url).http_client(own());
    let core = core.build().expect("a client");
    outside.block_on(get(&core)).expect("an answer");
    second.block_on(get(&core)).expect("an answer");
}

#[test]
fn a_renewal_that_was_left_on_a_runtime_that_stands_still_is_begun_anew() {
    let outside = outside();
    // The first request for tokens is never answered.
    let bank = outside.block_on(Bank::with(|number, _| if number == 1 { Step::Hang } else { issue(number) }));
    let (core, _) = client(builder(&bank.server.url), true, None::<MemoryStore>);
    let (first, second) = (runtime(), runtime());
    let given_up =
        first.block_on(async { tokio::time::timeout(Duration::from_millis(200), get(&core)).await.is_err() });
    assert!(given_up && bank.asked() == 1);
    second.block_on(get(&core)).expect("an answer");
    assert_eq!((bank.asked(), bank.shown()), (2, vec!["T2".to_owned()]));
}

#[test]
fn a_renewal_that_ended_with_its_runtime_is_begun_anew() {
    let (outside, first) = (outside(), outside());
    let bank = outside.block_on(Bank::with(|number, _| if number == 1 { Step::Hang } else { issue(number) }));
    let (core, _) = client(builder(&bank.server.url), true, None::<MemoryStore>);
    let copy = core.clone();
    first.spawn(async move { get(&copy).await.is_ok() });
    outside.block_on(bank.server.has_seen(1));
    let waits = outside.spawn(async move { get(&core).await.is_ok() });
    std::thread::sleep(Duration::from_millis(100));
    first.shutdown_background();
    assert!(outside.block_on(waits).expect("an end"));
    assert_eq!(bank.asked(), 2);
}
