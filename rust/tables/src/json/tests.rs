use super::*;
use agensium_kernel::Options;

use crate::scan::Table;

fn opened(text: &str) -> Result<agensium_kernel::report::TableProfile, ScanError> {
    let name = format!(
        "agensium-json-{}-{:x}",
        std::process::id(),
        text.len() * 31 + text.bytes().map(usize::from).sum::<usize>()
    );
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, text)?;
    let input = Input::open(&path)?;
    let found = open(&input, None, crate::limits::Limits::default())?;
    std::fs::remove_file(&path)?;
    Table::of_leaves(found.leaves, Box::new(found.feed), found.rows, text.len() as u64)
        .scan(&Options::default(), &mut |_| true)
}

#[test]
fn objects_become_rows() {
    let lists = r#"[{"id": 1, "to": {"city": "Köln"}, "tags": ["a", "b"]}, {"id": 2.50, "tags": []}, {"to": null}]"#;
    let lines = "{\"id\": 1, \"to\": {\"city\": \"K\\u00f6ln\"}, \"tags\": [\"a\", \"b\"]}\n{\"id\": 2.50, \"tags\": []}\n\n{\"to\": null}\n";
    for text in [lists, lines] {
        let found = opened(text).unwrap();
        let names: Vec<_> = found.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((found.rows, names), (3, vec!["id", "to.city", "tags", "tags[]"]));
        assert_eq!(found.columns[1].top_values[0].value, "Köln");
        assert_eq!((found.columns[0].kind, found.columns[0].nulls), ("decimal", 1));
        assert_eq!((found.columns[3].kind, found.columns[3].missing), ("integer", 1));
    }
}

#[test]
fn kinds_may_be_mixed() {
    let found = opened(r#"[{"a": 1}, {"a": "1"}, {"a": {"b": true}}]"#).unwrap();
    let names: Vec<_> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["a", "a.b"]);
    assert_eq!(found.columns[0].declared.as_deref(), Some("string | number | object"));
    let values: Vec<_> = found.columns[0].top_values.iter().map(|each| each.value.as_str()).collect();
    assert_eq!(values, ["\"1\"", "1"]);
}

#[test]
fn lists_and_values_become_rows() {
    let found = opened("[[1, \"x\"], [2, \"y\"], []]").unwrap();
    assert_eq!((found.rows, found.columns.len(), found.columns[1].name.as_str()), (3, 2, "[1]"));
    let found = opened("[1]\n[2]\n").unwrap();
    assert_eq!((found.rows, found.columns.len()), (2, 1));
    assert_eq!(opened("[1, 2, 3]").unwrap().columns[0].name, "value");
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "[1,]",
        "[1",
        "[1]x",
        "[,1]",
        "[1 2]",
        "{\"a\":1} {\"a\":2}",
        "[01]",
        "[\"\\x\"]",
        "{\"a\" 1}",
        "[\"\t\"]",
        "[nul]",
        "[1.]",
    ] {
        assert_eq!(opened(text).map(|_| ()).unwrap_err().code, "invalid_input", "{text}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(opened(&deep).unwrap_err().code, "too_deep");
}

#[test]
fn a_list_in_an_object_is_the_table() {
    for (text, rows, names) in [
        (r#"{"data": [{"a": 1}, {"a": 2}]}"#, 2, vec!["a"]),
        (
            r#"{"meta": {"n": 2}, "result": {"items": [{"a": "x,]}"}, {"a": 2}, {"b": [1, 2]}]}}"#,
            3,
            vec!["a", "b", "b[]"],
        ),
        (r#"{"few": [{"a": 1}], "many": [{"b": 1}, {"b": 2}], "none": [], "plain": [1, 2, 3, 4]}"#, 2, vec!["b"]),
        (r#"{"plain": [1, 2, 3, 4]}"#, 1, vec!["plain", "plain[]"]),
        ("{\"a\": [{\"b\": 1}, {\"b\": 2}]}\n{\"a\": [{\"b\": 3}]}", 2, vec!["a[]"]),
    ] {
        let found = opened(text).unwrap();
        let found_names: Vec<_> = found.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((found.rows, found_names), (rows, names), "{text}");
    }
}

#[test]
fn what_stands_around_a_list_must_be_json() {
    for text in [r#"{"data": [{"a": 1}],}"#, r#"{"x": 01, "data": [{"a": 1}]}"#, r#"{"data": [{"a": 1}]} x"#] {
        assert_eq!(opened(text).map(|_| ()).unwrap_err().code, "invalid_input", "{text}");
    }
}
