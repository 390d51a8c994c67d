//! Confirmation by push message: the customer confirms on the telephone, and a confirmed token is issued.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bursar_runtime::{AnyError, Credential, Tokens};

use crate::Client;
use crate::types::MfaChallengeStatus;

/// Poll interval, as in the official SDK.
const PAUSE: Duration = Duration::from_secs(3);

/// Maximum number of polls: five minutes, the lifetime of a challenge in the samples.
const QUESTIONS: usize = 100;

/// The tokens of a confirmation.
///
/// With the feature `oauth`, a client with `Builder::grant` refreshes them automatically.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Confirmed {
    /// The confirmed token, for [`Builder::token`](crate::Builder::token).
    pub token: Credential,
    /// The refresh token, issued since 2019-12-20.
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

/// The error of a confirmation.
#[derive(Debug)]
#[non_exhaustive]
pub enum PushError {
    /// The customer denied the confirmation.
    Denied,
    /// The customer did not answer.
    Unanswered,
    /// An answer lacks the challenge's id or a valid token.
    Incomplete,
    /// A call failed.
    Call(AnyError),
}

impl Client {
    /// Requests a confirmed token by push message and waits for the customer.
    ///
    /// Waits up to five minutes. Requires an OAuth2 token or a JWT. The confirmed token is issued once: if the answer is lost, start again.
    /// Source: <https://kontist.dev>.
    ///
    /// # Errors
    ///
    /// The customer denied the confirmation or did not answer, or a call failed.
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
            Self::Denied => "the customer denied the confirmation: request another only on the customer's demand",
            Self::Unanswered => "the customer did not answer the push message: send another one",
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
