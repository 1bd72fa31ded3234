//! Threads that take pieces of a table until there are no more, watched by the thread that asked.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use crate::error::ScanError;
use crate::report::TableProfile;
use crate::scan::Progress;
use crate::stop::Stop;
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
    stop: Stop,
    rows: AtomicU64,
}

/// Fill the tables, one for each thread, merge them and sum them up. `monitor` is called from this thread; false
/// stops.
pub fn run<P: Pieces>(
    pieces: &P,
    tables: Vec<Table>,
    total: u64,
    missing: &MissingTokens,
    monitor: &mut dyn FnMut(Progress) -> bool,
    summed: impl FnOnce(Table) -> TableProfile + Send,
) -> Result<TableProfile, ScanError> {
    let shared = &Shared { pieces, missing, stop: Stop::default(), rows: AtomicU64::new(0) };
    let cancelled = Cell::new(false);
    std::thread::scope(|scope| {
        let (sender, done) = channel();
        let workers: Vec<_> = tables
            .into_iter()
            .enumerate()
            .map(|(worker, table)| {
                let sender = sender.clone();
                scope.spawn(move || shared.stop.over(|| work(shared, worker, table, sender)))
            })
            .collect();
        drop(sender);
        // The first look comes before any result, so that a cancelled scan never runs to its end.
        let mut beat = Duration::ZERO;
        let mut watch = |done: &Receiver<()>| {
            while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(beat) {
                beat = BEAT;
                let rows = shared.rows.load(Ordering::Relaxed);
                if !monitor(Progress { rows, bytes: pieces.bytes(), total_bytes: total }) {
                    shared.stop.stop();
                    cancelled.set(true);
                }
            }
        };
        watch(&done);
        let results: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
        if cancelled.get() {
            return Err(ScanError::cancelled());
        }
        let parts = parts(results)?;
        let (sender, done) = channel();
        let threads = parts.len();
        let summing = scope.spawn(move || {
            let _sender = sender;
            shared.stop.over(|| Table::merge_all(parts, threads, missing).map(summed))
        });
        watch(&done);
        let result = summing.join();
        if cancelled.get() {
            return Err(ScanError::cancelled());
        }
        result.map_err(|_| failed())?.ok_or_else(failed)
    })
}

/// What the threads made; else what went wrong first, which ended the others.
fn parts(results: Vec<std::thread::Result<Result<Table, ScanError>>>) -> Result<Vec<Table>, ScanError> {
    let (done, ended): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let parts = done.into_iter().flatten().collect::<Result<Vec<Table>, ScanError>>()?;
    if ended.is_empty() { Ok(parts) } else { Err(failed()) }
}

fn failed() -> ScanError {
    ScanError::new("internal", "A thread of the scan failed.")
}

/// Take pieces until there are no more. The sender tells by its end that this thread is done.
fn work<P: Pieces>(
    shared: &Shared<'_, P>,
    worker: usize,
    mut table: Table,
    _done: Sender<()>,
) -> Result<Table, ScanError> {
    let mut state = P::State::default();
    while !shared.stop.is_stopped() {
        match shared.pieces.add_next(worker, &mut state, &mut table, shared.missing) {
            Ok(Some(rows)) => {
                shared.rows.fetch_add(rows, Ordering::Relaxed);
            }
            Ok(None) => break,
            Err(error) => {
                shared.stop.stop();
                return Err(error);
            }
        }
    }
    Ok(table)
}
