//! What an error of Kontist means.

use bursar_runtime::{Kind, Reply};

/// The kind of an error answer by the provider's own codes.
pub(crate) fn kind(_: &Reply) -> Option<Kind> {
    None
}
