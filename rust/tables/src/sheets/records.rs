//! A look over the records of binary workbooks (xlsb and xls) for what their cells do not tell.

use std::io::{BufRead, ErrorKind, Read, Seek, SeekFrom};

use agensium_kernel::ScanError;

use super::MAX_SHEETS;
use super::cells::limit;
use super::survey::Survey;
use crate::guard::broken;

/// A record whose content is longer is damage.
const MAX_RECORD_BYTES: usize = 16 << 20;

/// Records of [MS-XLSB] 2.4: a row, formulas by the kind of their value, a column's look, merged cells, a sheet's place.
mod xlsb_record {
    pub const ROW: u16 = 0;
    pub const FORMULAS: std::ops::RangeInclusive<u16> = 8..=11;
    pub const COLUMN: u16 = 60;
    pub const SHEET: u16 = 156;
    pub const MERGED: u16 = 176;
}

/// Records of [MS-XLS] 2.4, and what formulas were in older files.
mod xls_record {
    pub const FORMULAS: [u16; 3] = [0x0006, 0x0206, 0x0406];
    pub const END: u16 = 0x000a;
    pub const COLUMN: u16 = 0x007d;
    pub const SHEET: u16 = 0x0085;
    pub const MERGED: u16 = 0x00e5;
    pub const ROW: u16 = 0x0208;
    /// One cell, or several beside each other: row and first column come first.
    pub const CELLS: [u16; 10] = [0x0006, 0x0206, 0x0406, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x027e];
    pub const SIZE: u16 = 0x0200;
    pub const BEGIN: [u16; 3] = [0x0209, 0x0409, 0x0809];
}

/// Look over a sheet of an xlsb.
pub fn xlsb(source: impl BufRead) -> Result<Survey, ScanError> {
    let mut survey = Survey::default();
    walk_xlsb(source, |kind, content| match kind {
        xlsb_record::ROW => survey.hidden_rows += u64::from(content.get(11).is_some_and(|flags| flags & 0x10 != 0)),
        xlsb_record::COLUMN if content.get(16).is_some_and(|flags| flags & 1 != 0) => {
            let place = |at| number::<4>(content, at).unwrap_or(0);
            survey.hidden_columns.push((place(0), place(4)));
        }
        xlsb_record::MERGED => survey.merged += 1,
        kind if xlsb_record::FORMULAS.contains(&kind) => survey.formulas += 1,
        _ => {}
    })?;
    Ok(survey)
}

/// The id of the part that holds a sheet, by what `xl/workbook.bin` says.
pub fn xlsb_sheet(book: impl BufRead, wanted: &str) -> Result<Option<String>, ScanError> {
    let mut found = None;
    walk_xlsb(book, |kind, content| {
        if kind == xlsb_record::SHEET {
            let id = wide_text(content, 8);
            let name = id.as_ref().and_then(|(_, end)| wide_text(content, *end));
            if name.is_some_and(|(name, _)| name == wanted) {
                found = found.take().or(id.map(|(id, _)| id));
            }
        }
    })?;
    Ok(found)
}

fn walk_xlsb(source: impl BufRead, mut see: impl FnMut(u16, &[u8])) -> Result<(), ScanError> {
    let mut bytes = source.bytes();
    let mut content = Vec::new();
    while let Some(first) = bytes.next().transpose().map_err(broken)? {
        let mut next = || bytes.next().transpose().map_err(broken)?.ok_or_else(|| broken("a record is cut"));
        let mut kind = u16::from(first & 0x7f);
        if first & 0x80 != 0 {
            kind |= u16::from(next()? & 0x7f) << 7;
        }
        let mut length = 0usize;
        for shift in [0, 7, 14, 21] {
            let byte = next()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > MAX_RECORD_BYTES {
            return Err(broken("a record is too long"));
        }
        content.clear();
        for _ in 0..length {
            content.push(next()?);
        }
        see(kind, &content);
    }
    Ok(())
}

/// A text of two bytes a character with its length before it, and where it ends.
fn wide_text(content: &[u8], at: usize) -> Option<(String, usize)> {
    let length = usize::try_from(number::<4>(content, at)?).ok()?;
    let end = at.checked_add(4)?.checked_add(length.checked_mul(2)?)?;
    let units: Vec<u16> =
        content.get(at + 4..end)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some((String::from_utf16_lossy(&units), end))
}

fn number<const N: usize>(content: &[u8], at: usize) -> Option<u64> {
    let bytes = content.get(at..at.checked_add(N)?)?;
    Some(bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}

/// Look over a sheet of an xls: the one at this place among all of the workbook's stream.
pub fn xls(mut book: impl Read + Seek, place: usize) -> Result<Option<Survey>, ScanError> {
    let Some(&start) = xls_sheets(&mut book)?.get(place) else { return Ok(None) };
    book.seek(SeekFrom::Start(start)).map_err(broken)?;
    let mut survey = Survey::default();
    walk_xls(&mut book, |kind, content| {
        let flag = |at, bit| number::<2>(content, at).is_some_and(|flags| flags & bit != 0);
        match kind {
            xls_record::ROW => survey.hidden_rows += u64::from(flag(12, 0x20)),
            xls_record::COLUMN if flag(8, 1) => {
                let place = |at| number::<2>(content, at).unwrap_or(0);
                survey.hidden_columns.push((place(0), place(2)));
            }
            xls_record::MERGED => survey.merged += number::<2>(content, 0).unwrap_or(0),
            kind if xls_record::FORMULAS.contains(&kind) => survey.formulas += 1,
            _ => {}
        }
    })?;
    Ok(Some(survey))
}

/// Refuse an xls whose sheets would take room for too many cells: its reader makes a cell of every place between
/// the first and the last, and believes the size that a sheet says it has.
pub fn check_xls(mut book: impl Read + Seek, most: u64) -> Result<(), ScanError> {
    let mut all = 0u64;
    for start in xls_sheets(&mut book)? {
        book.seek(SeekFrom::Start(start)).map_err(broken)?;
        let (mut rows, mut columns, mut said) = (0u64, 0u64, 0u64);
        walk_xls(&mut book, |kind, content| {
            let place = |at| number::<2>(content, at).unwrap_or(0);
            if xls_record::CELLS.contains(&kind) {
                let beside = if kind == 0x00bd { content.len() as u64 / 6 } else { 1 };
                (rows, columns) = (rows.max(place(0) + 1), columns.max(place(2) + beside));
            } else if kind == xls_record::SIZE {
                let long = |at| number::<4>(content, at).unwrap_or(0);
                let new = content.len() >= 14;
                let (from, to) = if new { (long(0), long(4)) } else { (place(0), place(2)) };
                let at = if new { 8 } else { 4 };
                said =
                    said.max((to.saturating_sub(from) + 1).saturating_mul(place(at + 2).saturating_sub(place(at)) + 1));
            }
        })?;
        all = all.saturating_add(rows.saturating_mul(columns));
        if all.max(said) > most {
            return Err(limit(format!("The workbook's sheets reach over more than {most} cells.")));
        }
    }
    Ok(())
}

/// Where the sheets of an xls begin.
fn xls_sheets(book: &mut (impl Read + Seek)) -> Result<Vec<u64>, ScanError> {
    let mut starts = Vec::new();
    walk_xls(book, |kind, content| {
        if kind == xls_record::SHEET {
            starts.extend(number::<4>(content, 0));
        }
    })?;
    if starts.len() > MAX_SHEETS {
        let message = format!("The workbook has {} sheets; at most {MAX_SHEETS} are read.", starts.len());
        return Err(ScanError::new("too_many_tables", message));
    }
    Ok(starts)
}

/// The records of one part of the stream: up to its end, what lies within it among them.
fn walk_xls(source: &mut impl Read, mut see: impl FnMut(u16, &[u8])) -> Result<(), ScanError> {
    let (mut depth, mut content) = (0usize, Vec::new());
    loop {
        let mut head = [0; 4];
        match source.read_exact(&mut head) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            read => read.map_err(broken)?,
        }
        let kind = u16::from_le_bytes([head[0], head[1]]);
        content.resize(usize::from(u16::from_le_bytes([head[2], head[3]])), 0);
        source.read_exact(&mut content).map_err(broken)?;
        if xls_record::BEGIN.contains(&kind) {
            depth += 1;
        } else if kind == xls_record::END {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Ok(());
            }
        } else if depth < 2 {
            see(kind, &content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_xls_is_measured_before_it_is_read() {
        let record = |kind: u16, content: &[u8]| {
            [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
        };
        let book = |sheet: Vec<u8>| {
            let begin = record(0x0809, &[0; 16]);
            let start = (begin.len() + 4 + 8 + 4) as u32;
            let place = record(xls_record::SHEET, &[&start.to_le_bytes()[..], &[0; 4]].concat());
            let end = record(xls_record::END, &[]);
            std::io::Cursor::new([begin.clone(), place, end.clone(), begin, sheet, end].concat())
        };
        let cell =
            |row: u16, column: u16| record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat());
        let size =
            |rows: u32| record(xls_record::SIZE, &[&[0; 4], &rows.to_le_bytes()[..], &[0, 0, 255, 0, 0, 0]].concat());
        assert_eq!(check_xls(book([size(9), cell(1, 1)].concat()), 10_000), Ok(()));
        for hostile in [cell(u16::MAX, u16::MAX), size(1 << 28)] {
            assert_eq!(check_xls(book(hostile), 20_000_000).unwrap_err().code, "too_many_cells");
        }
    }

    #[test]
    fn what_is_hidden_merged_or_computed_is_counted() {
        let mut sheet = vec![0, 12];
        sheet.extend([0, 0, 0, 0, 0, 0, 0, 0, 0x2c, 1, 0, 0x10]);
        sheet.extend([60, 18, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        sheet.extend([9, 1, 7, 0xb0, 1, 0]);
        let found = xlsb(&sheet[..]).unwrap();
        assert_eq!((found.hidden_rows, found.hidden_columns, found.merged, found.formulas), (1, vec![(1, 3)], 1, 1));
        assert_eq!(xlsb(&sheet[..5]).unwrap_err().code, "invalid_input");
    }
}
