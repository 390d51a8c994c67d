//! What Kasisto's own statuses mean: 450 to 453 are not registered with IANA.

use bursar_runtime::{Kind, Reply};

/// The kind of an error answer, where the general meaning of its status does not say it.
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
