//! Who users are: personal data and documents.

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::users::User;
use super::world::World;
use crate::json::{Fields, Object};
use crate::record::Record;

/// What a caller may say about a person.
const PERSONAL: &[&str] = &[
    "firstName",
    "lastName",
    "nickName",
    "dob",
    "gender",
    "maritalStatus",
    "nationality",
    "countryOfBirth",
    "countryOfResidence",
    "language",
    "tin",
];

/// Personal data as a request gives them; the day of birth is kept as the answers write it.
pub(super) fn personal(mut record: Record, fields: &Fields) -> Record {
    record.merge(fields, PERSONAL);
    if let Some(day) = fields.text("dob") {
        record.set("dob", format!("{day}T00:00:00.000+00:00"));
    }
    record
}

/// The fields of a document are not known, so whatever is sent is kept.
pub(super) fn identification(mut record: Record, fields: &Fields) -> Record {
    record.merge_all(fields);
    record
}

fn about(user: &User, record: &Record) -> Object {
    record.clone().with("userId", user.id).with("status", user.kyc).object()
}

fn changeable<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut User, Refusal> {
    let user = world.user_mut(request.required_id("userId"))?;
    if user.kyc != "PENDING" {
        return Err(Refusal::business("KYC is not pending"));
    }
    Ok(user)
}

/// One of the two records of a user: personal data, or documents.
type Part = fn(&mut User) -> &mut Option<Record>;

/// How a record takes over what a request says.
type Merge = fn(Record, &Fields) -> Record;

fn create(world: &mut World, request: &Request, part: Part, merge: Merge) -> Reply {
    let user = changeable(world, request)?;
    if part(user).is_some() {
        return Err(Refusal::business("KYC information already exists"));
    }
    let record = merge(Record::default().with("userId", user.id), &request.fields);
    let answer = about(user, &record);
    *part(user) = Some(record);
    Ok(answer.into())
}

fn update(world: &mut World, request: &Request, part: Part, merge: Merge) -> Reply {
    let user = changeable(world, request)?;
    let known = part(user).take().ok_or_else(|| Refusal::business("KYC information not found"))?;
    let record = merge(known, &request.fields);
    let answer = about(user, &record);
    *part(user) = Some(record);
    Ok(answer.into())
}

pub(super) fn create_personal(world: &mut World, request: &Request) -> Reply {
    create(world, request, |user| &mut user.personal, personal)
}

pub(super) fn update_personal(world: &mut World, request: &Request) -> Reply {
    update(world, request, |user| &mut user.personal, personal)
}

pub(super) fn create_identification(world: &mut World, request: &Request) -> Reply {
    create(world, request, |user| &mut user.identification, identification)
}

pub(super) fn update_identification(world: &mut World, request: &Request) -> Reply {
    update(world, request, |user| &mut user.identification, identification)
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    let user = world.user(request.id())?;
    let object = Object::new()
        .with("userId", user.id)
        .with("userType", user.kind)
        .with_some("email", user.email.as_deref())
        .with_some("phone", user.phone.as_deref())
        .with_some("countryCode", user.dial.as_deref())
        .with("status", user.kyc)
        .with_some("personalInfo", user.personal.as_ref().map(|record| about(user, record)))
        .with_some("identificationInfo", user.identification.as_ref().map(|record| about(user, record)))
        .with("businessInfo", Object::new());
    Ok(object.into())
}
