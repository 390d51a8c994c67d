//! The workspace's files, and cargo's answers about it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace")
}

/// A file of the workspace.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files that belong to the workspace, relative to its root: what git would list, without asking git.
pub(crate) fn files() -> Vec<PathBuf> {
    let ignored: Vec<PathBuf> = read(".gitignore")
        .lines()
        .map(|line| line.strip_prefix('/').unwrap_or_else(|| panic!("teach the tests the .gitignore line {line}")))
        .map(|line| root().join(line))
        .chain([root().join(".git")])
        .collect();
    let (mut found, mut open) = (Vec::new(), vec![root().to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let entry = entry.expect("a readable folder");
            let (path, kind) = (entry.path(), entry.file_type().expect("a file has a type"));
            if ignored.contains(&path) {
                continue;
            }
            match kind.is_dir() {
                true => open.push(path),
                false => found.push(path.strip_prefix(root()).expect("below the root").to_owned()),
            }
        }
    }
    found.sort();
    found
}

/// Names of the providers with generated code.
pub(crate) fn providers() -> BTreeSet<String> {
    let generated =
        files().into_iter().filter(|path| path.starts_with("crates") && path.ends_with("src/generated/mod.rs"));
    let provider = |path: PathBuf| path.iter().nth(1).expect("a crate's name").to_string_lossy().into_owned();
    generated.map(provider).collect()
}

/// What a cargo command prints, for the versions that are locked.
pub(crate) fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = command.args(arguments).arg("--locked").current_dir(root()).output();
    let output = output.expect("cargo can be run");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints text")
}

/// The workspace's packages, without their dependencies' own ones.
pub(crate) fn packages() -> Vec<Value> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}
