//! Cells as text: patterns, and what can be told from a pattern is told once for all its cells.

use super::facts::TextFacts;
use super::shapes::Shapes;
use crate::dictionary::{Dictionary, Limits};
use crate::hash::hash;
use crate::pattern::{LONGEST, Mask};
use crate::seen::Seen;

const LIMITS: Limits = Limits { entries: 2048, bytes: 128 << 10 };

/// The tally of a column's present cells as text.
#[derive(Debug, Clone)]
pub struct TextTally {
    /// Cells by pattern.
    pub patterns: Dictionary,
    /// Plain numbers and ISO dates, whose patterns are known by their shape.
    pub shapes: Shapes,
    /// Facts of the cells that their patterns do not tell, and of all once there are too many patterns.
    facts: TextFacts,
    /// Whether `facts` holds the short ASCII cells too.
    spilled: bool,
    mask: Mask,
}

impl Default for TextTally {
    fn default() -> Self {
        Self::new(LIMITS)
    }
}

impl TextTally {
    /// No text yet; the patterns stay within the limits.
    pub fn new(limits: Limits) -> Self {
        let patterns = Dictionary::new(limits);
        Self { patterns, shapes: Shapes::default(), facts: TextFacts::default(), spilled: false, mask: Mask::default() }
    }

    /// Add a cell `weight` times.
    #[inline]
    pub fn add(&mut self, cell: &[u8], weight: u64) {
        // The facts of a short ASCII cell are those of its pattern, and told once for all cells that share it.
        if self.spilled || !self.mask.set(cell) {
            let seen = self.mask.read(cell);
            self.facts.add(&seen, weight);
            let short = cell.len() <= LONGEST && !seen.non_ascii;
            return self.add_pattern(if short { SHORT } else { LONG }, weight);
        }
        self.add_pattern(SHORT, weight);
    }

    #[inline]
    fn add_pattern(&mut self, origin: u64, weight: u64) {
        let mask = self.mask.as_bytes();
        // A pattern of other cells that happens to look like one of short ASCII cells must not be taken for it.
        let hash = hash(mask) ^ (origin * LONG_SALT);
        if self.patterns.keeps(hash) && self.patterns.add(hash, mask, weight, origin) && self.patterns.is_full() {
            self.spill();
        }
    }

    #[inline(never)]
    fn spill(&mut self) {
        if !self.spilled {
            self.facts = self.facts_of_masks();
            self.spilled = true;
        }
        self.patterns.thin();
    }

    /// The facts of all cells.
    pub fn facts(&self) -> TextFacts {
        let mut facts = self.facts_of_masks();
        self.shapes.patterns().for_each(|(mask, count)| facts.add(&Seen::of_ascii(mask.as_bytes()), count));
        facts
    }

    fn facts_of_masks(&self) -> TextFacts {
        let mut facts = self.facts.clone();
        if !self.spilled {
            let short = self.patterns.entries().filter(|(entry, _)| entry.first == SHORT);
            short.for_each(|(entry, mask)| facts.add(&Seen::of_ascii(mask), entry.count));
        }
        facts
    }

    /// Add the tally of another part.
    pub fn merge(&mut self, other: &Self) {
        if other.spilled {
            self.spill();
        }
        self.facts.merge(&other.facts);
        self.shapes.merge(&other.shapes);
        self.patterns.raise(other.patterns.level);
        for (entry, mask) in other.patterns.entries() {
            if self.spilled && !other.spilled && entry.first == SHORT {
                self.facts.add(&Seen::of_ascii(mask), entry.count);
            }
            if self.patterns.keeps(entry.hash) && self.patterns.add(entry.hash, mask, entry.count, entry.first) {
                self.settle();
            }
        }
    }

    fn settle(&mut self) {
        if self.patterns.is_full() {
            self.spill();
        }
    }
}

/// Marks patterns of short ASCII cells, from which their facts can be told.
const SHORT: u64 = 0;
/// Marks patterns of other cells.
const LONG: u64 = 1;
const LONG_SALT: u64 = 0x5bd1_e995;

#[cfg(test)]
mod tests {
    use super::*;

    fn tallied<'a>(cells: impl Iterator<Item = &'a str>) -> TextTally {
        let mut tally = TextTally::default();
        cells.for_each(|cell| tally.add(cell.as_bytes(), 1));
        tally
    }

    #[test]
    fn facts_are_the_same_for_any_split_and_however_many_patterns_there_are() {
        for different in [50, 6000] {
            let cells: Vec<String> = (0..9000).map(|n| format!("{:b} é", n % different).replace('1', "a")).collect();
            let cells: Vec<String> =
                cells.into_iter().map(|cell| cell.replace(" é", if cell.len() > 9 { " é" } else { "" })).collect();
            let whole = tallied(cells.iter().map(String::as_str));
            let mut merged = tallied(cells[..100].iter().map(String::as_str));
            merged.merge(&tallied(cells[100..].iter().map(String::as_str)));
            assert_eq!(merged.facts(), whole.facts());
            assert_eq!(merged.patterns.len(), whole.patterns.len());
            let mut plain = TextFacts::default();
            cells.iter().for_each(|cell| plain.add(&Seen::of_characters(cell), 1));
            assert_eq!(whole.facts(), plain);
        }
    }
}
