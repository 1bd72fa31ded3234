//! Which columns of a wide table may be equal.

use std::collections::HashMap;

use crate::hash::{chain, mix};

use super::sampled::{MISSING, SampledColumn};

/// Rows whose cells are compared.
const TRIED: usize = 8;
/// A value that more columns have in one row tells little.
const MOST_ALIKE: usize = 16;

/// Pairs of columns that are the same in all rows, or have the same value in one of a few rows.
pub fn candidates(columns: &[SampledColumn]) -> Vec<(usize, usize)> {
    let mut alike: HashMap<(usize, u64), Vec<usize>> = HashMap::new();
    for (number, column) in columns.iter().enumerate().filter(|(_, column)| column.distinct > 1) {
        let rows = column.codes.len();
        let all = (0..rows).fold(0, |hash, row| chain(hash, cell(column, row).unwrap_or(1)));
        alike.entry((TRIED, all)).or_default().push(number);
        for at in 0..TRIED {
            if let Some(value) = cell(column, at * rows / TRIED) {
                alike.entry((at, value)).or_default().push(number);
            }
        }
    }
    let mut found: Vec<(usize, usize)> = alike.into_iter().flat_map(|((at, _), columns)| pairs(&columns, at)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn pairs(columns: &[usize], at: usize) -> Vec<(usize, usize)> {
    if columns.len() <= MOST_ALIKE {
        let with = |at: usize| columns[at + 1..].iter().map(move |&right| (columns[at], right));
        return (0..columns.len()).flat_map(with).collect();
    }
    // Columns that are the same in all rows are told as a chain.
    if at == TRIED { columns.windows(2).map(|pair| (pair[0], pair[1])).collect() } else { Vec::new() }
}

/// What tells values apart: the number, where it is one.
fn cell(column: &SampledColumn, row: usize) -> Option<u64> {
    if column.is_ordered() {
        let number = column.numbers[row];
        // Zero has two signs.
        return (!number.is_nan()).then(|| mix((number + 0.0).to_bits()));
    }
    let code = column.codes[row];
    (code != MISSING).then(|| column.hashes[code as usize])
}
