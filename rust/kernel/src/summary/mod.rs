//! From states to figures: what the profile says of a table.

pub mod distribution;
pub mod frequent;
pub mod kind;
pub mod moments;
pub mod numbers;
pub mod text;
pub mod values;

use crate::cell::trim;
use crate::column::Column;
use crate::context::Context;
use crate::header::Prelude;
use crate::hints::proofs;
use crate::numbers::Notation;
use crate::order::Ordering;
use crate::pairs;
use crate::parallel;
use crate::report::{
    ColumnProfile, Estimate, Example, KindCount, Lines, Method, NotComputed, Repairs, TableProfile, ValueCount,
};
use crate::table::{Mended, Table};
use crate::tally::{Sort, Tally};
use crate::value::MissingTokens;

use frequent::Frequent;
use kind::{Kind, choose};
use values::Values;

/// A column, as far as it is judged.
pub struct Judged<'a> {
    /// What its cells say.
    pub tally: &'a Tally,
    /// What it holds.
    pub kind: Kind,
    /// Its different values.
    pub values: &'a Values<'a>,
    /// Its cells in the sample of rows.
    pub sample: &'a Frequent<'a>,
    /// How its values stand from row to row.
    pub order: Option<Ordering>,
    /// Whether that is known: it was looked at as the first rows are written.
    pub order_known: bool,
    /// How its fractions are written.
    pub notation: Notation,
    /// Spellings of "no value".
    pub missing: &'a MissingTokens,
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
pub fn table(mut table: Table, bytes: u64, prelude: &Prelude, header_lines: u64, context: &Context) -> TableProfile {
    let lines = LineIndex::new(prelude.lines + header_lines, &table.chunk_lines);
    table.sample.sort();
    let rows = table.rows;
    let states = std::mem::take(&mut table.columns);
    let columns = parallel::map(states, context.threads, |position, mut state| {
        let sample = Frequent::new(&table.sample, position, rows);
        let commas = unread_commas(&state, &sample, context.missing);
        (column(&mut state, position, &sample, &lines, context), commas)
    });
    let (columns, commas): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let duplicates = table.row_hashes.count(context.threads);
    let duplicate_rows = if duplicates.level == 0 {
        Estimate::exact(duplicates.repeated())
    } else {
        Estimate::sketch(duplicates.repeated(), values::distinct_error(duplicates.distinct))
    };
    let (pairs, mut not_computed) = pairs::find(&table.sample, &columns, rows, context);
    for (column, commas) in columns.iter().zip(commas) {
        left_out(column, commas, &mut not_computed);
    }
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
        co_missing: pairs.co_missing,
        associations: pairs.associations,
        relations: pairs.relations,
        keys: pairs.keys,
        dependencies: pairs.dependencies,
    }
}

/// The share of the sampled cells that are numbers only with a decimal comma, in a column that is read with the
/// point: its first rows showed no comma, and there are too many values to read them anew.
fn unread_commas(state: &Column, sample: &Frequent, missing: &MissingTokens) -> Option<f64> {
    if state.tally.is_none() || state.hints.notation == Notation::Comma {
        return None;
    }
    let (_, commas) = proofs(sample.present(missing).map(|cell| (trim(cell), 1)))?;
    let share = commas as f64 / sample.present(missing).count() as f64;
    (share > FEW_COMMAS).then_some(share)
}

fn column(
    state: &mut Column,
    position: usize,
    sample: &Frequent,
    lines: &LineIndex,
    context: &Context,
) -> ColumnProfile {
    let exact = state.tally.is_none();
    let notation = state.hints.notation;
    if exact {
        state.hints = state.hints_of_all(context.missing);
    }
    let order_known = state.hints.notation == notation;
    let tally = state.tally.take();
    let tally = &tally.unwrap_or_else(|| Box::new(state.tallied(state.hints, context.missing)));
    let kind = choose(tally);
    let order = state.order.finish().filter(|_| kind != Kind::Text);
    let counted = counted(state, tally, order);
    let values = Values::new(state, counted, context.missing);
    let (notation, missing) = (state.hints.notation, context.missing);
    let judged = Judged { tally, kind, values: &values, sample, order, order_known, notation, missing };
    let (numbers, number_histogram) = numbers::statistics(&judged).unzip();
    let (dates, date_histogram) = moments::statistics(&judged, context).unzip();
    let missing = tally.missing_count();
    let conforms = kind.sorts();
    ColumnProfile {
        name: context.names[position].clone(),
        position,
        declared: None,
        kind: kind.name(),
        rows: missing + tally.present(),
        missing,
        missing_tokens: missing_tokens(tally),
        nulls: tally.nulls,
        empty: tally.empty,
        whitespace_only: tally.blank,
        conforming: conforms.iter().map(|&sort| tally.count(sort)).sum(),
        nonconforming: examples(tally, conforms, lines),
        evidence: evidence(tally),
        leading_zeros: tally.count(Sort::Code),
        distinct: Some(values.distinct()),
        unique: Some(values.unique()),
        numbers,
        text: text::statistics(&tally.text),
        dates,
        booleans: values.booleans(tally, kind),
        top_values: if exact { values.top(20) } else { sample.values(context.missing) },
        top_method: if exact { Method::Exact } else { sample.method() },
        rare_values: exact.then(|| values.rare()).flatten(),
        histogram: number_histogram.or(date_histogram),
        patterns: (kind != Kind::Empty).then(|| patterns(tally, sample, context)),
        pattern_method: if tally.text.patterns.level == 0 { Method::Exact } else { sample.method() },
        near_duplicates: (exact && kind == Kind::Text).then(|| values.near_duplicates()),
    }
}

const TOO_MANY: &str = "It has too many different values to keep all of them.";
const TOO_LARGE: &str = "A figure would be larger than the largest double.";
const NONE_FINITE: &str = "There is no finite number, or the sum is larger than the largest double.";
const NONE_SAMPLED: &str = "None of its numbers is in the sample of rows.";
const READ_ANEW: &str = "Its decimal commas were known only at the end, when the order of its cells was past.";
/// Fewer decimal commas are left unsaid.
const FEW_COMMAS: f64 = 0.005;
const NUMERIC: [&str; 4] = ["integer", "decimal", "money", "percent"];

/// What a column lacks because it has too many different values, or too large ones.
fn left_out(column: &ColumnProfile, commas: Option<f64>, not_computed: &mut Vec<NotComputed>) {
    let mut leave_out = |what, why: &str| {
        not_computed.push(NotComputed { what, why: why.to_owned(), column: Some(column.name.clone()) });
    };
    if column.top_method != Method::Exact && column.kind == "text" {
        leave_out("near_duplicates", TOO_MANY);
    }
    if let Some(share) = commas {
        let why = format!(
            "About {:.0} % of its values look like numbers with a decimal comma. The first rows show none, so they \
             were read with a point.",
            share * 100.0
        );
        leave_out("numbers with a decimal comma", &why);
    }
    if column.numbers.as_ref().is_some_and(|numbers| numbers.order.is_none()) {
        leave_out("order", READ_ANEW);
    }
    if let Some(numbers) = &column.numbers {
        if numbers.quantiles.as_ref().is_none_or(Vec::is_empty) {
            return leave_out("quantiles", NONE_SAMPLED);
        }
        numbers::too_large(numbers).into_iter().for_each(|what| leave_out(what, TOO_LARGE));
    } else if NUMERIC.contains(&column.kind) && column.evidence.iter().any(|each| each.kind == column.kind) {
        leave_out("numbers", NONE_FINITE);
    }
    if column.dates.as_ref().is_some_and(|dates| dates.granularity == Some("day") && dates.gaps.is_none()) {
        leave_out("gaps", TOO_MANY);
    }
}

/// Distinct and unique values where they are known exactly beyond the dictionary.
fn counted(state: &mut Column, tally: &Tally, order: Option<Ordering>) -> Option<(u64, u64)> {
    if order.is_some_and(|order| order.is_strict()) {
        return Some((tally.present(), tally.present()));
    }
    state.uniqueness.count(1).map(|counts| (counts.distinct, counts.once))
}

fn patterns(tally: &Tally, sample: &Frequent, context: &Context) -> Vec<ValueCount> {
    if tally.text.patterns.level == 0 { text::patterns(&tally.text) } else { sample.patterns(context.missing) }
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
