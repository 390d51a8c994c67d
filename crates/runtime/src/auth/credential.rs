//! A secret that proves who calls.

use std::fmt;

use zeroize::Zeroizing;

use crate::model::fault::ConfigError;

/// A secret of the caller, such as a key, token or password.
///
/// It is never printed or serialised, and its memory is wiped on drop.
#[derive(Clone)]
pub struct Credential(Zeroizing<String>);

impl Credential {
    /// Creates a credential from a key, token or password.
    ///
    /// # Errors
    ///
    /// The value is empty or cannot be sent in a header: it contains control characters (such as a trailing line break) or characters outside ASCII.
    pub fn new(value: impl Into<String>) -> Result<Self, ConfigError> {
        Self::checked("the credential", Zeroizing::new(value.into()))
    }

    /// Creates a credential for HTTP Basic from user name and password.
    ///
    /// # Errors
    ///
    /// The user name is empty or contains a colon, or either contains a control character.
    pub fn basic(user: &str, password: &str) -> Result<Self, ConfigError> {
        if user.is_empty() || user.contains(':') {
            return Err(ConfigError::new(
                "the user name is empty or contains a colon, which HTTP Basic does not support",
            ));
        }
        let pair = Zeroizing::new(format!("{user}:{password}"));
        if pair.chars().any(char::is_control) {
            return Err(ConfigError::new(
                "the user name or password contains a line break or another control character",
            ));
        }
        Ok(Self(pair))
    }

    /// Reads a credential from an environment variable.
    ///
    /// # Errors
    ///
    /// The variable is not set (the error names it), or its value is invalid as in [`Credential::new`].
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        match std::env::var(variable) {
            Ok(value) => Self::checked(&format!("the environment variable `{variable}`"), Zeroizing::new(value)),
            Err(std::env::VarError::NotPresent) => {
                Err(ConfigError::new(format!("the environment variable `{variable}` is not set")))
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(ConfigError::new(format!("the environment variable `{variable}` is not valid Unicode")))
            }
        }
    }

    /// Reads a credential from an optional environment variable.
    ///
    /// # Errors
    ///
    /// The variable is set, and its value is invalid as in [`Credential::new`].
    pub fn from_env_if_set(variable: &str) -> Result<Option<Self>, ConfigError> {
        std::env::var_os(variable).map(|_| Self::from_env(variable)).transpose()
    }

    fn checked(what: &str, value: Zeroizing<String>) -> Result<Self, ConfigError> {
        let fault = if value.is_empty() {
            "is empty"
        } else if value.chars().any(char::is_control) {
            "contains a line break or another control character"
        } else if !value.is_ascii() {
            "contains a character outside ASCII"
        } else if value.trim() != value.as_str() {
            "begins or ends with a blank"
        } else {
            return Ok(Self(value));
        };
        Err(ConfigError::new(format!("{what} {fault}")))
    }

    /// Returns the secret, for signing or logging in. Do not print it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credential(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_header_can_carry_is_no_credential() {
        for (value, fault) in [
            ("", "the credential is empty"),
            ("SECRET\n", "the credential contains a line break or another control character"),
            ("SECRET\r\nX-Admin: 1", "the credential contains a line break or another control character"),
            ("SECRÉT", "the credential contains a character outside ASCII"),
            (" SECRET", "the credential begins or ends with a blank"),
        ] {
            assert_eq!(Credential::new(value).map_err(|error| error.to_string()).err().as_deref(), Some(fault));
        }
        let unset = Credential::from_env("BURSAR_SURELY_NOT_SET").map_err(|error| error.to_string()).err();
        assert_eq!(unset.as_deref(), Some("the environment variable `BURSAR_SURELY_NOT_SET` is not set"));
        assert!(matches!(Credential::from_env_if_set("BURSAR_SURELY_NOT_SET"), Ok(None)));
        assert!(Credential::basic("a:b", "c").is_err());
        assert!(Credential::basic("a", "c\n").is_err());
    }
}
