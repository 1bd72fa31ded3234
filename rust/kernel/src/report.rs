//! The result as it is written to JSON; the Python side's model has the same names.

use serde::Serialize;

/// Half the width of a 99 % interval, in standard errors.
pub const Z99: f64 = 2.576;

/// A number that stays an integer where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// A whole number.
    Whole(i64),
    /// A finite double.
    Real(f64),
}

/// A place on a histogram's axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Point {
    /// Of numbers.
    Number(Figure),
    /// Of moments, ISO 8601.
    Moment(String),
}

/// How a figure was got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// From all values.
    Exact,
    /// From a summary with a bound.
    Sketch,
    /// From some of the rows.
    Sample,
}

macro_rules! structures {
    ($($(#[$about:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, Serialize)]
            #[allow(missing_docs, reason = "the fields are described in agensium.core.profile")]
            pub struct $name { $(pub $field: $kind),* }
        )*
    };
}

structures! {
    /// A number and how it was got.
    Estimate { value: Figure, method: Method, error: f64, error_of: &'static str, n: Option<u64>, of: Option<u64> }
    /// A value and its rows.
    ValueCount { value: String, count: u64, error: u64 }
    /// A cell by line.
    Example { line: u64, value: String }
    /// Lines where something happened.
    Lines { count: u64, first: Vec<u64> }
    /// A bin of a histogram.
    Bin { lower: Point, upper: Point, count: u64 }
    /// Adjacent bins.
    Histogram { bins: Vec<Bin>, method: Method }
    /// A quantile.
    Quantile { probability: f64, value: Figure }
    /// Values beyond fences.
    Outliers {
        rule: &'static str, lower_fence: f64, upper_fence: f64, below: u64, above: u64, method: Method, error: f64,
    }
    /// Of numbers.
    NumberStatistics {
        count: u64, min: Figure, max: Figure, sum: Figure, mean: f64, variance: Option<f64>, deviation: Option<f64>,
        coefficient_of_variation: Option<f64>, skewness: Option<f64>, kurtosis: Option<f64>, zeros: u64, negatives: u64,
        infinities: u64, nans: u64, whole: u64, quantiles: Option<Vec<Quantile>>, quantile_method: Option<Method>,
        quantile_error: f64, mad: Option<Estimate>, outliers: Option<Vec<Outliers>>, order: Option<&'static str>,
        step: Option<Figure>, first_digits: Option<[u64; 9]>, decimals: Option<u8>, decimal_comma: bool,
        thousands_separator: Option<char>, currencies: Vec<ValueCount>,
    }
    /// Of text.
    TextStatistics {
        length_min: u64, length_max: u64, length_mean: f64, length_histogram: Option<Histogram>, words_mean: Option<f64>,
        words_max: Option<u64>, leading_blanks: Option<u64>, trailing_blanks: Option<u64>, inner_blanks: Option<u64>,
        upper: Option<u64>, lower: Option<u64>, mixed: Option<u64>, control_characters: Option<u64>,
        non_ascii: Option<u64>, non_nfc: Option<u64>, characters: Option<Vec<ValueCount>>,
        scripts: Option<Vec<ValueCount>>,
    }
    /// A gap between dates.
    DateGap { after: String, before: String, missing: u64 }
    /// Of moments.
    DateStatistics {
        count: u64, earliest: String, latest: String, span_seconds: f64, formats: Vec<ValueCount>,
        day_order: Option<&'static str>, granularity: Option<&'static str>, gaps: Option<Vec<DateGap>>,
        gap_count: Option<u64>, weekdays: Option<[u64; 7]>, hours: Option<[u64; 24]>, future: Option<u64>,
        sentinels: Option<Vec<ValueCount>>, order: Option<&'static str>,
    }
    /// Of truth words.
    BooleanStatistics { r#true: u64, r#false: u64, spellings: Vec<ValueCount> }
    /// Evidence for a kind.
    KindCount { kind: &'static str, count: u64 }
    /// Spellings of one category.
    NearDuplicate { key: String, spellings: Vec<ValueCount> }
    /// A column.
    ColumnProfile {
        name: String, position: usize, declared: Option<String>, kind: &'static str, rows: u64, missing: u64,
        missing_tokens: Vec<ValueCount>, nulls: u64, empty: u64, whitespace_only: u64, conforming: u64, nonconforming: Vec<Example>, evidence: Vec<KindCount>,
        leading_zeros: u64, distinct: Option<Estimate>, unique: Option<Estimate>, numbers: Option<NumberStatistics>,
        text: Option<TextStatistics>, dates: Option<DateStatistics>, booleans: Option<BooleanStatistics>,
        top_values: Vec<ValueCount>, top_method: Method, rare_values: Option<Vec<ValueCount>>,
        histogram: Option<Histogram>, patterns: Option<Vec<ValueCount>>, pattern_method: Method,
        near_duplicates: Option<Vec<NearDuplicate>>,
    }
    /// What was left out.
    NotComputed { what: &'static str, why: String, column: Option<String> }
    /// What was mended while reading.
    Repairs {
        padded: Lines, cut: Lines, stray_quotes: Lines, invalid_utf8: Lines, blank_lines: Lines, unclosed_quote: Lines,
        byte_order_mark: bool,
    }
    /// How strongly two columns go together.
    Association { left: String, right: String, measure: &'static str, estimate: Estimate }
    /// Columns that are missing together.
    CoMissing { left: String, right: String, rows: u64, method: Method }
    /// What holds in all rows.
    Relation { kind: &'static str, columns: Vec<String>, rows: u64, method: Method }
    /// Columns that identify a row.
    Key { columns: Vec<String>, method: Method }
    /// Columns that determine another.
    Dependency { determinant: Vec<String>, dependent: String, method: Method }
    /// A table.
    TableProfile {
        rows: u64, bytes: u64, columns: Vec<ColumnProfile>, missing_cells: u64, duplicate_rows: Option<Estimate>,
        repairs: Repairs, not_computed: Vec<NotComputed>, co_missing: Option<Vec<CoMissing>>,
        associations: Option<Vec<Association>>, relations: Option<Vec<Relation>>, keys: Option<Vec<Key>>,
        dependencies: Option<Vec<Dependency>>,
    }
}

impl Figure {
    /// A whole number when it fits 64 bits, else the nearest double.
    pub fn from_i128(value: i128) -> Self {
        i64::try_from(value).map_or(Self::Real(value as f64), Self::Whole)
    }

    /// As a double.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }
}

impl Estimate {
    /// A count without error.
    pub fn exact(value: u64) -> Self {
        Self {
            value: Figure::Whole(value as i64),
            method: Method::Exact,
            error: 0.0,
            error_of: "value",
            n: None,
            of: None,
        }
    }

    /// A count from a sketch with a relative 99 % bound.
    pub fn sketch(value: u64, error: f64) -> Self {
        Self { method: Method::Sketch, error, ..Self::exact(value) }
    }
}

impl ValueCount {
    /// An exact count.
    pub fn new(value: impl Into<String>, count: u64) -> Self {
        Self { value: value.into(), count, error: 0 }
    }
}
