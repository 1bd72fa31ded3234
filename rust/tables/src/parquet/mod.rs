//! Parquet: row groups are decoded by several threads, each with its own.

mod footer;
mod pages;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agensium_kernel::ScanError;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader};
use parquet::arrow::{FieldLevels, ProjectionMask, parquet_to_arrow_field_levels};
use parquet::errors::ParquetError;

use crate::feed::{Content, Feed, Rows};
use crate::guard::{broken, guarded};
use crate::input::Input;
use crate::limits::Limits;
use pages::Chunks;

/// About how many bytes of values a batch holds.
const BATCH_BYTES: u64 = 2 << 20;
const MOST_ROWS: u64 = 1 << 14;
const FEWEST_ROWS: u64 = 1;

/// An opened Parquet file.
pub struct ParquetFeed {
    input: Arc<Input>,
    metadata: ArrowReaderMetadata,
    levels: FieldLevels,
    padded: bool,
    batch_rows: usize,
    groups: Vec<Group>,
    next: AtomicUsize,
    lanes: Vec<Mutex<Option<Lane>>>,
}

/// A row group: the number of its first batch, and the rows before it.
#[derive(Debug, Clone, Copy)]
struct Group {
    index: u32,
    first_row: u64,
    rows: u64,
}

/// A row group that is being read: where its next batch stands, and the rows that are left.
struct Lane {
    at: Group,
    reader: ParquetRecordBatchReader,
}

impl ParquetFeed {
    /// Read the footer.
    pub fn open(input: Input, lanes: usize, limits: Limits) -> Result<Self, ScanError> {
        let (metadata, padded) = guarded(|| footer::load(&input))?.map_err(|error| refused(&error))?;
        let levels = guarded(|| levels(&metadata))?.map_err(|error| refused(&error))?;
        let rows = metadata.metadata().row_groups().iter().map(|group| group.num_rows().max(0) as u64);
        let rows = rows.fold(0, u64::saturating_add);
        let bytes: i64 = metadata.metadata().row_groups().iter().map(|group| group.total_byte_size().max(0)).sum();
        let of_row = (bytes as u64 / rows.max(1)).max(1);
        if of_row > limits.row_bytes {
            let message =
                format!("A row has {} MiB on average; at most {} are read.", of_row >> 20, limits.row_bytes >> 20);
            return Err(ScanError::new("cell_too_large", message));
        }
        let batch_rows = (BATCH_BYTES / of_row).clamp(FEWEST_ROWS, MOST_ROWS);
        let groups = places(&metadata, batch_rows)?;
        let lanes = (0..lanes.max(1)).map(|_| Mutex::new(None)).collect();
        let (input, batch_rows) = (Arc::new(input), batch_rows as usize);
        Ok(Self { input, metadata, levels, padded, batch_rows, groups, next: AtomicUsize::new(0), lanes })
    }

    /// The columns.
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// Rows in all row groups.
    pub fn rows(&self) -> u64 {
        self.groups.iter().map(|group| group.rows).sum()
    }

    fn lane(&self, number: usize) -> MutexGuard<'_, Option<Lane>> {
        self.lanes[number % self.lanes.len()].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begin the next row group.
    fn begin(&self) -> Result<Option<Lane>, ScanError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(&at) = self.groups.get(number) else { return Ok(None) };
        let (input, metadata) = (self.input.clone(), self.metadata.metadata().clone());
        let chunks = Chunks { input, metadata, number, padded: self.padded };
        let open = || ParquetRecordBatchReader::try_new_with_row_groups(&self.levels, &chunks, self.batch_rows, None);
        let reader = guarded(open)?.map_err(|error| refused(&error))?;
        Ok(Some(Lane { at, reader }))
    }
}

impl Feed for ParquetFeed {
    fn next(&self, worker: usize) -> Result<Option<Rows>, ScanError> {
        let mut own = self.lane(worker);
        loop {
            if let Some(rows) = advance(&mut own)? {
                return Ok(Some(rows));
            }
            *own = self.begin()?;
            if own.is_none() {
                break;
            }
        }
        drop(own);
        // All row groups have begun: help with those of others.
        for other in 1..self.lanes.len() {
            if let Some(rows) = advance(&mut self.lane(worker + other))? {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    fn bytes_read(&self) -> u64 {
        self.input.bytes_read()
    }
}

/// The next batch of a row group that is being read.
fn advance(lane: &mut Option<Lane>) -> Result<Option<Rows>, ScanError> {
    let Some(mut running) = lane.take() else { return Ok(None) };
    let Some(batch) = guarded(|| running.reader.next())? else {
        return if running.at.rows == 0 { Ok(None) } else { Err(miscounted()) };
    };
    let batch: RecordBatch = batch.map_err(broken)?;
    let Group { index, first_row, .. } = running.at;
    let rows = Rows { index, first_row, rows: batch.num_rows(), content: Content::Batch(batch) };
    let count = rows.rows as u64;
    running.at.index += 1;
    running.at.first_row += count;
    running.at.rows = running.at.rows.checked_sub(count).ok_or_else(miscounted)?;
    *lane = Some(running);
    Ok(Some(rows))
}

/// How the file's columns become Arrow's.
fn levels(metadata: &ArrowReaderMetadata) -> Result<FieldLevels, ParquetError> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    parquet_to_arrow_field_levels(schema, ProjectionMask::all(), Some(metadata.schema().fields()))
}

fn places(metadata: &ArrowReaderMetadata, batch_rows: u64) -> Result<Vec<Group>, ScanError> {
    let (mut index, mut first_row) = (0u64, 0u64);
    let mut places = Vec::new();
    for group in metadata.metadata().row_groups() {
        let rows = u64::try_from(group.num_rows()).map_err(|_| negative())?;
        let place = u32::try_from(index).map_err(|_| broken("it names more rows than can be"))?;
        places.push(Group { index: place, first_row, rows });
        index = index.saturating_add(rows.div_ceil(batch_rows));
        first_row = first_row.saturating_add(rows);
    }
    Ok(places)
}

fn miscounted() -> ScanError {
    broken("a row group has another number of rows than its description says")
}

fn negative() -> ScanError {
    broken("it names a negative number of rows")
}

fn refused(error: &ParquetError) -> ScanError {
    match error {
        ParquetError::NYI(what) => {
            ScanError::new("unsupported_format", format!("This Parquet file uses what is not read yet: {what}."))
                .hint("Write it anew with another compression or without the special type.")
        }
        ParquetError::General(what) if what.contains("list element type") => {
            ScanError::new("unsupported_format", format!("The footer is written in a way that is not read: {what}."))
                .hint("Write the file anew.")
        }
        ParquetError::EOF(what) => broken(what),
        other => broken(other),
    }
}
