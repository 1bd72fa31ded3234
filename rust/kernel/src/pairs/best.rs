//! The best of very many, in little memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use crate::parallel;

/// The items with the highest scores, at most `limit`; of equal scores the first items.
pub struct Best<T> {
    limit: usize,
    floor: u32,
    /// The worst is on top.
    heap: BinaryHeap<(Reverse<u32>, T)>,
}

impl<T: Ord> Best<T> {
    /// At most `limit` items.
    pub fn new(limit: usize) -> Self {
        Self { limit, floor: 0, heap: BinaryHeap::new() }
    }

    /// Whether an item with this score might be taken.
    #[inline]
    pub fn wants(&self, score: u32) -> bool {
        score >= self.floor
    }

    /// Take an item, if it is one of the best.
    #[inline]
    pub fn offer(&mut self, score: u32, item: T) {
        if self.wants(score) {
            self.take(score, item);
        }
    }

    fn take(&mut self, score: u32, item: T) {
        self.heap.push((Reverse(score), item));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
        if self.heap.len() == self.limit {
            self.floor = self.floor.max(self.heap.peek().map_or(0, |worst| worst.0.0));
        }
    }

    fn merge(&mut self, other: Self) {
        other.heap.into_iter().for_each(|(Reverse(score), item)| self.offer(score, item));
    }

    /// The best first.
    pub fn sorted(self) -> Vec<T> {
        self.heap.into_sorted_vec().into_iter().map(|(_, item)| item).collect()
    }
}

/// The score of a number that is not negative.
#[inline]
pub fn score(value: f32) -> u32 {
    // The bits of doubles and floats are in the order of the numbers, from 0 on.
    if value > 0.0 { value.to_bits() } else { 0 }
}

/// The best of what `look` offers in all blocks. It is the same for any number of threads: a thread leaves out
/// only what is worse than `limit` items that were already found.
pub fn search<T: Ord + Send>(
    blocks: usize,
    threads: usize,
    limit: usize,
    look: impl Fn(usize, &mut Best<T>) + Sync,
) -> Vec<T> {
    let all = Mutex::new(Best::new(limit));
    let lock = || all.lock().unwrap_or_else(PoisonError::into_inner);
    parallel::map((0..blocks).collect(), threads, |_, block| {
        let mut best = Best { floor: lock().floor, ..Best::new(limit) };
        look(block, &mut best);
        lock().merge(best);
    });
    let found = std::mem::replace(&mut *lock(), Best::new(0));
    found.sorted()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn the_best_are_those_of_a_sort_for_any_threads() {
        let scores: Vec<u32> = (0..5000).map(|n| (mix(n) % 300) as u32).collect();
        let mut sorted: Vec<usize> = (0..5000).collect();
        sorted.sort_by_key(|&n| (Reverse(scores[n]), n));
        for threads in [1, 2, 7] {
            let found = search(50, threads, 100, |block, best| {
                (block * 100..block * 100 + 100).for_each(|n| best.offer(scores[n], n));
            });
            assert_eq!(found, sorted[..100], "{threads}");
        }
    }

    #[test]
    fn it_never_holds_more_than_its_limit() {
        let mut best = Best::new(64);
        for n in 0..100_000_u32 {
            best.offer(n, n);
            assert!(best.heap.len() <= 64);
        }
        assert!(best.heap.capacity() <= 256, "{}", best.heap.capacity());
        assert_eq!(best.sorted()[..3], [99_999, 99_998, 99_997]);
    }

    #[test]
    fn scores_are_in_the_order_of_numbers() {
        let numbers = [0.0, 1e-9, 0.5, 1.0, 3.0, 1e9];
        assert!(numbers.is_sorted_by_key(|&number| score(number)));
        assert_eq!(score(f32::NAN), 0);
    }
}
