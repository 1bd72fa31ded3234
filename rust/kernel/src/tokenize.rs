//! Finds the fields of a chunk: delimiters, quotes and line ends, 64 bytes at a time as bit masks.
//!
//! A quote opens a field only at its start. After the closing quote anything up to the next
//! delimiter belongs to the field. LF, CRLF and CR all end a record.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, Simd, dispatch};
use memchr::{memchr, memchr_iter};

use crate::blocks::{BYTES, padded, positions};
use crate::cells::Span;
use crate::options::Format;

/// The first lines where something happened, and how often it did.
#[derive(Debug, Default, Clone)]
pub struct Places {
    /// How many.
    pub count: u64,
    /// Lines within the chunk, from 0; at most [`Places::KEPT`].
    pub first: Vec<u32>,
    last: Option<u32>,
}

impl Places {
    /// How many lines are kept.
    pub const KEPT: usize = 10;

    /// One more, unless it is on the same line as the last one.
    pub fn add_once(&mut self, line: u32) {
        if self.last != Some(line) {
            self.last = Some(line);
            self.add(line);
        }
    }

    /// One more.
    pub fn add(&mut self, line: u32) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(line);
        }
    }
}

/// The fields of a chunk. Field `c` of row `r` ends at `by_column[c * rows + r]` and starts after the
/// end of the field before it, or at `starts[r]`.
#[derive(Debug, Default)]
pub struct Fields {
    /// Columns of the table.
    pub columns: usize,
    /// Where each row starts.
    pub starts: Vec<u32>,
    /// Where each field ends, row by row, as they are found.
    ends: Vec<u32>,
    /// The same column by column, as they are read.
    by_column: Vec<u32>,
    /// The line of each row within the chunk, from 0.
    pub lines: Vec<u32>,
    /// Which columns have a quoted field.
    pub quoted: Vec<bool>,
    /// Line breaks in the chunk.
    pub line_count: u32,
    /// Fields of the first row as it stands, before it was padded or cut.
    pub first_width: usize,
    /// Rows with too few fields.
    pub padded: Places,
    /// Rows with too many fields.
    pub cut: Places,
    /// Lines without a character.
    pub blank: Places,
    /// Rows with a quote where none may stand.
    pub stray: Places,
    /// Whether there is a quote or an escape that neither opens nor closes a field.
    pub inner_quotes: bool,
}

impl Fields {
    /// Rows found.
    pub fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The raw bytes of a field, with its quotes.
    #[inline]
    pub fn raw<'a>(&self, text: &'a [u8], row: usize, column: usize) -> &'a [u8] {
        let rows = self.starts.len();
        let at = column * rows + row;
        let start = if column == 0 { self.starts[row] } else { self.by_column[at - rows] + 1 };
        text.get(start as usize..self.by_column[at] as usize).unwrap_or_default()
    }

    /// Where the raw fields of a column stand; a field that a row lacks is empty.
    pub fn spans(&self, column: usize, spans: &mut Vec<Span>) {
        let rows = self.starts.len();
        let ends = &self.by_column[column * rows..(column + 1) * rows];
        spans.clear();
        if column == 0 {
            spans.extend(self.starts.iter().zip(ends).map(|(&start, &end)| Span::between(start, end)));
        } else {
            let before = &self.by_column[(column - 1) * rows..column * rows];
            spans.extend(before.iter().zip(ends).map(|(&before, &end)| Span::between(before + 1, end)));
        }
    }

    fn clear(&mut self, columns: usize) {
        self.columns = columns;
        self.starts.clear();
        self.ends.clear();
        self.lines.clear();
        self.quoted.clear();
        self.quoted.resize(columns, false);
        self.line_count = 0;
        self.first_width = 0;
        self.inner_quotes = false;
        for places in [&mut self.padded, &mut self.cut, &mut self.blank, &mut self.stray] {
            *places = Places::default();
        }
    }

    /// Find the fields of `text`, which holds whole records.
    pub fn read(&mut self, text: &[u8], quotes: bool, format: Format, columns: usize) {
        self.clear(columns);
        let returns = memchr(b'\r', text).is_some();
        let mut reader = Reader { fields: self, text, format, row_start: 0, row_first: 0, breaks_inside: 0 };
        let level = Level::new();
        match (quotes && format.quote.is_some(), returns) {
            (false, false) => dispatch!(level, simd => reader.scan::<_, false, false>(simd)),
            (false, true) => dispatch!(level, simd => reader.scan::<_, false, true>(simd)),
            (true, false) => dispatch!(level, simd => reader.scan::<_, true, false>(simd)),
            (true, true) => dispatch!(level, simd => reader.scan::<_, true, true>(simd)),
        }
        self.turn();
    }

    /// Turn the ends from rows into columns, some rows at a time so that both sides stay in the cache.
    fn turn(&mut self) {
        const ROWS: usize = 32;
        let (rows, columns) = (self.rows(), self.columns);
        self.by_column.clear();
        self.by_column.resize(self.ends.len(), 0);
        for (tile, ends) in self.ends.chunks(ROWS * columns.max(1)).enumerate() {
            for column in 0..columns {
                let start = column * rows + tile * ROWS;
                let turned = self.by_column[start..].iter_mut();
                turned.zip(ends[column..].iter().step_by(columns)).for_each(|(to, from)| *to = *from);
            }
        }
    }
}

struct Reader<'a> {
    fields: &'a mut Fields,
    text: &'a [u8],
    format: Format,
    row_start: usize,
    row_first: usize,
    /// Line breaks inside the quotes of the row so far.
    breaks_inside: u32,
}

impl Reader<'_> {
    #[inline(always)]
    fn scan<S: Simd, const QUOTES: bool, const RETURNS: bool>(&mut self, simd: S) {
        let mut state = Inside::default();
        let (blocks, rest) = self.text.as_chunks();
        for (number, block) in blocks.iter().enumerate() {
            self.block::<S, QUOTES, RETURNS>(simd, block, number * BYTES, u64::MAX, &mut state);
        }
        if !rest.is_empty() {
            let valid = u64::MAX >> (BYTES - rest.len());
            self.block::<S, QUOTES, RETURNS>(simd, &padded(rest).0, blocks.len() * BYTES, valid, &mut state);
        }
        let pending = self.fields.ends.len() > self.row_first;
        if self.row_start < self.text.len() || pending {
            self.fields.ends.push(self.text.len() as u32);
            self.finish_row(self.text.len());
        }
    }

    #[inline(always)]
    fn block<S: Simd, const QUOTES: bool, const RETURNS: bool>(
        &mut self,
        simd: S,
        block: &[u8; BYTES],
        base: usize,
        valid: u64,
        state: &mut Inside,
    ) {
        let delimiters = positions(simd, block, self.format.delimiter);
        let mut breaks = positions(simd, block, b'\n');
        if RETURNS {
            breaks |= positions(simd, block, b'\r');
        }
        let mut events = delimiters | breaks;
        let mut quotes = 0;
        if QUOTES {
            quotes = self.format.quote.map_or(0, |quote| positions(simd, block, quote));
            quotes |= self.format.escape.map_or(0, |escape| positions(simd, block, escape));
            events |= quotes;
        }
        events &= valid;
        while events != 0 {
            let bit = events & events.wrapping_neg();
            let at = base + events.trailing_zeros() as usize;
            events ^= bit;
            if QUOTES && (state.open || bit & quotes != 0) {
                self.breaks_inside += u32::from(bit & breaks != 0 && self.is_break(at));
                self.quote(at, bit & quotes != 0, state);
            } else if bit & breaks == 0 {
                self.fields.ends.push(at as u32);
            } else if RETURNS && at == self.row_start && self.is_second_half(at) {
                self.row_start = at + 1;
            } else {
                self.fields.ends.push(at as u32);
                self.finish_row(at);
            }
        }
    }

    /// A quote or an escape, or anything inside a quoted field.
    #[inline]
    fn quote(&mut self, at: usize, is_quote: bool, state: &mut Inside) {
        if !is_quote || at == state.skipped {
            return;
        }
        let quote = Some(self.text[at]) == self.format.quote;
        if !state.open {
            if quote && self.starts_field(at) {
                state.open = true;
                state.skipped = usize::MAX;
                let column = self.fields.ends.len() - self.row_first;
                if let Some(quoted) = self.fields.quoted.get_mut(column) {
                    *quoted = true;
                }
            } else if quote {
                self.stray();
            }
        } else if !quote || self.text.get(at + 1) == self.text.get(at) && at + 1 < self.text.len() {
            state.skipped = at + 1;
            self.fields.inner_quotes = true;
        } else {
            state.open = false;
            self.check_after_closing(at + 1);
        }
    }

    fn check_after_closing(&mut self, at: usize) {
        let next = self.text.get(at).copied().unwrap_or(b'\n');
        if next != self.format.delimiter && !matches!(next, b'\n' | b'\r') {
            self.stray();
        }
    }

    fn stray(&mut self) {
        let line = self.fields.line_count;
        self.fields.stray.add_once(line);
        self.fields.inner_quotes = true;
    }

    #[inline]
    fn starts_field(&self, at: usize) -> bool {
        at == 0 || matches!(self.text[at - 1], b'\n' | b'\r') || self.text[at - 1] == self.format.delimiter
    }

    /// Whether a line ends here: the first half of a CRLF does not end it.
    #[inline]
    fn is_break(&self, at: usize) -> bool {
        self.text[at] == b'\n' || self.text.get(at + 1) != Some(&b'\n')
    }

    #[inline]
    fn is_second_half(&self, at: usize) -> bool {
        at > 0 && self.text[at] == b'\n' && self.text[at - 1] == b'\r'
    }

    #[inline]
    fn finish_row(&mut self, end: usize) {
        let found = self.fields.ends.len() - self.row_first;
        let line = self.fields.line_count;
        let blank = found == 1 && end == self.row_start && self.fields.columns > 1;
        if self.fields.first_width == 0 {
            self.fields.first_width = found;
        }
        if found != self.fields.columns {
            self.mend(found, blank, line);
        }
        if !blank {
            self.fields.starts.push(self.row_start as u32);
            self.fields.lines.push(line);
        }
        self.fields.line_count += 1;
        self.fields.line_count += self.breaks_inside;
        self.breaks_inside = 0;
        self.row_first = self.fields.ends.len();
        self.row_start = end + 1;
    }

    #[cold]
    fn mend(&mut self, found: usize, blank: bool, line: u32) {
        let fields = &mut *self.fields;
        if blank {
            fields.ends.truncate(self.row_first);
            fields.blank.add(line);
        } else if found < fields.columns {
            // An absent field starts after it ends, so it reads as empty.
            let end = fields.ends[fields.ends.len() - 1];
            fields.ends.resize(self.row_first + fields.columns, end);
            fields.padded.add(line);
        } else {
            fields.ends.truncate(self.row_first + fields.columns);
            fields.cut.add(line);
        }
    }
}

/// Line breaks of any sort.
pub fn line_breaks(bytes: &[u8]) -> u32 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (feeds + lone) as u32
}

struct Inside {
    open: bool,
    skipped: usize,
}

impl Default for Inside {
    fn default() -> Self {
        Self { open: false, skipped: usize::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Format = Format { delimiter: b',', quote: Some(b'"'), escape: None };

    fn rows(text: &str, columns: usize) -> Vec<Vec<String>> {
        let mut fields = Fields::default();
        fields.read(text.as_bytes(), text.contains('"'), FORMAT, columns);
        let cell = |row, column| String::from_utf8_lossy(fields.raw(text.as_bytes(), row, column)).into_owned();
        (0..fields.rows()).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }

    #[test]
    fn every_line_end_ends_a_row() {
        for text in ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d", "a,b\r\nc,d", "a,b\n\nc,d\r\n\r\n"] {
            assert_eq!(rows(text, 2), [["a", "b"], ["c", "d"]], "{text:?}");
        }
    }

    #[test]
    fn quotes_hide_delimiters_and_line_ends() {
        let text = "\"a,\"\"\n\",b\n5\" x,\"c\"d\"\n";
        assert_eq!(rows(text, 2), [["\"a,\"\"\n\"", "b"], ["5\" x", "\"c\"d\""]]);
    }

    #[test]
    fn ragged_rows_are_padded_and_cut_and_counted() {
        let text = "a\nb,c,d\n,\n";
        assert_eq!(rows(text, 2), [["a", ""], ["b", "c"], ["", ""]]);
        let mut fields = Fields::default();
        fields.read(text.as_bytes(), false, FORMAT, 2);
        assert_eq!((fields.padded.first, fields.cut.first), (vec![0], vec![1]));
    }

    #[test]
    fn lines_count_breaks_inside_quotes() {
        let text = "\"a\n\n\",b\nc,d\n";
        let mut fields = Fields::default();
        fields.read(text.as_bytes(), true, FORMAT, 2);
        assert_eq!((fields.lines, fields.line_count), (vec![0, 3], 4));
    }

    #[test]
    fn blank_lines_are_cells_of_a_single_column() {
        assert_eq!(rows("a\n\nb\n", 1), [["a"], [""], ["b"]]);
    }

    #[test]
    fn long_fields_cross_blocks() {
        let long = "x,\"".repeat(50).replace('"', "");
        let text = format!("\"{long}\",{}\n", "y".repeat(100));
        assert_eq!(rows(&text, 2), [[format!("\"{long}\""), "y".repeat(100)]]);
    }
}
