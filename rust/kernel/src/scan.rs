//! The scan of a file: one thread reads and cuts at a time, all of them work on chunks.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::column::Column;
use crate::context::Context;
use crate::cutter::{Chunk, Cutter};
use crate::dictionary::Limits;
use crate::error::ScanError;
use crate::header::{Header, read_header, read_prelude};
use crate::hints::find_hints;
use crate::options::{Format, Options};
use crate::report::TableProfile;
use crate::row_hashes::RowHashes;
use crate::row_sample::RowSample;
use crate::summary;
use crate::table::Table;
use crate::value::MissingTokens;

/// How often progress is reported and a cancellation seen.
const BEAT: Duration = Duration::from_millis(200);
const CHUNK_BYTES: usize = 256 << 10;
/// About how long a cell is.
const CELL_BYTES: usize = 8;
const ROWS_OF_A_CHUNK: usize = 1 << 10;
/// About what a column's fine grid takes; without room for it quantiles come from the sample.
const FINE_BYTES: u64 = 24 << 10;

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
struct Shared<'a, R> {
    source: Mutex<Source<R>>,
    format: Format,
    missing: &'a MissingTokens,
    stop: AtomicBool,
    rows: AtomicU64,
    bytes: Arc<AtomicU64>,
    /// Whether `bytes` is counted here, not by the reader.
    counts: bool,
}

struct Source<R> {
    pending: Option<Chunk>,
    cutter: Cutter<R>,
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
    let target = options.chunk_bytes.unwrap_or(CHUNK_BYTES);
    let mut cutter = Cutter::new(reader, head, prelude.offset, format, target, options.max_record_bytes());
    let mut first = Chunk::default();
    cutter.next(&mut first)?;
    let header = read_header(&mut first, format, options)?;
    if options.chunk_bytes.is_none() {
        cutter.set_target(chunk_bytes(header.names.len()));
    }
    let threads = options.threads(expected / target as u64 + 1);
    let missing = MissingTokens::new(&options.missing_tokens);
    let tables = empty_tables(&first, &header, expected, threads, options, &missing)?;
    let shared = Shared {
        source: Mutex::new(Source { pending: Some(first), cutter }),
        format,
        missing: &missing,
        stop: AtomicBool::new(false),
        rows: AtomicU64::new(0),
        counts: taken.is_none(),
        bytes: taken.unwrap_or_else(|| Arc::new(AtomicU64::new(prelude.offset))),
    };
    let table = run(&shared, tables, total, monitor)?;
    let context = Context { options, missing: &missing, names: &header.names, threads };
    Ok(summary::table(table, total, &prelude, header.lines, &context))
}

/// One state for each thread, sized by what the first chunk shows.
fn empty_tables(
    first: &Chunk,
    header: &Header,
    total: u64,
    threads: usize,
    options: &Options,
    missing: &MissingTokens,
) -> Result<Vec<Table>, ScanError> {
    let width = header.names.len();
    let room = limits(options, width, threads);
    let mut hints = find_hints(first, options.dialect.format()?, width, options.today.as_deref(), missing);
    let fine = options.memory_bytes / 4 >= (width * threads) as u64 * FINE_BYTES;
    hints.iter_mut().for_each(|hints| hints.fine = fine);
    let hashes = (options.memory_bytes / 4 / 8) as usize;
    let expected = expected_rows(first, total);
    let sample = RowSample::new(width, sample_rows(width), expected);
    let of_column = hashes_of_column(hashes, width, expected);
    let columns = || hints.iter().map(|&hints| Column::new(hints, room, of_column)).collect();
    Ok((0..threads).map(|_| Table::new(columns(), RowHashes::new(hashes), sample.clone())).collect())
}

/// The larger of wide tables: a column's state is fetched into the cache once per chunk, so a chunk
/// should hold many rows.
fn chunk_bytes(columns: usize) -> usize {
    (columns * CELL_BYTES * ROWS_OF_A_CHUNK).clamp(CHUNK_BYTES, 4 << 20)
}

/// How many hashes a column may keep to tell whether it is unique: an equal share for each column, and
/// none where the rows will not fit anyway.
fn hashes_of_column(hashes: usize, columns: usize, expected: u64) -> usize {
    let share = hashes / columns.max(1);
    if expected > share as u64 { 0 } else { share }
}

/// Rows that are sampled: fewer of wide tables, so that a sample has about a million cells at most.
fn sample_rows(columns: usize) -> usize {
    ((1 << 20) / columns.max(1)).clamp(64, 1 << 15)
}

/// About how many rows the file has, by the length of those of the first chunk.
fn expected_rows(first: &Chunk, total: u64) -> u64 {
    let rows = memchr::memchr_iter(b'\n', &first.text).count().max(1) as u64;
    total / (first.text.len() as u64 / rows).max(1)
}

/// How large the dictionaries may grow: a quarter of the memory for all of them together.
fn limits(options: &Options, columns: usize, threads: usize) -> Limits {
    const ENTRY_BYTES: u64 = 100;
    let share = options.memory_bytes / 4 / threads.max(1) as u64 / columns.max(1) as u64;
    let entries = (share / ENTRY_BYTES).clamp(64, 1 << 15);
    Limits { entries: entries as usize, bytes: share.clamp(4 << 10, 4 << 20) as usize }
}

fn run<R: Read + Send>(
    shared: &Shared<'_, R>,
    tables: Vec<Table>,
    total: u64,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<Table, ScanError> {
    std::thread::scope(|scope| {
        let (sender, done) = channel();
        let workers: Vec<_> = tables
            .into_iter()
            .map(|table| {
                let sender = sender.clone();
                scope.spawn(move || work(shared, table, sender))
            })
            .collect();
        drop(sender);
        let mut cancelled = false;
        // The first look comes before any result, so that a cancelled scan never runs to its end.
        let mut beat = Duration::ZERO;
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(beat) {
            beat = BEAT;
            let progress = Progress {
                rows: shared.rows.load(Ordering::Relaxed),
                bytes: shared.bytes.load(Ordering::Relaxed),
                total_bytes: total,
            };
            if !monitor(progress) {
                cancelled = true;
                shared.stop.store(true, Ordering::Relaxed);
            }
        }
        let mut parts = Vec::with_capacity(workers.len());
        for worker in workers {
            parts.push(worker.join().map_err(|_| ScanError::new("internal", "A thread of the scan failed."))??);
        }
        if cancelled {
            return Err(ScanError::cancelled());
        }
        let threads = parts.len();
        let merged = Table::merge_all(parts, threads, shared.missing);
        merged.ok_or_else(|| ScanError::new("internal", "The scan had no thread."))
    })
}

/// Take chunks until there are no more. The sender tells by its end that this thread is done.
fn work<R: Read>(shared: &Shared<'_, R>, mut table: Table, _done: Sender<()>) -> Result<Table, ScanError> {
    let mut chunk = Chunk::default();
    while !shared.stop.load(Ordering::Relaxed) {
        match next_chunk(shared, &mut chunk) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                shared.stop.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        let bytes = chunk.text.len() as u64;
        let rows = table.read(&mut chunk, shared.format, shared.missing);
        shared.rows.fetch_add(rows, Ordering::Relaxed);
        if shared.counts {
            shared.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
    }
    Ok(table)
}

fn next_chunk<R: Read>(shared: &Shared<'_, R>, chunk: &mut Chunk) -> Result<bool, ScanError> {
    let mut source = shared.source.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(first) = source.pending.take() {
        *chunk = first;
        return Ok(true);
    }
    source.cutter.next(chunk)
}
