//! Is an answer read in whatever bytes it comes: with a byte order mark, in another character set, compressed?

use std::io::Write;

use bursar_runtime::{Empty, Error, Kind, Outcome, Phase, Response, lenient_object};
use flate2::Compression;
use serde::Serialize;

use crate::support::*;

#[derive(Debug, Default, PartialEq, Serialize)]
struct Named {
    name: Option<String>,
}

lenient_object!(Named { "name" => name });

const PLAIN: &str = r#"{"name":"Jürgen"}"#;

fn bytes(headers: &[(&str, &str)], body: &[u8]) -> Step {
    let Step::Answer(head) = answer(200, headers, "") else { panic!("an answer has a head") };
    let head = String::from_utf8(head).expect("a head");
    let head = head.replace("content-length: 0", &format!("content-length: {}", body.len()));
    Step::Answer([head.as_bytes(), body].concat())
}

async fn read(step: Step, cap: usize) -> Result<Response<Named>, Error<Empty>> {
    let server = Server::start(vec![step]).await;
    let core = builder(&server.url).response_cap(cap).build().expect("a client");
    core.call(&GET_THING, core.http().get(format!("{}/things/7", core.base_url()))).await
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

/// An uncompressed block and the end (RFC 7932, 9.2).
fn brotli(plain: &[u8]) -> Vec<u8> {
    let length = u32::try_from(plain.len() - 1).expect("a short text");
    let head = ((length << 4) | (1 << 20)).to_le_bytes();
    [&head[..3], plain, &[3]].concat()
}

#[tokio::test]
async fn a_byte_order_mark_and_a_stated_character_set_are_read() {
    let latin: Vec<u8> = PLAIN.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(PLAIN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (media_type, body) in [
        ("application/json", [&b"\xef\xbb\xbf"[..], PLAIN.as_bytes()].concat()),
        ("application/json; charset=utf-8", [&b"\xef\xbb\xbf"[..], PLAIN.as_bytes()].concat()),
        ("application/json; charset=ISO-8859-1", latin.clone()),
        ("application/json;charset=\"windows-1252\"", latin),
        ("application/json; charset=utf-16", utf16),
    ] {
        let named = read(bytes(&[("content-type", media_type)], &body), 100).await.expect("an answer");
        assert_eq!(named.name.as_deref(), Some("Jürgen"), "{media_type}");
        assert_eq!(&named.raw()[..], PLAIN.as_bytes());
    }
}

#[tokio::test]
async fn unrequested_content_encodings_are_decoded() {
    let plain = PLAIN.as_bytes();
    for (encoding, body) in [
        ("gzip", gzip(plain)),
        ("x-gzip", gzip(plain)),
        ("GZIP", gzip(plain)),
        ("gzip", plain.to_vec()),
        ("deflate", zlib(plain)),
        ("deflate", zlib(plain)[2..].to_vec()),
        ("br", brotli(plain)),
        ("identity", plain.to_vec()),
        ("deflate, gzip", gzip(&zlib(plain))),
        ("gzip", gzip(&[&b"\xef\xbb\xbf"[..], plain].concat())),
    ] {
        let named = read(bytes(&[("content-encoding", encoding)], &body), 100).await.expect(encoding);
        assert_eq!(named.name.as_deref(), Some("Jürgen"), "{encoding}");
        assert_eq!(&named.raw()[..], plain, "{encoding}");
        assert_eq!(named.header("content-encoding").is_none(), encoding != "identity" && body != plain, "{encoding}");
    }
}

#[tokio::test]
async fn the_cap_counts_decoded_bytes() {
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(1_000_000));
    for (encoding, body) in [("gzip", gzip(long.as_bytes())), ("deflate", zlib(long.as_bytes()))] {
        assert!(body.len() < 10_000, "it is a bomb");
        let error = read(bytes(&[("content-encoding", encoding)], &body), 10_000).await.expect_err("too long");
        assert_eq!((error.kind(), error.phase()), (&Kind::Decode, Phase::Undecodable));
        assert!(error.to_string().contains("the answer is longer than 10000 bytes"), "{error}");
        let named = read(bytes(&[("content-encoding", encoding)], &body), 2_000_000).await.expect("an answer");
        assert_eq!(named.name.as_ref().map(String::len), Some(1_000_000));
    }
}

#[tokio::test]
async fn an_encoding_that_cannot_be_undone_is_named() {
    let whole = gzip(PLAIN.as_bytes());
    for (encoding, body, words) in [
        ("zstd", PLAIN.as_bytes(), "the answer has the content encoding `zstd`, which is not supported"),
        ("4111111111111111", PLAIN.as_bytes(), "the answer has the content encoding `*`, which is not supported"),
        ("gzip", &whole[..whole.len() - 9], "the answer cannot be decoded as gzip"),
        ("deflate", PLAIN.as_bytes(), "the answer cannot be decoded as deflate"),
        ("gzip,gzip,gzip,gzip,gzip", &whole, "the answer cannot be decoded as"),
    ] {
        let error = read(bytes(&[("content-encoding", encoding)], body), 1000).await.expect_err(encoding);
        assert_eq!((error.kind(), error.phase()), (&Kind::Decode, Phase::Undecodable), "{encoding}");
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.raw(), Some(body));
    }
}

#[tokio::test]
async fn is_a_refusal_read_in_whatever_bytes_it_comes() {
    let text = r#"{"code":"LOW","message":"Jürgen hat nichts"}"#;
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(letter).expect("Latin-1")).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let encoded =
        |encoding| [("content-type", "application/problem+json; charset=latin1"), ("content-encoding", encoding)];
    for (headers, body) in [
        (vec![], [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        (vec![], utf16),
        (vec![("content-type", "text/html; charset=ISO-8859-1")], latin.clone()),
        (encoded("gzip").to_vec(), gzip(&latin)),
        (encoded("deflate").to_vec(), zlib(&latin)),
        (encoded("br").to_vec(), brotli(&latin)),
        (encoded("br, gzip").to_vec(), gzip(&brotli(&latin))),
    ] {
        let Step::Answer(bytes) = bytes(&headers, &body) else { panic!("an answer has a head") };
        let status = bytes.windows(3).position(|three| three == b"200").expect("a status");
        let refusal = [&bytes[..status], b"409", &bytes[status + 3..]].concat();
        let server = Server::start(vec![Step::Answer(refusal)]).await;
        let error = transfer(&core(&server.url)).await.expect_err("a refusal");
        assert_eq!((error.kind(), error.outcome()), (&Kind::InsufficientFunds, Outcome::Refused), "{headers:?}");
        assert_eq!(error.message().as_deref(), Some("Jürgen hat nichts"), "{headers:?}");
    }
}
