//! Distinct values: how many, how often, which.

use crate::cell::{shown, trim};
use crate::column::Column;
use crate::report::{BooleanStatistics, Estimate, ValueCount};
use crate::tally::{Sort, Tally};
use crate::value::{MissingTokens, truth};

use super::kind::Kind;

/// The longest value that is shown.
pub const SHOWN_CHARS: usize = 200;
/// Half the width of a 99 % interval, in standard errors.
pub const Z99: f64 = 2.576;

/// A present value.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// As it stands in the file.
    pub value: &'a [u8],
    /// Rows.
    pub count: u64,
}

/// The present values of a column: all of them at level 0, else one in 2^level.
pub struct Values<'a> {
    /// In order of appearance.
    pub all: Vec<Counted<'a>>,
    /// See [`crate::dictionary::Dictionary::level`].
    pub level: u32,
}

/// The 99 % bound of a count of distinct values, from the number that was kept.
pub fn distinct_error(kept: u64) -> f64 {
    Z99 / (kept.max(1) as f64).sqrt()
}

impl<'a> Values<'a> {
    /// The values of a column without the missing ones.
    pub fn new(column: &'a Column, missing: &MissingTokens) -> Self {
        let present = column.dictionary.entries().filter(|(_, value)| !missing.contains(trim(value)));
        let all = present.map(|(entry, value)| Counted { value, count: entry.count }).collect();
        Self { all, level: column.dictionary.level }
    }

    /// Whether all values are here.
    pub fn is_exact(&self) -> bool {
        self.level == 0
    }

    /// Different values.
    pub fn distinct(&self) -> Estimate {
        self.estimate(self.all.len() as u64)
    }

    /// Values seen exactly once.
    pub fn unique(&self) -> Estimate {
        self.estimate(self.all.iter().filter(|counted| counted.count == 1).count() as u64)
    }

    fn estimate(&self, kept: u64) -> Estimate {
        if self.is_exact() { Estimate::exact(kept) } else { Estimate::sketch(kept << self.level, distinct_error(kept)) }
    }

    /// The most frequent values.
    pub fn top(&self, most: usize) -> Vec<ValueCount> {
        let mut sorted: Vec<&Counted> = self.all.iter().collect();
        let order = |a: &&Counted, b: &&Counted| b.count.cmp(&a.count).then_with(|| a.value.cmp(b.value));
        if sorted.len() > most {
            sorted.select_nth_unstable_by(most, order);
            sorted.truncate(most);
        }
        sorted.sort_by(order);
        sorted.into_iter().map(|counted| ValueCount::new(shown(counted.value, SHOWN_CHARS), counted.count)).collect()
    }

    /// Truth words and their spellings.
    pub fn booleans(&self, tally: &Tally, kind: Kind) -> Option<BooleanStatistics> {
        if kind != Kind::Boolean || tally.count(Sort::Boolean) == 0 {
            return None;
        }
        let spelled = Values {
            all: self.all.iter().filter(|c| truth(trim(c.value)).is_some()).copied().collect(),
            level: self.level,
        };
        Some(BooleanStatistics { r#true: tally.truths[1], r#false: tally.truths[0], spellings: spelled.top(40) })
    }
}
