//! The names of all rules, and what each asks.

/// A rule that documents are held to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Its name, as refusals print it.
    pub(crate) name: &'static str,
    /// What it asks of a document.
    pub(crate) meaning: &'static str,
}

const fn rule(name: &'static str, meaning: &'static str) -> Rule {
    Rule { name, meaning }
}

/// All rules, by theme.
#[rustfmt::skip]
pub(crate) const RULES: &[Rule] = &[
    // YAML
    rule("yaml-syntax", "the file is one plain YAML mapping, or one JSON object: no tags, no complex keys, no number that loses digits"),
    rule("yaml-duplicate-key", "a key stands once in a mapping"),
    rule("yaml-bare-word", "yes, no, on, off, y, n, dates, times, and keys that look like numbers (statuses) are quoted"),
    rule("yaml-anchor", "no anchors, aliases or merge keys"),
    // Document
    rule("openapi-version", "the document is OpenAPI 3.0.x"),
    rule("server-variable", "servers stand at the root and have no variables"),
    rule("callbacks", "no callbacks or webhooks"),
    rule("links", "no links"),
    rule("ref-external", "a $ref points into this document, or into a file beside it"),
    rule("ref-missing", "what a $ref names exists"),
    rule("ref-deep", "a $ref points to a component of the right section: #/components/<section>/<name>"),
    rule("ref-path-item", "a path is written out, not referred to"),
    rule("unknown-key", "an OpenAPI object has only the keys that OpenAPI 3.0 gives it"),
    rule("unknown-extension", "an x- key is one of our vocabulary and stands where it means something"),
    rule("bad-extension", "an x- key has the shape that our vocabulary gives it"),
    rule("shape", "every value has the kind that OpenAPI asks for, and required keys are there"),
    // Names
    rule("operation-id-missing", "every operation has an operationId"),
    rule("operation-id-duplicate", "operation ids differ in snake_case"),
    rule("operation-id-reserved", "no operation id is a name that the client itself has"),
    rule("name-collision", "components and the types made of operations and inline schemas differ in PascalCase, case aside"),
    rule("property-collision", "the properties of an object differ in snake_case"),
    // Schemas
    rule("schema-keyword", "a schema has only keywords of OpenAPI 3.0 that we carry, each with the right kind of value"),
    rule("nullable-type", "nullable: true stands beside a type"),
    rule("any-of", "no anyOf"),
    rule("union-ambiguous", "branches of oneOf differ in JSON kind, in a required property, or by a discriminator"),
    rule("discriminator-mapping", "a discriminator names its property and maps every branch of its oneOf, each an object component"),
    rule("all-of-conflict", "the parts of allOf are open objects that agree on their properties"),
    rule("all-of-cycle", "no schema consists of itself"),
    rule("enum-type", "an enum lists texts or integers only, at least one"),
    rule("closed-answer", "no schema of an answer says additionalProperties: false"),
    rule("extra-collision", "no property named extra beside typed additionalProperties"),
    rule("format-unknown", "a format is one that we know for the type"),
    rule("required-unknown", "a required property is there"),
    rule("example-schema", "examples and defaults lie inside the schema beside them"),
    // Money and secrets
    rule("unit-missing", "a number named amount, balance, fee, total, price or cost says its x-unit"),
    rule("unit-type", "x-unit: minor stands on an integer, x-unit: major on a number or text"),
    rule("sensitive-unmarked", "a text named like a secret says x-sensitive or format: password"),
    rule("sensitive-parts", "x-sensitive stands on single values, lists of them and free-form values; parts of others are marked themselves"),
    // Operations
    rule("effect-missing", "every operation says its x-effect"),
    rule("idempotency-missing", "every money operation says its x-idempotency"),
    rule("money-missing", "every money operation says its x-money"),
    rule("settled-missing", "every money operation and its lookup say their x-settled"),
    rule("status-unclassified", "every documented value of a status of x-settled stands in one class"),
    rule("status-unnamed", "every status of an answer with x-settled is a leg or listed in its not_money"),
    rule("pointer-missing", "a pointer of an x- key selects something that the schema has"),
    rule("page-link", "the next page of x-page is a link: text of the format uri-reference or uri"),
    rule("limit-missing", "x-limit names a tier of the document's x-limits"),
    rule("lookup-missing", "a lookup names an operation that reads, and its parameters as they are"),
    rule("lookup-carried", "every value that a lookup needs can be taken from the request and put where it belongs"),
    // Parameters
    rule("parameter-style", "a parameter's style is form or deepObject in a query, simple in a path or header, and fits its schema"),
    rule("parameter-content", "a parameter has a schema, not content"),
    rule("parameter-path", "path parameters and the path's template agree; they are required and single values"),
    rule("parameter-collision", "the parameters of an operation differ in snake_case, and none is called body"),
    rule("parameter-header", "Accept, Content-Type and Authorization are no parameters"),
    // Bodies and answers
    rule("request-media", "a request body has one media type, one that we carry"),
    rule("body-null", "a request body that may be null is required"),
    rule("media-schema", "JSON and form bodies have a schema"),
    rule("form-nested", "a urlencoded form is an object of single values"),
    rule("answer-media", "an answer has one media type per status"),
    rule("status-range", "a status is 100 to 599, 1XX to 5XX, or default"),
    rule("response-missing", "every operation lists a response"),
    rule("security-missing", "every operation, or the document, says which credentials it takes; security: [] for none"),
    rule("security-scheme", "security names schemes that exist and that we can send"),
];
