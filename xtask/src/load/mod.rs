//! From the file to a document: YAML and JSON with the place of every node, other files bundled, versions split into operations.

pub(crate) mod bundle;
mod json;
mod read;
pub(crate) mod versions;
mod yaml;

#[cfg(test)]
mod tests;

pub(crate) use read::load;
#[cfg(test)]
pub(crate) use read::parse;
