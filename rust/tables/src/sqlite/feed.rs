//! The rows of a table, read by a thread that owns the connection.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use agensium_kernel::ScanError;
use agensium_kernel::batch::CellBuffer;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{failed, quoted};
use crate::feed::{Content, Feed, Rows};
use crate::render::{binary, numbers};

const PIECE_ROWS: usize = 8192;
const PIECE_BYTES: usize = 2 << 20;
/// Pieces that wait to be taken.
const WAITING: usize = 2;

type Piece = Result<Rows, ScanError>;

/// Rows of a table.
pub struct SqliteFeed {
    pieces: Mutex<Receiver<Piece>>,
    bytes: u64,
}

impl SqliteFeed {
    /// Start to read the columns of a table; the thread ends with its rows, or when nobody takes them.
    pub fn start(connection: Connection, table: &str, columns: &[String], bytes: u64) -> Result<Self, ScanError> {
        let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let query = format!("SELECT {} FROM {}", names.join(", "), quoted(table));
        let (sender, receiver) = sync_channel(WAITING);
        let width = columns.len();
        Builder::new().name("sqlite".into()).spawn(move || {
            if let Err(error) = send(&connection, &query, width, &sender) {
                // Whoever took the rows may be gone.
                let _ = sender.send(Err(error));
            }
        })?;
        Ok(Self { pieces: Mutex::new(receiver), bytes })
    }
}

impl Feed for SqliteFeed {
    fn next(&self, _worker: usize) -> Result<Option<Rows>, ScanError> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).recv().ok().transpose()
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

fn send(connection: &Connection, query: &str, width: usize, sender: &SyncSender<Piece>) -> Result<(), ScanError> {
    let mut statement = connection.prepare(query).map_err(failed)?;
    let mut rows = statement.query(()).map_err(failed)?;
    let (mut index, mut first_row) = (0, 0);
    loop {
        let mut columns: Vec<CellBuffer> = (0..width).map(|_| CellBuffer::default()).collect();
        let (mut count, mut bytes) = (0, 0);
        while count < PIECE_ROWS && bytes < PIECE_BYTES {
            let Some(row) = rows.next().map_err(failed)? else { break };
            for (number, cells) in columns.iter_mut().enumerate() {
                add(row.get_ref(number).map_err(failed)?, cells);
            }
            bytes = columns.iter().map(|cells| cells.text.len()).sum();
            count += 1;
        }
        let piece = Rows { content: Content::Text(columns), rows: count, index, first_row };
        if count == 0 || sender.send(Ok(piece)).is_err() {
            return Ok(());
        }
        index += 1;
        first_row += count as u64;
    }
}

fn add(value: ValueRef<'_>, cells: &mut CellBuffer) {
    match value {
        ValueRef::Null => return cells.add_null(),
        ValueRef::Integer(value) => numbers::whole(value, &mut cells.text),
        ValueRef::Real(value) => numbers::double(value, &mut cells.text),
        ValueRef::Text(text) => cells.text.extend_from_slice(String::from_utf8_lossy(text).as_bytes()),
        ValueRef::Blob(bytes) => binary(bytes, &mut cells.text),
    }
    cells.end();
}
