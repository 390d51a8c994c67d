//! `multipart/form-data` as whole bytes, so that a form can be sealed, signed and sent again like any other body.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::to_raw_value;

use crate::call::CallError;
use crate::file_part::FilePart;
use crate::lenient::{Json, JsonKind};

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
    pub fn finish(self) -> (String, Bytes) {
        let boundary = self.boundary();
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
        (format!("multipart/form-data; boundary={boundary}"), body.into())
    }

    /// A boundary that stands in no part: the same form always gives the same bytes.
    fn boundary(&self) -> String {
        let stands_in =
            |boundary: &str, bytes: &[u8]| bytes.windows(boundary.len()).any(|part| part == boundary.as_bytes());
        let mut number = 0_u64;
        loop {
            let boundary = format!("bursar-form-{number:08x}");
            if !self
                .parts
                .iter()
                .any(|part| stands_in(&boundary, &part.body) || stands_in(&boundary, part.head.as_bytes()))
            {
                return boundary;
            }
            number += 1;
        }
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
    use super::*;

    #[test]
    fn a_form_is_written_byte_by_byte() {
        let form = Multipart::new().text("note", "a\r\nb").file("doc", "x\"\r\n.pdf", "application/pdf\r\nX: y", "PDF");
        let (content_type, body) = form.finish();
        assert_eq!(content_type, "multipart/form-data; boundary=bursar-form-00000000");
        let expected = "--bursar-form-00000000\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na\r\nb\r\n\
            --bursar-form-00000000\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"x%22%0D%0A.pdf\"\r\n\
            Content-Type: application/pdfX: y\r\n\r\nPDF\r\n--bursar-form-00000000--\r\n";
        assert_eq!(body, expected);
    }

    #[test]
    fn the_boundary_stands_in_no_part() {
        let (content_type, body) = Multipart::new().text("a", "--bursar-form-00000000 bursar-form-00000001").finish();
        assert_eq!(content_type, "multipart/form-data; boundary=bursar-form-00000002");
        assert!(body.ends_with(b"--bursar-form-00000002--\r\n"));
    }
}
