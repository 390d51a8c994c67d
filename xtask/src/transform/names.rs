//! Rust names, cased as the generator's typing step cases them.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// The name of a type: `transfer_request` -> `TransferRequest`.
pub(crate) fn pascal(name: &str) -> String {
    identifier(&cleaned(name).to_pascal_case(), "X")
}

/// Names that generated code uses for what Rust itself calls so.
const PRELUDE: [&str; 16] = [
    "AsRef", "Box", "Clone", "Copy", "Default", "Drop", "Err", "From", "Into", "None", "Ok", "Option", "Result",
    "Some", "String", "Vec",
];

/// The name of a schema's type, which must not hide one of Rust's own: `option` -> `OptionValue`.
pub(crate) fn type_name(name: &str) -> String {
    let name = pascal(name);
    if PRELUDE.contains(&name.as_str()) { format!("{name}Value") } else { name }
}

/// The name of a field or method: `TransferRequest` -> `transfer_request`.
pub(crate) fn snake(name: &str) -> String {
    identifier(&cleaned(name).to_snake_case(), "x")
}

/// The name of a constant: `create_transfer` -> `CREATE_TRANSFER`.
pub(crate) fn shouty(name: &str) -> String {
    identifier(&cleaned(name).to_shouty_snake_case(), "X")
}

fn cleaned(name: &str) -> String {
    name.replace('\'', "").replace(|c: char| !c.is_alphanumeric() && c != '_', "-")
}

fn identifier(name: &str, prefix: &str) -> String {
    let name = match name.chars().next() {
        None => prefix.to_owned(),
        Some(first) if first.is_alphabetic() || first == '_' => name.to_owned(),
        Some(_) => format!("{prefix}{name}"),
    };
    if syn::parse_str::<syn::Ident>(&name).is_ok() && name != "gen" { name } else { format!("{name}_") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_rust_names() {
        assert_eq!(pascal("transfer_request"), "TransferRequest");
        assert_eq!(pascal("KYCUpload"), "KycUpload");
        assert_eq!(pascal("3ds"), "X3ds");
        assert_eq!(type_name("option"), "OptionValue");
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("filter[status]"), "filter_status");
        assert_eq!(shouty("create_transfer"), "CREATE_TRANSFER");
    }
}
