//! Kontist: what only a login in the browser has.

mod login;
