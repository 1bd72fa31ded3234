//! A column of the sample: a code for each different value, and numbers where it has them.

use crate::cell::trim;
use crate::dates::{Order, parse};
use crate::dictionary::{Dictionary, Limits};
use crate::hash::hash;
use crate::numbers::{self, Form, Notation};
use crate::report::ColumnProfile;
use crate::value::MissingTokens;

/// The code of a missing cell.
pub const MISSING: u32 = u32::MAX;
const UNLIMITED: Limits = Limits { entries: 1 << 19, bytes: 1 << 30 };

/// A column of the sample.
#[derive(Debug)]
pub struct SampledColumn {
    /// Equal values have equal codes, from 0 in order of appearance.
    pub codes: Vec<u32>,
    /// The hash of the value of each code.
    pub hashes: Vec<u64>,
    /// Different values.
    pub distinct: usize,
    /// Missing cells.
    pub missing: usize,
    /// The numbers or moments; NaN where there is none. Empty for other kinds.
    pub numbers: Vec<f64>,
    /// The rows with a number, by its size.
    pub ranked: Vec<u32>,
}

impl SampledColumn {
    /// Code and read the cells.
    pub fn new<'a>(cells: impl Iterator<Item = &'a [u8]>, profile: &ColumnProfile, missing: &MissingTokens) -> Self {
        let read = reader(profile);
        let mut values = Dictionary::new(UNLIMITED);
        let (mut codes, mut numbers, mut absent) = (Vec::new(), Vec::new(), 0);
        for cell in cells {
            let trimmed = trim(cell);
            let is_missing = missing.contains(trimmed);
            absent += usize::from(is_missing);
            codes.push(if is_missing { MISSING } else { values.code(hash(cell), cell) });
            if let Some(read) = &read {
                numbers.push(if is_missing { f64::NAN } else { read(trimmed).unwrap_or(f64::NAN) });
            }
        }
        let mut ranked: Vec<u32> = (0..numbers.len() as u32).filter(|&row| !numbers[row as usize].is_nan()).collect();
        ranked.sort_by(|&a, &b| numbers[a as usize].total_cmp(&numbers[b as usize]));
        let hashes = values.entries().map(|(entry, _)| entry.hash).collect();
        Self { codes, hashes, distinct: values.len(), missing: absent, numbers, ranked }
    }

    /// The rank of each row's number among those of some rows, the mean one for ties; NaN where there is none.
    /// Without `of`, among all rows.
    pub fn ranks(&self, of: Option<&dyn Fn(u32) -> bool>) -> Vec<f64> {
        let mut ranks = vec![f64::NAN; self.numbers.len()];
        let some: Option<Vec<u32>> = of.map(|of| self.ranked.iter().copied().filter(|&row| of(row)).collect());
        let mut before = 0;
        let same = |x: &u32, y: &u32| self.numbers[*x as usize] == self.numbers[*y as usize];
        for tied in some.as_ref().unwrap_or(&self.ranked).chunk_by(same) {
            let rank = before as f64 + f64::midpoint(tied.len() as f64, 1.0);
            tied.iter().for_each(|&row| ranks[row as usize] = rank);
            before += tied.len();
        }
        ranks
    }

    /// Different values; the missing cell is one of them.
    pub fn different(&self) -> usize {
        self.distinct + usize::from(self.missing > 0)
    }

    /// Whether it holds numbers or moments.
    pub fn is_ordered(&self) -> bool {
        !self.ranked.is_empty()
    }
}

type Reader = Box<dyn Fn(&[u8]) -> Option<f64>>;

/// How a column's cells become numbers.
fn reader(profile: &ColumnProfile) -> Option<Reader> {
    if let Some(statistics) = &profile.numbers {
        let notation = if statistics.decimal_comma { Notation::Comma } else { Notation::Point };
        return Some(Box::new(move |cell| {
            let number = numbers::parse(cell, notation)?;
            (!matches!(number.form, Form::Code | Form::NotFinite)).then_some(number.value)
        }));
    }
    let dates = profile.dates.as_ref()?;
    let month_first = matches!(dates.day_order, Some("month first" | "ambiguous"));
    Some(Box::new(move |cell| {
        let moment = parse(cell)?;
        let numeric = moment.written.order == Order::Numeric;
        moment.at(numeric && month_first).map(|micros| micros as f64)
    }))
}
