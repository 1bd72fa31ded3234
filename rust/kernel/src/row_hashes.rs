//! Hashes of whole rows, for counting duplicates: all of them while they fit, then an even sample.

use std::sync::Arc;

use crate::levels::{Levels, Ranks};

/// Hashes by their upper bits, so that parts can be sorted on their own.
pub struct RowHashes {
    /// Of all threads together, if they share a bound.
    levels: Option<Arc<Levels>>,
    level: u32,
    parts: Vec<Part>,
    kept: usize,
    limit: usize,
}

const PART_BITS: u32 = 6;

/// A list that grows without being copied: full blocks, each a quarter as long as those before it.
#[derive(Default, Clone)]
struct Part {
    full: Vec<Vec<u64>>,
    last: Vec<u64>,
}

impl Part {
    #[inline]
    fn push(&mut self, hash: u64) {
        if self.last.len() == self.last.capacity() {
            self.grow();
        }
        self.last.push(hash);
    }

    #[inline(never)]
    fn grow(&mut self) {
        let block = Vec::with_capacity(self.len() / 4 + 32);
        let full = std::mem::replace(&mut self.last, block);
        self.full.push(full);
    }

    fn len(&self) -> usize {
        self.full.iter().map(Vec::len).sum::<usize>() + self.last.len()
    }

    fn append(&mut self, other: Self) {
        self.full.extend(other.full);
        self.full.push(other.last);
    }

    fn retain(&mut self, fits: impl Fn(u64) -> bool) {
        for block in self.full.iter_mut().chain([&mut self.last]) {
            block.retain(|&hash| fits(hash));
            block.shrink_to_fit();
        }
        self.full.retain(|block| !block.is_empty());
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        self.full.iter().flatten().chain(&self.last).copied()
    }
}

/// How often hashes repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// 0 when every hash was looked at; else one value in 2^level was.
    pub level: u32,
    /// Hashes that were looked at.
    pub kept: u64,
    /// Different ones among them.
    pub distinct: u64,
    /// Those seen once.
    pub once: u64,
}

impl Counts {
    /// Hashes that repeat an earlier one.
    pub fn repeated(&self) -> u64 {
        (self.kept - self.distinct.min(self.kept)) << self.level
    }
}

impl RowHashes {
    /// At most `limit` hashes are kept.
    pub fn new(limit: usize) -> Self {
        let parts = vec![Part::default(); 1 << PART_BITS];
        Self { levels: None, level: 0, parts, kept: 0, limit: limit.max(1 << 12) }
    }

    /// The states of several threads, which together keep at most `limit` hashes.
    pub fn sharing(limit: usize, threads: usize) -> impl Iterator<Item = Self> {
        let levels = Levels::new(limit.max(1 << 12), usize::MAX);
        (0..threads).map(move |_| Self { levels: Some(levels.clone()), ..Self::new(limit) })
    }

    /// Add hashes of rows.
    pub fn add(&mut self, hashes: &[u64]) {
        let mut ranks = Ranks::default();
        for &hash in hashes {
            // The lower bits choose the sample, the upper ones the part.
            if hash & ((1 << self.level) - 1) == 0 {
                self.push(hash);
                ranks.add(hash.trailing_zeros(), 0);
            }
        }
        if let Some(levels) = &self.levels {
            let level = levels.count(&ranks);
            self.raise(level);
        }
        self.thin();
    }

    /// Add a hash without looking at the limit.
    #[inline]
    pub fn push(&mut self, hash: u64) {
        self.parts[(hash >> (64 - PART_BITS)) as usize].push(hash);
        self.kept += 1;
    }

    /// Hashes kept.
    pub fn kept(&self) -> usize {
        self.kept
    }

    fn thin(&mut self) {
        while self.kept > self.limit && self.level < 48 {
            self.raise(self.level + 1);
        }
    }

    fn raise(&mut self, level: u32) {
        if level <= self.level {
            return;
        }
        self.level = level;
        let mask = (1 << self.level) - 1;
        self.parts.iter_mut().for_each(|part| part.retain(|hash| hash & mask == 0));
        self.kept = self.parts.iter().map(Part::len).sum();
    }

    /// Add those of another part of the file.
    pub fn merge(&mut self, mut other: Self) {
        let level = self.level.max(other.level);
        self.raise(level);
        other.raise(level);
        for (mine, theirs) in self.parts.iter_mut().zip(other.parts) {
            mine.append(theirs);
        }
        self.kept += other.kept;
        self.thin();
    }

    /// Count what repeats.
    pub fn count(self, threads: usize) -> Counts {
        let (level, kept) = (self.level, self.kept as u64);
        let mut groups: Vec<Vec<Part>> = (0..threads.max(1)).map(|_| Vec::new()).collect();
        for (number, part) in self.parts.into_iter().enumerate() {
            groups[number % threads.max(1)].push(part);
        }
        let sums = std::thread::scope(|scope| {
            let counting: Vec<_> = groups.into_iter().map(|group| scope.spawn(|| count_group(group))).collect();
            counting.into_iter().filter_map(|thread| thread.join().ok()).fold((0, 0), add)
        });
        Counts { level, kept, distinct: sums.0, once: sums.1 }
    }
}

fn add(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0 + b.0, a.1 + b.1)
}

/// Different hashes, and those seen once.
fn count_group(group: Vec<Part>) -> (u64, u64) {
    let mut places = Vec::new();
    group.into_iter().map(|part| count_part(&part, &mut places)).fold((0, 0), add)
}

/// By a hash table of the hashes themselves; the lowest bit of a place says whether it was seen again.
fn count_part(part: &Part, places: &mut Vec<u64>) -> (u64, u64) {
    let mask = (part.len() * 2).next_power_of_two() - 1;
    places.clear();
    places.resize(mask + 1, 0);
    let (mut distinct, mut once) = (0, 0);
    for hash in part.iter() {
        let wanted = hash | 1;
        let mut at = (hash >> 8) as usize & mask;
        while places[at] != 0 && places[at] | 1 != wanted {
            at = (at + 1) & mask;
        }
        if places[at] == 0 {
            places[at] = wanted;
            distinct += 1;
            once += 1;
        } else if places[at] & 1 == 1 {
            places[at] &= !1;
            once -= 1;
        }
    }
    (distinct, once)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    fn counted(limit: usize, rows: impl Iterator<Item = u64>) -> Counts {
        let (mut left, mut right) = (RowHashes::new(limit), RowHashes::new(limit));
        rows.enumerate().for_each(|(n, row)| if n % 3 == 0 { left.add(&[mix(row)]) } else { right.add(&[mix(row)]) });
        left.merge(right);
        left.count(2)
    }

    #[test]
    fn duplicates_are_counted_exactly_while_they_fit() {
        assert_eq!(counted(1 << 20, (0..50_000).map(|n| n % 40_000)).repeated(), 10_000);
    }

    #[test]
    fn beyond_the_limit_a_sample_tells_about_how_many() {
        let found = counted(1 << 12, (0..200_000).map(|n| n % 100_000));
        assert!(found.level > 0);
        assert!((90_000..110_000).contains(&found.repeated()), "{found:?}");
    }
}
