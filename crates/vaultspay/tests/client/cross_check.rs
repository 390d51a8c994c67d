//! The format, checked with OpenSSL's command line: another implementation of RSA and AES, and GCM's authentication written out.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_runtime::{Request, Seal};
use bursar_vaultspay::{Padding, Sealing, WrappedKey};

const BODY: &[u8] = br#"{"amount":2500,"description":"a text that is longer than one block of AES"}"#;

/// Standard output of OpenSSL; `None` if it cannot be run or fails.
fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(input).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One block through AES.
fn aes(key: &[u8], block: [u8; 16]) -> u128 {
    let out = openssl(&["enc", "-aes-256-ecb", "-nopad", "-K", &hex(key)], &block).expect("AES");
    u128::from_be_bytes(out.try_into().expect("one block"))
}

/// GHASH of NIST SP 800-38D for a text without additional data.
fn ghash(h: u128, text: &[u8]) -> u128 {
    let times_h = |mut x: u128| {
        let (mut z, mut v) = (0, h);
        for _ in 0..128 {
            if x >> 127 == 1 {
                z ^= v;
            }
            x <<= 1;
            v = (v >> 1) ^ if v & 1 == 1 { 0xe1 << 120 } else { 0 };
        }
        z
    };
    let mut y = 0;
    for chunk in text.chunks(16) {
        let mut block = [0; 16];
        block[..chunk.len()].copy_from_slice(chunk);
        y = times_h(y ^ u128::from_be_bytes(block));
    }
    times_h(y ^ (text.len() as u128 * 8))
}

#[test]
fn openssl_opens_what_the_client_seals() {
    let folder = tempfile::tempdir().expect("a folder");
    let private = folder.path().join("private.pem");
    let private = private.to_str().expect("a path");
    let make = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private];
    if openssl(&make, b"").is_none() {
        println!("skipped: the command `openssl` is not there or makes no RSA keys");
        return;
    }
    let public = openssl(&["pkey", "-in", private, "-pubout"], b"").expect("a public key");
    let public = String::from_utf8(public).expect("PEM");

    let oaep: [&str; 3] = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256"];
    let oaep_sha1: [&str; 3] = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha1", "rsa_mgf1_md:sha1"];
    for (padding, options) in [
        (Padding::OaepSha256, &oaep[..]),
        (Padding::OaepSha1, &oaep_sha1[..]),
        (Padding::Pkcs1, &["rsa_padding_mode:pkcs1"][..]),
    ] {
        for wrapped in [WrappedKey::Raw, WrappedKey::Base64] {
            let sealing = Sealing::new(&public).expect("a key").padding(padding).wrapped_key(wrapped);
            let mut request =
                Request::new("POST".parse().expect("a method"), "http://127.0.0.1".parse().expect("a URL"));
            *request.body_mut() = Some(BODY.into());
            let sealed = sealing.seal(&request).expect("sealed");
            let header = |name: &str| STANDARD.decode(&sealed.headers[name]).expect("Base64");

            let mut unwrap = vec!["pkeyutl", "-decrypt", "-inkey", private];
            unwrap.extend(options.iter().flat_map(|option| ["-pkeyopt", option]));
            let key = openssl(&unwrap, &header("x-auth-signature")).expect("a wrapped key");
            let key = if wrapped == WrappedKey::Base64 { STANDARD.decode(key).expect("Base64") } else { key };
            assert_eq!(key.len(), 32);

            let envelope: serde_json::Value = serde_json::from_slice(&sealed.body.expect("a body")).expect("JSON");
            let text = STANDARD.decode(envelope["encryptedData"].as_str().expect("text")).expect("Base64");
            let (text, tag) = text.split_at(text.len() - 16);

            // GCM encrypts as CTR does, from the second count on; the first one hides the tag.
            let mut counter = [0; 16];
            counter[..12].copy_from_slice(&header("x-session-nonce"));
            counter[15] = 2;
            let plain = openssl(&["enc", "-d", "-aes-256-ctr", "-K", &hex(&key), "-iv", &hex(&counter)], text);
            assert_eq!(plain.as_deref(), Some(BODY), "{padding:?} {wrapped:?}");
            counter[15] = 1;
            let expected = aes(&key, counter) ^ ghash(aes(&key, [0; 16]), text);
            assert_eq!(tag, expected.to_be_bytes(), "{padding:?} {wrapped:?}");
        }
    }
}
