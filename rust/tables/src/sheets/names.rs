//! Which rows of a sheet name its columns, and what comes of several.

use super::area::{Area, Row};
use super::cells::{Filled, Store};

/// More rows than this are no header.
const MOST_ROWS: usize = 5;
/// Rows below a header that tell what it stands over.
const LOOKED_AT: usize = 20;

/// The rows that name the columns, when the first wide one is known: the first of them, and how many. Below it may
/// be others, such as units, that are words over numbers; above it, if it `may_rise`, names of groups.
pub fn find(store: &Store, rows: &[Row<'_>], first: usize, may_rise: bool) -> (usize, usize) {
    if !is_header(store, rows, first) {
        return (first, 0);
    }
    let (mut top, mut end) = (first, first + 1);
    while end < rows.len() && end - top < MOST_ROWS && follows(rows, end) && is_second(rows, end, rows[first].len()) {
        end += 1;
    }
    let spread = |row: Row<'_>| {
        let (left, right) = (rows[first][0].column, rows[first][rows[first].len() - 1].column);
        row.len() > 1 && row[row.len() - 1].column >= left + (right - left) / 2
    };
    while may_rise && top > 0 && end - top < MOST_ROWS && follows(rows, top) {
        let above = rows[top - 1];
        if !spread(above) || !above.iter().all(|cell| cell.words || is_year(store, cell)) {
            break;
        }
        top -= 1;
    }
    (top, end - top)
}

fn follows(rows: &[Row<'_>], at: usize) -> bool {
    rows[at][0].row == rows[at - 1][0].row + 1
}

/// Words, and years among them where no years stand below.
fn is_header(store: &Store, rows: &[Row<'_>], at: usize) -> bool {
    let row = rows[at];
    let below = rows.get(at + 1).copied().unwrap_or_default();
    let names = |cell: &Filled| {
        let heads = |cell| is_year(store, cell) && at_column(below, cell.column).is_none_or(|low| !is_year(store, low));
        cell.words || heads(cell)
    };
    row.iter().all(names) && (below.is_empty() || row.iter().any(|cell| cell.words))
}

/// Words over columns of which at least half hold no words.
fn is_second(rows: &[Row<'_>], at: usize, width: usize) -> bool {
    let row = rows[at];
    let below = &rows[at + 1..(at + 1 + LOOKED_AT).min(rows.len())];
    let over_others = |cell: &&Filled| {
        let found = below.iter().filter_map(|row| at_column(row, cell.column));
        let (words, all) = found.fold((0, 0), |(words, all), cell| (words + usize::from(cell.words), all + 1));
        words * 2 < all
    };
    row.len() * 2 > width
        && row.iter().all(|cell| cell.words)
        && row.iter().filter(over_others).count() * 2 >= row.len()
}

fn at_column(row: Row<'_>, column: u16) -> Option<&Filled> {
    row.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &row[at])
}

fn is_year(store: &Store, cell: &Filled) -> bool {
    let text = store.get(cell);
    text.len() == 4 && (text.starts_with(b"19") || text.starts_with(b"20")) && text.iter().all(u8::is_ascii_digit)
}

/// Names of the columns: the rows of the header joined by a blank, names of groups carried on.
pub fn join(store: &Store, area: &Area) -> Vec<String> {
    let mut names = vec![String::new(); area.width()];
    let header: Vec<Row<'_>> = store.rows().filter(|row| (area.top..area.first_row()).contains(&row[0].row)).collect();
    for (level, row) in header.iter().enumerate() {
        let mut carried = String::new();
        for (name, column) in names.iter_mut().zip(area.left..) {
            let cell = u16::try_from(column).ok().and_then(|column| at_column(row, column));
            match cell {
                Some(cell) => carried = String::from_utf8_lossy(store.get(cell)).into_owned(),
                None if level + 1 == header.len() => carried.clear(),
                None => {}
            }
            if !carried.is_empty() {
                *name = if name.is_empty() { carried.clone() } else { format!("{name} {carried}") };
            }
        }
    }
    names
}
