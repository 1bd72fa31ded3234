//! The kernel's scan of an opened table.

use std::sync::Arc;

use agensium_kernel::batch::{Batch, CellBuffer};
use agensium_kernel::report::TableProfile;
use agensium_kernel::{BatchTable, Options, Progress, ScanError, scan_batches};
use arrow_schema::Schema;

use crate::columns::{Leaf, leaves};
use crate::feed::{Batches, Content, Feed, Rows, Sequential};
use crate::render::render;

/// A table that was opened: its columns and where its rows come from.
pub struct Table {
    leaves: Arc<[Leaf]>,
    feed: Box<dyn Feed>,
    rows: u64,
    bytes: u64,
    rows_before: u64,
}

/// Rows of a table for the kernel.
pub struct Piece {
    rows: Rows,
    leaves: Arc<[Leaf]>,
}

impl Table {
    /// A table of these columns; `rows` are expected, the file has `bytes`.
    pub fn new(schema: &Schema, feed: Box<dyn Feed>, rows: u64, bytes: u64) -> Result<Self, ScanError> {
        Ok(Self::of_leaves(leaves(schema)?, feed, rows, bytes))
    }

    /// A table of these flat columns.
    pub fn of_leaves(leaves: Vec<Leaf>, feed: Box<dyn Feed>, rows: u64, bytes: u64) -> Self {
        Self { leaves: leaves.into(), feed, rows, bytes, rows_before: 0 }
    }

    /// The same table; its first row stands below others.
    #[must_use]
    pub fn below(self, rows_before: u64) -> Self {
        Self { rows_before, ..self }
    }

    /// A table of batches from memory, of which neither rows nor bytes are known beforehand.
    pub fn of_batches(schema: &Schema, batches: Batches) -> Result<Self, ScanError> {
        Self::new(schema, Box::new(Sequential::new(batches, || 0)), UNKNOWN_ROWS, 0)
    }

    /// Profile it. `monitor` is called from this thread; false stops the scan.
    pub fn scan(
        &self,
        options: &Options,
        monitor: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<TableProfile, ScanError> {
        scan_batches(self, options, monitor)
    }
}

/// What a table of unknown length is sized for.
const UNKNOWN_ROWS: u64 = 1 << 20;

impl BatchTable for Table {
    type Batch = Piece;

    fn columns(&self) -> Vec<(String, Option<String>)> {
        let declared = |leaf: &Leaf| Some(leaf.declared.clone()).filter(|declared| !declared.is_empty());
        self.leaves.iter().map(|leaf| (leaf.name.clone(), declared(leaf))).collect()
    }

    fn rows_before(&self) -> u64 {
        self.rows_before
    }

    fn expected_rows(&self) -> u64 {
        self.rows
    }

    fn total_bytes(&self) -> u64 {
        self.bytes
    }

    fn bytes_read(&self) -> u64 {
        self.feed.bytes_read().min(self.bytes)
    }

    fn next(&self, worker: usize) -> Result<Option<Piece>, ScanError> {
        let rows = self.feed.next(worker)?;
        Ok(rows.map(|rows| Piece { rows, leaves: self.leaves.clone() }))
    }
}

impl Batch for Piece {
    fn index(&self) -> u32 {
        self.rows.index
    }

    fn first_row(&self) -> u64 {
        self.rows.first_row
    }

    fn rows(&self) -> usize {
        self.rows.rows
    }

    fn render(&self, column: usize, cells: &mut CellBuffer) -> Result<(), ScanError> {
        match &self.rows.content {
            Content::Batch(batch) => {
                let leaf = &self.leaves[column];
                render(leaf.what, &leaf.of(batch), cells)
            }
            Content::Text(columns) => {
                cells.clone_from(&columns[column]);
                Ok(())
            }
        }
    }
}
