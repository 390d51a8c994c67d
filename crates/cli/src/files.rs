//! Reading files and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::exit::Failure;

/// Maximum number of bytes: more than the largest answer or request body of a client.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Reads a file, or stdin for `-`; JSON text becomes UTF-8 without a byte order mark.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes =
        if path == Path::new("-") { capped(std::io::stdin().lock()) } else { File::open(path).and_then(capped) };
    let text = bytes.map(|bytes| bursar_runtime::json_text(&bytes, None).into_owned());
    text.map_err(|error| Failure::usage(format!("cannot read {}: {error}", name(path))))
}

/// Reads up to the limit: a file may grow meanwhile, and a device has no end.
fn capped(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LONGEST + 1).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= LONGEST => Ok(bytes),
        _ => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 64 MiB")),
    }
}

/// A file's name for messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    // Control characters may be commands to the terminal.
    let printable =
        |letter: char| if letter.is_control() { letter.escape_default().to_string() } else { letter.into() };
    path.display().to_string().chars().map(printable).collect()
}
