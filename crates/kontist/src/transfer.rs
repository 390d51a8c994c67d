//! The id of a transfer, which only its link contains, and its confirmation.

use bursar_runtime::Secret;

use crate::types::{self, Transfer};

impl Transfer {
    /// The transfer's id for `confirm_transfer`: the last segment of `links.self`.
    ///
    /// `None` if there is no such link.
    pub fn id(&self) -> Option<&str> {
        let path = self.links.as_ref()?.self_.as_deref()?;
        let id = path.split(['?', '#']).next()?.trim_end_matches('/').rsplit('/').next()?;
        (!id.is_empty()).then_some(id)
    }
}

impl types::CreateTransfer {
    /// Builds the confirmation of the transfer, with the code from the SMS.
    ///
    /// It has the same values as the registration, including the `e2eId` that `build()` filled. `reconcile` finds the transfer in the list of
    /// transactions by this value.
    pub fn confirm(&self, code: impl Into<Secret<String>>) -> types::ConfirmTransfer {
        types::ConfirmTransfer {
            amount: self.amount,
            authorization_token: code.into(),
            e2e_id: self.e2e_id.clone(),
            iban: self.iban.clone(),
            note: self.note.clone(),
            recipient: self.recipient.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_last_segment() {
        for (link, id) in [
            (r#""/api/accounts/4711/transfer/f55ctrx""#, Some("f55ctrx")),
            (r#""/api/accounts/4711/transfer/f55ctrx/?x=/1""#, Some("f55ctrx")),
            (r#""""#, None),
            ("null", None),
        ] {
            let transfer: Transfer =
                serde_json::from_str(&format!(r#"{{"links":{{"self":{link}}}}}"#)).expect("a transfer");
            assert_eq!(transfer.id(), id, "{link}");
        }
    }
}
