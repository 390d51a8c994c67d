//! The guided conversation of a draft of the API: a form with a single question.

use super::handlers::pair;
use super::render;
use crate::exchange::Answer;
use crate::json::Fields;

/// The one thing that the form asks for.
const QUESTION: &str = "card_expiry_date";

/// The forms started so far; `form-1` is the first.
#[derive(Debug, Default)]
pub(super) struct Conversations {
    /// Whether each form has its answer.
    forms: Vec<bool>,
}

impl Conversations {
    pub(super) fn start(&mut self, fields: &Fields) -> Answer {
        self.forms.push(is_answered(fields));
        self.step(self.forms.len())
    }

    pub(super) fn go_on(&mut self, fields: &Fields) -> Answer {
        let id = fields.text("form_id").unwrap_or_default();
        let number = id.strip_prefix("form-").and_then(|number| number.parse::<usize>().ok());
        let form = number.and_then(|number| self.forms.get_mut(number.checked_sub(1)?));
        match (number, form) {
            (Some(number), Some(answered)) => {
                *answered |= is_answered(fields);
                self.step(number)
            }
            _ => Answer::ok(render::step(&id, "FAILED", "There is no such form.", None)),
        }
    }

    fn step(&self, number: usize) -> Answer {
        let id = format!("form-{number}");
        Answer::ok(if self.forms[number - 1] {
            render::step(&id, "COMPLETED", "A new card is on its way.", None)
        } else {
            render::step(&id, "PENDING_USER", "When does the card expire?", Some(QUESTION))
        })
    }
}

fn is_answered(fields: &Fields) -> bool {
    pair(&fields.objects("user_inputs"), QUESTION).is_some()
}
