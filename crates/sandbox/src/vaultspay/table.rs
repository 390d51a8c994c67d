//! The operations: who may call each, and what answers it.

use super::desk::{Reply, Request};
use super::world::World;
use super::{
    accounts, addresses, cards, contacts, controls, conversion, issuance, kyc, places, reports, rules, sessions,
    transactions, transfers, users,
};

/// One operation.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) access: Access,
    pub(super) handler: Handler,
}

type Handler = fn(&mut World, &Request) -> Reply;

/// Whose call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Anyone's: the ping.
    Anyone,
    /// Anyone's who has a secret in the body.
    Login,
    /// An access token.
    Session,
}

use Access::{Anyone, Login, Session};

const fn row(id: &'static str, access: Access, handler: Handler) -> Row {
    Row { id, access, handler }
}

/// The row of an operation.
pub(super) fn row_of(id: &str) -> Option<&'static Row> {
    OPERATIONS.iter().find(|row| row.id == id)
}

/// What comes without `data` in the samples, or shares its model with what does.
pub(super) const BARE: &[&str] = &["create_access_token", "create_personal_info", "update_personal_info"];

pub(super) const OPERATIONS: &[Row] = &[
    row("create_access_token", Login, sessions::login),
    row("refresh_access_token", Login, sessions::refresh),
    row("create_user", Session, users::create),
    row("list_countries", Session, places::countries),
    row("list_states", Session, places::states),
    row("list_cities", Session, places::cities),
    row("create_personal_info", Session, kyc::create_personal),
    row("update_personal_info", Session, kyc::update_personal),
    row("create_address", Session, addresses::create),
    row("update_address", Session, addresses::update),
    row("create_identification", Session, kyc::create_identification),
    row("update_identification", Session, kyc::update_identification),
    row("get_kyc", Session, kyc::get),
    row("create_account", Session, accounts::create),
    row("list_accounts", Session, accounts::list),
    row("get_account", Session, accounts::get),
    row("get_account_ledger", Session, accounts::ledger),
    row("validate_iban", Session, contacts::validate_iban),
    row("create_payment_contact", Session, contacts::create),
    row("create_direct_transfer", Session, transfers::create),
    row("list_transactions", Session, transactions::list),
    row("get_transaction", Session, transactions::get),
    row("list_card_tiers", Session, issuance::tiers),
    row("list_embossing_names", Session, users::embossing_names),
    row("create_card", Session, issuance::create),
    row("process_card_request", Session, issuance::process),
    row("update_card_manufacturing", Session, issuance::manufacture),
    row("update_card_delivery", Session, issuance::deliver),
    row("activate_card", Session, issuance::activate),
    row("set_card_pin", Session, issuance::set_pin),
    row("get_card", Session, cards::get),
    row("get_card_pan", Session, cards::pan),
    row("get_card_cvv", Session, cards::cvv),
    row("get_card_expiry", Session, cards::expiry),
    row("enroll_card_three_ds", Session, controls::enroll_three_ds),
    row("remove_card_three_ds", Session, controls::remove_three_ds),
    row("update_card_status", Session, controls::update_status),
    row("toggle_card_freeze", Session, controls::toggle_freeze),
    row("update_card_account", Session, controls::update_account),
    row("report_card_issue", Session, reports::report),
    row("review_card_issue", Session, reports::review),
    row("replace_card", Session, reports::replace),
    row("renew_card", Session, reports::renew),
    row("decline_card_issue", Session, reports::decline),
    row("list_card_issues", Session, reports::list),
    row("convert_card", Session, conversion::convert),
    row("process_card_conversion", Session, conversion::process),
    row("list_card_security", Session, rules::list_security),
    row("update_card_security", Session, rules::update_security),
    row("reset_card_security", Session, rules::reset_security),
    row("list_transaction_limits", Session, rules::list_limits),
    row("update_transaction_limit", Session, rules::update_limit),
    row("ping", Anyone, pong),
];

/// The desk says it, in the form that is set.
fn pong(_: &mut World, _: &Request) -> Reply {
    Ok("".into())
}
