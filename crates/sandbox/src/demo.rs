//! What a person needs to call the fakes, as text for a terminal.

/// How one fake is called by hand.
#[derive(Debug, Default)]
pub(crate) struct Demo {
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Names and values of its test credentials.
    pub(crate) keys: &'static [(&'static str, &'static str)],
    /// A command to try, empty if there is none.
    pub(crate) command: String,
}
