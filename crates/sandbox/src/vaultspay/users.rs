//! The people who own accounts and cards.

use super::OWN_AGENT;
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};
use crate::record::Record;

/// A user, with what the provider knows of them.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: u32,
    pub(super) parent: Option<u32>,
    pub(super) kind: &'static str,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) email: Option<String>,
    /// Dial code without plus.
    pub(super) dial: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) status: String,
    pub(super) personal: Option<Record>,
    pub(super) identification: Option<Record>,
    /// Status of the identification, which an administrator sets.
    pub(super) kyc: &'static str,
}

impl User {
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// The names that may stand on a card, or over an account.
    pub(super) fn names(&self) -> [String; 3] {
        let (first, last) = (self.first.to_uppercase(), self.last.to_uppercase());
        let initial: String = first.chars().take(1).collect();
        [first.clone(), format!("{first} {last}"), format!("{initial} {last}")]
    }

    pub(super) fn title(&self) -> String {
        self.full_name().to_uppercase()
    }

    /// What a user and a user's parent show alike.
    fn append_to(&self, object: Object) -> Object {
        let number = self.dial.as_ref().zip(self.phone.as_ref()).map(|(dial, phone)| format!("{dial}{phone}"));
        object
            .with("userType", self.kind)
            .with("firstName", self.first.as_str())
            .with("lastName", self.last.as_str())
            .with_some("email", self.email.as_deref())
            .with("username", format!("{}_{}", self.kind.to_lowercase(), self.id))
            .with_some("countryCode", self.dial.as_deref())
            .with_some("phone", self.phone.as_deref())
            .with("status", self.status.as_str())
            .with("fullName", self.full_name())
            .with_some("phoneNumber", number)
    }
}

/// A user is named by an address, or by dial code and telephone; each belongs to one user only.
pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let [email, dial, phone] = ["email", "countryCode", "phone"].map(|name| request.filled(name));
    match (&email, &dial, &phone) {
        (_, None, Some(_)) => return Err(Refusal::invalid("countryCode", "The value is required with phone.")),
        (None, _, None) => return Err(Refusal::invalid("email", "The value is required without phone.")),
        _ => {}
    }
    let is_taken = |user: &User| {
        let same_phone = phone.is_some() && user.phone == phone && user.dial == dial;
        same_phone || (email.is_some() && user.email == email)
    };
    if world.users.iter().any(is_taken) {
        return Err(Refusal::business("User already exists"));
    }
    let user = User {
        id: world.ids.user.take(),
        parent: Some(OWN_AGENT),
        kind: "USER",
        first: request.text("firstName"),
        last: request.text("lastName"),
        email,
        dial,
        phone,
        status: request.text("status"),
        personal: None,
        identification: None,
        kyc: "PENDING",
    };
    let parent = world.user(OWN_AGENT)?;
    let object = Object::new()
        .with("id", user.id)
        .with("parentId", parent.id)
        .with("sessionId", format!("session-{}", user.id))
        .with("parent", parent.append_to(Object::new().with("id", parent.id)));
    let answer = user.append_to(object);
    world.users.push(user);
    Ok(answer.into())
}

pub(super) fn embossing_names(world: &mut World, request: &Request) -> Reply {
    let user = world.users.iter().find(|user| user.id == request.id());
    let user = user.ok_or_else(|| Refusal::invalid("id", "There is no such user."))?;
    Ok(Object::new().with("names", user.names().into_iter().collect::<Json>()).into())
}
