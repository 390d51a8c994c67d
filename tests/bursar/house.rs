//! Is the house in order? Dependencies point one way, nothing tells whose machine a file comes from, and files stay readable.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::workspace::{files, packages, read, root};

/// Lines of a hand-written source file.
const LONGEST: usize = 500;

/// Packages of this workspace that a package names, by kind of dependency: `normal`, `dev`, `build`.
fn own_dependencies(package: &Value, own: &BTreeSet<String>, kind: &str) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().expect("dependencies");
    let of_kind = all.iter().filter(|dependency| dependency["kind"].as_str().unwrap_or("normal") == kind);
    let names = of_kind.map(|dependency| dependency["name"].as_str().expect("a name").to_owned());
    names.filter(|name| own.contains(name)).collect()
}

/// cli, tests -> facade -> providers -> runtime; the sandbox depends on no client, the xtask on no package of the workspace.
#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let own: BTreeSet<String> =
        packages.iter().map(|package| package["name"].as_str().expect("a name").to_owned()).collect();
    let mut normal: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut others: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in &packages {
        let name = package["name"].as_str().expect("a name");
        normal.insert(name, own_dependencies(package, &own, "normal"));
        let mut rest = own_dependencies(package, &own, "dev");
        rest.extend(own_dependencies(package, &own, "build"));
        // Any package may test itself with the server that the tests share; it depends on no package of the workspace.
        rest.remove("bursar-support");
        others.insert(name, rest);
    }
    let only = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let not_providers = [
        "bursar",
        "bursar-runtime",
        "bursar-sandbox",
        "bursar-cli",
        "bursar-bench",
        "bursar-shapes",
        "bursar-support",
        "bursar-tests",
        "bursar-world",
        "xtask",
    ];
    let providers: BTreeSet<String> =
        own.iter().filter(|name| !not_providers.contains(&name.as_str())).cloned().collect();
    assert!(providers.contains("bursar-kasisto"));

    for lonely in ["bursar-runtime", "bursar-sandbox", "bursar-support", "xtask"] {
        assert_eq!((&normal[lonely], &others[lonely]), (&only(&[]), &only(&[])), "{lonely}");
    }
    for provider in &providers {
        assert_eq!(normal[provider.as_str()], only(&["bursar-runtime"]), "{provider}");
        let strange: Vec<&String> = others[provider.as_str()].iter().filter(|name| *name != "bursar-sandbox").collect();
        assert!(strange.is_empty(), "{provider} is tested with {strange:?}");
    }
    let mut below_the_facade = providers.clone();
    below_the_facade.insert("bursar-runtime".to_owned());
    assert_eq!(normal["bursar"], below_the_facade);
    assert_eq!(others["bursar"], only(&["bursar", "bursar-sandbox"]), "the facade tests itself with all features");
    // Nothing that users depend on knows the tools.
    let tools = only(&[
        "bursar-support",
        "bursar-tests",
        "bursar-world",
        "bursar-bench",
        "bursar-shapes",
        "bursar-cli",
        "xtask",
    ]);
    for (name, dependencies) in normal.iter().chain(&others).filter(|(name, _)| !tools.contains(**name)) {
        assert!(dependencies.is_disjoint(&tools), "{name}: {dependencies:?}");
    }
}

/// What a member names is in `[workspace.dependencies]`, so that there is one place for versions.
#[test]
fn versions_stand_in_one_place() {
    for path in
        files().into_iter().filter(|path| path.ends_with("Cargo.toml") && path.as_path() != Path::new("Cargo.toml"))
    {
        let text = read(&path);
        let mut in_dependencies = false;
        for line in text.lines() {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            }
            let names_version = line.contains("version = ") || line.contains("= \"");
            let is_itself = line.contains("path = \".\"");
            assert!(!in_dependencies || !names_version || is_itself, "{}: {line}", path.display());
        }
    }
}

#[test]
fn every_package_follows_the_workspace_rules() {
    for package in packages() {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let text = std::fs::read_to_string(manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest}");
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{manifest}");
        assert_eq!(package["edition"], "2024", "{manifest}");
        assert_eq!(package["publish"], Value::Array(Vec::new()), "{manifest}");
    }
    let workspace = read("Cargo.toml");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

#[test]
fn no_file_tells_whose_machine_it_comes_from() {
    let here = format!("{}/", root().display());
    // Put together here, so that this file names no such place itself.
    let elsewhere = ["home", "Users", "root"].map(|folder| format!("/{folder}/"));
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let mut found = Vec::new();
    for path in files() {
        // What is no text is no file of ours to read.
        let Ok(text) = String::from_utf8(std::fs::read(root().join(&path)).expect("a readable file")) else { continue };
        for (number, line) in text.lines().enumerate() {
            if line.contains(&here) || elsewhere.iter().any(|place| line.split(place.as_str()).skip(1).any(is_name)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Whether a line holds what only a live secret looks like: a JWT, or a private key in PEM.
fn looks_secret(line: &str) -> bool {
    let is_base64 = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    // The first letters of every JWT, put together here, so that this file holds none.
    let is_jwt =
        |rest: &str| rest.find(|letter| !is_base64(letter)).is_some_and(|end| end > 12 && rest[end..].starts_with('.'));
    line.split(&["ey", "J"].concat()).skip(1).any(is_jwt) || line.contains(&["BEGIN PRIVATE", " KEY"].concat())
}

/// Samples, snapshots, documents and sources: what was recorded somewhere came without its secrets.
#[test]
fn no_file_holds_a_live_secret() {
    let jwt = ["ey", "JhbGciOiJIUzI1NiJ9", ".", "e30", ".c2ln"].concat();
    assert!(looks_secret(&format!(r#"{{"token": "{jwt}"}}"#)) && !looks_secret("example-jwt-header.payload"));
    let text = |path: &Path| String::from_utf8(std::fs::read(root().join(path)).expect("a readable file")).ok();
    let files = files();
    let found: Vec<_> =
        files.iter().filter(|path| text(path).is_some_and(|text| text.lines().any(looks_secret))).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Whether a source file was written by the xtask, which says so in its first line.
fn is_generated(text: &str) -> bool {
    text.starts_with("// Generated by `cargo xtask generate`")
}

#[test]
fn hand_written_files_stay_short() {
    let mut long = Vec::new();
    let (mut generated, mut written) = (0, 0);
    for path in files().into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let text = read(&path);
        let lines = text.lines().count();
        if is_generated(&text) {
            generated += 1;
        } else {
            written += 1;
            if lines >= LONGEST {
                long.push(format!("{}: {lines}", path.display()));
            }
        }
    }
    assert!(generated > 6 && written > 100, "{generated} generated and {written} written files");
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Generated files are in folders of their own.
#[test]
fn generated_and_hand_written_do_not_share_a_folder() {
    let mut folders: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for path in files().into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let folder = path.parent().expect("a folder").display().to_string();
        folders.entry(folder).or_default().insert(is_generated(&read(&path)));
    }
    let mixed: Vec<&String> = folders.iter().filter(|(_, kinds)| kinds.len() > 1).map(|(folder, _)| folder).collect();
    assert!(mixed.is_empty(), "{mixed:?}");
}
