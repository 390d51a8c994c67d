//! Credentials: what they are, how they get onto a request, and where tokens come from.

pub(crate) mod account;
mod authenticate;
mod base64;
mod credential;
mod credentials;
mod identity;
pub(crate) mod token;

pub use self::authenticate::{Auth, AuthError, Refused};
pub use self::credential::Credential;
pub use self::credentials::Credentials;
pub(crate) use self::credentials::{header_name, missing_credential};
pub use self::identity::Identity;
