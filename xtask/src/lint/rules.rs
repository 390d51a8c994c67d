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
    rule("yaml-syntax", "the file is one plain YAML mapping or JSON object, without tags, complex keys or numbers that lose digits"),
    rule("yaml-duplicate-key", "mappings have no duplicate keys"),
    rule("yaml-bare-word", "yes, no, on, off, y, n, dates, times, and keys that look like numbers (statuses) are quoted"),
    rule("yaml-anchor", "no anchors, aliases or merge keys"),
    // Document
    rule("openapi-version", "the document is OpenAPI 3.0.x"),
    rule("server-variable", "servers are declared at the root and have no variables"),
    rule("callbacks", "no callbacks or webhooks"),
    rule("links", "no links"),
    rule("ref-external", "a $ref points into this document, or into a file of the same folder"),
    rule("ref-missing", "the target of a $ref exists"),
    rule("ref-deep", "a $ref points to a component of the right section: #/components/<section>/<name>"),
    rule("ref-path-item", "a path is not a $ref"),
    rule("unknown-key", "an OpenAPI object has only keys of OpenAPI 3.0"),
    rule("unknown-extension", "an x- key is part of the vocabulary and used where it has a meaning"),
    rule("bad-extension", "an x- key has the type of the vocabulary"),
    rule("shape", "every value has the type that OpenAPI requires, and no required key is missing"),
    // Names
    rule("operation-id-missing", "every operation has an operationId"),
    rule("operation-id-duplicate", "operation ids differ in snake_case"),
    rule("operation-id-reserved", "no operation id is the name of a method of the client"),
    rule("name-collision", "components and types of operations and inline schemas differ in PascalCase, ignoring case"),
    rule("property-collision", "the properties of an object differ in snake_case"),
    // Schemas
    rule("schema-keyword", "a schema has only supported keywords of OpenAPI 3.0, with values of the right type"),
    rule("nullable-type", "nullable: true requires a type"),
    rule("any-of", "no anyOf"),
    rule("union-ambiguous", "branches of oneOf differ in JSON type, in a required property, or by a discriminator"),
    rule("discriminator-mapping", "a discriminator names its property and maps every branch of its oneOf, each an object component"),
    rule("all-of-conflict", "the parts of allOf are open objects that agree on their properties"),
    rule("all-of-cycle", "no schema consists of itself"),
    rule("enum-type", "an enum lists texts or integers only, at least one"),
    rule("closed-answer", "no schema of an answer has additionalProperties: false"),
    rule("extra-collision", "an object with typed additionalProperties has no property named extra"),
    rule("format-unknown", "a format is known for the type"),
    rule("required-unknown", "a required property is declared"),
    rule("example-schema", "examples and defaults match their schema"),
    // Money and secrets
    rule("unit-missing", "a number named amount, balance, fee, total, price or cost has an x-unit"),
    rule("unit-type", "x-unit: minor requires an integer, x-unit: major a number or text"),
    rule("sensitive-unmarked", "a text with the name of a secret has x-sensitive or format: password"),
    rule("sensitive-parts", "x-sensitive marks single values, lists of them and free-form values; members of objects are marked themselves"),
    // Operations
    rule("effect-missing", "every operation has an x-effect"),
    rule("idempotency-missing", "every money operation has an x-idempotency"),
    rule("money-missing", "every money operation has an x-money"),
    rule("settled-missing", "every money operation and its lookup have an x-settled"),
    rule("status-unclassified", "every documented value of a status of x-settled has one class"),
    rule("status-unnamed", "every status of an answer with x-settled is a leg or listed in its not_money"),
    rule("pointer-missing", "a pointer of an x- key selects a part of the schema"),
    rule("page-link", "the next page of x-page is a link: text of the format uri-reference or uri"),
    rule("limit-missing", "x-limit names a tier of the document's x-limits"),
    rule("lookup-missing", "a lookup uses a read operation and its existing parameters"),
    rule("lookup-unsupported", "every value that a lookup requires comes from the call and can be sent"),
    // Parameters
    rule("parameter-style", "a parameter's style is form or deepObject in a query, simple in a path or header, and matches its schema"),
    rule("parameter-content", "a parameter has a schema, not content"),
    rule("parameter-path", "path parameters and the path's template agree; they are required and single values"),
    rule("parameter-collision", "the parameters of an operation differ in snake_case, and none has the name body"),
    rule("parameter-header", "Accept, Content-Type and Authorization are not parameters"),
    // Bodies and answers
    rule("request-media", "a request body has one supported media type"),
    rule("body-null", "a request body that may be null is required"),
    rule("media-schema", "JSON and form bodies have a schema"),
    rule("form-nested", "a urlencoded form is an object of single values"),
    rule("answer-media", "an answer has one media type per status"),
    rule("status-range", "a status is 100 to 599, 1XX to 5XX, or default"),
    rule("response-missing", "every operation lists a response"),
    rule("security-missing", "every operation, or the document, declares its credentials; security: [] for none"),
    rule("security-scheme", "security lists existing and supported schemes"),
];
