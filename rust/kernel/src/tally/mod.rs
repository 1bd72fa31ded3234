//! What the cells of a column say, added up: kinds, numbers, moments, text and examples.
//!
//! Everything here is a count, an extreme or an exact sum, so tallies of parts merge to the tally of
//! the whole, whatever the parts.

pub mod block;
pub mod examples;
pub mod facts;
pub mod moments;
pub mod numeric;
pub mod powers;
pub mod shapes;
pub mod text;

use crate::batch::NULL;
use crate::cell::{shown, trim};
use crate::dates::Order;
use crate::dictionary::Limits;
use crate::numbers::{Form, Notation};
use crate::value::{MissingTokens, Value, judge};

use examples::Examples;
use moments::MomentTally;
use numeric::{NumberTally, lead_digit};
use text::TextTally;

/// Sorts of cells, by which counts and examples are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Sort {
    /// Digits with or without a sign.
    Integer,
    /// With a fraction or exponent.
    Decimal,
    /// With a currency.
    Money,
    /// With a per cent sign.
    Percent,
    /// Infinity and NaN.
    NotFinite,
    /// Digits after a leading zero.
    Code,
    /// Truth words.
    Boolean,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Days with times.
    Timestamp,
    /// Anything else.
    Text,
}

/// How many sorts there are.
pub const SORTS: usize = 11;

/// What is known of a column before its cells are read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hints {
    /// A number near the middle of the column, about which powers are summed, if one was seen.
    pub pivot: Option<f64>,
    /// The first microsecond of tomorrow, if today is known.
    pub tomorrow: Option<i64>,
    /// How fractions are written.
    pub notation: Notation,
    /// Powers of two that fine grids may tell apart; none where there is no room for such grids.
    pub fine: Option<usize>,
    /// How many patterns are told apart, where there is little room.
    pub patterns: Option<Limits>,
}

/// The tally of a column's cells.
#[derive(Debug, Clone)]
pub struct Tally {
    hints: Hints,
    /// Missing cells by spelling.
    pub missing: Vec<(String, u64)>,
    /// Missing cells that hold no value, in a source that tells them from empty text.
    pub nulls: u64,
    /// Missing cells without any character.
    pub empty: u64,
    /// Cells of blanks only.
    pub blank: u64,
    /// Present cells by sort.
    pub sorts: [u64; SORTS],
    /// First cells of each sort.
    pub examples: Examples,
    /// Integers and decimals, money, per cent.
    pub numbers: [Option<Box<NumberTally>>; 3],
    /// Times; moments with one reading; numeric dates read day first and month first.
    pub moments: [Option<Box<MomentTally>>; 4],
    /// True and false words.
    pub truths: [u64; 2],
    /// All present cells as text.
    pub text: TextTally,
}

/// The place of a tally in [`Tally::moments`].
pub mod reading {
    /// Times of day.
    pub const CLOCK: usize = 0;
    /// Moments with one reading.
    pub const CERTAIN: usize = 1;
    /// Numeric dates, day before month.
    pub const DAY_FIRST: usize = 2;
    /// Numeric dates, month before day.
    pub const MONTH_FIRST: usize = 3;
}

impl Tally {
    /// An empty tally.
    pub fn new(hints: Hints) -> Self {
        Self {
            hints,
            missing: Vec::new(),
            nulls: 0,
            empty: 0,
            blank: 0,
            sorts: [0; SORTS],
            examples: Examples::default(),
            numbers: [const { None }; 3],
            moments: [const { None }; 4],
            truths: [0; 2],
            text: hints.patterns.map_or_else(TextTally::default, TextTally::new),
        }
    }

    /// Add a cell `weight` times; `place` is where it was first seen. False when it is missing.
    #[inline]
    pub fn add(&mut self, cell: &[u8], weight: u64, place: u64, missing: &MissingTokens) -> bool {
        let trimmed = trim(cell);
        let value = judge(trimmed, missing, self.hints.notation);
        let sort = match value {
            Value::Missing => {
                self.add_missing(cell, trimmed, weight);
                return false;
            }
            Value::Number(number) => self.add_number(&number, lead_digit(trimmed), weight),
            Value::Boolean(truth) => {
                self.truths[usize::from(truth)] += weight;
                Sort::Boolean
            }
            Value::Moment(moment) => self.add_moment(&moment, weight),
            Value::Text => Sort::Text,
        };
        self.sorts[sort as usize] += weight;
        self.examples.add(sort, place, cell);
        if trimmed.len() != cell.len() || !self.add_shape(cell, &value, weight) {
            self.text.add(cell, weight);
        }
        true
    }

    /// Count a cell by its shape, if that tells its pattern.
    #[inline]
    fn add_shape(&mut self, cell: &[u8], value: &Value, weight: u64) -> bool {
        match value {
            Value::Number(number) if number.plain => self.text.shapes.add(cell, number.decimals.into(), weight),
            Value::Moment(moment) if moment.written.is_iso(cell.len()) => {
                self.text.shapes.add_date(moment.written.joint, weight);
                true
            }
            _ => false,
        }
    }

    #[cold]
    fn add_missing(&mut self, cell: &[u8], trimmed: &[u8], weight: u64) {
        if cell == NULL {
            self.nulls += weight;
            return;
        }
        if cell.is_empty() {
            self.empty += weight;
        } else if trimmed.is_empty() {
            self.blank += weight;
        }
        match self.missing.iter_mut().find(|(known, _)| known.as_bytes() == trimmed) {
            Some((_, count)) => *count += weight,
            None => self.count_missing(&shown(trimmed, 40), weight),
        }
    }

    fn count_missing(&mut self, token: &str, weight: u64) {
        match self.missing.iter_mut().find(|(known, _)| known == token) {
            Some((_, count)) => *count += weight,
            None => self.missing.push((token.to_owned(), weight)),
        }
    }

    #[inline]
    fn add_number(&mut self, number: &crate::numbers::Number, lead: u8, weight: u64) -> Sort {
        let (sort, at) = match number.form {
            Form::Code => return Sort::Code,
            Form::Integer => (Sort::Integer, 0),
            Form::Decimal => (Sort::Decimal, 0),
            Form::NotFinite => (Sort::NotFinite, 0),
            Form::Money => (Sort::Money, 1),
            Form::Percent => (Sort::Percent, 2),
        };
        self.numbers_at(at).add(number, lead, weight);
        sort
    }

    #[inline]
    fn numbers_at(&mut self, at: usize) -> &mut NumberTally {
        let Hints { pivot, fine, .. } = self.hints;
        self.numbers[at].get_or_insert_with(|| Box::new(NumberTally::new(pivot, fine)))
    }

    /// Integers and decimals.
    fn plain_numbers(&mut self) -> &mut NumberTally {
        self.numbers_at(0)
    }

    /// Moments with one reading.
    fn certain_moments(&mut self) -> &mut MomentTally {
        self.moments_at(reading::CERTAIN)
    }

    #[inline]
    fn moments_at(&mut self, at: usize) -> &mut MomentTally {
        let tomorrow = self.hints.tomorrow.unwrap_or(i64::MAX);
        self.moments[at].get_or_insert_with(|| Box::new(MomentTally::new(tomorrow)))
    }

    #[inline]
    fn add_moment(&mut self, moment: &crate::dates::Moment, weight: u64) -> Sort {
        let mut add = |at: usize, micros: Option<i64>| {
            if let Some(micros) = micros {
                self.moments_at(at).add(micros, moment.written, weight);
            }
        };
        match moment.written.order {
            Order::None => {
                add(reading::CLOCK, moment.day_first);
                return Sort::Time;
            }
            Order::Numeric => {
                add(reading::DAY_FIRST, moment.day_first);
                add(reading::MONTH_FIRST, moment.month_first);
            }
            _ => add(reading::CERTAIN, moment.day_first),
        }
        if moment.written.time == 0 { Sort::Date } else { Sort::Timestamp }
    }

    /// Add the tally of another part.
    pub fn merge(&mut self, other: Self) {
        for (token, count) in &other.missing {
            self.count_missing(token, *count);
        }
        self.nulls += other.nulls;
        self.empty += other.empty;
        self.blank += other.blank;
        self.sorts.iter_mut().zip(other.sorts).for_each(|(mine, theirs)| *mine += theirs);
        self.truths.iter_mut().zip(other.truths).for_each(|(mine, theirs)| *mine += theirs);
        self.examples.merge(other.examples);
        self.text.merge(&other.text);
        for (mine, theirs) in self.numbers.iter_mut().zip(other.numbers) {
            join(mine, theirs, NumberTally::merge);
        }
        for (mine, theirs) in self.moments.iter_mut().zip(other.moments) {
            join(mine, theirs, MomentTally::merge);
        }
    }

    /// Missing cells.
    pub fn missing_count(&self) -> u64 {
        self.nulls + self.missing.iter().map(|(_, count)| count).sum::<u64>()
    }

    /// Cells that are not missing.
    pub fn present(&self) -> u64 {
        self.sorts.iter().sum()
    }

    /// Cells of a sort.
    pub fn count(&self, sort: Sort) -> u64 {
        self.sorts[sort as usize]
    }
}

/// Merge two parts of which either may be absent.
pub fn join<T>(mine: &mut Option<Box<T>>, theirs: Option<Box<T>>, merge: impl FnOnce(&mut T, T)) {
    match (mine.as_mut(), theirs) {
        (Some(mine), Some(theirs)) => merge(mine, *theirs),
        (None, theirs @ Some(_)) => *mine = theirs,
        (_, None) => {}
    }
}
