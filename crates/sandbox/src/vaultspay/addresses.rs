//! Addresses of users: one of each type, and places go by their ids.

use super::desk::{Reply, Request};
use super::places::{self, Country, Place};
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Fields, Object};
use crate::record::Record;

/// An address of a user.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) id: u32,
    pub(super) user: u32,
    pub(super) kind: String,
    pub(super) country: u32,
    pub(super) state: u32,
    pub(super) city: u32,
    /// Lines, postal code and position.
    pub(super) lines: Record,
    pub(super) is_active: bool,
}

const LINES: &[&str] = &["addressLine1", "addressLine2", "postalCode", "longitude", "latitude"];

pub(super) fn lines(mut record: Record, fields: &Fields) -> Record {
    record.merge(fields, LINES);
    record
}

impl Address {
    /// The places of the address, which have to lie in one another.
    fn places(&self) -> Result<(&'static Country, &'static Place, &'static Place), Refusal> {
        let unknown = |name: &str| Refusal::invalid(name, "There is no such place.");
        let country = places::country(self.country).ok_or_else(|| unknown("countryId"))?;
        let state = places::state(self.state).filter(|state| state.within == country.id);
        let state = state.ok_or_else(|| unknown("stateId"))?;
        let city = places::city(self.city).filter(|city| city.within == state.id);
        Ok((country, state, city.ok_or_else(|| unknown("cityId"))?))
    }

    /// As the API shows it: names and code come from the ids, whatever was sent beside them.
    fn object(&self) -> Result<Object, Refusal> {
        let (country, state, city) = self.places()?;
        let object = Object::new()
            .with("id", self.id)
            .with("userId", self.user)
            .with("type", self.kind.as_str())
            .with("country", country.short())
            .with("countryCode", country.code)
            .with("state", state.short())
            .with("stateName", state.name)
            .with("city", city.short())
            .with("cityName", city.name);
        Ok(self.lines.append_to(object, LINES).with("status", self.is_active))
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let user = world.user(request.required_id("userId"))?.id;
    let kind = request.text("type");
    if world.addresses.iter().any(|one| one.user == user && one.kind == kind) {
        return Err(Refusal::business("Address already exists"));
    }
    let mut address = Address {
        id: 0,
        user,
        kind,
        country: request.required_id("countryId"),
        state: request.required_id("stateId"),
        city: request.required_id("cityId"),
        lines: lines(Record::default(), &request.fields),
        is_active: true,
    };
    address.places()?;
    address.id = world.ids.address.take();
    let answer = address.object()?;
    world.addresses.push(address);
    Ok(answer.into())
}

/// User and type say which address; what is not sent stays.
pub(super) fn update(world: &mut World, request: &Request) -> Reply {
    let user = world.user(request.required_id("userId"))?.id;
    let kind = request.text("type");
    let known = world.addresses.iter_mut().find(|one| one.user == user && one.kind == kind);
    let known = known.ok_or_else(|| Refusal::business("Address not found"))?;
    let changed = Address {
        country: request.field_id("countryId").unwrap_or(known.country),
        state: request.field_id("stateId").unwrap_or(known.state),
        city: request.field_id("cityId").unwrap_or(known.city),
        lines: lines(known.lines.clone(), &request.fields),
        is_active: request.fields.flag("status").unwrap_or(known.is_active),
        ..known.clone()
    };
    let answer = changed.object()?;
    *known = changed;
    Ok(answer.into())
}
