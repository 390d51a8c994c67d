//! What can be done where, and how the service is.

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};

/// A country with its mobile networks.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) code: &'static str,
    iso3: &'static str,
    pub(super) name: &'static str,
    pub(super) currency: &'static str,
    pub(super) calling: &'static str,
    pub(super) networks: &'static [&'static str],
}

/// A bank.
#[derive(Debug)]
pub(super) struct Bank {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    currency: &'static str,
}

const COUNTRIES: &[Country] = &[
    country("KE", "KEN", "Kenya", "KES", "+254", &["MPESA", "AIRTEL"]),
    country("GH", "GHA", "Ghana", "GHS", "+233", &["MTN", "VODAFONE", "AIRTEL"]),
    country("NG", "NGA", "Nigeria", "NGN", "+234", &[]),
    country("ZA", "ZAF", "South Africa", "ZAR", "+27", &["VODACOM"]),
    country("TZ", "TZA", "Tanzania", "TZS", "+255", &["TIGO", "AIRTEL", "HALOPESA", "VODACOM"]),
    country("UG", "UGA", "Uganda", "UGX", "+256", &["MTN", "AIRTEL"]),
    country("ZM", "ZMB", "Zambia", "ZMW", "+260", &["MTN", "AIRTEL", "ZAMTEL"]),
    country("SN", "SEN", "Senegal", "XOF", "+221", &["ORANGE", "FREE", "WAVE"]),
    country("CM", "CMR", "Cameroon", "XAF", "+237", &["MTN", "ORANGE"]),
    country("RW", "RWA", "Rwanda", "RWF", "+250", &["MTN", "AIRTEL"]),
];

const BANKS: &[Bank] = &[
    Bank { code: "68", name: "Equity Bank", currency: "KES" },
    Bank { code: "01", name: "KCB", currency: "KES" },
    Bank { code: "250655", name: "FNB", currency: "ZAR" },
    Bank { code: "470010", name: "Capitec", currency: "ZAR" },
    Bank { code: "058", name: "Access", currency: "NGN" },
];

const fn country(
    code: &'static str,
    iso3: &'static str,
    name: &'static str,
    currency: &'static str,
    calling: &'static str,
    networks: &'static [&'static str],
) -> Country {
    Country { code, iso3, name, currency, calling, networks }
}

/// The country of a code, of two or three letters.
pub(super) fn of_code(code: &str) -> Option<&'static Country> {
    let is = |country: &&Country| country.code.eq_ignore_ascii_case(code) || country.iso3.eq_ignore_ascii_case(code);
    COUNTRIES.iter().find(is)
}

pub(super) fn of_phone(phone: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| phone.starts_with(country.calling))
}

pub(super) fn currency_of(code: &str) -> Option<&'static str> {
    of_code(code).map(|country| country.currency)
}

pub(super) fn bank_of(code: &str) -> Option<&'static Bank> {
    BANKS.iter().find(|bank| bank.code == code)
}

fn render(country: &Country, service: &str) -> Object {
    let networks = || country.networks.iter().copied().collect::<Json>();
    Object::new()
        .with("countryCode", country.code)
        .with("name", country.name)
        .with("iso3Code", country.iso3)
        .with("currency", country.currency)
        .with("serviceType", service)
        .with("isActive", true)
        .with("isEnabled", true)
        .with("requiresNetwork", country.code == "GH")
        .with("requiresAccountName", false)
        .with("supportedNetworks", networks())
        .with("availableNetworks", networks())
        .with("supportedLookupNetworks", country.networks.iter().copied().take(1).collect::<Json>())
        .with("enabledLookup", country.code == "KE")
}

pub(super) fn list(_: &mut World, request: &Request) -> Reply {
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let found = COUNTRIES.iter().filter(|country| {
        is("currency", country.currency) && is("countryCode", country.code) && is("isActive", "true")
    });
    Ok(found.map(|country| render(country, request.query("serviceType").unwrap_or("WITHDRAW"))).collect())
}

fn found(request: &Request) -> Result<&'static Country, Refusal> {
    of_code(request.id()).ok_or_else(|| Refusal::not_found("Country not found"))
}

pub(super) fn get(_: &mut World, request: &Request) -> Reply {
    Ok(render(found(request)?, "WITHDRAW").into())
}

pub(super) fn networks(_: &mut World, request: &Request) -> Reply {
    let country = found(request)?;
    let object = Object::new()
        .with("countryCode", country.code)
        .with("networks", country.networks.iter().copied().collect::<Json>())
        .with("isRequired", country.code == "GH");
    Ok(object.into())
}

fn service(kind: &str) -> Reply {
    let object = Object::new()
        .with("serviceType", kind)
        .with("countries", COUNTRIES.iter().map(|country| country.code).collect::<Json>())
        .with("totalCountries", super::pages::count(COUNTRIES.len()));
    Ok(object.into())
}

pub(super) fn deposit_service(_: &mut World, _: &Request) -> Reply {
    service("DEPOSIT")
}

pub(super) fn withdraw_service(_: &mut World, _: &Request) -> Reply {
    service("WITHDRAW")
}

fn list_banks(currency: Option<&str>, search: Option<&str>) -> Json {
    let search = search.unwrap_or_default().to_lowercase();
    let found = BANKS.iter().filter(|bank| {
        currency.is_none_or(|currency| bank.currency == currency) && bank.name.to_lowercase().contains(&search)
    });
    let row = |bank: &Bank| {
        Object::new()
            .with("code", bank.code)
            .with("name", bank.name)
            .with("currency", bank.currency)
            .with("universalBranchCode", format!("{:0<6}", bank.code))
    };
    found.map(row).collect()
}

pub(super) fn banks(_: &mut World, request: &Request) -> Reply {
    Ok(list_banks(request.query("currency"), request.query("search")))
}

pub(super) fn banks_of_currency(_: &mut World, request: &Request) -> Reply {
    Ok(list_banks(Some(request.id()), None))
}

/// The shape is not documented: networks of the countries with the currency.
pub(super) fn providers(_: &mut World, request: &Request) -> Reply {
    let currency = request.text("currency");
    let networks = COUNTRIES.iter().filter(|country| country.currency == currency);
    let row = |name: &str| Object::new().with("name", name).with("currency", currency.as_str());
    Ok(networks.flat_map(|country| country.networks).map(|name| row(name)).collect())
}

pub(super) fn chains(_: &mut World, _: &Request) -> Reply {
    let list = |tokens: &[&str]| tokens.iter().copied().collect::<Json>();
    Ok(Object::new().with("POLYGON", list(&["USDT", "USDC"])).with("CELO", list(&["CUSD"])).into())
}

pub(super) fn health(_: &mut World, _: &Request) -> Reply {
    let up = || Object::new().with("database", Object::new().with("status", "up"));
    let object =
        Object::new().with("status", "ok").with("info", up()).with("error", Object::new()).with("details", up());
    Ok(object.into())
}
