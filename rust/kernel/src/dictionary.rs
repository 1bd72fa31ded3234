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
    offset: u32,
    length: u32,
}

/// How large a dictionary may grow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Distinct values.
    pub entries: usize,
    /// Bytes of their text.
    pub bytes: usize,
}

/// Longer values are kept up to here; a column with such a value is tallied cell by cell.
pub const LONGEST: usize = 4096;

const FREE: u64 = u64::MAX;

/// Distinct values and their counts.
#[derive(Debug, Clone)]
pub struct Dictionary {
    /// Zero bits that the hash of a kept value starts with; 0 while all values are here.
    pub level: u32,
    slots: Vec<u64>,
    entries: Vec<Entry>,
    text: Vec<u8>,
    limits: Limits,
}

impl Dictionary {
    /// An empty dictionary.
    pub fn new(limits: Limits) -> Self {
        Self { level: 0, slots: vec![FREE; 32], entries: Vec::new(), text: Vec::new(), limits }
    }

    /// Distinct values kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of memory held, about.
    pub fn memory(&self) -> usize {
        self.slots.capacity() * 8 + self.entries.capacity() * size_of::<Entry>() + self.text.capacity()
    }

    /// The kept values, in the order in which they came.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, &[u8])> {
        self.entries.iter().map(|entry| (entry, self.value(entry)))
    }

    /// The text of an entry.
    pub fn value(&self, entry: &Entry) -> &[u8] {
        &self.text[entry.offset as usize..(entry.offset + entry.length) as usize]
    }

    /// Whether a hash is of the kept part.
    #[inline]
    pub fn keeps(&self, hash: u64) -> bool {
        // In two shifts, because one by 64 bits (level 0) is no shift at all.
        (hash >> 1) >> (63 - self.level) == 0
    }

    /// Whether there is more than the limits allow.
    pub fn is_full(&self) -> bool {
        self.entries.len() > self.limits.entries || self.text.len() > self.limits.bytes
    }

    /// Count a value; true when that added it.
    #[inline]
    pub fn add(&mut self, hash: u64, value: &[u8], weight: u64, place: u64) -> bool {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == FREE {
                self.insert(at, hash, value, weight, place);
                return true;
            }
            if slot >> 32 == hash >> 32 {
                let entry = &mut self.entries[slot as u32 as usize];
                if entry.hash == hash {
                    entry.count += weight;
                    entry.first = entry.first.min(place);
                    return false;
                }
            }
            at = (at + 1) & mask;
        }
    }

    #[inline(never)]
    fn insert(&mut self, at: usize, hash: u64, value: &[u8], weight: u64, place: u64) {
        let kept = &value[..value.len().min(LONGEST)];
        self.slots[at] = hash >> 32 << 32 | self.entries.len() as u64;
        let (offset, length) = (self.text.len() as u32, kept.len() as u32);
        self.entries.push(Entry { hash, count: weight, first: place, offset, length });
        self.text.extend_from_slice(kept);
        if self.entries.len() * 2 > self.slots.len() {
            self.index(self.slots.len() * 2);
        }
    }

    fn index(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, FREE);
        for (number, entry) in self.entries.iter().enumerate() {
            let mut at = entry.hash as usize & (size - 1);
            while self.slots[at] != FREE {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = entry.hash >> 32 << 32 | number as u64;
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
        let entries = std::mem::take(&mut self.entries);
        let text = std::mem::take(&mut self.text);
        for mut entry in entries {
            if self.keeps(entry.hash) {
                let start = entry.offset as usize;
                entry.offset = self.text.len() as u32;
                self.text.extend_from_slice(&text[start..start + entry.length as usize]);
                self.entries.push(entry);
            }
        }
        self.index(self.slots.len());
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
