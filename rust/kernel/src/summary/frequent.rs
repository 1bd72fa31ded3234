//! Frequent values and patterns from the sample of rows, where there are too many to count each.

use std::collections::HashMap;

use crate::cell::{shown, trim};
use crate::pattern::of_text;
use crate::report::{Method, ValueCount};
use crate::row_sample::RowSample;
use crate::value::MissingTokens;

use super::values::{SHOWN_CHARS, Z99};

const LISTED: usize = 20;
/// Fewer rows of a sample say nothing about how frequent a value is.
const FEWEST: u64 = 4;

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
        self.listed(self.present(missing).map(|cell| shown(cell, SHOWN_CHARS)))
    }

    /// The most frequent patterns.
    pub fn patterns(&self, missing: &MissingTokens) -> Vec<ValueCount> {
        self.listed(self.present(missing).map(|cell| of_text(&String::from_utf8_lossy(cell))))
    }

    fn present(&self, missing: &'a MissingTokens) -> impl Iterator<Item = &'a [u8]> {
        self.sample.column(self.column).filter(|cell| !missing.contains(trim(cell)))
    }

    fn listed(&self, values: impl Iterator<Item = String>) -> Vec<ValueCount> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
        let exact = self.method() == Method::Exact;
        let mut found: Vec<_> = counts.into_iter().filter(|(_, count)| exact || *count >= FEWEST).collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(LISTED);
        found.into_iter().map(|(value, count)| self.scaled(value, count)).collect()
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
