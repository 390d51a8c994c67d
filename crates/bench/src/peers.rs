//! Other generators, on the same document: each makes a crate, and what is compared is compiling that crate alone.

use std::path::Path;
use std::process::{Command, Stdio};

/// Another generator. It is used if it is installed; its version is part of what is measured.
pub(crate) struct Peer {
    /// Its executable.
    pub(crate) name: &'static str,
    /// Version that the comparison was made with.
    version: &'static str,
    /// Arguments after which the document and the folder of the output are put in.
    arguments: fn(&str, &str) -> Vec<String>,
    /// Dependencies of what it generates.
    dependencies: &'static str,
}

/// All peers.
pub(crate) const PEERS: [Peer; 2] = [
    Peer {
        name: "oas3-gen",
        version: "0.29.0",
        arguments: |document, output| words(&["generate", "-i", document, "-o", output, "client-mod"]),
        dependencies: r#"anyhow = "1"
bon = "3"
chrono = { version = "0.4", features = ["serde"] }
http = "1"
indexmap = { version = "2", features = ["serde"] }
oas3-gen-support = "*"
regex = "1"
reqwest = { version = "0.13", features = ["form", "json", "multipart", "query", "stream"] }
secrecy = { version = "0.10", features = ["serde"] }
serde = { version = "1", features = ["derive"] }
serde_html_form = "*"
serde_json = "1"
serde_with = "3"
uuid = { version = "1", features = ["serde"] }
validator = { version = "*", features = ["derive"] }
"#,
    },
    Peer {
        name: "openapi-to-rust",
        version: "0.23.0",
        arguments: |document, output| words(&["generate", document, "--output-dir", output, "--quiet"]),
        dependencies: r#"bytes = { version = "1", features = ["serde"] }
chrono = { version = "0.4", features = ["serde"] }
futures-util = "0.3"
reqwest = { version = "0.13", default-features = false, features = ["multipart", "query", "rustls", "stream"] }
reqwest-middleware = { version = "0.5", features = ["multipart", "query"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
thiserror = "2"
"#,
    },
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl Peer {
    /// Makes the peer's crate from a document; `None` (after saying why) if the peer is not there or cannot.
    pub(crate) fn generate(&self, document: &Path, folder: &Path) -> anyhow::Result<Option<()>> {
        std::fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"peer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n[workspace]\n",
            self.dependencies
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::write(folder.join("src/lib.rs"), "#![allow(warnings)]\npub mod peer;\n")?;
        let (document, output) = (document.display().to_string(), folder.join("src/peer").display().to_string());
        let mut command = Command::new(self.name);
        command.args((self.arguments)(&document, &output)).stdout(Stdio::null()).stderr(Stdio::null());
        match command.status() {
            Ok(status) if status.success() => Ok(Some(())),
            Ok(status) => {
                crate::say(&format!("{:<34} refuses the document ({status})", self.name));
                Ok(None)
            }
            Err(_) => {
                crate::say(&format!(
                    "{:<34} is not installed: cargo install {} --version {}",
                    self.name, self.name, self.version
                ));
                Ok(None)
            }
        }
    }
}
