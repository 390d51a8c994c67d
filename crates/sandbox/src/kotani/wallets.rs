//! The integrator's wallets.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::settle::deposits_of;
use super::transaction::{Crypto, Kind, Transaction};
use super::world::{self, World};
use crate::MovementKind;
use crate::json::{Json, Object};
use crate::money::{exact_sum, token};

/// A wallet of money: what came in waits in `deposits` until it is moved to `balance`.
#[derive(Clone, Debug)]
pub(super) struct FiatWallet {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) country: String,
    pub(super) balance: Decimal,
    pub(super) deposits: Decimal,
    /// Nothing may move.
    pub(super) locked: bool,
}

/// A wallet of one token.
#[derive(Clone, Debug)]
pub(super) struct CryptoWallet {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) chain: String,
    pub(super) coin: String,
    pub(super) address: String,
    pub(super) balance: Decimal,
}

impl World {
    pub(super) fn fiat_wallet(&self, id: &str) -> Option<&FiatWallet> {
        self.fiat.iter().find(|wallet| wallet.id == id)
    }

    /// What a wallet holds, of either kind.
    pub(super) fn balance(&self, id: &str) -> Option<Decimal> {
        let crypto = self.crypto.iter().find(|wallet| wallet.id == id);
        self.fiat_wallet(id).map(|wallet| wallet.balance).or_else(|| crypto.map(|wallet| token(wallet.balance)))
    }

    /// The wallet that money is to go into or come from: not a locked one.
    pub(super) fn open_wallet(&self, id: &str) -> Result<&FiatWallet, Refusal> {
        let wallet = self.fiat_wallet(id).ok_or_else(unknown)?;
        if wallet.locked { Err(Refusal::bad("Wallet is locked")) } else { Ok(wallet) }
    }

    pub(super) fn wallet_of_currency(&self, currency: &str) -> Result<&FiatWallet, Refusal> {
        self.fiat.iter().find(|wallet| wallet.currency == currency).ok_or_else(unknown)
    }

    /// Takes a withdrawal's money out of its wallet; [`Self::withdrawn`] says so.
    pub(super) fn debit(&mut self, one: &Transaction) -> Result<(), Refusal> {
        let id = one.wallet.clone().unwrap_or_default();
        self.open_wallet(&id)?;
        let wallet = self.fiat.iter_mut().find(|wallet| wallet.id == id).ok_or_else(unknown)?;
        let left = exact_sum(wallet.balance, -one.amount).filter(|left| *left >= Decimal::ZERO);
        wallet.balance = left.ok_or_else(|| Refusal::bad("Insufficient funds in fiat wallet"))?;
        Ok(())
    }

    /// Records what was debited for a withdrawal.
    pub(super) fn withdrawn(&mut self, one: &Transaction) {
        let from = one.wallet.as_deref().unwrap_or_default();
        self.moved(MovementKind::Withdrawal, one, from, &one.party, (one.amount, &one.currency));
    }

    /// Takes crypto out of the integrator's wallet of this chain and token; gives the wallet's id and address.
    pub(super) fn debit_crypto(&mut self, crypto: &Crypto) -> Result<(String, String), Refusal> {
        let is = |wallet: &&mut CryptoWallet| wallet.chain == crypto.chain && wallet.coin == crypto.token;
        let wallet = self.crypto.iter_mut().find(is);
        let wallet = wallet.ok_or_else(|| Refusal::bad("Chain or Token not supported"))?;
        let left = exact_sum(wallet.balance, -crypto.amount).filter(|left| *left >= Decimal::ZERO);
        wallet.balance = left.ok_or_else(|| Refusal::bad("Insufficient crypto amount"))?;
        Ok((wallet.id.clone(), wallet.address.clone()))
    }
}

fn unknown() -> Refusal {
    Refusal::not_found("Wallet Not Found")
}

fn render_fiat(wallet: &FiatWallet) -> Object {
    Object::new()
        .with("name", wallet.name.as_str())
        .with("type", "fiat")
        .with("currency", wallet.currency.as_str())
        .with("country", wallet.country.as_str())
        .with("integrator", "integrator-1")
        .with("status", if wallet.locked { "suspended" } else { "active" })
        .with("id", wallet.id.as_str())
        .with("balance", wallet.balance)
        .with("deposit_balance", wallet.deposits)
}

fn render_crypto(wallet: &CryptoWallet) -> Object {
    let balance = token(wallet.balance);
    let holding = Object::new()
        .with("token", wallet.coin.as_str())
        .with("balance", balance.to_string())
        .with("fiatValue", balance.to_string());
    let holdings = (!balance.is_zero()).then_some(holding);
    Object::new()
        .with("name", wallet.name.as_str())
        .with("balance", balance)
        .with("address", wallet.address.as_str())
        .with("type", "crypto")
        .with("coin", wallet.coin.as_str())
        .with("chain", wallet.chain.as_str())
        .with("id", wallet.id.as_str())
        .with("tokenBalance", holdings.into_iter().collect::<Json>())
        .with("fiatBalance", balance)
        .with("fiatCurrency", "USD")
        .with("explorerUrl", format!("https://explorer.example/{}", wallet.address))
}

pub(super) fn list_fiat(world: &mut World, _: &Request) -> Reply {
    Ok(world.fiat.iter().map(render_fiat).collect())
}

pub(super) fn get_fiat(world: &mut World, request: &Request) -> Reply {
    Ok(render_fiat(world.fiat_wallet(request.id()).ok_or_else(unknown)?).into())
}

pub(super) fn get_fiat_by_currency(world: &mut World, request: &Request) -> Reply {
    let is_wanted = |wallet: &&FiatWallet| {
        let country = request.query("country");
        wallet.currency == request.id() && country.is_none_or(|country| wallet.country == country)
    };
    Ok(render_fiat(world.fiat.iter().find(is_wanted).ok_or_else(unknown)?).into())
}

/// The wallets as bulk payments list them.
pub(super) fn list_bulk(world: &mut World, _: &Request) -> Reply {
    let row = |wallet: &FiatWallet| {
        Object::new()
            .with("id", wallet.id.as_str())
            .with("name", wallet.name.as_str())
            .with("currency", wallet.currency.as_str())
            .with("balance", wallet.balance)
    };
    Ok(world.fiat.iter().map(row).collect())
}

pub(super) fn create_fiat(world: &mut World, request: &Request) -> Reply {
    let wallet = FiatWallet {
        id: world.random.reference("wallet-"),
        name: request.text("name"),
        currency: request.text("currency"),
        country: request.text("country"),
        balance: Decimal::new(0, 2),
        deposits: Decimal::new(0, 2),
        locked: false,
    };
    let answer = render_fiat(&wallet).into();
    world.fiat.push(wallet);
    Ok(answer)
}

pub(super) fn update_fiat(world: &mut World, request: &Request) -> Reply {
    let wallet = world.fiat.iter_mut().find(|wallet| wallet.id == request.id()).ok_or_else(unknown)?;
    wallet.name = request.text("name");
    if let Some(country) = request.fields.text("country") {
        wallet.country = country;
    }
    if let Some(locked) = request.fields.flag("locked") {
        wallet.locked = locked;
    }
    Ok(render_fiat(wallet).into())
}

/// Moves the deposit balance, or all of it if no amount is given, to the main balance.
pub(super) fn transfer_deposits(world: &mut World, request: &Request) -> Reply {
    let id = request.text("walletId");
    let wallet = world.open_wallet(&id)?;
    let (currency, deposits) = (wallet.currency.clone(), wallet.deposits);
    let amount = request.fields.json("amount").map(|_| request.fields.amount("amount"));
    let amount = world::fiat(amount.unwrap_or(Some(deposits)), "amount")?;
    let too_much = || Refusal::bad("Insufficient deposit balance");
    let left = exact_sum(deposits, -amount).filter(|left| *left >= Decimal::ZERO).ok_or_else(too_much)?;
    let wallet = world.fiat.iter_mut().find(|wallet| wallet.id == id).ok_or_else(unknown)?;
    wallet.balance = exact_sum(wallet.balance, amount).ok_or_else(too_much)?;
    wallet.deposits = left;
    let answer = render_fiat(wallet).into();
    let mut moved = Transaction::new(Kind::MobileMoney, String::new(), amount, &currency, world.now());
    moved.id = world.random.reference("transfer-");
    world.moved(MovementKind::Transfer, &moved, &deposits_of(&id), &id, (amount, &currency));
    Ok(answer)
}

pub(super) fn list_crypto(world: &mut World, _: &Request) -> Reply {
    Ok(world.crypto.iter().map(render_crypto).collect())
}

pub(super) fn get_crypto(world: &mut World, request: &Request) -> Reply {
    let wallet = world.crypto.iter().find(|wallet| wallet.id == request.id());
    Ok(render_crypto(wallet.ok_or_else(unknown)?).into())
}

pub(super) fn create_crypto(world: &mut World, request: &Request) -> Reply {
    let chain = request.text("chain");
    let usual = match chain.as_str() {
        "CELO" => "CUSD",
        "LIGHTNING" => "MSAT",
        "CARDANO" => "ADA",
        "HEDERA" => "HBAR",
        _ => "USDT",
    };
    let wallet = CryptoWallet {
        id: world.random.reference("wallet-"),
        name: request.text("name"),
        coin: request.fields.text("coin").unwrap_or_else(|| usual.to_owned()),
        chain,
        address: world.random.token("0x"),
        balance: Decimal::new(0, 2),
    };
    let answer = render_crypto(&wallet).into();
    world.crypto.push(wallet);
    Ok(answer)
}
