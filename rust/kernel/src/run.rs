//! Threads that take pieces of a table until there are no more, watched by the thread that asked.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::error::ScanError;
use crate::scan::Progress;
use crate::table::Table;
use crate::value::MissingTokens;

/// How often progress is reported and a cancellation seen.
const BEAT: Duration = Duration::from_millis(200);

/// Where pieces of a table come from.
pub trait Pieces: Sync {
    /// What a thread keeps from one piece to the next.
    type State: Default;
    /// Add a piece to the thread's table; returns its rows, or none when there is no piece left.
    fn add_next(
        &self,
        worker: usize,
        state: &mut Self::State,
        table: &mut Table,
        missing: &MissingTokens,
    ) -> Result<Option<u64>, ScanError>;
    /// Bytes of the file that were taken so far.
    fn bytes(&self) -> u64;
}

/// What the threads share.
struct Shared<'a, P> {
    pieces: &'a P,
    missing: &'a MissingTokens,
    stop: AtomicBool,
    rows: AtomicU64,
}

/// Fill the tables, one for each thread, and merge them. `monitor` is called from this thread; false stops.
pub fn run<P: Pieces>(
    pieces: &P,
    tables: Vec<Table>,
    total: u64,
    missing: &MissingTokens,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<Table, ScanError> {
    let shared = &Shared { pieces, missing, stop: AtomicBool::new(false), rows: AtomicU64::new(0) };
    std::thread::scope(|scope| {
        let (sender, done) = channel();
        let workers: Vec<_> = tables
            .into_iter()
            .enumerate()
            .map(|(worker, table)| {
                let sender = sender.clone();
                scope.spawn(move || work(shared, worker, table, sender))
            })
            .collect();
        drop(sender);
        let mut cancelled = false;
        // The first look comes before any result, so that a cancelled scan never runs to its end.
        let mut beat = Duration::ZERO;
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(beat) {
            beat = BEAT;
            let progress =
                Progress { rows: shared.rows.load(Ordering::Relaxed), bytes: pieces.bytes(), total_bytes: total };
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
        let merged = Table::merge_all(parts, threads, missing);
        merged.ok_or_else(|| ScanError::new("internal", "The scan had no thread."))
    })
}

/// Take pieces until there are no more. The sender tells by its end that this thread is done.
fn work<P: Pieces>(
    shared: &Shared<'_, P>,
    worker: usize,
    mut table: Table,
    _done: Sender<()>,
) -> Result<Table, ScanError> {
    let mut state = P::State::default();
    while !shared.stop.load(Ordering::Relaxed) {
        match shared.pieces.add_next(worker, &mut state, &mut table, shared.missing) {
            Ok(Some(rows)) => {
                shared.rows.fetch_add(rows, Ordering::Relaxed);
            }
            Ok(None) => break,
            Err(error) => {
                shared.stop.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
    }
    Ok(table)
}
