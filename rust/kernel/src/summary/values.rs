//! Distinct values: how many, how often, which.

use std::collections::HashMap;

use crate::cell::{shown, trim};
use crate::column::Column;
use crate::report::{BooleanStatistics, Estimate, NearDuplicate, ValueCount, Z99};
use crate::tally::{Sort, Tally};
use crate::value::{MissingTokens, truth};

use super::kind::Kind;

/// The longest value that is shown.
pub const SHOWN_CHARS: usize = 200;
/// How many rare values and near-duplicates are listed.
const LISTED: usize = 20;

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
    /// Distinct and unique values, where they are known in another way.
    counted: Option<(u64, u64)>,
}

/// The 99 % bound of a count of distinct values, from the number that was kept.
pub fn distinct_error(kept: u64) -> f64 {
    Z99 / (kept.max(1) as f64).sqrt()
}

impl<'a> Values<'a> {
    /// The values of a column without the missing ones.
    pub fn new(column: &'a Column, counted: Option<(u64, u64)>, missing: &MissingTokens) -> Self {
        let present = column.dictionary.entries().filter(|(_, value)| !missing.contains(trim(value)));
        let all = present.map(|(entry, value)| Counted { value, count: entry.count }).collect();
        Self { all, level: column.dictionary.level, counted }
    }

    /// Whether all values are here.
    pub fn is_exact(&self) -> bool {
        self.level == 0
    }

    /// Different values.
    pub fn distinct(&self) -> Estimate {
        self.estimate(self.counted.map(|counted| counted.0), self.all.len() as u64)
    }

    /// Values seen exactly once.
    pub fn unique(&self) -> Estimate {
        let kept = self.all.iter().filter(|counted| counted.count == 1).count();
        self.estimate(self.counted.map(|counted| counted.1), kept as u64)
    }

    fn estimate(&self, known: Option<u64>, kept: u64) -> Estimate {
        if let Some(known) = known.filter(|_| !self.is_exact()) {
            Estimate::exact(known)
        } else if self.is_exact() {
            Estimate::exact(kept)
        } else {
            Estimate::sketch(kept << self.level, distinct_error(kept))
        }
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

    /// Values seen at most twice, where most of the column repeats.
    pub fn rare(&self) -> Option<Vec<ValueCount>> {
        let present: u64 = self.all.iter().map(|counted| counted.count).sum();
        if (self.all.len() as u64) * 10 > present {
            return None;
        }
        let mut rare: Vec<&Counted> = self.all.iter().filter(|counted| counted.count <= 2).collect();
        rare.sort_by(|a, b| a.count.cmp(&b.count).then_with(|| a.value.cmp(b.value)));
        rare.truncate(LISTED);
        Some(
            rare.into_iter().map(|counted| ValueCount::new(shown(counted.value, SHOWN_CHARS), counted.count)).collect(),
        )
    }

    /// Spellings that are one category once case, blanks and punctuation are ignored.
    pub fn near_duplicates(&self) -> Vec<NearDuplicate> {
        let mut groups: HashMap<String, Vec<Counted>> = HashMap::new();
        for counted in &self.all {
            groups.entry(folded(counted.value)).or_default().push(*counted);
        }
        let several = groups.into_iter().filter(|(key, group)| group.len() > 1 && !key.is_empty());
        let total = |group: &[Counted]| group.iter().map(|counted| counted.count).sum::<u64>();
        let mut found: Vec<(u64, String, Vec<Counted>)> =
            several.map(|(key, group)| (total(&group), key, group)).collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.truncate(LISTED);
        let listed = found.into_iter();
        listed
            .map(|(_, key, all)| NearDuplicate { key, spellings: Values { all, level: 0, counted: None }.top(LISTED) })
            .collect()
    }

    /// Truth words and their spellings.
    pub fn booleans(&self, tally: &Tally, kind: Kind) -> Option<BooleanStatistics> {
        if kind != Kind::Boolean || tally.count(Sort::Boolean) == 0 {
            return None;
        }
        let words = self.all.iter().filter(|counted| truth(trim(counted.value)).is_some());
        let spelled = Values { all: words.copied().collect(), level: self.level, counted: None };
        Some(BooleanStatistics { r#true: tally.truths[1], r#false: tally.truths[0], spellings: spelled.top(40) })
    }
}

/// Lower case, letters and digits only, one blank between words.
fn folded(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value).to_lowercase();
    let mut key = String::with_capacity(text.len().min(SHOWN_CHARS));
    for c in text.chars() {
        if c.is_alphanumeric() {
            key.push(c);
        } else if (c.is_whitespace() || matches!(c, '-' | '_')) && !key.ends_with(' ') && !key.is_empty() {
            key.push(' ');
        }
    }
    key.truncate(key.trim_end().len());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold_to_one_key() {
        for spelling in ["New York", "new york ", "NEW  YORK", "New-York", "new_york."] {
            assert_eq!(folded(spelling.as_bytes()), "new york");
        }
        assert_ne!(folded(b"newyork"), folded(b"new york"));
    }
}
