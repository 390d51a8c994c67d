//! Kinds of Kasisto's errors, including the private statuses 450 to 453.

use bursar_runtime::{Kind, Reply};

/// The kind of an error answer, if it differs from the general meaning of its status.
pub(crate) fn kind(reply: &Reply) -> Option<Kind> {
    match reply.status().as_u16() {
        450 => Some(Kind::OtpRequired),
        451 => Some(Kind::Invalid { fields: vec!["otp".to_owned()] }),
        452 => Some(Kind::Expired),
        453 => Some(Kind::Forbidden),
        501 => Some(Kind::NotFound),
        _ => None,
    }
}
