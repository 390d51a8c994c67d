//! What each operation does, behind the checks that all of them share.

use axum::http::StatusCode;
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::conversation::Conversations;
use super::directory::{BRANCHES, CATEGORIES, MERCHANTS, OFFERS, PAYEES, Place};
use super::refusal::Refusal;
use super::session::{Admitted, SessionId, Sessions};
use super::world::{Order, OrderKind, World};
use super::{PASSWORD, USER_ID, USERNAME, render};
use crate::clock::{Bound, Clock, read};
use crate::document::{Breach, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Cause;
use crate::json::{Fields, Json, Object};
use crate::random::Random;

/// The bank's state; one call at a time.
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) sessions: Sessions,
    pub(super) otp_limit: Decimal,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) conversations: Conversations,
    /// What the call that is being answered brings about.
    pub(super) cause: Cause,
}

type Reply = Result<Answer, Refusal>;

impl Desk {
    /// Books what is due by now.
    pub(super) fn settle(&mut self) {
        let now = self.clock.now();
        self.world.settle(&mut self.random, now);
    }

    pub(super) fn answer(&mut self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer {
        self.clock.tick();
        self.settle();
        let admitted = match self.admit(call) {
            Ok(admitted) => admitted,
            Err(refusal) => return refusal.answer(),
        };
        let fields = Fields::read(call.text());
        self.cause = call.cause.clone();
        let reply = match admitted {
            _ if !breaches.is_empty() => return Refusal::not_as_described(breaches),
            Some(_) if fields.text("user_id").is_some_and(|user| user != USER_ID) => Err(Refusal::Denied),
            Some(admitted) => self.banking(&call.path, admitted.session, &fields),
            None => self.open(&call.path, &fields),
        };
        self.cause = Cause::default();
        let answer = reply.unwrap_or_else(Refusal::answer);
        // Only what the document lets carry a token counts towards its renewal.
        let can_renew = operation.has_header(answer.status.as_u16(), "token");
        let renewed = admitted
            .filter(|_| can_renew && answer.status.is_success())
            .and_then(|admitted| self.sessions.renewal(admitted, &mut self.random));
        match renewed {
            Some(token) => answer.with_header("token", token),
            None => answer,
        }
    }

    /// The session of the call's token; `None` where the operation does without one.
    fn admit(&mut self, call: &Call) -> Result<Option<Admitted>, Refusal> {
        let token = match (call.path.as_str(), call.header("token")) {
            ("/token" | "/interaction", _) | ("/bank_locations", None) => return Ok(None),
            (_, token) => token.ok_or(Refusal::Authentication)?,
        };
        Ok(Some(self.sessions.admit(token, self.clock.now())?))
    }

    /// Operations that need no customer.
    fn open(&mut self, path: &str, fields: &Fields) -> Reply {
        match path {
            "/token" => self.token(fields),
            "/bank_locations" => Ok(bank_locations(fields)),
            "/interaction" => Ok(Answer::empty(StatusCode::OK)),
            _ => Err(Refusal::NotOffered),
        }
    }

    /// Operations of a customer who is signed in.
    fn banking(&mut self, path: &str, session: SessionId, fields: &Fields) -> Reply {
        match path {
            "/validate_otp" => self.validate_otp(session, fields),
            "/session_token" => Ok(self.session_token()),
            "/revoke_token" => Ok(self.revoke_token(session)),
            "/customer" => Ok(customer()),
            "/accounts" => Ok(self.accounts(fields)),
            "/transactions" => self.transactions(fields),
            "/transfer" => self.order(OrderKind::Transfer, session, fields),
            "/payment" => self.order(OrderKind::Payment, session, fields),
            "/payees" => Ok(list(PAYEES.iter().map(render::payee))),
            "/merchants" => Ok(list(MERCHANTS.iter().map(|named| render::named("merchant_id", named)))),
            "/categories" => Ok(list(CATEGORIES.iter().map(|named| render::named("category_id", named)))),
            "/customer_action" => Ok(self.customer_action(fields)),
            "/bank_locations" => Ok(bank_locations(fields)),
            "/offers" => Ok(self.offers(fields)),
            "/start_conversation" => Ok(self.conversations.start(fields)),
            "/send_user_input" => Ok(self.conversations.go_on(fields)),
            _ => Err(Refusal::NotOffered),
        }
    }

    /// Credentials are `username` and `password`, as members (1.0) or as names in `meta` (1.2 on).
    fn token(&mut self, fields: &Fields) -> Reply {
        let given = |name: &str| fields.text(name).or_else(|| pair(&fields.objects("meta"), name));
        if given("username").as_deref() != Some(USERNAME) || given("password").as_deref() != Some(PASSWORD) {
            return Err(Refusal::Authentication);
        }
        let token = self.sessions.open(&mut self.random, self.clock.now());
        Ok(token_answer(token))
    }

    fn validate_otp(&mut self, session: SessionId, fields: &Fields) -> Reply {
        let otp = fields.text("otp").unwrap_or_default();
        match self.sessions.take_otp(session, &otp, self.clock.now()).refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(self.replace_token(session)),
        }
    }

    fn replace_token(&mut self, session: SessionId) -> Answer {
        token_answer(self.sessions.replace(session, &mut self.random))
    }

    /// A session of its own: the token that asked for it stays.
    fn session_token(&mut self) -> Answer {
        token_answer(self.sessions.open(&mut self.random, self.clock.now()))
    }

    fn revoke_token(&mut self, session: SessionId) -> Answer {
        let token = self.sessions.close(session);
        token_answer(token)
    }

    fn accounts(&self, fields: &Fields) -> Answer {
        let wanted = fields.texts("account_id").filter(|ids| !ids.is_empty());
        let is_wanted = |id: &str| wanted.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted == id));
        let accounts = self.world.accounts.iter().filter(|account| is_wanted(account.id));
        list(accounts.map(|account| render::account(account, self.world.opened)))
    }

    /// The newest first; a limit of null, 0 or less is none, and both dates are included.
    fn transactions(&self, fields: &Fields) -> Reply {
        let wanted = |name: &str| fields.texts(name).filter(|ids| !ids.is_empty());
        let (accounts, ids) = (wanted("account_ids"), wanted("transaction_ids"));
        let from = moment(fields, "start_date", Bound::Start)?;
        let to = moment(fields, "end_date", Bound::End)?;
        let mut entries: Vec<_> = self.world.ledger.iter().collect();
        entries.retain(|entry| {
            accounts.as_ref().is_none_or(|wanted| wanted.contains(&entry.account))
                && ids.as_ref().is_none_or(|wanted| wanted.contains(&entry.id))
                && from.is_none_or(|from| entry.at >= from)
                && to.is_none_or(|to| entry.at <= to)
        });
        entries.sort_by_key(|entry| entry.at);
        let limit = fields.integer("limit").and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        Ok(list(entries.into_iter().rev().take(limit).map(render::transaction)))
    }

    /// A transfer or a payment.
    fn order(&mut self, kind: OrderKind, session: SessionId, fields: &Fields) -> Reply {
        let now = self.clock.now();
        let amount = fields.amount("amount");
        if amount.is_some_and(|amount| amount > self.otp_limit) && !self.sessions.raised(session, now) {
            return Err(Refusal::OtpRequired);
        }
        let (prefix, to) = match kind {
            OrderKind::Transfer => ("trf-", "dest_account_id"),
            OrderKind::Payment => ("pay-", "payee_id"),
        };
        let date = moment(fields, "date", Bound::Start)?;
        let order = Order {
            kind,
            id: self.random.reference(prefix),
            reference: self.random.reference("REF-"),
            from: fields.text("source_account_id").unwrap_or_default(),
            to: fields.text(to).unwrap_or_default(),
            amount,
            currency: fields.text("currency_code"),
            meta: fields
                .objects("meta")
                .iter()
                .filter_map(|pair| Some((pair.text("name")?, pair.text("value")?)))
                .collect(),
            cause: self.cause.clone(),
        };
        let outcome = self.world.order(order.clone(), date, &mut self.random, now);
        Ok(Answer::ok(render::order(&order, outcome)))
    }

    /// Activates an inactive card, or waives a card's fee once; everything else fails.
    fn customer_action(&mut self, fields: &Fields) -> Answer {
        let account = pair(&fields.objects("parameters"), "account_id");
        let account = account.and_then(|id| self.world.account_mut(&id));
        let action = fields.text("action").unwrap_or_default();
        let done = match (action.as_str(), account) {
            ("credit_card_activate", Some(account)) => {
                let was_inactive = !account.active;
                account.active = true;
                was_inactive
            }
            ("credit_card_waive_fee", Some(account)) => match &mut account.credit {
                Some(credit) => !std::mem::replace(&mut credit.fee_waived, true),
                None => false,
            },
            _ => false,
        };
        Answer::ok(
            Object::new()
                .with("reference_id", self.random.reference("act-"))
                .with("reference_number", self.random.reference("REF-"))
                .with("status", if done { "processed" } else { "failed" })
                .with("display_message_id", if done { "action.done" } else { "action.failed" }),
        )
    }

    fn offers(&self, fields: &Fields) -> Answer {
        let offers = OFFERS.iter().filter(|offer| is_near(fields, offer.place));
        list(offers.map(|offer| render::offer(offer, self.world.opened)))
    }
}

fn customer() -> Answer {
    Answer::ok(
        Object::new()
            .with("user_id", USER_ID)
            .with("full_name", "Alex Sample")
            .with("first_name", "Alex")
            .with("last_name", "Sample")
            .with("email", "alex@example.com")
            .with("mobile_number", "+1 555 0100"),
    )
}

fn bank_locations(fields: &Fields) -> Answer {
    let branches = BRANCHES.iter().filter(|branch| is_near(fields, branch.place));
    list(branches.map(render::branch))
}

/// Whether a place is in the city, state, zip and country asked for; what is left out fits any.
fn is_near(fields: &Fields, place: &Place) -> bool {
    let asked = fields.object("location").unwrap_or_default();
    let is = |name: &str, value: &str| asked.text(name).is_none_or(|asked| asked.eq_ignore_ascii_case(value));
    is("city", place.city) && is("state", place.state) && is("zip", place.zip) && is("country", place.country)
}

fn token_answer(token: String) -> Answer {
    Answer::ok(Object::new().with("user_id", USER_ID).with("token", token))
}

fn list(items: impl Iterator<Item = Object>) -> Answer {
    Answer::ok(items.collect::<Json>())
}

/// The value of the pair with this name, in the API's list of name and value.
pub(super) fn pair(pairs: &[Fields], name: &str) -> Option<String> {
    let found = pairs.iter().find(|pair| pair.text("name").as_deref() == Some(name));
    found.and_then(|pair| pair.text("value"))
}

/// A date of the request, if it has one; one that cannot be read is no valid request.
fn moment(fields: &Fields, name: &str, bound: Bound) -> Result<Option<Timestamp>, Refusal> {
    match fields.text(name) {
        Some(text) => read(&text, bound).map(Some).ok_or(Refusal::InvalidRequest),
        None => Ok(None),
    }
}
