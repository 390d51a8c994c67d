//! Do the clients generated from documents that nobody here designed read, write and send what those documents say?
//!
//! The cases stand in `payloads/`, their format in the README. One test per section of the measurements.

mod answers;
mod body;
mod cases;
mod client;
mod hidden;
mod inventory;
mod requests;
mod server;
mod tree;
mod typed;
mod wire;

macro_rules! sections {
    ($($section:ident: $prefix:literal,)*) => {
        const SECTIONS: &[&str] = &[$($prefix),*];

        $(
            #[tokio::test]
            async fn $section() {
                cases::section($prefix).await;
            }
        )*
    };
}

sections! {
    petstore: "petstore",
    q01_responses: "q01",
    q02_bodies: "q02",
    q03_order_and_security: "q03",
    q04_values: "q04",
    q05_money: "q05",
    q06_dates: "q06",
    q07_secrets: "q07",
    q08_parameters_and_documents: "q08",
    q09_descriptions: "q09",
    x_vocabulary: "x",
    containers_in_containers: "containers",
    described_scalars: "described",
    enum_values_alike: "enum",
    json_documents: "json",
    names_of_rust: "names",
    read_only_members: "read_only",
    text_of_any_kind: "text",
    unused_schemas: "unused",
}
