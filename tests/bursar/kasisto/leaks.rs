//! Does anything of Kasisto's own leak: its typed values, its settings, its sessions?

use bursar::kasisto::{Client, Customer, Options, OtpRequest, operations, responses, types};
use bursar::{Credential, Secret};
use bursar_runtime::{Answer, Empty, ErrorBody, Reply};

use super::{credential, operation};
use crate::support::marks::{MARK, debugged, hides, marked, printed, watched};
use crate::support::survival::reply;
use crate::support::trace::{Recording, panicked};
use crate::support::tree::Tree;
use bursar_support::{Nobody, Server, Step, json_with as answer};

/// What an operation's types show of JSON that they were read from.
struct Typed {
    id: &'static str,
    request: fn(&str) -> String,
    answer: fn(&Reply) -> String,
    error: fn(&Reply) -> String,
}

macro_rules! typed {
    ($($id:ident($request:ty) -> $answer:ty, $error:ident;)*) => {
        const TYPED: &[Typed] = &[$(Typed {
            id: stringify!($id),
            request: |json| debugged(&serde_json::from_str::<$request>(json).expect("a request")),
            answer: |reply| debugged(&<$answer as Answer>::read(reply).expect("an answer")),
            error: |reply| debugged(&<responses::$error as ErrorBody>::read(reply)),
        }),*];
    };
}

typed! {
    create_token(types::CreateToken) -> types::AccessToken, CreateTokenError;
    validate_otp(types::ValidateOtp) -> types::AccessToken, ValidateOtpError;
    get_customer(types::GetCustomer) -> types::Customer, GetCustomerError;
    list_accounts(types::ListAccounts) -> Vec<types::Account>, ListAccountsError;
    list_merchants(types::ListMerchants) -> Vec<types::Merchant>, ListMerchantsError;
    list_transactions(types::ListTransactions) -> Vec<types::Transaction>, ListTransactionsError;
    list_categories(types::ListCategories) -> Vec<types::Category>, ListCategoriesError;
    create_transfer(types::CreateTransfer) -> types::Transfer, CreateTransferError;
    create_payment(types::CreatePayment) -> types::Payment, CreatePaymentError;
    list_payees(types::ListPayees) -> Vec<types::Payee>, ListPayeesError;
    list_bank_locations(types::ListBankLocations) -> Vec<types::BankLocation>, ListBankLocationsError;
    list_offers(types::ListOffers) -> Vec<types::Offer>, ListOffersError;
    perform_customer_action(types::PerformCustomerAction) -> types::CustomerAction, PerformCustomerActionError;
    record_interaction(types::RecordInteraction) -> Empty, RecordInteractionError;
    create_session_token(types::CreateSessionToken) -> types::AccessToken, CreateSessionTokenError;
    revoke_token(()) -> types::RevokedToken, RevokeTokenError;
    start_conversation(types::StartConversation) -> types::ConversationStep, StartConversationError;
    send_user_input(types::SendUserInput) -> types::ConversationStep, SendUserInputError;
}

#[test]
fn no_value_shows_a_sensitive_field() {
    let ids = |ids: &mut dyn Iterator<Item = &'static str>| ids.collect::<Vec<_>>();
    assert_eq!(ids(&mut TYPED.iter().map(|typed| typed.id)), ids(&mut operations::ALL.iter().map(|row| row.id)));
    let mut hidden = 0;
    for typed in TYPED {
        let documented = operation(typed.id);
        if let (Some(example), Some(schema)) = (documented.json_example(), documented.request_schema()) {
            let shown = (typed.request)(&marked(example, schema).to_string());
            hides(typed.id, &shown);
            hidden += shown.matches("***").count();
        }
        for found in documented.answers() {
            let (Some(example), Some(schema)) = (found.example, found.schema) else { continue };
            let reply = reply(found.status, &marked(example, schema).to_string());
            let show = if found.status < 300 { typed.answer } else { typed.error };
            let shown = show(&reply);
            hides(&format!("{} {}", typed.id, found.status), &shown);
            hidden += shown.matches("***").count();
        }
    }
    assert!(hidden > 100, "only {hidden} fields were hidden");
}

/// A client whose credentials are marked.
fn client(url: &str) -> Client {
    let secret = credential(&format!("{MARK}-secret"));
    let token = credential(&format!("{MARK}-token"));
    let builder = Client::builder().base_url(url).secret(secret).token(token).locale("en_US");
    hides("the builder", &debugged(&builder));
    let client = builder.build().expect("a client");
    hides("the client", &debugged(&client));
    hides("a session", &debugged(&client.session()));
    client
}

/// Errors do not show the URL: its path may be the bank's secret.
#[tokio::test]
async fn no_url_leaks() {
    let nowhere = Nobody::new();
    let hidden =
        Client::builder().base_url(format!("{}/{MARK}", nowhere.url)).secret(credential("s")).token(credential("t"));
    let error =
        hidden.build().expect("a client").get_customer(&types::GetCustomer::default()).await.expect_err("nobody");
    hides("the URL", &printed(&error));
}

#[test]
fn no_setting_leaks() {
    let builder = || Client::builder().secret(credential("s"));
    for url in [
        "https://user:LEAK7Q@bank.example/api",
        "https://bank.example/api?key=LEAK7Q",
        "https://bank.example/api#LEAK7Q",
        "http://LEAK7Q.example/api",
        "LEAK7Q",
    ] {
        let error = builder().base_url(url).build().expect_err("a base URL that is refused");
        hides(url, &printed(&error));
    }
    for value in ["LEAK7Q\n", "LEAK7Q\u{e9}", " LEAK7Q", "LEAK7Q\0"] {
        hides("a credential", &printed(&Credential::new(value).expect_err("no header can carry it")));
    }
    hides("a credential", &printed(&Credential::basic("LEAK7Q:", "LEAK7Q").expect_err("a colon")));
    hides("a credential", &debugged(&Credential::basic("LEAK7Q", "LEAK7Q")));
    hides("an option", &debugged(&Options::new().header("locale", MARK)));
    let error =
        builder().base_url("https://bank.example").locale("LEAK7Q\n").build().expect_err("no header can carry it");
    hides("an option", &printed(&error));
    let error =
        types::CreateTransfer::builder().user_id(MARK).source_account_id(MARK).build().expect_err("an amount is due");
    hides("a builder", &printed(&error));
    hides("a secret", &debugged(&Secret::from(MARK)));
}

/// A session that signs in and answers for one-time passwords by itself, whatever the bank says to it.
#[tokio::test]
async fn no_session_that_helps_itself_leaks() {
    let token = || answer(200, &[("token", "LEAK7Q-header")], r#"{"token":"LEAK7Q-token","user_id":"LEAK7Q"}"#);
    let refusal = |status| answer(status, &[], r#"{"code":"LEAK7Q","message":"LEAK7Q","otp_details":"LEAK7Q"}"#);
    let scripts = [
        ("signed in", vec![token(), answer(200, &[], r#"{"status":"processed"}"#)], true),
        ("refused", vec![refusal(401)], false),
        ("failed", vec![refusal(500)], false),
        ("no token", vec![answer(200, &[], r#"{"LEAK7Q":"LEAK7Q"}"#)], false),
        ("a token for no header", vec![answer(200, &[], r#"{"token":"LEAK7Q\n"}"#)], false),
        ("no JSON", vec![answer(200, &[], "LEAK7Q")], false),
        ("no answer", vec![Step::Drop], false),
        ("signed in twice", vec![token(), refusal(401), token(), refusal(403)], false),
        ("code taken", vec![token(), refusal(450), token(), answer(200, &[], r#"{"status":"processed"}"#)], true),
        ("code refused", vec![token(), refusal(450), refusal(451)], false),
        ("code expired", vec![token(), refusal(450), refusal(452)], false),
        ("code unanswered", vec![token(), refusal(450), Step::Drop], false),
        ("code asked for twice", vec![token(), refusal(450), token(), refusal(450)], false),
    ];
    let login = types::CreateToken::builder().username(MARK).password(MARK).build().expect("a login");
    let transfer = types::CreateTransfer::builder().source_account_id(MARK).dest_account_id(MARK);
    let transfer = transfer.amount(bursar::major!(25.50)).currency_code("USD").build().expect("a request");
    for (what, script, is_good) in scripts {
        let server = Server::start(script).await;
        let customer = Customer::new().log_in(login.clone()).otp(|asked: OtpRequest| {
            hides("a request for a code", &debugged(&asked));
            async { Some(Secret::from(MARK)) }
        });
        hides(what, &debugged(&customer));
        let bank = Client::builder().base_url(&server.url).secret(credential(MARK)).build().expect("a client");
        let session = bank.session_of(customer).with(Options::new().max_attempts(1));
        let result = watched(what, session.create_transfer(&transfer)).await;
        assert_eq!(result.is_ok(), is_good, "{what}: {result:?}");
        hides(what, &debugged(&session));
    }
}

/// The search finds what is there: otherwise nothing above says anything.
#[tokio::test]
async fn the_search_would_find_a_leak() {
    let recording = Recording::start();
    let server = Server::start(vec![answer(200, &[], "[]")]).await;
    client(&server.url).list_accounts(&Default::default()).await.expect("accounts");
    let traced = recording.stop();
    // A span of ours, and a record that reqwest writes through `log`.
    assert!(traced.contains("operation=\"list_accounts\"") && traced.contains("starting new connection"), "{traced}");
    assert!(traced.contains("hyper_util::client::legacy::pool: "), "{traced}");
    assert!(panicked(|| panic!("{MARK}")).contains(MARK));

    let leak = std::panic::catch_unwind(|| hides("a tree", &debugged(&Tree::Text(MARK.to_owned()))));
    assert!(leak.is_err());
}
