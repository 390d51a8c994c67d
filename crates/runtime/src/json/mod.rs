//! JSON as text: reading it, reading it leniently, finding values in it, and what of it is evidence.

pub mod evidence;
pub mod lenient;
pub(crate) mod members;
pub(crate) mod number;
pub(crate) mod pointer;
pub(crate) mod reader;
pub(crate) mod spelling;
pub(crate) mod tree;
