//! What a file may cost before it is refused, as far as that can be said otherwise.

use serde::Deserialize;

/// The limits, each with an error code of its own.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of a row of JSON, of a cell of `SQLite`, and of a row of Parquet on average; `cell_too_large`.
    pub row_bytes: u64,
    /// Filled cells of a sheet; `too_many_cells`.
    pub sheet_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row_bytes: 64 << 20, sheet_cells: 20_000_000 }
    }
}
