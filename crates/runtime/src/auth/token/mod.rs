//! Tokens that end: got once for all callers, renewed ahead of their end, kept where a restart or another process finds them.

mod file;
mod issuer;
mod jwt;
mod owner;
mod renewal;
mod source;
mod store;
mod tokens;

pub use self::file::FileStore;
pub use self::issuer::TokenIssuer;
pub use self::jwt::jwt_expiry;
pub(crate) use self::owner::Owner;
pub use self::source::TokenSource;
pub use self::store::{MemoryStore, StoreError, Stored, TokenStore};
pub use self::tokens::Tokens;
