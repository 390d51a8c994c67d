//! The workspace's tests. Each module answers the question at its head, on the wire rather than by our own types reading themselves.
//!
//! A question that is the same for every provider is asked once, of the tables in `providers/`; what only one provider has stands in a
//! folder of its name.

mod correlation;
mod dependencies;
mod evidence;
mod faults;
mod generated;
mod house;
mod kasha;
mod kasisto;
mod kontist;
mod kotani;
mod layers;
mod leaks;
mod money;
mod money_twice;
mod pages;
mod providers;
mod samples;
mod sandbox;
mod support;
mod token_bytes;
mod vaultspay;
mod wire;
