//! Do clients that others wrote get through: the bytes of the official Kontist SDK, and of clients that a Python generator makes of the
//! documents?

mod generated;
mod kontist_sdk;
mod wire;
