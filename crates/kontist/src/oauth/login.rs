//! Logins in the browser: the address to open, and the answer in its redirect.

use std::fmt;

use bursar_runtime::reqwest::Url;
use bursar_runtime::{Credential, Credentials};
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl};

use super::{Grant, OauthError, Scope};
use crate::{Client, operations, types};

/// Name of the security scheme of a program's id and secret.
const CLIENT: &str = "client";

/// A program that is registered with Kontist, with its redirect address.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) id: String,
    pub(super) secret: Option<Credential>,
    redirect_uri: String,
    pkce: bool,
    basic: bool,
}

/// A pending login in the browser; accepts one answer.
pub struct Login {
    program: Program,
    url: Url,
    state: CsrfToken,
    /// The secret of PKCE.
    verifier: Option<Credential>,
}

/// The customer's permission: a short-lived code for a single exchange.
pub struct Permission {
    program: Program,
    code: Credential,
    verifier: Option<Credential>,
}

impl Program {
    /// Creates a program without a secret, which uses PKCE (S256).
    pub fn public(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self { id: client_id.into(), secret: None, redirect_uri: redirect_uri.into(), pkce: true, basic: false }
    }

    /// Creates a program with a secret, which uses it in addition to PKCE.
    pub fn confidential(client_id: impl Into<String>, secret: Credential, redirect_uri: impl Into<String>) -> Self {
        Self { secret: Some(secret), ..Self::public(client_id, redirect_uri) }
    }

    /// The program's client id.
    pub(crate) fn client_id(&self) -> &str {
        &self.id
    }

    /// Sends id and secret by HTTP Basic instead of the form (RFC 6749, section 2.3.1).
    #[must_use]
    pub fn by_basic(self) -> Self {
        Self { basic: true, ..self }
    }

    /// Omits PKCE for a program with a secret.
    ///
    /// PKCE protects stolen codes. Omit it only if logins grant no refresh token otherwise: Kontist documents that logins with PKCE receive one
    /// only if the redirect address has a custom scheme, and does not state whether this applies to programs with a secret.
    #[must_use]
    pub fn without_pkce(self) -> Self {
        Self { pkce: false, ..self }
    }

    /// Returns the client with HTTP Basic credentials, if the program uses them.
    ///
    /// # Errors
    ///
    /// [`OauthError::Program`] if id and secret cannot be sent by HTTP Basic.
    pub(super) fn dress(&self, kontist: &Client) -> Result<Client, OauthError> {
        let Some(secret) = self.secret.as_ref().filter(|_| self.basic) else { return Ok(kontist.clone()) };
        // Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
        let encoded = |text: &str| oauth2::url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Credential::basic(&encoded(&self.id), &encoded(secret.expose())).map_err(|_| OauthError::Program)?;
        Ok(Client::from_core(kontist.core().with_auth(Credentials::new().with(CLIENT, pair))))
    }

    /// Starts a login; open [`Login::url`] in the customer's browser.
    ///
    /// # Errors
    ///
    /// [`OauthError::Program`] if the redirect address is not a URL.
    pub fn authorize(&self, kontist: &Client, scopes: &[Scope]) -> Result<Login, OauthError> {
        let address = format!("{}{}", kontist.core().base_url(), operations::AUTHORIZE.path);
        let address = AuthUrl::new(address).map_err(|_| OauthError::Program)?;
        let back = RedirectUrl::new(self.redirect_uri.clone()).map_err(|_| OauthError::Program)?;
        let client = BasicClient::new(ClientId::new(self.id.clone())).set_auth_uri(address).set_redirect_uri(back);
        let asked = scopes.iter().map(|scope| oauth2::Scope::new(scope.as_str().to_owned()));
        let request = client.authorize_url(CsrfToken::new_random).add_scopes(asked);
        let (request, verifier) = if self.secret.is_some() && !self.pkce {
            (request, None)
        } else {
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let verifier = Credential::new(verifier.into_secret()).map_err(|_| OauthError::Program)?;
            (request.set_pkce_challenge(challenge), Some(verifier))
        };
        let (url, state) = request.url();
        Ok(Login { program: self.clone(), url, state, verifier })
    }

    /// The common fields of a token request: the program's id, and its secret unless sent by HTTP Basic.
    pub(super) fn form(&self, grant: types::GrantType) -> crate::requests::CreateOauthTokenBuilder {
        let form = types::CreateOauthToken::builder().grant_type(grant).client_id(&*self.id);
        match self.secret.as_ref().filter(|_| !self.basic) {
            Some(secret) => form.client_secret(secret.expose()),
            None => form,
        }
    }
}

impl Login {
    /// The address for the customer's browser; it is not secret.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Whether a redirect answers this login, by its `state`.
    pub(super) fn is_answered_by(&self, came_back: &str) -> bool {
        parameter(&self.url, came_back, "state").is_some_and(|state| is_same(&state, self.state.secret()))
    }

    /// Accepts the browser's redirect: the whole address, or its path and query.
    ///
    /// # Errors
    ///
    /// [`OauthError::State`] for the answer to another login, [`OauthError::Denied`] if the customer denied the permission,
    /// [`OauthError::Refused`] or [`OauthError::NoCode`] otherwise.
    pub fn answer(self, came_back: &str) -> Result<Permission, OauthError> {
        if !self.is_answered_by(came_back) {
            return Err(OauthError::State);
        }
        let find = |name: &str| parameter(&self.url, came_back, name);
        if let Some(error) = find("error") {
            let is_no = error.contains("AccessDeniedError") || error == "access_denied";
            return Err(if is_no { OauthError::Denied } else { OauthError::Refused });
        }
        let code = find("code").and_then(|code| Credential::new(code).ok()).ok_or(OauthError::NoCode)?;
        Ok(Permission { program: self.program, code, verifier: self.verifier })
    }
}

impl Permission {
    /// Exchanges the code for tokens.
    ///
    /// # Errors
    ///
    /// The call failed (start a new login: a code can be used once), or its answer contains no token.
    pub async fn exchange(self, kontist: &Client) -> Result<Grant, OauthError> {
        let form = self.program.form(types::GrantType::AuthorizationCode).code(self.code.expose());
        let form = form.redirect_uri(&*self.program.redirect_uri);
        let form = match &self.verifier {
            Some(verifier) => form.code_verifier(verifier.expose()),
            None => form,
        };
        Grant::get(kontist, &self.program, form).await
    }
}

/// A query parameter of a redirect.
fn parameter(url: &Url, came_back: &str, name: &str) -> Option<String> {
    let query = came_back.split_once('?').map_or("", |(_, query)| query);
    let mut url = url.clone();
    url.set_query(Some(query.split('#').next().unwrap_or_default()));
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Compares two texts in constant time.
fn is_same(left: &str, right: &str) -> bool {
    let differing = left.bytes().zip(right.bytes()).fold(0, |bits, (left, right)| bits | (left ^ right));
    left.len() == right.len() && differing == 0
}

impl fmt::Debug for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Login").field("program", &self.program).finish_non_exhaustive()
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Permission").field("program", &self.program).finish_non_exhaustive()
    }
}
