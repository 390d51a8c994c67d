//! Kasha: what only forms and webhooks have.

mod leaks;
