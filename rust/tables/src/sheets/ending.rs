//! What stands at the end of a sheet's table: notes below it, and a row that sums up the others.

use super::area::Row;
use super::cells::{Filled, Store};

const MOST_NOTES: usize = 50;
/// Tables of more cells are not summed up to find out whether the last row does.
const MOST_SUMMED: usize = 2_000_000;
/// Rows above a sum.
const MIN_ROWS: usize = 3;
const TOTALS: [&str; 22] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "totale",
    "totaal",
    "suma",
    "celkem",
    "razem",
    "итого",
    "всего",
    "合計",
    "总计",
    "合计",
    "somme",
    "total general",
];

/// Where the notes below a table begin: rows of one text, behind an empty row.
pub fn notes(rows: &[Row<'_>], first: usize, width: usize) -> usize {
    if width < 2 {
        return rows.len();
    }
    let body = &rows[first.min(rows.len())..];
    let lone = |row: &&Row<'_>| row.len() == 1 && row[0].words;
    let start = rows.len() - body.iter().rev().take(MOST_NOTES).take_while(lone).count();
    let gap = |at: &usize| *at > first && rows[*at][0].row > rows[*at - 1][0].row + 1;
    (start..rows.len()).find(gap).unwrap_or(rows.len())
}

/// What to say of the last row, if it sums up the others: by its words, or by its numbers.
pub fn total(store: &Store, rows: &[Row<'_>]) -> Option<String> {
    let (last, above) = rows.split_last()?;
    let row = last[0].row + 1;
    let word = last.iter().filter(|cell| cell.words).take(2).map(|cell| text(store, cell)).find(|text| is_total(text));
    if let Some(word) = word.filter(|_| last.len() > 1) {
        return Some(format!(
            "The last row ({row}) seems to sum up the others: it says '{word}'. It is read as a row."
        ));
    }
    sums_up(store, last, above)
        .then(|| format!("The last row ({row}) sums up the others by its numbers. It is read as a row."))
}

fn is_total(text: &str) -> bool {
    let plain = text.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    TOTALS.contains(&plain.as_str())
}

fn sums_up(store: &Store, last: Row<'_>, above: &[Row<'_>]) -> bool {
    let cells: usize = above.iter().map(|row| row.len()).sum();
    if above.len() < MIN_ROWS || cells > MOST_SUMMED {
        return false;
    }
    let number = |cell: &Filled| if cell.words { None } else { text(store, cell).parse::<f64>().ok() };
    let wanted: Vec<(u16, f64)> = last.iter().filter_map(|cell| Some((cell.column, number(cell)?))).collect();
    let equal = |&&(column, value): &&(u16, f64)| {
        let column = above.iter().flat_map(|row| row.iter()).filter(|cell| cell.column == column);
        let (sum, size) = column
            .filter_map(number)
            .fold((0.0, 0.0), |(sum, size): (f64, f64), value| (sum + value, size + value.abs()));
        value != 0.0 && size > value.abs() / 2.0 && (sum - value).abs() <= size * 1e-9
    };
    let found = wanted.iter().filter(equal).count();
    found > 0 && found * 2 >= wanted.len()
}

fn text(store: &Store, cell: &Filled) -> String {
    String::from_utf8_lossy(store.get(cell)).into_owned()
}
