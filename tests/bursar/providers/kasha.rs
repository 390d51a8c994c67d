//! Kasha, as the tests know it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bursar::ConfigError;
use bursar::kasha::types::TransactionNotification;
use bursar::kasha::{Client, Environment, PROVENANCE, operations};
use bursar_kasha::dispatch::ENTRIES;
use bursar_runtime::dispatch::recode;
use bursar_sandbox::kasha::API_KEY;
use sha2::{Digest, Sha256};

use crate::support::marks::debugged;
use crate::support::provider::{Api, Fake, Keys, Leaks, Pages, Provider, Refused, Samples, Wire, codecs};
use crate::support::survival::Misfits;

pub(crate) static KASHA: Provider = Provider {
    name: "kasha",
    operations: operations::ALL,
    provenance: PROVENANCE,
    codecs: || codecs(ENTRIES),
    open,
    environments: || {
        use Environment::{Production, ProductionGateway, Sandbox, Test};
        [Production, ProductionGateway, Test, Sandbox].iter().map(|one| one.url().to_owned()).collect()
    },
    pages: Pages { counts: (12, 12), aliases: false, without: &[] },
    samples: Samples {
        count: 39,
        misfits: MISFITS,
        shared: &[],
        unstated: &[],
        unread: &[],
        webhooks: &[("transactionNotification", "TransactionNotification", recode::<TransactionNotification>)],
        variants: false,
        without: &[],
        recased: false,
        both_casings: &[],
        // Declines come with 200 only; a sample is one.
        refusals: &[
            r#"{"statusCode":400,"message":["No"],"error":"Bad Request"}"#,
            r#"{"statusCode":401,"message":"No"}"#,
        ],
        own_refusals: &[],
        // Telephones and document numbers that nobody has, and a code of an error.
        made_up: &["+34600000001", "25400000001", "00000000191", "2005 - 2005205"],
        no_digits: false,
    },
    wire: Wire {
        keys: &[(&["api_key"], Refused::Only(&[]))],
        same: &[],
        always: &[],
        own: &[],
        made: |scheme, key, seen| (scheme == "signature").then(|| signature(key, &seen.body)),
        left_out: 0,
    },
    leaks: Leaks {
        fields: 130,
        secrets: 22,
        answers: 140,
        arguments: 14,
        shown: operations::RETRY_AFTER,
        headers: &[],
    },
    sandbox: Some(Fake {
        url: |sandbox| sandbox.kasha_url(),
        keys: &[("api_key", API_KEY)],
        other_keys: &[],
        before: &[],
        unanswered: &[],
    }),
};

fn open(url: &str, keys: &Keys) -> Result<Api, ConfigError> {
    let mut builder = Client::builder().environment(Environment::Custom(url.to_owned()));
    if let Some(key) = keys.get("api_key") {
        builder = builder.api_key(key);
    }
    if let Some(secret) = keys.get("signature") {
        builder = builder.signature_secret(secret);
    }
    let shown = debugged(&builder);
    Ok(Api::new(shown, builder.build()?, ENTRIES, |client, options| client.with(options)))
}

/// HMAC-SHA256 (RFC 2104) of a body in Base64; a request without a body has none.
fn signature(key: &str, body: &str) -> String {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key.bytes()).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let digest = |pad: [u8; 64], text: &[u8]| Sha256::digest([&pad, text].concat());
    let inner = digest(pad(0x36), body.as_bytes());
    if body.is_empty() { String::new() } else { BASE64_STANDARD.encode(digest(pad(0x5c), &inner)) }
}

/// All samples survive.
const MISFITS: &[(&str, Misfits)] = &[];
