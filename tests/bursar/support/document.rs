//! What the document says: operations, examples, schemas. Read from the bundle, never from generated Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::tree::{Tree, escaped, unescaped};
use super::workspace;

/// The folder of the bundles, and what was read of it so far.
const FOLDER: &str = "crates/sandbox/src/generated";
static DOCUMENTS: LazyLock<BTreeMap<String, OnceLock<Tree>>> = LazyLock::new(|| {
    let bundles = workspace::files().into_iter().filter(|path| path.starts_with(FOLDER));
    let name = |path: std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    bundles.map(|path| (name(path), OnceLock::new())).collect()
});

/// A document whose references say which document they lead into: `kotani#/components/schemas/Failure`.
fn read(provider: &str) -> Tree {
    let mut document = Tree::parse(&workspace::read(format!("{FOLDER}/{provider}.json")));
    let mut open = vec![&mut document];
    while let Some(node) = open.pop() {
        match node {
            Tree::Object(members) => {
                if let Some(Tree::Text(reference)) = members.get_mut("$ref") {
                    reference.insert_str(0, provider);
                }
                open.extend(members.values_mut());
            }
            Tree::List(items) => open.extend(items),
            _ => {}
        }
    }
    document
}

/// The document of a provider.
fn document(provider: &str) -> &'static Tree {
    let found = DOCUMENTS.get(provider).unwrap_or_else(|| panic!("there is no document of {provider}"));
    found.get_or_init(|| read(provider))
}

/// What a reference leads to.
fn referred(reference: &str) -> &'static Tree {
    let (provider, pointer) = reference.split_once('#').expect("a reference into a document");
    document(provider).at(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// One operation of the document.
pub(crate) struct Documented {
    pub(crate) id: &'static str,
    /// In upper case.
    pub(crate) method: String,
    /// As it travels.
    pub(crate) path: &'static str,
    pub(crate) node: &'static Tree,
    provider: &'static str,
}

/// One parameter of an operation.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// `path`, `query` or `header`.
    pub(crate) place: &'static str,
    /// What the client fills a header with by itself.
    pub(crate) fill: Option<&'static str>,
    pub(crate) required: bool,
    pub(crate) schema: &'static Tree,
    pub(crate) example: Option<&'static Tree>,
}

/// Stands for the statuses that are not listed, where the document describes `default`.
pub(crate) const UNLISTED: u16 = 418;

/// One answer that an operation documents.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Name of the response component; empty for a further version of a success.
    pub(crate) component: &'static str,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) schema: Option<&'static Tree>,
    pub(crate) example: Option<&'static Tree>,
    /// Names in lower case.
    pub(crate) headers: Vec<String>,
}

/// The text at a pointer, which has to be there.
fn text_at(node: &'static Tree, pointer: &str) -> &'static str {
    node.at(pointer).and_then(Tree::text).unwrap_or_else(|| panic!("the document has no text at {pointer}"))
}

/// Media type and content of an answer.
fn content(answer: &'static Tree) -> Option<(&'static str, &'static Tree)> {
    answer.get("content")?.entries().next()
}

/// The content of an answer that is JSON, a provider's own kind of it included.
fn json(answer: &'static Tree) -> Option<&'static Tree> {
    let is_json = |media_type: &str| media_type == "application/json" || media_type.ends_with("+json");
    content(answer).filter(|(media_type, _)| is_json(media_type)).map(|(_, content)| content)
}

/// All operations of a provider's document.
pub(crate) fn operations(provider: &'static str) -> Vec<Documented> {
    let paths = document(provider).get("paths").expect("the document has paths");
    let operations = paths.entries().flat_map(|(path, item)| {
        let methods = item.entries().filter(|(_, node)| node.get("responses").is_some());
        methods.map(move |(method, node)| {
            let id = text_at(node, "/operationId");
            // Further versions of an answer stand at the same path, with their id behind a `#`.
            let path = path.split('#').next().unwrap_or(path);
            Documented { id, method: method.to_uppercase(), path, node, provider }
        })
    });
    operations.collect()
}

/// The operation of an id.
pub(crate) fn operation(provider: &'static str, id: &str) -> Documented {
    let found = operations(provider).into_iter().find(|operation| operation.id == id);
    found.unwrap_or_else(|| panic!("the document of {provider} has no operation {id}"))
}

impl Documented {
    /// The body that the document shows, with its media type; `None` if the operation takes none.
    pub(crate) fn request_example(&self) -> Option<(&'static str, &'static Tree)> {
        let (media_type, content) = self.node.at("/requestBody/content")?.entries().next()?;
        let example = content.get("example");
        Some((media_type, example.unwrap_or_else(|| panic!("{}: the document shows no request", self.id))))
    }

    /// As [`request_example`](Self::request_example), if a call takes it as JSON: it does with forms without files.
    pub(crate) fn json_example(&self) -> Option<&'static Tree> {
        self.request_example()
            .filter(|(media_type, _)| *media_type != "multipart/form-data")
            .map(|(_, example)| example)
    }

    /// Whether a body is due that has something in it.
    pub(crate) fn requires_members(&self) -> bool {
        let Some(schema) = self.request_schema() else { return self.node.get("requestBody").is_some() };
        parts(schema).iter().any(|part| part.get("required").is_some_and(|names| !names.items().is_empty()))
    }

    pub(crate) fn request_schema(&self) -> Option<&'static Tree> {
        let (media_type, content) = self.node.at("/requestBody/content")?.entries().next()?;
        content.get("schema").filter(|_| media_type != "multipart/form-data")
    }

    pub(crate) fn answers(&self) -> Vec<Answer> {
        let responses = self.node.get("responses").expect("an operation has responses");
        let answer = |(status, node): (&'static str, &'static Tree)| Answer {
            status: match status {
                "default" => UNLISTED,
                _ => status.parse().unwrap_or_else(|_| panic!("{}: teach the tests the status {status}", self.id)),
            },
            component: node.get("x-component").and_then(Tree::text).unwrap_or_default(),
            media_type: content(node).map(|(media_type, _)| media_type),
            schema: json(node).and_then(|content| content.get("schema")),
            example: json(node).and_then(|content| content.get("example")),
            headers: node
                .get("headers")
                .into_iter()
                .flat_map(Tree::entries)
                .map(|(name, _)| name.to_lowercase())
                .collect(),
        };
        responses.entries().map(answer).collect()
    }

    /// What the operation answers if all is well: a 2xx, or the redirect that is all that it has.
    pub(crate) fn success(&self) -> Answer {
        let found = self.answers().into_iter().find(|answer| (200..400).contains(&answer.status));
        found.unwrap_or_else(|| panic!("{}: no success is documented", self.id))
    }

    /// Names of the security schemes, by alternative; none if the operation is public.
    pub(crate) fn credentials(&self) -> Vec<BTreeSet<&'static str>> {
        let own = self.node.get("security").or_else(|| document(self.provider).get("security"));
        let alternatives = own.expect("the operation's security, or the document's").items();
        alternatives.iter().map(|schemes| schemes.entries().map(|(name, _)| name).collect()).collect()
    }

    /// The schemes that a client with these keys sends; `None` if they do not suffice. An empty alternative is for want of another.
    pub(crate) fn sent_with(&self, keys: &BTreeSet<&str>) -> Option<BTreeSet<&'static str>> {
        let alternatives = self.credentials();
        if alternatives.is_empty() {
            return Some(BTreeSet::new());
        }
        let (empty, stated): (Vec<_>, Vec<_>) = alternatives.into_iter().partition(BTreeSet::is_empty);
        stated.into_iter().chain(empty).find(|schemes| schemes.is_subset(keys))
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let parameter = |node: &'static Tree| Parameter {
            name: text_at(node, "/name"),
            place: text_at(node, "/in"),
            fill: node.get("x-fill").and_then(Tree::text),
            required: node.get("required") == Some(&Tree::Bool(true)),
            schema: node.get("schema").expect("a parameter has a schema"),
            example: node.get("example"),
        };
        self.node.get("parameters").map(Tree::items).unwrap_or_default().iter().map(parameter).collect()
    }

    /// What the document says to accept: what it states, or the types of the first success, or anything.
    pub(crate) fn accepts(&self) -> String {
        if let Some(stated) = self.node.get("x-accept").and_then(Tree::text) {
            return stated.to_owned();
        }
        let status = self.success().status.to_string();
        let content = self.node.at(&format!("/responses/{status}/content"));
        let types: Vec<&str> = content.into_iter().flat_map(Tree::entries).map(|(media_type, _)| media_type).collect();
        if types.is_empty() { "*/*".to_owned() } else { types.join(", ") }
    }
}

/// Names of a provider's security schemes.
pub(crate) fn schemes(provider: &str) -> impl Iterator<Item = &'static str> {
    document(provider).at("/components/securitySchemes").into_iter().flat_map(Tree::entries).map(|(name, _)| name)
}

/// The header that carries a key of a scheme. With HTTP Basic the key is the whole pair.
pub(crate) fn credential_header(provider: &str, scheme: &str, key: &str) -> (String, String) {
    let node = document(provider).at(&format!("/components/securitySchemes/{scheme}")).expect("a scheme");
    match (text_at(node, "/type"), node.get("scheme").or_else(|| node.get("in")).and_then(Tree::text)) {
        ("http", Some("basic")) => ("authorization".to_owned(), format!("Basic {}", BASE64_STANDARD.encode(key))),
        ("http", Some("bearer")) | ("oauth2", None) => ("authorization".to_owned(), format!("Bearer {key}")),
        ("apiKey", Some("header")) => (text_at(node, "/name").to_lowercase(), key.to_owned()),
        other => panic!("teach the tests the scheme {other:?}"),
    }
}

/// The addresses that a provider's document lists.
pub(crate) fn servers(provider: &str) -> Vec<&'static str> {
    document(provider)
        .get("servers")
        .map(Tree::items)
        .unwrap_or_default()
        .iter()
        .map(|one| text_at(one, "/url"))
        .collect()
}

/// The component schema of this name.
pub(crate) fn component(provider: &str, name: &str) -> &'static Tree {
    referred(&format!("{provider}#/components/schemas/{name}"))
}

/// Component schemas of a provider by name.
pub(crate) fn schemas(provider: &str) -> impl Iterator<Item = (&'static str, &'static Tree)> {
    document(provider).at("/components/schemas").expect("the document has schemas").entries()
}

/// A schema with everything that it is put together of.
pub(crate) fn parts(schema: &'static Tree) -> Vec<&'static Tree> {
    if let Some(reference) = schema.get("$ref").and_then(Tree::text) {
        let mut found = parts(referred(reference));
        found.push(schema);
        return found;
    }
    let unions = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema.get(key));
    let branches = unions.flat_map(Tree::items).flat_map(parts);
    std::iter::once(schema).chain(branches).collect()
}

/// Schemas of a member, item or key of a value.
fn step(schema: &'static Tree, key: &str) -> Vec<&'static Tree> {
    let below = |part: &'static Tree| match part.at(&format!("/properties/{}", escaped(key))) {
        Some(property) => Some(property),
        None if key.parse::<usize>().is_ok() || key == "*" => {
            part.get("items").or_else(|| part.get("additionalProperties"))
        }
        None => part.get("additionalProperties").filter(|schema| **schema != Tree::Bool(false)),
    };
    // Whatever may stand there is known, down to its leaves.
    let free = *schema == Tree::Bool(true);
    let found = parts(schema).into_iter().filter_map(below);
    if free { vec![schema] } else { found.collect() }
}

/// The schemas at a JSON pointer of a value; none if the document does not know the place.
pub(crate) fn schemas_at(schema: &'static Tree, pointer: &str) -> Vec<&'static Tree> {
    pointer
        .split('/')
        .skip(1)
        .fold(vec![schema], |schemas, key| schemas.into_iter().flat_map(|schema| step(schema, key)).collect())
}

/// Whether the document says that the value must not be printed.
pub(crate) fn is_sensitive(schema: &'static Tree) -> bool {
    parts(schema).iter().any(|part| match part.get("x-sensitive") {
        Some(stated) => *stated == Tree::Bool(true),
        None => part.get("format").and_then(Tree::text) == Some("password"),
    })
}

/// How many branches of a union must not be printed; 1 for what is none.
pub(crate) fn sensitive_branches(schema: &'static Tree) -> usize {
    let branches = parts(schema).into_iter().filter_map(|part| part.get("oneOf").or_else(|| part.get("anyOf")));
    branches.flat_map(Tree::items).filter(|branch| is_sensitive(branch)).count().max(1)
}

/// Whether only integers may stand there.
pub(crate) fn is_integer(schema: &'static Tree) -> bool {
    parts(schema).iter().any(|part| part.get("type").and_then(Tree::text) == Some("integer"))
}

/// Whether any text may stand there.
pub(crate) fn takes_text(schema: &'static Tree) -> bool {
    let is_text = |part: &&Tree| part.get("type").is_some_and(|kind| kind.text() == Some("string"));
    parts(schema).iter().any(is_text) && !is_enum(schema)
}

/// Whether only listed words may stand there.
pub(crate) fn is_enum(schema: &'static Tree) -> bool {
    parts(schema).iter().any(|part| part.get("enum").is_some())
}

/// Pointers (`*` for every item or key) to what must not be printed.
pub(crate) fn sensitive(schema: &'static Tree) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(schema, String::new())];
    while let Some((schema, path)) = open.pop() {
        if is_sensitive(schema) {
            found.insert(path);
            continue;
        }
        // Deep enough for every document here, and an end to recursive ones.
        if path.matches('/').count() == 8 {
            continue;
        }
        for part in parts(schema) {
            let properties = part.get("properties").into_iter().flat_map(Tree::entries);
            open.extend(properties.map(|(key, property)| (property, format!("{path}/{}", escaped(key)))));
            let items = ["items", "additionalProperties"].into_iter().filter_map(|key| part.get(key));
            open.extend(items.map(|items| (items, format!("{path}/*"))));
        }
    }
    found
}

/// The least value that a schema takes: an object with its required members.
pub(crate) fn least(schema: &'static Tree) -> Tree {
    let parts = parts(schema);
    let says = |key: &str| parts.iter().find_map(|part| part.get(key));
    if says("properties").is_some() {
        let required = parts.iter().filter_map(|part| part.get("required")).flat_map(Tree::items);
        let member = |name: &str| {
            let schema = step(schema, name).into_iter().next().expect("a required member is described");
            (name.to_owned(), least(schema))
        };
        return Tree::Object(required.filter_map(Tree::text).map(member).collect());
    }
    let kind = says("type").map(|kind| kind.text().or_else(|| kind.items().first().and_then(Tree::text)));
    match kind.flatten() {
        Some("string") => Tree::Text("text".to_owned()),
        Some("array") => Tree::List(Vec::new()),
        Some("object") => Tree::Object(BTreeMap::new()),
        Some("integer" | "number") => Tree::Number("7".to_owned()),
        // Anything may stand there.
        None => Tree::Text("text".to_owned()),
        other => panic!("teach the tests to make up a value of type {other:?}"),
    }
}

/// The format of a text: `date`.
pub(crate) fn format(schema: &'static Tree) -> Option<&'static str> {
    parts(schema).iter().find_map(|part| part.get("format")).and_then(Tree::text)
}

/// Puts a value, made out of the schema, at a pointer (`*` for every item or member), making up what has to be around it.
pub(crate) fn fill(value: &mut Tree, schema: &'static Tree, pointer: &str, with: &dyn Fn(&'static Tree) -> Tree) {
    let Some(rest) = pointer.strip_prefix('/') else {
        *value = with(schema);
        return;
    };
    let (key, _) = rest.split_once('/').unwrap_or((rest, ""));
    let below = &rest[key.len()..];
    let inner = step(schema, key).into_iter().next().unwrap_or_else(|| panic!("the document has no {pointer}"));
    match value {
        Tree::List(items) => {
            if items.is_empty() {
                items.push(least(inner));
            }
            items.iter_mut().for_each(|item| fill(item, inner, below, with));
        }
        Tree::Object(members) => {
            let name = if key == "*" { "any" } else { key };
            fill(members.entry(unescaped(name)).or_insert_with(|| least(inner)), inner, below, with);
        }
        // One value where the document has several.
        _ if key == "*" => fill(value, inner, below, with),
        // What stands here is another branch of a union.
        _ => {}
    }
}

#[test]
fn the_document_is_read_as_it_is_meant() {
    let transfer = operation("kasisto", "create_transfer");
    assert_eq!((transfer.method.as_str(), transfer.path), ("POST", "/transfer"));
    assert_eq!(transfer.credentials(), [BTreeSet::from(["secret", "token"])]);
    let schema = operation("kasisto", "record_interaction").request_schema().expect("a body");
    let knows = |pointer| !schemas_at(schema, pointer).is_empty();
    assert!(knows("/response/message_contents/0/payload/anything/at/all") && knows("/segment_names/3"));
    assert!(!knows("/user/name") && !knows("/response/0"));

    let token = operation("kasisto", "create_token").request_schema().expect("a body");
    assert_eq!(sensitive(token), BTreeSet::from(["/meta/*/value".to_owned(), "/password".to_owned()]));
    let mut body = Tree::parse(r#"{"username":"user-1"}"#);
    fill(&mut body, token, "/meta/*/value", &|_| Tree::Text("SECRET".to_owned()));
    assert_eq!(body.to_string(), r#"{"meta":[{"name":"text","value":"SECRET"}],"username":"user-1"}"#);
}
