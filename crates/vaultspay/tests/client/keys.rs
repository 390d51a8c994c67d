//! Which public keys are taken, and what is said about the others.

use bursar_vaultspay::{Client, Environment, Sealing};

use crate::provider::public_key;

/// RFC 8410, section 10.1: a key of Ed25519.
const ED25519: &str = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

/// RSA with 1024 bits.
const SHORT_RSA: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDXwGEGH6xZeQGWlaUjVhCqKw3nR0c82m66gbPJNsVa1NXn+htpKTbGuze9y2Ff\
    VNkXxUHRIUOV6JF3+2B3Q5Os0wjZztG+Yg2aBu+uEmL1j1JMcjfpEP8Y1XvoEFjUE5acIywAdn+rNn8EsKOXBqY5nPaAiym5BPrnhJhgFhAUNwIDAQAB";

fn fault(key: &str) -> String {
    let error = Sealing::new(key).map(drop).expect_err("a fault").to_string();
    error.strip_prefix("the public key ").expect("what it is about").to_owned()
}

#[test]
fn a_key_is_accepted_as_pem_base64_and_der() {
    use base64::Engine;
    let base64 = public_key();
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    for form in [base64.clone(), pem.clone(), pem.replace('\n', "\r\n"), pem.replace('\n', "\\n"), lines.join("\n")] {
        assert!(Sealing::new(&form).is_ok(), "{form}");
    }
    let der = base64::engine::general_purpose::STANDARD.decode(base64).expect("Base64");
    assert!(Sealing::from_der(&der).is_ok());
}

#[test]
fn any_other_key_is_refused_with_what_to_do() {
    assert_eq!(fault(ED25519), "is not an RSA key: VaultsPay's key is RSA with 2048 bits");
    assert_eq!(fault(SHORT_RSA), "is an RSA key that is damaged or not of 2048 to 8192 bits: copy it again");
    assert_eq!(fault(&public_key()[..200]), "is an RSA key that is damaged or not of 2048 to 8192 bits: copy it again");
    let pem = |label: &str| format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", public_key());
    assert_eq!(
        fault(&pem("RSA PUBLIC KEY")),
        "is in PKCS#1 format: convert it with `openssl rsa -RSAPublicKey_in -pubout`"
    );
    assert_eq!(fault(&pem("CERTIFICATE")), "is a certificate: extract its key with `openssl x509 -pubkey -noout`");
    for private in ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        assert_eq!(fault(&pem(private)), "is a private key: use the public key that VaultsPay issued");
    }
    assert_eq!(fault(&pem("OPENSSH KEY")), "is PEM of another type: use a PUBLIC KEY");
    assert_eq!(fault("-----BEGIN PUBLIC KEY-----\nAAAA"), "is truncated PEM without an END line: copy all of it");
    for text in ["", "  \n", "ssh-rsa AAAA me@host", "{}"] {
        assert_eq!(fault(text), "is neither PEM nor Base64: copy it as VaultsPay issued it");
    }
    assert_eq!(
        fault("AAAA"),
        "is not an X.509 SubjectPublicKeyInfo, which begins with BEGIN PUBLIC KEY in PEM: convert it"
    );
}

#[test]
fn production_requires_encryption() {
    let builder = || Client::builder().device_id("17");
    let error = builder().environment(Environment::Production).build().map(drop).expect_err("a fault");
    assert_eq!(
        error.to_string(),
        "production requires encrypted bodies: set `sealing` with VaultsPay's RSA public key"
    );
    // However it is spelled.
    let spelled = Environment::Custom("https://REST.vaultspay.com:443/".to_owned());
    assert!(builder().environment(spelled).build().is_err());
    let sealing = Sealing::new(&public_key()).expect("a key");
    assert!(builder().environment(Environment::Production).sealing(sealing).build().is_ok());
    assert!(builder().environment(Environment::Uat).build().is_ok());
}

#[test]
fn what_is_missing_is_named() {
    let error = Client::builder().environment(Environment::Uat).build().map(drop).expect_err("a fault");
    assert_eq!(
        error.to_string(),
        "the device id is not set: set `device_id` to the number of your SaaS app in the dashboard"
    );
    let error = Client::builder().device_id("17").build().map(drop).expect_err("a fault");
    assert_eq!(error.to_string(), "the base URL is not set");
    let error = Client::from_env().map(drop).expect_err("a fault");
    assert_eq!(error.to_string(), "the environment variable `BURSAR_VAULTSPAY_CLIENT_ID` is not set");
    let split = Client::builder().environment(Environment::Uat).device_id("17\r\nx-admin: 1").build();
    assert!(split.is_err());
}
