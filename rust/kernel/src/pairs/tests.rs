//! Wide tables with something planted among noise.

use super::*;
use crate::hash::mix;
use crate::options::Options;
use crate::report::TableProfile;
use crate::scan::{Input, scan_reader};

const ROWS: usize = 400;
const NOISE: usize = 300;

/// Noise: numbers with three decimals, or one of five letters in every third column.
fn noise(row: usize, column: usize) -> String {
    let random = mix((row * 1000 + column) as u64) >> 33;
    if column % 3 == 2 { ["p", "q", "r", "s", "t"][random as usize % 5].into() } else { thousandths(random % 100_000) }
}

fn thousandths(number: u64) -> String {
    format!("{}.{:03}", number / 1000, number % 1000)
}

/// A table of noise, and the planted columns in front of, within and behind it.
fn scanned(planted: &[(&str, &dyn Fn(usize) -> String)], threads: usize) -> TableProfile {
    let at = |number: usize| number * NOISE / planted.len().max(2);
    let mut names: Vec<String> = (0..NOISE).map(|column| format!("n{column}")).collect();
    planted.iter().enumerate().for_each(|(number, (name, _))| names.insert(at(number), (*name).to_owned()));
    let mut text = names.join(",") + "\n";
    for row in 0..ROWS {
        let mut cells: Vec<String> = (0..NOISE).map(|column| noise(row, column)).collect();
        planted.iter().enumerate().for_each(|(number, (_, cell))| cells.insert(at(number), cell(row)));
        text += &(cells.join(",") + "\n");
    }
    let total = text.len() as u64;
    let options = Options { threads: Some(threads), chunk_bytes: Some(64 << 10), ..Options::default() };
    let input = Input { reader: text.as_bytes(), total_bytes: total, text_bytes: total, taken: None };
    scan_reader(input, &options, &mut |_| true).unwrap()
}

fn random(row: usize, salt: u64, below: u64) -> u64 {
    (mix(row as u64 ^ salt << 32) >> 20) % below
}

fn relations(table: &TableProfile) -> Vec<(&'static str, Vec<&str>)> {
    let relations = table.relations.iter().flatten();
    relations.map(|found| (found.kind, found.columns.iter().map(String::as_str).collect())).collect()
}

fn strongest(table: &TableProfile, measure: &str) -> (String, String) {
    let mut found = table.associations.iter().flatten().filter(|found| found.measure == measure);
    found.next().map(|found| (found.left.clone(), found.right.clone())).unwrap()
}

#[test]
fn a_strong_pair_of_numbers_is_found_among_noise_for_any_threads() {
    let x = |row: usize| thousandths(random(row, 1, 90_000));
    let y = |row: usize| thousandths(random(row, 1, 90_000) + random(row, 2, 40_000));
    let tables = [1, 2, 5].map(|threads| scanned(&[("x", &x), ("y", &y)], threads));
    assert_eq!(strongest(&tables[0], "spearman"), ("x".into(), "y".into()));
    // Of the columns themselves a table this wide may know more with fewer threads, of their pairs it may not.
    assert!(tables.iter().all(|table| table.associations == tables[0].associations));
    assert!(tables.iter().all(|table| table.relations == tables[0].relations));
}

#[test]
fn categories_that_go_together_are_found_among_noise() {
    let code = |row: usize| random(row, 1, 12);
    let color = |row: usize| format!("color {}", code(row));
    let shape = |row: usize| format!("shape {}", if random(row, 2, 10) < 8 { code(row) / 2 } else { 7 });
    let size = |row: usize| thousandths(code(row) * 5000 % 60_000 + random(row, 3, 3000));
    let table = scanned(&[("color", &color), ("shape", &shape), ("size", &size)], 2);
    assert_eq!(strongest(&table, "cramers_v"), ("color".into(), "shape".into()));
    assert_eq!(strongest(&table, "correlation_ratio"), ("color".into(), "size".into()));
}

#[test]
fn gaps_in_the_same_rows_do_not_make_columns_alike() {
    let gap = |row: usize, salt: u64| {
        if row.is_multiple_of(2) { String::new() } else { thousandths(random(row, salt, 90_000)) }
    };
    let (a, b) = (|row: usize| gap(row, 1), |row: usize| gap(row, 2));
    let table = scanned(&[("a", &a), ("b", &b)], 2);
    let both = |left: &str, right: &str| left == "a" && right == "b";
    let found = table.associations.iter().flatten().find(|found| both(&found.left, &found.right));
    assert!(found.is_none_or(|found| found.estimate.value.as_f64().abs() < 0.2));
    let missing = table.co_missing.unwrap();
    assert_eq!(missing.iter().map(|pair| pair.rows).collect::<Vec<_>>(), [200]);
    assert!(both(&missing[0].left, &missing[0].right));
}

#[test]
fn equality_order_and_sums_are_found_among_noise() {
    let net = |row: usize| random(row, 1, 90_000);
    let tax = |row: usize| random(row, 2, 9000);
    let table = scanned(
        &[
            ("net", &|row| thousandths(net(row))),
            ("tax", &|row| thousandths(tax(row))),
            ("gross", &|row| thousandths(net(row) + tax(row))),
            ("copy", &|row| if row % 7 == 3 { String::new() } else { thousandths(net(row)) + "0" }),
            ("start", &|row| format!("2026-01-{:02}", 1 + row % 20)),
            ("end", &|row| format!("2026-01-{:02}", 1 + row % 20 + random(row, 3, 8) as usize)),
            ("name", &|row| format!("name {}", row / 2)),
            ("alias", &|row| if row % 5 == 1 { String::new() } else { format!("name {}", row / 2) }),
        ],
        2,
    );
    let found = relations(&table);
    let expected = [
        ("equal", vec!["net", "copy"]),
        ("equal", vec!["name", "alias"]),
        ("at most", vec!["start", "end"]),
        ("at most", vec!["net", "gross"]),
        ("sum", vec!["net", "tax", "gross"]),
    ];
    expected.iter().for_each(|each| assert!(found.contains(each), "{each:?} in {found:?}"));
    assert!(
        found
            .iter()
            .all(|(_, columns)| !columns.iter().any(|name| name.starts_with('n') && name != &"net" && name != &"name")),
        "{found:?}"
    );
}

#[test]
fn a_dependency_is_found_among_noise_and_no_other() {
    let city = |row: usize| random(row, 1, 60);
    let table = scanned(
        &[
            ("city", &|row| format!("city {}", city(row))),
            ("country", &|row| format!("country {}", city(row) * 7 % 11)),
            ("rare", &|row| if row == 17 { "yes" } else { "no" }.to_owned()),
        ],
        2,
    );
    let found = table.dependencies.unwrap();
    let found: Vec<_> = found.iter().map(|found| (found.determinant.join(" "), found.dependent.as_str())).collect();
    assert_eq!(found, [("city".to_owned(), "country")]);
}

#[test]
fn the_notes_of_a_wide_table_say_what_was_measured() {
    let table = scanned(&[], 2);
    let notes: Vec<&str> = table.not_computed.iter().map(|note| note.what).collect();
    let expected = [
        "associations of most pairs",
        "weak relations and dependencies",
        "keys of two columns",
        "dependencies on two columns",
    ];
    assert_eq!(notes[..4], expected);
    assert!(table.not_computed[0].why.starts_with("The table has 300 columns. Of 44850 pairs the "));
    assert_eq!(table.associations.map(|found| found.len()), Some(LISTED));
}
