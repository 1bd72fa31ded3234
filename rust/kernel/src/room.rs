//! How the memory of a scan is shared out, in sixteenths: 4 for fine grids, 3 for dictionaries, 3 for the
//! hashes of rows, 2 for those of cells, 2 for the chunks, 1 for patterns, 1 for the sample of rows.

use crate::dictionary::Limits;
use crate::error::ScanError;
use crate::options::Options;

/// About what the state of a column takes in a thread, without what is shared out here.
const STATE_BYTES: u64 = 12 << 10;
/// About what a column takes at least, with its part of the result.
const COLUMN_BYTES: u64 = 13 << 10;
/// A cap below this is taken for this.
const LEAST_BYTES: u64 = 16 << 20;
/// What an entry of a dictionary takes beside its text, with the room that lists keep for growing.
const ENTRY_BYTES: u64 = 88;
/// What a page of a fine grid takes, with the same room.
const PAGE_BYTES: u64 = 1400;
/// Fewer pages are not worth having; without them quantiles come from the sample.
const FEWEST_PAGES: u64 = 18;
/// What a hash takes in lists that grow by a quarter.
const HASH_BYTES: u64 = 9;
/// Bytes that a chunk and the places of its fields take for each byte of its text.
const CHUNK_FACTOR: u64 = 8;
const CHUNK_BYTES: u64 = 256 << 10;
const LONGEST_CHUNK: u64 = 4 << 20;
/// A file is cut into about so many chunks at most, because each leaves a note behind.
const MOST_CHUNKS: u64 = 1 << 16;
/// About how long a cell is, and how many rows of a wide table a chunk should have.
const CHUNK_OF_COLUMN: u64 = 8 << 10;

/// The memory of one scan.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    memory: u64,
    columns: u64,
    /// Threads that it is enough for.
    pub threads: usize,
}

impl Room {
    /// The room for a table of so many columns, read in about `pieces` pieces.
    pub fn new(options: &Options, columns: usize, pieces: u64) -> Result<Self, ScanError> {
        let (memory, columns) = (options.memory_bytes.max(LEAST_BYTES), columns.max(1) as u64);
        if columns * COLUMN_BYTES > memory {
            let needed = (columns * COLUMN_BYTES).div_ceil(1 << 20);
            let message =
                format!("{columns} columns need about {needed} MiB of memory; the job may take {} MiB.", memory >> 20);
            return Err(ScanError::new("limit_exceeded", message).hint("Give the job more memory."));
        }
        let most = (memory / 4 / (columns * STATE_BYTES)).max(1);
        Ok(Self { memory, columns, threads: options.threads(pieces.min(most)) })
    }

    fn sixteenths(&self, parts: u64) -> u64 {
        self.memory / 16 * parts
    }

    /// For one column in one thread.
    fn share(&self, parts: u64) -> u64 {
        self.sixteenths(parts) / self.columns / self.threads as u64
    }

    /// How large the dictionary of a column may grow in one thread: half for entries, half for their text, which
    /// may have grown to twice its size.
    pub fn dictionary(&self) -> Limits {
        let half = self.share(3) / 2;
        let (entries, bytes) = ((half / ENTRY_BYTES).clamp(64, 1 << 15), (half / 2).clamp(4 << 10, 4 << 20));
        Limits { entries: entries as usize, bytes: bytes as usize }
    }

    /// The same for its patterns.
    pub fn patterns(&self) -> Limits {
        let half = self.share(1) / 2;
        let (entries, bytes) = ((half / ENTRY_BYTES).clamp(32, 2048), (half / 2).clamp(2 << 10, 128 << 10));
        Limits { entries: entries as usize, bytes: bytes as usize }
    }

    /// Powers of two that a fine grid may tell apart; none where that is not worth it.
    pub fn fine_pages(&self) -> Option<usize> {
        let pages = self.share(4) / PAGE_BYTES;
        (pages >= FEWEST_PAGES).then_some(pages.min(4096) as usize)
    }

    /// Hashes of rows, for all threads together.
    pub fn row_hashes(&self) -> usize {
        (self.sixteenths(3) / HASH_BYTES) as usize
    }

    /// Hashes of cells for one column, in all threads: an equal share for each column, and none where the
    /// rows will not fit anyway.
    pub fn column_hashes(&self, expected_rows: u64) -> usize {
        let share = self.sixteenths(2) / HASH_BYTES / self.columns;
        if expected_rows > share { 0 } else { share as usize }
    }

    /// Rows that are sampled, fewer of wide tables, so that a sample has about a million cells at most; and
    /// what they may take.
    pub fn sample(&self) -> (usize, usize) {
        (((1 << 20) / self.columns).clamp(64, 1 << 15) as usize, self.sixteenths(1) as usize)
    }

    /// The size of a chunk. The larger the wider the table: a column's state is fetched into the cache once
    /// per chunk, so a chunk should hold many rows.
    pub fn chunk_bytes(&self, text_bytes: u64) -> usize {
        let wanted = (self.columns * CHUNK_OF_COLUMN).max(text_bytes / MOST_CHUNKS).clamp(CHUNK_BYTES, LONGEST_CHUNK);
        let most = self.sixteenths(2) / self.threads as u64 / CHUNK_FACTOR;
        wanted.min(most.max(64 << 10)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(mebibytes: u64, columns: usize, threads: usize) -> Result<Room, ScanError> {
        let options = Options { memory_bytes: mebibytes << 20, threads: Some(threads), ..Options::default() };
        Room::new(&options, columns, 1 << 20)
    }

    #[test]
    fn wide_tables_get_fewer_threads() {
        assert_eq!(room(512, 10, 16).unwrap().threads, 16);
        assert_eq!(room(512, 2_000, 16).unwrap().threads, 5);
        assert_eq!(room(512, 20_000, 16).unwrap().threads, 1);
    }

    #[test]
    fn a_table_too_wide_for_its_memory_is_an_error() {
        assert_eq!(room(64, 20_000, 1).unwrap_err().code, "limit_exceeded");
    }

    #[test]
    fn with_less_memory_fine_grids_are_given_up() {
        assert!(room(512, 2_000, 2).unwrap().fine_pages().is_some());
        assert!(room(64, 2_000, 2).unwrap().fine_pages().is_none());
    }
}
