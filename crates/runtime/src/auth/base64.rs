//! Base64 (RFC 4648), for HTTP Basic and for reading the claims of a JWT.

use zeroize::Zeroizing;

/// Base64 with padding (RFC 4648, section 4).
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| (bits << 8) | usize::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let shown = digit <= group.len();
            out.push(if shown { char::from(DIGITS[(bits >> (18 - 6 * digit)) & 63]) } else { '=' });
        }
    }
    out
}

/// Reads Base64 with the alphabet of URLs (RFC 4648, section 5), without padding; `None` if it is none.
pub(crate) fn decode_url(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3 + 2));
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits = (bits << 6) | u32::from(value);
        }
        let bytes = (bits << (6 * (4 - group.len()))).to_be_bytes();
        match group.len() {
            1 => return None,
            digits => out.extend_from_slice(&bytes[1..digits]),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(*encode(plain.as_bytes()), coded);
            let for_urls = coded.trim_end_matches('=');
            assert_eq!(decode_url(for_urls).as_deref().map(Vec::as_slice), Some(plain.as_bytes()));
        }
        assert_eq!(decode_url("-_8").as_deref().map(Vec::as_slice), Some(&[0xfb, 0xff][..]));
        for bad in ["A", "Zm9v=", "Zm 9", "+/8"] {
            assert!(decode_url(bad).is_none(), "{bad}");
        }
    }
}
