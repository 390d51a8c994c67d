//! What do users compile? The tree of the facade with every provider, as cargo resolves it for this machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::workspace::{cargo, providers};

/// A package as `cargo tree` prints it: `syn v2.0.119`, `serde_derive v1.0.229 (proc-macro)`.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Package {
    name: String,
    version: String,
    is_macro: bool,
}

fn tree(arguments: &[&str]) -> BTreeSet<Package> {
    let text = cargo(&[&["tree", "--edges", "normal", "--prefix", "none"], arguments].concat());
    let package = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Package { name, version, is_macro: line.contains("(proc-macro)") })
    };
    text.lines().filter_map(package).collect()
}

/// The facade with every provider, without what is asked for by a feature of its own.
fn facade() -> BTreeSet<Package> {
    let features: Vec<String> = providers().into_iter().collect();
    tree(&["--package", "bursar", "--no-default-features", "--features", &features.join(",")])
}

fn macros(packages: &BTreeSet<Package>) -> BTreeSet<&str> {
    packages.iter().filter(|package| package.is_macro).map(|package| package.name.as_str()).collect()
}

#[test]
fn no_user_compiles_a_generator() {
    let packages = facade();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let providers = providers().into_iter().map(|provider| format!("bursar-{provider}"));
    for name in providers.chain(["bursar-runtime", "reqwest"].map(str::to_owned)) {
        assert!(names.contains(&*name), "the tree has no {name}: {names:?}");
    }
    let generators = ["progenitor", "typify", "openapiv3", "schemars", "prettyplease", "saphyr", "xtask"];
    let found: Vec<&str> =
        names.into_iter().filter(|name| generators.iter().any(|generator| name.starts_with(generator))).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn no_user_compiles_what_only_tests_need() {
    let names: BTreeSet<String> = facade().into_iter().map(|package| package.name).collect();
    for name in
        ["bursar-sandbox", "axum", "jsonschema", "httpmock", "insta", "tracing-subscriber", "openssl-sys", "native-tls"]
    {
        assert!(!names.contains(name), "{name}");
    }
}

#[test]
fn there_is_one_version_of_each_part_of_the_transport() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in facade() {
        versions.entry(package.name).or_default().insert(package.version);
    }
    for name in
        ["reqwest", "reqwest-middleware", "hyper", "http", "http-body", "rustls", "tokio", "serde", "serde_json"]
    {
        let found = versions.get(name).unwrap_or_else(|| panic!("the tree has no {name}"));
        assert_eq!(found.len(), 1, "{name}: {found:?}");
    }
    versions.retain(|_, versions| versions.len() > 1);
    assert!(versions.is_empty(), "in several versions: {versions:?}");
}

/// The macros of a user's build are those that a bare crate with the same three dependencies has.
#[test]
fn no_macro_is_added_to_a_users_build() {
    let (ours, bare) = (facade(), tree(&["-p", "reqwest", "-p", "reqwest-middleware", "-p", "serde"]));
    let listed = BTreeSet::from([
        // reqwest-middleware
        "async-trait",
        "thiserror-impl",
        // serde with `derive`
        "serde_derive",
        // reqwest: url, and below it the Unicode tables of host names
        "displaydoc",
        "yoke-derive",
        "zerofrom-derive",
        "zerovec-derive",
    ]);
    // encoding_rs has one that depends on nothing and does nothing.
    let mut ours = macros(&ours);
    ours.remove("multiversion_no_op");
    assert_eq!(ours, listed);
    assert_eq!(macros(&bare).intersection(&listed).count(), listed.len(), "a bare crate has {:?}", macros(&bare));
}

/// Logins by OAuth2 bring a crate of their own with older versions of some parts: only to those who ask for them.
#[test]
fn oauth_is_paid_for_by_who_asks_for_it() {
    let has_oauth = |packages: BTreeSet<Package>| names(packages).contains("oauth2");
    assert!(!has_oauth(facade()));
    assert!(has_oauth(tree(&["--package", "bursar", "--no-default-features", "--features", "kontist-oauth"])));
}

/// What a provider needs beside the runtime and what that brings, and why.
const OWN: &[(&str, &[&str])] = &[];

fn names(packages: BTreeSet<Package>) -> BTreeSet<String> {
    packages.into_iter().map(|package| package.name).collect()
}

/// Whoever depends on one provider compiles the runtime and that provider, and the facade with its feature adds nothing but itself.
#[test]
fn no_provider_brings_what_another_needs() {
    let mut runtime = names(tree(&["--package", "bursar-runtime"]));
    // Those that every generated crate names are the runtime's as well.
    assert!(["serde", "serde_json"].iter().all(|name| runtime.contains(*name)));
    for provider in providers() {
        let crate_name = format!("bursar-{provider}");
        let alone = names(tree(&["--package", &crate_name]));
        let beside: Vec<&str> =
            alone.difference(&runtime).map(String::as_str).filter(|name| *name != crate_name).collect();
        let own = OWN.iter().find(|(name, _)| *name == provider).map_or(&[][..], |(_, own)| *own);
        assert_eq!(beside, own, "{provider}");

        let mut facade = names(tree(&["--package", "bursar", "--no-default-features", "--features", &provider]));
        assert!(facade.remove("bursar"));
        assert_eq!(facade, alone, "the facade with the feature {provider}");
    }
    assert!(runtime.remove("bursar-runtime"));
    let facade = names(tree(&["--package", "bursar", "--no-default-features"]));
    assert!(facade.iter().all(|name| !name.starts_with("bursar-") || name == "bursar-runtime"), "{facade:?}");
}
