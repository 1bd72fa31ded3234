//! Whether a column with very many values has no value twice: the hash of every cell, as long as no
//! value of a small fixed part of all values was seen twice.

use crate::row_hashes::{Counts, RowHashes};

/// The hashes of a column's present cells.
pub struct Uniqueness {
    hashes: Option<RowHashes>,
    watched_level: u32,
    limit: usize,
}

impl Uniqueness {
    /// At most `limit` hashes are kept (none when it is 0); the values watched for repetition are few enough to stay in a
    /// dictionary of `entries`.
    pub fn new(limit: usize, entries: usize) -> Self {
        let ratio = (limit / entries.max(1)).max(1);
        Self { hashes: None, watched_level: ratio.ilog2() + 2, limit }
    }

    /// Begin, with what was seen so far: hashes and counts.
    pub fn start(&mut self, seen: impl Iterator<Item = (u64, u64)>) {
        if self.limit == 0 {
            return;
        }
        let mut hashes = RowHashes::new(self.limit);
        for (hash, count) in seen {
            if count > 1 && self.watches(hash) {
                return;
            }
            // A repeated value must stay repeated in the list; twice is enough to say so.
            (0..count.min(2)).for_each(|_| hashes.push(hash));
        }
        self.hashes = Some(hashes);
    }

    /// Whether cells are still taken in.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.hashes.is_some()
    }

    #[inline]
    fn watches(&self, hash: u64) -> bool {
        hash >> (64 - self.watched_level) == 0
    }

    /// A value was seen again: the end, if it is watched.
    #[inline]
    pub fn repeat(&mut self, hash: u64) {
        if self.watches(hash) {
            self.hashes = None;
        }
    }

    /// Take in a cell.
    #[inline]
    pub fn add(&mut self, hash: u64, weight: u64) {
        if let Some(hashes) = &mut self.hashes {
            (0..weight.min(2)).for_each(|_| hashes.push(hash));
            if hashes.kept() >= self.limit {
                self.hashes = None;
            }
        }
    }

    /// Take in the cells that are present.
    pub fn add_present(&mut self, cells: &[u64], present: &[bool]) {
        let Some(hashes) = &mut self.hashes else { return };
        for (&hash, &present) in cells.iter().zip(present) {
            if present {
                hashes.push(hash);
            }
        }
        if hashes.kept() >= self.limit {
            self.hashes = None;
        }
    }

    /// Add those of another part.
    pub fn merge(&mut self, other: Self) {
        let limit = self.limit;
        self.hashes = match (self.hashes.take(), other.hashes) {
            (Some(mut mine), Some(theirs)) if mine.kept() + theirs.kept() < limit => {
                mine.merge(theirs);
                Some(mine)
            }
            _ => None,
        };
    }

    /// Stop: a watched value was found in two parts.
    pub fn close(&mut self) {
        self.hashes = None;
    }

    /// Whether a hash seen twice closes this.
    pub fn is_watched(&self, hash: u64) -> bool {
        self.watches(hash)
    }

    /// Different cells and cells seen once, if that is known exactly.
    pub fn count(&mut self, threads: usize) -> Option<Counts> {
        self.hashes.take().map(|hashes| hashes.count(threads))
    }
}
