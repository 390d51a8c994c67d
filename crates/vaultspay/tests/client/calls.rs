//! Plain calls: headers of every call, and errors by their codes.

use bursar_vaultspay::{Code, Kind, Repeat, required_action, types};

use crate::provider::*;

#[tokio::test]
async fn a_plain_call_has_the_encryption_and_device_headers() {
    let provider = Provider::start(|_, _| plain(200, r#"{"data":{"id":701}}"#)).await;
    let client = provider.builder().device_os("OTHER").build().expect("a client");
    assert_eq!(client.get_account(701).await.expect("an account").id, Some(701));
    let seen = &provider.seen()[0];
    assert_eq!(seen.header("x-enable-encryption"), Some("false"));
    assert_eq!((seen.header("x-device-os"), seen.header("x-device-id")), (Some("OTHER"), Some("17")));
    assert_eq!((seen.header("x-session-nonce"), seen.header("x-auth-signature")), (None, None));
}

#[tokio::test]
async fn a_business_error_inside_http_500_is_a_refusal_with_a_kind() {
    for (status, body, kind, outcome) in [
        (500, r#"{"code":1010,"message":"Invalid IBAN","type":"BAD_REQUEST"}"#, Kind::INVALID, "refused"),
        (500, r#"{"code":1050}"#, Kind::Declined, "refused"),
        (500, r#"{"code":1012}"#, Kind::Forbidden, "unknown"),
        (500, r#"{"code":9999}"#, Kind::Server, "unknown"),
        (500, "", Kind::Server, "unknown"),
        (
            422,
            r#"{"code":1000,"errors":[{"key":"amount","reason":"too small"}]}"#,
            Kind::Invalid { fields: vec!["amount".to_owned()] },
            "refused",
        ),
    ] {
        let provider = Provider::start(move |_, _| plain(status, body)).await;
        let client = provider.builder().build().expect("a client");
        let transfer = types::CreateDirectTransfer::builder()
            .sender_account_id("701")
            .payment_contact_id("301")
            .purpose(types::TransferPurpose::Rent)
            .description("rent")
            .amount(bursar_vaultspay::Minor::new(1))
            .build()
            .expect("a transfer");
        let error = client.create_direct_transfer(&transfer).await.expect_err("an error");
        assert_eq!((error.kind(), error.outcome().name(), provider.count()), (&kind, outcome, 1), "{body}");
    }
}

#[tokio::test]
async fn a_required_action_is_named() {
    let body = r#"{"code":1035,"message":"Please complete the prerequisite actions.","type":"ACTION_REQUIRED",
        "errors":[{"key":"actionRequired","reason":"COMPLETE_KYC"}]}"#;
    for status in [403, 418, 500] {
        let provider = Provider::start(move |_, _| plain(status, body)).await;
        let client = provider.builder().build().expect("a client");
        let error = client.get_account(701).await.expect_err("an error");
        assert_eq!((error.kind(), required_action(&error).as_deref()), (&Kind::ActionRequired, Some("COMPLETE_KYC")));
        assert_eq!(Code::of(&error).map(|code| code.repeat), Some(Repeat::AfterAction));
    }
    let provider =
        Provider::start(|_, _| plain(500, r#"{"code":1010,"errors":[{"key":"actionRequired","reason":"X"}]}"#)).await;
    let error = provider.builder().build().expect("a client").get_account(701).await.expect_err("an error");
    assert_eq!(required_action(&error), None);
}

#[tokio::test]
async fn a_part_of_a_body_is_built_like_the_whole() {
    let provider = Provider::start(|_, _| plain(200, r#"{"data":{"id":1519}}"#)).await;
    let address = types::CardAddress::builder().country("ARE").city("Dubai").state("Dubai").postal_code("00000");
    let unfinished = address.clone().build().map(drop).expect_err("a fault").to_string();
    assert!(unfinished.contains("addressLine1") && unfinished.contains("type"), "{unfinished}");
    let address = address.address_line1("1 Sample Street").type_(types::AddressType::Mailing);
    let order = types::CreateCard::builder()
        .card_tier_id(61)
        .customer_id(501)
        .account_id(701)
        .card_type(types::CardType::Physical)
        .card_holder_name("ALEX SAMPLE")
        .address(address.build().expect("an address"))
        .build()
        .expect("an order");
    let card = provider.builder().build().expect("a client").create_card(&order).await.expect("a card");
    assert_eq!(card.id, Some(1519));
    let sent: serde_json::Value = serde_json::from_str(&provider.seen()[0].plain).expect("JSON");
    assert_eq!((&sent["cardType"], &sent["address"]["addressLine1"]), (&"PHYSICAL".into(), &"1 Sample Street".into()));
}
