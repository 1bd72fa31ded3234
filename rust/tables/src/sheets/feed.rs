//! Rows of a sheet for the kernel.

use std::sync::atomic::{AtomicU32, Ordering};

use agensium_kernel::ScanError;
use agensium_kernel::batch::CellBuffer;

use super::area::Area;
use super::cells::Store;
use crate::feed::{Content, Feed, Rows};

/// Cells that are handed out at once, about.
const PIECE_CELLS: u32 = 1 << 16;

/// A table in a sheet that lies in memory.
pub struct SheetFeed {
    store: Store,
    area: Area,
    rows: u32,
    bytes: u64,
    next: AtomicU32,
}

impl SheetFeed {
    /// The rows of an area; the file has `bytes`.
    pub fn new(store: Store, area: Area, bytes: u64) -> Self {
        let rows = (PIECE_CELLS / area.width() as u32).clamp(16, 8192);
        Self { store, area, rows, bytes, next: AtomicU32::new(0) }
    }
}

impl Feed for SheetFeed {
    fn next(&self, _worker: usize) -> Result<Option<Rows>, ScanError> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        let before = index.saturating_mul(self.rows);
        if before >= self.area.rows() {
            return Ok(None);
        }
        let rows = self.rows.min(self.area.rows() - before);
        let first = self.area.first_row() + before;
        let mut columns: Vec<_> = (0..self.area.width()).map(|_| CellBuffer::default()).collect();
        let start = self.store.cells.partition_point(|cell| cell.row < first);
        for cell in self.store.cells[start..].iter().take_while(|cell| cell.row < first + rows) {
            let Some(column) = u32::from(cell.column).checked_sub(self.area.left) else { continue };
            let Some(cells) = columns.get_mut(column as usize) else { continue };
            (cells.spans.len()..(cell.row - first) as usize).for_each(|_| cells.add_null());
            cells.add(self.store.get(cell));
        }
        for cells in &mut columns {
            (cells.spans.len()..rows as usize).for_each(|_| cells.add_null());
        }
        let content = Content::Text(columns);
        Ok(Some(Rows { content, rows: rows as usize, index, first_row: u64::from(before) }))
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}
