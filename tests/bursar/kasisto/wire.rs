//! What of Kasisto's requests is set by the client: the locale, and an id of each request.

use std::collections::BTreeSet;

use bursar::kasisto::Options;

use super::customer;
use crate::providers::KASISTO;
use crate::support::document::operations;
use crate::support::provider::{Api, Keys};
use crate::wire::{Expected, answering, check, sent};

use bursar_kasisto::dispatch::ENTRIES;

/// The locale of the builder, of the call, or none.
#[tokio::test]
async fn every_operation_carries_its_locale_and_an_id_of_its_own() {
    let keys = Keys::named(&[("secret", super::SECRET), ("token", super::TOKEN)]);
    let mut request_ids = BTreeSet::new();
    for documented in operations("kasisto") {
        let schemes = documented.sent_with(&keys.schemes()).expect("keys that suffice");
        for locale in [None, Some("zh_HK"), Some("en_US")] {
            let server = answering(&documented).await;
            // A client of its own each time: an answer that hands out a token changes what the next call carries.
            let builder = customer(&server.url);
            let client = match locale {
                None => builder.build().expect("a client"),
                Some("zh_HK") => builder.locale("zh_HK").build().expect("a client"),
                Some(other) => {
                    let client = builder.locale("zh_HK").build().expect("a client");
                    client.with(Options::new().header("locale", other))
                }
            };
            let api = Api::new(String::new(), client, ENTRIES, |client, options| client.with(options));
            let arguments = super::arguments(documented.json_example());
            let seen = sent(&server, &documented, &api, &arguments).await;
            let options: Vec<_> = locale.into_iter().map(|locale| ("locale".to_owned(), locale)).collect();
            let body = documented.request_example();
            let with =
                Expected { provider: &KASISTO, keys: &keys, schemes: &schemes, options: &options, query: true, body };
            for id in check(&seen, &documented, &with).uuids {
                assert!(request_ids.insert(id), "a request_id came twice");
            }
        }
    }
    assert_eq!(
        request_ids.len(),
        3 * (ENTRIES.len() - 2),
        "all operations but the two drafts of 2016 have a request_id"
    );
}
