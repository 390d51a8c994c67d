//! Parser of the provider's RSA public key, in the usual formats.

use aws_lc_rs::rsa::PublicEncryptingKey;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_runtime::ConfigError;

/// DER of the object identifier 1.2.840.113549.1.1.1, rsaEncryption.
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The DER in a text: PEM, or Base64 alone.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, ConfigError> {
    // Environment variables often contain `\n` in place of line breaks.
    let text = text.replace("\\n", "\n");
    let base64 = match text.split_once("-----BEGIN ") {
        None => text.as_str(),
        Some((_, pem)) => {
            let (label, rest) = pem.split_once("-----").unwrap_or_default();
            if let Some(fault) = wrong_label(label) {
                return Err(fault);
            }
            rest.split_once("-----END ")
                .ok_or_else(|| refused("is truncated PEM without an END line: copy all of it"))?
                .0
        }
    };
    let digits: String = base64.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    match STANDARD.decode(digits) {
        Ok(der) if !der.is_empty() => Ok(der),
        _ => Err(refused("is neither PEM nor Base64: copy it as VaultsPay issued it")),
    }
}

/// The RSA key in a DER.
pub(crate) fn rsa(der: &[u8]) -> Result<PublicEncryptingKey, ConfigError> {
    PublicEncryptingKey::from_der(der).map_err(|_| match algorithm(der) {
        Some(oid) if oid.starts_with(RSA) => {
            refused("is an RSA key that is damaged or not of 2048 to 8192 bits: copy it again")
        }
        Some(_) => refused("is not an RSA key: VaultsPay's key is RSA with 2048 bits"),
        None => refused("is not an X.509 SubjectPublicKeyInfo, which begins with BEGIN PUBLIC KEY in PEM: convert it"),
    })
}

fn wrong_label(label: &str) -> Option<ConfigError> {
    match label {
        "PUBLIC KEY" => None,
        "RSA PUBLIC KEY" => {
            Some(refused("is in PKCS#1 format: convert it with `openssl rsa -RSAPublicKey_in -pubout`"))
        }
        "CERTIFICATE" => Some(refused("is a certificate: extract its key with `openssl x509 -pubkey -noout`")),
        private if private.ends_with("PRIVATE KEY") => {
            Some(refused("is a private key: use the public key that VaultsPay issued"))
        }
        _ => Some(refused("is PEM of another type: use a PUBLIC KEY")),
    }
}

fn refused(fault: &str) -> ConfigError {
    ConfigError::new(format!("the public key {fault}"))
}

/// The object identifier after the two sequence headers of a `SubjectPublicKeyInfo`.
fn algorithm(der: &[u8]) -> Option<&[u8]> {
    let oid = sequence(sequence(der)?)?;
    (oid.first() == Some(&0x06)).then_some(oid)
}

/// The content of a DER sequence.
fn sequence(der: &[u8]) -> Option<&[u8]> {
    let rest = der.strip_prefix(&[0x30])?;
    let (length, rest) = rest.split_first()?;
    // Long form: the low bits count the bytes of the length.
    let skipped = if *length < 0x80 { 0 } else { usize::from(length & 0x7f) };
    rest.get(skipped..)
}
