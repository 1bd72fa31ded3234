//! An even sample of rows, kept as text, for what needs whole rows or a second look.
//!
//! A row is in the sample when the hash of its offset in the file starts with `level` zero bits, so the
//! sample does not depend on threads or chunks. While all rows fit, the sample is the table.

use std::sync::Arc;

use crate::batch::CellBuffer;
use crate::cell::content;
use crate::cutter::Chunk;
use crate::hash::mix;
use crate::levels::{Levels, Ranks};
use crate::options::Format;
use crate::tokenize::Fields;

/// Longer cells are cut.
const LONGEST_CELL: usize = 800;

#[derive(Debug, Clone, Copy)]
struct Row {
    key: u64,
    offset: u64,
    text: usize,
    ends: usize,
}

/// Some rows of a table. Clones share the bound on what they keep together.
#[derive(Debug, Clone)]
pub struct RowSample {
    levels: Arc<Levels>,
    level: u32,
    limit: usize,
    most_bytes: usize,
    columns: usize,
    rows: Vec<Row>,
    ends: Vec<u32>,
    text: Vec<u8>,
    scratch: Vec<u8>,
}

impl RowSample {
    /// At most so many rows of `columns` cells and so many bytes; `expected` rows are in the table, about.
    pub fn new(columns: usize, (limit, most_bytes): (usize, usize), expected: u64) -> Self {
        // Starting a little below the level that will be needed saves copying rows that are dropped.
        let ratio = expected / 2 / limit.max(1) as u64;
        let level = ratio.checked_ilog2().map_or(0, |level| level.saturating_sub(1)).min(40);
        let (levels, scratch) = (Levels::new(limit, most_bytes), Vec::new());
        let (rows, ends, text) = (Vec::new(), Vec::new(), Vec::new());
        Self { levels, level, limit, most_bytes, columns, rows, ends, text, scratch }
    }

    /// Rows kept.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn keeps(&self, key: u64) -> bool {
        (key >> 1) >> (63 - self.level) == 0
    }

    /// Take in the rows of a chunk; `starts` are where they start in it as it stands in the file.
    pub fn read(&mut self, chunk: &Chunk, starts: &[u32], fields: &Fields, format: Format) {
        let mut ranks = Ranks::default();
        for (row, &start) in starts.iter().enumerate() {
            let offset = chunk.offset + u64::from(start);
            let key = mix(offset);
            if self.keeps(key) {
                self.rows.push(Row { key, offset, text: self.text.len(), ends: self.ends.len() });
                let before = self.bytes();
                self.copy(&chunk.text, row, fields, format);
                ranks.add(key.leading_zeros(), self.bytes() - before);
            }
        }
        let level = self.levels.count(&ranks);
        self.raise(level);
    }

    /// Bytes of memory that the rows take.
    fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>()
    }

    /// Which of the rows from number `first` on are in the sample.
    pub fn choose(&self, first: u64, rows: usize, chosen: &mut Vec<u32>) {
        chosen.clear();
        chosen.extend((0..rows as u32).filter(|&row| self.keeps(mix(first + u64::from(row)))));
    }

    /// Take in rows of a batch that starts at number `first`; `columns` holds the cells of those chosen.
    pub fn read_batch(&mut self, first: u64, chosen: &[u32], columns: &[CellBuffer]) {
        let mut ranks = Ranks::default();
        for (at, &row) in chosen.iter().enumerate() {
            let offset = first + u64::from(row);
            let (key, before, start) = (mix(offset), self.bytes(), self.text.len());
            self.rows.push(Row { key, offset, text: start, ends: self.ends.len() });
            for column in columns {
                self.text.extend_from_slice(shortened(column.cell(at)));
                self.ends.push((self.text.len() - start) as u32);
            }
            ranks.add(key.leading_zeros(), self.bytes() - before);
        }
        let level = self.levels.count(&ranks);
        self.raise(level);
    }

    fn copy(&mut self, text: &[u8], row: usize, fields: &Fields, format: Format) {
        let start = self.text.len();
        for column in 0..self.columns {
            let cell = content(fields.raw(text, row, column), format, &mut self.scratch);
            self.text.extend_from_slice(shortened(cell));
            self.ends.push((self.text.len() - start) as u32);
        }
    }

    fn thin(&mut self) {
        while (self.rows.len() > self.limit || self.bytes() > self.most_bytes) && self.level < 63 {
            self.raise(self.level + 1);
        }
    }

    fn raise(&mut self, level: u32) {
        if level <= self.level {
            return;
        }
        self.level = level;
        let (mut kept, mut text, mut ends) = (0, 0, 0);
        for at in 0..self.rows.len() {
            let row = self.rows[at];
            if !self.keeps(row.key) {
                continue;
            }
            // What is kept moves forward in place: fresh memory would cost more than the copy.
            let length = self.ends[row.ends + self.columns - 1] as usize;
            self.text.copy_within(row.text..row.text + length, text);
            self.ends.copy_within(row.ends..row.ends + self.columns, ends);
            self.rows[kept] = Row { text, ends, ..row };
            (kept, text, ends) = (kept + 1, text + length, ends + self.columns);
        }
        self.rows.truncate(kept);
        self.text.truncate(text);
        self.ends.truncate(ends);
    }

    fn take(&mut self, row: Row, text: &[u8], ends: &[u32]) {
        let ends = &ends[row.ends..row.ends + self.columns];
        let length = ends.last().map_or(0, |&end| end as usize);
        self.rows.push(Row { text: self.text.len(), ends: self.ends.len(), ..row });
        self.text.extend_from_slice(&text[row.text..row.text + length]);
        self.ends.extend_from_slice(ends);
    }

    /// Add the rows of another part.
    pub fn merge(&mut self, mut other: Self) {
        let level = self.level.max(other.level);
        self.raise(level);
        other.raise(level);
        for row in &other.rows {
            self.take(*row, &other.text, &other.ends);
        }
        self.thin();
    }

    /// Bring the rows into the order of the file.
    pub fn sort(&mut self) {
        self.rows.sort_by_key(|row| row.offset);
    }

    /// The cells of a column, from the first row on.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &[u8]> {
        self.rows.iter().map(move |row| {
            let end = self.ends[row.ends + column] as usize;
            let start = if column == 0 { 0 } else { self.ends[row.ends + column - 1] as usize };
            &self.text[row.text + start..row.text + end]
        })
    }
}

/// A cell as it is kept.
pub fn shortened(cell: &[u8]) -> &[u8] {
    &cell[..cell.len().min(LONGEST_CELL)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Format = Format { delimiter: b',', quote: None, escape: None };

    fn sampled(limit: usize, cuts: &[usize]) -> Vec<String> {
        let lines: Vec<String> = (0..5000).map(|n| format!("{n},{}\n", n * 7)).collect();
        let mut merged: Option<RowSample> = None;
        let (mut offset, mut at) = (0, 0);
        for &cut in cuts {
            let chunk = Chunk { text: lines[at..cut].concat().into_bytes(), offset, ..Chunk::default() };
            let mut fields = Fields::default();
            fields.read(&chunk.text, false, FORMAT, 2);
            let mut part = RowSample::new(2, (limit, 1 << 20), 0);
            part.read(&chunk, &fields.starts, &fields, FORMAT);
            match &mut merged {
                Some(merged) => merged.merge(part),
                None => merged = Some(part),
            }
            (offset, at) = (offset + chunk.text.len() as u64, cut);
        }
        let mut merged = merged.unwrap();
        merged.sort();
        let pairs = merged.column(0).zip(merged.column(1));
        pairs.map(|(a, b)| format!("{}:{}", String::from_utf8_lossy(a), String::from_utf8_lossy(b))).collect()
    }

    #[test]
    fn a_small_table_is_its_own_sample() {
        let rows = sampled(5000, &[1000, 5000]);
        assert_eq!((rows.len(), rows[4999].as_str()), (5000, "4999:34993"));
    }

    #[test]
    fn the_sample_does_not_depend_on_the_split() {
        let whole = sampled(500, &[5000]);
        assert!((250..=500).contains(&whole.len()), "{}", whole.len());
        assert_eq!(sampled(500, &[100, 101, 3000, 5000]), whole);
    }
}
