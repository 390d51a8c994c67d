//! Paths that the caller knows better than the document.

use std::collections::BTreeMap;

use crate::model::fault::ConfigError;
use crate::model::operation::Operation;

/// Path templates by operation id, in the place of the document's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paths(BTreeMap<&'static str, String>);

impl Paths {
    /// Takes templates that have the operation's parameters, and nothing that a URL parser would bend.
    pub(crate) fn checked(
        wanted: Vec<(String, String)>,
        operations: &[&'static Operation],
    ) -> Result<Self, ConfigError> {
        let mut paths = BTreeMap::new();
        for (id, template) in wanted {
            let Some(operation) = operations.iter().find(|operation| operation.id == id) else {
                return Err(ConfigError::new(format!(
                    "a path is set for `{}`, which is not an operation: use the name of a method of the client",
                    id.escape_debug()
                )));
            };
            if let Some(fault) = fault(&template, operation) {
                return Err(ConfigError::new(format!("the path set for `{id}` {fault}")));
            }
            paths.insert(operation.id, template);
        }
        Ok(Self(paths))
    }

    /// The path template of an operation below the base URL.
    pub(crate) fn of<'a>(&'a self, operation: &'a Operation) -> &'a str {
        self.0.get(operation.id).map_or(operation.path, String::as_str)
    }
}

/// What is wrong with a template for an operation, as the rest of a sentence.
fn fault(template: &str, operation: &Operation) -> Option<String> {
    let Some(path) = template.strip_prefix('/') else {
        return Some("does not start with a slash".to_owned());
    };
    if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Some("has a segment that is empty, `.` or `..`".to_owned());
    }
    // Neither a query nor an escape: what is left is the same before and after a URL parser.
    if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@{}".contains(&byte)) {
        return Some("contains characters that a path cannot contain: remove queries and escapes".to_owned());
    }
    let wanted = parameters(operation.path);
    if parameters(path) != wanted {
        return Some(match wanted.as_deref().unwrap_or_default() {
            [] => "has a parameter, but the operation has none".to_owned(),
            names => format!("does not have exactly the parameters {{{}}}", names.join("}, {")),
        });
    }
    None
}

/// The names in braces, sorted; `None` if braces do not pair.
fn parameters(template: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        if before.contains('}') || name.contains(['{', '/']) {
            return None;
        }
        names.push(name);
        rest = tail;
    }
    names.sort_unstable();
    (!rest.contains('}')).then_some(names)
}
