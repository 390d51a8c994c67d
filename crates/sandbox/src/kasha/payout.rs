//! Money to a customer: options, suboptions, create, and the merchant's approval.

use super::desk::{Reply, Request};
use super::inputs::{self, TRANSFER};
use super::payin::{choice, chosen, link, offer};
use super::refusal::Refusal;
use super::render;
use super::transaction::{Kind, Stage};
use super::verdict::{self, Fault, Verdict};
use super::world::World;
use crate::json::{Json, Object};

/// What this half of the API wraps two of its answers in.
fn list_of_one(object: Object) -> Json {
    [object].into_iter().collect()
}

pub(super) fn create_session(world: &mut World, request: &Request) -> Reply {
    let place = world.open(Kind::PayOut, &request.fields)?;
    Ok(Object::new().with("cashierUrl", link("/payout/", &world.transactions[place].session)).into())
}

pub(super) fn options(world: &mut World, request: &Request) -> Reply {
    let place = world.open(Kind::PayOut, &request.fields)?;
    Ok(list_of_one(offer(world, place)))
}

/// The only suboption, which comes without a list and with its inputs inside.
pub(super) fn suboptions(world: &mut World, request: &Request) -> Reply {
    let (place, method) = chosen(world, Kind::PayOut, request)?;
    let suboption = method.suboptions.first().ok_or_else(|| Refusal::bad("This payment option has no suboptions."))?;
    let option = Object::new()
        .with("id", suboption.id)
        .with("name", suboption.name)
        .with("logo", Json::null())
        .with("uuid", format!("suboption-{}", suboption.id))
        .with("formInputs", inputs::form(TRANSFER));
    let result = choice(world, place, method).with("options", option);
    Ok(list_of_one(render::step(85u32, "option_choice", result)))
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let (place, method) = chosen(world, Kind::PayOut, request)?;
    method.suboption(request.option_id().as_deref())?;
    let data = request.extra_data();
    method.check(&data)?;
    world.transactions[place].method = Some(method);
    let phone = data.text("phone").unwrap_or_else(|| world.transactions[place].phone());
    let fault = match verdict::of(&phone) {
        Verdict::Fine => None,
        Verdict::Declined(fault) | Verdict::Unsure(fault) => Some(fault),
    };
    if let Some(fault) = fault.as_ref().filter(|fault| !fault.is_late()) {
        let now = world.now();
        world.decline(place, fault.clone(), now);
        return Ok(render::declined(&world.transactions[place], fault).into());
    }
    world.ask_approval(place, fault);
    let result = Object::new().with("transactionId", world.transactions[place].id.as_str());
    Ok(render::step(0u32, "success", result).into())
}

/// The merchant approves or declines; the document has said that the action is one of these.
pub(super) fn settle(world: &mut World, request: &Request) -> Reply {
    let place = world.place_of(&request.text("transactionId"))?;
    let Stage::Approval(fault) = world.transactions[place].stage.clone() else {
        return Err(Refusal::bad("The payout does not wait for approval."));
    };
    let text = if request.text("action") == "APPROVE" {
        world.hand_over(place, fault);
        "Payout request was submitted."
    } else {
        let now = world.now();
        world.decline(place, Fault { code: "999".to_owned(), text: "Declined by the merchant." }, now);
        "Payout request was declined."
    };
    let transaction = &world.transactions[place];
    let answer = Object::new()
        .with("statusCode", "000")
        .with("status", transaction.status.word())
        .with("transactionId", transaction.id.as_str())
        .with("merchantReference", transaction.reference.as_str())
        .with("result", text);
    Ok(answer.into())
}
