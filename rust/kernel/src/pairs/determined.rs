//! Dependencies on one column in wide tables: those that chance does not explain.

use crate::report::Dependency;

use super::best::{score, search};
use super::dependency::determines;
use super::sampled::SampledColumn;
use super::screen::MOST_SCREENED;
use super::{LISTED, Table, chance};

/// Pairs of rows that are tried before all rows.
const TRIED: usize = 8;
/// Columns of a piece of work.
const BLOCK: usize = 16;

/// Dependencies on one column, those with the most evidence first.
pub fn find(table: &Table, threads: usize) -> Vec<Dependency> {
    let search = Search::new(table);
    let lefts = (0..search.columns.len()).filter(|&a| search.repeats(a) > 0).collect::<Vec<_>>();
    let found = search.run(&lefts, threads);
    let dependency = |(left, right): (u32, u32)| Dependency {
        determinant: vec![table.name(left as usize)],
        dependent: table.name(right as usize),
        method: table.method(),
    };
    found.into_iter().map(dependency).collect()
}

struct Search<'a> {
    columns: &'a [SampledColumn],
    /// Row by row, so that two rows are compared in all columns at once.
    rows: Vec<u32>,
    /// What a row says for each column, when it agrees.
    evidence: Vec<f32>,
    /// Different values of each column.
    different: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(table: &'a Table) -> Self {
        let columns = &table.columns[..table.columns.len().min(MOST_SCREENED)];
        let sampled = table.sampled as usize;
        let mut rows = vec![0; sampled * columns.len()];
        for (at, column) in columns.iter().enumerate() {
            rows.iter_mut().skip(at).step_by(columns.len()).zip(&column.codes).for_each(|(place, &code)| *place = code);
        }
        let evidence = columns.iter().map(chance::of_agreeing).collect();
        Self { columns, rows, evidence, different: columns.iter().map(SampledColumn::different).collect() }
    }

    /// Rows whose value was already there before.
    fn repeats(&self, column: usize) -> usize {
        if self.different[column] < 2 { 0 } else { self.columns[column].codes.len() - self.different[column] }
    }

    fn run(&self, lefts: &[usize], threads: usize) -> Vec<(u32, u32)> {
        let needed = chance::needed(self.columns.len());
        search(lefts.len().div_ceil(BLOCK), threads, LISTED, |block, best| {
            for &a in lefts.iter().skip(block * BLOCK).take(BLOCK) {
                let repeats = self.repeats(a) as f32;
                for b in self.open(a, needed) {
                    let found = score(repeats * self.evidence[b as usize]);
                    if best.wants(found) && determines(&self.columns[a], &self.columns[b as usize]) {
                        best.offer(found, (a as u32, b));
                    }
                }
            }
        })
    }

    /// Columns that agree in a few rows where this one does, and would rarely do so by chance.
    fn open(&self, a: usize, needed: f32) -> Vec<u32> {
        let (repeats, different, width) = (self.repeats(a) as f32, self.different[a], self.columns.len());
        let fits = |b: usize| self.different[b] <= different && self.evidence[b] * repeats >= needed && b != a;
        let mut open: Vec<u32> = (0..width).filter(|&b| fits(b)).map(|b| b as u32).collect();
        for (i, j) in agreeing(&self.columns[a]) {
            let (one, other) = (&self.rows[i * width..][..width], &self.rows[j * width..][..width]);
            open.retain(|&b| one[b as usize] == other[b as usize]);
        }
        open
    }
}

/// A few pairs of rows in which a column has the same value.
fn agreeing(column: &SampledColumn) -> Vec<(usize, usize)> {
    let mut last = vec![None; column.distinct + 1];
    let again = column.codes.iter().enumerate().filter_map(|(row, &code)| {
        let place = (code as usize).min(column.distinct);
        last[place].replace(row).map(|before| (before, row))
    });
    again.take(TRIED).collect()
}
