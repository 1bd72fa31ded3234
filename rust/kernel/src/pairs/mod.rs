//! What columns have to do with each other, from the sample of rows (all rows, while they fit).

pub mod association;
pub mod dependency;
pub mod relation;
pub mod sampled;

use crate::parallel;
use crate::report::{CoMissing, ColumnProfile, Method, NotComputed};
use crate::row_sample::RowSample;
use crate::summary::Context;

use sampled::SampledColumn;

/// Up to so many columns every pair is looked at.
pub const WIDEST: usize = 100;
/// Up to so many columns determinants of two columns and sums are looked for.
pub const WIDEST_FOR_THREE: usize = 40;
/// The longest list of each sort of finding.
const LISTED: usize = 500;

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

/// Look at all pairs, as far as the table's width allows.
pub fn find(sample: &RowSample, profiles: &[ColumnProfile], rows: u64, context: &Context) -> (Pairs, Vec<NotComputed>) {
    let mut left_out = Vec::new();
    let mut leave_out = |what, why: String| left_out.push(NotComputed { what, why, column: None });
    if !context.options.pairs {
        leave_out("pairs", "It was not asked for.".to_owned());
        return (Pairs::default(), left_out);
    }
    if profiles.len() > WIDEST {
        leave_out("pairs", format!("The table has {} columns; pairs are looked at up to {WIDEST}.", profiles.len()));
        let keys = Some(dependency::single_keys(profiles, rows));
        return (Pairs { keys, ..Pairs::default() }, left_out);
    }
    if profiles.len() > WIDEST_FOR_THREE {
        let why = format!("The table has {} columns; this is looked for up to {WIDEST_FOR_THREE}.", profiles.len());
        leave_out("dependencies on two columns and sums", why);
    }
    let numbers: Vec<usize> = (0..profiles.len()).collect();
    let columns = parallel::map(numbers, context.threads, |_, column| {
        SampledColumn::new(sample.column(column), &profiles[column], context.missing)
    });
    let table = Table { columns, profiles, sampled: sample.len() as u64, rows };
    let pairs = Pairs {
        co_missing: Some(co_missing(&table)),
        associations: Some(shortened(association::find(&table, context.threads))),
        relations: Some(shortened(relation::find(&table))),
        keys: Some(shortened(dependency::keys(&table))),
        dependencies: Some(shortened(dependency::find(&table, context.threads))),
    };
    (pairs, left_out)
}

fn shortened<T>(mut found: Vec<T>) -> Vec<T> {
    found.truncate(LISTED);
    found
}

/// Pairs of columns that are missing in the same rows, by how many those are.
fn co_missing(table: &Table) -> Vec<CoMissing> {
    let mut found = Vec::new();
    let scale = table.rows as f64 / table.sampled.max(1) as f64;
    for (left, a) in table.columns.iter().enumerate().filter(|(_, column)| column.missing > 0) {
        for (right, b) in table.columns.iter().enumerate().skip(left + 1).filter(|(_, column)| column.missing > 0) {
            let rows = a.codes.iter().zip(&b.codes).filter(|(a, b)| **a == sampled::MISSING && **b == sampled::MISSING);
            let rows = (rows.count() as f64 * scale).round() as u64;
            if rows > 0 {
                found.push(CoMissing {
                    left: table.name(left),
                    right: table.name(right),
                    rows,
                    method: table.method(),
                });
            }
        }
    }
    found.sort_by_key(|pair| std::cmp::Reverse(pair.rows));
    shortened(found)
}
