//! Workbooks through calamine.

use std::io::BufReader;

use agensium_kernel::ScanError;
use calamine::{Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx, open_workbook_from_rs};

use super::MAX_SHEETS;
use super::cells::Store;
use super::unpack::{Packed, inspect};
use crate::guard::{broken, guarded};
use crate::input::{Cursor, Input};
use crate::open::Member;

type Source = BufReader<Cursor>;

/// An opened workbook.
pub enum Workbook {
    /// A workbook in XML.
    Xlsx(Box<Xlsx<Source>>),
    /// A workbook in binary parts.
    Xlsb(Box<Xlsb<Source>>),
    /// An old workbook.
    Xls(Box<Xls<Source>>),
    /// An open-document spreadsheet.
    Ods(Box<Ods<Source>>),
}

fn refused(error: impl std::fmt::Display) -> ScanError {
    let text = error.to_string();
    if text.to_lowercase().contains("password") {
        return ScanError::new("unsupported_format", "The workbook is protected by a password.")
            .hint("Save it without one.");
    }
    broken(text)
}

impl Workbook {
    /// Open a file that is packed, or an old one.
    pub fn open(input: &Input) -> Result<Self, ScanError> {
        let head = crate::json::head_of(input, 4)?;
        let source = || BufReader::new(input.reader());
        if head == b"\xd0\xcf\x11\xe0" {
            let book = guarded(|| open_workbook_from_rs::<Xls<_>, _>(source()))?.map_err(refused)?;
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
                // Its sheets are unfolded in memory when it is opened.
                super::unpack::survey_ods(input)?;
                let book = guarded(|| open_workbook_from_rs::<Ods<_>, _>(source()))?.map_err(refused)?;
                Ok(Self::Ods(Box::new(book)))
            }
            Packed::Archive => Err(ScanError::new("unsupported_format", "This archive is no workbook.")),
        }
    }

    /// What it is.
    pub fn format(&self) -> &'static str {
        match self {
            Self::Xlsx(_) => "Excel workbook (xlsx)",
            Self::Xlsb(_) => "Excel workbook (xlsb)",
            Self::Xls(_) => "Excel workbook (xls)",
            Self::Ods(_) => "OpenDocument spreadsheet (ods)",
        }
    }

    fn sheets(&self) -> Vec<Sheet> {
        match self {
            Self::Xlsx(book) => book.sheets_metadata().to_vec(),
            Self::Xlsb(book) => book.sheets_metadata().to_vec(),
            Self::Xls(book) => book.sheets_metadata().to_vec(),
            Self::Ods(book) => book.sheets_metadata().to_vec(),
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
        match self {
            Self::Xlsx(book) => book.worksheet_cells_reader(name).ok().map(|reader| reader.dimensions()),
            Self::Xlsb(book) => book.worksheet_cells_reader(name).ok().map(|reader| reader.dimensions()),
            Self::Xls(book) => {
                return book.worksheet_range(name).ok().and_then(|range| Some(of(range.start()?, range.end()?)));
            }
            Self::Ods(book) => {
                return book.worksheet_range(name).ok().and_then(|range| Some(of(range.start()?, range.end()?)));
            }
        }
        .map(|dimensions| of(dimensions.start, dimensions.end))
    }

    /// The filled cells of a sheet.
    pub fn sheet(&mut self, name: &str) -> Result<Store, ScanError> {
        let mut store = guarded(|| match self {
            Self::Xlsx(book) => {
                let mut store = Store::default();
                let mut reader = book.worksheet_cells_reader(name).map_err(refused)?;
                while let Some(cell) = reader.next_cell().map_err(refused)? {
                    store.add(&cell)?;
                }
                Ok(store)
            }
            Self::Xlsb(book) => {
                let mut store = Store::default();
                let mut reader = book.worksheet_cells_reader(name).map_err(refused)?;
                while let Some(cell) = reader.next_cell().map_err(refused)? {
                    store.add(&cell)?;
                }
                Ok(store)
            }
            Self::Xls(book) => whole(&book.worksheet_range(name).map_err(refused)?),
            Self::Ods(book) => whole(&book.worksheet_range(name).map_err(refused)?),
        })??;
        store.sort();
        Ok(store)
    }

    /// What to say about a sheet beside its cells.
    pub fn notes(&mut self, input: &Input, name: &str) -> Result<Vec<String>, ScanError> {
        let survey = match self {
            Self::Xlsx(_) => super::unpack::survey_xlsx(input, name)?,
            Self::Ods(_) => super::unpack::survey_ods(input)?.into_iter().find(|sheet| sheet.name == name),
            Self::Xls(book) => {
                let merged = guarded(|| book.merge_cells_by_sheet_name(name))?.map_or(0, |cells| cells.len() as u64);
                Some(super::survey::Survey { merged, ..super::survey::Survey::default() })
            }
            Self::Xlsb(_) => None,
        };
        Ok(survey.map(|survey| super::survey::notes(&survey)).unwrap_or_default())
    }
}

fn whole(range: &calamine::Range<calamine::Data>) -> Result<Store, ScanError> {
    let mut store = Store::default();
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        store.add_value((top + row as u32, left + column as u32), value)?;
    }
    Ok(store)
}
