//! From states to figures: what the profile says of a table.

pub mod distribution;
pub mod kind;
pub mod moments;
pub mod numbers;
pub mod values;

use crate::column::Column;
use crate::header::Prelude;
use crate::options::Options;
use crate::report::{
    ColumnProfile, Estimate, Example, KindCount, Lines, Method, NotComputed, Repairs, TableProfile, TextStatistics,
    ValueCount,
};
use crate::table::{Mended, Table};
use crate::tally::text::TextTally;
use crate::tally::{Sort, Tally};
use crate::value::MissingTokens;

use kind::{Kind, choose};
use values::Values;

/// What the summary needs beside the states.
pub struct Context<'a> {
    /// What the caller asked for.
    pub options: &'a Options,
    /// Spellings of "no value".
    pub missing: &'a MissingTokens,
    /// The columns' names.
    pub names: &'a [String],
    /// Threads that may be used.
    pub threads: usize,
}

/// Line numbers from places.
pub struct LineIndex {
    before: Vec<u64>,
}

impl LineIndex {
    /// `before` lines come before the first chunk.
    pub fn new(before: u64, chunk_lines: &[(u32, u32)]) -> Self {
        let mut sorted = chunk_lines.to_vec();
        sorted.sort_unstable();
        let mut total = before;
        let starts = sorted.iter().map(|&(_, lines)| {
            total += u64::from(lines);
            total - u64::from(lines)
        });
        Self { before: starts.collect() }
    }

    /// The line of a place, from 1.
    pub fn line(&self, place: u64) -> u64 {
        let before = self.before.get((place >> 32) as usize).copied().unwrap_or(0);
        before + (place & 0xffff_ffff) + 1
    }

    fn lines(&self, mended: &Mended) -> Lines {
        Lines { count: mended.count, first: mended.first.iter().map(|&place| self.line(place)).collect() }
    }
}

/// Sum a table up.
pub fn table(table: Table, bytes: u64, prelude: &Prelude, header_lines: u64, context: &Context) -> TableProfile {
    let lines = LineIndex::new(prelude.lines + header_lines, &table.chunk_lines);
    let mut not_computed = Vec::new();
    let columns: Vec<ColumnProfile> = table
        .columns
        .iter()
        .enumerate()
        .map(|(position, state)| column(state, position, &lines, context, &mut not_computed))
        .collect();
    let rows = table.rows;
    let duplicates = table.row_hashes.duplicates(context.threads);
    let duplicate_rows = if duplicates.level == 0 {
        Estimate::exact(duplicates.rows)
    } else {
        Estimate::sketch(duplicates.rows, values::distinct_error(duplicates.kept_distinct))
    };
    TableProfile {
        rows,
        bytes,
        missing_cells: columns.iter().map(|column| column.missing).sum(),
        columns,
        duplicate_rows: Some(duplicate_rows),
        repairs: Repairs {
            padded: lines.lines(&table.repairs.padded),
            cut: lines.lines(&table.repairs.cut),
            stray_quotes: lines.lines(&table.repairs.stray),
            invalid_utf8: lines.lines(&table.repairs.invalid),
            blank_lines: lines.lines(&table.repairs.blank),
            unclosed_quote: lines.lines(&table.repairs.unclosed),
            byte_order_mark: prelude.byte_order_mark,
        },
        not_computed,
    }
}

fn column(
    state: &Column,
    position: usize,
    lines: &LineIndex,
    context: &Context,
    not_computed: &mut Vec<NotComputed>,
) -> ColumnProfile {
    let exact = state.tally.is_none();
    let made = exact.then(|| state.tallied(state.hints, context.missing));
    let Some(tally) = made.as_ref().or(state.tally.as_deref()) else { unreachable!("a column has a tally") };
    let kind = choose(tally);
    let values = Values::new(state, context.missing);
    let name = context.names[position].clone();
    if !exact {
        let why = "The column has too many different values to count each of them.".to_owned();
        not_computed.push(NotComputed { what: "top_values", why, column: Some(name.clone()) });
    }
    let numbers = numbers::statistics(tally, kind, &values, state);
    let moments = moments::statistics(tally, kind, &values, context);
    let (numbers, number_histogram) = numbers.map_or((None, None), |(figures, bins)| (Some(figures), bins));
    let (dates, date_histogram) = moments.map_or((None, None), |(figures, bins)| (Some(figures), bins));
    let missing = tally.missing_count();
    let conforms = kind.sorts();
    ColumnProfile {
        name,
        position,
        kind: kind.name(),
        rows: missing + tally.present(),
        missing,
        missing_tokens: missing_tokens(tally),
        empty: tally.empty,
        whitespace_only: tally.blank,
        conforming: conforms.iter().map(|&sort| tally.count(sort)).sum(),
        nonconforming: examples(tally, conforms, lines),
        evidence: evidence(tally),
        leading_zeros: tally.count(Sort::Code),
        distinct: Some(values.distinct()),
        unique: Some(values.unique()),
        numbers,
        text: text(&tally.text),
        dates,
        booleans: values.booleans(tally, kind),
        top_values: if exact { values.top(20) } else { Vec::new() },
        top_method: Method::Exact,
        rare_values: None,
        histogram: number_histogram.or(date_histogram),
        patterns: None,
        pattern_method: Method::Exact,
        near_duplicates: None,
    }
}

fn missing_tokens(tally: &Tally) -> Vec<ValueCount> {
    let mut found: Vec<_> = tally.missing.clone();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.into_iter().map(|(token, count)| ValueCount::new(token, count)).collect()
}

fn examples(tally: &Tally, conforms: &[Sort], lines: &LineIndex) -> Vec<Example> {
    let wanted = |sort: usize| !conforms.iter().any(|&fits| fits as usize == sort);
    let found = tally.examples.of(wanted).into_iter();
    found.map(|(place, value)| Example { line: lines.line(place), value }).collect()
}

fn evidence(tally: &Tally) -> Vec<KindCount> {
    let kinds = [
        Kind::Integer,
        Kind::Decimal,
        Kind::Money,
        Kind::Percent,
        Kind::Boolean,
        Kind::Date,
        Kind::Time,
        Kind::Timestamp,
    ];
    let counted = kinds.into_iter().map(|kind| {
        let count = kind.sorts().iter().map(|&sort| tally.count(sort)).sum();
        KindCount { kind: kind.name(), count }
    });
    counted.filter(|evidence| evidence.count > 0).collect()
}

fn text(tally: &TextTally) -> Option<TextStatistics> {
    (tally.count > 0).then(|| TextStatistics {
        length_min: tally.shortest,
        length_max: tally.longest,
        length_mean: tally.characters as f64 / tally.count as f64,
        length_histogram: None,
        words_mean: None,
        words_max: None,
        leading_blanks: Some(tally.leading),
        trailing_blanks: Some(tally.trailing),
        inner_blanks: None,
        upper: None,
        lower: None,
        mixed: None,
        control_characters: None,
        non_ascii: Some(tally.non_ascii),
        non_nfc: None,
        characters: None,
        scripts: None,
    })
}
