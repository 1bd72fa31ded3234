//! Any bytes as a CSV file under any options.
//!
//! The first four bytes choose the options, the rest is the file. The scan must not panic, its
//! counts must add up, and what it says of rows, cells and texts must not depend on where the file
//! is cut or on how many threads read it.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agensium_kernel::options::Dialect;
use agensium_kernel::report::{ColumnProfile, Method, TableProfile};
use agensium_kernel::{Options, scan_file};
use libfuzzer_sys::fuzz_target;

const DELIMITERS: [&str; 8] = [",", ";", "\t", "|", ":", " ", "-", "x"];
const QUOTES: [Option<&str>; 4] = [Some("\""), Some("'"), None, Some("\"")];

/// The first piece of a file is read whole, however small the chunks are. A line of this length
/// before the table leaves all but its first byte to the chunks.
const HEAD_BYTES: usize = 64 << 10;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    folder.join(format!("agensium-fuzz-{}.csv", std::process::id()))
});

fn options(choice: [u8; 4]) -> Options {
    let [writing, shape, chunk, memory] = choice;
    let dialect = Dialect {
        delimiter: DELIMITERS[usize::from(writing & 7)].to_owned(),
        quote: QUOTES[usize::from(writing >> 3 & 3)].map(str::to_owned),
        escape: (writing & 32 != 0).then(|| "\\".to_owned()),
        header: writing & 64 == 0,
        skip_lines: u64::from(shape >> 6),
    };
    Options {
        dialect,
        threads: Some(usize::from(shape & 3) + 1),
        memory_bytes: if memory < 64 { u64::from(memory) << 12 } else { 512 << 20 },
        chunk_bytes: Some(usize::from(chunk) + 1),
        today: (shape & 4 != 0).then(|| "2026-01-31".to_owned()),
        pairs: shape & 8 != 0,
        ..Options::default()
    }
}

fn scanned(options: &Options) -> Result<TableProfile, &'static str> {
    scan_file(&FILE, options, &mut |_| true).map_err(|error| error.code)
}

fn check_counts(table: &TableProfile) {
    let missing: u64 = table.columns.iter().map(|column| column.missing).sum();
    assert_eq!(missing, table.missing_cells, "missing cells of the table and of its columns");
    for column in &table.columns {
        assert_eq!(column.rows, table.rows, "rows of column {}", column.position);
        assert!(column.missing + column.conforming <= column.rows, "cells of column {}", column.position);
        let tokens: u64 = column.missing_tokens.iter().map(|token| token.count).sum();
        assert!(tokens <= column.missing, "missing tokens of column {}", column.position);
        if column.top_method == Method::Exact {
            let top: u64 = column.top_values.iter().map(|value| value.count).sum();
            assert!(top <= column.rows - column.missing, "top values of column {}", column.position);
        }
    }
}

/// What must be the same however the file is cut. (What a comma means in numbers is told by the
/// first chunk, so kinds and numbers are compared in the tests with real chunk sizes only.)
fn check_same(table: &TableProfile, whole: &TableProfile) {
    assert_eq!((table.rows, table.missing_cells), (whole.rows, whole.missing_cells));
    assert_eq!(table.repairs, whole.repairs);
    assert_eq!(table.duplicate_rows, whole.duplicate_rows);
    assert_eq!(table.columns.len(), whole.columns.len());
    table.columns.iter().zip(&whole.columns).for_each(|(column, other)| check_same_column(column, other));
}

fn check_same_column(column: &ColumnProfile, other: &ColumnProfile) {
    assert_eq!((&column.name, column.missing), (&other.name, other.missing));
    assert_eq!((column.empty, column.whitespace_only), (other.empty, other.whitespace_only));
    assert_eq!(column.missing_tokens, other.missing_tokens);
    assert_eq!((&column.distinct, &column.unique), (&other.distinct, &other.unique));
    assert_eq!(column.text, other.text);
    assert_eq!(column.top_values, other.top_values);
    assert_eq!(column.patterns, other.patterns);
}

/// Write the file, every other time behind a line that fills the first piece.
fn write(text: &[u8], options: &mut Options, behind_a_line: bool) {
    let mut bytes = Vec::new();
    if behind_a_line {
        bytes.resize(HEAD_BYTES - 2, b'-');
        bytes.push(b'\n');
        options.dialect.skip_lines += 1;
    }
    bytes.extend_from_slice(text);
    std::fs::write(FILE.as_path(), bytes).expect("the scratch file can be written");
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first_chunk::<4>() else { return };
    let mut cut = options(*choice);
    write(text, &mut cut, choice[1] & 16 != 0);
    let found = scanned(&cut);
    let _ = found.as_ref().inspect(|table| check_counts(table));
    if cut.memory_bytes < 512 << 20 {
        return;
    }
    let whole = Options { threads: Some(1), chunk_bytes: None, ..cut };
    match (found, scanned(&whole)) {
        (Ok(table), Ok(whole)) => check_same(&table, &whole),
        (Err(code), Err(other)) => assert_eq!(code, other),
        (Ok(_), Err(code)) | (Err(code), Ok(_)) => panic!("{code} only for one way of cutting"),
    }
});
