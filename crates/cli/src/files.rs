//! Reading files and stdin.

use std::io::Read as _;
use std::path::Path;

use crate::exit::Failure;

/// Reads a file, or stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map(plain);
    bytes.map_err(|error| Failure::usage(format!("cannot read {}: {error}", name(path))))
}

/// Converts UTF-16, and removes a byte order mark.
fn plain(bytes: Vec<u8>) -> Vec<u8> {
    let units = |read: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes()
    };
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, text @ ..] => text.to_vec(),
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => bytes,
    }
}

/// A file's name for messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn byte_order_marks_are_removed() {
        assert_eq!(plain(b"\xef\xbb\xbf{}".to_vec()), b"{}");
        assert_eq!(plain(b"\xff\xfe{\0}\0".to_vec()), b"{}");
        assert_eq!(plain(b"\xfe\xff\0{\0}".to_vec()), b"{}");
        assert_eq!(plain(b"{}".to_vec()), b"{}");
    }
}
