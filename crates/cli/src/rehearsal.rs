//! `--dry-run`: a request as text, with its sensitive fields masked.

use bursar_runtime::Request;
use bursar_runtime::http::header::CONTENT_TYPE;

use crate::provider::Row;
use crate::tree::Tree;

/// Formats method, URL, headers and body of a request.
pub(crate) fn text(request: &Request, row: &Row, reveal: bool) -> String {
    // The mask of a parameter is percent-encoded in a path.
    let url = request.url().as_str().replace("%2A%2A%2A", "***");
    let mut text = format!("{} {url}", request.method());
    for (name, value) in request.headers() {
        text += &format!("\n{name}: {}", value.to_str().unwrap_or("(not text)"));
    }
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    if body.is_empty() {
        return text;
    }
    let media = request.headers().get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let shown = match media.split_once("boundary=") {
        Some((_, boundary)) => parts(body, boundary.trim_matches('"'), row, reveal),
        None if reveal => plain(body),
        None if media.starts_with("application/x-www-form-urlencoded") => form(body, row),
        None => match Tree::parse(body) {
            Ok(tree) => masked(tree, row, reveal).compact(),
            Err(_) if row.operation.sensitive_request.is_empty() => plain(body),
            Err(_) => format!("({} bytes)", body.len()),
        },
    };
    format!("{text}\n\n{shown}")
}

fn masked(mut tree: Tree, row: &Row, reveal: bool) -> Tree {
    if !reveal {
        row.operation.sensitive_request.iter().for_each(|pointer| tree.mask(pointer));
    }
    tree
}

fn plain(body: &[u8]) -> String {
    std::str::from_utf8(body).map_or_else(|_| format!("({} bytes)", body.len()), str::to_owned)
}

/// Masks one member of a body.
fn member(name: &str, value: Tree, row: &Row, reveal: bool) -> Tree {
    match masked(Tree::Object(vec![(name.to_owned(), value)]), row, reveal) {
        Tree::Object(mut members) if members.len() == 1 => members.remove(0).1,
        whole => whole,
    }
}

fn form(body: &[u8], row: &Row) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(body) {
        let kept = Tree::text(&value);
        let shown = if member(&name, kept.clone(), row, false) == kept { &value } else { "***" };
        out.append_pair(&name, shown);
    }
    out.finish()
}

/// Formats a multipart form; files are shown by length, unless they are text and revealed.
fn parts(body: &[u8], boundary: &str, row: &Row, reveal: bool) -> String {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut shown = String::new();
    for part in split(body, &delimiter) {
        let Some(end) = find(part, b"\r\n\r\n") else { continue };
        let (head, content) = (String::from_utf8_lossy(&part[..end]), &part[end + 4..]);
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let head = head.trim_start_matches("\r\n").replace("\r\n", "\n");
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let content = match std::str::from_utf8(content) {
            Ok(text) if reveal => text.to_owned(),
            Ok(text) if !head.contains("filename=") => {
                let tree = Tree::parse(content).unwrap_or_else(|_| Tree::text(text));
                let shown = member(name, tree.clone(), row, false);
                if shown == tree { text.to_owned() } else { shown.compact() }
            }
            _ => format!("({} bytes)", content.len()),
        };
        shown += &format!("--{boundary}\n{head}\n\n{content}\n");
    }
    format!("{shown}--{boundary}--")
}

fn split<'a>(mut body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = find(body, delimiter) {
        pieces.push(&body[..at]);
        body = &body[at + delimiter.len()..];
    }
    pieces
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}
