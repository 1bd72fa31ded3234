//! Cells added up as text.

use crate::cell::is_blank;

/// The tally of a column's present cells as text.
#[derive(Debug, Clone)]
pub struct TextTally {
    /// Cells.
    pub count: u64,
    /// Characters of the shortest.
    pub shortest: u64,
    /// Characters of the longest.
    pub longest: u64,
    /// Characters of all.
    pub characters: u128,
    /// Cells that start with a blank.
    pub leading: u64,
    /// Cells that end with a blank.
    pub trailing: u64,
    /// Cells with a character beyond ASCII.
    pub non_ascii: u64,
}

impl Default for TextTally {
    fn default() -> Self {
        Self { count: 0, shortest: u64::MAX, longest: 0, characters: 0, leading: 0, trailing: 0, non_ascii: 0 }
    }
}

impl TextTally {
    /// Add a cell `weight` times.
    #[inline]
    pub fn add(&mut self, cell: &[u8], weight: u64) {
        let mut characters = cell.len() as u64;
        if !cell.is_ascii() {
            characters = cell.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
            self.non_ascii += weight;
        }
        self.count += weight;
        self.shortest = self.shortest.min(characters);
        self.longest = self.longest.max(characters);
        self.characters += u128::from(characters) * u128::from(weight);
        self.leading += if cell.first().is_some_and(|&byte| is_blank(byte)) { weight } else { 0 };
        self.trailing += if cell.last().is_some_and(|&byte| is_blank(byte)) { weight } else { 0 };
    }

    /// Add the tally of another part.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.max(other.longest);
        self.characters += other.characters;
        self.leading += other.leading;
        self.trailing += other.trailing;
        self.non_ascii += other.non_ascii;
    }
}
