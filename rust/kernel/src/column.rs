//! One column: its dictionary, and its tally once there are too many values to judge each only once.

use crate::cell::content;
use crate::dictionary::{Dictionary, LONGEST, Limits};
use crate::hash::{chain, hash};
use crate::options::Format;
use crate::tally::{Hints, Tally};
use crate::tokenize::Fields;
use crate::value::MissingTokens;

/// A column's state; states of parts of a file merge.
#[derive(Debug, Clone)]
pub struct Column {
    /// What was known beforehand.
    pub hints: Hints,
    /// The distinct values.
    pub dictionary: Dictionary,
    /// Of all cells, once the dictionary does not hold every value.
    pub tally: Option<Box<Tally>>,
}

/// The cells of one column in one chunk.
pub struct Cells<'a> {
    /// The chunk.
    pub text: &'a [u8],
    /// Its fields.
    pub fields: &'a Fields,
    /// Which column.
    pub column: usize,
    /// How fields are written.
    pub format: Format,
    /// The chunk's number, in the upper half.
    pub place: u64,
}

impl Column {
    /// An empty column.
    pub fn new(hints: Hints, limits: Limits) -> Self {
        Self { hints, dictionary: Dictionary::new(limits), tally: None }
    }

    /// Take in a chunk's cells and add their hashes to those of their rows.
    pub fn read(&mut self, cells: &Cells<'_>, rows: &mut [u64], scratch: &mut Vec<u8>, missing: &MissingTokens) {
        for (row, row_hash) in rows.iter_mut().enumerate() {
            let cell = content(cells.fields.raw(cells.text, row, cells.column), cells.format, scratch);
            let hash = hash(cell);
            *row_hash = chain(*row_hash, hash);
            self.observe(cell, hash, 1, cells.place | u64::from(cells.fields.lines[row]), missing);
        }
    }

    #[inline]
    fn observe(&mut self, cell: &[u8], hash: u64, weight: u64, place: u64, missing: &MissingTokens) {
        if self.tally.is_none() {
            if cell.len() <= LONGEST {
                if self.dictionary.add(hash, cell, weight, place) && self.dictionary.is_full() {
                    self.spill(missing);
                }
                return;
            }
            self.spill(missing);
        }
        if let Some(tally) = &mut self.tally {
            tally.add(cell, weight, place, missing);
        }
        self.sample(cell, hash, weight, place);
    }

    #[inline]
    fn sample(&mut self, cell: &[u8], hash: u64, weight: u64, place: u64) {
        if self.dictionary.keeps(hash) && self.dictionary.add(hash, cell, weight, place) {
            self.dictionary.thin();
        }
    }

    /// Judge what the dictionary holds, and from now on every cell.
    #[inline(never)]
    fn spill(&mut self, missing: &MissingTokens) {
        self.tally = Some(Box::new(self.tallied(self.hints, missing)));
        self.dictionary.thin();
    }

    /// The tally of the dictionary's values.
    pub fn tallied(&self, hints: Hints, missing: &MissingTokens) -> Tally {
        let mut tally = Tally::new(hints);
        for (entry, value) in self.dictionary.entries() {
            tally.add(value, entry.count, entry.first, missing);
        }
        tally
    }

    /// Add the same column of another part.
    pub fn merge(&mut self, other: Self, missing: &MissingTokens) {
        match (&mut self.tally, other.tally) {
            (Some(mine), Some(theirs)) => mine.merge(*theirs),
            (None, Some(theirs)) => {
                self.spill(missing);
                if let Some(mine) = &mut self.tally {
                    mine.merge(*theirs);
                }
            }
            (_, None) => {
                for (entry, value) in other.dictionary.entries() {
                    self.observe(value, entry.hash, entry.count, entry.first, missing);
                }
                return;
            }
        }
        self.dictionary.raise(other.dictionary.level);
        for (entry, value) in other.dictionary.entries() {
            self.sample(value, entry.hash, entry.count, entry.first);
        }
    }
}
