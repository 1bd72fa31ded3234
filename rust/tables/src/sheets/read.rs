//! Workbooks through calamine.

use std::io::BufReader;

use agensium_kernel::ScanError;
use calamine::{Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx, open_workbook_from_rs};

use super::cells::Store;
use super::unpack::{Packed, inspect, locked};
use super::{MAX_SHEETS, records};
use crate::guard::{broken, guarded};
use crate::input::{Cursor, Input};
use crate::limits::Limits;
use crate::open::Member;

type Source = BufReader<Cursor>;

/// An opened workbook.
pub struct Workbook {
    book: Book,
    limits: Limits,
}

enum Book {
    Xlsx(Box<Xlsx<Source>>),
    Xlsb(Box<Xlsb<Source>>),
    Xls(Box<Xls<Source>>),
    Ods(Box<Ods<Source>>),
}

fn refused(error: impl std::fmt::Display) -> ScanError {
    let text = error.to_string();
    if text.to_lowercase().contains("password") {
        return locked();
    }
    broken(text)
}

/// What an old office document is that cannot be opened as a workbook: a new one under a password is packed so too.
fn no_workbook(input: &Input, error: impl std::fmt::Display) -> ScanError {
    let has = |file: &cfb::CompoundFile<Source>, name: &str| {
        file.walk().any(|entry| entry.is_stream() && entry.name().eq_ignore_ascii_case(name))
    };
    match guarded(|| cfb::CompoundFile::open(BufReader::new(input.reader()))) {
        Ok(Ok(file)) if has(&file, "EncryptedPackage") => locked(),
        Ok(Ok(file)) if !has(&file, "Workbook") && !has(&file, "Book") => {
            ScanError::new("unsupported_format", "This is an old office document that is no workbook.")
                .hint("Save its table as a workbook or as CSV.")
        }
        _ => refused(error),
    }
}

impl Book {
    fn open(input: &Input, limits: Limits) -> Result<Self, ScanError> {
        let head = crate::json::head_of(input, 4)?;
        let source = || BufReader::new(input.reader());
        if head == b"\xd0\xcf\x11\xe0" {
            with_xls(input, |book| records::check_xls(book, limits.sheet_cells))?;
            let opened = guarded(|| open_workbook_from_rs::<Xls<_>, _>(source()))?;
            let book = opened.map_err(|error| no_workbook(input, error))?;
            return Ok(Self::Xls(Box::new(book)));
        }
        match inspect(input)? {
            Packed::Xlsx => {
                let book = guarded(|| open_workbook_from_rs::<Xlsx<_>, _>(source()))?.map_err(refused)?;
                Ok(Self::Xlsx(Box::new(book)))
            }
            Packed::Xlsb => {
                let book = guarded(|| open_workbook_from_rs::<Xlsb<_>, _>(source()))?.map_err(refused)?;
                Ok(Self::Xlsb(Box::new(book)))
            }
            Packed::Ods => {
                super::unpack::refuse_locked_ods(input)?;
                // Its sheets are unfolded in memory when it is opened.
                super::unpack::survey_ods(input, limits)?;
                let book = guarded(|| open_workbook_from_rs::<Ods<_>, _>(source()))?.map_err(refused)?;
                Ok(Self::Ods(Box::new(book)))
            }
            Packed::Archive => Err(ScanError::new("unsupported_format", "This archive is no workbook.")),
        }
    }
}

impl Workbook {
    /// Open a file that is packed, or an old one.
    pub fn open(input: &Input, limits: Limits) -> Result<Self, ScanError> {
        Ok(Self { book: Book::open(input, limits)?, limits })
    }

    /// What it is.
    pub fn format(&self) -> &'static str {
        match &self.book {
            Book::Xlsx(_) => "Excel workbook (xlsx)",
            Book::Xlsb(_) => "Excel workbook (xlsb)",
            Book::Xls(_) => "Excel workbook (xls)",
            Book::Ods(_) => "OpenDocument spreadsheet (ods)",
        }
    }

    fn sheets(&self) -> Vec<Sheet> {
        match &self.book {
            Book::Xlsx(book) => book.sheets_metadata().to_vec(),
            Book::Xlsb(book) => book.sheets_metadata().to_vec(),
            Book::Xls(book) => book.sheets_metadata().to_vec(),
            Book::Ods(book) => book.sheets_metadata().to_vec(),
        }
    }

    /// All sheets with cells, with the sizes that they say they have.
    pub fn members(&mut self) -> Result<Vec<Member>, ScanError> {
        let sheets = self.sheets();
        if sheets.len() > MAX_SHEETS {
            let message = format!("The workbook has {} sheets; at most {MAX_SHEETS} are read.", sheets.len());
            return Err(ScanError::new("too_many_tables", message));
        }
        let tables = sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        tables.map(|sheet| self.member(sheet)).collect()
    }

    fn member(&mut self, sheet: Sheet) -> Result<Member, ScanError> {
        let mut size = guarded(|| self.size(&sheet.name))?;
        // Some writers leave the size out, or say that it is one cell.
        if size.is_none_or(|(rows, columns)| rows * u64::from(columns) <= 1) {
            size = self.sheet(&sheet.name)?.size();
        }
        let hidden = sheet.visible != SheetVisible::Visible;
        let (rows, columns) = size.unzip();
        Ok(Member { name: sheet.name, rows, columns, hidden })
    }

    fn size(&mut self, name: &str) -> Option<(u64, u32)> {
        let of = |start: (u32, u32), end: (u32, u32)| {
            (u64::from(end.0.saturating_sub(start.0)) + 1, end.1.saturating_sub(start.1) + 1)
        };
        match &mut self.book {
            Book::Xlsx(book) => book.worksheet_cells_reader(name).ok().map(|reader| reader.dimensions()),
            Book::Xlsb(book) => book.worksheet_cells_reader(name).ok().map(|reader| reader.dimensions()),
            Book::Xls(book) => {
                return book.worksheet_range(name).ok().and_then(|range| Some(of(range.start()?, range.end()?)));
            }
            Book::Ods(book) => {
                return book.worksheet_range(name).ok().and_then(|range| Some(of(range.start()?, range.end()?)));
            }
        }
        .map(|dimensions| of(dimensions.start, dimensions.end))
    }

    /// The filled cells of a sheet.
    pub fn sheet(&mut self, name: &str) -> Result<Store, ScanError> {
        let limits = self.limits;
        let mut store = guarded(|| match &mut self.book {
            Book::Xlsx(book) => {
                let mut store = Store::new(limits);
                let mut reader = book.worksheet_cells_reader(name).map_err(refused)?;
                while let Some(cell) = reader.next_cell().map_err(refused)? {
                    store.add(&cell)?;
                }
                Ok(store)
            }
            Book::Xlsb(book) => {
                let mut store = Store::new(limits);
                let mut reader = book.worksheet_cells_reader(name).map_err(refused)?;
                while let Some(cell) = reader.next_cell().map_err(refused)? {
                    store.add(&cell)?;
                }
                Ok(store)
            }
            Book::Xls(book) => whole(&book.worksheet_range(name).map_err(refused)?, limits),
            Book::Ods(book) => whole(&book.worksheet_range(name).map_err(refused)?, limits),
        })??;
        store.sort();
        Ok(store)
    }

    /// What to say about a table in a sheet, from its first column to its last, beside its cells.
    pub fn notes(&self, input: &Input, name: &str, columns: (u32, u32)) -> Result<Vec<String>, ScanError> {
        let survey = match &self.book {
            Book::Xlsx(_) => super::unpack::survey_xlsx(input, name)?,
            Book::Xlsb(_) => super::unpack::survey_xlsb(input, name)?,
            Book::Ods(_) => super::unpack::survey_ods(input, self.limits)?.into_iter().find(|sheet| sheet.name == name),
            Book::Xls(_) => match self.sheets().iter().position(|sheet| sheet.name == name) {
                Some(place) => with_xls(input, |book| records::xls(book, place))?.flatten(),
                None => None,
            },
        };
        Ok(survey.map(|survey| super::survey::notes(&survey, columns)).unwrap_or_default())
    }
}

/// Look at the records of an xls; none if there is no workbook in it. A container that contradicts itself ends here:
/// one whose chains of sectors run in circles would take the reader of workbooks all memory.
fn with_xls<T>(
    input: &Input,
    look: impl FnOnce(BufReader<cfb::Stream<Source>>) -> Result<T, ScanError>,
) -> Result<Option<T>, ScanError> {
    guarded(|| {
        let mut file = cfb::CompoundFile::open(BufReader::new(input.reader())).map_err(broken)?;
        let book = file.walk().find(|entry| {
            entry.is_stream() && ["workbook", "book"].contains(&entry.name().to_ascii_lowercase().as_str())
        });
        let Some(path) = book.map(|entry| entry.path().to_owned()) else { return Ok(None) };
        look(BufReader::new(file.open_stream(path).map_err(broken)?)).map(Some)
    })?
}

fn whole(range: &calamine::Range<calamine::Data>, limits: Limits) -> Result<Store, ScanError> {
    let mut store = Store::new(limits);
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        store.add_value((top + row as u32, left + column as u32), value)?;
    }
    Ok(store)
}
