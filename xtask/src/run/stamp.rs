//! An unchanged document is not generated again: an untracked stamp remembers document, generator and output.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

/// The stamp of one document.
pub(crate) struct Stamp {
    path: PathBuf,
}

impl Stamp {
    /// The stamp of a document of this name below the workspace's target folder.
    pub(crate) fn new(root: &Path, name: &str) -> Self {
        Self { path: root.join("target/xtask").join(format!("{name}.stamp")) }
    }

    /// Whether document, generator and output are those of the last run.
    pub(crate) fn is_fresh(&self, inputs: &[PathBuf], outputs: &[PathBuf]) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|stamp| Some(stamp) == digest(inputs, outputs))
    }

    /// Remembers the present state.
    pub(crate) fn set(&self, inputs: &[PathBuf], outputs: &[PathBuf]) {
        // Without a stamp the next run only works more.
        if let (Some(digest), Some(folder)) = (digest(inputs, outputs), self.path.parent())
            && std::fs::create_dir_all(folder).is_ok()
        {
            let _ = std::fs::write(&self.path, digest);
        }
    }
}

/// Hash of inputs, outputs and the generator; `None` if a file is missing.
fn digest(inputs: &[PathBuf], outputs: &[PathBuf]) -> Option<String> {
    let mut hash = Sha256::new();
    let program = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    hash.update(program.len().to_le_bytes());
    hash.update(program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos().to_le_bytes());
    for path in inputs.iter().chain(outputs) {
        hash.update(path.as_os_str().as_encoded_bytes());
        let text = std::fs::read(path).ok()?;
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    Some(hex(&hash.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
