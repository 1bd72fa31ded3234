//! Where in a sheet the table stands.

use agensium_kernel::ScanError;

use super::cells::{Filled, MAX_COLUMNS, Store};

/// A table of more cells than this must have one in a hundred filled.
pub const MAX_EMPTY_CELLS: u64 = 50_000_000;
/// Rows that are looked at to learn how wide the table is.
const LOOKED_AT: usize = 200;

/// A rectangle of cells, both ends included, from 0.
pub type Rectangle = ((u32, u32), (u32, u32));

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
    /// Whether the first row names the columns.
    pub header: bool,
    /// Filled rows above the table.
    pub skipped: u32,
}

impl Area {
    /// The first row of values.
    pub fn first_row(&self) -> u32 {
        self.top + u32::from(self.header)
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

    /// The names in the header; empty where there is none.
    pub fn names(&self, store: &Store) -> Vec<String> {
        let mut names = vec![String::new(); self.width()];
        for cell in rows(&store.cells).find(|row| row[0].row == self.top).filter(|_| self.header).unwrap_or_default() {
            let column = u32::from(cell.column);
            if (self.left..=self.right).contains(&column) {
                names[(column - self.left) as usize] = String::from_utf8_lossy(store.get(cell)).into_owned();
            }
        }
        names
    }
}

fn rows(cells: &[Filled]) -> impl Iterator<Item = &[Filled]> {
    cells.chunk_by(|a, b| a.row == b.row)
}

/// Find the table: below rows that fill no more than half of its width, from its first column to its last.
pub fn find(store: &Store, wanted: Option<Rectangle>, header: Option<bool>) -> Option<Area> {
    let ((top, left), (bottom, right)) = wanted.unwrap_or(((0, 0), (u32::MAX, u32::MAX)));
    let inside =
        |cell: &&Filled| (top..=bottom).contains(&cell.row) && (left..=right).contains(&u32::from(cell.column));
    let filled = |row: &[Filled]| row.iter().filter(inside).count();
    let width = rows(&store.cells).map(filled).filter(|&count| count > 0).take(LOOKED_AT).max()?;
    let enough = if wanted.is_some() { 1 } else { width / 2 + 1 };
    let skipped = rows(&store.cells).map(filled).filter(|&count| count > 0).take_while(|&count| count < enough).count();
    let first = rows(&store.cells).filter(|row| filled(row) > 0).nth(skipped)?;
    let start = first[0].row;
    let below = || store.cells.iter().filter(inside).filter(move |cell| cell.row >= start);
    let columns = || below().map(|cell| u32::from(cell.column));
    let area = Area {
        top: start,
        bottom: below().map(|cell| cell.row).max()?,
        left: if wanted.is_some() { left } else { columns().min()? },
        right: if wanted.is_some() { right.min(columns().max()?.max(left)) } else { columns().max()? },
        header: false,
        skipped: skipped as u32,
    };
    let looks_like_names = first.iter().filter(inside).all(|cell| cell.words);
    Some(Area { header: header.unwrap_or(looks_like_names), ..area })
}

/// What to say of cells that look like a table of their own: behind an empty row, a row of words that fills
/// most of the width, where the rows above it hold other kinds.
pub fn others(store: &Store, area: &Area) -> Vec<String> {
    let all: Vec<&[Filled]> = rows(&store.cells).filter(|row| row[0].row > area.first_row()).collect();
    let begins = |pair: &&[&[Filled]]| {
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
        let mut store = Store::default();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
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
        assert_eq!(area, Area { top: 3, bottom: 5, left: 1, right: 2, header: true, skipped: 1 });
        assert_eq!(area.names(&store), ["id", "city"]);
        assert_eq!((area.first_row(), area.rows()), (4, 2));
    }

    #[test]
    fn a_range_is_taken_as_it_is() {
        let store = sheet(&[&["a", "b", "c"], &["1", "2", "3"], &["4", "5", "6"]]);
        let area = find(&store, Some(parse_range("B2:C9").unwrap()), None).unwrap();
        assert_eq!(area, Area { top: 1, bottom: 2, left: 1, right: 2, header: false, skipped: 0 });
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
