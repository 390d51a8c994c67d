//! The operations: who may call each, and what answers it.

use super::desk::{Reply, Request};
use super::world::World;
use super::{
    accounts, auth, bridge, bulk, countries, csv, customers, deposits, integrators, invoices, kyc, offramp, onramp,
    pages, quotes, rates, refunds, wallets, withdrawals,
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
    Anyone,
    /// API key or access token.
    Caller,
    /// Access token.
    Session,
    /// Refresh token.
    Refresh,
    /// The settling partner's signature.
    Partner,
}

use Access::{Anyone, Caller, Partner, Refresh, Session};

const fn row(id: &'static str, access: Access, handler: Handler) -> Row {
    Row { id, access, handler }
}

/// The row of an operation.
pub(super) fn row_of(id: &str) -> Option<&'static Row> {
    OPERATIONS.iter().find(|row| row.id == id)
}

pub(super) const OPERATIONS: &[Row] = &[
    row("create_api_key", Session, auth::create_key),
    row("create_plain_api_key", Session, auth::create_plain_key),
    row("send_magic_link", Anyone, auth::send_magic_link),
    row("verify_magic_link", Anyone, auth::verify_magic_link),
    row("verify_human", Anyone, auth::verify_human),
    row("refresh_token", Refresh, auth::refresh),
    row("create_bulk_batches", Caller, bulk::create),
    row("preview_bulk_batches", Caller, bulk::preview),
    row("process_bulk_batch", Caller, bulk::process),
    row("get_bulk_batch", Caller, bulk::batch),
    row("list_bulk_batches", Caller, bulk::batches),
    row("list_batch_payments", Caller, bulk::payments),
    row("get_bulk_transaction", Caller, bulk::transaction),
    row("list_bulk_transactions", Caller, bulk::transactions),
    row("get_bulk_statistics", Caller, bulk::statistics),
    row("list_bulk_wallets", Caller, wallets::list_bulk),
    row("validate_bulk_csv", Caller, csv::validate),
    row("list_banks", Caller, countries::banks),
    row("list_withdrawal_banks", Caller, countries::banks_of_currency),
    row("list_countries", Caller, countries::list),
    row("get_country", Caller, countries::get),
    row("get_country_networks", Caller, countries::networks),
    row("get_deposit_service", Caller, countries::deposit_service),
    row("get_withdraw_service", Caller, countries::withdraw_service),
    row("list_payment_providers", Anyone, countries::providers),
    row("check_health", Anyone, countries::health),
    row("list_supported_chains", Caller, countries::chains),
    row("create_invoice", Caller, invoices::create),
    row("get_invoice", Caller, invoices::get),
    row("pay_invoice", Caller, invoices::pay),
    row("get_invoice_payment", Caller, invoices::payment),
    row("create_customer", Caller, customers::create),
    row("list_customers", Caller, customers::list),
    row("get_customer", Caller, customers::get),
    row("update_customer", Caller, customers::update),
    row("get_customer_by_phone", Caller, customers::get_by_phone),
    row("validate_bank_account", Caller, accounts::validate_bank),
    row("validate_mobile_money_account", Caller, accounts::validate_mobile_money),
    row("create_mobile_money_deposit", Caller, deposits::create_mobile_money),
    row("get_deposit_status", Caller, deposits::mobile_money),
    row("create_bank_checkout", Caller, deposits::create_checkout),
    row("get_bank_checkout_status", Caller, deposits::checkout),
    row("create_card_deposit", Caller, deposits::create_card),
    row("get_card_deposit_status", Caller, deposits::card),
    row("create_onchain_deposit", Caller, deposits::create_onchain),
    row("get_onchain_deposit_status", Caller, deposits::onchain),
    row("list_deposits", Caller, pages::deposits),
    row("create_crypto_bridge_deposit", Caller, bridge::create),
    row("get_crypto_bridge_status", Caller, bridge::status),
    row("report_provider_settlement", Partner, bridge::settlement),
    row("get_bridge_refund_config", Caller, bridge::refund_config),
    row("regenerate_bridge_refund_config", Caller, bridge::regenerate_refund_config),
    row("create_integrator", Anyone, integrators::create),
    row("get_integrator", Caller, integrators::get),
    row("update_webhook", Caller, integrators::update_webhook),
    row("create_kyc_details", Caller, kyc::create_details),
    row("create_kyc_address", Caller, kyc::create_address),
    row("create_kyc_document", Caller, kyc::create_document),
    row("get_kyc_status", Caller, kyc::status),
    row("list_kyc_users", Caller, kyc::users),
    row("create_offramp", Caller, offramp::create),
    row("get_offramp_status", Caller, offramp::status),
    row("list_offramps", Caller, offramp::list),
    row("cancel_offramp", Caller, offramp::cancel),
    row("get_refund_status", Caller, refunds::status),
    row("retry_refund", Caller, refunds::retry),
    row("retry_refunds", Caller, refunds::retry_some),
    row("retry_all_failed_refunds", Caller, refunds::retry_all),
    row("submit_refund_invoice", Caller, refunds::submit_invoice),
    row("create_onramp", Caller, onramp::create),
    row("get_onramp_status", Caller, onramp::status),
    row("send_crypto", Caller, onramp::send),
    row("get_crypto_send_status", Caller, onramp::sent),
    row("quote_onramp", Caller, quotes::onramp),
    row("quote_offramp", Caller, quotes::offramp),
    row("quote_crypto_bridge", Caller, quotes::bridge),
    row("quote_fiat", Caller, quotes::fiat),
    row("list_rates", Caller, rates::list),
    row("get_rate", Caller, rates::get),
    row("list_public_rates", Anyone, rates::list),
    row("get_public_rate", Anyone, rates::get),
    row("create_crypto_wallet", Caller, wallets::create_crypto),
    row("list_crypto_wallets", Caller, wallets::list_crypto),
    row("get_crypto_wallet", Caller, wallets::get_crypto),
    row("create_fiat_wallet", Caller, wallets::create_fiat),
    row("list_fiat_wallets", Caller, wallets::list_fiat),
    row("get_fiat_wallet", Caller, wallets::get_fiat),
    row("get_fiat_wallet_by_currency", Caller, wallets::get_fiat_by_currency),
    row("update_fiat_wallet", Caller, wallets::update_fiat),
    row("transfer_deposit_balance", Caller, wallets::transfer_deposits),
    row("create_mobile_money_withdrawal", Caller, withdrawals::create_mobile_money),
    row("create_bank_withdrawal_v1", Caller, withdrawals::create_bank_v1),
    row("create_lipa_na_mpesa_withdrawal", Caller, withdrawals::create_lipa_na_mpesa),
    row("create_paybill_withdrawal", Caller, withdrawals::create_paybill),
    row("get_withdrawal_status", Caller, withdrawals::status),
    row("create_bank_withdrawal", Caller, withdrawals::create_bank),
    row("get_bank_withdrawal_status", Caller, withdrawals::bank_status),
    row("resolve_duplicate_withdrawal", Caller, withdrawals::resolve_duplicate),
    row("list_withdrawals", Caller, pages::withdrawals),
];
