//! A + B = C in wide tables: a weighted sum of some rows of A and one of B add up to that of C.

use std::collections::HashMap;

use crate::hash::mix;

use super::LISTED;
use super::best::search;
use super::relation::adds_up;
use super::sampled::SampledColumn;
use super::screen::MOST_SCREENED;

/// Rows that go into the sum.
const TRIED: usize = 16;
/// Numbers have at most six decimals.
const UNITS: f64 = 1e6;
/// Fewer different numbers in the rows tell too little.
const FEWEST_VALUES: usize = 3;
/// Columns with the same sum that are looked at.
const MOST_ALIKE: usize = 4;
/// Columns of a piece of work.
const BLOCK: usize = 64;
/// Bits that say whether there may be a sum.
const FILTER: usize = 1 << 22;

/// What was found, and how many columns could take part.
pub struct Sums {
    /// Columns A, B, C with A + B = C, those present together in the most rows first.
    pub found: Vec<[usize; 3]>,
    /// Columns with numbers that were looked at.
    pub looked_at: usize,
}

/// Sums among these columns of numbers.
pub fn find(columns: &[SampledColumn], numbers: &[usize], threads: usize) -> Sums {
    let rows = fullest(columns, numbers);
    let sums: Vec<(usize, u64)> = numbers
        .iter()
        .filter_map(|&column| Some((column, weighted(&columns[column], &rows)?)))
        .take(MOST_SCREENED)
        .collect();
    let known = Known::new(&sums);
    let found = search(sums.len().div_ceil(BLOCK), threads, LISTED, |block, best| {
        for (at, &(a, left)) in sums.iter().enumerate().skip(block * BLOCK).take(BLOCK) {
            for &(b, right) in &sums[at + 1..] {
                for &c in known.columns(left.wrapping_add(right)).iter().filter(|&&c| c != a && c != b) {
                    let [x, y, z] = [a, b, c].map(|column| columns[column].numbers.as_slice());
                    if let Some(rows) = adds_up(x, y, z) {
                        best.offer(rows as u32, [a, b, c]);
                    }
                }
            }
        }
    });
    Sums { found, looked_at: sums.len() }
}

/// The rows where the fewest of the numbers are missing.
fn fullest(columns: &[SampledColumn], numbers: &[usize]) -> Vec<usize> {
    let mut missing = vec![0_u32; columns.first().map_or(0, |column| column.codes.len())];
    for &column in numbers {
        missing
            .iter_mut()
            .zip(&columns[column].numbers)
            .for_each(|(count, number)| *count += u32::from(number.is_nan()));
    }
    let mut rows: Vec<usize> = (0..missing.len()).collect();
    rows.sort_by_key(|&row| missing[row]);
    rows.truncate(TRIED);
    rows
}

/// The sum of some rows with fixed random weights, in whole millionths, modulo 2^64.
fn weighted(column: &SampledColumn, rows: &[usize]) -> Option<u64> {
    let units = rows.iter().map(|&row| units(column.numbers[row])).collect::<Option<Vec<u64>>>()?;
    let mut different = units.clone();
    different.sort_unstable();
    different.dedup();
    let terms = units.iter().enumerate().map(|(at, &units)| units.wrapping_mul(mix(at as u64 + 1) | 1));
    (different.len() >= FEWEST_VALUES).then(|| terms.fold(0, u64::wrapping_add))
}

/// A number in millionths, if it has no more decimals.
fn units(number: f64) -> Option<u64> {
    if number.fract() == 0.0 {
        return (number.abs() < 9e18).then(|| (number as i64 as u64).wrapping_mul(UNITS as u64));
    }
    let scaled = number * UNITS;
    // A double near 2^50 millionths still tells them apart.
    (scaled.abs() < 1e15 && (scaled - scaled.round()).abs() <= 1e-3_f64.max(scaled.abs() * 1e-15))
        .then(|| scaled.round() as i64 as u64)
}

/// The columns by their sum.
struct Known {
    filter: Vec<u64>,
    columns: HashMap<u64, Vec<usize>>,
}

impl Known {
    fn new(sums: &[(usize, u64)]) -> Self {
        let mut known = Self { filter: vec![0; FILTER / 64], columns: HashMap::new() };
        for &(column, sum) in sums {
            let (word, bit) = place(sum);
            known.filter[word] |= bit;
            let alike = known.columns.entry(sum).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(column);
            }
        }
        known
    }

    #[inline]
    fn columns(&self, sum: u64) -> &[usize] {
        let (word, bit) = place(sum);
        if self.filter[word] & bit == 0 { &[] } else { self.columns.get(&sum).map_or(&[], Vec::as_slice) }
    }
}

#[inline]
fn place(sum: u64) -> (usize, u64) {
    // The low bits of a sum of millionths are often zeros.
    let at = (sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 42) as usize;
    (at / 64, 1 << (at % 64))
}
