//! OAuth2 logins in the browser, and the tokens that they grant. Requires the feature `oauth`.
//!
//! Every program uses PKCE, and a program on a server also its secret ([`Program`]). In command line programs, [`Loopback`] receives the browser's
//! redirect:
//!
//! ```no_run
//! use bursar_kontist::oauth::{Loopback, Program, Scope};
//! use bursar_kontist::{Client, Environment};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let kontist = Client::builder().environment(Environment::Production).build()?;
//! let loopback = Loopback::bind(49152).await?;
//! let program = Program::public("00000000-0000-4000-8000-0000000000c1", loopback.redirect_uri());
//!
//! let login = program.authorize(&kontist, &[Scope::Accounts, Scope::Transactions])?;
//! println!("Open {}", login.url());
//! let grant = loopback.wait(login).await?.exchange(&kontist).await?;
//! let kontist = Client::builder().environment(Environment::Production).grant(program, grant).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! Every request is sent by the given client, with its transport, limits and origin. Source: <https://kontist.dev>.

mod fault;
mod grant;
mod login;
mod loopback;
mod scope;

pub use fault::OauthError;
pub use grant::Grant;
pub use login::{Login, Permission, Program};
pub use loopback::Loopback;
pub use scope::Scope;
