//! What the tests share: JSON read digit by digit, the document, a raw server, and the generated code as source.

pub(crate) mod document;
pub(crate) mod example;
pub(crate) mod imports;
pub(crate) mod listing;
pub(crate) mod marks;
pub(crate) mod provider;
pub(crate) mod surface;
pub(crate) mod survival;
pub(crate) mod trace;
pub(crate) mod tree;
pub(crate) mod workspace;
