//! Request bodies as they came off the wire: JSON, text, forms.

use bursar_support::Message;

use crate::tree::Tree;

pub(crate) fn compare(request: &Message, expected: &Tree) -> Result<(), String> {
    let text = || String::from_utf8(request.body_bytes.clone()).map_err(|_| "the body is no text".to_owned());
    match expected.members() {
        [(key, Tree::Text(wanted))] if key == "text" => equal(&text()?, wanted),
        [(key, Tree::List(wanted))] if key == "form" => {
            let came =
                pairs(&text()?)?.into_iter().map(|(name, value)| Tree::List(vec![Tree::Text(name), Tree::Text(value)]));
            unordered(came.collect(), wanted)
        }
        [(key, Tree::List(wanted))] if key == "parts" => unordered(parts(request)?, wanted),
        _ if *expected == Tree::Null => equal(&text()?, ""),
        _ => match Tree::parse(&text()?)?.difference(expected) {
            Some(difference) => Err(format!("in the body {difference}")),
            None => Ok(()),
        },
    }
}

fn equal(came: &str, wanted: &str) -> Result<(), String> {
    if came == wanted { Ok(()) } else { Err(format!("the body is {came:?}, expected {wanted:?}")) }
}

fn unordered(came: Vec<Tree>, wanted: &[Tree]) -> Result<(), String> {
    let mut left = came.clone();
    for item in wanted {
        match left.iter().position(|other| other.difference(item).is_none()) {
            Some(at) => drop(left.remove(at)),
            None => return Err(format!("{item} is not among {}", Tree::List(came))),
        }
    }
    if left.is_empty() { Ok(()) } else { Err(format!("{} is too much", Tree::List(left))) }
}

/// Name and value of every pair of a query or form.
pub(crate) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((percent_decoded(&name.replace('+', " "))?, percent_decoded(&value.replace('+', " "))?))
    });
    pairs.collect()
}

pub(crate) fn percent_decoded(text: &str) -> Result<String, String> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, tail)) = rest.split_first() {
        rest = if first == b'%' {
            let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            out.push(byte.ok_or_else(|| format!("{text:?} holds a `%` that encodes nothing"))?);
            &tail[2..]
        } else {
            out.push(first);
            tail
        };
    }
    String::from_utf8(out).map_err(|_| format!("{text:?} does not encode UTF-8"))
}

/// The parts of a multipart body as trees: name, and where stated filename and content type, and text.
fn parts(request: &Message) -> Result<Vec<Tree>, String> {
    let media = request.header("content-type").unwrap_or_default();
    let boundary = media.split_once("boundary=").ok_or("there is no boundary")?.1.trim_matches('"');
    let (opening, delimiter) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut rest =
        request.body_bytes.strip_prefix(opening.as_bytes()).ok_or("the body does not begin with its boundary")?;
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, delimiter.as_bytes()).ok_or("a part does not end")?;
        parts.push(self::part(&part[..end])?);
        rest = &part[end + delimiter.len()..];
    }
    if rest == b"--\r\n" { Ok(parts) } else { Err("the last boundary is not the end".to_owned()) }
}

fn part(part: &[u8]) -> Result<Tree, String> {
    let end = find(part, b"\r\n\r\n").ok_or("a part has no head")?;
    let head = std::str::from_utf8(&part[..end]).map_err(|error| error.to_string())?;
    let text = String::from_utf8(part[end + 4..].to_vec()).map_err(|error| error.to_string())?;
    let mut members = Vec::new();
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(": ").ok_or_else(|| format!("{line:?} is no header"))?;
        match name.to_ascii_lowercase().as_str() {
            "content-disposition" => {
                let mut words = value.strip_prefix("form-data; ").ok_or("a part is no form data")?;
                while let Some((key, rest)) = words.split_once("=\"") {
                    // What stands between quotes is encoded as the HTML standard says.
                    let (value, rest) = rest.split_once('"').ok_or("a quote does not end")?;
                    members.push((key.to_owned(), Tree::Text(percent_decoded(value)?)));
                    words = rest.strip_prefix("; ").unwrap_or(rest);
                }
                if !words.is_empty() {
                    return Err(format!("{words:?} stands behind the disposition"));
                }
            }
            "content-type" => members.push(("content_type".to_owned(), Tree::Text(value.to_owned()))),
            other => return Err(format!("a part has the header {other}")),
        }
    }
    members.push(("text".to_owned(), Tree::Text(text)));
    Ok(Tree::Object(members))
}

/// Where a part of bytes begins.
fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
