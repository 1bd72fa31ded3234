//! One column: its dictionary, and its tally once there are too many values to judge each only once.

use crate::cell::trim;
use crate::cells::Cells;
use crate::dictionary::{Dictionary, Entry, LONGEST, Limits, Slot};
use crate::hash::chain;
use crate::hints::proofs;
use crate::numbers::{Notation, Number, parse};
use crate::order::Order;
use crate::tally::block::Block;
use crate::tally::{Hints, Tally};
use crate::uniqueness::Uniqueness;
use crate::value::MissingTokens;

/// Values that are kept once not all of them can be: for a 99 % bound of 2 to 3 % on their number.
const SAMPLED: usize = 1 << 14;

/// Places of a dictionary that are fetched at once: few enough to stay in the nearest cache.
const FETCHED: usize = 256;

/// A column's state; states of parts of a file merge.
pub struct Column {
    /// What was known beforehand.
    pub hints: Hints,
    /// The distinct values.
    pub dictionary: Dictionary,
    /// Of all cells, once the dictionary does not hold every value.
    pub tally: Option<Box<Tally>>,
    /// Whether the values stand in order.
    pub order: Order,
    /// Whether any value repeats, once the dictionary does not tell.
    pub uniqueness: Uniqueness,
}

/// Buffers that are used again and again.
#[derive(Debug, Default)]
pub struct Scratch {
    hashes: Vec<u64>,
    present: Vec<bool>,
    kept: Vec<u32>,
    fetched: Vec<Slot>,
    block: Block,
}

impl Column {
    /// An empty column.
    pub fn new(hints: Hints, limits: Limits, uniqueness: Uniqueness) -> Self {
        Self { hints, dictionary: Dictionary::new(limits), tally: None, order: Order::default(), uniqueness }
    }

    /// Take in a chunk's cells and add their hashes to those of their rows.
    pub fn read(&mut self, cells: &Cells<'_>, rows: &mut [u64], scratch: &mut Scratch, missing: &MissingTokens) {
        if self.order.is_alive() {
            self.order.follow(cells, missing, self.hints.notation);
        }
        scratch.hashes.clear();
        scratch.hashes.extend(cells.spans.iter().map(|&span| cells.hash(span)));
        for (row, &hash) in rows.iter_mut().zip(&scratch.hashes) {
            *row = chain(*row, hash);
        }
        let counted = if self.tally.is_none() { self.count(cells, scratch, missing) } else { 0 };
        if counted < cells.len() {
            self.tally_from(counted, cells, scratch, missing);
        }
    }

    /// Count cells in the dictionary, as long as it holds all values; returns how many were counted.
    /// A known value needs no look at its text.
    fn count(&mut self, cells: &Cells<'_>, scratch: &mut Scratch, missing: &MissingTokens) -> usize {
        for (part, hashes) in scratch.hashes.chunks(FETCHED).enumerate() {
            self.dictionary.fetch(hashes.iter().copied(), &mut scratch.fetched);
            for (at, (&hash, &fetched)) in hashes.iter().zip(&scratch.fetched).enumerate() {
                let Err(free) = self.dictionary.count(hash, fetched) else { continue };
                let row = part * FETCHED + at;
                let cell = cells.get(row);
                if cell.len() > LONGEST {
                    self.spill(missing);
                    return row;
                }
                self.dictionary.insert(free, Entry { hash, count: 1, first: cells.place(row) }, cell);
                if self.dictionary.is_full() {
                    self.spill(missing);
                    return row + 1;
                }
            }
        }
        cells.len()
    }

    /// Tally the cells from a row on, and count those that the dictionary's sample keeps.
    fn tally_from(&mut self, from: usize, cells: &Cells<'_>, scratch: &mut Scratch, missing: &MissingTokens) {
        let Scratch { hashes, present, kept, fetched, block } = scratch;
        if let Some(tally) = &mut self.tally {
            tally.add_cells(cells, from, block, missing, present);
        }
        // First which rows, then their values: so the processor fetches many of them at once.
        self.dictionary.kept(&hashes[from..], kept);
        for rows in kept.chunks(FETCHED) {
            self.dictionary.fetch(rows.iter().map(|&row| hashes[from + row as usize]), fetched);
            for &row in rows {
                let row = from + row as usize;
                let hash = hashes[row];
                let repeated = self.dictionary.keeps(hash) && self.keep(cells.get(row), hash, 1, cells.place(row));
                if repeated && present[row - from] {
                    self.uniqueness.repeat(hash);
                }
            }
        }
        self.uniqueness.add_present(&hashes[from..], present);
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
        let present = self.tally.as_mut().is_some_and(|tally| tally.add(cell, weight, place, missing));
        let repeated = self.dictionary.keeps(hash) && self.keep(cell, hash, weight, place) || weight > 1;
        if present && repeated {
            self.uniqueness.repeat(hash);
        }
        if present && self.uniqueness.is_open() {
            self.uniqueness.add(hash, weight);
        }
    }

    fn observe_entry(&mut self, entry: Entry, value: &[u8], missing: &MissingTokens) {
        if self.tally.is_some() {
            return self.observe(value, entry.hash, entry.count, entry.first, missing);
        }
        if self.dictionary.merge_entry(entry, value) && self.dictionary.is_full() {
            self.spill(missing);
        }
    }

    /// Count a value of the dictionary's sample; true when it was there before.
    #[inline]
    fn keep(&mut self, cell: &[u8], hash: u64, weight: u64, place: u64) -> bool {
        let new = self.dictionary.add(hash, cell, weight, place);
        if new {
            self.dictionary.thin();
        }
        !new
    }

    /// Judge what the dictionary holds, and from now on every cell.
    #[inline(never)]
    fn spill(&mut self, missing: &MissingTokens) {
        self.tally = Some(Box::new(self.tallied(self.hints, missing)));
        let present = self.dictionary.entries().filter(|(_, value)| !missing.contains(trim(value)));
        self.uniqueness.start(present.map(|(entry, _)| (entry.hash, entry.count)));
        self.dictionary.limit(SAMPLED);
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

    /// What is known of the column once its dictionary holds all its values.
    pub fn hints_of_all(&self, missing: &MissingTokens) -> Hints {
        let notation = self.notation_of_all(missing);
        let pivot = self.hints.pivot.filter(|_| notation == self.hints.notation);
        // Quantiles come from the dictionary then.
        Hints { pivot: pivot.or_else(|| self.first_number(notation, missing)), notation, fine: None, ..self.hints }
    }

    /// What all values prove of the mark before a fraction; the first rows may not have shown it.
    fn notation_of_all(&self, missing: &MissingTokens) -> Notation {
        let comma = |value: &[u8]| value.contains(&b',');
        if !self.dictionary.entries().any(|(_, value)| comma(value)) {
            return self.hints.notation;
        }
        let cells = self.dictionary.entries().map(|(entry, value)| (trim(value), entry.count));
        match proofs(cells.filter(|(cell, _)| !missing.contains(cell))) {
            Some((points, commas)) if commas > points => Notation::Comma,
            Some((points, commas)) if points > commas => Notation::Point,
            _ => self.hints.notation,
        }
    }

    /// The first number in the file.
    fn first_number(&self, notation: Notation, missing: &MissingTokens) -> Option<f64> {
        let numbers = self.dictionary.entries().filter_map(|(entry, value)| {
            let cell = trim(value);
            let number = if missing.contains(cell) { None } else { parse(cell, notation) };
            number.filter(Number::is_finite).map(|number| (entry.first, number.value))
        });
        numbers.min_by_key(|&(first, _)| first).map(|(_, value)| value)
    }

    /// The column of all parts together.
    pub fn merge_all(parts: Vec<Self>, missing: &MissingTokens) -> Option<Self> {
        let mut parts = parts.into_iter();
        let mut whole = parts.next()?;
        parts.for_each(|part| whole.merge(part, missing));
        Some(whole)
    }

    /// Add the same column of another part.
    pub fn merge(&mut self, other: Self, missing: &MissingTokens) {
        self.order.merge(other.order);
        let Some(theirs) = other.tally else {
            for (entry, value) in other.dictionary.entries() {
                self.observe_entry(entry, value, missing);
            }
            return;
        };
        if self.tally.is_none() {
            self.spill(missing);
        }
        if let Some(mine) = &mut self.tally {
            mine.merge(*theirs);
        }
        self.uniqueness.merge(other.uniqueness);
        self.dictionary.raise(other.dictionary.level);
        for (entry, value) in other.dictionary.entries() {
            let (hash, kept) = (entry.hash, self.dictionary.keeps(entry.hash));
            let repeated = kept && self.keep(value, hash, entry.count, entry.first);
            if repeated && self.uniqueness.is_watched(entry.hash) && !missing.contains(trim(value)) {
                self.uniqueness.close();
            }
        }
    }
}
