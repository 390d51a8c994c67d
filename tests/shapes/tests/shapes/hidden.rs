//! What must not show: everything a caller may print, searched for the texts that a case hides.

use std::error::Error;
use std::fmt::Debug;

use bursar_runtime::dispatch::{Arguments, Failed};
use bursar_runtime::{Answer, ErrorBody, Reply, Secret};
use bursar_shapes::*;

use crate::cases::Case;
use crate::client::{Called, shown};

/// Texts that were shown, and by what.
#[derive(Default)]
pub(crate) struct Shown(Vec<(&'static str, String)>);

impl Shown {
    pub(crate) fn add(&mut self, by: &'static str, text: String) {
        self.0.push((by, text));
    }

    /// Everything about a call by id.
    pub(crate) fn call(&mut self, client: &dyn Client, arguments: &Arguments, result: &Called) {
        self.add("Debug of the client", shown(client));
        self.add("Debug of the arguments", shown(arguments));
        match result {
            Ok(answer) => self.add("Debug of the answer", shown(answer)),
            Err(failed) => {
                self.add("Debug of the failed call", shown(failed));
                self.add("Display of the failed call", failed.to_string());
                let mut cause: Option<&dyn Error> = Some(failed);
                if let Failed::Call { error, .. } = failed {
                    self.add("Debug of the error", shown(error));
                    self.add("Display of the error", error.to_string());
                    self.add("Debug of the kept reply", shown(&error.reply()));
                    cause = error.source();
                }
                while let Some(source) = cause {
                    self.add("Debug of a source", shown(source));
                    self.add("Display of a source", source.to_string());
                    cause = source.source();
                }
            }
        }
    }

    /// The answer in its own type.
    pub(crate) fn typed_answer(&mut self, case: &Case, reply: &Reply) -> Result<(), String> {
        if case.hidden().next().is_some() {
            let (answer, error, _) = typed(case)?;
            let read = if reply.status().is_success() { answer } else { error };
            self.add("Debug of the typed answer", read(reply));
        }
        Ok(())
    }

    /// The request body in its own type.
    pub(crate) fn typed_body(&mut self, case: &Case, body: &[u8]) -> Result<(), String> {
        if case.hidden().next().is_some() {
            let (.., read) = typed(case)?;
            self.add("Debug of the typed body", read(body));
        }
        Ok(())
    }

    pub(crate) fn hides(&self, case: &Case) -> Result<(), String> {
        for secret in case.hidden() {
            if let Some((by, text)) = self.0.iter().find(|(_, text)| text.contains(secret)) {
                return Err(format!("{by} shows `{secret}`: {text}"));
            }
        }
        Ok(())
    }
}

/// How the types of an operation show themselves: its answer, its error and its request body.
type Typed = (fn(&Reply) -> String, fn(&Reply) -> String, fn(&[u8]) -> String);

fn answer<T: Answer + Debug>(reply: &Reply) -> String {
    shown(&T::read(reply))
}

fn error<E: ErrorBody + Debug>(reply: &Reply) -> String {
    shown(&E::read(reply))
}

fn body<T: serde::de::DeserializeOwned + Debug>(body: &[u8]) -> String {
    shown(&serde_json::from_slice::<T>(body))
}

/// The types behind the cases that hide something: by id alone, a value cannot be printed.
fn typed(case: &Case) -> Result<Typed, String> {
    use bursar_runtime::Empty;
    Ok(match (case.shape.name, case.operation()) {
        ("petstore", "create_users") => (
            answer::<petstore::types::User>,
            error::<petstore::responses::CreateUsersError>,
            body::<Vec<petstore::types::User>>,
        ),
        ("petstore", "login_user") => {
            (answer::<Secret<String>>, error::<petstore::responses::LoginUserError>, body::<()>)
        }
        ("petstore", "get_user") => {
            (answer::<petstore::types::User>, error::<petstore::responses::GetUserError>, body::<()>)
        }
        ("answers_private_statuses", "confirm_transfer") => (
            answer::<answers_private_statuses::types::Receipt>,
            error::<answers_private_statuses::responses::ConfirmTransferError>,
            body::<answers_private_statuses::types::Confirmation>,
        ),
        ("bodies_urlencoded", "create_token") => (
            answer::<bodies_urlencoded::types::TokenAnswer>,
            error::<Empty>,
            body::<bodies_urlencoded::types::TokenForm>,
        ),
        ("nulls_everywhere", "get_everything") => {
            (answer::<Option<nulls_everywhere::types::Everything>>, error::<Empty>, body::<()>)
        }
        ("secrets_in_bodies", "swap_card") => (
            answer::<secrets_in_bodies::types::CardSecrets>,
            error::<secrets_in_bodies::responses::SwapCardError>,
            body::<secrets_in_bodies::types::CardSecrets>,
        ),
        ("answers_documented_headers", "renew_login") => (
            answer::<answers_documented_headers::types::RenewLoginAnswer>,
            error::<answers_documented_headers::responses::RenewLoginError>,
            body::<()>,
        ),
        (name, operation) => return Err(format!("hidden.rs has to name the types of {name} {operation}")),
    })
}

#[test]
fn parameters_and_builders_show_no_secret() {
    use secrets_in_bodies::types::CardSecrets;
    use secrets_in_parameters::requests::CheckOtpParameters;
    let secrets = ["4711-a", "4711-b", "4711-c", "4711-d"].map(Secret::from);
    let [otp, password, hint, device] = &secrets;
    let builder = CheckOtpParameters::builder().otp(otp).password(password).hint(hint).x_device_secret(device);
    let card = CardSecrets::builder().pan("4711-a").cvv("4711-b").pin("4711-c").token("4711-d");
    let texts = [
        shown(&builder),
        shown(&builder.build().expect("nothing is missing")),
        shown(&card),
        shown(&card.build().expect("nothing is missing")),
    ];
    for text in texts {
        assert!(text.contains("***") && !text.contains("4711"), "{text}");
    }
}
