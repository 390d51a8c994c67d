//! The kinds of OpenAPI objects: which keys each has, and what they hold.

use serde_json::{Map, Value};

use crate::vocabulary::Site;

/// A kind of OpenAPI object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    Tag,
    ExternalDocs,
    Components,
    Paths,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    SecurityScheme,
    Flows,
    Flow,
    Schema,
}

/// An OpenAPI object of the document; one that refers elsewhere by `$ref` counts as an object of its kind.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) object: &'d Map<String, Value>,
}

/// What a key holds.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    Text,
    Bool,
    Texts,
    /// Data, or something that a rule of its own looks at.
    Any,
    One(Kind),
    Many(Kind),
    Named(Kind),
}
use Holds::{Any, Bool, Many, Named, One, Text, Texts};

impl Kind {
    /// Its keys; `!` marks a required one.
    #[rustfmt::skip]
    pub(super) fn keys(self) -> &'static [(&'static str, Holds)] {
        match self {
            Kind::Document => &[
                ("openapi", Any), ("info!", One(Kind::Info)), ("servers", Many(Kind::Server)), ("paths!", One(Kind::Paths)),
                ("components", One(Kind::Components)), ("security", Any), ("tags", Many(Kind::Tag)),
                ("externalDocs", One(Kind::ExternalDocs)), ("webhooks", Any),
            ],
            Kind::Info => &[
                ("title!", Text), ("description", Text), ("termsOfService", Text), ("contact", One(Kind::Contact)),
                ("license", One(Kind::License)), ("version!", Text),
            ],
            Kind::Contact => &[("name", Text), ("url", Text), ("email", Text)],
            Kind::License => &[("name!", Text), ("url", Text)],
            Kind::Server => &[("url!", Text), ("description", Text), ("variables", Any)],
            Kind::Tag => &[("name!", Text), ("description", Text), ("externalDocs", One(Kind::ExternalDocs))],
            Kind::ExternalDocs => &[("description", Text), ("url!", Text)],
            Kind::Components => &[
                ("schemas", Named(Kind::Schema)), ("responses", Named(Kind::Response)), ("parameters", Named(Kind::Parameter)),
                ("examples", Any), ("requestBodies", Named(Kind::RequestBody)), ("headers", Named(Kind::Header)),
                ("securitySchemes", Named(Kind::SecurityScheme)), ("links", Any), ("callbacks", Any),
            ],
            Kind::PathItem => &[
                ("$ref", Any), ("summary", Text), ("description", Text), ("servers", Any), ("parameters", Many(Kind::Parameter)),
                ("get", One(Kind::Operation)), ("put", One(Kind::Operation)), ("post", One(Kind::Operation)),
                ("delete", One(Kind::Operation)), ("options", One(Kind::Operation)), ("head", One(Kind::Operation)),
                ("patch", One(Kind::Operation)), ("trace", One(Kind::Operation)),
            ],
            Kind::Operation => &[
                ("tags", Texts), ("summary", Text), ("description", Text), ("externalDocs", One(Kind::ExternalDocs)),
                ("operationId", Text), ("parameters", Many(Kind::Parameter)), ("requestBody", One(Kind::RequestBody)),
                ("responses", One(Kind::Responses)), ("callbacks", Any), ("deprecated", Bool), ("security", Any), ("servers", Any),
            ],
            Kind::Parameter => &[
                ("name!", Text), ("in!", Text), ("description", Text), ("required", Bool), ("deprecated", Bool),
                ("allowEmptyValue", Bool), ("style", Text), ("explode", Bool), ("allowReserved", Bool),
                ("schema", One(Kind::Schema)), ("content", Any), ("example", Any), ("examples", Any),
            ],
            Kind::Header => &[
                ("description", Text), ("required", Bool), ("deprecated", Bool), ("style", Text), ("explode", Bool),
                ("schema", One(Kind::Schema)), ("content", Any), ("example", Any), ("examples", Any),
            ],
            Kind::RequestBody => &[("description", Text), ("content!", Named(Kind::MediaType)), ("required", Bool)],
            Kind::MediaType => &[
                ("schema", One(Kind::Schema)), ("example", Any), ("examples", Any), ("encoding", Named(Kind::Encoding)),
            ],
            Kind::Encoding => &[("contentType", Text)],
            Kind::Response => &[
                ("description!", Text), ("headers", Named(Kind::Header)), ("content", Named(Kind::MediaType)), ("links", Any),
            ],
            Kind::SecurityScheme => &[
                ("type!", Text), ("description", Text), ("name", Text), ("in", Text), ("scheme", Text), ("bearerFormat", Text),
                ("flows", One(Kind::Flows)), ("openIdConnectUrl", Text),
            ],
            Kind::Flows => &[
                ("implicit", One(Kind::Flow)), ("password", One(Kind::Flow)), ("clientCredentials", One(Kind::Flow)),
                ("authorizationCode", One(Kind::Flow)),
            ],
            Kind::Flow => &[("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text), ("scopes!", Any)],
            // These are walked by what their keys mean; the rules on schemas know the schema keywords.
            Kind::Paths | Kind::Responses | Kind::Schema => &[],
        }
    }

    /// Where its `x-` keys stand.
    pub(super) fn site(self) -> Site {
        match self {
            Kind::Document => Site::Document,
            Kind::Operation => Site::Operation,
            Kind::Parameter => Site::Parameter,
            Kind::Response => Site::Response,
            Kind::Schema => Site::Schema,
            _ => Site::Other,
        }
    }

    /// How messages call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Document => "the document's root",
            Kind::Info => "info",
            Kind::Contact => "contact",
            Kind::License => "license",
            Kind::Server => "a server",
            Kind::Tag => "a tag",
            Kind::ExternalDocs => "externalDocs",
            Kind::Components => "components",
            Kind::Paths => "paths",
            Kind::PathItem => "a path",
            Kind::Operation => "an operation",
            Kind::Parameter => "a parameter",
            Kind::Header => "a header",
            Kind::RequestBody => "a request body",
            Kind::MediaType => "a media type",
            Kind::Encoding => "a supported encoding",
            Kind::Responses => "responses",
            Kind::Response => "a response",
            Kind::SecurityScheme => "a security scheme",
            Kind::Flows => "OAuth flows",
            Kind::Flow => "an OAuth flow",
            Kind::Schema => "a schema",
        }
    }

    /// Whether the object may be a `$ref` instead.
    pub(crate) fn may_refer(self) -> bool {
        self.section().is_some()
    }

    /// The section of components that a `$ref` in its place must name.
    pub(crate) fn section(self) -> Option<&'static str> {
        match self {
            Kind::Schema => Some("schemas"),
            Kind::Response => Some("responses"),
            Kind::Parameter => Some("parameters"),
            Kind::RequestBody => Some("requestBodies"),
            Kind::Header => Some("headers"),
            Kind::SecurityScheme => Some("securitySchemes"),
            _ => None,
        }
    }
}

/// Keys of OpenAPI that are refused here, with rule and way out.
pub(super) fn not_carried(kind: Kind) -> &'static [(&'static str, &'static str, &'static str)] {
    const CALLBACKS: &str = "describe the provider's calls in text; webhooks are decoded by hand-written code";
    const LINKS: &str = "remove it, or move it to the description";
    const SERVERS: &str = "declare servers at the root only";
    const PATH: &str = "repeat the path";
    match kind {
        Kind::Document => &[("callbacks", "webhooks", CALLBACKS)],
        Kind::Components => &[("callbacks", "callbacks", CALLBACKS), ("links", "links", LINKS)],
        Kind::Operation => &[("callbacks", "callbacks", CALLBACKS), ("server-variable", "servers", SERVERS)],
        Kind::PathItem => &[("server-variable", "servers", SERVERS), ("ref-path-item", "$ref", PATH)],
        Kind::Response => &[("links", "links", LINKS)],
        _ => &[],
    }
}

/// What a value is, in words.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
