//! Kontist: the account, its transactions with their direction, a transfer with its code, and the balance afterwards.
//!
//! If `BURSAR_KONTIST_URL` and `BURSAR_KONTIST_TOKEN` are set, it calls that address instead of the sandbox, and reads the code from the SMS on
//! the terminal.

use std::io::BufRead;

use anyhow::Context;
use bursar::kontist::{self, Direction, Environment, direction, requests, types};
use bursar::{Credential, Minor};
use bursar_sandbox::Sandbox;

use crate::outcome;

const KIM: (&str, &str) = ("Kim Example", "DE79000000000000000002");

pub(crate) async fn run(sandbox: &Sandbox) -> anyhow::Result<()> {
    let is_real = std::env::var_os("BURSAR_KONTIST_URL").is_some();
    let kontist = match is_real {
        true => kontist::Client::from_env()?,
        false => kontist::Client::builder()
            .environment(Environment::Custom(sandbox.kontist_url()))
            .token(Credential::new(bursar_sandbox::kontist::OAUTH_TOKEN)?)
            .build()?,
    };

    println!("Kontist");
    let account = show_balance(&kontist).await?;
    let mut transactions = kontist.walk_transactions(account);
    while let Some(transaction) = transactions.next().await? {
        let way = match direction(&transaction, account) {
            Some(Direction::Incoming) => "in",
            Some(Direction::Outgoing) => "out",
            None => "?",
        };
        println!("  {way:<10} {:<26} {:>12}", transaction.name.as_deref().unwrap_or("?"), euros(transaction.amount)?);
    }

    let amount = Minor::new(1999);
    let transfer = types::CreateTransfer::builder().recipient(KIM.0).iban(KIM.1).amount(amount).note("Book").build()?;
    let registered = kontist.create_transfer(account, &transfer).await?;
    println!("  registered {} EUR, the code is sent by SMS", euros(Some(amount))?);

    // The code, with the same values as registered.
    let code = if is_real { read_code()? } else { bursar_sandbox::kontist::TAN.to_owned() };
    let body = transfer.confirm(code);
    let confirmation = requests::ConfirmTransferParameters::builder()
        .account_id(account)
        .transfer_id(registered.id().context("a transfer has an id")?)
        .body(&body)
        .build()?;
    let accepted = kontist.confirm_transfer(&confirmation).await?;
    // No status of Kontist proves that money moved; the booked transaction does.
    println!("  confirmed  {}", outcome(accepted.progress()));
    show_balance(&kontist).await.map(drop)
}

/// Prints the balance of the first account and returns its id.
async fn show_balance(kontist: &kontist::Client) -> anyhow::Result<i64> {
    let accounts = kontist.list_accounts().await?;
    let account = accounts.first().context("the customer has an account")?;
    let id = account.id.context("an account has an id")?;
    println!("  account    {id:<26} {:>12}", euros(account.balance)?);
    Ok(id)
}

/// Cents as euros.
fn euros(amount: Option<Minor>) -> anyhow::Result<String> {
    let amount = amount.context("there is an amount")?;
    Ok(amount.to_major(&bursar::Currency::EUR)?.to_string())
}

fn read_code() -> anyhow::Result<String> {
    let mut code = String::new();
    std::io::stdin().lock().read_line(&mut code)?;
    Ok(code.trim().to_owned())
}
