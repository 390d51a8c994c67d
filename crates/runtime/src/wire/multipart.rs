//! `multipart/form-data` as whole bytes, so that a form can be sealed, signed and sent again like any other body.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::to_raw_value;

use crate::json::lenient::{Json, JsonKind};
use crate::time::Rng;
use crate::value::file_part::FilePart;
use crate::wire::request::CallError;

/// How many boundaries are drawn at most.
const DRAWS: u32 = 3;

/// A form with files. `Debug` shows the number of parts only.
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    head: String,
    body: Bytes,
}

impl Multipart {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
        self.with(head, value.into().into())
    }

    /// Adds a field that is JSON.
    #[must_use]
    pub fn json(self, name: &str, json: impl Into<Bytes>) -> Self {
        let name = quoted(name);
        let head = format!("Content-Disposition: form-data; name=\"{name}\"\r\nContent-Type: application/json\r\n\r\n");
        self.with(head, json.into())
    }

    /// Adds a file with its name and media type.
    #[must_use]
    pub fn file(self, name: &str, filename: &str, mime: &str, bytes: impl Into<Bytes>) -> Self {
        let (name, filename) = (quoted(name), quoted(filename));
        // A media type needs no escapes: what cannot stand in a header line is left out.
        let mime: String = mime.chars().filter(|c| !c.is_control()).collect();
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\nContent-Type: {mime}\r\n\r\n"
        );
        self.with(head, bytes.into())
    }

    fn with(mut self, head: String, body: Bytes) -> Self {
        self.parts.push(Part { head, body });
        self
    }

    /// Adds the files of a typed form.
    pub fn files<'a>(&mut self, name: &str, files: impl IntoIterator<Item = &'a FilePart>) {
        for file in files {
            *self = std::mem::take(self).file(name, file.filename(), file.content_type(), file.bytes().clone());
        }
    }

    /// Adds a value of a typed form: a scalar as text, a list once per item, an object as JSON; nothing for `None`.
    ///
    /// # Errors
    ///
    /// The value cannot be written.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), CallError> {
        let json = to_raw_value(value).map_err(|_| CallError::unwritable(name))?;
        self.add(name, (&*json).into());
        Ok(())
    }

    fn add(&mut self, name: &str, json: Json<'_>) {
        match (json.items(), json.scalar()) {
            (Some(items), _) => items.for_each(|item| self.add(name, item)),
            (None, Some(text)) => *self = std::mem::take(self).text(name, text),
            (None, None) if json.kind() == JsonKind::Null => {}
            (None, None) => *self = std::mem::take(self).json(name, json.text().to_owned()),
        }
    }

    /// The value of the `Content-Type` header, and the body.
    ///
    /// # Errors
    ///
    /// [`CallError`] if the randomness only gives boundaries that a part holds.
    pub fn finish(self, rng: &dyn Rng) -> Result<(String, Bytes), CallError> {
        let boundary = self.boundary(rng).ok_or(CallError::unwritable("boundary"))?;
        let size: usize = self.parts.iter().map(|part| part.head.len() + part.body.len() + boundary.len() + 6).sum();
        let mut body = Vec::with_capacity(size + boundary.len() + 6);
        for part in &self.parts {
            for piece in [b"--", boundary.as_bytes(), b"\r\n", part.head.as_bytes(), &part.body, b"\r\n"] {
                body.extend_from_slice(piece);
            }
        }
        for piece in [b"--", boundary.as_bytes(), b"--\r\n"] {
            body.extend_from_slice(piece);
        }
        Ok((format!("multipart/form-data; boundary={boundary}"), body.into()))
    }

    /// A random boundary that no part holds; `None` after a few draws, because a file cannot hold boundaries that nobody can guess.
    fn boundary(&self, rng: &dyn Rng) -> Option<String> {
        let holds =
            |boundary: &str, bytes: &[u8]| bytes.windows(boundary.len()).any(|part| part == boundary.as_bytes());
        (0..DRAWS).map(|_| format!("bursar-form-{:032x}", rng.next_u128())).find(|boundary| {
            !self.parts.iter().any(|part| holds(boundary, &part.body) || holds(boundary, part.head.as_bytes()))
        })
    }
}

/// The parts of a generated form.
pub trait Form {
    /// Adds the form's parts.
    ///
    /// # Errors
    ///
    /// A part cannot be written.
    fn parts(&self, form: &mut Multipart) -> Result<(), CallError>;
}

impl fmt::Debug for Multipart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Multipart({} parts)", self.parts.len())
    }
}

/// A name as it stands between quotes (the escapes of the HTML standard); other control characters are left out.
fn quoted(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts up, as no randomness does.
    #[derive(Default)]
    struct Counting(AtomicU64);

    impl Rng for Counting {
        fn next_u128(&self) -> u128 {
            self.0.fetch_add(1, Ordering::Relaxed).into()
        }
    }

    #[test]
    fn a_form_is_written_byte_by_byte() {
        let form = Multipart::new().text("note", "a\r\nb").file("doc", "x\"\r\n.pdf", "application/pdf\r\nX: y", "PDF");
        let (content_type, body) = form.finish(&Counting::default()).expect("a form");
        let boundary = "bursar-form-00000000000000000000000000000000";
        assert_eq!(content_type, format!("multipart/form-data; boundary={boundary}"));
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na\r\nb\r\n\
            --{boundary}\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"x%22%0D%0A.pdf\"\r\n\
            Content-Type: application/pdfX: y\r\n\r\nPDF\r\n--{boundary}--\r\n"
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn the_boundary_stands_in_no_part() {
        let text = format!("--bursar-form-{:032x}", 0);
        let (content_type, body) = Multipart::new().text("a", text).finish(&Counting::default()).expect("a form");
        assert_eq!(content_type, format!("multipart/form-data; boundary=bursar-form-{:032x}", 1));
        assert!(body.ends_with(format!("--bursar-form-{:032x}--\r\n", 1).as_bytes()));
    }

    #[test]
    fn is_a_file_of_predictable_boundaries_searched_a_few_times_only() {
        for count in [100, 10_000] {
            let file: String = (0..count).map(|number| format!("bursar-form-{number:032x}\n")).collect();
            let rng = Counting::default();
            let fault = Multipart::new().file("doc", "x", "text/plain", file).finish(&rng).expect_err("no boundary");
            assert_eq!(fault.to_string(), "the request's `boundary` cannot be encoded");
            assert_eq!(rng.0.into_inner(), u64::from(DRAWS), "{count}");
        }
    }

    #[test]
    fn are_two_forms_told_apart_by_their_boundaries() {
        let form = || Multipart::new().text("a", "b").finish(&crate::time::OsRng).expect("a form").0;
        assert_ne!(form(), form());
    }
}
