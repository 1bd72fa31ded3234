//! The distinct values of a column with their counts: all of them while they fit, then an even sample.
//!
//! When there are too many, only the values whose hash starts with `level` zero bits are kept, with
//! their full counts (Gibbons' distinct sampling). What is left depends on the set of values alone,
//! not on their order nor on how the file was split. With `n` values kept the number of distinct
//! values is n * 2^level, with a standard error of 1/sqrt(n).

/// A distinct value.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Of the whole value.
    pub hash: u64,
    /// Rows that hold it.
    pub count: u64,
    /// Where it was first seen.
    pub first: u64,
}

/// What is stored of a value beside its count.
#[derive(Debug, Clone, Copy)]
struct Stored {
    hash: u64,
    first: u64,
    offset: u32,
    length: u32,
}

/// A place of the hash table: the upper bits of a hash, and below them the number of its value plus 1;
/// 0 when it is free. What is left out of the hash tells the place in the table, so next to nothing is lost.
pub type Slot = u64;

const NUMBER_BITS: u32 = 20;
const NUMBER: u64 = (1 << NUMBER_BITS) - 1;

/// A place of the hash table that is free until the next value is kept.
#[derive(Debug, Clone, Copy)]
pub struct Free(usize);

#[inline]
fn number(slot: Slot) -> usize {
    (slot & NUMBER) as usize - 1
}

/// Whether a place is that of a hash.
#[inline]
fn holds(slot: Slot, hash: u64) -> bool {
    slot ^ (hash & !NUMBER) <= NUMBER && slot & NUMBER > 0
}

/// How large a dictionary may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Distinct values.
    pub entries: usize,
    /// Bytes of their text.
    pub bytes: usize,
}

/// Longer values are kept up to here; a column with such a value is tallied cell by cell.
pub const LONGEST: usize = 4096;

/// Distinct values and their counts.
#[derive(Debug, Clone)]
pub struct Dictionary {
    /// Zero bits that the hash of a kept value starts with; 0 while all values are here.
    pub level: u32,
    slots: Vec<Slot>,
    counts: Vec<u64>,
    stored: Vec<Stored>,
    text: Vec<u8>,
    limits: Limits,
}

impl Dictionary {
    /// An empty dictionary.
    pub fn new(limits: Limits) -> Self {
        Self { level: 0, slots: vec![0; 32], counts: Vec::new(), stored: Vec::new(), text: Vec::new(), limits }
    }

    /// Distinct values kept.
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Bytes of memory held, about.
    pub fn memory(&self) -> usize {
        let slots = (self.slots.capacity() + self.counts.capacity()) * size_of::<u64>();
        slots + self.stored.capacity() * size_of::<Stored>() + self.text.capacity()
    }

    /// The kept values, in the order in which they came.
    pub fn entries(&self) -> impl Iterator<Item = (Entry, &[u8])> {
        self.stored.iter().zip(&self.counts).map(|(stored, &count)| {
            let value = &self.text[stored.offset as usize..(stored.offset + stored.length) as usize];
            (Entry { hash: stored.hash, count, first: stored.first }, value)
        })
    }

    /// Keep at most so many values from now on.
    pub fn limit(&mut self, entries: usize) {
        self.limits.entries = self.limits.entries.min(entries);
    }

    /// Whether a hash is of the kept part.
    #[inline]
    pub fn keeps(&self, hash: u64) -> bool {
        // In two shifts, because one by 64 bits (level 0) is no shift at all.
        (hash >> 1) >> (63 - self.level) == 0
    }

    /// Which of the hashes are of the kept part.
    pub fn kept(&self, hashes: &[u64], kept: &mut Vec<u32>) {
        kept.clear();
        kept.resize(hashes.len(), 0);
        let mut found = 0;
        for (row, &hash) in hashes.iter().enumerate() {
            // Without a branch, which would be guessed wrong as often as not.
            kept[found] = row as u32;
            found += usize::from(self.keeps(hash));
        }
        kept.truncate(found);
    }

    /// Whether there is more than the limits allow.
    pub fn is_full(&self) -> bool {
        self.stored.len() > self.limits.entries || self.text.len() > self.limits.bytes
    }

    /// Where a hash is, or else the free place where it belongs.
    #[inline]
    fn find(&self, hash: u64) -> Result<usize, Free> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if holds(slot, hash) {
                return Ok(number(slot));
            }
            if slot == 0 {
                return Err(Free(at));
            }
            at = (at + 1) & mask;
        }
    }

    /// Fetch the places where hashes are looked for first. Nothing waits for one of them, so the processor
    /// fetches many at once; a search for one hash after the other would wait for each.
    pub fn fetch(&self, hashes: impl Iterator<Item = u64>, fetched: &mut Vec<Slot>) {
        let mask = self.slots.len() - 1;
        fetched.clear();
        fetched.extend(hashes.map(|hash| self.slots[hash as usize & mask]));
    }

    /// Count a value once more, if it is known; else tell where it belongs. `fetched` is what was fetched for it
    /// since the dictionary was last thinned.
    #[inline]
    pub fn count(&mut self, hash: u64, fetched: Slot) -> Result<(), Free> {
        let number = if holds(fetched, hash) { number(fetched) } else { self.find(hash)? };
        self.counts[number] += 1;
        Ok(())
    }

    /// Count a value; true when that added it. Places come in ascending order, except when merging.
    #[inline]
    pub fn add(&mut self, hash: u64, value: &[u8], weight: u64, place: u64) -> bool {
        match self.find(hash) {
            Ok(number) => {
                self.counts[number] += weight;
                false
            }
            Err(free) => {
                self.insert(free, Entry { hash, count: weight, first: place }, value);
                true
            }
        }
    }

    /// The number of a value, from 0 in order of appearance.
    pub fn code(&mut self, hash: u64, value: &[u8]) -> u32 {
        self.add(hash, value, 1, 0);
        self.find(hash).unwrap_or_default() as u32
    }

    /// Count a value of another part; true when that added it.
    pub fn merge_entry(&mut self, entry: Entry, value: &[u8]) -> bool {
        let new = self.add(entry.hash, value, entry.count, entry.first);
        if let Ok(number) = self.find(entry.hash) {
            let stored = &mut self.stored[number];
            stored.first = stored.first.min(entry.first);
        }
        new
    }

    /// Keep a new value at the free place that was just found for it.
    #[inline(never)]
    pub fn insert(&mut self, Free(free): Free, entry: Entry, value: &[u8]) {
        let kept = &value[..value.len().min(LONGEST)];
        let (offset, length) = (self.text.len() as u32, kept.len() as u32);
        self.stored.push(Stored { hash: entry.hash, first: entry.first, offset, length });
        self.counts.push(entry.count);
        self.text.extend_from_slice(kept);
        self.slots[free] = entry.hash & !NUMBER | self.stored.len() as u64;
        if self.stored.len() * 2 > self.slots.len() {
            self.index(self.slots.len() * 2);
        }
    }

    /// Build the hash table anew.
    fn index(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, 0);
        for (number, stored) in self.stored.iter().enumerate() {
            let mut at = stored.hash as usize & (size - 1);
            while self.slots[at] > 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = stored.hash & !NUMBER | (number as u64 + 1);
        }
    }

    /// Raise the level until the limits hold.
    pub fn thin(&mut self) {
        while self.is_full() && self.level < 63 {
            self.raise(self.level + 1);
        }
    }

    /// Keep only what a higher level keeps.
    pub fn raise(&mut self, level: u32) {
        if level <= self.level {
            return;
        }
        self.level = level;
        // In place: new lists would cost more than all the rest.
        let (mut kept, mut length) = (0, 0);
        for at in 0..self.stored.len() {
            let entry = self.stored[at];
            if !self.keeps(entry.hash) {
                continue;
            }
            let start = entry.offset as usize;
            self.text.copy_within(start..start + entry.length as usize, length);
            self.stored[kept] = Stored { offset: length as u32, ..entry };
            self.counts[kept] = self.counts[at];
            (kept, length) = (kept + 1, length + entry.length as usize);
        }
        self.stored.truncate(kept);
        self.counts.truncate(kept);
        self.text.truncate(length);
        // What the lists grow to next is their limit again; more would be held for nothing in wide tables.
        self.stored.shrink_to(2 * kept);
        self.counts.shrink_to(2 * kept);
        self.text.shrink_to(2 * length);
        let size = (self.stored.len() * 4).next_power_of_two().clamp(32, self.slots.len());
        self.index(size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::hash;

    const LIMITS: Limits = Limits { entries: 1000, bytes: 1 << 20 };

    fn filled(numbers: impl Iterator<Item = u32>) -> Dictionary {
        let mut dictionary = Dictionary::new(LIMITS);
        for number in numbers {
            let text = number.to_string();
            let hash = hash(text.as_bytes());
            if dictionary.keeps(hash) {
                dictionary.add(hash, text.as_bytes(), 1, u64::from(number));
                dictionary.thin();
            }
        }
        dictionary
    }

    fn content(dictionary: &Dictionary) -> Vec<(Vec<u8>, u64)> {
        let mut found: Vec<_> = dictionary.entries().map(|(entry, text)| (text.to_vec(), entry.count)).collect();
        found.sort();
        found
    }

    #[test]
    fn values_are_counted() {
        let dictionary = filled((0..300).map(|n| n % 3));
        assert_eq!(content(&dictionary), [(b"0".to_vec(), 100), (b"1".to_vec(), 100), (b"2".to_vec(), 100)]);
    }

    #[test]
    fn what_is_kept_does_not_depend_on_the_order() {
        let forward = filled(0..50_000);
        let backward = filled((0..50_000).rev());
        assert_eq!(forward.level, backward.level);
        assert_eq!(content(&forward), content(&backward));
    }

    #[test]
    fn the_kept_values_tell_how_many_there_are() {
        let dictionary = filled(0..100_000);
        let estimate = (dictionary.len() << dictionary.level) as f64;
        assert!((estimate / 1e5 - 1.0).abs() < 2.58 / (dictionary.len() as f64).sqrt(), "{estimate}");
    }
}
