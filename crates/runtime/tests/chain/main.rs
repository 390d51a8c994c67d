//! What the chain puts on the wire, and what it says afterwards. The servers here are raw sockets: they count and record.

mod answers;
mod astray;
mod auth;
mod bank;
mod gate;
mod layers;
mod limits;
mod observed;
mod rates;
mod renewals;
mod requests;
mod retries;
mod sealing;
mod secrets;
mod stores;
mod support;
mod timeouts;
mod tokens;
mod walk;
