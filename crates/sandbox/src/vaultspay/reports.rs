//! Lost, stolen and damaged cards: report, review, then replace, renew or decline.

use jiff::Timestamp;

use super::NEW_PAN;
use super::cards::{self, Card, Conversion, Status};
use super::desk::{Reply, Request};
use super::issuance;
use super::pages::page;
use super::refusal::Refusal;
use super::world::World;
use crate::clock::extended_offset;
use crate::json::Object;

/// What was reported about a card.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) id: u32,
    pub(super) card: u32,
    pub(super) reason: String,
    pub(super) remarks: Option<String>,
    pub(super) stage: Stage,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

/// How far a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Reported,
    Reviewed,
    /// The card was replaced or renewed, or nothing was done.
    Closed,
}

impl Issue {
    pub(super) fn object(&self, card: &Card) -> Object {
        Object::new()
            .with("id", self.id)
            .with("cardId", card.id)
            .with("cardToken", card.token())
            .with_some("cardStatus", card.status_name())
            .with("statusReason", self.reason.as_str())
            .with_some("remarks", self.remarks.as_deref())
            .with("createdAt", extended_offset(self.created))
            .with("updatedAt", extended_offset(self.updated))
    }
}

/// Whether something about the card is still to be decided.
pub(super) fn is_open(world: &World, card: u32) -> bool {
    world.issues.iter().any(|issue| issue.card == card && issue.stage != Stage::Closed)
}

fn said(card: &Card, issue: &Issue) -> Object {
    Object::new()
        .with("cardId", card.id)
        .with("cardToken", card.token())
        .with_some("cardStatus", card.status_name())
        .with("statusReason", issue.reason.as_str())
        .with_some("remarks", issue.remarks.as_deref())
}

/// The card freezes until the report is decided.
pub(super) fn report(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let card = cards::changeable(world, request)?;
    let id = card.id;
    if !card.status.is_some_and(Status::is_issued) {
        return Err(Refusal::business("Card must be ACTIVE, BLOCK or FREEZE"));
    }
    if is_open(world, id) {
        return Err(Refusal::business("Card has been reported already"));
    }
    let card = cards::changeable(world, request)?;
    card.status = Some(Status::Freeze);
    card.reason = request.filled("statusReason").unwrap_or_else(|| "Reported".to_owned());
    let card = card.clone();
    let issue = Issue {
        id: world.ids.issue.take(),
        card: id,
        reason: card.reason.clone(),
        remarks: request.filled("remarks"),
        stage: Stage::Reported,
        created: now,
        updated: now,
    };
    let answer = said(&card, &issue);
    world.issues.push(issue);
    Ok(answer.into())
}

/// Moves the card's open report on, from the stage in which it has to be.
fn decide(world: &mut World, request: &Request, from: Stage, to: Stage) -> Result<(Card, Issue), Refusal> {
    let now = world.now();
    let card = cards::changeable(world, request)?.clone();
    let open = world.issues.iter_mut().find(|issue| issue.card == card.id && issue.stage != Stage::Closed);
    let issue = open.ok_or_else(|| Refusal::business("Card has no reported issue"))?;
    if issue.stage != from {
        return Err(match issue.stage {
            Stage::Reported => Refusal::action("REVIEW_REPORTED_ISSUE"),
            _ => Refusal::business("Reported issue has been reviewed"),
        });
    }
    issue.stage = to;
    issue.updated = now;
    issue.remarks = request.filled("remarks").or_else(|| issue.remarks.take());
    Ok((card, issue.clone()))
}

pub(super) fn review(world: &mut World, request: &Request) -> Reply {
    let (card, issue) = decide(world, request, Stage::Reported, Stage::Reviewed)?;
    Ok(said(&card, &issue).into())
}

/// The card stays frozen; its holder may thaw it.
pub(super) fn decline(world: &mut World, request: &Request) -> Reply {
    let (card, issue) = decide(world, request, Stage::Reviewed, Stage::Closed)?;
    Ok(said(&card, &issue).into())
}

/// A new card under a new id and token takes the place of the old one, which works no more. A physical one
/// has to be made and delivered; a virtual one works at once.
fn reissue(world: &mut World, request: &Request, pan: Option<&'static str>, message: &str) -> Reply {
    let (old, _) = decide(world, request, Stage::Reviewed, Stage::Closed)?;
    cards::changeable(world, request)?.is_retired = true;
    let now = world.now();
    let card = Card {
        id: world.ids.card.take(),
        pan: pan.unwrap_or(old.pan),
        expiry: issuance::expiry(world),
        status: Some(if old.is_physical { Status::IssuanceInProgress } else { Status::Active }),
        reason: issuance::REASON.to_owned(),
        is_manufactured: false,
        is_delivered: false,
        conversion: Conversion::None,
        created: now,
        ..old
    };
    let answer = Object::new()
        .with("cardId", card.id)
        .with("cardToken", card.token())
        .with_some("status", card.status_name())
        .with("message", message);
    world.cards.push(card);
    Ok(answer.into())
}

/// With another number, since the old one may be in wrong hands.
pub(super) fn replace(world: &mut World, request: &Request) -> Reply {
    reissue(world, request, Some(NEW_PAN), "The card is replaced.")
}

/// With the number of the old card.
pub(super) fn renew(world: &mut World, request: &Request) -> Reply {
    reissue(world, request, None, "The card is renewed.")
}

/// The newest first; `status` is that of the card.
pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let (user, id) = (request.query_id("userId"), request.query_id("cardId"));
    let status = request.query("status");
    let cards = |issue: &Issue| world.cards.iter().find(|card| card.id == issue.card);
    let found = world.issues.iter().rev().filter_map(|issue| Some((issue, cards(issue)?))).filter(|(_, card)| {
        user.is_none_or(|user| card.user == user)
            && id.is_none_or(|id| card.id == id)
            && status.is_none_or(|status| card.status_name() == Some(status))
    });
    Ok(page(found.map(|(issue, card)| issue.object(card)).collect(), request))
}
