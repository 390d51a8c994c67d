//! What the document says: operations, examples, schemas. Read from the bundle, never from generated Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::tree::{Tree, escaped};

static KASISTO: LazyLock<Tree> =
    LazyLock::new(|| read("kasisto", include_str!("../../../crates/sandbox/src/generated/kasisto.json")));
static KOTANI: LazyLock<Tree> =
    LazyLock::new(|| read("kotani", include_str!("../../../crates/sandbox/src/generated/kotani.json")));

/// A document whose references say which document they lead into: `kotani#/components/schemas/Failure`.
fn read(provider: &str, text: &str) -> Tree {
    let mut document = Tree::parse(text);
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
    match provider {
        "kasisto" => &KASISTO,
        "kotani" => &KOTANI,
        other => panic!("teach the tests the provider {other}"),
    }
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
    pub(crate) path: &'static str,
    pub(crate) node: &'static Tree,
}

/// One answer that an operation documents.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Name of the response component.
    pub(crate) component: &'static str,
    pub(crate) schema: Option<&'static Tree>,
    pub(crate) example: Option<&'static Tree>,
    /// Names in lower case.
    pub(crate) headers: Vec<String>,
}

/// The text at a pointer, which has to be there.
fn text_at(node: &'static Tree, pointer: &str) -> &'static str {
    node.at(pointer).and_then(Tree::text).unwrap_or_else(|| panic!("the document has no text at {pointer}"))
}

/// All operations of the Kasisto document.
pub(crate) fn operations() -> Vec<Documented> {
    operations_in(&KASISTO)
}

/// All operations of the Kotani document.
pub(crate) fn kotani_operations() -> Vec<Documented> {
    operations_in(&KOTANI)
}

fn operations_in(document: &'static Tree) -> Vec<Documented> {
    let paths = document.get("paths").expect("the document has paths");
    let operations = paths.entries().flat_map(|(path, item)| {
        let methods = item.entries().filter(|(_, node)| node.get("responses").is_some());
        methods.map(move |(method, node)| {
            let id = text_at(node, "/operationId");
            Documented { id, method: method.to_uppercase(), path, node }
        })
    });
    operations.collect()
}

/// The operation of an id.
pub(crate) fn operation(id: &str) -> Documented {
    let found = operations().into_iter().find(|operation| operation.id == id);
    found.unwrap_or_else(|| panic!("the document has no operation {id}"))
}

impl Documented {
    /// The body that the document shows; `None` if the operation takes none.
    pub(crate) fn request_example(&self) -> Option<&'static Tree> {
        let content = self.node.get("requestBody")?.at("/content/application~1json").expect("a JSON body");
        Some(content.get("example").unwrap_or_else(|| panic!("{}: the document shows no request", self.id)))
    }

    pub(crate) fn request_schema(&self) -> Option<&'static Tree> {
        self.node.at("/requestBody/content/application~1json/schema")
    }

    pub(crate) fn answers(&self) -> Vec<Answer> {
        let responses = self.node.get("responses").expect("an operation has responses");
        let answer = |(status, node): (&'static str, &'static Tree)| Answer {
            status: status.parse().unwrap_or_else(|_| panic!("{}: teach the tests the status {status}", self.id)),
            component: text_at(node, "/x-component"),
            schema: node.at("/content/application~1json/schema"),
            example: node.at("/content/application~1json/example"),
            headers: node
                .get("headers")
                .into_iter()
                .flat_map(Tree::entries)
                .map(|(name, _)| name.to_lowercase())
                .collect(),
        };
        responses.entries().map(answer).collect()
    }

    pub(crate) fn success(&self) -> Answer {
        let found = self.answers().into_iter().find(|answer| (200..300).contains(&answer.status));
        found.unwrap_or_else(|| panic!("{}: no success is documented", self.id))
    }

    /// Names of the security schemes, by alternative.
    pub(crate) fn credentials(&self) -> Vec<BTreeSet<&'static str>> {
        let alternatives = self.node.get("security").expect("the operation's own security").items();
        alternatives.iter().map(|schemes| schemes.entries().map(|(name, _)| name).collect()).collect()
    }

    /// Header parameters by lower-case name, with what the client fills them with.
    pub(crate) fn header_parameters(&self) -> BTreeMap<String, &'static str> {
        let parameters = self.node.get("parameters").map(Tree::items).unwrap_or_default();
        let header = |parameter: &'static Tree| {
            assert_eq!(text_at(parameter, "/in"), "header", "{}: teach the tests other parameters", self.id);
            (text_at(parameter, "/name").to_lowercase(), text_at(parameter, "/x-fill"))
        };
        parameters.iter().map(header).collect()
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

/// Component schemas of a provider by name.
pub(crate) fn schemas(provider: &str) -> impl Iterator<Item = (&'static str, &'static Tree)> {
    document(provider).at("/components/schemas").expect("the document has schemas").entries()
}

/// A schema with everything that it is put together of.
fn parts(schema: &'static Tree) -> Vec<&'static Tree> {
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
fn least(schema: &'static Tree) -> Tree {
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
    match says("type").and_then(Tree::text) {
        Some("string") => Tree::Text("text".to_owned()),
        Some("array") => Tree::List(Vec::new()),
        other => panic!("teach the tests to make up a value of type {other:?}"),
    }
}

/// Puts a text at a pointer (`*` for every item), making up what has to be around it.
pub(crate) fn fill(value: &mut Tree, schema: &'static Tree, pointer: &str, text: &str) {
    let Some(rest) = pointer.strip_prefix('/') else {
        assert_eq!(least(schema), Tree::Text("text".to_owned()), "a sensitive value that is no text: teach the tests");
        *value = Tree::Text(text.to_owned());
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
            items.iter_mut().for_each(|item| fill(item, inner, below, text));
        }
        Tree::Object(members) => {
            fill(members.entry(key.to_owned()).or_insert_with(|| least(inner)), inner, below, text);
        }
        _ => panic!("nothing can stand at {pointer}"),
    }
}

#[test]
fn the_document_is_read_as_it_is_meant() {
    let transfer = operation("create_transfer");
    assert_eq!((transfer.method.as_str(), transfer.path), ("POST", "/transfer"));
    assert_eq!(transfer.credentials(), [BTreeSet::from(["secret", "token"])]);
    let schema = operation("record_interaction").request_schema().expect("a body");
    let knows = |pointer| !schemas_at(schema, pointer).is_empty();
    assert!(knows("/response/message_contents/0/payload/anything/at/all") && knows("/segment_names/3"));
    assert!(!knows("/user/name") && !knows("/response/0"));

    let token = operation("create_token").request_schema().expect("a body");
    assert_eq!(sensitive(token), BTreeSet::from(["/meta/*/value".to_owned(), "/password".to_owned()]));
    let mut body = Tree::parse(r#"{"username":"user-1"}"#);
    fill(&mut body, token, "/meta/*/value", "SECRET");
    assert_eq!(body.to_string(), r#"{"meta":[{"name":"text","value":"SECRET"}],"username":"user-1"}"#);
}
