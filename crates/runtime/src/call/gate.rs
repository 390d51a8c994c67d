//! The last place before the wire: nothing passes twice that may take effect twice, whichever layer asks.

use reqwest::Request;

use super::failure::Failure;
use super::lease;
use super::state::CallState;
use crate::model::kind::Kind;
use crate::model::operation::StatusMeaning;
use crate::wire::asked::Parts;
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// Sends a request, unless it is a repeat that might take effect twice, and notes the outcome of the send.
pub(super) async fn guarded<F: Future<Output = Result<Reply, Failure>>>(
    call: &CallState,
    request: Request,
    send: impl FnOnce(Request) -> F,
) -> Result<Reply, Failure> {
    lease::confirm(call).await?;
    pass(call, &request)?;
    let result = send(request).await;
    note(call, &result);
    result
}

/// Lets a request pass, or refuses a retry that may take effect twice.
fn pass(call: &CallState, request: &Request) -> Result<(), Failure> {
    // Checked a second time here, because credentials are on the request by now.
    if !call.chain.base.is_origin_of(request.url()) {
        return Err(Failure::refused(
            Kind::Config,
            "the source of the credentials changed the destination of the request",
        ));
    }
    // It was confirmed a moment ago; the process may have been paused since.
    if lease::is_over(call) {
        return Err(Failure::lease_over());
    }
    let reference = Parts::from(request).reference(&call.chain.base, call.operation);
    let mut sent = call.sent();
    if !sent.allows_repeat(call.operation.effect, reference.as_deref()) {
        sent.held_back = true;
        return Err(Failure::held_back());
    }
    if sent.sends == 0 {
        sent.reference = reference;
        sent.first_sent = Some(call.chain.time.clock.now());
    }
    let refusal = sent.refusal.take();
    sent.doubtful |= refusal.is_some_and(|kind| !matches!(kind, Kind::Unauthenticated | Kind::OtpRequired));
    sent.sends += 1;
    sent.left += 1;
    sent.open += 1;
    Ok(())
}

/// Notes what became of the request that passed last. One that is dropped on its way is never noted: its fate stays open.
fn note(call: &CallState, result: &Result<Reply, Failure>) {
    let fate = match result {
        Ok(reply) => Fate::of(call, reply),
        Err(failure) if failure.unsent => Fate::Unsent,
        Err(_) => Fate::Open,
    };
    let refusal = match (&fate, result) {
        (Fate::Refused, Ok(reply)) => Some(call.refusal_of(reply)),
        _ => None,
    };
    let mut sent = call.sent();
    sent.refusal = refusal;
    match fate {
        Fate::Open => {}
        Fate::Unsent => {
            sent.left -= 1;
            sent.open -= 1;
        }
        Fate::Refused => sent.open -= 1,
    }
}

/// What became of one send.
enum Fate {
    /// Nothing left this machine.
    Unsent,
    /// The provider refused.
    Refused,
    /// The provider accepted, or the answer does not say.
    Open,
}

impl Fate {
    /// What an answer says: by the document, otherwise by the default of the status; a code with an unknown outcome overrides both.
    fn of(call: &CallState, reply: &Reply) -> Self {
        let operation = call.operation;
        let status = reply.status().as_u16();
        let success = reply.status().is_success();
        if success && !envelope::reports_failure(operation, reply) {
            return Self::Open;
        }
        // Who used the reference before, perhaps this very call, is for the lookup to say.
        if (call.chain.provider.kind)(reply) == Some(Kind::OutcomeUnknown) || call.is_duplicate(reply) {
            return Self::Open;
        }
        let covers = |(first, last, _): &&(u16, u16, StatusMeaning)| (*first..=*last).contains(&status);
        let stated = operation.outcomes.iter().find(covers).map(|(_, _, meaning)| meaning);
        let refused = match stated {
            Some(StatusMeaning::Unknown) => false,
            Some(StatusMeaning::RefusedIf { pointer, codes }) => {
                reply.text_at(pointer).is_some_and(|code| codes.contains(&code.as_ref()))
            }
            Some(StatusMeaning::RefusedIfAny(conditions)) => conditions.iter().any(|(pointer, values)| {
                let is_one = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text.trim()));
                reply.text_at(pointer).is_some_and(|text| is_one(&text))
            }),
            // What works only once is refused afterwards because it worked, whatever the answer calls it. These say that it was not let in.
            _ if operation.works_once() => matches!(status, 401 | 429 | 450),
            Some(StatusMeaning::Refused) => true,
            None if success => true,
            None => matches!(status, 400..=404 | 406 | 410 | 415 | 422 | 429 | 450..=459),
        };
        if refused { Self::Refused } else { Self::Open }
    }
}
