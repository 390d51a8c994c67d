//! Where all fakes are and how they are called, as text for a terminal.

use std::fmt::Write as _;

use crate::Sandbox;

impl Sandbox {
    /// Base URL of the fake of this name, such as `kasisto`; `None` if there is none.
    pub fn url_of(&self, provider: &str) -> Option<String> {
        let found = self.front.providers().iter().find(|one| one.name() == provider)?;
        Some(self.provider_url(&**found))
    }

    /// Addresses and test credentials of all fakes, with commands to try.
    pub fn listing(&self) -> String {
        let (mut text, mut commands) = (String::new(), String::new());
        for provider in self.front.providers() {
            let url = self.provider_url(&**provider);
            let demo = provider.demo(&url);
            let title = if demo.title.is_empty() { provider.name() } else { demo.title };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{title:14} {url}");
            for (name, value) in demo.keys {
                let _ = writeln!(text, "  {name:12} {value}");
            }
            text.push('\n');
            if !demo.command.is_empty() {
                let _ = writeln!(commands, "  {}", demo.command);
            }
        }
        let own = format!("{}/sandbox/{{faults,movements,violations}}", self.url());
        format!("{text}Faults, what moved, and what broke a document: {own}\n\nTry:\n{commands}\nCtrl-C stops it.")
    }
}
