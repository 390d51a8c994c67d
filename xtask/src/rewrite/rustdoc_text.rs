//! Descriptions become text that rustdoc renders as written, and say what is inferred and from where.

use serde_json::{Map, Value};

use super::describe_limits::describe;
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let mut pointers = schemas::all(&state.document.value);
    for operation in schemas::operations(&state.document.value) {
        pointers.extend(schemas::parameters(&state.document.value, &operation));
        pointers.extend(schemas::responses(&state.document.value, &operation));
        pointers.push(operation);
    }
    for pointer in pointers {
        let Some(node) = object_mut(&mut state.document.value, &pointer) else { continue };
        origin(node);
        let mut rewritten = false;
        for key in ["summary", "description"] {
            if let Some(Value::String(text)) = node.get_mut(key) {
                let safe = rustdoc(text);
                rewritten |= safe != *text;
                *text = safe;
            }
        }
        if rewritten {
            state.note(&pointer, "text escaped for rustdoc");
        }
    }
    for operation in schemas::operations(&state.document.value) {
        for parameter in schemas::parameters(&state.document.value, &operation) {
            say_of_schema(&mut state.document.value, &parameter);
        }
    }
    state.plan.title = one_line(&state.plan.title);
    state.plan.version = one_line(&state.plan.version);
    for union in &mut state.plan.unions {
        union.text = rustdoc(&union.text);
    }
    for operation in &mut state.plan.operations {
        for (_, text) in &mut operation.answer_headers {
            *text = rustdoc(text);
        }
    }
    Ok(())
}

/// Text that stands in one line of documentation.
fn one_line(text: &str) -> String {
    rustdoc(&printable(text).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What is said of a parameter's schema is said of the parameter, whose words alone are shown.
fn say_of_schema(document: &mut Value, parameter: &str) {
    let Some(parameter) = object_mut(document, parameter) else { return };
    let said = parameter.get("schema").and_then(|schema| schema.get("description")).and_then(Value::as_str);
    let Some(said) = said.filter(|said| !said.is_empty()).map(str::to_owned) else { return };
    let known = parameter.get("description").and_then(Value::as_str);
    if !known.is_some_and(|known| known.contains(&said)) {
        describe(parameter, &said);
    }
}

/// Says in the description what is inferred, and from where.
pub(crate) fn origin(node: &mut Map<String, Value>) {
    if node.shift_remove("x-inferred") == Some(Value::Bool(true)) {
        describe(node, "Inferred: the provider does not document it.");
    }
    if let Some(Value::String(source)) = node.shift_remove("x-source") {
        describe(node, &format!("Source: {source}."));
    }
}

/// Text without what a source file may not hold or what hides how it reads: every line break is `\n`, control characters and signs
/// that change the direction of text are dropped.
pub(crate) fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let shown = text.chars().filter_map(|c| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(c),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        _ if c.is_control() => None,
        _ => Some(c),
    });
    shown.collect()
}

/// Markdown that rustdoc takes as plain words: no HTML, no links by accident, no doctests.
pub(crate) fn rustdoc(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut block: Vec<String> = Vec::new();
    let mut fence: Option<Fence> = None;
    for line in printable(text).lines() {
        let (indent, rest) = unindent(line);
        // Four leading blanks would make a code block, and so a doctest.
        let shown = format!("{}{}", " ".repeat(indent.min(3)), marked(rest));
        if let Some(open) = &fence {
            let closes = open.closes(rest);
            out.push(if closes { shown } else { line.strip_prefix(&open.cut).unwrap_or(line).to_owned() });
            fence = fence.filter(|_| !closes);
            continue;
        }
        let opened = Fence::opened(indent, rest);
        if opened.is_some() || rest.is_empty() || starts_block(rest) {
            out.extend(words(&std::mem::take(&mut block)));
        }
        match opened {
            // A fence without a language, or with one that rustdoc would run, is text.
            Some(open) => {
                out.push(format!("{}{}text", " ".repeat(indent.min(3)), open.mark));
                fence = Some(open);
            }
            None if rest.is_empty() => out.push(String::new()),
            None => block.push(shown),
        }
    }
    out.extend(words(&block));
    out.extend(fence.map(|open| open.mark));
    out.join("\n").trim_end().to_owned()
}

/// A code block under way.
struct Fence {
    mark: String,
    /// Blanks that the fence had beyond those that it keeps.
    cut: String,
}

impl Fence {
    fn opened(indent: usize, line: &str) -> Option<Self> {
        let first = line.chars().next().filter(|first| ['`', '~'].contains(first))?;
        let (mark, info) = line.split_at(line.len() - line.trim_start_matches(first).len());
        let sound = mark.len() >= 3 && !(first == '`' && info.contains('`'));
        sound.then(|| Self { mark: mark.to_owned(), cut: " ".repeat(indent.saturating_sub(3)) })
    }

    fn closes(&self, line: &str) -> bool {
        line.strip_prefix(self.mark.as_str())
            .is_some_and(|rest| rest.trim_end().chars().all(|c| self.mark.starts_with(c)))
    }
}

/// Width of the leading blanks, and what follows them.
fn unindent(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches([' ', '\t']);
    let blanks = line[..line.len() - rest.len()].chars();
    (blanks.fold(0, |width, blank| if blank == '\t' { width / 4 * 4 + 4 } else { width + 1 }), rest)
}

/// The mark of a list item, and what follows it.
fn item(line: &str) -> Option<(&str, &str)> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marks: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let (mark, rest) = line.split_at_checked(digits + 1).filter(|(mark, _)| mark.ends_with(marks))?;
    rest.starts_with([' ', '\t']).then_some((mark, rest))
}

/// A list item, headline or row of a table: what stands before it is a block of its own.
fn starts_block(line: &str) -> bool {
    item(line).is_some() || line.starts_with(['#', '|'])
}

/// A list item whose text starts far to the right would be a code block, too.
fn marked(line: &str) -> String {
    match item(line) {
        Some((mark, rest)) if unindent(rest).0 > 4 || rest.contains('\t') => format!("{mark} {}", unindent(rest).1),
        _ => line.to_owned(),
    }
}

/// Escapes brackets outside the code spans of a block and puts bare addresses in angle brackets.
fn words(block: &[String]) -> Vec<String> {
    let text = block.join("\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '`' => code_span(rest, &mut out),
            '\\' => escaped(rest, &mut out),
            '<' | 'h' => address(rest, &mut out),
            _ => 0,
        };
        if taken > 0 {
            rest = &rest[taken..];
            continue;
        }
        if matches!(first, '<' | '>' | '[' | ']') {
            out.push('\\');
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
    }
    out.lines().map(str::to_owned).collect()
}

/// Copies a code span, or the backticks that open none; says how many bytes that were.
fn code_span(text: &str, out: &mut String) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let mut end = ticks;
    while let Some(start) = text[end..].find('`').map(|start| start + end) {
        let closing = text[start..].len() - text[start..].trim_start_matches('`').len();
        end = start + closing;
        if closing == ticks {
            out.push_str(&text[..end]);
            return end;
        }
    }
    out.push_str(&text[..ticks]);
    ticks
}

/// Copies what the provider escaped already.
fn escaped(text: &str, out: &mut String) -> usize {
    let is_escape = text[1..].starts_with(|next: char| next.is_ascii_punctuation());
    let taken = if is_escape { 2 } else { 1 };
    out.push_str(&text[..taken]);
    taken
}

/// Copies an address, in angle brackets; 0 if there is none.
fn address(text: &str, out: &mut String) -> usize {
    let bare = text.strip_prefix('<').unwrap_or(text);
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| bare.starts_with(scheme)) else { return 0 };
    let end = bare.find(|c: char| c.is_whitespace() || "<>()[]\"'`,*|\\".contains(c)).unwrap_or(bare.len());
    let address = bare[..end].trim_end_matches(['.', ';', ':', '!', '?']);
    if address.len() <= scheme.len() {
        return 0;
    }
    out.push('<');
    out.push_str(address);
    out.push('>');
    let closed = bare.len() < text.len() && bare[address.len()..].starts_with('>');
    address.len() + (text.len() - bare.len()) + usize::from(closed)
}

#[cfg(test)]
mod tests {
    use super::rustdoc;

    #[test]
    fn nothing_becomes_markup_by_accident() {
        assert_eq!(rustdoc("a <b> and [c] `<d>`"), "a \\<b\\> and \\[c\\] `<d>`");
        assert_eq!(rustdoc("see https://x.y/z."), "see <https://x.y/z>.");
        assert_eq!(rustdoc("see <https://x.y/z> or http://q"), "see <https://x.y/z> or <http://q>");
        assert_eq!(rustdoc("x\n```\n{}\n```"), "x\n```text\n{}\n```");
        assert_eq!(rustdoc("x\n\n     code"), "x\n\n   code");
    }

    #[test]
    fn what_no_source_file_may_hold_is_dropped() {
        assert_eq!(rustdoc("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
        assert_eq!(rustdoc("a \u{202e}b\u{0}\u{7}\u{200f} c\td"), "a b c\td");
    }

    #[test]
    fn fences_end_where_they_end() {
        assert_eq!(rustdoc("~~~rust\n[a]\n```\n~~~\n[b]"), "~~~text\n[a]\n```\n~~~\n\\[b\\]");
        assert_eq!(rustdoc("````\n```\n[a]\n````\n[b]"), "````text\n```\n[a]\n````\n\\[b\\]");
        assert_eq!(
            rustdoc("- x\n\n      ```json\n      {}\n      ```\n[b]"),
            "- x\n\n   ```text\n   {}\n   ```\n\\[b\\]"
        );
        assert_eq!(rustdoc("```\nleft open"), "```text\nleft open\n```");
        assert_eq!(rustdoc("``` is no fence ``` <a>"), "``` is no fence ``` \\<a\\>");
    }

    #[test]
    fn nothing_is_code_by_its_place() {
        assert_eq!(rustdoc("a\n\n\tcode"), "a\n\n   code");
        assert_eq!(rustdoc("-     code\n1.\tcode\n- fine"), "- code\n1. code\n- fine");
        assert_eq!(rustdoc("\u{a0}\u{a0}wide blanks, \u{3000}too"), "\u{a0}\u{a0}wide blanks, \u{3000}too");
    }

    #[test]
    fn code_spans_are_left_alone_wherever_they_end() {
        assert_eq!(rustdoc("`` a`[b] `` [c]"), "`` a`[b] `` \\[c\\]");
        assert_eq!(rustdoc("`a\n[b]` [c] `[d]`"), "`a\n[b]` \\[c\\] `[d]`");
        assert_eq!(rustdoc("a ` [b]\n\n[c] `"), "a ` \\[b\\]\n\n\\[c\\] `");
        assert_eq!(rustdoc("- `a [b]\n- c` [d]"), "- `a \\[b\\]\n- c` \\[d\\]");
    }

    #[test]
    fn what_is_escaped_is_not_escaped_again() {
        assert_eq!(rustdoc("\\[a\\] \\<b\\> \\\\[c]"), "\\[a\\] \\<b\\> \\\\\\[c\\]");
    }

    #[test]
    fn addresses_end_where_text_goes_on() {
        assert_eq!(rustdoc("(https://x.y/?a=[1], http://z!)"), "(<https://x.y/?a=>\\[1\\], <http://z>!)");
        assert_eq!(rustdoc("[x](https://x.y) **https://z**"), "\\[x\\](<https://x.y>) **<https://z>**");
        assert_eq!(rustdoc("<https://x.y and https://."), "<https://x.y> and https://.");
    }
}
