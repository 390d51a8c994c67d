//! Is TLS spoken with whom the builder says, in the way that it says, and never more weakly?

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use bursar_runtime::reqwest::redirect::Policy;
use bursar_runtime::reqwest::tls::Version;
use bursar_runtime::reqwest::{self, Certificate, Identity, Proxy};
use bursar_runtime::{Builder, Core, Kind, Outcome};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::*;

/// An authority that nobody else knows.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }

    fn root(&self) -> Certificate {
        Certificate::from_pem(self.0.pem().as_bytes()).expect("a certificate")
    }

    fn identity(&self) -> Identity {
        let (certificate, key) = self.issue("client.example");
        Identity::from_pem(format!("{}{}", key.serialize_pem(), certificate.pem()).as_bytes()).expect("an identity")
    }
}

/// A bank that speaks TLS, and how many certificates each caller showed.
struct Bank {
    url: String,
    shown: Arc<Mutex<Vec<usize>>>,
}

impl Bank {
    async fn open(authority: &Authority, asks_for_certificate: bool, only_tls_12: bool) -> Self {
        let (certificate, key) = authority.issue("localhost");
        let provider = Arc::new(default_provider());
        let versions = if only_tls_12 { vec![&TLS12] } else { vec![&TLS13, &TLS12] };
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_protocol_versions(&versions).expect("versions");
        let config = if asks_for_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            config.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = config.with_single_cert(vec![certificate.der().clone()], key).expect("a certificate");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
        let shown = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&shown);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(socket).await else { return };
                    let certificates = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                            return;
                        }
                    }
                    log.lock().expect("the log").push(certificates);
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]";
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, shown }
    }

    fn shown(&self) -> Vec<usize> {
        self.shown.lock().expect("the log").clone()
    }

    fn builder(&self) -> Builder {
        builder(&self.url).max_attempts(1)
    }
}

fn built(builder: Builder) -> Core {
    builder.build().expect("a client")
}

fn fault(builder: Builder) -> String {
    builder.build().map(drop).expect_err("a fault").to_string()
}

#[tokio::test]
async fn a_server_is_trusted_by_the_roots_that_were_given_only() {
    let (authority, other) = (Authority::new(), Authority::new());
    let bank = Bank::open(&authority, false, false).await;
    for (builder, trusts) in [
        (bank.builder(), false),
        (bank.builder().root_certificate(other.root()), false),
        (bank.builder().only_root_certificates([other.root()]), false),
        (bank.builder().root_certificate(authority.root()), true),
        (bank.builder().only_root_certificates([other.root(), authority.root()]), true),
        (bank.builder().only_root_certificates([other.root()]).root_certificate(authority.root()), true),
    ] {
        let before = bank.shown().len();
        match get(&built(builder)).await {
            Ok(_) => assert!(trusts),
            Err(error) => {
                assert_eq!((error.kind(), error.outcome()), (&Kind::Connect, Outcome::NotSent), "{error}");
                assert!(!trusts);
            }
        }
        assert_eq!(bank.shown().len() - before, usize::from(trusts));
    }
    assert_eq!(
        fault(bank.builder().only_root_certificates([])),
        "no root certificate is trusted: set at least one with `only_root_certificates`"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_the_server_asks_for_one() {
    let authority = Authority::new();
    for only_tls_12 in [true, false] {
        let bank = Bank::open(&authority, true, only_tls_12).await;
        let builder = || bank.builder().only_root_certificates([authority.root()]);
        get(&built(builder().client_identity(authority.identity()))).await.expect("an answer");
        assert_eq!(bank.shown(), [1]);
        assert!(get(&built(builder())).await.is_err());
        // One that another authority has signed.
        assert!(get(&built(builder().client_identity(Authority::new().identity()))).await.is_err());
        assert_eq!(bank.shown(), [1]);
    }
}

/// Standard output of OpenSSL; `None` if it cannot be run or fails.
fn openssl(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new("openssl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(input).ok()?;
    let output = child.wait_with_output().ok()?;
    output.status.success().then_some(output.stdout)
}

#[tokio::test]
async fn a_client_certificate_in_pkcs_12_works_once_openssl_has_made_it_pem() {
    let authority = Authority::new();
    let (certificate, key) = authority.issue("client.example");
    let pem = format!("{}{}{}", key.serialize_pem(), certificate.pem(), authority.0.pem());
    let Some(pkcs12) = openssl(&["pkcs12", "-export", "-passout", "pass:x"], pem.as_bytes()) else {
        return; // there is no OpenSSL
    };
    // What docs/auth.md says.
    let pem = openssl(&["pkcs12", "-nodes", "-passin", "pass:x"], &pkcs12).expect("PEM");
    let identity = Identity::from_pem(&pem).expect("an identity");
    let bank = Bank::open(&authority, true, false).await;
    let builder = bank.builder().only_root_certificates([authority.root()]).client_identity(identity);
    get(&built(builder)).await.expect("an answer");
    assert_eq!(bank.shown(), [2]);
}

#[tokio::test]
async fn no_version_of_tls_is_spoken_that_is_older_than_asked_for() {
    let authority = Authority::new();
    let (old, new) = (Bank::open(&authority, false, true).await, Bank::open(&authority, false, false).await);
    let builder = |bank: &Bank| bank.builder().only_root_certificates([authority.root()]);
    get(&built(builder(&old))).await.expect("1.2 is the default");
    for (bank, fits) in [(&old, false), (&new, true)] {
        let result = get(&built(builder(bank).tls_min_version(Version::TLS_1_3))).await;
        assert_eq!(
            result.map(drop).map_err(|error| error.kind().clone()),
            if fits { Ok(()) } else { Err(Kind::Connect) }
        );
    }
    for version in [Version::TLS_1_0, Version::TLS_1_1] {
        let said = fault(builder(&new).tls_min_version(version));
        assert_eq!(said, "TLS before 1.2 is not supported: set `tls_min_version` to 1.2 or 1.3");
    }
}

#[tokio::test]
async fn a_client_of_ones_own_is_used_if_it_follows_no_redirects() {
    let authority = Authority::new();
    let bank = Bank::open(&authority, false, false).await;
    let own = |policy: Option<Policy>| {
        let http = reqwest::Client::builder().tls_certs_only([authority.root()]).retry(reqwest::retry::never());
        policy.into_iter().fold(http, reqwest::ClientBuilder::redirect).build().expect("a client")
    };
    get(&built(bank.builder().http_client(own(Some(Policy::none()))))).await.expect("an answer");
    for policy in [None, Some(Policy::limited(1)), Some(Policy::custom(|attempt| attempt.stop()))] {
        let said = fault(bank.builder().http_client(own(policy)));
        assert!(said.starts_with("the HTTP client follows redirects: build it with"), "{said}");
    }
    let with_own = || bank.builder().http_client(own(Some(Policy::none())));
    for builder in [
        with_own().root_certificate(authority.root()),
        with_own().client_identity(authority.identity()),
        with_own().tls_min_version(Version::TLS_1_3),
        with_own().proxy(Proxy::all("https://proxy.example").expect("a proxy")),
    ] {
        assert!(fault(builder).starts_with("`http_client` excludes settings for proxy, certificates and TLS versions"));
    }
}
