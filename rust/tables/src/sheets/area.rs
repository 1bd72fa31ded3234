//! Where in a sheet the table stands.

use agensium_kernel::ScanError;

use super::cells::{Filled, MAX_COLUMNS, Store};
use super::{ending, names};

/// A table of more cells than this must have one in a hundred filled.
pub const MAX_EMPTY_CELLS: u64 = 50_000_000;
/// Rows that are looked at to learn how wide the table is.
const LOOKED_AT: usize = 200;

/// A rectangle of cells, both ends included, from 0.
pub type Rectangle = ((u32, u32), (u32, u32));

/// The filled cells of a row; there is at least one.
pub type Row<'a> = &'a [Filled];

/// A table in a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The first row, with the header if there is one.
    pub top: u32,
    /// The last row.
    pub bottom: u32,
    /// The first column.
    pub left: u32,
    /// The last column.
    pub right: u32,
    /// How many rows name the columns.
    pub headers: u32,
    /// Filled rows above the table.
    pub skipped: u32,
    /// Filled rows below it that are notes: the first one, and how many.
    pub below: Option<(u32, u32)>,
}

impl Area {
    /// The first row of values.
    pub fn first_row(&self) -> u32 {
        self.top.saturating_add(self.headers)
    }

    /// Rows of values.
    pub fn rows(&self) -> u32 {
        (self.bottom + 1).saturating_sub(self.first_row())
    }

    /// Refuse a table that is nearly all empty: a cell at the end of the sheet would make billions of others.
    pub fn check(&self, filled: usize) -> Result<(), ScanError> {
        let cells = u64::from(self.rows()) * self.width() as u64;
        if cells <= MAX_EMPTY_CELLS.max(100 * filled as u64) {
            return Ok(());
        }
        let message = format!("The table would have {cells} cells, of which {filled} are filled.");
        Err(ScanError::new("too_many_cells", message).hint("Say where the table stands with read.range."))
    }

    /// Columns.
    pub fn width(&self) -> usize {
        (self.right - self.left + 1) as usize
    }
}

/// Find the table: below rows that fill no more than half of its width, from its first column to its last, to the notes
/// below it. `headers` says how many rows name its columns.
pub fn find(store: &Store, wanted: Option<Rectangle>, headers: Option<u32>) -> Option<Area> {
    let ((top, left), (bottom, right)) = wanted.unwrap_or(((0, 0), (u32::MAX, u32::MAX)));
    let columns = (left.min(u32::from(u16::MAX)) as u16, right.min(u32::from(u16::MAX)) as u16);
    let inside = store.rows().filter(|row| (top..=bottom).contains(&row[0].row)).map(|row| cut(row, columns));
    let rows: Vec<Row<'_>> = inside.filter(|row| !row.is_empty()).collect();
    let width = rows.iter().take(LOOKED_AT).map(|row| row.len()).max()?;
    let enough = if wanted.is_some() { 1 } else { width / 2 + 1 };
    let wide = rows.iter().position(|row| row.len() >= enough)?;
    let (first, headers) = if let Some(headers) = headers {
        (wide, headers)
    } else {
        let (first, count) = names::find(store, &rows, wide, wanted.is_none());
        (first, count as u32)
    };
    let start = rows[first][0].row;
    let body = rows.partition_point(|row| row[0].row < start.saturating_add(headers));
    let end = if wanted.is_some() { rows.len() } else { ending::notes(&rows, body, width) };
    let table = &rows[first..end.max(first + 1)];
    let last = table.iter().map(|row| u32::from(row[row.len() - 1].column)).max()?;
    Some(Area {
        top: start,
        bottom: table[table.len() - 1][0].row.max((start + headers).saturating_sub(1)),
        left: if wanted.is_some() { left } else { table.iter().map(|row| u32::from(row[0].column)).min()? },
        right: if wanted.is_some() { right.min(last.max(left)) } else { last },
        headers,
        skipped: first as u32,
        below: rows.get(end).map(|row| (row[0].row, (rows.len() - end) as u32)),
    })
}

fn cut(row: Row<'_>, (left, right): (u16, u16)) -> Row<'_> {
    let from = row.partition_point(|cell| cell.column < left);
    let to = row.partition_point(|cell| cell.column <= right);
    &row[from..to.max(from)]
}

/// What to say of the last row of a table, if it sums up the others.
pub fn total(store: &Store, area: &Area) -> Option<String> {
    let columns = (area.left as u16, area.right as u16);
    let inside = store.rows().filter(|row| (area.first_row()..=area.bottom).contains(&row[0].row));
    let rows: Vec<Row<'_>> = inside.map(|row| cut(row, columns)).filter(|row| !row.is_empty()).collect();
    ending::total(store, &rows)
}

/// What to say of cells that look like a table of their own: behind an empty row, a row of words that fills
/// most of the width, where the rows above it hold other kinds.
pub fn others(store: &Store, area: &Area) -> Vec<String> {
    let all: Vec<Row<'_>> = store.rows().filter(|row| row[0].row > area.first_row()).collect();
    let begins = |pair: &&[Row<'_>]| {
        let (above, row) = (pair[0], pair[1]);
        let gap = row[0].row > above[0].row + 1;
        gap && row.len() > 1 && row.iter().all(|cell| cell.words) && above.iter().any(|cell| !cell.words)
    };
    let found: Vec<u32> = all.windows(2).filter(begins).map(|pair| pair[1][0].row + 1).collect();
    let Some(first) = found.first() else { return Vec::new() };
    vec![format!("Another table seems to start in row {first} of the sheet; read one of them with read.range.")]
}

/// A range such as `B3:F200` or `A:C`.
pub fn parse_range(text: &str) -> Result<Rectangle, ScanError> {
    let wrong = || {
        ScanError::new("invalid_params", format!("read.range is '{text}'."))
            .hint("Write it as A1:F200, or as A:F for whole columns.")
    };
    let (from, to) = text.split_once(':').ok_or_else(wrong)?;
    let (from, to) = (corner(from).ok_or_else(wrong)?, corner(to).ok_or_else(wrong)?);
    let rectangle = ((from.0.unwrap_or(0), from.1), (to.0.unwrap_or(u32::MAX), to.1));
    let fits = rectangle.0.0 <= rectangle.1.0 && from.1 <= to.1 && to.1 < MAX_COLUMNS;
    fits.then_some(rectangle).ok_or_else(wrong)
}

/// Row, if one is given, and column.
fn corner(text: &str) -> Option<(Option<u32>, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(letters);
    let column = (1..=3)
        .contains(&letters.len())
        .then(|| letters.bytes().fold(0, |sum, byte| sum * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1))?;
    let row = match digits {
        "" => None,
        digits => Some(digits.parse::<u32>().ok()?.checked_sub(1)?),
    };
    Some((row, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::Data;

    fn sheet(rows: &[&[&str]]) -> Store {
        let mut store = Store::new(crate::limits::Limits::default());
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let value = cell.parse().map_or_else(|_| Data::String((*cell).to_owned()), Data::Float);
                store.add_value((row as u32, column as u32), &value).unwrap();
            }
        }
        store
    }

    #[test]
    fn titles_and_margins_are_left_out() {
        let store = sheet(&[&[], &["", "Sales of 2025"], &[], &["", "id", "city"], &["", "1", "Bonn"], &["", "2", ""]]);
        let area = find(&store, None, None).unwrap();
        assert_eq!(area, Area { top: 3, bottom: 5, left: 1, right: 2, headers: 1, skipped: 1, below: None });
        assert_eq!(names::join(&store, &area), ["id", "city"]);
        assert_eq!((area.first_row(), area.rows()), (4, 2));
    }

    #[test]
    fn several_rows_name_the_columns() {
        let store = sheet(&[
            &["Report of 2025"],
            &[],
            &["Region", "2023", "", "2024", ""],
            &["", "Q1", "Q2", "Q1", "Q2"],
            &["", "EUR", "EUR", "EUR", "EUR"],
            &["North", "1", "2", "3", "4"],
            &["South", "5", "6", "7", "8"],
            &["West", "9", "1", "2", "3"],
            &["", "15", "9", "12", "15"],
            &[],
            &["Source: books"],
        ]);
        let area = find(&store, None, None).unwrap();
        assert_eq!((area.top, area.headers, area.bottom, area.below), (2, 3, 8, Some((10, 1))));
        assert_eq!(names::join(&store, &area), ["Region", "2023 Q1 EUR", "2023 Q2 EUR", "2024 Q1 EUR", "2024 Q2 EUR"]);
        assert!(total(&store, &area).unwrap().starts_with("The last row (9) sums up"));
        let words = sheet(&[&["name", "city"], &["Ann", "Bonn"], &["Bob", "Rome"], &["Total", "x"]]);
        assert_eq!(find(&words, None, None).unwrap().headers, 1);
        assert_eq!(find(&words, None, Some(0)).unwrap().headers, 0);
        let years = sheet(&[&["Region", "2023", "2024"], &["North", "1", "2"], &["South", "1", "2"]]);
        assert_eq!(find(&years, None, None).unwrap().headers, 1);
    }

    #[test]
    fn a_range_is_taken_as_it_is() {
        let store = sheet(&[&["a", "b", "c"], &["1", "2", "3"], &["4", "5", "6"]]);
        let area = find(&store, Some(parse_range("B2:C9").unwrap()), None).unwrap();
        assert_eq!(area, Area { top: 1, bottom: 2, left: 1, right: 2, headers: 0, skipped: 0, below: None });
        assert_eq!(find(&store, Some(parse_range("F1:G9").unwrap()), None), None);
    }

    #[test]
    fn ranges_are_checked() {
        assert_eq!(parse_range("b3:AA10").unwrap(), ((2, 1), (9, 26)));
        assert_eq!(parse_range("A:C").unwrap(), ((0, 0), (u32::MAX, 2)));
        for wrong in ["", "A1", "A0:B2", "C1:A2", "1:2", "A1:ZZZZ9", "A1:B2:C3"] {
            assert_eq!(parse_range(wrong).unwrap_err().code, "invalid_params", "{wrong}");
        }
    }
}
