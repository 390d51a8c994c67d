//! Confirmation by push message: a question to the customer's telephone that makes a token a confirmed one.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bursar_runtime::{AnyError, Credential, Tokens};

use crate::Client;
use crate::types::MfaChallengeStatus;

/// Time between two questions for the answer; the official SDK has the same.
const PAUSE: Duration = Duration::from_secs(3);

/// Questions until a challenge has surely ended: five minutes, as long as one is good in the samples.
const QUESTIONS: usize = 100;

/// What a confirmation brings. With the feature `oauth`, a client to which `Builder::grant` hands it refreshes it by itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Confirmed {
    /// The confirmed token, for [`Builder::token`](crate::Builder::token).
    pub token: Credential,
    /// Gets the next one, since 2019-12-20.
    pub refresh: Option<Credential>,
}

impl From<Confirmed> for Tokens {
    fn from(confirmed: Confirmed) -> Self {
        let tokens = Self::new(confirmed.token);
        match confirmed.refresh {
            Some(refresh) => tokens.with_refresh(refresh),
            None => tokens,
        }
    }
}

/// Why there is no confirmation.
#[derive(Debug)]
#[non_exhaustive]
pub enum PushError {
    /// The customer said no.
    Denied,
    /// The customer did not answer.
    Unanswered,
    /// An answer lacks what is needed to go on: the challenge's id or a usable token.
    Incomplete,
    /// A call failed.
    Call(AnyError),
}

impl Client {
    /// Sends the customer a push message, waits up to five minutes for the answer, and gets the confirmed token.
    ///
    /// Needs a token of OAuth2 or a JWT. The confirmed token comes once: if its answer is lost, ask anew. Source: <https://kontist.dev>.
    ///
    /// # Errors
    ///
    /// The customer said no or nothing, or a call failed.
    pub async fn confirm_by_push(&self) -> Result<Confirmed, PushError> {
        let challenge = self.create_mfa_challenge().await.map_err(call)?.into_inner();
        let id = challenge.id.ok_or(PushError::Incomplete)?;
        for _ in 0..QUESTIONS {
            self.core().sleep(PAUSE).await;
            let challenge = self.get_mfa_challenge(&id).await.map_err(call)?.into_inner();
            match challenge.status.as_ref().and_then(|status| status.known()) {
                Some(MfaChallengeStatus::Verified) => return self.confirmed(&id).await,
                Some(MfaChallengeStatus::Denied) => return Err(PushError::Denied),
                _ => {}
            }
        }
        Err(PushError::Unanswered)
    }

    async fn confirmed(&self, id: &str) -> Result<Confirmed, PushError> {
        let answer = self.create_mfa_confirmed_token(id).await.map_err(call)?.into_inner();
        let credential = |token: &str| Credential::new(token).ok();
        Ok(Confirmed {
            token: answer.token.and_then(|token| credential(token.expose())).ok_or(PushError::Incomplete)?,
            refresh: answer.refresh_token.and_then(|token| credential(token.expose())),
        })
    }
}

fn call<E: Into<AnyError>>(error: E) -> PushError {
    PushError::Call(error.into())
}

impl fmt::Display for PushError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Denied => "the customer refused to confirm: ask again only if they want it",
            Self::Unanswered => "the customer did not answer the push message: send another",
            Self::Incomplete => "the answer lacks the challenge's id or its token: send another push message",
            Self::Call(error) => return error.fmt(out),
        })
    }
}

impl StdError for PushError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            _ => None,
        }
    }
}
