//! The scan of a table that comes in batches of rows instead of text.

use std::sync::{Mutex, PoisonError};

use crate::batch::{Batch, CellBuffer};
use crate::cell::{shown, trim};
use crate::context::Context;
use crate::error::ScanError;
use crate::header::{MAX_COLUMNS, MAX_NAME_CHARS, Prelude, distinguished};
use crate::hints::hints_of;
use crate::options::Options;
use crate::report::TableProfile;
use crate::room::Room;
use crate::run::{Pieces, run};
use crate::scan::{Progress, empty_tables};
use crate::summary;
use crate::table::Table;
use crate::tally::Hints;
use crate::value::MissingTokens;

/// A table in batches.
pub trait BatchTable: Sync {
    /// Some of its rows.
    type Batch: Batch + Send;
    /// Name and declared type of each column.
    fn columns(&self) -> Vec<(String, Option<String>)>;
    /// Rows that stand before its first one where it comes from, so that its rows are numbered after them.
    fn rows_before(&self) -> u64 {
        0
    }
    /// Its rows, as far as they are known beforehand.
    fn expected_rows(&self) -> u64;
    /// Bytes of the file.
    fn total_bytes(&self) -> u64;
    /// Bytes that were read so far.
    fn bytes_read(&self) -> u64;
    /// A batch that was not given out yet, in any order, for one of the threads; none when there is none left.
    fn next(&self, worker: usize) -> Result<Option<Self::Batch>, ScanError>;
}

struct Shared<'a, T: BatchTable> {
    source: &'a T,
    pending: Mutex<Option<T::Batch>>,
}

/// Profile a table in batches: row numbers take the place of line numbers. `monitor` is called from this
/// thread; false stops the scan.
pub fn scan_batches<T: BatchTable>(
    source: &T,
    options: &Options,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<TableProfile, ScanError> {
    let (names, declared): (Vec<_>, Vec<_>) = source.columns().into_iter().unzip();
    if names.len() > MAX_COLUMNS {
        let message = format!("The table has {} columns; at most {MAX_COLUMNS} are read.", names.len());
        return Err(ScanError::new("too_many_columns", message));
    }
    let names = distinguished(names.iter().map(|name| shown(trim(name.as_bytes()), MAX_NAME_CHARS)).collect());
    let missing = MissingTokens::new(&options.missing_tokens);
    let first = source.next(0)?;
    let hints = find_hints(first.as_ref(), names.len(), options, &missing)?;
    let rows_of_batch = first.as_ref().map_or(1, Batch::rows).max(1) as u64;
    let room = Room::new(options, names.len(), source.expected_rows().div_ceil(rows_of_batch))?;
    let tables = empty_tables(hints, source.expected_rows(), room);
    let shared = Shared { source, pending: Mutex::new(first) };
    let context = Context { options, missing: &missing, names: &names, threads: room.threads };
    let (bytes, before, prelude) = (source.total_bytes(), source.rows_before(), Prelude::default());
    let summed = |table| summary::table(table, bytes, &prelude, before, &context);
    let mut profile = run(&shared, tables, bytes, &missing, monitor, summed)?;
    profile.columns.iter_mut().zip(declared).for_each(|(column, declared)| column.declared = declared);
    Ok(profile)
}

fn find_hints(
    first: Option<&impl Batch>,
    columns: usize,
    options: &Options,
    missing: &MissingTokens,
) -> Result<Vec<Hints>, ScanError> {
    let mut buffer = CellBuffer::default();
    let mut look = |column| {
        buffer.clear();
        if let Some(batch) = first {
            batch.render(column, &mut buffer)?;
        }
        Ok(hints_of((0..buffer.spans.len()).map(|row| buffer.cell(row)), options.today.as_deref(), missing))
    };
    (0..columns).map(&mut look).collect()
}

impl<T: BatchTable> Pieces for Shared<'_, T> {
    type State = ();

    fn add_next(
        &self,
        worker: usize,
        (): &mut (),
        table: &mut Table,
        missing: &MissingTokens,
    ) -> Result<Option<u64>, ScanError> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(batch) = pending.map_or_else(|| self.source.next(worker), |first| Ok(Some(first)))? else {
            return Ok(None);
        };
        table.read_batch(&batch, missing)?;
        Ok(Some(batch.rows() as u64))
    }

    fn bytes(&self) -> u64 {
        self.source.bytes_read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::NULL;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Rows of text in batches of three.
    struct Rows {
        cells: Vec<[Option<&'static str>; 2]>,
        next: AtomicU32,
    }

    struct Piece(u32, Vec<[Option<&'static str>; 2]>);

    impl Batch for Piece {
        fn index(&self) -> u32 {
            self.0
        }
        fn first_row(&self) -> u64 {
            u64::from(self.0) * 3
        }
        fn rows(&self) -> usize {
            self.1.len()
        }
        fn render(&self, column: usize, cells: &mut CellBuffer) -> Result<(), ScanError> {
            self.1.iter().for_each(|row| cells.add(row[column].map_or(NULL, str::as_bytes)));
            Ok(())
        }
    }

    impl BatchTable for Rows {
        type Batch = Piece;
        fn columns(&self) -> Vec<(String, Option<String>)> {
            vec![("id".into(), Some("int64".into())), ("id".into(), None)]
        }
        fn expected_rows(&self) -> u64 {
            self.cells.len() as u64
        }
        fn total_bytes(&self) -> u64 {
            100
        }
        fn bytes_read(&self) -> u64 {
            0
        }
        fn next(&self, _worker: usize) -> Result<Option<Piece>, ScanError> {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let rows = self.cells.chunks(3).nth(index as usize);
            Ok(rows.map(|rows| Piece(index, rows.to_vec())))
        }
    }

    fn profile(cells: Vec<[Option<&'static str>; 2]>) -> TableProfile {
        scan_batches(&Rows { cells, next: AtomicU32::new(0) }, &Options::default(), &mut |_| true).unwrap()
    }

    #[test]
    fn cells_without_a_value_are_not_empty_text() {
        let rows = vec![
            [Some("1"), Some("x")],
            [None, Some("")],
            [Some("3"), None],
            [Some("oops"), Some("NA")],
            [Some("5"), Some("x")],
            [Some("6"), Some("x")],
            [Some("7"), Some("x")],
        ];
        let found = profile(rows);
        let [ids, words] = found.columns.as_slice() else { panic!("two columns") };
        assert_eq!((ids.name.as_str(), words.name.as_str()), ("id", "id_2"));
        assert_eq!((ids.declared.as_deref(), ids.kind, ids.missing, ids.nulls), (Some("int64"), "integer", 1, 1));
        assert_eq!((ids.nonconforming[0].line, ids.nonconforming[0].value.as_str()), (4, "oops"));
        assert_eq!((words.missing, words.nulls, words.empty, words.missing_tokens.len()), (3, 1, 1, 2));
        assert_eq!(
            (found.rows, found.missing_cells, found.duplicate_rows),
            (7, 4, Some(crate::report::Estimate::exact(0)))
        );
    }

    #[test]
    fn a_table_without_rows_has_columns() {
        let found = profile(Vec::new());
        assert_eq!((found.rows, found.columns.len(), found.columns[1].kind), (0, 2, "empty"));
    }
}
