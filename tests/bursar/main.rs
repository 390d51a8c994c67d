//! The workspace's tests. Each module answers the question at its head, on the wire rather than by our own types reading themselves.

mod dependencies;
mod generated;
mod house;
mod kotani;
mod leaks;
mod money_twice;
mod samples;
mod sandbox;
mod support;
mod wire;
