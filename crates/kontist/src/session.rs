//! Token renewal: JWTs by refresh token or login, OAuth2 tokens by their program.

use bursar_runtime::{
    Auth, AuthError, BoxFuture, ConfigError, Core, Credential, Credentials, Identity, Kind, Operation, Refused,
    Request, Secret, TokenIssuer, TokenSource, TokenStore, Tokens,
};

use crate::Client;
#[cfg(feature = "oauth")]
use crate::oauth::{Grant, OauthError, Program};
use crate::types::CreateAuthToken;

/// Names of the security schemes of access tokens. Kontist decides which operations a token permits.
const ACCESS: [&str; 3] = ["oauth", "jwt", "confirmed"];

/// Name of the security scheme of the JWT refresh token.
const REFRESH: &str = "refresh";

/// Name of the security scheme of HTTP Basic.
const BASIC: &str = "basic";

/// Settings of a client under construction.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) tokens: Option<Tokens>,
    pub(crate) refresh: Option<Credential>,
    pub(crate) basic: Option<Credential>,
    pub(crate) login: Option<Login>,
    #[cfg(feature = "oauth")]
    pub(crate) program: Option<Program>,
    pub(crate) store: Option<Box<dyn TokenStore>>,
}

/// E-mail address and password of the customer.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) email: Secret<String>,
    pub(crate) password: Credential,
}

/// The credentials of a client.
pub(crate) struct Session {
    credentials: Credentials,
    source: TokenSource,
}

impl Session {
    pub(crate) fn new(core: &Core, settings: Settings) -> Result<Self, ConfigError> {
        let issuer = Issuer { core: core.bare(), way: settings.way()? };
        let Settings { tokens, refresh, basic, store, .. } = settings;
        let credentials = Credentials::new();
        if let Some(pair) = basic {
            credentials.set(BASIC, pair);
        }
        if let Some(refresh) = &refresh {
            credentials.set(REFRESH, refresh.clone());
        }
        let tokens = match (tokens, refresh) {
            (Some(tokens), Some(refresh)) => Some(tokens.with_refresh(refresh)),
            (None, Some(refresh)) => Some(Tokens::to_refresh(refresh)),
            (tokens, None) => tokens,
        };
        let can_renew = issuer.log_in().is_some() || store.is_some();
        let source = match store {
            Some(store) => TokenSource::stored(core, issuer, store),
            None => TokenSource::new(core, issuer),
        };
        let session = Self { credentials, source };
        match tokens {
            // The token cannot be renewed: a 401 is the final answer.
            Some(tokens) if !can_renew && tokens.refresh().is_none() => {
                ACCESS.iter().for_each(|scheme| session.credentials.set(scheme, tokens.access().clone()));
            }
            Some(tokens) => {
                session.source.set(tokens);
                session.renew_by_itself();
            }
            None if can_renew => session.renew_by_itself(),
            None => {}
        }
        Ok(session)
    }

    fn renew_by_itself(&self) {
        ACCESS.iter().for_each(|scheme| self.credentials.set_source(scheme, self.source.clone()));
    }
}

impl Auth for Session {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.credentials.authorize(operation, request)
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        self.credentials.renew(refused)
    }

    /// The customer, identified by e-mail address, or the program, by client id.
    fn identity(&self) -> Option<Identity> {
        self.source.identity()
    }
}

impl Client {
    /// Replaces the tokens by those of a new grant or confirmation.
    ///
    /// They are saved in the token store, if there is one.
    ///
    /// # Errors
    ///
    /// The tokens cannot be stored; the client uses them nevertheless.
    pub async fn set_tokens(&self, tokens: impl Into<Tokens>) -> Result<(), AuthError> {
        match self.core().auth::<Session>() {
            Some(session) => {
                session.renew_by_itself();
                session.source.save(tokens.into()).await
            }
            // Every client is built with a session.
            None => Ok(()),
        }
    }
}

impl Settings {
    fn way(&self) -> Result<Way, ConfigError> {
        #[cfg(feature = "oauth")]
        if let Some(program) = self.program.clone() {
            if self.login.is_some() || self.refresh.is_some() {
                return Err(ConfigError::new(
                    "a program's grant excludes a JWT login or refresh token: set one of them",
                ));
            }
            return Ok(Way::Oauth(program));
        }
        Ok(Way::Jwt(self.login.clone()))
    }
}

/// How the next tokens are acquired.
enum Way {
    /// With the refresh token as bearer, or with e-mail and password.
    Jwt(Option<Login>),
    /// With the program's id, and the refresh token in the form.
    #[cfg(feature = "oauth")]
    Oauth(Program),
}

impl Way {
    /// An identity that outlives tokens. A program with many customers must set [`account`](bursar_runtime::Builder::account) to distinguish them.
    fn identity(&self) -> Option<Identity> {
        match self {
            Self::Jwt(login) => login.as_ref().map(|login| Identity::of("email", login.email.expose())),
            #[cfg(feature = "oauth")]
            Self::Oauth(program) => Some(Identity::of("client_id", program.client_id())),
        }
    }

    fn is_one_account(&self) -> bool {
        matches!(self, Self::Jwt(_))
    }
}

/// Acquires tokens with a core without credentials.
struct Issuer {
    core: Core,
    way: Way,
}

impl TokenIssuer for Issuer {
    fn identity(&self) -> Option<Identity> {
        self.way.identity()
    }

    fn is_one_account(&self) -> bool {
        self.way.is_one_account()
    }

    fn refresh<'a>(&'a self, held: &'a Tokens) -> Option<BoxFuture<'a, Result<Tokens, AuthError>>> {
        let refresh = held.refresh()?;
        Some(match &self.way {
            Way::Jwt(_) => {
                let credentials = Credentials::new().with(REFRESH, refresh.clone());
                let client = Client::from_core(self.core.with_auth(credentials));
                Box::pin(auth_token(client, None, "the auth token could not be refreshed"))
            }
            #[cfg(feature = "oauth")]
            Way::Oauth(program) => Box::pin(next_grant(Client::from_core(self.core.clone()), program, refresh)),
        })
    }

    fn log_in(&self) -> Option<BoxFuture<'_, Result<Tokens, AuthError>>> {
        let Way::Jwt(Some(Login { email, password })) = &self.way else { return None };
        let body = CreateAuthToken { email: email.clone(), password: Secret::new(password.expose().to_owned()) };
        let client = Client::from_core(self.core.clone());
        Some(Box::pin(auth_token(client, Some(body), "the login with e-mail and password failed")))
    }
}

async fn auth_token(client: Client, body: Option<CreateAuthToken>, failure: &'static str) -> Result<Tokens, AuthError> {
    let answer = client.create_auth_token(body.as_ref()).await;
    let answer = answer.map_err(|error| AuthError::failed(failure, error))?.into_inner();
    let token = answer.token.ok_or_else(|| AuthError::new(Kind::Decode, "the answer contains no token"))?;
    // The answer states no expiry; the token's own `exp` is used.
    Ok(Tokens::new(Credential::new(token.expose().as_str())?))
}

#[cfg(feature = "oauth")]
async fn next_grant(client: Client, program: &Program, refresh: &Credential) -> Result<Tokens, AuthError> {
    const FAILED: &str = "the program's access token could not be refreshed";
    match Grant::next(&client, program, refresh).await {
        Ok(grant) => Ok(grant.into()),
        Err(OauthError::Call(error)) => Err(AuthError::failed(FAILED, error)),
        Err(error) => Err(AuthError::new(Kind::Decode, FAILED).caused_by(error)),
    }
}
