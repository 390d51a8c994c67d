//! A file in a form.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A file to be sent in a form: its name, media type and bytes. `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    filename: String,
    content_type: String,
    bytes: Bytes,
}

impl FilePart {
    /// A file of these bytes.
    pub fn new(filename: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { filename: filename.into(), content_type: content_type.into(), bytes: bytes.into() }
    }

    /// Reads a file; it is sent under its own name.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn from_path(path: impl AsRef<Path>, content_type: impl Into<String>) -> std::io::Result<Self> {
        let path = path.as_ref();
        let filename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self::new(filename, content_type, std::fs::read(path)?))
    }

    /// The name that it is sent under.
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// Its media type.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Its content.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "FilePart({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// The form in which a file stands among JSON arguments.
#[derive(Serialize, Deserialize)]
struct Plain {
    filename: String,
    content_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<Vec<u8>>,
}

impl Serialize for FilePart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(&self.bytes).ok().map(str::to_owned);
        let bytes = if text.is_none() { Some(self.bytes.to_vec()) } else { None };
        Plain { filename: self.filename.clone(), content_type: self.content_type.clone(), text, bytes }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FilePart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = Plain::deserialize(deserializer)?;
        let bytes = plain.text.map(String::into_bytes).or(plain.bytes).unwrap_or_default();
        Ok(Self::new(plain.filename, plain.content_type, bytes))
    }
}
