//! Countries, states and cities: two of each, which never change.

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};

/// A country.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) id: u32,
    name: &'static str,
    iso2: &'static str,
    /// ISO 3166-1 alpha-3.
    pub(super) code: &'static str,
    dial: &'static str,
    capital: &'static str,
    currency: &'static str,
    latitude: &'static str,
    longitude: &'static str,
    nationality: &'static str,
}

/// A state of a country, or a city of a state.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: u32,
    pub(super) name: &'static str,
    latitude: &'static str,
    longitude: &'static str,
    /// The country of a state, the state of a city.
    pub(super) within: u32,
}

const COUNTRIES: [Country; 2] = [
    Country {
        id: 231,
        name: "United Arab Emirates",
        iso2: "AE",
        code: "ARE",
        dial: "971",
        capital: "Abu Dhabi",
        currency: "AED",
        latitude: "24.00000000",
        longitude: "54.00000000",
        nationality: "Emirati",
    },
    Country {
        id: 167,
        name: "Pakistan",
        iso2: "PK",
        code: "PAK",
        dial: "92",
        capital: "Islamabad",
        currency: "PKR",
        latitude: "30.00000000",
        longitude: "70.00000000",
        nationality: "Pakistani",
    },
];

const STATES: [Place; 2] = [
    Place { id: 3391, name: "Dubai", latitude: "25.20484900", longitude: "55.27078300", within: 231 },
    Place {
        id: 3169,
        name: "Islamabad Capital Territory",
        latitude: "33.72049970",
        longitude: "73.04052770",
        within: 167,
    },
];

const CITIES: [Place; 2] = [
    Place { id: 85501, name: "Dubai", latitude: "25.26840000", longitude: "55.29620000", within: 3391 },
    Place { id: 85475, name: "Islamabad", latitude: "33.72148000", longitude: "73.04329000", within: 3169 },
];

impl Country {
    fn object(&self) -> Object {
        Object::new()
            .with("id", self.id)
            .with("name", self.name)
            .with("iso2", self.iso2)
            .with("iso3", self.code)
            .with("phoneCode", self.dial)
            .with("capital", self.capital)
            .with("currency", self.currency)
            .with("currencySymbol", self.currency)
            .with("region", "Asia")
            .with("latitude", self.latitude)
            .with("longitude", self.longitude)
            .with("nationality", self.nationality)
            .with("createdAt", super::MADE)
    }

    /// `{id, name}`.
    pub(super) fn short(&self) -> Object {
        Object::new().with("id", self.id).with("name", self.name)
    }
}

impl Place {
    fn object(&self) -> Object {
        self.short().with("latitude", self.latitude).with("longitude", self.longitude)
    }

    /// `{id, name}`.
    pub(super) fn short(&self) -> Object {
        Object::new().with("id", self.id).with("name", self.name)
    }
}

pub(super) fn country(id: u32) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.id == id)
}

pub(super) fn state(id: u32) -> Option<&'static Place> {
    STATES.iter().find(|state| state.id == id)
}

pub(super) fn city(id: u32) -> Option<&'static Place> {
    CITIES.iter().find(|city| city.id == id)
}

pub(super) fn countries(_: &mut World, _: &Request) -> Reply {
    Ok(COUNTRIES.iter().map(Country::object).collect::<Json>().into())
}

pub(super) fn states(_: &mut World, request: &Request) -> Reply {
    let country = country(request.id()).ok_or_else(|| Refusal::place("countryId"))?;
    let within = STATES.iter().filter(|state| state.within == country.id);
    Ok(within.map(|state| state.object().with("countryId", country.id)).collect::<Json>().into())
}

/// The code of a bad state is inferred from that of a bad country.
pub(super) fn cities(_: &mut World, request: &Request) -> Reply {
    let bad = || Refusal::place("stateId");
    let state = state(request.id()).ok_or_else(bad)?;
    let country = country(state.within).ok_or_else(bad)?;
    let within = CITIES.iter().filter(|city| city.within == state.id);
    let row = |city: &Place| {
        city.object().with("country", country.object()).with("state", state.object().with("country", country.object()))
    };
    Ok(within.map(row).collect::<Json>().into())
}
