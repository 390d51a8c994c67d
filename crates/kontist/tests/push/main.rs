//! Does a push message make a confirmed token exactly when the customer says yes?

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bursar_kontist::{Client, Credential, Environment, Kind, PushError, types};
use bursar_sandbox::Sandbox;
use bursar_sandbox::kontist::{AUTH_TOKEN, Customer, Settings};

/// Waits that pass at once, and are added up.
#[derive(Clone, Default)]
struct Waits(Arc<AtomicU64>);

impl bursar_runtime::Sleep for Waits {
    fn sleep(&self, duration: Duration) -> bursar_runtime::BoxFuture<'static, ()> {
        // Limits of calls wait as well, but longer; they never pass here.
        if duration != Duration::from_secs(3) {
            return Box::pin(std::future::pending());
        }
        self.0.fetch_add(duration.as_secs(), Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

fn client(sandbox: &Sandbox, token: Credential, waits: &Waits) -> Client {
    let waits = waits.clone();
    let builder = Client::builder().environment(Environment::Custom(sandbox.kontist_url())).token(token);
    builder.core(|core| core.sleep(waits)).build().unwrap()
}

async fn start(customer: Customer) -> (Sandbox, Client, Waits) {
    let sandbox = Sandbox::builder().kontist(Settings::new().customer(customer)).start().await.unwrap();
    let waits = Waits::default();
    let kontist = client(&sandbox, Credential::new(AUTH_TOKEN).unwrap(), &waits);
    (sandbox, kontist, waits)
}

#[tokio::test]
async fn a_yes_brings_a_token_that_may_do_more() {
    let (sandbox, kontist, waits) = start(Customer::Agrees).await;
    let answer = types::UpdateMfaChallenge::builder().status(types::MfaDecision::Verified).build().unwrap();
    let waiting = "00000000-0000-4000-8000-0000000000b2";
    assert_eq!(kontist.update_mfa_challenge(waiting, &answer).await.unwrap_err().kind(), Kind::Forbidden);

    let confirmed = kontist.confirm_by_push().await.unwrap();
    assert_eq!(waits.0.load(Ordering::SeqCst), 15, "the customer takes 5 seconds, a question 1");
    assert!(confirmed.refresh.is_some());
    assert!(!format!("{confirmed:?}").contains(confirmed.token.expose()));
    let kontist = client(&sandbox, confirmed.token, &waits);
    kontist.update_mfa_challenge(waiting, &answer).await.unwrap();
    assert!(sandbox.violations().is_empty(), "{:#?}", sandbox.violations());
}

#[tokio::test]
async fn a_no_and_no_answer_are_told_apart() {
    let (_sandbox, kontist, _) = start(Customer::Refuses).await;
    assert!(matches!(kontist.confirm_by_push().await, Err(PushError::Denied)));
    let (_sandbox, kontist, waits) = start(Customer::Ignores).await;
    assert!(matches!(kontist.confirm_by_push().await, Err(PushError::Unanswered)));
    assert_eq!(waits.0.load(Ordering::SeqCst), 300);
}
