//! Cards, and what stands on them.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::accounts::CURRENCY;
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::clock::extended_offset;
use crate::json::{Fields, Json, Object};

/// Which system issues the cards.
pub(super) const CONFIG: &str = "pmt-mastercard-issuing";

/// The one tier of this world.
pub(super) const TIER: u32 = 61;

/// A card's token is its id and this.
const TOKENS: u32 = 335_000_000;

/// A card.
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) id: u32,
    pub(super) user: u32,
    pub(super) account: u32,
    pub(super) is_physical: bool,
    pub(super) name: String,
    pub(super) pan: &'static str,
    pub(super) cvv: &'static str,
    /// Month and year, two digits each.
    pub(super) expiry: (i8, i16),
    pub(super) has_pin: bool,
    /// A physical card that was only asked for has none.
    pub(super) status: Option<Status>,
    pub(super) reason: String,
    pub(super) is_manufactured: bool,
    pub(super) is_delivered: bool,
    pub(super) is_in_three_ds: bool,
    pub(super) conversion: Conversion,
    /// Another card has taken its place.
    pub(super) is_retired: bool,
    pub(super) created: Timestamp,
}

/// Where a card is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    IssuanceInProgress,
    PendingVerification,
    Active,
    Block,
    Freeze,
}

/// Where the conversion of a virtual card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    None,
    Pending,
    Approved,
    Rejected,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::IssuanceInProgress => "ISSUANCE_IN_PROGRESS",
            Self::PendingVerification => "PENDING_VERIFICATION",
            Self::Active => "ACTIVE",
            Self::Block => "BLOCK",
            Self::Freeze => "FREEZE",
        }
    }

    /// The holder has it, whether it works or not.
    pub(super) fn is_issued(self) -> bool {
        matches!(self, Self::Active | Self::Block | Self::Freeze)
    }
}

impl Conversion {
    /// That one is pending has no word of its own in the documentation.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::None | Self::Pending => None,
            Self::Approved => Some("APPROVED"),
            Self::Rejected => Some("REJECTED"),
        }
    }
}

impl Card {
    pub(super) fn token(&self) -> u32 {
        TOKENS + self.id
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.is_physical { "PHYSICAL" } else { "VIRTUAL" }
    }

    pub(super) fn status_name(&self) -> Option<&'static str> {
        self.status.map(Status::name)
    }

    /// `MM/YY`, as it stands on the card.
    pub(super) fn printed_expiry(&self) -> String {
        format!("{:02}/{:02}", self.expiry.0, self.expiry.1)
    }

    fn last_four(&self) -> &'static str {
        &self.pan[self.pan.len() - 4..]
    }

    pub(super) fn three_ds(&self) -> Object {
        Object::new().with("id", self.id + 500).with("configId", 9u32).with("status", self.is_in_three_ds)
    }
}

/// The card of a request, which names it by id, by token or by both.
fn index(world: &World, fields: &Fields, token: &str) -> Result<usize, Refusal> {
    let (id, token) = (fields.integer("cardId"), fields.integer(token));
    if id.is_none() && token.is_none() {
        return Err(Refusal::invalid("cardId", "The value is required."));
    }
    let is = |card: &Card| {
        id.is_none_or(|id| id == i64::from(card.id)) && token.is_none_or(|token| token == i64::from(card.token()))
    };
    world.cards.iter().position(is).ok_or_else(|| Refusal::business("Card not found"))
}

/// The card that is to be changed; not one that another has replaced.
pub(super) fn changeable<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut Card, Refusal> {
    let index = index(world, &request.fields, "cardToken")?;
    let card = &mut world.cards[index];
    if card.is_retired {
        return Err(Refusal::business("Card has been replaced"));
    }
    Ok(card)
}

fn readable<'a>(world: &'a World, request: &Request) -> Result<&'a Card, Refusal> {
    index(world, &request.fields, "token").map(|index| &world.cards[index])
}

/// The card as most pages show it.
pub(super) fn object(world: &World, card: &Card) -> Object {
    common(world, card, "_3dSecure", "lastFourDigits")
        .with("cardIssuerConfigId", 9u32)
        .with("thirdPartyConfigSlug", CONFIG)
        .with_some("status", card.status_name())
        .with("statusReason", card.reason.as_str())
        .with_some("cardConversionStatus", card.conversion.name())
}

/// The card as the page of the issuance shows it right after a change; it spells two members otherwise.
pub(super) fn in_issuance(world: &World, card: &Card) -> Object {
    let none = || Vec::<Object>::new().into_iter().collect::<Json>();
    let issues = world.issues.iter().filter(|issue| issue.card == card.id);
    common(world, card, "_3dsecure", "lastFourDigit")
        .with_some("status", card.status_name())
        .with("cardText", "Issuance in progress")
        .with("cardCategory", "STANDARD")
        .with("consumerType", "CONSUMER")
        .with("reportedCards", issues.map(|issue| issue.object(card)).collect::<Json>())
        .with("maxPurchaseLimit", Decimal::from(5000))
        .with("statusReason", card.reason.as_str())
        .with("apiCallUniqueIdentifier", format!("call-{}", card.id))
        .with("cardTokens", none())
        .with("processedAtThirdParty", true)
        .with("createdAt", extended_offset(card.created))
        .with("updatedAt", extended_offset(world.now()))
}

fn common(world: &World, card: &Card, three_ds: &str, last_four: &str) -> Object {
    let account = world.account(card.account).ok();
    Object::new()
        .with("id", card.id)
        .with("userId", card.user)
        .with_some("userProfile", profile(world, card.user))
        .with(three_ds, card.three_ds())
        .with_some("account", account.map(|account| account.in_card(card.id + 1500)))
        .with("cardTier", Object::new().with("id", TIER).with("enableFraudRules", true).with("enableLimits", true))
        .with("paymentCardType", "PREPAID")
        .with("cardNetwork", "MASTERCARD")
        .with("cardType", card.kind())
        .with("billingCurrency", CURRENCY)
        .with("embossName", card.name.as_str())
        .with(last_four, card.last_four())
        .with("token", card.token())
        .with("tokenFlags", "0")
        .with("pinSet", card.has_pin)
}

fn profile(world: &World, user: u32) -> Option<Object> {
    let user = world.user(user).ok()?;
    let language = user.personal.as_ref().and_then(|record| record.text("language"));
    let profile = Object::new()
        .with("id", user.id + 70)
        .with("pronounTitle", "Mx")
        .with("firstName", user.first.as_str())
        .with("lastName", user.last.as_str())
        .with_some("email", user.email.as_deref())
        .with_some("countryCode", user.dial.as_deref())
        .with_some("phone", user.phone.as_deref())
        .with("language", language.unwrap_or_else(|| "ENGLISH".to_owned()));
    Some(profile)
}

/// The card as transactions show it.
pub(super) fn in_transaction(card: &Card, is_detail: bool) -> Object {
    let object = Object::new().with("id", card.id);
    let object = if is_detail { object.with("cardToken", card.token()) } else { object };
    let object = object.with("lastFourDigits", card.last_four()).with("cardType", card.kind());
    if !is_detail {
        return object;
    }
    object.with("cardTierId", TIER).with("cardNetwork", "MASTERCARD").with("paymentCardType", "PREPAID")
}

/// Id, token, status and reason, as the answers of several controls begin.
pub(super) fn state(card: &Card) -> Object {
    Object::new()
        .with("cardId", card.id)
        .with("cardToken", card.token())
        .with_some("cardStatus", card.status_name())
        .with("statusReason", card.reason.as_str())
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    readable(world, request).map(|card| object(world, card).into())
}

pub(super) fn pan(world: &mut World, request: &Request) -> Reply {
    readable(world, request).map(|card| Object::new().with("pan", card.pan).into())
}

pub(super) fn cvv(world: &mut World, request: &Request) -> Reply {
    readable(world, request).map(|card| Object::new().with("cvv", card.cvv).into())
}

/// Year before month, as the sample has it.
pub(super) fn expiry(world: &mut World, request: &Request) -> Reply {
    let (month, year) = readable(world, request)?.expiry;
    Ok(Object::new().with("expiry", format!("{year:02}/{month:02}")).into())
}
