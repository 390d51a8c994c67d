//! Does the `bursar` command do what it says? Asserted on bytes, exit codes and connections.

mod bodies;
mod calls;
mod checks;
mod dry_runs;
mod lists;
mod sandboxed;
mod signals;
mod support;
