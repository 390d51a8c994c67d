//! Which operations fail alike, and what the enum that they share is called.
//!
//! Operations with the same variants, statuses and bodies share one enum. A name follows from what the enum holds, so that another
//! operation or another error renames no enum that stays as it is:
//!
//! 1. An enum of one operation is called after it: `CheckHealthError`.
//! 2. Variants that three quarters of the document's operations have are *usual*. An enum of the usual ones is `CommonError`.
//! 3. Any other is called after the variants that it has besides (a success that reports a failure counts by its body), and after the
//!    usual ones that it lacks, if it has some of them: `NotFoundError`, `OtpRequiredWithoutNotOfferedError`.
//! 4. Where that name is taken, by an operation, a body or an earlier enum, it is called after its first operation.
//!
//! Whatever the enum is called, `<Operation>Error` names it for every operation.

use std::collections::BTreeSet;

use crate::document::names;
use crate::rewrite::plan::{Operation, Payload, Plan, Variant};

/// Operations that fail alike.
pub(crate) struct Shared<'p> {
    /// Name of the enum.
    pub(crate) name: String,
    /// The operations, in the order of the document.
    pub(crate) operations: Vec<&'p Operation>,
    /// The variants; each with all texts that operations have for it.
    pub(crate) variants: Vec<Variant>,
}

/// The name of an operation's error.
pub(crate) fn name_of(row: &Operation) -> String {
    format!("{}Error", names::pascal(&row.id))
}

/// What tells variants apart.
type Content<'p> = (&'p str, &'p [String], &'p Payload);

fn content(variant: &Variant) -> Content<'_> {
    (&variant.name, &variant.statuses, &variant.payload)
}

/// The error enums of a document, in the order of their first operations.
pub(crate) fn shared(plan: &Plan) -> Vec<Shared<'_>> {
    let failing: Vec<&Operation> = plan.operations.iter().filter(|row| !row.errors.is_empty()).collect();
    let mut found: Vec<Shared> = Vec::new();
    for row in &failing {
        let alike = |known: &&mut Shared| known.variants.iter().map(content).eq(row.errors.iter().map(content));
        match found.iter_mut().find(alike) {
            Some(known) => known.add(row),
            None => {
                found.push(Shared { name: String::new(), operations: vec![row], variants: row.errors.clone() });
            }
        }
    }
    let usual = usual(&failing);
    let mut taken: BTreeSet<String> = failing.iter().map(|row| name_of(row)).collect();
    for variant in failing.iter().flat_map(|row| &row.errors) {
        if let Payload::Json(rust) = &variant.payload {
            taken.extend(rust.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
        }
    }
    for shared in &mut found {
        let own = name_of(shared.operations[0]);
        let name = match shared.operations.len() {
            1 => own,
            _ => Some(shared.by_content(&usual)).filter(|name| taken.insert(name.clone())).unwrap_or(own),
        };
        shared.name = name;
    }
    found
}

/// The variants that three quarters of the operations have, in the order of first use.
fn usual<'p>(failing: &[&'p Operation]) -> Vec<Content<'p>> {
    let mut counts: Vec<(Content, usize)> = Vec::new();
    for variant in failing.iter().flat_map(|row| &row.errors) {
        match counts.iter_mut().find(|(known, _)| *known == content(variant)) {
            Some((_, count)) => *count += 1,
            None => counts.push((content(variant), 1)),
        }
    }
    counts.retain(|(_, count)| count * 4 >= failing.len() * 3);
    counts.into_iter().map(|(variant, _)| variant).collect()
}

/// The type of a variant's body, if the document names it.
fn body(variant: &Variant) -> Option<String> {
    match &variant.payload {
        Payload::Json(rust) => syn::parse_str::<syn::Ident>(rust).ok().map(|name| name.to_string()),
        Payload::Empty | Payload::Bytes => None,
    }
}

impl<'p> Shared<'p> {
    /// One more operation, whose texts may differ.
    fn add(&mut self, row: &'p Operation) {
        self.operations.push(row);
        for (known, variant) in self.variants.iter_mut().zip(&row.errors) {
            if !known.text.contains(&variant.text) {
                known.text = format!("{}\n\n{}", known.text, variant.text);
            }
        }
    }

    fn by_content(&self, usual: &[Content]) -> String {
        let is_usual = |variant: &&Variant| usual.contains(&content(variant));
        let added = self.variants.iter().filter(|variant| !is_usual(variant));
        let mut name: String = added
            .map(|variant| match body(variant) {
                Some(body) if variant.statuses == ["2XX"] => body,
                _ => variant.name.clone(),
            })
            .collect();
        let lacks = |variant: &&Content| !self.variants.iter().any(|known| content(known) == **variant);
        if usual.iter().any(|variant| !lacks(&variant)) {
            let lacked: Vec<&str> = usual.iter().filter(lacks).map(|(name, ..)| *name).collect();
            if !lacked.is_empty() {
                name = format!("{name}Without{}", lacked.concat());
            }
        }
        if name.is_empty() { "CommonError".to_owned() } else { format!("{name}Error") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An operation with these error variants; `Name:Body` has a body of its own.
    fn operation(id: &str, errors: &[&str]) -> Operation {
        let variant = |error: &&str| {
            let (name, body) = error.split_once(':').unwrap_or((error, "Fault"));
            let status = if name == "Failed" { "2XX" } else { name };
            Variant {
                name: name.to_owned(),
                statuses: vec![status.to_owned()],
                text: format!("{name} of {id}"),
                payload: Payload::Json(body.to_owned()),
            }
        };
        Operation { id: id.to_owned(), errors: errors.iter().map(variant).collect(), ..Operation::default() }
    }

    fn plan(operations: &[(&str, &[&str])]) -> Plan {
        let mut plan = Plan::new("bank");
        plan.operations = operations.iter().map(|(id, errors)| operation(id, errors)).collect();
        plan
    }

    /// Each enum with its operations.
    fn enums(plan: &Plan) -> Vec<String> {
        let shown = |shared: &Shared| {
            let ids: Vec<&str> = shared.operations.iter().map(|row| row.id.as_str()).collect();
            format!("{}: {}", shared.name, ids.join(" "))
        };
        shared(plan).iter().map(shown).collect()
    }

    const USUAL: &[&str] = &["Refused", "Forbidden", "Broken"];
    const BANK: [(&str, &[&str]); 13] = [
        ("list_accounts", USUAL),
        ("list_cards", USUAL),
        ("list_payees", USUAL),
        ("list_banks", USUAL),
        ("list_limits", USUAL),
        ("list_offers", USUAL),
        ("get_account", &["Refused", "Forbidden", "Broken", "NotFound"]),
        ("get_card", &["Refused", "Forbidden", "Broken", "NotFound"]),
        ("get_rate", &["Refused", "Broken"]),
        ("get_fee", &["Refused", "Broken"]),
        ("pay", &["Refused", "Forbidden", "Broken", "Failed:Payment"]),
        ("pay_later", &["Refused", "Forbidden", "Broken", "Failed:Payment"]),
        ("check_health", &["Down:Health"]),
    ];

    #[test]
    fn an_enum_is_called_after_what_it_holds() {
        assert_eq!(
            enums(&plan(&BANK)),
            [
                "CommonError: list_accounts list_cards list_payees list_banks list_limits list_offers",
                "NotFoundError: get_account get_card",
                "WithoutForbiddenError: get_rate get_fee",
                "PaymentError: pay pay_later",
                "CheckHealthError: check_health",
            ]
        );
    }

    #[test]
    fn another_operation_or_error_renames_no_other_enum() {
        let names = |plan: &Plan| shared(plan).into_iter().map(|shared| shared.name).collect::<BTreeSet<_>>();
        let before = names(&plan(&BANK));
        let additions: [(&str, &[&str]); 3] = [
            ("list_loans", USUAL),
            ("get_loan", &["Refused", "Forbidden", "Broken", "NotFound"]),
            ("swap", &["Refused", "Forbidden", "Broken", "Locked"]),
        ];
        for addition in additions {
            for at in [0, BANK.len()] {
                let mut operations = BANK.to_vec();
                operations.insert(at, addition);
                let after = names(&plan(&operations));
                assert!(before.is_subset(&after), "{addition:?}: {before:?} -> {after:?}");
            }
        }
        let mut operations = BANK.to_vec();
        operations[0].1 = &["Refused", "Forbidden", "Broken", "Locked"];
        let after = names(&plan(&operations));
        assert!(before.is_subset(&after), "{before:?} -> {after:?}");
    }

    #[test]
    fn a_name_that_is_taken_gives_way_to_the_first_operation() {
        let mut operations = BANK.to_vec();
        operations.push(("not_found", USUAL));
        assert_eq!(enums(&plan(&operations))[1], "GetAccountError: get_account get_card");
        let bodies: [(&str, &[&str]); 2] = [("a", &["Refused:CommonError"]), ("b", &["Refused:CommonError"])];
        assert_eq!(enums(&plan(&bodies)), ["AError: a b"]);
    }

    #[test]
    fn texts_that_differ_are_all_kept() {
        let plan = plan(&BANK);
        let text = &shared(&plan)[2].variants[0].text;
        assert_eq!(text, "Refused of get_rate\n\nRefused of get_fee");
    }
}
