//! Numbers added up: extremes, exact sums of powers, signs, grids for histogram and quantiles.

use crate::exact_sum::{ExactSum, two_sum};
use crate::grid::{EvenGrid, FineGrid};
use crate::numbers::{CURRENCIES, Form, Number};

use super::block::Block;
use super::powers::Powers;

/// The tally of a column's numbers of one form.
#[derive(Debug, Clone)]
pub struct NumberTally {
    /// Finite numbers.
    pub count: u64,
    /// Numbers written without a fraction.
    pub integers: u64,
    /// Whole numbers, also those written like 2.0.
    pub whole: u64,
    /// Zeros.
    pub zeros: u64,
    /// Numbers below zero.
    pub negatives: u64,
    /// Infinities.
    pub infinities: u64,
    /// "Not a number".
    pub nans: u64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The smallest and largest of those that are 64-bit integers.
    pub whole_range: Option<(i64, i64)>,
    /// The exact sum of the 64-bit integers.
    pub whole_sum: i128,
    /// The exact sum of the others.
    pub other_sum: ExactSum,
    /// For the variance and the shape.
    pub powers: Powers,
    /// The most digits after the mark.
    pub decimals: u8,
    /// Marks between thousands that were seen: comma, point, apostrophe, blank.
    pub separators: [u64; 4],
    /// Numbers by currency.
    pub currencies: Vec<(u8, u64)>,
    /// Leading digits 1 to 9.
    pub first_digits: [u64; 9],
    /// For the histogram.
    pub even: EvenGrid,
    /// For quantiles, where there is room for it.
    pub fine: Option<FineGrid>,
}

/// Marks between thousands, in the order of [`NumberTally::separators`].
pub const SEPARATORS: [u8; 4] = *b",.' ";

impl NumberTally {
    /// An empty tally.
    pub fn new(pivot: Option<f64>, fine: Option<usize>) -> Self {
        Self {
            count: 0,
            integers: 0,
            whole: 0,
            zeros: 0,
            negatives: 0,
            infinities: 0,
            nans: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            whole_range: None,
            whole_sum: 0,
            other_sum: ExactSum::default(),
            powers: Powers::new(pivot),
            decimals: 0,
            separators: [0; 4],
            currencies: Vec::new(),
            first_digits: [0; 9],
            even: EvenGrid::new(-1000),
            fine: fine.map(|pages| FineGrid::new(pivot.unwrap_or_default(), pages)),
        }
    }

    /// Add a number whose leading digit is `lead` (0 for zero) `weight` times.
    #[inline]
    pub fn add(&mut self, number: &Number, lead: u8, weight: u64) {
        if number.form == Form::NotFinite {
            return self.add_not_finite(number.value, weight);
        }
        let value = number.value;
        self.count += weight;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.zeros += if value == 0.0 { weight } else { 0 };
        self.negatives += if value < 0.0 { weight } else { 0 };
        if let Some(whole) = number.whole {
            self.add_whole(whole, weight);
            self.powers.add_whole(whole, weight);
        } else {
            self.other_sum.add(value, weight);
            self.whole += if is_whole(value) { weight } else { 0 };
            self.decimals = self.decimals.max(number.decimals);
            self.powers.add(value, weight);
        }
        self.integers += if number.form == Form::Integer { weight } else { 0 };
        self.even.add(value, weight);
        if let Some(fine) = &mut self.fine {
            fine.add(value, weight);
        }
        if lead > 0 {
            self.first_digits[usize::from(lead) - 1] += weight;
        }
        if number.separator != 0 || number.currency != 0 {
            self.add_writing(number, weight);
        }
    }

    /// Add plain integers and decimals.
    pub fn add_block(&mut self, block: &Block) {
        self.first_digits.iter_mut().zip(&block.leads[1..]).for_each(|(mine, &more)| *mine += u64::from(more));
        if !block.wholes.is_empty() {
            self.add_wholes(&block.wholes);
        }
        if !block.fractions.is_empty() {
            self.decimals = self.decimals.max(block.decimals as u8);
            self.add_fractions(&block.fractions);
        }
    }

    fn add_wholes(&mut self, wholes: &[i64]) {
        let count = wholes.len() as u64;
        self.count += count;
        self.integers += count;
        self.whole += count;
        let (low, high) = wholes.iter().fold((i64::MAX, i64::MIN), |(low, high), &n| (low.min(n), high.max(n)));
        self.whole_sum += wholes.iter().map(|&whole| i128::from(whole)).sum::<i128>();
        let range = self.whole_range.unwrap_or((low, high));
        self.whole_range = Some((range.0.min(low), range.1.max(high)));
        self.zeros += wholes.iter().filter(|&&whole| whole == 0).count() as u64;
        self.negatives += wholes.iter().filter(|&&whole| whole < 0).count() as u64;
        self.powers.add_wholes(wholes);
        self.add_to_grids(wholes.iter().map(|&whole| whole as f64), (low as f64, high as f64));
    }

    fn add_fractions(&mut self, values: &[f64]) {
        self.count += values.len() as u64;
        let ends = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &n| (low.min(n), high.max(n)));
        self.zeros += values.iter().filter(|&&value| value == 0.0).count() as u64;
        self.negatives += values.iter().filter(|&&value| value < 0.0).count() as u64;
        self.whole += values.iter().filter(|&&value| is_whole(value)).count() as u64;
        for &value in values {
            self.other_sum.add(value, 1);
            self.powers.add(value, 1);
        }
        self.add_to_grids(values.iter().copied(), ends);
    }

    #[inline]
    fn add_to_grids(&mut self, values: impl Iterator<Item = f64> + Clone, (low, high): (f64, f64)) {
        self.min = self.min.min(low);
        self.max = self.max.max(high);
        self.even.add_all(values.clone(), low, high);
        if let Some(fine) = &mut self.fine {
            values.for_each(|value| fine.add(value, 1));
        }
    }

    #[inline]
    fn add_whole(&mut self, whole: i64, weight: u64) {
        self.whole += weight;
        self.whole_sum += i128::from(whole) * i128::from(weight);
        let (low, high) = self.whole_range.unwrap_or((whole, whole));
        self.whole_range = Some((low.min(whole), high.max(whole)));
    }

    #[cold]
    fn add_not_finite(&mut self, value: f64, weight: u64) {
        if value.is_nan() {
            self.nans += weight;
        } else {
            self.infinities += weight;
        }
    }

    #[cold]
    fn add_writing(&mut self, number: &Number, weight: u64) {
        if let Some(at) = SEPARATORS.iter().position(|&mark| mark == number.separator) {
            self.separators[at] += weight;
        }
        if number.currency > 0 {
            self.add_currency(number.currency, weight);
        }
    }

    fn add_currency(&mut self, currency: u8, weight: u64) {
        match self.currencies.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, count)) => *count += weight,
            None => self.currencies.push((currency, weight)),
        }
    }

    /// Add the tally of another part.
    pub fn merge(&mut self, other: Self) {
        self.powers.merge(&other.powers, other.count, other.total());
        self.count += other.count;
        self.integers += other.integers;
        self.whole += other.whole;
        self.zeros += other.zeros;
        self.negatives += other.negatives;
        self.infinities += other.infinities;
        self.nans += other.nans;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.whole_range = match (self.whole_range, other.whole_range) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
        self.whole_sum += other.whole_sum;
        self.other_sum.merge(&other.other_sum);
        self.decimals = self.decimals.max(other.decimals);
        self.separators.iter_mut().zip(other.separators).for_each(|(mine, theirs)| *mine += theirs);
        self.first_digits.iter_mut().zip(other.first_digits).for_each(|(mine, theirs)| *mine += theirs);
        other.currencies.iter().for_each(|&(currency, count)| self.add_currency(currency, count));
        self.even.merge(other.even);
        if let (Some(mine), Some(theirs)) = (&mut self.fine, &other.fine) {
            mine.merge(theirs);
        }
    }

    /// The exact sum as a double and what its rounding left over.
    pub fn total(&self) -> (f64, f64) {
        let (high, low) = self.other_sum.parts();
        let whole = self.whole_sum as f64;
        let rest = (self.whole_sum - whole as i128) as f64;
        let (sum, error) = two_sum(high, whole);
        two_sum(sum, error + low + rest)
    }

    /// The currencies by name.
    pub fn currency_names(&self) -> Vec<(&'static str, u64)> {
        self.currencies.iter().map(|&(at, count)| (CURRENCIES[usize::from(at) - 1], count)).collect()
    }
}

#[inline]
fn is_whole(value: f64) -> bool {
    value.abs() >= 9.1e15 || value as i64 as f64 == value
}

/// The leading digit of a number's text; 0 for zero.
#[inline]
pub fn lead_digit(text: &[u8]) -> u8 {
    text.iter().find(|byte| matches!(byte, b'1'..=b'9')).map_or(0, |byte| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lead_digits() {
        for (text, digit) in [("0", 0), ("1", 1), ("-9.99", 9), ("123", 1), ("0.00042", 4), ("$7,300", 7)] {
            assert_eq!(lead_digit(text.as_bytes()), digit, "{text}");
        }
    }
}
