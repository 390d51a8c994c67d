//! Encryption of bodies: each request has an AES-256-GCM key, which is wrapped with the provider's RSA key.
//!
//! The [provider](https://apidoc-issuance.vaultspay.dev/get-started/encryption-security) documents AES with 256 bits, 12 random bytes as
//! initialisation vector (IV), both headers, and that the answer is encrypted with the request's key. Everything else is inferred, and
//! configurable where several readings are likely.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_runtime::http::{HeaderMap, HeaderValue};
use bursar_runtime::{Bytes, ConfigError, Kind, Reply, Request, Seal, SealError, Sealed, Unseal};
use zeroize::Zeroizing;

use crate::public_key;

/// Header with the IV of the request, and possibly of the answer.
const NONCE: &str = "x-session-nonce";

/// Header with the wrapped key; despite its name it is not a signature.
const KEY: &str = "x-auth-signature";

/// Header that disables encryption on UAT.
pub(crate) const ENABLE: &str = "x-enable-encryption";

/// Encryption settings of bodies.
///
/// Production requires encryption; UAT accepts plain bodies too. The defaults are the likeliest reading of the documentation; ask VaultsPay for
/// the settings of your contract.
///
/// A plain success is an error. A plain failure is accepted, because a gateway, or a service that cannot unwrap the key, cannot encrypt.
#[derive(Debug, Clone)]
pub struct Sealing {
    key: PublicEncryptingKey,
    padding: Padding,
    wrapped: WrappedKey,
    member: String,
    answer_nonce: AnswerNonce,
}

/// RSA padding of the wrapped key; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// OAEP with SHA-256, also in MGF1. Inferred: an older page requires RSA-OAEP without a hash.
    ///
    /// Java's `OAEPWithSHA-256AndMGF1Padding` uses SHA-1 in MGF1 by default; that combination is not supported.
    #[default]
    OaepSha256,
    /// OAEP with SHA-1, the meaning of `RSA-OAEP` in JOSE and Java. Inferred.
    OaepSha1,
    /// PKCS#1 v1.5, the meaning of `RSA` in Java. Inferred from the provider's Java sample.
    Pkcs1,
}

/// Form of the AES key that RSA encrypts; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrappedKey {
    /// The key's 32 bytes. Inferred: the header is described as the encrypted AES key.
    #[default]
    Raw,
    /// The key's Base64 text (44 characters). Inferred from a comment in the provider's sample.
    Base64,
}

/// IV that decrypts an answer; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerNonce {
    /// The answer's `x-session-nonce`, or the request's IV without that header. Inferred.
    #[default]
    HeaderOrRequest,
    /// The answer's `x-session-nonce`.
    Header,
    /// The request's IV.
    Request,
}

impl Sealing {
    /// Creates the settings with VaultsPay's RSA public key, PEM or Base64.
    ///
    /// Base64 is that of the DER. Line breaks may be written as `\n`.
    ///
    /// # Errors
    ///
    /// The key is not an X.509 public key, not RSA, or not of 2048 to 8192 bits. The error names the detected format and how to convert it.
    pub fn new(public_key: &str) -> Result<Self, ConfigError> {
        Self::from_der(&public_key::decode(public_key)?)
    }

    /// Creates the settings with the RSA public key as DER (X.509 `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    ///
    /// As [`Sealing::new`].
    pub fn from_der(public_key: &[u8]) -> Result<Self, ConfigError> {
        Ok(Self {
            key: public_key::rsa(public_key)?,
            padding: Padding::default(),
            wrapped: WrappedKey::default(),
            member: "encryptedData".to_owned(),
            answer_nonce: AnswerNonce::default(),
        })
    }

    /// Sets the RSA padding.
    #[must_use]
    pub fn padding(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// Sets the form of the AES key that RSA encrypts.
    #[must_use]
    pub fn wrapped_key(self, wrapped: WrappedKey) -> Self {
        Self { wrapped, ..self }
    }

    /// Sets the JSON member of the encrypted text. Default: `encryptedData` (inferred).
    ///
    /// It applies to requests and answers. The default is the name in the provider's sample.
    #[must_use]
    pub fn member(self, name: impl Into<String>) -> Self {
        Self { member: name.into(), ..self }
    }

    /// Sets the IV that decrypts an answer.
    #[must_use]
    pub fn answer_nonce(self, answer_nonce: AnswerNonce) -> Self {
        Self { answer_nonce, ..self }
    }

    /// The AES key, encrypted with the RSA key.
    fn wrap(&self, key: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let text = Zeroizing::new(STANDARD.encode(key));
        let plain = match self.wrapped {
            WrappedKey::Raw => key,
            WrappedKey::Base64 => text.as_bytes(),
        };
        let mut out = vec![0; self.key.key_size_bytes()];
        let rsa = self.key.clone();
        match self.padding {
            Padding::Pkcs1 => Pkcs1PublicEncryptingKey::new(rsa)?.encrypt(plain, &mut out)?,
            Padding::OaepSha1 => {
                OaepPublicEncryptingKey::new(rsa)?.encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut out, None)?
            }
            Padding::OaepSha256 => {
                OaepPublicEncryptingKey::new(rsa)?.encrypt(&OAEP_SHA256_MGF1SHA256, plain, &mut out, None)?
            }
        };
        Ok(out)
    }

    fn sealed(&self, plain: Option<&[u8]>) -> Result<Sealed, Unspecified> {
        // Key material comes from the cryptographic library, not from the client's replaceable random numbers.
        let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; NONCE_LEN]);
        aws_lc_rs::rand::fill(&mut key[..])?;
        aws_lc_rs::rand::fill(&mut nonce)?;
        let session = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key[..])?);
        let body = match plain {
            None => None,
            Some(plain) => {
                // The tag is appended, as Java does (inferred).
                let mut text = plain.to_vec();
                let iv = Nonce::assume_unique_for_key(nonce);
                session.seal_in_place_append_tag(iv, Aad::empty(), &mut text)?;
                let envelope = serde_json::json!({ &self.member: STANDARD.encode(&text) });
                Some(Bytes::from(envelope.to_string()))
            }
        };
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(NONCE, base64_header(&nonce)?);
        headers.insert(KEY, base64_header(&self.wrap(&key[..])?)?);
        let key = SessionKey { key: session, nonce, member: self.member.clone(), answer_nonce: self.answer_nonce };
        Ok(Sealed { headers, body, key: Box::new(key) })
    }
}

impl Seal for Sealing {
    fn seal(&self, request: &Request) -> Result<Sealed, SealError> {
        if request.headers().contains_key(ENABLE) {
            let message = format!("the header `{ENABLE}` is set on a client with encryption");
            return Err(SealError::new(Kind::Config, message));
        }
        let plain = request.body().and_then(|body| body.as_bytes()).filter(|bytes| !bytes.is_empty());
        let failed = |_| SealError::new(Kind::Config, "the request could not be encrypted");
        self.sealed(plain).map_err(failed)
    }
}

/// The key of one attempt.
struct SessionKey {
    key: LessSafeKey,
    nonce: [u8; NONCE_LEN],
    member: String,
    answer_nonce: AnswerNonce,
}

impl Unseal for SessionKey {
    /// Decrypts an answer. A plain answer, such as a proxy's error page or the refusal of a key, is returned as is if its status is an error.
    fn open(&self, reply: &Reply) -> Result<Option<Bytes>, SealError> {
        // Other answers have `data` as envelope, so the encrypted one may have it too.
        let member = self.member.replace('~', "~0").replace('/', "~1");
        let places = ["", "/data"].map(|place| format!("{place}/{member}"));
        let Some(text) = places.iter().find_map(|place| reply.text_at(place)) else {
            return match reply.status().is_success() && !reply.bytes().is_empty() {
                true => Err(unfit(format!(
                    "the answer is not encrypted: it has no member `{}`, the name set in `Sealing`",
                    self.member
                ))),
                false => Ok(None),
            };
        };
        let nonce = self.nonce_for(reply)?;
        let mut text = STANDARD.decode(&*text).map_err(|_| unfit("the encrypted answer is not Base64"))?;
        let plain = self.key.open_in_place(nonce, Aad::empty(), &mut text).map_err(|_| {
            SealError::new(
                Kind::Integrity,
                "the encrypted answer was modified, or `Sealing` has the wrong settings for its key or IV",
            )
        })?;
        let length = plain.len();
        text.truncate(length);
        Ok(Some(text.into()))
    }
}

impl SessionKey {
    fn nonce_for(&self, reply: &Reply) -> Result<Nonce, SealError> {
        let own = reply.header(NONCE).filter(|_| self.answer_nonce != AnswerNonce::Request);
        let bytes = match own {
            Some(own) => STANDARD.decode(own).ok().and_then(|own| own.try_into().ok()),
            None if self.answer_nonce == AnswerNonce::Header => None,
            None => Some(self.nonce),
        };
        let missing = || unfit(format!("the encrypted answer has no 12 bytes of Base64 in its `{NONCE}`"));
        bytes.map(Nonce::assume_unique_for_key).ok_or_else(missing)
    }
}

fn unfit(message: impl Into<std::borrow::Cow<'static, str>>) -> SealError {
    SealError::new(Kind::Decode, message)
}

fn base64_header(bytes: &[u8]) -> Result<HeaderValue, Unspecified> {
    HeaderValue::try_from(STANDARD.encode(bytes)).map_err(|_| Unspecified)
}
