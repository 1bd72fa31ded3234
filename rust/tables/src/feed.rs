//! Where record batches come from.

use std::sync::{Mutex, PoisonError};

use agensium_kernel::ScanError;
use agensium_kernel::batch::CellBuffer;
use arrow_array::RecordBatch;

use crate::guard::guarded;

/// Values of rows.
#[derive(Debug)]
pub enum Content {
    /// With types.
    Batch(RecordBatch),
    /// As text, column by column.
    Text(Vec<CellBuffer>),
}

/// Some rows of a table, and where they stand in it.
#[derive(Debug)]
pub struct Rows {
    /// Their values.
    pub content: Content,
    /// How many.
    pub rows: usize,
    /// Blocks are numbered in the order of the table's rows; numbers may be left out.
    pub index: u32,
    /// Rows before these.
    pub first_row: u64,
}

/// A source of rows that several threads may ask at once.
pub trait Feed: Send + Sync {
    /// The next rows for a worker, in no order; none when all were given out.
    fn next(&self, worker: usize) -> Result<Option<Rows>, ScanError>;
    /// About how many of the file's bytes were read.
    fn bytes_read(&self) -> u64;
}

/// Batches that come one after the other.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ScanError>> + Send>;

/// Larger batches are handed out in parts: files may have batches of any size.
const MOST_ROWS: usize = 1 << 16;

/// A feed whose batches are made one at a time, by the thread that asks.
pub struct Sequential {
    state: Mutex<State>,
    read: Box<dyn Fn() -> u64 + Send + Sync>,
}

struct State {
    batches: Option<Batches>,
    /// What is left of a large batch.
    rest: Option<RecordBatch>,
    index: u32,
    rows: u64,
}

impl Sequential {
    /// A feed of these batches; `read` tells how many bytes they took so far.
    pub fn new(batches: Batches, read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self {
            state: Mutex::new(State { batches: Some(batches), rest: None, index: 0, rows: 0 }),
            read: Box::new(read),
        }
    }
}

impl Feed for Sequential {
    fn next(&self, _worker: usize) -> Result<Option<Rows>, ScanError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let batch = if let Some(rest) = state.rest.take() {
                rest
            } else {
                let Some(mut batches) = state.batches.take() else { return Ok(None) };
                let Some(batch) = guarded(|| batches.next())? else { return Ok(None) };
                // After an error or a panic there is nothing more to be had.
                let batch = batch?;
                state.batches = Some(batches);
                batch
            };
            let rows = batch.num_rows().min(MOST_ROWS);
            if rows == 0 {
                continue;
            }
            if rows < batch.num_rows() {
                state.rest = Some(batch.slice(rows, batch.num_rows() - rows));
            }
            let batch = batch.slice(0, rows);
            let found = Rows { index: state.index, first_row: state.rows, rows, content: Content::Batch(batch) };
            state.index += 1;
            state.rows += rows as u64;
            return Ok(Some(found));
        }
    }

    fn bytes_read(&self) -> u64 {
        (self.read)()
    }
}
