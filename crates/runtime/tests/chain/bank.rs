//! A bank whose tokens end, and a client that gets them there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bursar_runtime::{
    AuthError, BoxFuture, Builder, Core, Credential, Credentials, Empty, Identity, Kind, TokenIssuer, TokenSource,
    TokenStore, Tokens,
};

use crate::support::*;

/// What the bank does with a request for tokens.
type Issue = dyn Fn(usize, &Seen) -> Step + Send + Sync;

/// Serves `/things` to whoever shows the newest token, and hands out the next ones at `/ping`.
pub(crate) struct Bank {
    pub(crate) server: Server,
    issued: Arc<AtomicUsize>,
    /// The refresh tokens that were shown, in order.
    pub(crate) spent: Arc<Mutex<Vec<String>>>,
}

/// The answer with the tokens of this number, which are good for an hour.
pub(crate) fn issue(number: usize) -> Step {
    json(200, &format!(r#"{{"token":"T{number}","refresh":"R{number}","expires_in":3600}}"#))
}

impl Bank {
    pub(crate) async fn open() -> Self {
        Self::with(|number, _| issue(number)).await
    }

    pub(crate) async fn with(answer: impl Fn(usize, &Seen) -> Step + Send + Sync + 'static) -> Self {
        let (issued, spent) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (count, log, answer): (_, _, Box<Issue>) = (Arc::clone(&issued), Arc::clone(&spent), Box::new(answer));
        let server = Server::answering(move |_, seen| {
            if seen.line.contains("/ping") {
                if let Some(refresh) = seen.header("x-refresh") {
                    log.lock().expect("the log").push(refresh.to_owned());
                }
                return answer(count.fetch_add(1, Ordering::SeqCst) + 1, seen);
            }
            let newest = format!("T{}", count.load(Ordering::SeqCst));
            if seen.header("token") == Some(newest.as_str()) { json(200, "{}") } else { json(401, "{}") }
        });
        Self { server: server.await, issued, spent }
    }

    /// How many times tokens were asked for.
    pub(crate) fn asked(&self) -> usize {
        self.issued.load(Ordering::SeqCst)
    }

    /// How many calls for something else were answered with this status.
    pub(crate) fn calls(&self) -> usize {
        self.server.seen().iter().filter(|seen| !seen.line.contains("/ping")).count()
    }

    /// The tokens of all calls, in order.
    pub(crate) fn shown(&self) -> Vec<String> {
        let seen = self.server.seen();
        let calls = seen.iter().filter(|seen| !seen.line.contains("/ping"));
        calls.map(|seen| seen.header("token").expect("a token").to_owned()).collect()
    }

    /// A client on scripted time whose waits pass at once, and its source of tokens.
    pub(crate) fn client(&self, may_log_in: bool) -> (Core, TokenSource, Script) {
        let (builder, script) = scripted(&self.server.url);
        let (core, source) = client(builder, may_log_in, None::<bursar_runtime::MemoryStore>);
        (core, source, script)
    }
}

pub(crate) fn client(builder: Builder, may_log_in: bool, store: Option<impl TokenStore>) -> (Core, TokenSource) {
    client_of(builder, may_log_in, store, Some("account-1"))
}

/// A client of this account, if anything tells which.
pub(crate) fn client_of(
    builder: Builder,
    may_log_in: bool,
    store: Option<impl TokenStore>,
    account: Option<&'static str>,
) -> (Core, TokenSource) {
    let core = builder.build().expect("a client");
    let issuer = Issuer { core: core.bare(), may_log_in, account };
    let source = match store {
        Some(store) => TokenSource::stored(&core, issuer, store),
        None => TokenSource::new(&core, issuer),
    };
    let secret = Credential::new("SECRET-shared").expect("a credential");
    let credentials = Credentials::new().with("secret", secret).with_source("token", source.clone());
    (core.with_auth(credentials), source)
}

/// Asks the bank for tokens, as a provider crate would with a generated call.
struct Issuer {
    core: Core,
    may_log_in: bool,
    account: Option<&'static str>,
}

impl Issuer {
    async fn ask(&self, refresh: Option<&str>) -> Result<Tokens, AuthError> {
        let mut request = self.core.http().get(format!("{}/ping", self.core.base_url()));
        if let Some(refresh) = refresh {
            request = request.header("x-refresh", refresh);
        }
        let answer = self.core.call::<Anything, Empty>(&PING, request).await;
        let answer = answer.map_err(|error| AuthError::failed("the bank gave no token", error))?;
        let credential = |name: &str| {
            let text = answer[name].as_str().unwrap_or_default();
            Credential::new(text).map_err(|_| AuthError::new(Kind::Decode, "the bank's token is none"))
        };
        let mut tokens = Tokens::new(credential("token")?);
        if !answer["refresh"].is_null() {
            tokens = tokens.with_refresh(credential("refresh")?);
        }
        if let Some(seconds) = answer["expires_in"].as_u64() {
            tokens = tokens.expires_in(Duration::from_secs(seconds));
        }
        Ok(tokens)
    }
}

impl TokenIssuer for Issuer {
    fn identity(&self) -> Option<Identity> {
        self.account.map(|account| Identity::of("client_id", account))
    }

    fn refresh<'a>(&'a self, tokens: &'a Tokens) -> Option<BoxFuture<'a, Result<Tokens, AuthError>>> {
        let refresh = tokens.refresh()?;
        Some(Box::pin(self.ask(Some(refresh.expose()))))
    }

    fn log_in(&self) -> Option<BoxFuture<'_, Result<Tokens, AuthError>>> {
        if self.may_log_in { Some(Box::pin(self.ask(None))) } else { None }
    }
}
