//! The end that a token states by itself.

use std::time::{Duration, SystemTime};

use crate::auth::base64;
use crate::json::pointer;

/// Returns the expiry of a JWT (`exp`, RFC 7519) without verifying it.
pub fn jwt_expiry(token: &str) -> Option<SystemTime> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let claims = base64::decode_url(claims.trim_end_matches('='))?;
    let ends = pointer::find(&claims, "/exp")?.scalar()?;
    let whole = ends.split('.').next().unwrap_or_default();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(whole.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let coded = base64::encode(claims.as_bytes()).replace('+', "-").replace('/', "_");
        format!("e30.{}.c2ln", coded.trim_end_matches('='))
    }

    #[test]
    fn the_end_is_read_where_a_token_states_one() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(jwt_expiry(&token(r#"{"sub":"a?>","exp":1790000000}"#)), at(1_790_000_000));
        assert_eq!(jwt_expiry(&token(r#"{"exp":1790000000.5}"#)), at(1_790_000_000));
        for none in ["{}", r#"{"exp":null}"#, r#"{"exp":-1}"#, r#"{"exp":"soon"}"#, r#"{"exp":1e300}"#, "[]", "no JSON"]
        {
            assert_eq!(jwt_expiry(&token(none)), None, "{none}");
        }
        for none in ["", "opaque", "a.b", "a.!.c", "a.e30.c.d"] {
            assert_eq!(jwt_expiry(none), None, "{none}");
        }
    }
}
