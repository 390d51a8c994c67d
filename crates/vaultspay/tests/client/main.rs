//! What the client puts on the wire, and how it reads what comes back. The provider here is a raw socket that counts, with its half of the
//! cryptography done by the test.

mod calls;
mod cross_check;
mod keys;
mod login;
mod provider;
mod sandbox;
mod sealing;
