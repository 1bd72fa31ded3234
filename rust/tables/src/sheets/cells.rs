//! The filled cells of a sheet, as text.

use agensium_kernel::ScanError;
use calamine::{Cell, Data, DataRef, ExcelDateTime};

use crate::limits::Limits;
use crate::render::{moments, numbers};

/// More text than this in one sheet is an error.
pub const MAX_TEXT_BYTES: usize = 384 << 20;
/// A sheet is at most this wide.
pub const MAX_COLUMNS: u32 = 16_384;

/// A filled cell.
#[derive(Debug, Clone, Copy)]
pub struct Filled {
    /// From 0.
    pub row: u32,
    /// From 0.
    pub column: u16,
    /// Whether it is text, not a number, date or truth value.
    pub words: bool,
    start: u32,
    length: u32,
}

/// A sheet's filled cells, row by row.
#[derive(Debug, Default)]
pub struct Store {
    most: u64,
    text: Vec<u8>,
    /// The cells.
    pub cells: Vec<Filled>,
    /// Cells that hold an error.
    pub errors: u64,
    /// One of them.
    pub first_error: String,
}

impl Store {
    /// A store of at most so many cells.
    pub fn new(limits: Limits) -> Self {
        Self { most: limits.sheet_cells, ..Self::default() }
    }

    /// A cell's text.
    pub fn get(&self, cell: &Filled) -> &[u8] {
        let start = cell.start as usize;
        &self.text[start..start + cell.length as usize]
    }

    /// The cells row by row, of the rows that have any.
    pub fn rows(&self) -> impl Iterator<Item = &[Filled]> {
        self.cells.chunk_by(|a, b| a.row == b.row)
    }

    /// Rows and columns from the first filled cell to the last.
    pub fn size(&self) -> Option<(u64, u32)> {
        let rows = u64::from(self.cells.last()?.row - self.cells.first()?.row) + 1;
        let columns = || self.cells.iter().map(|cell| u32::from(cell.column));
        Some((rows, columns().max()? - columns().min()? + 1))
    }

    /// Add a cell of a streaming reader.
    pub fn add(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), ScanError> {
        let start = self.text.len();
        let mut words = false;
        match cell.get_value() {
            DataRef::Empty => return Ok(()),
            DataRef::Int(value) => numbers::whole(*value, &mut self.text),
            DataRef::Float(value) => number(*value, &mut self.text),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                words = matches!(cell.get_value(), DataRef::String(_));
                self.text.extend_from_slice(text.as_bytes());
            }
            DataRef::SharedString(text) => {
                words = true;
                self.text.extend_from_slice(text.as_bytes());
            }
            DataRef::Bool(value) => self.text.extend_from_slice(if *value { b"true" } else { b"false" }),
            DataRef::DateTime(value) => moment(*value, &mut self.text),
            DataRef::Error(error) => self.add_error(&error.to_string()),
        }
        self.end(cell.get_position(), start, words)
    }

    /// Add a cell of a sheet that was read as a whole.
    pub fn add_value(&mut self, position: (u32, u32), value: &Data) -> Result<(), ScanError> {
        let start = self.text.len();
        let mut words = false;
        match value {
            Data::Empty => return Ok(()),
            Data::Int(value) => numbers::whole(*value, &mut self.text),
            Data::Float(value) => number(*value, &mut self.text),
            Data::String(text) => {
                words = true;
                self.text.extend_from_slice(text.as_bytes());
            }
            Data::DateTimeIso(text) | Data::DurationIso(text) => self.text.extend_from_slice(text.as_bytes()),
            Data::Bool(value) => self.text.extend_from_slice(if *value { b"true" } else { b"false" }),
            Data::DateTime(value) => moment(*value, &mut self.text),
            Data::Error(error) => self.add_error(&error.to_string()),
            #[allow(unreachable_patterns, reason = "the library may learn new kinds")]
            other => self.text.extend_from_slice(other.to_string().as_bytes()),
        }
        self.end(position, start, words)
    }

    fn add_error(&mut self, shown: &str) {
        self.text.extend_from_slice(shown.as_bytes());
        self.errors += 1;
        if self.first_error.is_empty() {
            shown.clone_into(&mut self.first_error);
        }
    }

    fn end(&mut self, (row, column): (u32, u32), start: usize, words: bool) -> Result<(), ScanError> {
        let length = self.text.len() - start;
        if length == 0 {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            let message = format!("A cell stands in column {}; a sheet has at most {MAX_COLUMNS}.", column + 1);
            return Err(ScanError::new("too_many_columns", message));
        }
        if self.cells.len() as u64 >= self.most {
            return Err(limit(format!("The sheet has more than {} filled cells.", self.most)));
        }
        if self.text.len() > MAX_TEXT_BYTES {
            return Err(limit(format!("The sheet holds more than {} MiB of text.", MAX_TEXT_BYTES >> 20)));
        }
        self.cells.push(Filled { row, column: column as u16, words, start: start as u32, length: length as u32 });
        Ok(())
    }

    /// Bring the cells into the order of rows and columns, if they are not.
    pub fn sort(&mut self) {
        let key = |cell: &Filled| (cell.row, cell.column);
        if !self.cells.is_sorted_by_key(key) {
            self.cells.sort_by_key(key);
        }
        self.cells.dedup_by_key(|cell| (cell.row, cell.column));
    }
}

/// The error of a sheet with too many cells.
pub fn limit(message: String) -> ScanError {
    ScanError::new("too_many_cells", message).hint("Save the table alone, or as CSV.")
}

/// Sheets know doubles only: a whole one is shown as the integer that people typed.
fn number(value: f64, text: &mut Vec<u8>) {
    if value == value.trunc() && value.abs() < 1e15 {
        numbers::whole(value as i64, text);
    } else {
        numbers::double(value, text);
    }
}

/// A date, a date with a time, a time of day, or a duration in hours, minutes and seconds.
fn moment(value: ExcelDateTime, text: &mut Vec<u8>) {
    let serial = value.as_f64();
    let millis = (serial.rem_euclid(1.0) * 86_400_000.0).round() as i64;
    if value.is_duration() {
        let total = (serial * 86_400.0).round() as i64;
        let sign = if total < 0 { "-" } else { "" };
        let total = total.abs();
        let shown = format!("{sign}{:02}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
        return text.extend_from_slice(shown.as_bytes());
    }
    if (0.0..1.0).contains(&serial) {
        return moments::time(millis / 1000 % 86_400, millis % 1000, 3, text);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    text.extend_from_slice(format!("{year:04}-{month:02}-{day:02}").as_bytes());
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    if seconds > 0 || milli > 0 {
        text.push(b' ');
        moments::time(seconds, i64::from(milli), 3, text);
    }
}
