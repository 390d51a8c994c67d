//! Does anything leak? Credentials, sensitive fields and whole bodies are marked, and everything that prints is searched for the marks.
//!
//! Generated from the document and the operations table: a new operation, field or status is searched for the day it is added.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use bursar::kasisto::{Client, Options, operations, responses, types};
use bursar::{Credential, Secret};
use bursar_runtime::dispatch::{Arguments, Entry, Failed};
use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Answer, Empty, ErrorBody, Operation, Reply};

use crate::support::client::{ENTRIES, arguments, credential, entry};
use crate::support::document::{self, Documented, fill, is_sensitive, operation, schemas_at, sensitive};
use crate::support::listing;
use crate::support::server::{Server, Step, answer, nobody};
use crate::support::trace::Recording;
use crate::support::tree::{Tree, escaped};

/// Every marked text holds this, every marked number the digits.
pub(crate) const MARK: &str = "LEAK7Q";
const DIGITS: &str = "1717171717";

/// Asserts that a text shows nothing that was marked.
pub(crate) fn hides(what: &str, text: &str) {
    assert!(!text.contains(MARK) && !text.contains(DIGITS), "{what} shows a secret: {text}");
}

/// `Debug` in both forms.
pub(crate) fn debugged(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// Everything that an error prints, with its sources.
pub(crate) fn printed(error: &(impl StdError + 'static)) -> String {
    let mut text = format!("{error}\n{}", debugged(error));
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!("\n{error}\n{error:?}\n{error:#?}"));
        source = error.source();
    }
    text
}

/// A value whose sensitive fields are marked, those that the example leaves out included.
pub(crate) fn marked(example: &Tree, schema: &'static Tree) -> Tree {
    let mut value = example.clone();
    for pointer in sensitive(schema) {
        fill(&mut value, schema, &pointer, &format!("{MARK}{pointer}"));
    }
    value
}

/// A value of which every scalar is marked that the schema leaves free.
pub(crate) fn all_marked(value: &Tree, schema: &'static Tree, pointer: &str) -> Tree {
    let below = |key: &str, value: &Tree| all_marked(value, schema, &format!("{pointer}/{}", escaped(key)));
    let is_word = schemas_at(schema, pointer).iter().any(|schema| document::is_enum(schema));
    match value {
        Tree::Text(_) if !is_word => Tree::Text(format!("{MARK}{pointer}")),
        Tree::Number(digits) if digits.contains('.') => Tree::Number(format!("{DIGITS}.17")),
        Tree::Number(_) => Tree::Number(DIGITS.to_owned()),
        Tree::List(items) => {
            Tree::List(items.iter().enumerate().map(|(at, item)| below(&at.to_string(), item)).collect())
        }
        Tree::Object(members) => {
            Tree::Object(members.iter().map(|(key, value)| (key.clone(), below(key, value))).collect())
        }
        other => other.clone(),
    }
}

/// The body of a call, marked through and through.
fn request(documented: &Documented) -> Option<Tree> {
    let (example, schema) = (documented.request_example()?, documented.request_schema()?);
    Some(all_marked(&marked(example, schema), schema, ""))
}

#[test]
fn the_table_lists_what_the_document_calls_sensitive() {
    let pointers =
        |schemas: &mut dyn Iterator<Item = &'static Tree>| schemas.flat_map(sensitive).collect::<BTreeSet<_>>();
    let listed = |pointers: &[&str]| pointers.iter().map(|pointer| (*pointer).to_owned()).collect::<BTreeSet<_>>();
    let mut count = 0;
    for Operation { id, sensitive_request, sensitive_answer, .. } in operations::ALL {
        let documented = operation(id);
        let sent = pointers(&mut documented.request_schema().into_iter());
        assert_eq!(listed(sensitive_request), sent, "{id}: request");
        let answered = pointers(&mut documented.answers().iter().filter_map(|answer| answer.schema));
        assert_eq!(listed(sensitive_answer), answered, "{id}: answers");
        count += sent.len() + answered.len();
    }
    assert!(count > 20, "only {count} sensitive fields");
}

/// By the source: every field of every struct and builder that the document calls sensitive is of a type that does not print.
#[test]
fn every_sensitive_field_is_a_secret() {
    for (provider, least) in [("kasisto", 15), ("kotani", 80)] {
        let types = listing::structs(&listing::items(provider, "types"));
        let builders = listing::structs(&listing::items(provider, "requests"));
        let mut count = 0;
        for (schema_name, schema) in document::schemas(provider) {
            let Some(fields) = types.get(schema_name) else { continue };
            let builder = builders.get(&format!("{schema_name}Builder"));
            for (key, property) in schema.get("properties").into_iter().flat_map(Tree::entries) {
                if !is_sensitive(property) {
                    continue;
                }
                let field = fields.iter().find(|field| field.wire == key);
                let field = field.unwrap_or_else(|| panic!("{provider} {schema_name} has no field for {key}"));
                let set = builder.map(|set| set.iter().find(|set| set.name == field.name).expect("a setter"));
                for field in std::iter::once(field).chain(set) {
                    assert!(field.kind.contains("Secret<"), "{schema_name}.{}: {}", field.name, field.kind);
                    count += 1;
                }
            }
        }
        assert!(count > least, "{provider}: only {count} sensitive fields");
    }
}

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

fn reply(status: u16, body: &str) -> Reply {
    Reply::new(StatusCode::from_u16(status).expect("a status"), HeaderMap::new(), body.to_owned())
}

#[test]
fn no_value_shows_a_sensitive_field() {
    let ids = |ids: &mut dyn Iterator<Item = &'static str>| ids.collect::<Vec<_>>();
    assert_eq!(ids(&mut TYPED.iter().map(|typed| typed.id)), ids(&mut operations::ALL.iter().map(|row| row.id)));
    let mut hidden = 0;
    for typed in TYPED {
        let documented = operation(typed.id);
        if let (Some(example), Some(schema)) = (documented.request_example(), documented.request_schema()) {
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

async fn search(what: &str, client: &Client, operation_id: &'static str) {
    let body = request(&operation(operation_id));
    search_call(what, client, entry(operation_id), &arguments(body.as_ref())).await;
}

/// Calls an operation and searches whatever prints, the tracing output at TRACE and the log records included.
pub(crate) async fn search_call<C: Debug>(what: &str, client: &C, entry: &Entry<C>, arguments: &Arguments) {
    hides(what, &debugged(arguments));
    let recording = Recording::start();
    let result = (entry.call)(client, arguments).await;
    let traced = recording.stop();
    assert!(traced.contains(entry.operation.id), "{what}: the span was not recorded: {traced}");
    hides(what, &traced);
    hides(what, &debugged(&result));
    hides(what, &debugged(client));
    match result {
        Ok(answer) => {
            let value = answer.map(|echo| serde_json::from_str::<serde_json::Value>(&echo.json).expect("JSON"));
            hides(what, &debugged(&value.drift()));
        }
        Err(Failed::Call { error, body }) => {
            hides(what, &printed(&error));
            hides(what, &debugged(&body));
            hides(what, &debugged(&error.reply()));
            hides(what, &printed(&Failed::Call { error, body: None }));
        }
        Err(other) => panic!("{what}: {other}"),
    }
}

#[tokio::test]
async fn no_documented_answer_leaks() {
    let mut count = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        for found in documented.answers() {
            let body = match (found.example, found.schema) {
                (Some(example), Some(schema)) => all_marked(&marked(example, schema), schema, "").to_string(),
                _ => String::new(),
            };
            let header = [("token", "LEAK7Q-renewed"), ("x-strange", "LEAK7Q-strange"), ("set-cookie", "id=LEAK7Q")];
            let server = Server::start(vec![answer(found.status, &header, &body)]).await;
            let what = format!("{} {}", documented.id, found.status);
            search(&what, &client(&server.url), documented.id).await;
            assert!(!server.exchanges().is_empty());
            count += 1;
        }
    }
    assert!(count > 90, "only {count} answers");
}

/// Answers that nobody documented, and none at all.
#[tokio::test]
async fn no_undocumented_answer_leaks() {
    let location = [("location", "http://elsewhere.example/?token=LEAK7Q"), ("www-authenticate", "LEAK7Q")];
    let html = [("content-type", "text/html; charset=LEAK7Q")];
    let odd_keys = r#"{"LEAK7Q 4111111111111111":{"LEAK7Q":1717171717},"1717171717":[true]}"#;
    let steps = [
        ("no JSON", answer(200, &html, "<p>LEAK7Q 1717171717</p>")),
        ("broken JSON", answer(200, &[], r#"{"token":"LEAK7Q","amount":1717171717"#)),
        ("text for an object", answer(200, &[], r#""LEAK7Q""#)),
        ("a number for an object", answer(200, &[], DIGITS)),
        ("a list of lists", answer(200, &[], r#"[["LEAK7Q",1717171717],["LEAK7Q"]]"#)),
        ("unknown keys", answer(200, &[], odd_keys)),
        ("an unlisted error", answer(418, &[], r#"{"message":"LEAK7Q","code":"LEAK7Q"}"#)),
        ("an error that is no JSON", answer(500, &html, "LEAK7Q 1717171717")),
        ("a redirect", answer(302, &location, "LEAK7Q")),
        ("an informal status", answer(299, &[], r#"{"message":"LEAK7Q"}"#)),
        (
            "no whole answer",
            Step::Cut(b"HTTP/1.1 200 LEAK7Q\r\ncontent-length: 99\r\n\r\n{\"token\":\"LEAK7Q".to_vec()),
        ),
        ("no HTTP", Step::Answer(b"LEAK7Q 1717171717\r\n\r\n".to_vec())),
        ("a bad header", Step::Answer(b"HTTP/1.1 200 OK\r\nLEAK7Q\x01: LEAK7Q\r\n\r\n".to_vec())),
        ("no answer", Step::Drop),
        ("no answer in time", Step::Hang),
    ];
    for (name, step) in steps {
        for entry in ENTRIES {
            let server = Server::start(vec![step.clone()]).await;
            let limit = if matches!(step, Step::Hang) { Duration::from_millis(60) } else { Duration::from_secs(30) };
            let client = client(&server.url).with(Options::new().attempt_timeout(limit).max_attempts(1));
            search(&format!("{}: {name}", entry.operation.id), &client, entry.operation.id).await;
        }
    }
}

#[tokio::test]
async fn no_call_that_is_not_sent_leaks() {
    let nowhere = nobody().await;
    for entry in ENTRIES {
        let id = entry.operation.id;
        search(&format!("{id}: refused connection"), &client(&nowhere).with(Options::new().max_attempts(1)), id).await;
    }
    // Errors do not show the URL: its path may be the bank's secret.
    let hidden = Client::builder().base_url(format!("{nowhere}/{MARK}")).secret(credential("s")).token(credential("t"));
    let error =
        hidden.build().expect("a client").get_customer(&types::GetCustomer::default()).await.expect_err("nobody");
    hides("the URL", &printed(&error));
}

#[tokio::test]
async fn no_wrong_argument_leaks() {
    let client = client(&nobody().await);
    let mut count = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let Some(schema) = documented.request_schema() else { continue };
        for pointer in sensitive(schema) {
            // The right value in the wrong place, and the wrong value in the right place.
            let mut body = marked(documented.request_example().expect("an example"), schema);
            let text = body.to_string().replace(&format!("\"{MARK}{pointer}\""), r#"{"LEAK7Q":["LEAK7Q"]}"#);
            body = Tree::parse(&text);
            let recode = entry.recode.expect("a body");
            let fault = recode(body.to_string().as_bytes()).expect_err("an object for a text");
            hides(documented.id, &printed(&fault));
            let error = (entry.call)(&client, &arguments(Some(&body))).await.expect_err("an object for a text");
            hides(documented.id, &printed(&error));
            assert!(matches!(error, Failed::Argument(_)), "{error}");
            count += 1;
        }
    }
    assert!(count > 6, "only {count} sensitive fields in requests");
    let error = Arguments::parse(r#"{"body":"LEAK7Q""#).expect_err("broken JSON");
    hides("broken arguments", &printed(&error));
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

/// The search finds what is there: otherwise nothing above says anything.
#[tokio::test]
async fn the_search_would_find_a_leak() {
    let recording = Recording::start();
    let server = Server::start(vec![answer(200, &[], "[]")]).await;
    client(&server.url).list_accounts(&Default::default()).await.expect("accounts");
    let traced = recording.stop();
    // A span of ours, and a record that reqwest writes through `log`.
    assert!(traced.contains("operation=\"list_accounts\"") && traced.contains("starting new connection"), "{traced}");

    let leak = std::panic::catch_unwind(|| hides("a tree", &debugged(&Tree::Text(MARK.to_owned()))));
    assert!(leak.is_err());
}
