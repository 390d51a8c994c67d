//! Each rule on a small document of its own: `fixtures/rewrite/<rule>/before.yaml` and what the rule makes of it.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::load;

/// Where the fixtures of a rule are.
fn folder(rule: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/rewrite").join(rule)
}

/// Runs the rules up to and including one; what the rule did is the document, the plan's lines and the log.
fn outcome(rule: &str) -> Value {
    let path = folder(rule).join("before.yaml");
    let document = load::load(&path, &format!("{rule}/before.yaml")).expect("the fixture loads");
    let faults = crate::lint::lint(&document);
    assert!(faults.is_empty(), "{rule}/before.yaml must pass the lint: {faults:#?}");
    let mut state = State::new(document, "fixture");
    for step in RULES {
        state.log.start(step.name);
        (step.apply)(&mut state).expect("the rule applies");
        if step.name == rule {
            break;
        }
    }
    let log: Vec<String> =
        state.log.entries().iter().filter(|e| e.rule == rule).map(|e| format!("{}: {}", e.place, e.text)).collect();
    assert!(
        !log.is_empty()
            || ["collect-operations", "strip-leftovers", "inline-components", "map-answer-media"].contains(&rule),
        "{rule} did nothing to its fixture"
    );
    let plan = format!("{:#?}", state.plan);
    let plan: Vec<&str> = plan.lines().collect();
    json!({ "document": state.document.value, "plan": plan, "log": log })
}

/// Runs the rules up to and including one over a document that lint may not have seen.
pub(super) fn after(rule: &str, text: &str) -> Result<State, Vec<Refusal>> {
    let document = load::parse(text, "corner.yaml")?;
    let mut state = State::new(document, "corner");
    let last = RULES.iter().position(|step| step.name == rule).expect("a rule");
    RULES[..=last].iter().try_for_each(|step| (step.apply)(&mut state))?;
    Ok(state)
}

/// The one refusal of a document, without its hint.
pub(super) fn refusal(rule: &str, text: &str) -> String {
    let refusals = after(rule, text).err().expect("a refusal");
    let lines: Vec<String> = refusals.iter().map(|it| format!("{} {}: {}", it.rule, it.place, it.message)).collect();
    lines.join("\n")
}

/// Compares with `after.json`; `UPDATE_FIXTURES=1` writes it instead, to be reviewed as any change is.
fn check(rule: &str) {
    let after = folder(rule).join("after.json");
    let text = serde_json::to_string_pretty(&outcome(rule)).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&after, &text).expect("the fixture can be written");
    }
    let expected = std::fs::read_to_string(&after).expect("after.json");
    assert!(text == expected, "{}", similar::TextDiff::from_lines(&expected, &text).unified_diff());
}

#[test]
fn twice_the_operations_are_twice_the_work() {
    let steps = |operations: usize| {
        let text = crate::document::synthetic::document(operations).to_string();
        let document = load::parse(&text, "synthetic.json").expect("a document");
        let (faults, linted) = crate::document::work::counted(|| crate::lint::lint(&document));
        assert!(faults.is_empty(), "{faults:#?}");
        let (state, rewritten) = crate::document::work::counted(|| run(document, "synthetic"));
        assert_eq!(state.map(|state| state.plan.operations.len()).ok(), Some(operations));
        (linted, rewritten)
    };
    let (small, large) = (steps(50), steps(400));
    for (what, small, large) in [("lint", small.0, large.0), ("rules", small.1, large.1)] {
        let growth = large as f64 / small as f64;
        assert!(growth < 8.0 * 1.1, "eight times the document are {growth:.1} times the steps of {what}");
    }
}

macro_rules! rules {
    ($($test:ident: $rule:literal,)*) => {
        $(#[test] fn $test() { check($rule); })*

        #[test]
        fn every_rule_has_its_fixture() {
            let tested = [$($rule),*];
            for rule in RULES {
                assert!(tested.contains(&rule.name), "{} has no fixture", rule.name);
            }
        }
    };
}

rules! {
    inline_components: "inline-components",
    merge_all_of: "merge-all-of",
    unwrap_envelopes: "unwrap-envelopes",
    name_inline_schemas: "name-inline-schemas",
    inline_aliases: "inline-aliases",
    collect_operations: "collect-operations",
    map_body_media: "map-body-media",
    map_answer_media: "map-answer-media",
    collect_answer_headers: "collect-answer-headers",
    map_parameter_styles: "map-parameter-styles",
    relax_answers: "relax-answers",
    allow_null_lists: "allow-null-lists",
    describe_limits: "describe-limits",
    exact_values: "exact-values",
    open_enums: "open-enums",
    build_unions: "build-unions",
    separate_null: "separate-null",
    rustdoc_text: "rustdoc-text",
    fold_responses: "fold-responses",
    strip_leftovers: "strip-leftovers",
}
