//! What the chain puts on the wire, and what it says afterwards. The servers here are raw sockets: they count and record.

mod answers;
mod astray;
mod auth;
mod bank;
mod bytes;
mod candidates;
mod correlation;
mod duplicates;
mod evidence;
mod gate;
mod hostile;
mod integrity;
mod journal;
#[cfg(all(unix, feature = "sqlite"))]
mod journal_file;
#[cfg(all(unix, feature = "sqlite"))]
mod journal_owners;
mod layers;
mod leases;
mod limits;
mod money;
mod observed;
mod outcomes;
mod owners;
mod pages;
mod rates;
mod reconcile;
mod renewals;
mod repeats;
mod requests;
mod retries;
mod runtimes;
mod sealing;
mod secrets;
#[cfg(feature = "sqlite")]
mod sqlite;
mod states;
mod stores;
mod support;
mod timeouts;
mod tls;
mod tokens;
mod transports;
mod walk;
