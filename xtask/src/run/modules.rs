//! The generator as a library: a build script generates a module for each document of a folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use super::console::{complain, say};
use super::generate::{Ending, Options, one};
use super::job;
use crate::emit::write;
use crate::typing::child;

/// Generates a module for each document in `specs`, a folder of the package that is built.
///
/// This is the whole of a build script. Its package includes `modules.rs` from `OUT_DIR`: the modules, each with the feature gate
/// `dispatch`, and the macro `for_each_module!`, which passes their names to another macro. Documents that did not change are not
/// generated again.
pub fn generate_modules(specs: &str) -> ExitCode {
    // progenitor runs in a child process: the build script itself.
    let is_child = std::env::args().nth(1).is_some_and(|word| word == child::SUBCOMMAND);
    match if is_child { child::serve().map(|()| Ending::Fine) } else { generate(specs) } {
        Ok(Ending::Fine) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(2),
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn generate(specs: &str) -> anyhow::Result<Ending> {
    let package = folder("CARGO_MANIFEST_DIR")?;
    let out = folder("OUT_DIR")?;
    say(&format!("cargo::rerun-if-changed={specs}"));
    let jobs = job::modules(&package, specs, &out)?;
    let mut ending = Ending::Fine;
    for job in &jobs {
        ending = ending.max(one(&out, job, &Options { quiet: true, ..Default::default() })?);
    }
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    write::write(&[(out.join("modules.rs"), Some(root(&out, &names)))].into())?;
    Ok(ending)
}

fn folder(variable: &str) -> anyhow::Result<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .with_context(|| format!("{variable} is not set: run this in a build script"))
}

/// The modules and the macro over their names.
fn root(out: &Path, names: &[&str]) -> String {
    let module = |name: &&str| {
        let path = out.join(name).join("mod.rs");
        format!(
            "#[path = {path:?}]\n#[allow(missing_docs, deprecated, unreachable_pub, unused_imports, clippy::all)]\npub mod {name};\n"
        )
    };
    let modules: String = names.iter().map(module).collect();
    let names = names.join(" ");
    format!(
        "{modules}\n/// Passes the names of all modules to a macro.\n#[macro_export]\nmacro_rules! for_each_module {{\n    ($then:ident) => {{ $then! {{ {names} }} }};\n}}\n"
    )
}
