//! Does a login end with tokens only if it is this program's, this customer's and this browser's?

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

use std::time::Duration;

use bursar_kontist::oauth::{Grant, Login, Loopback, OauthError, Program, Scope};
use bursar_kontist::{Client, Credential, Environment, Kind};
use bursar_sandbox::Sandbox;
use bursar_sandbox::kontist::{CLIENT_ID, CLIENT_SECRET, Customer, EMAIL, PASSWORD, REDIRECT_URI, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An address with a scheme of its own, with which PKCE brings a refresh token too.
const OWN_SCHEME: &str = "com.example.app:/callback";

const SCOPES: [Scope; 2] = [Scope::Offline, Scope::Accounts];

async fn start(settings: Settings) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().kontist(settings).start().await.unwrap();
    let kontist = client(&sandbox).build().unwrap();
    (sandbox, kontist)
}

fn client(sandbox: &Sandbox) -> bursar_kontist::Builder {
    Client::builder().environment(Environment::Custom(sandbox.kontist_url()))
}

fn confidential() -> Program {
    Program::confidential(CLIENT_ID, Credential::new(CLIENT_SECRET).unwrap(), REDIRECT_URI)
}

/// An answer to a GET over a connection of its own: its status and the address that it sends on to.
async fn get(url: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
    (answer[9..12].parse().unwrap(), location.to_owned())
}

/// What the browser comes back with after asking the customer.
async fn browse(login: &Login) -> String {
    let (status, location) = get(login.url()).await;
    assert_eq!(status, 302);
    location
}

async fn works(sandbox: &Sandbox, grant: &Grant) -> bool {
    let kontist = client(sandbox).token(grant.access.clone()).build().unwrap();
    kontist.list_accounts().await.is_ok()
}

#[tokio::test]
async fn a_program_with_a_secret_logs_in_and_refreshes() {
    let (sandbox, kontist) = start(Settings::new()).await;
    let login = confidential().authorize(&kontist, &SCOPES).unwrap();
    assert!(
        login.url().contains("code_challenge_method=S256") && !login.url().contains(CLIENT_SECRET),
        "{}",
        login.url()
    );
    let came_back = browse(&login).await;
    let grant = login.answer(&came_back).unwrap().exchange(&kontist).await.unwrap();
    assert!(works(&sandbox, &grant).await);
    assert_eq!((grant.scopes.as_slice(), grant.expires_in.unwrap().as_secs()), (SCOPES.as_slice(), 3599));

    let next = grant.refresh(&kontist, &confidential()).await.unwrap();
    assert!(works(&sandbox, &next).await && next.access.expose() != grant.access.expose());
    assert_eq!(next.refresh.unwrap().expose(), grant.refresh.unwrap().expose(), "the old one stays in use");
    assert!(sandbox.violations().is_empty(), "{:#?}", sandbox.violations());
}

#[tokio::test]
async fn a_program_without_one_proves_itself_by_pkce() {
    let (sandbox, kontist) = start(Settings::new()).await;
    for (redirect_uri, refreshes) in [(REDIRECT_URI, false), (OWN_SCHEME, true)] {
        let program = Program::public(CLIENT_ID, redirect_uri);
        let login = program.authorize(&kontist, &SCOPES).unwrap();
        assert!(login.url().contains("code_challenge_method=S256"), "{}", login.url());
        let came_back = browse(&login).await;
        let grant = login.answer(&came_back).unwrap().exchange(&kontist).await.unwrap();
        assert!(works(&sandbox, &grant).await);
        match grant.refresh(&kontist, &program).await {
            Ok(next) => assert!(refreshes && works(&sandbox, &next).await),
            Err(error) => assert!(!refreshes && matches!(error, OauthError::NoRefreshToken), "{error}"),
        }
    }
    assert!(sandbox.violations().is_empty(), "{:#?}", sandbox.violations());
}

#[tokio::test]
async fn a_program_with_a_secret_leaves_pkce_out_only_if_asked() {
    let (sandbox, kontist) = start(Settings::new()).await;
    let login = confidential().without_pkce().authorize(&kontist, &SCOPES).unwrap();
    assert!(!login.url().contains("code_challenge"), "{}", login.url());
    let came_back = browse(&login).await;
    let grant = login.answer(&came_back).unwrap().exchange(&kontist).await.unwrap();
    assert!(works(&sandbox, &grant).await && grant.refresh.is_some());
    let public = Program::public(CLIENT_ID, REDIRECT_URI).without_pkce().authorize(&kontist, &SCOPES).unwrap();
    assert!(public.url().contains("code_challenge_method=S256"), "{}", public.url());
}

#[tokio::test]
async fn tokens_of_another_login_are_not_used() {
    let (_sandbox, kontist) = start(Settings::new()).await;
    let program = Program::public(CLIENT_ID, REDIRECT_URI);
    let (first, second) =
        (program.authorize(&kontist, &SCOPES).unwrap(), program.authorize(&kontist, &SCOPES).unwrap());
    let of_first = browse(&first).await;
    assert!(matches!(second.answer(&of_first), Err(OauthError::State)));
    let without = of_first.split("&state").next().unwrap();
    assert!(matches!(first.answer(without), Err(OauthError::State)));

    // Two logins with one state: the code is the first's, the proof the second's.
    let (first, second) =
        (program.authorize(&kontist, &SCOPES).unwrap(), program.authorize(&kontist, &SCOPES).unwrap());
    let code = browse(&first).await.split('&').next().unwrap().to_owned();
    let state = second.url().split('&').find(|pair| pair.contains("state=")).unwrap().to_owned();
    let state = state.split_once("state=").unwrap().1.to_owned();
    let mixed = second.answer(&format!("{code}&state={state}")).unwrap();
    let Err(OauthError::Call(error)) = mixed.exchange(&kontist).await else { panic!("a stolen code was taken") };
    assert_eq!(error.status().unwrap().as_u16(), 400);
}

#[tokio::test]
async fn a_no_a_missing_code_and_a_bad_address_are_told_apart() {
    let (_sandbox, kontist) = start(Settings::new().customer(Customer::Refuses)).await;
    let program = Program::public(CLIENT_ID, REDIRECT_URI);
    let login = program.authorize(&kontist, &SCOPES).unwrap();
    let came_back = browse(&login).await;
    let error = login.answer(&came_back).unwrap_err();
    assert_eq!(error.to_string(), "the customer denied the permission: request it again, or fewer scopes");
    for (rest, expected) in
        [("", "contains no code"), ("&code=", "contains no code"), ("&error=%7B%7D", "Kontist refused")]
    {
        let login = program.authorize(&kontist, &SCOPES).unwrap();
        let state = login.url().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let error = login.answer(&format!("/callback?state={state}{rest}")).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(matches!(Program::public(CLIENT_ID, "callback").authorize(&kontist, &SCOPES), Err(OauthError::Program)));
}

#[tokio::test]
async fn a_command_line_is_called_back_on_the_machine_itself() {
    let (sandbox, kontist) = start(Settings::new()).await;
    let loopback = Loopback::bind(0).await.unwrap();
    let redirect_uri = loopback.redirect_uri();
    let login = Program::public(CLIENT_ID, &*redirect_uri).authorize(&kontist, &[Scope::Accounts]).unwrap();
    let url = login.url().to_owned();
    let host = redirect_uri.strip_prefix("http://").unwrap().strip_suffix("/callback").unwrap().to_owned();
    assert!(host.starts_with("127.0.0.1:"));
    let browser = tokio::spawn(async move {
        // A connection opened in advance, on which nothing is sent, and a request for an icon.
        let _idle = TcpStream::connect(&host).await.unwrap();
        assert_eq!(get(&format!("http://{host}/favicon.ico")).await.0, 400);
        let (_, location) = get(&url).await;
        get(&location).await.0
    });
    let grant = loopback.wait(login).await.unwrap().exchange(&kontist).await.unwrap();
    assert_eq!(browser.await.unwrap(), 200);
    assert!(works(&sandbox, &grant).await);
}

/// What comes back for these bytes, sent over a connection of their own.
async fn raw(host: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(host).await.unwrap();
    // A server that has heard enough may close before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_stray_request_does_not_end_the_wait_for_the_browser() {
    let (sandbox, kontist) = start(Settings::new()).await;
    let loopback = Loopback::bind(0).await.unwrap();
    let redirect_uri = loopback.redirect_uri();
    let login = Program::public(CLIENT_ID, &*redirect_uri).authorize(&kontist, &[Scope::Accounts]).unwrap();
    let url = login.url().to_owned();
    let state = url.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let host = redirect_uri.strip_prefix("http://").unwrap().strip_suffix("/callback").unwrap().to_owned();
    let browser = tokio::spawn(async move {
        for stray in [
            "GET /callback?code=stolen&state=guessed HTTP/1.1\r\n\r\n".to_owned(),
            "GET /callback HTTP/1.1\r\n\r\n".into(),
            "GET / HTTP/1.1\r\n\r\n".into(),
            format!("HEAD /callback?code=x&state={state} HTTP/1.1\r\n\r\n"),
            format!("POST /callback?code=x&state={state} HTTP/1.1\r\n\r\n"),
            format!("GET /callback?code={} HTTP/1.1\r\n\r\n", "x".repeat(100_000)),
            "\u{0}\u{1}\r\n\r\n".into(),
        ] {
            let answer = raw(&host, stray.as_bytes()).await;
            // One that is cut off in its middle may lose the answer with the connection.
            assert!(answer.starts_with("HTTP/1.1 400 ") || (stray.len() > 16_384 && answer.is_empty()), "{answer}");
        }
        // Slow ones, more than are read at once, make nobody wait for ever.
        let mut slow = Vec::new();
        for _ in 0..60 {
            let mut stream = TcpStream::connect(&*host).await.unwrap();
            stream.write_all(b"GET /callback?co").await.unwrap();
            slow.push(stream);
        }
        let (_, location) = get(&url).await;
        get(&location).await.0
    });
    let grant = loopback.wait(login).await.unwrap().exchange(&kontist).await.unwrap();
    assert_eq!(browser.await.unwrap(), 200);
    assert!(works(&sandbox, &grant).await);
}

#[tokio::test]
async fn the_wait_for_the_browser_has_an_end() {
    let (_sandbox, kontist) = start(Settings::new()).await;
    let loopback = Loopback::bind(0).await.unwrap().timeout(Duration::from_millis(50));
    let login = Program::public(CLIENT_ID, loopback.redirect_uri()).authorize(&kontist, &[]).unwrap();
    let error = loopback.wait(login).await.unwrap_err();
    assert!(matches!(error, OauthError::Late));
    assert_eq!(error.to_string(), "the browser was not redirected in time: start a new login");
}

#[tokio::test]
async fn a_password_is_a_grant_where_it_is_allowed() {
    let password = Credential::new(PASSWORD).unwrap();
    let (sandbox, kontist) = start(Settings::new()).await;
    let grant = confidential().password(&kontist, EMAIL, &password, &SCOPES).await.unwrap();
    assert!(works(&sandbox, &grant).await);
    let wrong = Credential::new("SECRET-guess").unwrap();
    let error = confidential().password(&kontist, EMAIL, &wrong, &SCOPES).await.unwrap_err();
    let OauthError::Call(call) = &error else { panic!("{error}") };
    assert_eq!(call.kind(), Kind::INVALID);
    assert!(!format!("{error} {error:?} {grant:?} {:?}", confidential()).contains("SECRET"));
    let (_sandbox, kontist) = start(Settings::new().without_password_grant()).await;
    assert!(confidential().password(&kontist, EMAIL, &password, &SCOPES).await.is_err());
}
