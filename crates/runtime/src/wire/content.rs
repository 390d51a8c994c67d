//! The bytes of an answer as they are meant: the content encoding undone, text in UTF-8 without a byte order mark.

use std::borrow::Cow;
use std::io::{self, Read};

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::json::pointer::printable;

/// Encodings on top of each other that are still undone.
const MOST_LAYERS: usize = 4;

/// Why a body cannot be had.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is longer than the cap once it is decoded.
    TooLong,
    /// Nobody here knows the encoding of this name.
    UnknownEncoding(String),
    /// It is not what its encoding says.
    Broken(&'static str),
}

/// Undoes the content encodings of a body; no more than `cap` bytes are ever held of it.
pub(crate) fn decoded(headers: &HeaderMap, body: Bytes, cap: usize) -> Result<Bytes, Unreadable> {
    if body.is_empty() || !headers.contains_key(CONTENT_ENCODING) {
        return Ok(body);
    }
    let stated = headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?"));
    let names: Vec<String> =
        stated.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect();
    let layers: Vec<&str> = names.iter().map(String::as_str).filter(|name| !matches!(*name, "" | "identity")).collect();
    if layers.len() > MOST_LAYERS {
        return Err(Unreadable::Broken("more encodings than are ever used"));
    }
    // The last one was put on last.
    layers.into_iter().rev().try_fold(body, |body, layer| undone(layer, &body, cap))
}

fn undone(layer: &str, body: &Bytes, cap: usize) -> Result<Bytes, Unreadable> {
    match layer {
        // What a proxy has undone already still carries the header.
        "gzip" | "x-gzip" if !body.starts_with(&[0x1f, 0x8b]) => Ok(body.clone()),
        "gzip" | "x-gzip" => capped(flate2::read::MultiGzDecoder::new(&body[..]), cap, "gzip"),
        "deflate" => capped(flate2::read::ZlibDecoder::new(&body[..]), cap, "deflate").or_else(|fault| match fault {
            // Some servers leave the zlib header out.
            Unreadable::Broken(_) => capped(flate2::read::DeflateDecoder::new(&body[..]), cap, "deflate"),
            fault => Err(fault),
        }),
        "br" => capped(brotli_decompressor::Decompressor::new(&body[..], 4096), cap, "br"),
        other => Err(Unreadable::UnknownEncoding(printable(other).to_owned())),
    }
}

fn capped(decoder: impl Read, cap: usize, name: &'static str) -> Result<Bytes, Unreadable> {
    let most = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let mut plain = Vec::new();
    let read: io::Result<usize> = decoder.take(most).read_to_end(&mut plain);
    match read {
        Err(_) => Err(Unreadable::Broken(name)),
        Ok(_) if plain.len() > cap => Err(Unreadable::TooLong),
        Ok(_) => Ok(plain.into()),
    }
}

/// Text of JSON in UTF-8: by its byte order mark, else by the character set of its media type.
pub(crate) fn text(headers: &HeaderMap, body: Bytes) -> Bytes {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_none_or(is_text) {
        return body;
    }
    match json_text(&body, media_type) {
        Cow::Borrowed(text) if text.len() == body.len() => body,
        Cow::Borrowed(text) => body.slice_ref(text),
        Cow::Owned(text) => text.into(),
    }
}

/// Text of JSON in UTF-8, without its byte order mark.
///
/// A byte order mark says the encoding (UTF-8 or UTF-16), else the zero bytes of UTF-16 do, else the `charset` of the media type, such as
/// `ISO-8859-1`. What is in an encoding that nobody knows, or not in that which is stated, stays as it is. For files, webhooks and request
/// bodies of JSON too.
///
/// ```
/// use bursar_runtime::json_text;
///
/// assert_eq!(&json_text(b"\xef\xbb\xbf{}", None)[..], b"{}");
/// assert_eq!(&json_text(b"\"M\xfcller\"", Some("application/json; charset=ISO-8859-1"))[..], "\"Müller\"".as_bytes());
/// ```
pub fn json_text<'a>(bytes: &'a [u8], media_type: Option<&str>) -> Cow<'a, [u8]> {
    let (encoding, text) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => match bytes {
            [0, 1..=u8::MAX, ..] => (UTF_16BE, bytes),
            [1..=u8::MAX, 0, ..] => (UTF_16LE, bytes),
            _ if bytes.is_ascii() => return Cow::Borrowed(bytes),
            _ => (media_type.and_then(charset).unwrap_or(UTF_8), bytes),
        },
    };
    if encoding == UTF_8 {
        return Cow::Borrowed(text);
    }
    match encoding.decode_without_bom_handling_and_without_replacement(text) {
        Some(text) => Cow::Owned(text.into_owned().into_bytes()),
        None => Cow::Borrowed(text),
    }
}

/// Whether a media type may be that of JSON, wrongly named types included.
fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.ends_with("json") || essence.starts_with("text/") && essence != "text/csv"
}

/// The encoding that a media type states; none for what is no text of JSON.
fn charset(media_type: &str) -> Option<&'static Encoding> {
    let mut parameters = media_type.split(';').skip(1).filter(|_| is_text(media_type));
    let label = parameters.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').trim())
    })?;
    // UTF-16 has zero bytes, whatever a media type says.
    Encoding::for_label(label.as_bytes()).filter(|encoding| ![UTF_16BE, UTF_16LE].contains(encoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_goes_and_says_the_encoding() {
        let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain("{\"a\":\"ü\"}".encode_utf16().flat_map(bytes)).collect()
        };
        for bytes in [
            [&b"\xef\xbb\xbf"[..], "{\"a\":\"ü\"}".as_bytes()].concat(),
            utf16([0xff, 0xfe], u16::to_le_bytes),
            utf16([0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(&json_text(&bytes, Some("application/json; charset=latin1"))[..], "{\"a\":\"ü\"}".as_bytes());
        }
        assert!(json_text(b"\xef\xbb\xbf", None).is_empty());
    }

    #[test]
    fn utf_16_shows_itself_by_its_zero_bytes_and_not_by_what_is_stated() {
        let text = "{\"a\":\"ü\"}";
        let [little, big]: [Vec<u8>; 2] = [u16::to_le_bytes, u16::to_be_bytes]
            .map(|bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect());
        for media_type in [None, Some("application/json"), Some("application/json; charset=utf-16")] {
            for bytes in [&little, &big, text.as_bytes()] {
                assert_eq!(&json_text(bytes, media_type)[..], text.as_bytes(), "{media_type:?}");
            }
        }
        // Half a letter at the end: it stays as it is, and is no JSON.
        assert_eq!(&json_text(&little[..little.len() - 1], None)[..], &little[..little.len() - 1]);
        assert_eq!(&json_text(b"\0", None)[..], b"\0");
    }

    #[test]
    fn a_stated_character_set_is_believed_for_text_of_json_only() {
        let latin = b"\"M\xfcller \x80\"";
        for media_type in [
            "application/json;charset=ISO-8859-1",
            "text/plain; x=1; Charset=\"windows-1252\"",
            "application/problem+json; charset=cp1252",
        ] {
            assert_eq!(&json_text(latin, Some(media_type))[..], "\"Müller €\"".as_bytes(), "{media_type}");
        }
        for media_type in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json; charset=klingon",
            "text/csv; charset=latin1",
            "application/pdf; charset=latin1",
        ] {
            assert!(matches!(json_text(latin, Some(media_type)), Cow::Borrowed(same) if same == latin), "{media_type}");
        }
        assert!(matches!(json_text(b"{}", Some("application/json; charset=ISO-8859-1")), Cow::Borrowed(b"{}")));
    }
}
