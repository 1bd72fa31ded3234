//! Whether a column with very many values has no value twice: the hash of every cell, as long as no
//! value of a small fixed part of all values was seen twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::row_hashes::{Counts, RowHashes};

/// The hashes of a column's present cells.
pub struct Uniqueness {
    hashes: Option<RowHashes>,
    watched_level: u32,
    limit: usize,
    /// Hashes kept in all threads; at the limit all of them give up.
    total: Arc<AtomicUsize>,
}

impl Uniqueness {
    /// At most `limit` hashes are kept (none when it is 0); the values watched for repetition are few enough to stay in a
    /// dictionary of `entries`.
    pub fn new(limit: usize, entries: usize) -> Self {
        let ratio = (limit / entries.max(1)).max(1);
        Self { hashes: None, watched_level: ratio.ilog2() + 2, limit, total: Arc::default() }
    }

    /// The same in another thread: the limit holds for both together.
    #[must_use]
    pub fn share(&self) -> Self {
        Self { hashes: None, watched_level: self.watched_level, limit: self.limit, total: self.total.clone() }
    }

    /// Count hashes that were kept, and give up where there are too many in all threads.
    fn account(&mut self, hashes: usize) {
        if self.total.fetch_add(hashes, Ordering::Relaxed) + hashes >= self.limit {
            self.hashes = None;
        }
    }

    /// Begin, with what was seen so far: hashes and counts.
    pub fn start(&mut self, seen: impl Iterator<Item = (u64, u64)>) {
        if self.limit == 0 || self.total.load(Ordering::Relaxed) >= self.limit {
            return;
        }
        let mut hashes = RowHashes::new(self.limit);
        for (hash, count) in seen {
            if count > 1 && self.watches(hash) {
                return self.close();
            }
            // A repeated value must stay repeated in the list; twice is enough to say so.
            (0..count.min(2)).for_each(|_| hashes.push(hash));
        }
        let kept = hashes.kept();
        self.hashes = Some(hashes);
        self.account(kept);
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
        if self.watches(hash) && self.is_open() {
            self.close();
        }
    }

    /// Take in a cell.
    #[inline]
    pub fn add(&mut self, hash: u64, weight: u64) {
        if let Some(hashes) = &mut self.hashes {
            let times = weight.min(2);
            (0..times).for_each(|_| hashes.push(hash));
            self.account(times as usize);
        }
    }

    /// Take in the cells that are present.
    pub fn add_present(&mut self, cells: &[u64], present: &[bool]) {
        let Some(hashes) = &mut self.hashes else { return };
        let before = hashes.kept();
        for (&hash, &present) in cells.iter().zip(present) {
            if present {
                hashes.push(hash);
            }
        }
        let added = hashes.kept() - before;
        self.account(added);
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

    /// Stop in all threads: a watched value was seen twice.
    pub fn close(&mut self) {
        self.hashes = None;
        self.total.fetch_max(self.limit, Ordering::Relaxed);
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
