//! JSON pointers (RFC 6901).

/// The pointer to a chain of keys.
pub(crate) fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    keys.into_iter().fold(String::new(), |base, key| join(&base, key))
}

/// The pointer to the member `key` of the node at `base`.
pub(crate) fn join(base: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{base}/{key}")
    }
}

/// The keys of a pointer; empty for the root.
pub(crate) fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
}
