//! Does `build()` give each call what tells it from others, and refuse a reference that tells nothing?

use bursar::{BuildError, Minor, kasisto, kontist, kotani, major, vaultspay};

fn is_token(text: &str) -> bool {
    text.len() == 32 && uuid::Uuid::try_parse(text).is_ok_and(|uuid| uuid.get_version_num() == 7)
}

#[test]
fn a_field_that_the_caller_leaves_out_is_filled_and_a_confirmation_repeats_it() {
    let order = || {
        let order = kontist::types::CreateTransfer::builder().recipient("Kim Example").amount(Minor::new(1250));
        order.iban("DE79000000000000000002").note("Lunch")
    };
    let (one, other) = (order().build().expect("a transfer"), order().build().expect("a transfer"));
    assert!(one.e2e_id.as_deref().is_some_and(is_token) && one.e2e_id != other.e2e_id);
    let registered = serde_json::to_value(&one).expect("JSON");
    let mut confirmed = serde_json::to_value(one.confirm("012345")).expect("JSON");
    let code = confirmed.as_object_mut().and_then(|members| members.remove("authorizationToken"));
    assert_eq!(code, Some("012345".into()));
    assert_eq!(confirmed, registered);
    assert_eq!(order().e2e_id("mine").build().expect("a transfer").e2e_id.as_deref(), Some("mine"));
    assert_eq!(order().without_correlation().build().expect("a transfer").e2e_id, None);
}

#[test]
fn a_text_of_the_callers_is_kept_before_the_token() {
    let transfer = |text: &str| {
        let transfer = vaultspay::types::CreateDirectTransfer::builder().amount(Minor::new(2500)).description(text);
        transfer.payment_contact_id("301").purpose(vaultspay::types::TransferPurpose::FamilySupport)
    };
    let description = |text: &str| transfer(text).build().expect("a transfer").description;
    assert!(description("Pocket money").strip_prefix("Pocket money ").is_some_and(is_token));
    let long = "x".repeat(80);
    assert_eq!(description(&long), long);
    let plain = transfer("Pocket money").without_correlation().build().expect("a transfer");
    assert_eq!(plain.description, "Pocket money");
}

#[test]
fn a_pair_is_added_to_those_of_the_caller() {
    let payment = || {
        let payment = kasisto::types::CreatePayment::builder().source_account_id("acc-checking").payee_id("payee-1");
        payment.amount(major!(10))
    };
    let built = payment().build().expect("a payment");
    let pair = built.meta.first().expect("a pair");
    assert_eq!((built.meta.len(), pair.name.as_deref()), (1, Some("reference")));
    assert!(pair.value.as_deref().is_some_and(is_token));
    assert!(payment().without_correlation().build().expect("a payment").meta.is_empty());
}

#[test]
fn a_reference_of_blanks_is_named() {
    for reference in ["", " \t"] {
        let deposit = kotani::types::CreateMobileMoneyDeposit::builder().customer_key("cust-1").amount(major!(10));
        let error: BuildError = deposit.wallet_id("wallet-kes").reference_id(reference).build().expect_err("a blank");
        assert_eq!(error.blank(), ["reference_id"], "{error}");
    }
}
