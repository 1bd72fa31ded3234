//! One bound for what all threads together keep of an even sample.
//!
//! An item has a rank: the zero bits at one end of its hash. At level `n` the items whose rank is `n` or more are
//! kept, half of those of the level before. All threads count what they keep by rank, so the level that
//! the bound asks for is known at any time, and is the same however the items came to the threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const RANKS: usize = 65;

/// What was kept, by rank.
#[derive(Debug)]
pub struct Levels {
    items: [AtomicU64; RANKS],
    bytes: [AtomicU64; RANKS],
    most_items: u64,
    most_bytes: u64,
}

/// What one thread kept of a piece, by rank.
#[derive(Debug)]
pub struct Ranks([(u64, u64); RANKS]);

impl Default for Ranks {
    fn default() -> Self {
        Self([(0, 0); RANKS])
    }
}

impl Ranks {
    /// Count an item of so many bytes.
    #[inline]
    pub fn add(&mut self, rank: u32, bytes: usize) {
        let (items, sum) = &mut self.0[rank as usize];
        *items += 1;
        *sum += bytes as u64;
    }
}

impl Levels {
    /// At most so many items, and so many bytes of them.
    pub fn new(most_items: usize, most_bytes: usize) -> Arc<Self> {
        let none = || [const { AtomicU64::new(0) }; RANKS];
        Arc::new(Self { items: none(), bytes: none(), most_items: most_items as u64, most_bytes: most_bytes as u64 })
    }

    /// Count what was kept, and tell the level that is needed now.
    pub fn count(&self, ranks: &Ranks) -> u32 {
        for (rank, &(items, bytes)) in ranks.0.iter().enumerate().filter(|(_, kept)| kept.0 > 0) {
            self.items[rank].fetch_add(items, Ordering::Relaxed);
            self.bytes[rank].fetch_add(bytes, Ordering::Relaxed);
        }
        self.level()
    }

    fn level(&self) -> u32 {
        let (mut items, mut bytes) = (0, 0);
        for rank in (0..RANKS).rev() {
            items += self.items[rank].load(Ordering::Relaxed);
            bytes += self.bytes[rank].load(Ordering::Relaxed);
            if items > self.most_items || bytes > self.most_bytes {
                return rank as u32 + 1;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_leaves_no_more_than_fits() {
        let levels = Levels::new(5, 100);
        let mut ranks = Ranks::default();
        [0, 0, 0, 1, 1, 2, 7].iter().for_each(|&rank| ranks.add(rank, 10));
        assert_eq!(levels.count(&ranks), 1);
        assert_eq!(levels.count(&Ranks::default()), 1);
        let mut long = Ranks::default();
        long.add(7, 71);
        assert_eq!(levels.count(&long), 2);
    }
}
