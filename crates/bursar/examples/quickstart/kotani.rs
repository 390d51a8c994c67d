//! Kotani Pay: a customer, a deposit and its settlement, the balance, a withdrawal, and its refused duplicate.
//!
//! If `BURSAR_KOTANI_URL` and `BURSAR_KOTANI_API_KEY` are set, it calls that address instead of the sandbox.

use std::time::Duration;

use anyhow::Context;
use bursar::kotani::{self, Environment, types};
use bursar::{Credential, Progress, major};
use bursar_sandbox::Sandbox;

use crate::outcome;

pub(crate) async fn run(sandbox: &Sandbox) -> anyhow::Result<()> {
    let is_real = std::env::var_os("BURSAR_KOTANI_URL").is_some();
    let kotani = match is_real {
        true => kotani::Client::from_env()?,
        false => kotani::Client::builder()
            .environment(Environment::Custom(sandbox.kotani_url()))
            .api_key(Credential::new(bursar_sandbox::kotani::API_KEY)?)
            .build()?,
    };
    // The sandbox's clock advances by a second per call, so that no waits are needed.
    let pause = Duration::from_millis(if is_real { 2000 } else { 0 });

    println!("Kotani Pay");
    let ann = types::CreateCustomer::builder()
        .first_name("Ann")
        .last_name("Example")
        .phone_number("+254700000002")
        .country_code("KE")
        .network(types::MobileNetwork::Mpesa)
        .build()?;
    let ann = kotani.create_customer(&ann).await?;
    let customer = ann.customer_key.as_deref().context("a customer has a key")?;
    println!("  customer   {customer}");
    let wallet = show_balance(&kotani).await?;

    // Accepted is not paid: poll until it is settled. `build()` generates a reference if none is set.
    let deposit = types::CreateMobileMoneyDeposit::builder()
        .customer_key(customer)
        .amount(major!(250.10))
        .wallet_id(&*wallet)
        .build()?;
    let reference = deposit.reference_id.as_deref().context("a built deposit has a reference")?;
    let answer = kotani.create_mobile_money_deposit(&deposit).await?;
    println!("  deposit    250.10 KES: {}, reference {reference}", outcome(answer.progress()));
    let mut polls = 0;
    let progress = loop {
        let answer = kotani.get_deposit_status(reference).await?;
        polls += 1;
        if answer.progress() != Progress::Pending || polls == 60 {
            break answer.progress();
        }
        tokio::time::sleep(pause).await;
    };
    println!("  polled     {polls} times: {}", outcome(progress));
    show_balance(&kotani).await?;

    let withdrawal = types::CreateMobileMoneyWithdrawal::builder()
        .customer_key(customer)
        .amount(major!(99.95))
        .wallet_id(&*wallet)
        .build()?;
    let answer = kotani.create_mobile_money_withdrawal(&withdrawal).await?;
    println!("  withdrawal 99.95 KES: {}", outcome(answer.progress()));

    // A duplicate of the withdrawal has the same reference and cannot pay twice.
    match kotani.create_mobile_money_withdrawal(&withdrawal).await {
        Ok(answer) => println!("  again      {}", outcome(answer.progress())),
        Err(error) => {
            println!("  refused    {error}\n             kind {:?}, outcome {:?}", error.kind(), error.outcome())
        }
    }
    show_balance(&kotani).await.map(drop)
}

/// Prints the balance of the wallet for shillings and returns its id.
async fn show_balance(kotani: &kotani::Client) -> anyhow::Result<String> {
    let wallet = kotani.get_fiat_wallet_by_currency("KES", Some("KE")).await?;
    let balance = wallet.balance.context("a wallet has a balance")?;
    let deposits = wallet.deposit_balance.map(|deposits| format!(", {deposits} collected")).unwrap_or_default();
    println!("  wallet     {balance} KES{deposits}");
    wallet.id.clone().context("a wallet has an id")
}
