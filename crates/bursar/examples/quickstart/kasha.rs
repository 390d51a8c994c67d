//! Kasha: a card payment from its options to its status, a decline with its code, a refund; then a pay-out with its approval.
//!
//! If `BURSAR_KASHA_URL` and `BURSAR_KASHA_API_KEY` are set, it calls that address instead of the sandbox.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use bursar::kasha::{self, Decline, Environment, Form, types};
use bursar::{Credential, Progress, major};
use bursar_sandbox::Sandbox;

use crate::outcome;

pub(crate) async fn run(sandbox: &Sandbox) -> anyhow::Result<()> {
    let is_real = std::env::var_os("BURSAR_KASHA_URL").is_some();
    let kasha = match is_real {
        true => kasha::Client::from_env()?,
        false => kasha::Client::builder()
            .environment(Environment::Custom(sandbox.kasha_url()))
            .api_key(Credential::new(bursar_sandbox::kasha::API_KEY)?)
            .build()?,
    };
    // The sandbox's clock advances by a second per call, so that no waits are needed.
    let pause = Duration::from_millis(if is_real { 2000 } else { 0 });

    println!("Kasha");
    let reference = pay_in(&kasha, pause, bursar_sandbox::kasha::CARD).await?;
    pay_in(&kasha, pause, "4000000000003000").await?;
    if let Some(reference) = reference {
        let refund = types::RefundByReference::builder().merchant_reference(reference).build()?;
        println!("  refund     {}", outcome(kasha.refund_by_reference(&refund).await?.progress()));
    }
    pay_out(&kasha, pause).await
}

/// Pays by card and returns the merchant's reference of a successful payment.
async fn pay_in(kasha: &kasha::Client, pause: Duration, card: &str) -> anyhow::Result<Option<String>> {
    let reference = format!("order-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros());
    let order = types::GetPaymentOptions::builder()
        .country("BR")
        .currency("BRL")
        .amount(major!(55.30))
        .language("PT")
        .redirect_url("https://shop.example/thanks")
        .customer(customer())
        .merchant_reference(&*reference)
        .build()?;
    let opened = kasha.get_payment_options(&order).await?;
    let session = opened.session().context("a session was opened")?;
    let names: Vec<&str> = session.payment_options.iter().filter_map(|option| option.name.as_deref()).collect();
    println!("  pay with   {}", names.join(", "));
    let option = session.payment_options.iter().find(|option| option.name.as_deref() == Some("Card"));
    let option = option.context("cards are an option")?;

    // `build()` reports missing inputs before anything is sent.
    let filled = Form::of_option(option).fill().text("cardnum", card).text("cardholder", "Alex Sample");
    let filled = filled.text("expiryyear", "2031").text("expirymonth", "01").text("cardcvv", "123").build()?;
    let payment = types::CreateDirectPayment::builder()
        .session_id(session.session_id.as_deref().context("a session has an id")?)
        .payment_option_id(option.payment_option_id.as_deref().context("an option has an id")?)
        .extra_data(filled)
        .build()?;
    match kasha.create_direct_payment(&payment).await {
        Ok(step) => {
            let next = step.result_type.as_ref().map(ToString::to_string).unwrap_or_default();
            println!("  pay        55.30 BRL: {next}");
        }
        Err(error) => {
            // A decline is an error, even with a 2xx status.
            let decline = Decline::of(&error).with_context(|| error.to_string())?;
            let again = decline.code().customer_can_retry();
            println!("  declined   {decline}\n             kind {:?}, customer can retry: {again:?}", error.kind());
            return Ok(None);
        }
    }
    let progress = wait(kasha, session.transaction_id.as_deref(), pause).await?;
    Ok((progress == Progress::Done).then_some(reference))
}

async fn pay_out(kasha: &kasha::Client, pause: Duration) -> anyhow::Result<()> {
    let wanted = types::GetPayoutOptions::builder()
        .country("AR")
        .currency("ARS")
        .amount(major!(200.00))
        .redirect_url("https://shop.example/paid-out")
        .customer(customer())
        .build()?;
    let opened = kasha.get_payout_options(&wanted).await?;
    let session = opened.session().context("a session was opened")?;
    let session_id = session.session_id.as_deref().context("a session has an id")?;
    let option = session.payment_options.first().context("there is a pay-out option")?;
    let option_id = option.payment_option_id.as_deref().context("an option has an id")?;

    let choice = types::GetPayoutSuboptions::builder().session_id(session_id).payment_option_id(option_id).build()?;
    let answer = kasha.get_payout_suboptions(&choice).await?;
    let step = answer.step().context("there are suboptions")?;
    let suboption = step.result.as_ref().and_then(|result| result.suboptions().first()).context("there is one")?;
    let id = suboption.id.clone().context("a suboption has an id")?;
    let form = Form::of_suboption(step, &id.text().unwrap_or_default()).context("the suboption has a form")?;
    let payout = types::CreatePayout::builder()
        .session_id(session_id)
        .payment_option_id(option_id)
        .option_id(id)
        .extra_data(form.fill().text("name", "Alex Sample").build()?)
        .build()?;
    kasha.create_payout(&payout).await?;

    // The money moves after the merchant's approval.
    let transaction = session.transaction_id.as_deref().context("a session has a transaction")?;
    let approval = types::SettlePayout::builder().action(types::SettleAction::Approve).transaction_id(transaction);
    let answer = kasha.settle_payout(&approval.build()?).await?;
    println!("  pay out    200.00 ARS: approved, {}", outcome(answer.progress()));
    wait(kasha, Some(transaction), pause).await.map(drop)
}

/// Polls until the payment is settled: accepted is not paid.
async fn wait(kasha: &kasha::Client, transaction: Option<&str>, pause: Duration) -> anyhow::Result<Progress> {
    let transaction = transaction.context("a session has a transaction")?;
    let mut polls = 0;
    loop {
        let answer = kasha.get_transaction(transaction).await?;
        polls += 1;
        if answer.progress() != Progress::Pending || polls == 60 {
            println!("  polled     {polls} times: {}", outcome(answer.progress()));
            return Ok(answer.progress());
        }
        tokio::time::sleep(pause).await;
    }
}

fn customer() -> types::Customer {
    let mut customer = types::Customer::default();
    customer.name = Some("Alex Sample".to_owned());
    customer.phone = Some("+15550100".into());
    customer.ip = Some("192.0.2.10".to_owned());
    customer
}
