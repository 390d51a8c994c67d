//! The operations: which credential each takes, and what answers it.

use super::desk::{Reply, Request};
use super::world::World;
use super::{challenges, devices, jwt, oauth, standing, timed, transactions, transfers, user};

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
    Anyone,
    /// Any access token, or HTTP Basic.
    Bank,
    /// Any access token.
    Token,
    /// An auth token of the JWT kind.
    Jwt,
    /// A confirmed token.
    Confirmed,
}

use Access::{Anyone, Bank, Confirmed, Jwt, Token};

const fn row(id: &'static str, access: Access, handler: Handler) -> Row {
    Row { id, access, handler }
}

/// The row of an operation.
pub(super) fn row_of(id: &str) -> Option<&'static Row> {
    OPERATIONS.iter().find(|row| row.id == id)
}

pub(super) const OPERATIONS: &[Row] = &[
    row("list_accounts", Bank, user::accounts),
    row("list_transactions", Bank, transactions::list),
    row("list_transactions_v2", Bank, transactions::list_v2),
    row("list_transactions_v1", Bank, transactions::list_v1),
    row("get_transaction", Bank, transactions::get),
    row("create_transfer", Bank, transfers::create),
    row("confirm_transfer", Bank, transfers::confirm),
    row("list_transfers", Token, transfers::list),
    row("create_standing_order", Bank, standing::create),
    row("list_standing_orders", Bank, standing::list),
    row("confirm_standing_order", Bank, standing::confirm),
    row("update_standing_order", Bank, standing::update),
    row("cancel_standing_order", Bank, standing::cancel),
    row("create_timed_order", Bank, timed::create),
    row("list_timed_orders", Bank, timed::list),
    row("confirm_timed_order", Bank, timed::confirm),
    row("cancel_timed_order", Bank, timed::cancel),
    row("get_user", Token, user::get),
    row("list_future_transactions", Token, timed::future),
    row("list_transfer_suggestions", Token, user::suggestions),
    row("list_account_transfer_suggestions", Token, user::suggestions),
    row("get_statement", Token, user::statement),
    row("get_account_statement", Token, user::statement),
    row("create_refresh_token", Anyone, jwt::create_refresh_token),
    row("delete_refresh_token", Jwt, jwt::delete_refresh_token),
    row("create_auth_token", Anyone, jwt::create_auth_token),
    row("delete_auth_token", Jwt, jwt::delete_auth_token),
    row("authorize", Anyone, oauth::authorize),
    row("create_oauth_token", Anyone, oauth::token),
    row("logout", Anyone, oauth::logout),
    row("create_mfa_challenge", Token, challenges::create),
    row("list_mfa_challenges", Token, challenges::list),
    row("get_mfa_challenge", Token, challenges::get),
    row("update_mfa_challenge", Confirmed, challenges::update),
    row("create_mfa_confirmed_token", Token, challenges::token),
    row("create_device", Token, devices::create),
    row("verify_device", Token, devices::verify),
    row("create_device_challenge", Token, devices::challenge),
    row("verify_device_challenge", Token, devices::answer),
];
