//! What the command says.

/// Prints a line of the output.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints a line of complaint.
#[expect(clippy::print_stderr, reason = "this is the command's complaint")]
pub(crate) fn complain(line: &str) {
    eprintln!("{line}");
}
