//! What is not known of pairs of columns, in plain words.

use crate::report::NotComputed;

use super::screen::{MOST_SCREENED, Screened};
use super::{LISTED, Table, WIDEST, WIDEST_FOR_TWO};

fn note(what: &'static str, why: String) -> NotComputed {
    NotComputed { what, why, column: None }
}

/// Nothing was looked for.
pub fn unasked() -> NotComputed {
    note("pairs", "It was not asked for.".to_owned())
}

/// Dependencies on two columns.
pub fn two_columns(width: usize) -> NotComputed {
    let why = format!("The table has {width} columns; this is looked for up to {WIDEST_FOR_TWO}.");
    note("dependencies on two columns", why)
}

/// Sums of columns that could not be told from a few rows.
pub fn sums(columns: usize) -> Option<NotComputed> {
    (columns > 0).then(|| {
        let why = format!(
            "Of {columns} columns of numbers none is known: they have gaps or few different values in the fullest rows, \
             or more than six decimals. In a table of this width sums are told from 16 rows first."
        );
        note("sums of some columns", why)
    })
}

/// What is not known of a table with more than [`WIDEST`] columns.
pub fn wide(table: &Table, screened: &Screened) -> Vec<NotComputed> {
    let (width, rows) = (table.columns.len(), table.sampled);
    let measured = format!(
        "The table has {width} columns. Of {} pairs the {} strongest candidates were measured: those whose ranks go \
         together the most and, where one is of categories, those where rows of one category are close in the other, \
         both in {rows} rows. Up to {WIDEST} columns all pairs are measured.",
        screened.of,
        screened.pairs.len(),
    );
    let unlikely = format!(
        "The table has {width} columns. In all pairs A = B, A <= B and dependencies were looked for; A <= B and \
         dependencies are listed, at most {LISTED} of each, only where it is unlikely that chance brought them about."
    );
    let keys = format!("The table has {width} columns; this is looked for up to {WIDEST}.");
    let mut notes = vec![
        note("associations of most pairs", measured),
        note("weak relations and dependencies", unlikely),
        note("keys of two columns", keys),
    ];
    if width > MOST_SCREENED {
        let why = format!("The table has {width} columns; pairs are looked at of the first {MOST_SCREENED} of a kind.");
        notes.push(note("pairs of some columns", why));
    }
    notes
}
