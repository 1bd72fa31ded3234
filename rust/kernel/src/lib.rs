//! The kernel: one pass over a table's bytes, every statistic of every column.
//!
//! The way of a cell: [`cutter`] cuts the file into chunks at record ends, [`tokenize`] finds the
//! fields of a chunk, [`column`] takes them column by column. A column counts its distinct values
//! in a [`dictionary`] and judges each of them once; when there are too many, its cells go into a
//! [`tally`] one by one. Dictionaries and tallies merge, and merging gives the same result for any
//! split of the file: every state is a count, an extreme or an exact sum.
#![forbid(unsafe_code)]

pub mod batch;
pub mod batch_scan;
pub mod blocks;
pub mod cell;
pub mod cells;
pub mod characters;
pub mod column;
pub mod context;
pub mod cutter;
pub mod dates;
pub mod dictionary;
pub mod error;
pub mod exact_sum;
pub mod grid;
pub mod hash;
pub mod header;
pub mod hints;
pub mod levels;
pub mod numbers;
pub mod options;
pub mod order;
pub mod pairs;
pub mod parallel;
pub mod pattern;
pub mod plain;
pub mod report;
pub mod room;
pub mod row_hashes;
pub mod row_sample;
pub mod rows;
pub mod run;
pub mod scan;
pub mod script;
pub mod seen;
pub mod stop;
pub mod summary;
pub mod table;
pub mod tally;
pub mod tokenize;
pub mod uniqueness;
pub mod value;

pub use batch_scan::{BatchTable, scan_batches};
pub use error::ScanError;
pub use options::Options;
pub use scan::{Input, Progress, scan_file, scan_reader};
