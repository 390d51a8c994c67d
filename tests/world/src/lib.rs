//! A world to test money in: clients on the sandbox without sockets, on a clock that only waits move.
//!
//! The sandbox knows no client and the clients know no sandbox; this crate puts one on the other and compares what a client says with
//! what really moved. Everything is drawn from a seed, so whatever happens here happens again.

mod clock;
mod crash;
mod example;
mod fate;
pub mod matrix;
mod provider;
pub mod simulation;
mod transport;
mod truth;
mod world;

pub use self::clock::VirtualTime;
pub use self::crash::{Closed, Doom, Ledger, Moment};
pub use self::example::Example;
pub use self::fate::{Believed, Claim, Learned, said};
pub use self::provider::{Client, PROVIDERS, Provider, Set, Settings, client_of};
pub use self::transport::InProcess;
pub use self::truth::{Moved, Truth};
pub use self::world::{World, settle};
