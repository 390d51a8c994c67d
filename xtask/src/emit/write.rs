//! Files are written only when they differ, all or none; `--check` shows the difference instead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use proc_macro2::TokenStream;
use syn::visit_mut::VisitMut;

use crate::rewrite::rustdoc_text::printable;

/// The files of one document, by path; `None` for one that must go.
pub(crate) type Files = BTreeMap<PathBuf, Option<String>>;

/// Formats generated code under a header.
pub(crate) fn format(header: &str, code: TokenStream) -> anyhow::Result<(syn::File, String)> {
    let mut file: syn::File = syn::parse2(code).context("generated code does not parse")?;
    Printable.visit_file_mut(&mut file);
    let text = format!("{header}\n{}", prettyplease::unparse(&file));
    Ok((file, text))
}

/// Documentation comments are written as they are, so whatever text reached them is made fit here.
struct Printable;

impl VisitMut for Printable {
    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        if attribute.path().is_ident("doc")
            && let syn::Meta::NameValue(named) = &mut attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &mut named.value
        {
            let printable = printable(&text.value());
            if printable != text.value() {
                *text = syn::LitStr::new(&printable, text.span());
            }
        }
    }
}

/// Adds the files of a folder that are not among the new ones, to be removed.
pub(crate) fn sweep(folder: &Path, files: &mut Files) -> anyhow::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && !files.contains_key(&path) {
            files.insert(path, None);
        }
    }
    Ok(())
}

/// The files whose content on disk differs, with a unified diff from disk to new.
pub(crate) fn differences(root: &Path, files: &Files) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (path, new) in files {
        let old = std::fs::read_to_string(path).ok();
        if old.as_deref() == new.as_deref() {
            continue;
        }
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let (before, after) = (old.unwrap_or_default(), new.clone().unwrap_or_default());
        let diff = similar::TextDiff::from_lines(&before, &after);
        let diff =
            diff.unified_diff().context_radius(3).header(&format!("a/{shown}"), &format!("b/{shown}")).to_string();
        found.push((path.clone(), diff));
    }
    found
}

/// Writes what differs: first all new files beside the old ones, then renames, so that a failure leaves the old state.
pub(crate) fn write(files: &Files) -> anyhow::Result<usize> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let Some(text) = text else { continue };
        if std::fs::read_to_string(path).is_ok_and(|old| old == *text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).with_context(|| format!("{} cannot be written", beside.display()))?;
        staged.push((beside, path));
    }
    let mut count = staged.len();
    for (beside, path) in staged {
        std::fs::rename(&beside, path).with_context(|| format!("{} cannot be replaced", path.display()))?;
    }
    for path in files.iter().filter(|(_, text)| text.is_none()).map(|(path, _)| path).filter(|path| path.exists()) {
        std::fs::remove_file(path).with_context(|| format!("{} cannot be removed", path.display()))?;
        count += 1;
    }
    Ok(count)
}
