//! Kasisto: login, accounts, a transfer, a transfer with a one-time password, and the accounts again.
//!
//! If `BURSAR_KASISTO_URL` and `BURSAR_KASISTO_SECRET` are set, it calls that bank instead of the sandbox; `BURSAR_KASISTO_USERNAME`, `_PASSWORD` and
//! `_OTP` then replace the sandbox's customer.

use bursar::kasisto::{self, responses::CreateTransferError, types};
use bursar::{Credential, Major, major};
use bursar_sandbox::Sandbox;

use crate::outcome;

pub(crate) async fn run(sandbox: &Sandbox) -> anyhow::Result<()> {
    let bank = match std::env::var_os("BURSAR_KASISTO_URL") {
        Some(_) => kasisto::Client::from_env()?,
        None => kasisto::Client::builder()
            .base_url(sandbox.kasisto_url())
            .secret(Credential::new(bursar_sandbox::kasisto::SECRET)?)
            .build()?,
    };

    println!("Kasisto");
    let customer = bank.session();
    let login = types::CreateToken::builder()
        .username(or_env("USERNAME", bursar_sandbox::kasisto::USERNAME))
        .password(or_env("PASSWORD", bursar_sandbox::kasisto::PASSWORD))
        .build()?;
    let token = customer.create_token(&login).await?;
    println!("  token      for {:?}: {:?}", token.user_id.as_deref().unwrap_or("?"), token.token);
    show_accounts(&customer).await?;

    // A small transfer needs no one-time password.
    let small = transfer(major!(25.50))?;
    let answer = customer.create_transfer(&small).await?;
    println!("  transfer   25.50 USD: {}", outcome(answer.progress()));

    // A large transfer needs a one-time password: the bank answers with 450, a typed error.
    let large = transfer(major!(750.00))?;
    match customer.create_transfer(&large).await {
        Ok(answer) => println!("  transfer   750.00 USD: {}", outcome(answer.progress())),
        Err(error) if matches!(error.body(), Some(CreateTransferError::OtpRequired(_))) => {
            println!("  refused    {error}");
            let code = types::ValidateOtp::builder()
                .user_id("user-1")
                .otp(or_env("OTP", bursar_sandbox::kasisto::OTP))
                .build()?;
            customer.validate_otp(&code).await?;
            println!("  password   validated");
            let answer = customer.create_transfer(&large).await?;
            let reference = answer.reference_number.as_deref().unwrap_or("?");
            println!("  transfer   750.00 USD: {}, reference {reference}", outcome(answer.progress()));
        }
        Err(error) => return Err(error.into()),
    }
    show_accounts(&customer).await
}

/// A setting of the bank's customer, or of the sandbox's.
fn or_env(name: &str, sandbox: &str) -> String {
    std::env::var(format!("BURSAR_KASISTO_{name}")).unwrap_or_else(|_| sandbox.to_owned())
}

fn transfer(amount: Major) -> Result<types::CreateTransfer, bursar::BuildError> {
    types::CreateTransfer::builder()
        .source_account_id("acc-checking")
        .dest_account_id("acc-savings")
        .amount(amount)
        .currency_code("USD")
        .build()
}

async fn show_accounts(customer: &kasisto::Client) -> anyhow::Result<()> {
    let accounts = customer.list_accounts(&types::ListAccounts::builder().user_id("user-1").build()?).await?;
    for account in accounts.iter() {
        let name = account.account_name.as_deref().unwrap_or("?");
        let balance = account.current_balance.as_ref().map(ToString::to_string).unwrap_or_default();
        println!("  account    {name:<24} {balance:>14} {}", account.currency_code.as_deref().unwrap_or_default());
    }
    Ok(())
}
