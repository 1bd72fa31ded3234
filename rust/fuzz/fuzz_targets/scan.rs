//! Any bytes as a CSV file under any options.
//!
//! The first four bytes choose the options, the rest is the file. The scan must not panic, its
//! counts must add up, and its profile must not depend on where the file is cut or on how many
//! threads read it.
#![no_main]

use agensium_kernel::options::Dialect;
use agensium_kernel::report::{ColumnProfile, Method, TableProfile};
use agensium_kernel::{Input, Options, scan_reader};
use libfuzzer_sys::fuzz_target;

const DELIMITERS: [&str; 8] = [",", ";", "\t", "|", ":", " ", "-", "x"];
const QUOTES: [Option<&str>; 4] = [Some("\""), Some("'"), None, Some("\"")];
const AMPLE: u64 = 512 << 20;

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
        memory_bytes: if memory < 64 { u64::from(memory) << 12 } else { AMPLE },
        chunk_bytes: Some(usize::from(chunk) + 1),
        today: (shape & 4 != 0).then(|| "2026-01-31".to_owned()),
        pairs: shape & 8 != 0,
        ..Options::default()
    }
}

fn scanned(text: &[u8], options: &Options) -> Result<TableProfile, &'static str> {
    let bytes = text.len() as u64;
    let input = Input { reader: text, total_bytes: bytes, text_bytes: bytes, taken: None };
    scan_reader(input, options, &mut |_| true).map_err(|error| error.code)
}

fn check_counts(table: &TableProfile) {
    let missing: u64 = table.columns.iter().map(|column| column.missing).sum();
    assert_eq!(missing, table.missing_cells, "missing cells of the table and of its columns");
    table.columns.iter().for_each(|column| check_column(column, table.rows));
}

fn check_column(column: &ColumnProfile, rows: u64) {
    assert_eq!(column.rows, rows, "rows of column {}", column.position);
    assert!(column.missing + column.conforming <= rows, "cells of column {}", column.position);
    let tokens: u64 = column.missing_tokens.iter().map(|token| token.count).sum();
    assert!(tokens <= column.missing, "missing tokens of column {}", column.position);
    if column.top_method == Method::Exact {
        let top: u64 = column.top_values.iter().map(|value| value.count).sum();
        assert!(top <= rows - column.missing, "top values of column {}", column.position);
    }
    if let Some(numbers) = &column.numbers {
        assert!(numbers.count + numbers.infinities + numbers.nans <= column.conforming);
        assert!(numbers.min.as_f64() <= numbers.max.as_f64(), "extremes of column {}", column.position);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first_chunk::<4>() else { return };
    let cut = options(*choice);
    let found = scanned(text, &cut);
    let _ = found.as_ref().inspect(|table| check_counts(table));
    if cut.memory_bytes == AMPLE {
        let whole = Options { threads: Some(1), chunk_bytes: None, ..cut };
        assert_eq!(found, scanned(text, &whole), "cut and whole");
    }
});
