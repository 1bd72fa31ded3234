//! Cells of JSON rows, column by column.

use agensium_kernel::batch::CellBuffer;

use super::parse::{Kind, Visitor};
use super::paths::Paths;
use crate::json_text::quoted;

/// Where a field has no column: the file changed since its columns were found.
const NOWHERE: u32 = u32::MAX;

/// The columns of some rows.
pub struct Columns<'a> {
    paths: &'a Paths,
    cells: Vec<CellBuffer>,
    row: usize,
}

impl<'a> Columns<'a> {
    /// No row yet.
    pub fn new(paths: &'a Paths) -> Self {
        let cells = (0..paths.width()).map(|_| CellBuffer::default()).collect();
        Self { paths, cells, row: 0 }
    }

    /// The next row begins.
    pub fn end_row(&mut self) {
        self.row += 1;
    }

    /// The cells; those that a row lacks hold no value.
    pub fn finish(mut self) -> Vec<CellBuffer> {
        for cells in &mut self.cells {
            (cells.spans.len()..self.row).for_each(|_| cells.add_null());
        }
        self.cells
    }

    /// The buffer in which a column's cell of this row is to be written, unless the row has it already.
    #[inline]
    fn open(&mut self, column: u32) -> Option<&mut CellBuffer> {
        let cells = &mut self.cells[column as usize];
        if cells.spans.len() > self.row {
            return None;
        }
        (cells.spans.len()..self.row).for_each(|_| cells.add_null());
        Some(cells)
    }
}

impl Visitor for Columns<'_> {
    #[inline]
    fn field(&mut self, place: u32, key: &[u8]) -> u32 {
        if place == NOWHERE { NOWHERE } else { self.paths.find(place, key).unwrap_or(NOWHERE) }
    }

    fn scalar(&mut self, place: u32, cell: &[u8], kind: Kind) {
        if place == NOWHERE || kind == Kind::Null {
            return;
        }
        let columns = self.paths.columns(place);
        let Some(cells) = columns.value.and_then(|column| self.open(column)) else { return };
        if columns.mixed && kind == Kind::Text {
            quoted(cell, &mut cells.text);
            cells.end();
        } else {
            cells.add(cell);
        }
    }

    fn list(&mut self, place: u32, length: usize, raw: &[u8], flat: bool) {
        if place == NOWHERE {
            return;
        }
        let columns = self.paths.columns(place);
        if let Some(cells) = columns.length.and_then(|column| self.open(column)) {
            crate::render::numbers::whole(length, &mut cells.text);
            cells.end();
        }
        if let Some(cells) = columns.value.filter(|_| flat).and_then(|column| self.open(column)) {
            cells.add(raw);
        }
    }
}
