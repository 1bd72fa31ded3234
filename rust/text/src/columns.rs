//! What stands in each column of the head, and how well a row fits in.

use crate::atoms::{Atom, Group, classify};
use crate::split::{Record, Rules, value};

const MOST_ROWS: usize = 400;
/// Columns that are looked at: of wider tables the first ones tell what a row is.
const MOST_COLUMNS: usize = 1000;
/// Share of a column's cells that make its kind.
const KIND_SHARE: f64 = 0.7;

/// A column of the head.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// The kind of most cells, if it is not text.
    pub group: Option<Group>,
    /// The shape of most cells, where they have one: `A-9` for MG-8769.
    shape: Option<Vec<u8>>,
    /// Cells that hold something.
    pub filled: usize,
    /// The longest cell in bytes.
    longest: usize,
}

/// How a row fits the columns.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fit {
    /// Cells of their column's kind.
    pub fits: usize,
    /// Cells that are text where the column is not.
    pub clashes: usize,
    /// Cells of their column's shape.
    pub shaped: usize,
    /// Cells unlike their column's shape.
    pub unshaped: usize,
    /// Cells that hold something.
    pub filled: usize,
    /// Cells that hold numbers, days or addresses.
    pub typed: usize,
}

/// Look at the rows of a table's width, and at its first columns.
pub fn columns(text: &[u8], rows: &[&Record], width: usize, rules: &Rules) -> Vec<Column> {
    let step = (rows.len() / MOST_ROWS).max(1);
    let cells = |column: usize| {
        rows.iter()
            .step_by(step)
            .filter_map(move |row| row.cells.get(column).map(|&cell| (value(text, cell, rules), cell.quoted)))
    };
    (0..width.min(MOST_COLUMNS))
        .map(|at| {
            let mut groups = [0usize; 4];
            let mut shapes: std::collections::HashMap<Vec<u8>, usize> = std::collections::HashMap::new();
            let mut column = Column::default();
            for (cell, quoted) in cells(at) {
                let group = classify(&cell, quoted).group();
                if group == Group::None {
                    continue;
                }
                column.filled += 1;
                column.longest = column.longest.max(cell.len());
                groups[place(group)] += 1;
                *shapes.entry(shape(&cell)).or_default() += 1;
            }
            let enough = column.filled as f64 * KIND_SHARE;
            column.group = [Group::Number, Group::Moment, Group::Address]
                .into_iter()
                .find(|&group| groups[place(group)] as f64 >= enough.max(1.0));
            let common = shapes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
            column.shape =
                common.filter(|(_, count)| *count as f64 >= enough && column.filled > 2).map(|(shape, _)| shape);
            column
        })
        .collect()
}

fn place(group: Group) -> usize {
    match group {
        Group::Number => 0,
        Group::Moment => 1,
        Group::Address => 2,
        Group::Text | Group::None => 3,
    }
}

/// Runs of letters, digits and other characters, the latter as they are; long text has no shape.
fn shape(cell: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    for &byte in cell.trim_ascii().iter().take(64) {
        let mark = match byte {
            b'0'..=b'9' => b'9',
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' | 0x80.. => b'a',
            other => other,
        };
        if out.last() != Some(&mark) {
            out.push(mark);
        }
    }
    out
}

/// Compare a row with the columns that were looked at.
pub fn fit(text: &[u8], row: &Record, columns: &[Column], rules: &Rules) -> Fit {
    let mut fit = Fit::default();
    for (column, &cell) in columns.iter().zip(&row.cells) {
        let content = value(text, cell, rules);
        let atom = classify(&content, cell.quoted);
        if atom == Atom::Empty {
            continue;
        }
        fit.filled += 1;
        let group = atom.group();
        fit.typed += usize::from(!matches!(group, Group::Text | Group::None));
        if group == Group::None {
            continue;
        }
        match column.group {
            Some(kind) if kind == group && !year_as_name(&content, column) => fit.fits += 1,
            Some(_) => fit.clashes += 1,
            None => shaped(&content, column, &mut fit),
        }
    }
    fit
}

/// A year over numbers that are no years is a name.
fn year_as_name(cell: &[u8], column: &Column) -> bool {
    let year = cell.len() == 4 && (cell.starts_with(b"19") || cell.starts_with(b"20"));
    year && column.group == Some(Group::Number) && column.longest != 4 && column.shape.as_deref() != Some(b"9")
}

fn shaped(cell: &[u8], column: &Column, fit: &mut Fit) {
    let Some(wanted) = &column.shape else { return };
    // A single run of letters is the shape of names as well.
    if wanted.iter().any(|&mark| mark == b'9' || !matches!(mark, b'A' | b'a' | b' ')) {
        if shape(cell) == *wanted { fit.shaped += 1 } else { fit.unshaped += 1 }
    }
}
