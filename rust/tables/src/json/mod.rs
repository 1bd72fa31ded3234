//! JSON: an array of values, one value after another on lines of their own, or one value.
//!
//! [`split`] finds where each row ends without understanding it, [`parse`] reads a row strictly,
//! [`paths`] gives each path of nested objects a column. The file is read twice: first for its
//! columns, then, by several threads, for its cells.

pub mod fill;
pub mod parse;
pub mod paths;
pub mod split;
pub mod wrapper;

use std::io::{Read, Take};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use agensium_kernel::ScanError;

use crate::columns::Leaf;
use crate::feed::{Content, Feed, Rows};
use crate::input::{Cursor, Input};
use crate::limits::Limits;
use crate::open::Member;
use parse::{Fault, read_row};
use paths::Paths;
use split::{Piece, Splitter};
use wrapper::List;

/// A table in JSON.
pub struct JsonFeed {
    input: Input,
    paths: Arc<Paths>,
    state: Mutex<State>,
    read: AtomicU64,
}

struct State {
    splitter: Splitter<Take<Cursor>>,
    index: u32,
    rows: u64,
}

/// A JSON file whose table was found.
pub struct Opened {
    /// The table's columns.
    pub leaves: Vec<Leaf>,
    /// Its rows.
    pub rows: u64,
    /// Where they come from.
    pub feed: JsonFeed,
    /// The lists of rows, where they stand in an object.
    pub members: Vec<Member>,
    /// The one that is read.
    pub chosen: Option<String>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// The whole file, where a list in it could be wanted.
pub const WHOLE: &str = "$";

/// Open a file; `wanted` is the name of a list in an object, or [`WHOLE`].
pub fn open(input: &Input, wanted: Option<&str>, limits: Limits) -> Result<Opened, ScanError> {
    let lists = wrapper::lists(input)?;
    let list = choose(&lists, wanted)?;
    let mut notes = Vec::new();
    if let Some(list) = list {
        wrapper::require_rest(input, list, limits.row_bytes)?;
        notes = told(&lists, list, &wrapper::other_fields(input, list)?);
    }
    let region = || match list {
        Some(list) => input.reader_at(list.start).take(list.end - list.start),
        None => input.reader().take(u64::MAX),
    };
    let (paths, leaves, rows) = learn(Splitter::new(region(), limits.row_bytes)?)?;
    let state = State { splitter: Splitter::new(region(), limits.row_bytes)?, index: 0, rows: 0 };
    let feed =
        JsonFeed { input: input.clone(), paths: Arc::new(paths), state: Mutex::new(state), read: AtomicU64::new(0) };
    let members = lists.iter().map(List::member).collect();
    Ok(Opened { leaves, rows, feed, members, chosen: list.map(|list| list.name.clone()), notes })
}

/// Read all rows for their columns.
fn learn(mut splitter: Splitter<Take<Cursor>>) -> Result<(Paths, Vec<Leaf>, u64), ScanError> {
    let mut paths = Paths::default();
    let mut piece = Piece::default();
    let mut rows = 0;
    while splitter.next(&mut piece)? {
        for (number, &(start, end)) in piece.rows.iter().enumerate() {
            let row = &piece.text[start..end];
            read_row(row, &mut paths).map_err(|fault| refused(&fault, rows + number as u64 + 1))?;
        }
        rows += piece.rows.len() as u64;
        paths.check()?;
    }
    let leaves = paths.number();
    Ok((paths, leaves, rows))
}

/// The list that is wanted, or the longest one.
fn choose<'a>(lists: &'a [List], wanted: Option<&str>) -> Result<Option<&'a List>, ScanError> {
    match wanted {
        Some(WHOLE) => Ok(None),
        None => Ok(lists.iter().rev().max_by_key(|list| list.rows)),
        Some(wanted) => {
            let found = lists.iter().find(|list| list.name == wanted);
            found.map(Some).ok_or_else(|| {
                let names: Vec<_> = lists.iter().take(20).map(|list| format!("'{}'", list.name)).collect();
                let held = if names.is_empty() { "none".into() } else { names.join(", ") };
                ScanError::new("invalid_input", format!("The JSON holds no list of rows '{wanted}'."))
                    .hint(format!("It holds {held}."))
            })
        }
    }
}

fn told(lists: &[List], list: &List, others: &[String]) -> Vec<String> {
    let name = &list.name;
    let mut notes =
        vec![format!("The file is one object; its list '{name}' is read (read.table: '$' reads the object).")];
    if lists.len() > 1 {
        notes.push(format!("Of {} lists of rows, '{name}' is read; choose another with read.table.", lists.len()));
    }
    if !others.is_empty() {
        notes.push(format!("Fields before the list are no part of the table: {}.", others.join(", ")));
    }
    notes
}

/// The error of a row that is no JSON.
fn refused(fault: &Fault, row: u64) -> ScanError {
    if fault.too_deep {
        return ScanError::new("too_deep", format!("Row {row}: {}.", fault.what));
    }
    ScanError::new("invalid_input", format!("The JSON is broken in row {row}: {} (byte {}).", fault.what, fault.at))
        .hint("Send valid JSON: one array of rows, or one row a line.")
}

impl JsonFeed {
    fn take(&self) -> Result<Option<(Piece, u32, u64)>, ScanError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut piece = Piece::default();
        if !state.splitter.next(&mut piece)? {
            return Ok(None);
        }
        let (index, first_row) = (state.index, state.rows);
        state.index += 1;
        state.rows += piece.rows.len() as u64;
        Ok(Some((piece, index, first_row)))
    }
}

impl Feed for JsonFeed {
    fn next(&self, _worker: usize) -> Result<Option<Rows>, ScanError> {
        let Some((piece, index, first_row)) = self.take()? else { return Ok(None) };
        let mut columns = fill::Columns::new(&self.paths);
        for (number, &(start, end)) in piece.rows.iter().enumerate() {
            let row = &piece.text[start..end];
            read_row(row, &mut columns).map_err(|fault| refused(&fault, first_row + number as u64 + 1))?;
            columns.end_row();
        }
        self.read.fetch_add(piece.text.len() as u64, Ordering::Relaxed);
        let rows = piece.rows.len();
        Ok(Some(Rows { content: Content::Text(columns.finish()), rows, index, first_row }))
    }

    fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed).min(self.input.length())
    }
}

/// Whether text reads as JSON: what starts like an object or a list, or is nothing but one value.
pub fn looks_like(head: &[u8], whole: bool) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{') => true,
        Some(b'[') => {
            let next = text[1..].trim_ascii_start().first();
            next.is_none_or(|next| b"[{]\"-0123456789tfn".contains(next))
        }
        Some(_) => whole && !text.trim_ascii_end().contains(&b'\n') && is_scalar(text.trim_ascii_end()),
        None => false,
    }
}

fn is_scalar(text: &[u8]) -> bool {
    read_row(text, &mut Nothing).is_ok()
}

/// Hears of nothing: for who only wants to know whether a text is JSON.
struct Nothing;

impl parse::Visitor for Nothing {
    fn field(&mut self, place: u32, _key: &[u8]) -> u32 {
        place
    }
    fn scalar(&mut self, _place: u32, _cell: &[u8], _kind: parse::Kind) {}
    fn list(&mut self, _place: u32, _length: usize, _raw: &[u8], _flat: bool) {}
}

/// Read the start of a file.
pub fn head_of(input: &Input, bytes: u64) -> Result<Vec<u8>, ScanError> {
    let mut head = Vec::new();
    input.reader().take(bytes).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(test)]
mod tests;
