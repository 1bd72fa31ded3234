//! Columns that are missing in the same rows.

use crate::report::CoMissing;

use super::sampled::{MISSING, SampledColumn};
use super::screen::all_pairs;
use super::{LISTED, Table};

/// Pairs of columns that are missing in the same rows, by how many those are.
pub fn find(table: &Table, threads: usize) -> Vec<CoMissing> {
    let gaps: Vec<usize> = (0..table.columns.len()).filter(|&column| table.columns[column].missing > 0).collect();
    let words = table.sampled.div_ceil(64) as usize;
    let bits = gaps.iter().map(|&column| missing(&table.columns[column])).collect::<Vec<_>>().concat();
    let of = |at: usize| &bits[at * words..][..words];
    let shared = |a: usize, b: usize| of(a).iter().zip(of(b)).map(|(a, b)| (a & b).count_ones()).sum();
    let scale = table.rows as f64 / table.sampled.max(1) as f64;
    let found = all_pairs((gaps.len(), gaps.len()), threads, LISTED, shared);
    let pair = |(left, right): (u32, u32)| CoMissing {
        left: table.name(gaps[left as usize]),
        right: table.name(gaps[right as usize]),
        rows: (f64::from(shared(left as usize, right as usize)) * scale).round() as u64,
        method: table.method(),
    };
    found.into_iter().map(pair).collect()
}

/// The rows in which a column is missing, as bits.
fn missing(column: &SampledColumn) -> Vec<u64> {
    let word =
        |codes: &[u32]| codes.iter().enumerate().fold(0, |word, (bit, &code)| word | u64::from(code == MISSING) << bit);
    column.codes.chunks(64).map(word).collect()
}
