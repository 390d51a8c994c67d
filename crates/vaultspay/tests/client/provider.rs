//! A provider on loopback: it unwraps keys, opens requests, records all of it, and answers as a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey,
    PrivateDecryptingKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_support::{Message, Server, Step, bytes};
use bursar_vaultspay::{Builder, Client, Credential, Environment, Padding, Sealing, Tokens, WrappedKey};

/// The provider's key pair, made for this run.
static PRIVATE: LazyLock<PrivateDecryptingKey> =
    LazyLock::new(|| PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key"));

/// Base64 of the public key, as the provider hands it out.
pub(crate) fn public_key() -> String {
    let der: PublicKeyX509Der<'_> = PRIVATE.public_key().as_der().expect("DER");
    STANDARD.encode(der.as_ref())
}

/// One request as it came off the wire, and opened if it was sealed.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and path with query.
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as it came.
    pub(crate) wire: String,
    /// The body opened.
    pub(crate) plain: String,
    /// The unwrapped key; empty if the request was not sealed.
    pub(crate) key: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn of(message: &Message) -> Self {
        let (wire, headers) = (message.body.clone(), message.headers.iter().cloned().collect());
        Self { line: message.route().to_owned(), headers, plain: wire.clone(), wire, key: Vec::new() }
    }

    fn nonce(&self) -> [u8; 12] {
        let nonce = STANDARD.decode(self.header("x-session-nonce").expect("a nonce")).expect("Base64");
        nonce.try_into().expect("12 bytes")
    }
}

/// An answer.
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer in plain JSON.
pub(crate) fn plain(status: u16, body: &str) -> Answer {
    Answer { status, headers: Vec::new(), body: body.to_owned() }
}

/// An answer under the request's key and a new IV, which its header names.
pub(crate) fn sealed(request: &Seen, status: u16, body: &str) -> Answer {
    let nonce = *b"answer nonce";
    let headers = vec![("x-session-nonce", STANDARD.encode(nonce))];
    Answer { status, headers, body: envelope(&request.key, nonce, body) }
}

/// An answer under the request's key and IV.
pub(crate) fn sealed_under_its_nonce(request: &Seen, status: u16, body: &str) -> Answer {
    Answer { status, headers: Vec::new(), body: envelope(&request.key, request.nonce(), body) }
}

impl Answer {
    /// With another body.
    pub(crate) fn map(self, change: impl FnOnce(String) -> String) -> Self {
        Self { body: change(self.body), ..self }
    }

    /// With another header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }
}

fn envelope(key: &[u8], nonce: [u8; 12], plain: &str) -> String {
    let mut text = plain.as_bytes().to_vec();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("32 bytes"));
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text).expect("sealed");
    serde_json::json!({ "encryptedData": STANDARD.encode(text) }).to_string()
}

/// The provider's settings and its log.
pub(crate) struct Provider {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Provider {
    /// A provider with the client's default settings. The script gets each request with its number, from 0.
    pub(crate) async fn start(script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(Padding::default(), WrappedKey::default(), script).await
    }

    pub(crate) async fn with(
        padding: Padding,
        wrapped: WrappedKey,
        script: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = Arc::clone(&seen);
        let server = Server::answering(move |_, message| {
            let request = open(Seen::of(message), padding, wrapped);
            let number = {
                let mut log = log.lock().expect("the log");
                log.push(request.clone());
                log.len() - 1
            };
            let Answer { status, headers, body } = script(number, &request);
            let mut all = vec![("connection", "close"), ("content-type", "application/json")];
            all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
            Step::Cut(bytes(status, &all, body.as_bytes()))
        });
        Self { url: server.await.url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen().len()
    }

    /// A client of this provider, in plain mode, with a token from elsewhere.
    pub(crate) fn builder(&self) -> Builder {
        Client::builder()
            .environment(Environment::Custom(self.url.clone()))
            .device_id("17")
            .tokens(Tokens::new(credential("SECRET-token")))
            // Waits between attempts pass at once.
            .core(|core| core.rng(Zeros))
    }

    /// A client of this provider that seals.
    pub(crate) fn sealing_client(&self) -> Client {
        self.builder().sealing(sealing()).build().expect("a client")
    }
}

pub(crate) fn credential(text: &str) -> Credential {
    Credential::new(text).expect("a credential")
}

struct Zeros;

impl bursar_runtime::Rng for Zeros {
    fn next_u128(&self) -> u128 {
        0
    }
}

pub(crate) fn sealing() -> Sealing {
    Sealing::new(&public_key()).expect("a key")
}

/// The provider's half: unwraps the key, opens the body.
fn open(mut request: Seen, padding: Padding, wrapped: WrappedKey) -> Seen {
    let Some(signature) = request.header("x-auth-signature") else { return request };
    let signature = STANDARD.decode(signature).expect("Base64");
    let mut room = vec![0; signature.len()];
    let oaep = || OaepPrivateDecryptingKey::new(PRIVATE.clone()).expect("a key");
    let unwrapped = match padding {
        Padding::Pkcs1 => {
            Pkcs1PrivateDecryptingKey::new(PRIVATE.clone()).expect("a key").decrypt(&signature, &mut room)
        }
        Padding::OaepSha1 => oaep().decrypt(&OAEP_SHA1_MGF1SHA1, &signature, &mut room, None),
        _ => oaep().decrypt(&OAEP_SHA256_MGF1SHA256, &signature, &mut room, None),
    };
    let unwrapped = unwrapped.expect("a key of this padding");
    request.key = match wrapped {
        WrappedKey::Base64 => STANDARD.decode(unwrapped).expect("Base64"),
        _ => unwrapped.to_vec(),
    };
    if !request.wire.is_empty() {
        let envelope: BTreeMap<String, String> = serde_json::from_str(&request.wire).expect("an envelope");
        assert_eq!(envelope.len(), 1);
        let mut text = STANDARD.decode(envelope.values().next().expect("one member")).expect("Base64");
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &request.key).expect("32 bytes"));
        let nonce = Nonce::assume_unique_for_key(request.nonce());
        let plain = key.open_in_place(nonce, Aad::empty(), &mut text).expect("a body that fits its tag");
        request.plain = String::from_utf8(plain.to_vec()).expect("text");
    }
    request
}
