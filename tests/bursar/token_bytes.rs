//! Is a token read in whatever bytes the provider sends it, and is nothing sent when what came is no token?

use std::io::Write;
use std::sync::Arc;

use bursar::{Credential, kasisto, kontist, kotani, vaultspay};
use bursar_kontist::Tokens;
use bursar_kontist::oauth::Program;
use bursar_runtime::BoxFuture;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use bursar_support::{Server, Step};

/// Makes a first call with a client that has to get a token; what the call's end says.
type Source = (&'static str, &'static str, fn(String) -> BoxFuture<'static, String>);

/// Every way in which a client of ours gets a token: its name, and the end of the path that it is got at.
const SOURCES: [Source; 5] = [
    ("kontist, with e-mail and password", "/auth-token", |url| {
        Box::pin(async move {
            let client = kontist(&url).login("alex@bank.example", credential("pw")).build().expect("a client");
            end(client.list_accounts().await)
        })
    }),
    ("kontist, a program's grant", "/oauth/token", |url| {
        Box::pin(async move {
            let program = Program::public("client-1", "https://app.example/back");
            let client = kontist(&url).grant(program, Tokens::to_refresh(credential("SECRET-old")));
            end(client.build().expect("a client").list_accounts().await)
        })
    }),
    ("vaultspay, with client id and secret", "/saas-login", |url| {
        Box::pin(async move {
            let environment = vaultspay::Environment::Custom(url);
            let client = vaultspay::Client::builder().environment(environment).device_id("17");
            let client = client.client(credential("client-1"), credential("pw")).build().expect("a client");
            end(client.get_account(701).await)
        })
    }),
    ("kasisto, a customer's login", "/token", |url| {
        Box::pin(async move {
            let login = kasisto::types::CreateToken::builder().username("user-1").password("pw").build();
            let customer = kasisto::Customer::new().log_in(login.expect("a login"));
            let client = kasisto::Client::builder().base_url(url).secret(credential("shared")).customer(customer);
            let body = kasisto::types::ListAccounts::builder().build().expect("a body");
            end(client.build().expect("a client").list_accounts(&body).await)
        })
    }),
    ("kotani, a refresh token", "/refresh-token", |url| {
        Box::pin(async move {
            let client = kotani::Client::builder().environment(kotani::Environment::Custom(url));
            let client = client.refresh_token(credential("SECRET-old")).build().expect("a client");
            end(client.list_fiat_wallets().await)
        })
    }),
];

fn kontist(url: &str) -> kontist::Builder {
    kontist::Client::builder().environment(kontist::Environment::Custom(url.to_owned()))
}

fn credential(text: &str) -> Credential {
    Credential::new(text).expect("a credential")
}

fn end<T, E: std::fmt::Display>(result: Result<T, E>) -> String {
    result.map_or_else(|error| error.to_string(), |_| String::new())
}

/// A token under every name that one of the providers uses, and a letter that no ASCII has.
const TOKEN: &str = r#"{"token":"SECRET-new","access_token":"SECRET-new","accessToken":"SECRET-new","token_type":"bearer","note":"Jürgen"}"#;

/// Headers, and how the bytes of a text then are.
type Form = (&'static [(&'static str, &'static str)], fn(&str) -> Vec<u8>);

const JSON: (&str, &str) = ("content-type", "application/json");

const FORMS: [Form; 11] = [
    (&[JSON], |text| text.as_bytes().to_vec()),
    (&[JSON], |text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
    (&[JSON], |text| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
    (&[JSON], |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    // It is not what it says.
    (&[("content-type", "application/json; charset=utf-16")], |text| text.as_bytes().to_vec()),
    (&[("content-type", "application/json; charset=ISO-8859-1")], latin),
    (&[("content-type", "text/plain; charset=windows-1252")], latin),
    (&[JSON, ("content-encoding", "gzip")], |text| gzip(text.as_bytes())),
    (&[JSON, ("content-encoding", "deflate")], |text| zlib(text.as_bytes())),
    (&[JSON, ("content-encoding", "br")], |text| brotli(text.as_bytes())),
    (&[("content-type", "application/json; charset=latin1"), ("content-encoding", "deflate, gzip")], |text| {
        gzip(&zlib(&latin(text)))
    }),
];

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

/// An uncompressed block and the end (RFC 7932, 9.2).
fn brotli(plain: &[u8]) -> Vec<u8> {
    let length = u32::try_from(plain.len() - 1).expect("a short text");
    let head = ((length << 4) | (1 << 20)).to_le_bytes();
    [&head[..3], plain, &[3]].concat()
}

fn answer(headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    [format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n{lines}\r\n", body.len()).as_bytes(), body].concat()
}

/// A server that answers requests for tokens with these bytes, all others with an empty list.
async fn server(token_at: &'static str, token: Vec<u8>) -> Server {
    let step = Step::Make(Arc::new(move |request| {
        let is_token = request.path().ends_with(token_at);
        if is_token { token.clone() } else { answer(&[JSON], b"[]") }
    }));
    Server::start(vec![step]).await
}

#[tokio::test]
async fn is_a_token_read_in_whatever_bytes_it_comes() {
    for (name, token_at, call) in SOURCES {
        for (headers, encode) in FORMS {
            let server = server(token_at, answer(headers, &encode(TOKEN))).await;
            let said = call(server.url.clone()).await;
            let calls: Vec<_> =
                server.exchanges().into_iter().filter(|one| !one.request.path().ends_with(token_at)).collect();
            assert_eq!(calls.len(), 1, "{name}, {headers:?}: {said}");
            let carries = |(_, value): &(String, String)| value.ends_with("SECRET-new");
            assert!(calls[0].request.headers.iter().any(carries), "{name}, {headers:?}");
        }
    }
}

#[tokio::test]
async fn is_nothing_sent_when_what_came_is_no_token() {
    let deep = "[".repeat(200_000);
    let nested = format!(
        r#"{{"token":{0}1{1},"access_token":{0}1{1},"accessToken":{0}1{1}}}"#,
        "[".repeat(100),
        "]".repeat(100)
    );
    let bomb = gzip(&gzip(&vec![b' '; 40_000_000]));
    let texts = [
        "",
        "null",
        "[]",
        "{}",
        "7",
        "\"SECRET-new\"",
        "<html>SECRET</html>",
        deep.as_str(),
        nested.as_str(),
        r#"{"token":"","access_token":"","accessToken":""}"#,
        r#"{"token":"SECRET\r\nx-admin: 1","access_token":"SECRET\r\nx-admin: 1","accessToken":"SECRET\r\nx-admin: 1"}"#,
        r#"{"token":{"SECRET":1},"access_token":{"SECRET":1},"accessToken":{"SECRET":1}}"#,
        r#"{"error":"maintenance"}"#,
    ];
    let plain = texts.map(|text| answer(&[JSON], text.as_bytes()));
    let encoded = [
        answer(&[JSON, ("content-encoding", "gzip, gzip")], &bomb),
        answer(&[JSON, ("content-encoding", "gzip")], &gzip(TOKEN.as_bytes())[..20]),
        answer(&[JSON, ("content-encoding", "SECRET")], TOKEN.as_bytes()),
    ];
    for (name, token_at, call) in SOURCES {
        for token in plain.iter().chain(&encoded) {
            let shown = String::from_utf8_lossy(&token[..token.len().min(200)]).into_owned();
            let server = server(token_at, token.clone()).await;
            let said = call(server.url.clone()).await;
            let paths: Vec<_> = server.exchanges().iter().map(|one| one.request.path().to_owned()).collect();
            assert!(paths.iter().all(|path| path.ends_with(token_at)), "{name}, {shown}: {paths:?}");
            assert!(!said.is_empty() && !said.contains("SECRET"), "{name}, {shown}: {said}");
        }
    }
}
