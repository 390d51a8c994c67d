//! Money from a customer: hosted, hybrid and direct; its status, and giving it back.

use super::desk::{Reply, Request};
use super::inputs::{self, BANK, METHODS, Method, Suboption};
use super::refusal::Refusal;
use super::render;
use super::transaction::{Kind, Stage, Status, Transaction};
use super::verdict::{self, Fault, Verdict};
use super::world::World;
use crate::clock::day;
use crate::fate::Fate;
use crate::json::{Fields, Json, Object};

pub(super) fn create_session(world: &mut World, request: &Request) -> Reply {
    let place = world.open(Kind::PayIn, &request.fields)?;
    Ok(Object::new().with("cashierUrl", link("", &world.transactions[place].session)).into())
}

/// A link to the hosted cashier.
pub(super) fn link(path: &str, session: &str) -> String {
    format!("https://cashier.example{path}?sessionId={session}")
}

/// The session and what it can be paid with, or a decline if there is nothing.
pub(super) fn offer(world: &mut World, place: usize) -> Object {
    let transaction = &world.transactions[place];
    let methods = inputs::methods(transaction.kind, &transaction.country, &transaction.currency);
    let offered: Vec<Object> = methods.map(Method::render).collect();
    if offered.is_empty() {
        let now = world.now();
        world.decline(place, Fault::new("995"), now);
        return render::declined(&world.transactions[place], &Fault::new("995"));
    }
    Object::new()
        .with("transactionId", transaction.id.as_str())
        .with("sessionId", transaction.session.as_str())
        .with("paymentOptions", offered.into_iter().collect::<Json>())
}

pub(super) fn options(world: &mut World, request: &Request) -> Reply {
    let place = world.open(Kind::PayIn, &request.fields)?;
    Ok(offer(world, place).into())
}

/// An open session, and the option that the request chooses for it.
pub(super) fn chosen(world: &World, kind: Kind, request: &Request) -> Result<(usize, &'static Method), Refusal> {
    let place = world.open_session(kind, &request.text("sessionId"))?;
    let transaction = &world.transactions[place];
    let id = request.text("paymentOptionId");
    let mut methods = inputs::methods(kind, &transaction.country, &transaction.currency);
    let method = methods.find(|method| method.id == id);
    Ok((place, method.ok_or_else(|| Refusal::bad("Invalid payment option id."))?))
}

/// What an answer with suboptions says of the session.
pub(super) fn choice(world: &World, place: usize, method: &Method) -> Object {
    let transaction = &world.transactions[place];
    Object::new()
        .with("paymentOptionId", method.id)
        .with("transactionId", transaction.id.as_str())
        .with("sessionId", transaction.session.as_str())
}

pub(super) fn suboptions(world: &mut World, request: &Request) -> Reply {
    let (place, method) = chosen(world, Kind::PayIn, request)?;
    if method.suboptions.is_empty() {
        return Err(Refusal::bad("This payment option has no suboptions."));
    }
    let suboption =
        |one: &Suboption| Object::new().with("id", one.id).with("name", one.name).with("logo", Json::null());
    let result = choice(world, place, method)
        .with("options", method.suboptions.iter().map(suboption).collect::<Json>())
        .with("formInputs", inputs::form(BANK));
    Ok(render::step("085", "option_choice", result).into())
}

pub(super) fn create_hybrid(world: &mut World, request: &Request) -> Reply {
    let (place, method) = chosen(world, Kind::PayIn, request)?;
    method.suboption(request.option_id().as_deref())?;
    let transaction = &mut world.transactions[place];
    transaction.method = Some(method);
    let result = Object::new()
        .with("redirectUrl", link("", &transaction.session))
        .with("transactionId", transaction.id.as_str());
    Ok(render::step("300", "redirect", result).into())
}

pub(super) fn pay(world: &mut World, request: &Request) -> Reply {
    let (place, method) = chosen(world, Kind::PayIn, request)?;
    let suboption = method.suboption(request.option_id().as_deref())?;
    let data = request.extra_data();
    method.check(&data)?;
    let now = world.now();
    world.transactions[place].method = Some(method);
    match decide(world, place, method, &data) {
        Verdict::Declined(fault) => {
            world.decline(place, fault.clone(), now);
            return Ok(render::declined(&world.transactions[place], &fault).into());
        }
        Verdict::Unsure(fault) => {
            world.hand_over(place, Some(fault.clone()));
            return Ok(render::declined(&world.transactions[place], &fault).into());
        }
        Verdict::Fine => {}
    }
    let is_3ds = data.text("cardnum").is_some_and(|card| card.starts_with("5200") && card.ends_with("0007"));
    let (code, result_type, result) = match (method.id, suboption) {
        ("option-card", _) if is_3ds => {
            let url = format!("https://3ds.example/challenge?sessionId={}", world.transactions[place].session);
            ("300", "redirect", Object::new().with("redirectUrl", url))
        }
        ("option-card", _) => ("000", "success", Object::new()),
        (_, Some(bank)) => at_bank(world, place, bank),
        (_, None) => ("081", "qrcode", qr_code(world, place)),
    };
    if result_type == "success" {
        world.hand_over(place, None);
    } else {
        world.transactions[place].turn(Status::Processing, Stage::AtCustomer, now);
    }
    let result = result.with("transactionId", world.transactions[place].id.as_str());
    Ok(render::step(code, result_type, result).into())
}

/// What the test data say about a payment.
fn decide(world: &World, place: usize, method: &Method, data: &Fields) -> Verdict {
    let text = |name: &str| data.text(name).unwrap_or_default();
    if method.id != "option-card" {
        let phone = data.text("phone").unwrap_or_else(|| world.transactions[place].phone());
        return verdict::of(&phone);
    }
    let month = format!("{}-{}", text("expiryyear"), text("expirymonth"));
    if *month < day(world.now())[.."2026-03".len()] {
        return Verdict::Declined(Fault::new("3007"));
    }
    if text("cardcvv") == "000" {
        return Verdict::Declined(Fault::new("3004"));
    }
    verdict::of(&text("cardnum"))
}

/// What a bank wants of the customer: code, kind and members of the result.
fn at_bank(world: &World, place: usize, bank: &Suboption) -> (&'static str, &'static str, Object) {
    let transaction = &world.transactions[place];
    let url = format!("https://bank.example/{}/pay?sessionId={}", bank.id, transaction.session);
    let line = |label: &str, value: Json| Object::new().with("label", label).with("value", value);
    let details: Json = [
        line("Amount", transaction.amount.into()),
        line("Currency", transaction.currency.as_str().into()),
        line("Account", "00000000001".into()),
    ]
    .into_iter()
    .collect();
    let named = Object::new().with("bankName", bank.name).with("paymentDetails", details);
    match bank.id {
        "b_2" => ("083", "receipt", named.with("sessionId", transaction.session.as_str())),
        "b_3" => {
            let payload = Object::new().with("reference", transaction.reference.as_str());
            let request = Object::new()
                .with("targetUrl", url)
                .with("method", "POST")
                .with("contentType", "application/json")
                .with("bodyPayload", payload)
                .with("queryParams", Json::null())
                .with("externalId", format!("bank-{}", transaction.id))
                .with("status", "CREATED");
            ("082", "request", request)
        }
        "b_4" => {
            let steps: Json = ["Go to the counter.", "Say the reference."].into_iter().collect();
            let place = Object::new().with("name", "Any branch").with("instructions", steps);
            let places: Json = [place].into_iter().collect();
            ("084", "info", named.with("paymentLocations", places).with("redirectUrl", url))
        }
        _ => ("300", "redirect", Object::new().with("redirectUrl", url)),
    }
}

fn qr_code(world: &World, place: usize) -> Object {
    let text = format!("sandbox-pix-{}", world.transactions[place].id);
    // One white pixel: enough for what only shows it.
    let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=";
    Object::new().with("qrCodeString", text).with("base64QRCode", picture)
}

pub(super) fn transaction(world: &mut World, request: &Request) -> Reply {
    let place = world.place_of(&request.id)?;
    Ok(render::transaction(&world.transactions[place]).into())
}

/// Gives back the whole of a completed pay-in, once.
pub(super) fn refund(world: &mut World, request: &Request) -> Reply {
    let reference = request.text("merchantReference");
    if reference.is_empty() {
        return Err(Refusal::bad("merchantReference must be a string"));
    }
    let place = world.transactions.iter().position(|one| one.reference == reference);
    let place = place.ok_or_else(|| Refusal::not_found("Transaction not found."))?;
    let transaction = &world.transactions[place];
    if transaction.kind != Kind::PayIn || transaction.status != Status::Completed {
        return Err(Refusal::business_failed());
    }
    if world.cause.is(Fate::Declined) {
        // It is taken, and later it turns out that nothing was given back.
        let answer = Transaction { status: Status::Processing, ..world.transactions[place].clone() };
        return Ok(render::refund(&answer).into());
    }
    if !world.refund(place) {
        return Err(Refusal::business_failed());
    }
    Ok(render::refund(&world.transactions[place]).into())
}

/// The option of this id, for what happened before the start.
pub(super) fn method(id: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.id == id)
}
