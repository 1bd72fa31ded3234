//! Relations that hold in every row where the columns are present: A = B, A <= B, A + B = C.

use crate::report::Relation;

use super::sampled::{MISSING, SampledColumn};
use super::sums::{self, Sums};
use super::{LISTED, Table, at_most, equal};

/// Fewer rows prove nothing.
pub const FEWEST_ROWS: usize = 10;

/// Equalities and inequalities between all columns.
pub fn find(table: &Table) -> Vec<Relation> {
    let width = table.columns.len();
    let mut found = Vec::new();
    for a in 0..width {
        for b in a + 1..width {
            let (left, right) = (&table.columns[a], &table.columns[b]);
            if let Some(rows) = are_equal(left, right) {
                found.push(relation(table, "equal", &[a, b], rows));
            } else if comparable(table, a, b) {
                let up = is_at_most(left, right).map(|rows| relation(table, "at most", &[a, b], rows));
                let down = || is_at_most(right, left).map(|rows| relation(table, "at most", &[b, a], rows));
                found.extend(up.or_else(down));
            }
        }
    }
    found
}

/// Equalities and inequalities in a wide table. Columns that go together may be equal; `together` are some of them.
pub fn strongest(table: &Table, together: &[(usize, usize)], threads: usize) -> Vec<Relation> {
    let columns = &table.columns;
    let mut pairs = equal::candidates(columns);
    pairs.extend(together);
    pairs.sort_unstable();
    pairs.dedup();
    let equalities = pairs
        .into_iter()
        .filter_map(|(a, b)| are_equal(&columns[a], &columns[b]).map(|rows| relation(table, "equal", &[a, b], rows)));
    let mut found: Vec<Relation> = equalities.take(LISTED).collect();
    let dates: Vec<usize> = (0..columns.len()).filter(|&column| table.profiles[column].dates.is_some()).collect();
    for among in [numbers(table), dates] {
        let pairs = at_most::find(columns, &among, threads).into_iter();
        let pairs = pairs.filter(|&(a, b)| are_equal(&columns[a], &columns[b]).is_none());
        found.extend(pairs.filter_map(|(a, b)| {
            is_at_most(&columns[a], &columns[b]).map(|rows| relation(table, "at most", &[a, b], rows))
        }));
    }
    found
}

fn numbers(table: &Table) -> Vec<usize> {
    (0..table.columns.len()).filter(|&column| table.profiles[column].numbers.is_some()).collect()
}

fn relation(table: &Table, kind: &'static str, columns: &[usize], rows: usize) -> Relation {
    let columns = columns.iter().map(|&column| table.name(column)).collect();
    Relation { kind, columns, rows: rows as u64, method: table.method() }
}

/// Numbers are compared with numbers, moments with moments.
fn comparable(table: &Table, a: usize, b: usize) -> bool {
    let (x, y) = (&table.profiles[a], &table.profiles[b]);
    x.numbers.is_some() && y.numbers.is_some() || x.dates.is_some() && y.dates.is_some()
}

/// Rows in which both are present, if all of them agree and the values differ from row to row.
pub fn are_equal(a: &SampledColumn, b: &SampledColumn) -> Option<usize> {
    if a.distinct < 2 || b.distinct < 2 {
        return None;
    }
    if a.is_ordered() && b.is_ordered() {
        let present = a.numbers.iter().zip(&b.numbers).filter(|(x, y)| !x.is_nan() && !y.is_nan());
        return present.map(|(x, y)| x == y).try_fold(0, |n, same| same.then_some(n + 1)).filter(|&n| n >= FEWEST_ROWS);
    }
    let present = a.codes.iter().zip(&b.codes).filter(|(x, y)| **x != MISSING && **y != MISSING);
    let same = |(&x, &y): (&u32, &u32)| a.hashes[x as usize] == b.hashes[y as usize];
    present.map(same).try_fold(0, |rows, same| same.then_some(rows + 1)).filter(|&rows| rows >= FEWEST_ROWS)
}

/// Rows in which both are present, if a <= b in all of them and their ranges do not say so already.
pub fn is_at_most(a: &SampledColumn, b: &SampledColumn) -> Option<usize> {
    let (highest, lowest) = (a.numbers[*a.ranked.last()? as usize], b.numbers[*b.ranked.first()? as usize]);
    if highest <= lowest || a.distinct < 3 || b.distinct < 3 {
        return None;
    }
    let present = a.numbers.iter().zip(&b.numbers).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    present.map(|(x, y)| x <= y).try_fold(0, |rows, fits| fits.then_some(rows + 1)).filter(|&rows| rows >= FEWEST_ROWS)
}

/// Columns of numbers that may add up.
fn addends(table: &Table) -> Vec<usize> {
    numbers(table).into_iter().filter(|&column| table.columns[column].distinct > 2).collect()
}

/// All sums.
pub fn all_sums(table: &Table) -> Vec<Relation> {
    let numbers = addends(table);
    let mut found = Vec::new();
    for (at, &a) in numbers.iter().enumerate() {
        for &b in &numbers[at + 1..] {
            for &c in numbers.iter().filter(|&&c| c != a && c != b) {
                found.extend(sum(table, [a, b, c]));
            }
        }
    }
    found
}

/// The sums that a look at a few rows finds, and of how many columns of numbers it could tell none.
pub fn likely_sums(table: &Table, threads: usize) -> (Vec<Relation>, usize) {
    let numbers = addends(table);
    let Sums { found, looked_at } = sums::find(&table.columns, &numbers, threads);
    (found.into_iter().filter_map(|columns| sum(table, columns)).collect(), numbers.len() - looked_at)
}

fn sum(table: &Table, columns: [usize; 3]) -> Option<Relation> {
    let [x, y, z] = columns.map(|column| table.columns[column].numbers.as_slice());
    adds_up(x, y, z).map(|rows| relation(table, "sum", &columns, rows))
}

/// Rows in which all three are present, if a + b = c in all of them.
pub fn adds_up(x: &[f64], y: &[f64], z: &[f64]) -> Option<usize> {
    let present = x.iter().zip(y).zip(z).filter(|((x, y), z)| !x.is_nan() && !y.is_nan() && !z.is_nan());
    let fits = |((x, y), z): ((&f64, &f64), &f64)| (x + y - z).abs() <= 1e-9 * (x.abs() + y.abs() + z.abs());
    present.map(fits).try_fold(0, |rows, fits| fits.then_some(rows + 1)).filter(|&rows| rows >= FEWEST_ROWS)
}
