//! The kind of a column, by what most of its cells say.

use crate::tally::{Sort, Tally};

/// Kinds of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers with fractions.
    Decimal,
    /// Amounts with a currency.
    Money,
    /// Numbers with a per cent sign.
    Percent,
    /// Truth words.
    Boolean,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Days with times.
    Timestamp,
    /// Anything.
    Text,
    /// No value at all.
    Empty,
}

/// A kind is chosen when at least this share of the present cells is of it.
pub const ENOUGH: f64 = 0.8;
/// From this share of codes with leading zeros on, digits are codes.
const CODES: f64 = 0.005;

const ALL: [Sort; crate::tally::SORTS] = [
    Sort::Integer,
    Sort::Decimal,
    Sort::Money,
    Sort::Percent,
    Sort::NotFinite,
    Sort::Code,
    Sort::Boolean,
    Sort::Date,
    Sort::Time,
    Sort::Timestamp,
    Sort::Text,
];

impl Kind {
    /// As the profile says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Text => "text",
            Self::Empty => "empty",
        }
    }

    /// The sorts of cells that conform.
    pub fn sorts(self) -> &'static [Sort] {
        match self {
            Self::Integer => &[Sort::Integer],
            Self::Decimal => &[Sort::Integer, Sort::Decimal, Sort::NotFinite],
            Self::Money => &[Sort::Integer, Sort::Decimal, Sort::Money],
            Self::Percent => &[Sort::Percent],
            Self::Boolean => &[Sort::Boolean],
            Self::Date => &[Sort::Date],
            Self::Time => &[Sort::Time],
            Self::Timestamp => &[Sort::Date, Sort::Timestamp],
            Self::Text => &ALL,
            Self::Empty => &[],
        }
    }
}

/// Choose a column's kind.
pub fn choose(tally: &Tally) -> Kind {
    let present = tally.present();
    if present == 0 {
        return Kind::Empty;
    }
    let most = |kind: Kind| {
        let count: u64 = kind.sorts().iter().map(|&sort| tally.count(sort)).sum();
        count as f64 >= ENOUGH * present as f64
    };
    let codes = tally.count(Sort::Code) as f64 > CODES * present as f64;
    if codes {
        return Kind::Text;
    }
    let fractions = tally.count(Sort::Decimal) + tally.count(Sort::NotFinite) > 0;
    let money = tally.count(Sort::Money) * 2 >= present;
    let times = tally.count(Sort::Timestamp) > 0;
    let candidates = [
        (Kind::Integer, !fractions),
        (Kind::Decimal, true),
        (Kind::Money, money),
        (Kind::Percent, true),
        (Kind::Boolean, true),
        (Kind::Date, !times),
        (Kind::Timestamp, times),
        (Kind::Time, true),
    ];
    let chosen = candidates.into_iter().find(|&(kind, allowed)| allowed && most(kind));
    chosen.map_or(Kind::Text, |(kind, _)| kind)
}
