//! The scan of a file: one thread reads and cuts at a time, all of them work on chunks.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::column::Column;
use crate::context::Context;
use crate::cutter::{Chunk, Cutter};
use crate::error::ScanError;
use crate::header::{read_header, read_prelude};
use crate::hints::find_hints;
use crate::options::{Format, Options};
use crate::report::TableProfile;
use crate::room::Room;
use crate::row_hashes::RowHashes;
use crate::row_sample::RowSample;
use crate::run::{Pieces, run};
use crate::summary;
use crate::table::Table;
use crate::tally::Hints;
use crate::uniqueness::Uniqueness;
use crate::value::MissingTokens;

/// What is looked at before the scan, whatever the size of its chunks.
const LOOK_BYTES: usize = 256 << 10;
/// Longer chunks, which hold a long record, are worked on by one thread at a time.
const LONG_BYTES: usize = 5 << 20;

/// How far a scan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the file.
    pub total_bytes: u64,
}

/// Where the text comes from, and how long it is.
pub struct Input<R> {
    /// Text in UTF-8.
    pub reader: R,
    /// Bytes of the file that it comes from.
    pub total_bytes: u64,
    /// About how many bytes of text that will be.
    pub text_bytes: u64,
    /// How many bytes of the file were taken, where that is not the text itself.
    pub taken: Option<Arc<AtomicU64>>,
}

/// What the threads share.
struct Shared<R> {
    source: Mutex<Cutter<R>>,
    format: Format,
    bytes: Arc<AtomicU64>,
    /// Whether `bytes` is counted here, not by the reader.
    counts: bool,
}

/// Profile a CSV file in UTF-8. `monitor` is called from this thread; false stops the scan.
pub fn scan_file(
    path: &Path,
    options: &Options,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<TableProfile, ScanError> {
    let reader = File::open(path)?;
    let total = reader.metadata()?.len();
    scan_reader(Input { reader, total_bytes: total, text_bytes: total, taken: None }, options, monitor)
}

/// Profile what a reader hands out. `monitor` is called from this thread; false stops the scan.
pub fn scan_reader<R: Read + Send>(
    input: Input<R>,
    options: &Options,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<TableProfile, ScanError> {
    let format = options.dialect.format()?;
    let Input { mut reader, total_bytes: total, text_bytes: expected, taken } = input;
    let mut prelude = read_prelude(&mut reader, options.dialect.skip_lines)?;
    let head = std::mem::take(&mut prelude.head);
    let mut cutter = Cutter::new(reader, head, prelude.offset, format, LOOK_BYTES, options.max_record_bytes());
    let mut first = Chunk::default();
    cutter.next(&mut first)?;
    let header = read_header(&mut first, format, options)?;
    let pieces = expected / options.chunk_bytes.unwrap_or(LOOK_BYTES).max(1) as u64 + 1;
    let room = Room::new(options, header.names.len(), pieces)?;
    let missing = MissingTokens::new(&options.missing_tokens);
    let hints = find_hints(&first, format, header.names.len(), options.today.as_deref(), &missing);
    let tables = empty_tables(hints, expected_rows(&first, expected), room);
    cutter.set_target(options.chunk_bytes.unwrap_or_else(|| room.chunk_bytes(expected)));
    cutter.put_back(first);
    let shared = Shared {
        source: Mutex::new(cutter),
        format,
        counts: taken.is_none(),
        bytes: taken.unwrap_or_else(|| Arc::new(AtomicU64::new(prelude.offset))),
    };
    let context = Context { options, missing: &missing, names: &header.names, threads: room.threads };
    let summed = |table| summary::table(table, total, &prelude, header.lines, &context);
    run(&shared, tables, total, &missing, monitor, summed)
}

/// One state for each thread, sized by what the first rows show.
pub fn empty_tables(mut hints: Vec<Hints>, expected: u64, room: Room) -> Vec<Table> {
    let width = hints.len();
    let (fine, patterns) = (room.fine_pages(), Some(room.patterns()));
    hints.iter_mut().for_each(|hints| (hints.fine, hints.patterns) = (fine, patterns));
    let sample = RowSample::new(width, room.sample(), expected);
    let dictionary = room.dictionary();
    let unique = |_| Uniqueness::new(room.column_hashes(expected), dictionary.entries);
    let unique: Vec<Uniqueness> = (0..width).map(unique).collect();
    let column = |(&hints, unique): (&Hints, &Uniqueness)| Column::new(hints, dictionary, unique.share());
    let table = |hashes| Table::new(hints.iter().zip(&unique).map(column).collect(), hashes, sample.clone());
    RowHashes::sharing(room.row_hashes(), room.threads).map(table).collect()
}

/// About how many rows the file has, by the length of those of the first chunk.
fn expected_rows(first: &Chunk, total: u64) -> u64 {
    let rows = memchr::memchr_iter(b'\n', &first.text).count().max(1) as u64;
    total / (first.text.len() as u64 / rows).max(1)
}

impl<R: Read + Send> Pieces for Shared<R> {
    type State = Chunk;

    fn add_next(
        &self,
        _worker: usize,
        chunk: &mut Chunk,
        table: &mut Table,
        missing: &MissingTokens,
    ) -> Result<Option<u64>, ScanError> {
        let mut cutter = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        if !cutter.next(chunk)? {
            return Ok(None);
        }
        // There is room for one long record: whoever has it lets the others wait.
        let alone = (chunk.text.len() > LONG_BYTES).then_some(cutter);
        let bytes = chunk.text.len() as u64;
        let rows = table.read(chunk, self.format, missing);
        if self.counts {
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        if alone.is_some() {
            *chunk = Chunk::default();
            table.shed();
        }
        Ok(Some(rows))
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
