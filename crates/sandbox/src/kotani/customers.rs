//! The people who pay and are paid.

use super::desk::{Reply, Request};
use super::phones;
use super::record::Record;
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Fields, Json};

/// What a caller may say about a customer.
const NAMES: &[&str] = &[
    "phone_number",
    "country_code",
    "network",
    "account_name",
    "account_number",
    "bank_code",
    "first_name",
    "last_name",
    "date_of_birth",
    "id_number",
    "id_type",
    "image",
    "email",
];

/// A customer as the request describes one.
pub(super) fn record(fields: &Fields, id: &str, key: &str) -> Record {
    let mut customer = Record::default().with("id", id);
    customer.merge(fields, NAMES);
    if fields.text("network").is_none() {
        customer.set("network", "NOT_SUPPORTED");
    }
    customer.with("customer_key", key).with("integrator", "integrator-1")
}

fn unknown() -> Refusal {
    Refusal::not_found("Customer not found.")
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let phone = request.fields.text("phone_number");
    if phone.is_some_and(|phone| world.customer_of(&phone).is_some()) {
        return Err(Refusal::bad("Customer already exists"));
    }
    let (id, key) = (world.random.reference("customer-id-"), world.random.reference("cust-"));
    let customer = record(&request.fields, &id, &key);
    let answer = Json::from(&customer);
    world.customers.push(customer);
    Ok(answer)
}

/// All of them, or a page if one is asked for.
pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
    let limit = number("limit").unwrap_or(usize::MAX).max(1);
    let skipped = number("page").unwrap_or(1).saturating_sub(1).saturating_mul(limit);
    Ok(world.customers.iter().skip(skipped).take(limit).map(Json::from).collect())
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    world.customer(request.id()).map(Json::from).ok_or_else(unknown)
}

pub(super) fn get_by_phone(world: &mut World, request: &Request) -> Reply {
    world.customer_of(request.id()).map(Json::from).ok_or_else(unknown)
}

pub(super) fn update(world: &mut World, request: &Request) -> Reply {
    let key = request.id();
    let is = |customer: &Record| customer.text("customer_key").as_deref() == Some(key);
    let index = world.customers.iter().position(is).ok_or_else(unknown)?;
    if let Some(phone) = request.fields.text("phone_number") {
        let wanted = phones::last_nine(&phone);
        let of_another = world.customer_of(&phone).is_some_and(|other| !is(other));
        if of_another && !wanted.is_empty() {
            return Err(Refusal::bad("Customer already exists"));
        }
    }
    let customer = &mut world.customers[index];
    customer.merge(&request.fields, NAMES);
    Ok(Json::from(&*customer))
}
