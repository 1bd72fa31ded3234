//! What columns have to do with each other, from the sample of rows (all rows, while they fit).

pub mod association;
pub mod at_most;
pub mod best;
pub mod chance;
pub mod closeness;
pub mod co_missing;
pub mod dependency;
pub mod determined;
pub mod equal;
pub mod left_out;
pub mod relation;
pub mod sampled;
pub mod screen;
pub mod sums;
#[cfg(test)]
mod tests;

use crate::context::Context;
use crate::parallel;
use crate::report::{CoMissing, ColumnProfile, Method, NotComputed};
use crate::row_sample::RowSample;

use sampled::SampledColumn;

/// Up to so many columns every pair is looked at.
pub const WIDEST: usize = 100;
/// Up to so many columns determinants of two columns are looked for.
pub const WIDEST_FOR_TWO: usize = 40;
/// Up to so many columns all triples are added up.
pub const WIDEST_FOR_ALL_SUMS: usize = 40;
/// The longest list of each sort of finding.
const LISTED: usize = 500;
/// In a wide table so many candidates are measured at most, and as many with a column of categories.
const MOST_MEASURED: usize = 4096;
/// About so many cells are measured together.
const CELLS_MEASURED: usize = 1 << 22;

/// What was found between columns.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Rows where two columns are missing together.
    pub co_missing: Option<Vec<CoMissing>>,
    /// How strongly two columns go together.
    pub associations: Option<Vec<crate::report::Association>>,
    /// Equalities, inequalities and sums.
    pub relations: Option<Vec<crate::report::Relation>>,
    /// Columns that identify a row.
    pub keys: Option<Vec<crate::report::Key>>,
    /// Columns that determine another.
    pub dependencies: Option<Vec<crate::report::Dependency>>,
}

/// The sample as columns, with what the profile knows of them.
pub struct Table<'a> {
    /// The columns of the sample.
    pub columns: Vec<SampledColumn>,
    /// Their profiles.
    pub profiles: &'a [ColumnProfile],
    /// Rows in the sample.
    pub sampled: u64,
    /// Rows in the table.
    pub rows: u64,
}

impl Table<'_> {
    /// Exact when the sample is the table.
    pub fn method(&self) -> Method {
        if self.sampled == self.rows { Method::Exact } else { Method::Sample }
    }

    /// A column's name.
    pub fn name(&self, column: usize) -> String {
        self.profiles[column].name.clone()
    }
}

/// Look at all pairs; in a wide table only at those that a cheap look at all of them finds promising.
pub fn find(sample: &RowSample, profiles: &[ColumnProfile], rows: u64, context: &Context) -> (Pairs, Vec<NotComputed>) {
    if !context.options.pairs {
        return (Pairs::default(), vec![left_out::unasked()]);
    }
    let numbers: Vec<usize> = (0..profiles.len()).collect();
    let columns = parallel::map(numbers, context.threads, |_, column| {
        SampledColumn::new(sample.column(column), &profiles[column], context.missing)
    });
    let table = Table { columns, profiles, sampled: sample.len() as u64, rows };
    find_in(&table, context.threads)
}

/// What holds between the columns of a table, and what was not looked for.
pub fn find_in(table: &Table, threads: usize) -> (Pairs, Vec<NotComputed>) {
    let width = table.columns.len();
    let (mut pairs, mut notes) =
        if width <= WIDEST { (all(table, threads), Vec::new()) } else { strongest(table, threads) };
    let (sums, unknown) = if width <= WIDEST_FOR_ALL_SUMS {
        (relation::all_sums(table), 0)
    } else {
        relation::likely_sums(table, threads)
    };
    notes.extend(left_out::sums(unknown));
    if width > WIDEST_FOR_TWO {
        notes.push(left_out::two_columns(width));
    }
    if let Some(relations) = &mut pairs.relations {
        relations.extend(shortened(sums));
    }
    (pairs, notes)
}

/// All that there is.
fn all(table: &Table, threads: usize) -> Pairs {
    let width = table.columns.len();
    let pairs = (0..width).flat_map(|a| (a + 1..width).map(move |b| (a, b))).collect();
    Pairs {
        co_missing: Some(co_missing::find(table, threads)),
        associations: Some(shortened(association::find(table, pairs, threads))),
        relations: Some(shortened(relation::find(table))),
        keys: Some(shortened(dependency::keys(table))),
        dependencies: Some(shortened(dependency::find(table, threads))),
    }
}

/// The strongest of a wide table.
fn strongest(table: &Table, threads: usize) -> (Pairs, Vec<NotComputed>) {
    let rows = table.sampled.max(1) as usize;
    let limit = (CELLS_MEASURED / rows).clamp(LISTED, MOST_MEASURED);
    let screened = screen::strongest(&table.columns, limit, threads);
    let notes = left_out::wide(table, &screened);
    let pairs = Pairs {
        co_missing: Some(co_missing::find(table, threads)),
        relations: Some(relation::strongest(table, &screened.pairs, threads)),
        associations: Some(shortened(association::find(table, screened.pairs, threads))),
        keys: Some(shortened(dependency::single_keys(table.profiles, table.rows))),
        dependencies: Some(determined::find(table, threads)),
    };
    (pairs, notes)
}

fn shortened<T>(mut found: Vec<T>) -> Vec<T> {
    found.truncate(LISTED);
    found
}
