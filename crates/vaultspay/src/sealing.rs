//! Sealing: every body travels under an AES-256-GCM key of its own, which is wrapped with the provider's RSA key.
//!
//! Stated by the [provider](https://apidoc-issuance.vaultspay.dev/get-started/encryption-security): AES with 256 bits, 12 random bytes as initialisation vector (IV), both headers, and that the
//! answer is encrypted under the request's key. Everything else is inferred, and is a setting here as far as more than one reading is likely.

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

/// Header with the IV: of the request, and perhaps of the answer.
const NONCE: &str = "x-session-nonce";

/// Header with the wrapped key. Despite its name it signs nothing.
const KEY: &str = "x-auth-signature";

/// Header that switches encryption off on UAT.
pub(crate) const ENABLE: &str = "x-enable-encryption";

/// How bodies are sealed. Production asks for it; UAT takes plain bodies too.
///
/// The settings begin with the reading that the documents speak for most; ask VaultsPay which ones your contract has.
///
/// A success must be sealed to be believed. A failure may come plain: who stands before the service, or cannot unwrap the key, cannot seal.
#[derive(Debug, Clone)]
pub struct Sealing {
    key: PublicEncryptingKey,
    padding: Padding,
    wrapped: WrappedKey,
    member: String,
    answer_nonce: AnswerNonce,
}

/// RSA padding of the wrapped key. Not stated by the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// OAEP with SHA-256, also inside MGF1. Inferred: an older page asks for RSA-OAEP without naming the hash.
    ///
    /// Java's `OAEPWithSHA-256AndMGF1Padding` uses SHA-1 inside MGF1 unless told otherwise: that mixture is not offered here.
    #[default]
    OaepSha256,
    /// OAEP with SHA-1, what `RSA-OAEP` without a hash means in JOSE and in Java. Inferred: as above.
    OaepSha1,
    /// PKCS#1 v1.5, what plain `RSA` means in Java. Inferred: the provider's sample is Java.
    Pkcs1,
}

/// What the RSA key encrypts. Not stated by the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrappedKey {
    /// The key's 32 bytes. Inferred: the header is described as the AES key, encrypted.
    #[default]
    Raw,
    /// The 44 characters of the key's Base64. Inferred: a comment in the provider's sample.
    Base64,
}

/// Which IV opens an answer. Not stated by the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerNonce {
    /// The answer's own in its `x-session-nonce`; without that header the request's. Inferred.
    #[default]
    HeaderOrRequest,
    /// Always the answer's own, in its `x-session-nonce`.
    Header,
    /// Always the request's.
    Request,
}

impl Sealing {
    /// With the RSA public key as VaultsPay hands it out: PEM, or the Base64 of its DER. Line breaks may be written as `\n`.
    ///
    /// # Errors
    ///
    /// It is no X.509 public key, not RSA, or not of 2048 to 8192 bits. The error says what it looks like and how to convert it.
    pub fn new(public_key: &str) -> Result<Self, ConfigError> {
        Self::from_der(&public_key::decode(public_key)?)
    }

    /// With the RSA public key as DER (X.509 `SubjectPublicKeyInfo`).
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

    /// Sets what the RSA key encrypts.
    #[must_use]
    pub fn wrapped_key(self, wrapped: WrappedKey) -> Self {
        Self { wrapped, ..self }
    }

    /// Sets the JSON member that holds the encrypted text, in requests and answers: `encryptedData` by default. Inferred: the name in the
    /// provider's sample.
    #[must_use]
    pub fn member(self, name: impl Into<String>) -> Self {
        Self { member: name.into(), ..self }
    }

    /// Sets which IV opens an answer.
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
        // Key material comes from the cryptographic library, not from the client's replaceable randomness.
        let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; NONCE_LEN]);
        aws_lc_rs::rand::fill(&mut key[..])?;
        aws_lc_rs::rand::fill(&mut nonce)?;
        let session = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key[..])?);
        let body = match plain {
            None => None,
            Some(plain) => {
                // The tag stands at the end, where Java puts it (inferred).
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
            let message = format!("the header `{ENABLE}` is set on a client that seals: leave it out");
            return Err(SealError::new(Kind::Config, message));
        }
        let plain = request.body().and_then(|body| body.as_bytes()).filter(|bytes| !bytes.is_empty());
        let failed = |_| SealError::new(Kind::Config, "the cryptographic library could not seal the request");
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
    /// What no holder of the private key has written (a proxy's error page, the provider's refusal of a key that it cannot unwrap) comes
    /// plain, and is passed on as such if its status says that the call failed.
    fn open(&self, reply: &Reply) -> Result<Option<Bytes>, SealError> {
        // `data` stands around every other answer, so it may stand around this one.
        let member = self.member.replace('~', "~0").replace('/', "~1");
        let places = ["", "/data"].map(|place| format!("{place}/{member}"));
        let Some(text) = places.iter().find_map(|place| reply.text_at(place)) else {
            return match reply.status().is_success() && !reply.bytes().is_empty() {
                true => Err(unfit(format!(
                    "the answer is not sealed: it has no `{}`; check the member's name in the sealing's settings",
                    self.member
                ))),
                false => Ok(None),
            };
        };
        let nonce = self.nonce_for(reply)?;
        let mut text = STANDARD.decode(&*text).map_err(|_| unfit("the sealed answer is no Base64"))?;
        let plain = self.key.open_in_place(nonce, Aad::empty(), &mut text).map_err(|_| {
            SealError::new(
                Kind::Integrity,
                "the sealed answer does not fit its tag: it was changed on its way, or sealed with another key or IV than the settings say",
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
        let missing = || unfit(format!("the sealed answer has no 12 bytes of Base64 in its `{NONCE}`"));
        bytes.map(Nonce::assume_unique_for_key).ok_or_else(missing)
    }
}

fn unfit(message: impl Into<std::borrow::Cow<'static, str>>) -> SealError {
    SealError::new(Kind::Decode, message)
}

fn base64_header(bytes: &[u8]) -> Result<HeaderValue, Unspecified> {
    HeaderValue::try_from(STANDARD.encode(bytes)).map_err(|_| Unspecified)
}
