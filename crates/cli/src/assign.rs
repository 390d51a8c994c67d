//! Assignments on the command line: `--set path=value` and `--param name=value`.

use bursar_runtime::dispatch::Recode;

use crate::exit::Failure;
use crate::tree::Tree;
use crate::work;

/// Maximum length of a list, so that a mistyped index does not exhaust the memory.
const LONGEST: usize = 10_000;

/// An assignment `path=value` or `path:=json`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assignment {
    /// The text before the sign.
    pub(crate) path: String,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `=`: text, unless the field has another type.
    Text(String),
    /// `:=`: JSON.
    Json(Tree),
}

/// A step of a path: `a`, then `b`, then `[0]` in `a.b[0]`.
#[derive(Debug, PartialEq)]
enum Step {
    Member(String),
    Item(usize),
}

impl Assignment {
    /// Parses `path=value` or `path:=json`; the name of the option is for messages.
    pub(crate) fn read(option: &str, word: &str) -> Result<Self, Failure> {
        let form = || Failure::usage(format!("{option} expects path=value, or path:=json for JSON"));
        let (path, value) = word.split_once('=').ok_or_else(form)?;
        let (path, value) = match path.strip_suffix(':') {
            Some(path) => {
                let fault = |fault| Failure::usage(format!("{option} {path}:= expects JSON: the value is {fault}"));
                (path, Value::Json(Tree::parse(value.as_bytes()).map_err(fault)?))
            }
            None => (path, Value::Text(value.to_owned())),
        };
        if path.is_empty() { Err(form()) } else { Ok(Self { path: path.to_owned(), value }) }
    }

    fn tree(&self) -> Tree {
        match &self.value {
            Value::Text(text) => Tree::text(text),
            Value::Json(tree) => tree.clone(),
        }
    }

    /// Converts text that is a JSON scalar; `false` if it is not.
    fn spell_out(&mut self) -> bool {
        let Value::Text(text) = &self.value else { return false };
        let spelt = Tree::parse(text.as_bytes()).ok().filter(|tree| matches!(tree, Tree::Scalar(_)));
        match spelt {
            Some(tree) => {
                self.value = Value::Json(tree);
                true
            }
            None => false,
        }
    }
}

/// Builds a request body from JSON and assignments.
///
/// Values are text first. If the type of the body requires it, text that is a number, boolean or null is converted.
pub(crate) fn body(given: Option<&Tree>, mut words: Vec<Assignment>, recode: Option<Recode>) -> Result<Tree, Failure> {
    loop {
        let body = written(given, &words)?;
        let Some(Err(fault)) = recode.map(|recode| recode(body.compact().as_bytes())) else { return Ok(body) };
        if words.iter_mut().find(|word| word.path == fault.path()).is_some_and(Assignment::spell_out) {
            continue;
        }
        // A union reports its own position, not that of the field: each assignment below it is tried, then all of them.
        let below = |word: &&mut Assignment| word.path.starts_with(fault.path());
        let tries = (0..words.len()).map(|index| index..index + 1).chain(std::iter::once(0..words.len()));
        for range in tries {
            let mut spelt = words.clone();
            if spelt[range].iter_mut().filter(below).filter_map(|word| word.spell_out().then_some(())).count() > 0 {
                let body = written(given, &spelt)?;
                if recode.is_some_and(|recode| recode(body.compact().as_bytes()).is_ok()) {
                    return Ok(body);
                }
            }
        }
        return Ok(body);
    }
}

fn written(given: Option<&Tree>, words: &[Assignment]) -> Result<Tree, Failure> {
    let mut body = given.cloned().unwrap_or_else(Tree::null);
    for word in words {
        write(&mut body, &word.path, word.tree())?;
    }
    Ok(body)
}

/// Writes a value at a path, creating the objects and lists on it.
pub(crate) fn write(root: &mut Tree, path: &str, value: Tree) -> Result<(), Failure> {
    let wrong = |what: &str| Failure::usage(format!("--set {path}: {what}"));
    let mut node = root;
    for step in steps(path).ok_or_else(|| wrong("write the path as a.b[0].c"))? {
        node = match step {
            Step::Member(name) => {
                if node.is_null() {
                    *node = Tree::Object(Vec::new());
                }
                let Tree::Object(members) = node else {
                    return Err(wrong(&format!("the parent of `{name}` is not an object")));
                };
                work::steps(members.len());
                let at = members.iter().position(|(key, _)| *key == name).unwrap_or(members.len());
                if at == members.len() {
                    members.push((name, Tree::null()));
                }
                &mut members[at].1
            }
            Step::Item(index) => {
                if node.is_null() {
                    *node = Tree::List(Vec::new());
                }
                let Tree::List(items) = node else {
                    return Err(wrong(&format!("the parent of [{index}] is not a list")));
                };
                if index >= LONGEST {
                    return Err(wrong(&format!("a list has at most {LONGEST} items")));
                }
                while items.len() <= index {
                    items.push(Tree::null());
                }
                &mut items[index]
            }
        };
    }
    *node = value;
    Ok(())
}

/// The steps of `a.b[0].c`; `None` if the syntax is wrong.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for (index, part) in path.split('.').enumerate() {
        let (name, mut items) = part.split_at(part.find('[').unwrap_or(part.len()));
        // Only a body that is a list begins with an index.
        if !name.is_empty() {
            steps.push(Step::Member(name.to_owned()));
        } else if index > 0 || items.is_empty() {
            return None;
        }
        while !items.is_empty() {
            let (item, rest) = items.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Item(item.parse().ok()?));
            items = rest;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<Assignment> {
        words.iter().map(|word| Assignment::read("--set", word).unwrap()).collect()
    }

    #[test]
    fn assignments_create_objects_and_lists() {
        let given = Tree::parse(br#"{"a":{"x":1},"amount":1.50}"#).unwrap();
        let made = body(Some(&given), words(&["a.b[1].c=t", "a.x:=10.00", "n:=[1,{}]", "k=a=b"]), None).unwrap();
        let expected = r#"{"a":{"x":10.00,"b":[null,{"c":"t"}]},"amount":1.50,"n":[1,{}],"k":"a=b"}"#;
        assert_eq!(made.compact(), expected);
        assert_eq!(body(None, words(&["[0].id=7"]), None).unwrap().compact(), r#"[{"id":"7"}]"#);
    }

    #[test]
    fn invalid_assignments_are_explained() {
        for (word, message) in [
            ("amount", "--set expects path=value, or path:=json for JSON"),
            ("=1", "--set expects path=value, or path:=json for JSON"),
            ("a:=SECRET", "--set a:= expects JSON: the value is not JSON at line 1, column 1"),
        ] {
            assert_eq!(Assignment::read("--set", word).unwrap_err().message, message);
        }
        for (word, message) in [
            ("a..b=1", "--set a..b: write the path as a.b[0].c"),
            ("a[x]=1", "--set a[x]: write the path as a.b[0].c"),
            ("a.b=1", "--set a.b: the parent of `b` is not an object"),
            ("a[0]=1", "--set a[0]: the parent of [0] is not a list"),
            ("n[99999999999]=1", "--set n[99999999999]: a list has at most 10000 items"),
        ] {
            let given = Tree::parse(br#"{"a":"text"}"#).unwrap();
            assert_eq!(body(Some(&given), words(&[word]), None).unwrap_err().message, message);
        }
    }
}
