//! VaultsPay: what only a provider with sealed bodies and logins has.

mod leaks;
