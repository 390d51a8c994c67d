//! Generated code for documents that nobody here designed, one module per document; `tests/` drives payloads through all of them.

use bursar_runtime::dispatch::{Arguments, Decoded, Dispatched};
use bursar_runtime::{Core, Operation, Reply, Undecodable};

/// One document's generated client, its types out of sight.
pub struct Row {
    /// Name of the document.
    pub name: &'static str,
    /// Its operations.
    pub operations: &'static [&'static Operation],
    /// Reads an answer of an operation and writes it again.
    pub decode: fn(&str, &Reply) -> Option<Decoded>,
    /// Reads a request body of an operation and writes it again.
    pub recode: fn(&str, &[u8]) -> Option<Recoded>,
    /// A client over a configured core.
    pub client: fn(Core) -> Box<dyn Client>,
}

/// A request body written again, or why it does not read.
pub type Recoded = Result<String, Undecodable>;

/// A client of a row.
pub trait Client: std::fmt::Debug + Send + Sync {
    /// Calls an operation by its id.
    fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Option<Dispatched<'a>>;
}

macro_rules! rows {
    ($($row:ident)*) => {
        $(
            #[rustfmt::skip]
            #[allow(missing_docs, deprecated, unreachable_pub, unused_imports, clippy::all)]
            pub mod $row;

            impl Client for $row::client::Client {
                fn call<'a>(&'a self, operation: &str, arguments: &'a Arguments) -> Option<Dispatched<'a>> {
                    let entry = $row::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                    Some((entry.call)(self, arguments))
                }
            }
        )*

        /// All rows.
        pub static ROWS: &[Row] = &[$(Row {
            name: stringify!($row),
            operations: $row::operations::ALL,
            decode: |operation, reply| {
                let entry = $row::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                Some((entry.decode)(entry.operation, reply))
            },
            recode: |operation, body| {
                let entry = $row::dispatch::ENTRIES.iter().find(|entry| entry.operation.id == operation)?;
                Some(entry.recode?(body).map(|echo| echo.json))
            },
            client: |core| Box::new($row::client::Client::from_core(core)),
        }),*];
    };
}

rows! {
    containers_in_containers
    described_scalars
    enum_values_alike
    json_document
    names_of_rust
    read_only_members
    text_of_any_kind
    unused_schemas
    petstore_like
    q01a_two_successes
    q01b_two_errors
    q01c_error_without_body
    q01d_body_and_empty
    q01e_default
    q01f_2xx_default
    q01g_private_statuses
    q01h_ranges
    q01i2_only_errors
    q01i_odd_statuses
    q01j2_unions_no_default
    q01j_shared_unions
    q01k_any_media
    q01l_inline_answers
    q01m_empty_answer
    q02a_multipart
    q02b_urlencoded
    q02c2_text_request
    q02c3_raw_answers
    q02c4_problem_json
    q02c_octet_stream
    q02d_csv_request
    q02e_xml_request
    q02g2_unusual_bodies
    q02g_optional_body
    q02j2_vendor_answer
    q02j_vendor_request
    q02k_json_parameters
    q03_field_order
    q03s_security
    q04a2_request_enum
    q04a3_empty_value
    q04a4_odd_values
    q04a_closed_enum
    q04d3_titles
    q04f_integer_enum
    q04g_scalar_union
    q04h2_null_containers
    q04h3_all_nullable
    q04h4_defaults
    q04h_optional_nullable
    q04i3_typed_extra
    q04i4_closed_request
    q04i5_pure_maps
    q04i7_free_extra
    q04i_open_object
    q04j_array_or_object
    q04k2_request_unions
    q04k_required_union
    q04l2_tag_enums
    q04l3_inline_tag_enums
    q04l5_two_tags_one_branch
    q04l_discriminator
    q04m4_described_ref
    q04m_all_of
    q04n2_whole_floats
    q04n3_formats
    q04n_constraints
    q04q_patch
    q04t_pascal_names
    q04u_odd_properties
    q04v_recursive
    q04w_bare_answers
    q04x_nested_containers
    q05a_major_number
    q05b_major_text
    q05c_minor
    q05d_in_unions
    q05e_in_containers
    q05f_money_operation
    q06a_dates_in_bodies
    q06b_dates_in_parameters
    q07a_secret_bodies
    q07b_secret_parameters
    q08c_headers
    q08d_cookies
    q08e_deep_object
    q08f_query_arrays
    q08g_csv_arrays
    q08h_form_object
    q08i_bracket_names
    q08j_path_segments
    q08k_base_path
    q08l_tags
    q08m_deprecated
    q08n_response_headers
    q08o_local_refs
    q08p_parameter_names
    q08q_sibling_file
    q09a_descriptions
    q09b_no_words
    x01_filled_headers
    x02_envelopes
    x03_versions
    x04_checks
}
