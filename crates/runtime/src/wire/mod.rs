//! Requests and answers: from typed values to bytes, and back.

pub(crate) mod asked;
pub(crate) mod base;
pub(crate) mod compare;
pub(crate) mod connections;
pub(crate) mod content;
pub(crate) mod correlation;
pub(crate) mod decode;
pub(crate) mod draft;
pub(crate) mod drift;
pub(crate) mod envelope;
pub(crate) mod multipart;
pub(crate) mod paths;
pub(crate) mod pending;
pub(crate) mod preflight;
pub(crate) mod provider;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod seal;
pub(crate) mod settled;
pub(crate) mod transport;
pub(crate) mod undecodable;
