//! Rows that come column by column, as from an Arrow record batch, not as text that must be cut.

use crate::cells::Span;
use crate::error::ScanError;
use crate::row_sample::shortened;

/// A cell without a value. No text holds this byte, so it differs from every other cell.
pub const NULL: &[u8] = b"\xff";

/// The cells of one column of a batch, one after the other.
#[derive(Debug, Default, Clone)]
pub struct CellBuffer {
    /// Their contents.
    pub text: Vec<u8>,
    /// Where each stands.
    pub spans: Vec<Span>,
    end: u32,
}

impl CellBuffer {
    /// End the cell whose content was added to the text.
    #[inline]
    pub fn end(&mut self) {
        let end = self.text.len() as u32;
        self.spans.push(Span::between(self.end, end));
        self.end = end;
    }

    /// Add a cell.
    #[inline]
    pub fn add(&mut self, cell: &[u8]) {
        self.text.extend_from_slice(cell);
        self.end();
    }

    /// Add a cell without a value.
    #[inline]
    pub fn add_null(&mut self) {
        self.add(NULL);
    }

    /// Add a cell that has the text of an earlier one.
    #[inline]
    pub fn share(&mut self, span: Span) {
        self.spans.push(span);
    }

    /// Add cells whose texts follow one another; `ends` tells where each ends in `text`.
    pub fn add_all(&mut self, text: &[u8], ends: impl Iterator<Item = usize>) {
        let base = self.text.len();
        self.text.extend_from_slice(text);
        for end in ends {
            let end = (base + end) as u32;
            self.spans.push(Span::between(self.end, end));
            self.end = end;
        }
    }

    /// Forget all cells.
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.end = 0;
    }

    /// A cell.
    #[inline]
    pub fn cell(&self, row: usize) -> &[u8] {
        let span = self.spans[row];
        &self.text[span.start as usize..(span.start + span.length) as usize]
    }
}

impl CellBuffer {
    /// Some of the cells, as a sample of rows keeps them.
    #[must_use]
    pub fn picked(&self, rows: &[u32]) -> Self {
        let mut picked = Self::default();
        rows.iter().for_each(|&row| picked.add(shortened(self.cell(row as usize))));
        picked
    }
}

/// Some rows of a table.
pub trait Batch {
    /// Its number; batches are numbered in the order of the table's rows.
    fn index(&self) -> u32;
    /// Rows of the table before it.
    fn first_row(&self) -> u64;
    /// Its rows.
    fn rows(&self) -> usize;
    /// Write the cells of a column as UTF-8 text into an empty buffer, or [`NULL`].
    fn render(&self, column: usize, cells: &mut CellBuffer) -> Result<(), ScanError>;
}
