//! Reading files and stdin.

use std::io::Read as _;
use std::path::Path;

use crate::exit::Failure;

/// The bytes of a file, or of stdin if it is called `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    bytes.map_err(|error| Failure::usage(format!("cannot read {}: {error}", name(path))))
}

/// A file's name as it may be printed.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}
