//! The first different cells of each sort, by their place in the file.

use super::{SORTS, Sort};
use crate::cell::shown;

/// How many examples of a sort are kept.
pub const KEPT: usize = 10;
/// How much of a value is kept.
const SHOWN_CHARS: usize = 200;

/// The first different values of each sort.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    sorts: [Vec<(u64, String)>; SORTS],
}

impl Examples {
    /// Remember a value, if it is among the first.
    #[inline]
    pub fn add(&mut self, sort: Sort, place: u64, value: &[u8]) {
        let kept = &self.sorts[sort as usize];
        let open = kept.len() < KEPT || place < kept[KEPT - 1].0;
        if open && !kept.iter().any(|(first, known)| *first <= place && known.as_bytes() == value) {
            self.keep(sort, place, shown(value, SHOWN_CHARS));
        }
    }

    /// For each sort, whether a cell at `place` or after it may be among the first ones.
    pub fn open(&self, place: u64) -> [bool; SORTS] {
        self.sorts.each_ref().map(|kept| kept.len() < KEPT || place < kept[KEPT - 1].0)
    }

    fn keep(&mut self, sort: Sort, place: u64, value: String) {
        let kept = &mut self.sorts[sort as usize];
        if let Some(at) = kept.iter().position(|(_, known)| *known == value) {
            if kept[at].0 <= place {
                return;
            }
            kept.remove(at);
        }
        let at = kept.partition_point(|(known, _)| *known <= place);
        kept.insert(at, (place, value));
        kept.truncate(KEPT);
    }

    /// Add the examples of another part.
    pub fn merge(&mut self, other: Self) {
        for (at, kept) in other.sorts.into_iter().enumerate() {
            for (place, value) in kept {
                self.keep_at(at, place, value);
            }
        }
    }

    fn keep_at(&mut self, sort: usize, place: u64, value: String) {
        let kept = &mut self.sorts[sort];
        match kept.iter_mut().find(|(_, known)| *known == value) {
            Some(known) => known.0 = known.0.min(place),
            None => kept.push((place, value)),
        }
        kept.sort();
        kept.truncate(KEPT);
    }

    /// The first examples of the given sorts together.
    pub fn of(&self, wanted: impl Fn(usize) -> bool) -> Vec<(u64, String)> {
        let chosen = self.sorts.iter().enumerate().filter(|(sort, _)| wanted(*sort));
        let mut found: Vec<_> = chosen.flat_map(|(_, kept)| kept.iter().cloned()).collect();
        found.sort();
        found.truncate(KEPT);
        found
    }
}
