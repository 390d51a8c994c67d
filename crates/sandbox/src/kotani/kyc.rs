//! Identifying customers: details, address and document, then it is done.

use super::desk::{Reply, Request};
use super::record::Record;
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};

/// What is known about somebody.
#[derive(Clone, Debug, Default)]
pub(super) struct Identification {
    pub(super) id: String,
    pub(super) details: Record,
    pub(super) address: Option<Record>,
    pub(super) document: Option<Record>,
    /// Somebody looked at it: the one of the demo is complete, and still waits.
    pub(super) verified: bool,
}

pub(super) const DETAILS: &[&str] =
    &["userEmail", "customerKey", "firstName", "lastName", "dob", "gender", "country", "phone"];
pub(super) const ADDRESS: &[&str] = &["kycId", "street", "town", "country"];
pub(super) const DOCUMENT: &[&str] =
    &["kycId", "nationality", "documentNo", "documentExpirationDate", "country", "documentName"];

fn render(known: &Identification) -> Object {
    Object::new()
        .with("status", if known.verified { "VERIFIED" } else { "PENDING" })
        .with("kycId", known.id.as_str())
        .with("kycStatus", known.verified)
}

/// Details of a customer; of one who is known already they are replaced.
pub(super) fn create_details(world: &mut World, request: &Request) -> Reply {
    let key = request.text("customerKey");
    if world.customer(&key).is_none() {
        return Err(Refusal::not_found("Customer not found."));
    }
    let details = Record::read(&request.fields, DETAILS);
    let is = |known: &&mut Identification| known.details.text("customerKey").as_ref() == Some(&key);
    if let Some(known) = world.identifications.iter_mut().find(is) {
        known.details = details;
        return Ok(render(known).into());
    }
    let known = Identification { id: world.random.reference("kyc-"), details, ..Identification::default() };
    let answer = render(&known).into();
    world.identifications.push(known);
    Ok(answer)
}

/// Sets a part; the last one that was missing ends the identification.
fn complete(
    world: &mut World,
    request: &Request,
    set: fn(&mut Identification, Record),
    names: &[&'static str],
) -> Reply {
    let id = request.text("kycId");
    let known = world.identifications.iter_mut().find(|known| known.id == id);
    let known = known.ok_or_else(|| Refusal::not_found("KYC not found"))?;
    let was_complete = known.address.is_some() && known.document.is_some();
    set(known, Record::read(&request.fields, names));
    if !was_complete {
        known.verified = known.address.is_some() && known.document.is_some();
    }
    Ok(render(known).into())
}

pub(super) fn create_address(world: &mut World, request: &Request) -> Reply {
    complete(world, request, |known, part| known.address = Some(part), ADDRESS)
}

pub(super) fn create_document(world: &mut World, request: &Request) -> Reply {
    complete(world, request, |known, part| known.document = Some(part), DOCUMENT)
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    let known = world.identifications.iter().find(|known| known.id == request.id());
    known.map(|known| render(known).into()).ok_or_else(|| Refusal::not_found("KYC not found"))
}

pub(super) fn users(world: &mut World, _: &Request) -> Reply {
    let row = |known: &Identification| {
        Object::new()
            .with("kycId", known.id.as_str())
            .with("kycVerified", known.verified)
            .with("basicDetails", Json::from(&known.details))
            .with_some("address", known.address.as_ref().map(Json::from))
            .with_some("document", known.document.as_ref().map(Json::from))
    };
    Ok(world.identifications.iter().map(row).collect())
}
