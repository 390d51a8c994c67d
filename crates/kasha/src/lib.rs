//! Typed client for Kasha, the payment cashier: pay-in, pay-out, refund.

mod codes;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
mod setup;

pub use bursar_runtime::{
    AnyError, BuildError, ConfigError, Core, Credential, Currency, DateError, DateTime, Download, Empty, Error,
    FilePart, Kind, List, Major, Minor, Number, Odd, Open, Options, Outcome, Phase, Progress, Response, Secret,
    StringOrInteger, major,
};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use setup::{Builder, Environment};

/// What the runtime knows about Kasha.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kasha",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
