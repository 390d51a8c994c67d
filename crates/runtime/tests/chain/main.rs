//! What the chain puts on the wire, and what it says afterwards. The servers here are raw sockets: they count and record.

mod answers;
mod auth;
mod gate;
mod layers;
mod limits;
mod observed;
mod rates;
mod requests;
mod retries;
mod secrets;
mod support;
mod timeouts;
