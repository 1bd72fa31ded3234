//! Frequent values and patterns from the sample of rows, where there are too many to count each.

use crate::cell::{shown, trim};
use crate::dictionary::{Dictionary, Limits};
use crate::hash::hash;
use crate::pattern::Mask;
use crate::report::{Method, ValueCount, Z99};
use crate::row_sample::RowSample;
use crate::value::MissingTokens;

use super::values::SHOWN_CHARS;

const LISTED: usize = 20;
/// Fewer rows of a sample say nothing about how frequent a value is.
const FEWEST: u64 = 4;

const UNLIMITED: Limits = Limits { entries: 1 << 19, bytes: 1 << 30 };

/// Several times the rows of a sample, so that few values share a bucket.
const BUCKETS: usize = 1 << 17;

fn masked<'m>(cell: &[u8], mask: &'m mut Mask) -> &'m [u8] {
    if !mask.set(cell) {
        mask.read(cell);
    }
    mask.as_bytes()
}

/// One column of the sample.
pub struct Frequent<'a> {
    sample: &'a RowSample,
    column: usize,
    rows: u64,
}

impl<'a> Frequent<'a> {
    /// The column of a table of `rows` rows.
    pub fn new(sample: &'a RowSample, column: usize, rows: u64) -> Self {
        Self { sample, column, rows }
    }

    /// Exact when the sample is the table.
    pub fn method(&self) -> Method {
        if self.sample.len() as u64 == self.rows { Method::Exact } else { Method::Sample }
    }

    /// The most frequent present values.
    pub fn values(&self, missing: &MissingTokens) -> Vec<ValueCount> {
        let cells: Vec<&[u8]> = self.present(missing).collect();
        let hashes: Vec<u64> = cells.iter().map(|cell| hash(cell)).collect();
        let mut counts = Dictionary::new(UNLIMITED);
        for at in self.worthwhile(&hashes) {
            counts.add(hashes[at], cells[at], 1, 0);
        }
        self.listed(&counts)
    }

    /// The most frequent patterns.
    pub fn patterns(&self, missing: &MissingTokens) -> Vec<ValueCount> {
        let cells: Vec<&[u8]> = self.present(missing).collect();
        let mut mask = Mask::default();
        let hashes: Vec<u64> = cells.iter().map(|cell| hash(masked(cell, &mut mask))).collect();
        let mut counts = Dictionary::new(UNLIMITED);
        for at in self.worthwhile(&hashes) {
            counts.add(hashes[at], masked(cells[at], &mut mask), 1, 0);
        }
        self.listed(&counts)
    }

    /// The places of the hashes that may be there often enough to be listed: where nearly all differ, few
    /// of the texts behind them need to be kept.
    fn worthwhile(&self, hashes: &[u64]) -> Vec<usize> {
        let least = if self.method() == Method::Exact { 1 } else { FEWEST };
        let mut met = vec![0u8; BUCKETS];
        for &hash in hashes {
            let bucket = &mut met[hash as usize % BUCKETS];
            *bucket = bucket.saturating_add(1);
        }
        (0..hashes.len()).filter(|&at| u64::from(met[hashes[at] as usize % BUCKETS]) >= least).collect()
    }

    /// The present cells.
    pub fn present<'m>(&self, missing: &'m MissingTokens) -> impl Iterator<Item = &'a [u8]> + use<'a, 'm> {
        self.sample.column(self.column).filter(move |cell| !missing.contains(trim(cell)))
    }

    fn listed(&self, counts: &Dictionary) -> Vec<ValueCount> {
        let exact = self.method() == Method::Exact;
        let seen = counts.entries().filter(|(entry, _)| exact || entry.count >= FEWEST);
        let mut found: Vec<_> = seen.map(|(entry, value)| (entry.count, value)).collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        found.truncate(LISTED);
        found.into_iter().map(|(count, value)| self.scaled(shown(value, SHOWN_CHARS), count)).collect()
    }

    /// The count in the table and half of its 99 % interval.
    fn scaled(&self, value: String, count: u64) -> ValueCount {
        if self.method() == Method::Exact {
            return ValueCount::new(value, count);
        }
        let (rows, kept) = (self.rows as f64, self.sample.len() as f64);
        let share = count as f64 / kept;
        let error = Z99 * (share * (1.0 - share) / kept).sqrt() * rows;
        ValueCount { value, count: (share * rows).round() as u64, error: error.ceil() as u64 }
    }
}
