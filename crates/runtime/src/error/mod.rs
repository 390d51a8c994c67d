//! What a failed call says: who, what, why, and whether it may have taken effect.

mod convert;
mod facts;
mod typed;

pub use self::facts::{Facts, Phase};
pub use self::typed::{AnyError, Error};
