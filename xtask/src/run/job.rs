//! One document and the files that are made from it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use quote::quote;
use sha2::{Digest as _, Sha256};

use super::stamp;
use crate::document::Refusal;
use crate::emit::write::{self, Files};
use crate::emit::{self, MODULES, sandbox};
use crate::lint;
use crate::load::{self, bundle, versions};
use crate::rewrite::{self, Log, State};
use crate::typing::{PROGENITOR, child, typed};

/// A document to generate from.
pub(crate) struct Job {
    /// Provider, or the module of a test document.
    pub(crate) name: String,
    /// The document as messages show it.
    pub(crate) shown: String,
    /// The document and the files beside it that it may bundle.
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder of the generated module.
    folder: PathBuf,
    /// Where the sandbox finds the document, if it serves the provider.
    sandbox: Option<PathBuf>,
}

/// What was made from one document.
pub(crate) struct Made {
    pub(crate) files: Files,
    pub(crate) log: Log,
    pub(crate) operations: usize,
}

/// The documents of all providers.
pub(crate) fn find(root: &Path) -> anyhow::Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for (name, file) in documents(&root.join("specs"))? {
        let folder = root.join("crates").join(&name).join("src/generated");
        let sandbox = root.join("crates/sandbox/src/generated").join(format!("{name}.json"));
        jobs.push(Job::new(root, "specs", &file, name.clone(), folder, Some(sandbox))?);
    }
    Ok(jobs)
}

/// The documents of a package's folder, each to become a module of that name below `out`.
pub(crate) fn modules(package: &Path, specs: &str, out: &Path) -> anyhow::Result<Vec<Job>> {
    let documents = documents(&package.join(specs))?.into_iter();
    documents.map(|(name, file)| Job::new(package, specs, &file, name.clone(), out.join(name), None)).collect()
}

/// The files below `parts/`, which any document of the folder may bundle.
fn parts(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let parts = folder.join("parts");
    let names = if parts.is_dir() { documents(&parts)? } else { Vec::new() };
    Ok(names.iter().map(|(_, file)| parts.join(file)).collect())
}

/// Stems and names of the documents of a folder, YAML or JSON, sorted.
fn documents(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "json") {
            let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
            names.push((text(path.file_stem()), text(path.file_name())));
        }
    }
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        anyhow::bail!("{} holds both {} and {}", folder.display(), pair[0].1, pair[1].1);
    }
    Ok(names)
}

impl Job {
    fn new(
        root: &Path,
        specs: &str,
        file: &str,
        name: String,
        folder: PathBuf,
        sandbox: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let shown = format!("{specs}/{file}");
        let mut inputs = vec![root.join(&shown)];
        inputs.extend(parts(&root.join(specs))?);
        Ok(Self { name, inputs, shown, folder, sandbox })
    }

    /// A document by itself, to be checked only.
    pub(crate) fn alone(file: &Path) -> Self {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            name,
            shown: file.display().to_string(),
            inputs: vec![file.to_owned()],
            folder: PathBuf::new(),
            sandbox: None,
        }
    }

    /// The files that the job writes.
    pub(crate) fn outputs(&self) -> Vec<PathBuf> {
        let modules = MODULES.iter().chain(&["mod"]).map(|module| self.folder.join(format!("{module}.rs")));
        modules.chain(self.sandbox.clone()).collect()
    }

    /// Loads, lints and rewrites the document.
    pub(crate) fn rewrite(&self) -> Result<(State, serde_json::Value), Vec<Refusal>> {
        let mut document = load::load(&self.inputs[0], &self.shown)?;
        bundle::bundle(&mut document, &self.inputs[0])?;
        versions::split(&mut document);
        let refusals = lint::lint(&document);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let resolved = rewrite::resolved(document.clone())?;
        Ok((rewrite::run(document, &self.name)?, resolved))
    }

    /// Makes all files, in memory.
    pub(crate) fn make(&self) -> anyhow::Result<Result<Made, Vec<Refusal>>> {
        let (state, resolved) = match self.rewrite() {
            Ok(done) => done,
            Err(refusals) => return Ok(Err(refusals)),
        };
        let typed = match child::run(&state.document.value) {
            Ok(file) => typed::read(file)?,
            Err(error) => {
                let message = format!("the document passed every rule, but {error:#}");
                let hint = "report it with the document: a rule is missing";
                return Ok(Err(state.refuse("generator", "", message, hint)));
            }
        };
        let header = self.header(&state)?;
        let State { document, plan, log } = state;
        let code = emit::modules(&plan, &document.value, typed)?;
        let code = MODULES.into_iter().zip(code).chain([("mod", self.root_module(&header))]);
        let mut files = Files::new();
        let mut faults = Vec::new();
        for (name, code) in code {
            let (file, text) = write::format(&header, code).with_context(|| format!("{name}.rs of {}", self.shown))?;
            faults.extend(emit::check(&format!("{name}.rs"), &file));
            files.insert(self.folder.join(format!("{name}.rs")), Some(text));
        }
        if !faults.is_empty() {
            let refused = faults.into_iter().map(|fault| {
                Refusal::new("output", document.place(""), fault, "report it with the document: a rule is missing")
            });
            return Ok(Err(refused.collect()));
        }
        write::sweep(&self.folder, &mut files)?;
        if let Some(path) = &self.sandbox {
            let text = serde_json::to_string_pretty(&sandbox::document(resolved))?;
            files.insert(path.clone(), Some(text + "\n"));
        }
        Ok(Ok(Made { files, log, operations: plan.operations.len() }))
    }

    /// Where the code comes from: the document's hash, the generators, the rules.
    fn header(&self, state: &State) -> anyhow::Result<String> {
        let hash = stamp::hex(&Sha256::digest(std::fs::read(&self.inputs[0])?));
        let rules = state.log.rules().join(" ");
        Ok(format!(
            "// Generated by `cargo xtask generate` from {}; do not edit.\n// document sha256 {hash}\n// progenitor {}, xtask {}; rules {rules}\n",
            self.shown,
            PROGENITOR,
            env!("CARGO_PKG_VERSION"),
        ))
    }

    /// `mod.rs`: the modules, and the provenance for support tickets.
    fn root_module(&self, header: &str) -> proc_macro2::TokenStream {
        let modules = MODULES.map(|module| {
            let name = quote::format_ident!("{module}");
            let behind = (module == "dispatch").then(|| quote!(#[cfg(feature = "dispatch")]));
            quote!(#behind pub mod #name;)
        });
        let provenance = header.lines().map(|line| line.trim_start_matches("// ")).collect::<Vec<_>>().join("\n");
        quote! {
            #(#modules)*

            /// Where this module comes from: document, its hash, the generators and the rules that were applied.
            pub const PROVENANCE: &str = #provenance;
        }
    }
}
