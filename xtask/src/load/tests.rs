use serde_json::json;

use super::parse;
use crate::document::{Document, Place};

const TEXT: &str = "openapi: 3.0.3\npaths:\n  /a/{b}:\n    post: {tags: [x, 'y']}\n    get:\n      x: 1\n";

fn shown(place: Place) -> String {
    place.to_string()
}

fn faults(text: &str) -> Vec<String> {
    let list = match parse(text, "d.yaml") {
        Ok(document) => document.faults().to_vec(),
        Err(list) => list,
    };
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn nodes_know_their_places() {
    let document = parse(TEXT, "specs/d.yaml").unwrap();
    assert_eq!(document.file(), "specs/d.yaml");
    assert_eq!(document.get("/paths/~1a~1{b}/post/tags/1"), Some(&json!("y")));
    assert_eq!(shown(document.place("/paths/~1a~1{b}/post/tags/1")), "specs/d.yaml:4:22");
    assert_eq!(shown(document.key_place("/paths/~1a~1{b}")), "specs/d.yaml:3:3");
    assert_eq!(shown(document.place("/paths/~1a~1{b}/get")), "specs/d.yaml:6:7");
    // What was never written stands at its nearest ancestor's key.
    assert_eq!(shown(document.place("/paths/~1a~1{b}/get/new/x")), "specs/d.yaml:5:5");
    let methods: Vec<_> = document.operations().into_iter().map(|it| it.method).collect();
    assert_eq!(methods, ["post", "get"]);
}

#[test]
fn moved_and_adopted_nodes_say_where_they_were_written() {
    let mut document = parse(TEXT, "d.yaml").unwrap();
    document.moved("/paths/~1a~1{b}/get", "/components/x");
    document.moved("/paths/~1a~1{b}/post", "/components/x/inner");
    document.moved("/components/x", "/y");
    assert_eq!(shown(document.place("/y/x")), "d.yaml:6:10");
    assert_eq!(shown(document.place("/y/inner/tags")), "d.yaml:4:18");
    assert_eq!(shown(document.key_place("/y/inner")), "d.yaml:4:5");
    let other = parse("a:\n  b: 1\n", "other.yaml").unwrap();
    document.adopted(&other, "/a", "/components/x");
    assert_eq!(shown(document.place("/components/x/b")), "other.yaml:2:6");
    assert_eq!(shown(document.place("/components/x/inner")), "other.yaml:1:1");
}

#[test]
fn scalars_follow_the_core_schema_with_their_digits() {
    let text = "a: [1, -2, 0x1F, 0o17, 1.50, 1e3, true, null, ~, 3.0.3, 1-2, 2016-01, a_1, 0x, '1', 18446744073709551615, 0.1]\nb:\n";
    let document = parse(text, "d.yaml").unwrap();
    assert!(document.faults().is_empty());
    assert_eq!(
        document.value,
        json!({
            "a": [1, -2, 31, 15, 1.5, 1000.0, true, null, null, "3.0.3", "1-2", "2016-01", "a_1", "0x", "1", 18446744073709551615u64, 0.1],
            "b": null
        })
    );
}

#[test]
fn faults_of_the_yaml_are_listed_with_positions() {
    let text = "a: &x 1\nb: *x\na: yes\n200: {}\nd: 007\ne: 12345678901234567.89\nf: !!str 1\n<<: {}\n? [a]\n: b\n";
    let found: Vec<_> = faults(text).iter().map(|it| it.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(
        found,
        [
            "error[yaml-anchor] d.yaml:1:4",
            "error[yaml-anchor] d.yaml:2:4",
            "error[yaml-duplicate-key] d.yaml:3:1",
            "error[yaml-bare-word] d.yaml:3:4",
            "error[yaml-bare-word] d.yaml:4:1",
            "error[yaml-bare-word] d.yaml:5:4",
            "error[yaml-syntax] d.yaml:6:4",
            "error[yaml-syntax] d.yaml:7:4",
            "error[yaml-anchor] d.yaml:8:1",
            "error[yaml-syntax] d.yaml:9:3",
        ]
    );
}

#[test]
fn what_older_readers_take_for_dates_or_numbers_is_to_be_quoted() {
    for text in
        ["2016-01-30", "2016-1-3", "2016-01-30T12:30:00Z", "2016-01-30 12:30", "12:30", "-1:30:00.5", "1_000", "0b11"]
    {
        let said = faults(&format!("a: {text}\n"));
        assert!(said.len() == 1 && said[0].starts_with("error[yaml-bare-word] d.yaml:1:4: "), "{text}: {said:?}");
        assert!(said[0].contains(&format!("write '{text}'")), "{text}: {said:?}");
        assert_eq!(faults(&format!("a: '{text}'\n")), [""; 0]);
    }
    assert!(faults("2016-01-30: 1\n")[0].starts_with("error[yaml-bare-word] d.yaml:1:1: "));
    for text in [
        "10.0.0.1",
        "2016-01-30Z",
        "2016-01-30 or later",
        "12:60:a",
        "00000000-0000-4000-8000-0000000000c1",
        "v1_0",
        "http://a:80/",
    ] {
        assert_eq!(faults(&format!("a: {text}\n")), [""; 0], "{text}");
    }
}

#[test]
fn unreadable_text_is_refused_where_it_breaks() {
    for text in ["", "- a", "a: [", "a: 1\n---\nb: 1", "a\nb: 1", "\"", "{", "\t", "a: b: c", "%YAML 1.2\n---\n- 1"] {
        let list = parse(text, "d.yaml").map(|_| ()).expect_err(text);
        assert!(list.iter().all(|it| it.rule == "yaml-syntax"), "{text}: {list:?}");
    }
}

#[test]
fn json_is_read_as_json_with_its_places() {
    let text =
        "{\n  \"a\": {\"b\\/c\": \"\\ud83d\\ude00 \\\"x\\\\\", \"n\": [1.50, -2, true, null]},\n  \"z\": \"no\"\n}\n";
    for shown in ["d.json", "d.yaml"] {
        let document = parse(text, shown).unwrap();
        assert!(document.faults().is_empty());
        assert_eq!(document.value, json!({"a": {"b/c": "\u{1f600} \"x\\", "n": [1.5, -2, true, null]}, "z": "no"}));
        assert_eq!(shown_at(&document, "/a/b~1c"), "2:17");
        assert_eq!(document.key_place("/a/n").to_string(), format!("{shown}:2:39"));
        assert_eq!(shown_at(&document, "/a/n/1"), "2:51");
        assert_eq!(shown_at(&document, "/z"), "3:8");
    }
    let said = faults("{\"a\": 1, \"a\": 2, \"b\": \"\\ud83d\", \"c\": 1.00000000000000000001}");
    let said: Vec<_> = said.iter().map(|it| it.split(". ").next().unwrap()).collect();
    assert_eq!(
        said,
        [
            "error[yaml-duplicate-key] d.yaml:1:10: the key a is duplicated in the mapping",
            "error[yaml-syntax] d.yaml:1:23: text with an unpaired surrogate",
            "error[yaml-syntax] d.yaml:1:38: 1.00000000000000000001 is a number that loses digits in JSON",
        ]
    );
    let broken = parse("{\"a\": 1,}", "d.json").map(|_| ()).expect_err("a comma too much");
    assert!(
        broken[0].to_string().starts_with("error[yaml-syntax] d.json:1:9: not JSON: key must be a string"),
        "{broken:?}"
    );
    // A flow mapping that is no JSON is YAML.
    assert_eq!(parse("{openapi: 3.0.3}", "d.yaml").unwrap().value, json!({"openapi": "3.0.3"}));
}

fn shown_at(document: &Document, pointer: &str) -> String {
    let place = document.place(pointer);
    format!("{}:{}", place.line, place.column)
}

#[test]
fn deep_nesting_is_cut_off() {
    let deep = format!("a: {}", "[".repeat(200));
    assert!(faults(&deep).iter().any(|it| it.contains("yaml-syntax")));
    let mut block = String::new();
    for level in 0..5000 {
        block.push_str(&format!("{}k:\n", " ".repeat(level)));
    }
    let found = faults(&block);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("error[yaml-syntax] d.yaml:101:"), "{found:?}");
}
