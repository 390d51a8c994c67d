//! VaultsPay: automatic login, a user, an account, a transfer and its settlement, and a card from its order to its freeze.
//!
//! If the variables of `Client::from_env` are set, it calls that address instead of the sandbox, which must have the ids below.

use std::fmt::Display;
use std::time::Duration;

use anyhow::Context;
use bursar::vaultspay::requests::GetAccountLedgerParameters;
use bursar::vaultspay::{self, Environment, types};
use bursar::{Credential, Minor, Progress};
use bursar_sandbox::Sandbox;

use crate::outcome;

/// A user with personal data, the user's account, a contact to pay, and a card tier.
const USER: i64 = 501;
const ACCOUNT: i64 = 701;
const CONTACT: &str = "301";
const TIER: i64 = 61;

pub(crate) async fn run(sandbox: &Sandbox) -> anyhow::Result<()> {
    let is_real = std::env::var_os("BURSAR_VAULTSPAY_URL").is_some();
    let vaultspay = match is_real {
        true => vaultspay::Client::from_env()?,
        false => vaultspay::Client::builder()
            .environment(Environment::Custom(sandbox.vaultspay_url()))
            .device_id(bursar_sandbox::vaultspay::DEVICE_ID)
            .client(
                Credential::new(bursar_sandbox::vaultspay::CLIENT_ID)?,
                Credential::new(bursar_sandbox::vaultspay::CLIENT_SECRET)?,
            )
            .build()?,
    };
    // The sandbox's clock advances by a second per call, so that no waits are needed.
    let pause = Duration::from_millis(if is_real { 2000 } else { 0 });

    println!("VaultsPay");
    let ann = types::CreateUser::builder()
        .first_name("Ann")
        .last_name("Example")
        .email("ann@example.com".to_owned())
        .status(types::UserStatus::Active)
        .build()?;
    let ann = vaultspay.create_user(&ann).await?;
    println!("  user       {}: {}", ann.id.context("a user has an id")?, shown(&ann.full_name));
    show_balance(&vaultspay).await?;

    // Accepted is not paid. Calls have no reference: after a lost answer look at the transactions before sending again.
    let transfer = types::CreateDirectTransfer::builder()
        .sender_account_id(ACCOUNT.to_string())
        .payment_contact_id(CONTACT)
        .purpose(types::TransferPurpose::FamilySupport)
        .description("Pocket money")
        .amount(Minor::new(2500))
        .build()?;
    let answer = vaultspay.create_direct_transfer(&transfer).await?;
    let id = answer.id.context("a transfer has an id")?;
    println!("  transfer   25.00 AED: {}, transaction {id}", outcome(answer.progress()));
    let mut polls = 0;
    let progress = loop {
        let answer = vaultspay.get_transaction(id).await?;
        polls += 1;
        if answer.progress() != Progress::Pending || polls == 60 {
            break answer.progress();
        }
        tokio::time::sleep(pause).await;
    };
    println!("  polled     {polls} times: {}", outcome(progress));
    show_balance(&vaultspay).await?;
    let ledger = GetAccountLedgerParameters::builder().id(ACCOUNT).transaction_id(id).build()?;
    for entry in vaultspay.get_account_ledger(&ledger).await?.iter() {
        println!("  ledger     {}, then {}", shown(&entry.narration), shown(&entry.balance));
    }

    card(&vaultspay).await
}

/// A physical card: ordered, with a PIN, produced, delivered, activated and frozen.
async fn card(vaultspay: &vaultspay::Client) -> anyhow::Result<()> {
    let names = vaultspay.list_embossing_names(USER).await?;
    let address = types::CardAddress::builder()
        .country("ARE")
        .state("Dubai")
        .city("Dubai")
        .address_line1("1 Sample Street")
        .postal_code("00000")
        .type_(types::AddressType::Mailing)
        .build()?;
    let order = types::CreateCard::builder()
        .card_tier_id(TIER)
        .customer_id(USER)
        .account_id(ACCOUNT)
        .card_type(types::CardType::Physical)
        .card_holder_name(names.names.first().context("a name to emboss")?.as_str())
        .address(address)
        .build()?;
    let id = vaultspay.create_card(&order).await?.id.context("a card has an id")?;
    vaultspay.set_card_pin(&types::SetCardPin::builder().card_id(id).pin("4711".to_owned()).build()?).await?;
    let request = types::ProcessCardRequest::builder().card_id(id);
    let card =
        vaultspay.process_card_request(&request.status(types::CardRequestStatus::IssuanceInProgress).build()?).await?;
    println!("  card       {id}: {}", shown(&card.status));

    let made = types::UpdateCardManufacturing::builder()
        .card_id(id)
        .card_manufacturing_status(types::ManufacturingStatus::Manufactured);
    vaultspay.update_card_manufacturing(&made.build()?).await?;
    let delivered = types::UpdateCardDelivery::builder().card_id(id).delivery_status(types::DeliveryStatus::Delivered);
    vaultspay.update_card_delivery(&delivered.build()?).await?;

    // The data on the card; never printed.
    let pan = vaultspay.get_card_pan(&types::GetCardPan::builder().card_id(id).build()?).await?;
    let expiry = vaultspay.get_card_expiry(&types::GetCardExpiry::builder().card_id(id).build()?).await?;
    let (pan, expiry) = (pan.pan.clone().context("a number")?, expiry.expiry.clone().context("an expiry")?);
    // The provider's sample has YY/MM; the activation requires MM/YY.
    let (year, month) = expiry.expose().split_once('/').context("a year and a month")?;
    let activation =
        types::ActivateCard::builder().card_id(id).pan(pan).expiry_date(format!("{month}/{year}")).build()?;
    println!("  activated  {}", shown(&vaultspay.activate_card(&activation).await?.card_status));

    let freeze = types::ToggleCardFreeze::builder().card_id(id).status_reason("Left at home".to_owned()).build()?;
    println!("  frozen     {}", shown(&vaultspay.toggle_card_freeze(&freeze).await?.status));
    Ok(())
}

/// Prints the balance of the account, whose unit is undocumented.
async fn show_balance(vaultspay: &vaultspay::Client) -> anyhow::Result<()> {
    let account = vaultspay.get_account(ACCOUNT).await?;
    println!("  account    {ACCOUNT}: {}, on hold {}", shown(&account.balance), shown(&account.balance_on_hold));
    Ok(())
}

/// Any field of an answer may be missing.
fn shown(field: &Option<impl Display>) -> String {
    field.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string)
}
