//! The browser's part: an address to open, and what it comes back with.

use std::fmt;

use bursar_runtime::Credential;
use bursar_runtime::reqwest::Url;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl};

use super::{Grant, OauthError, Scope};
use crate::{Client, operations, types};

/// A program that Kontist knows, and where its browser comes back to.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) id: String,
    pub(super) secret: Option<Credential>,
    redirect_uri: String,
}

/// A login that waits for the browser. It is good for one answer.
pub struct Login {
    program: Program,
    url: Url,
    state: CsrfToken,
    /// The secret of PKCE.
    verifier: Option<Credential>,
}

/// The customer's permission: a code that is good once, soon.
pub struct Permission {
    program: Program,
    code: Credential,
    verifier: Option<Credential>,
}

impl Program {
    /// A program that cannot keep a secret: it proves itself by PKCE (S256).
    pub fn public(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self { id: client_id.into(), secret: None, redirect_uri: redirect_uri.into() }
    }

    /// A program on a server, with its secret.
    pub fn confidential(client_id: impl Into<String>, secret: Credential, redirect_uri: impl Into<String>) -> Self {
        Self { secret: Some(secret), ..Self::public(client_id, redirect_uri) }
    }

    /// What identifies the program.
    pub(crate) fn client_id(&self) -> &str {
        &self.id
    }

    /// Starts a login: [`Login::url`] is for the customer's browser.
    ///
    /// # Errors
    ///
    /// [`OauthError::Program`] if the redirect address is no URL.
    pub fn authorize(&self, kontist: &Client, scopes: &[Scope]) -> Result<Login, OauthError> {
        let address = format!("{}{}", kontist.core().base_url(), operations::AUTHORIZE.path);
        let address = AuthUrl::new(address).map_err(|_| OauthError::Program)?;
        let back = RedirectUrl::new(self.redirect_uri.clone()).map_err(|_| OauthError::Program)?;
        let client = BasicClient::new(ClientId::new(self.id.clone())).set_auth_uri(address).set_redirect_uri(back);
        let asked = scopes.iter().map(|scope| oauth2::Scope::new(scope.as_str().to_owned()));
        let request = client.authorize_url(CsrfToken::new_random).add_scopes(asked);
        let (request, verifier) = if self.secret.is_some() {
            (request, None)
        } else {
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let verifier = Credential::new(verifier.into_secret()).map_err(|_| OauthError::Program)?;
            (request.set_pkce_challenge(challenge), Some(verifier))
        };
        let (url, state) = request.url();
        Ok(Login { program: self.clone(), url, state, verifier })
    }

    /// A member of the token endpoint's form that every grant has, and the secret if there is one.
    pub(super) fn form(&self, grant: types::GrantType) -> crate::requests::CreateOauthTokenBuilder {
        let form = types::CreateOauthToken::builder().grant_type(grant).client_id(&*self.id);
        match &self.secret {
            Some(secret) => form.client_secret(secret.expose()),
            None => form,
        }
    }
}

impl Login {
    /// The address for the customer's browser. It is no secret.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Takes what the browser came back with: the whole address, or its path and query.
    ///
    /// # Errors
    ///
    /// [`OauthError::State`] if it is another login's, [`OauthError::Denied`] if the customer said no, else what it lacks.
    pub fn answer(self, came_back: &str) -> Result<Permission, OauthError> {
        let query = came_back.split_once('?').map_or("", |(_, query)| query);
        // Only the query counts; whatever stands before it was the browser's business.
        let mut url = self.url.clone();
        url.set_query(Some(query.split('#').next().unwrap_or_default()));
        let find = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if find("state").is_none_or(|state| !is_same(&state, self.state.secret())) {
            return Err(OauthError::State);
        }
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
    /// The call failed (a code is good once: start anew), or its answer holds no token.
    pub async fn exchange(self, kontist: &Client) -> Result<Grant, OauthError> {
        let form = self.program.form(types::GrantType::AuthorizationCode).code(self.code.expose());
        let form = form.redirect_uri(&*self.program.redirect_uri);
        let form = match &self.verifier {
            Some(verifier) => form.code_verifier(verifier.expose()),
            None => form,
        };
        Grant::get(kontist, form).await
    }
}

/// Compares without telling by its time where two texts differ.
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
