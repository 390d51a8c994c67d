//! What the workspace's test packages share: a server on loopback that can do everything that a server should not.

mod message;
mod server;
mod step;

pub use message::Message;
pub use server::{Exchange, Nobody, Server, nobody};
pub use step::{Step, answer, bytes, json, json_with};
