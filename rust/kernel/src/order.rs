//! Whether a column's numbers or moments stand in order, chunk by chunk.

use crate::cell::trim;
use crate::cells::Cells;
use crate::dates::Order as Parts;
use crate::numbers::{Form, Notation};
use crate::plain;
use crate::value::{MissingTokens, Value, judge};

/// What is compared: a double, and the integer behind it where there is one.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Key(f64, i64);

/// The order of a stretch of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    chunk: u64,
    first: Key,
    last: Key,
    rising: bool,
    falling: bool,
    strict: bool,
    whole: bool,
    /// The difference of neighbours: unknown yet, one number, or several.
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Unknown,
    One(i64),
    Several,
}

/// The order of a column in one part of the file. It gives up at the first break of order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Order {
    broken: bool,
    moments: Option<bool>,
    runs: Vec<Run>,
    last_cell: Vec<u8>,
}

/// How a whole column is ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ordering {
    /// As the profile says it.
    pub name: &'static str,
    /// The difference of all neighbours.
    pub step: Option<i64>,
}

impl Ordering {
    /// Whether no value repeats.
    pub fn is_strict(&self) -> bool {
        self.name.starts_with("strictly")
    }
}

impl Order {
    /// Whether the order is not broken yet.
    pub fn is_alive(&self) -> bool {
        !self.broken
    }

    /// Bytes of memory held, about.
    pub fn memory(&self) -> usize {
        self.runs.capacity() * size_of::<Run>()
    }

    /// Take in the cells of a chunk, up to the first break of order.
    pub fn follow(&mut self, cells: &Cells<'_>, missing: &MissingTokens, notation: Notation) {
        let quick = !missing.has_digits();
        for (row, &span) in cells.spans.iter().enumerate() {
            let number = if quick && span.length <= 16 { plain::number(cells.word(span), span.length) } else { None };
            match number.filter(|number| number.decimals == 0) {
                Some(number) => self.add_whole(cells.chunk, number.whole()),
                None => self.add(cells.chunk, cells.get(row), missing, notation),
            }
            if self.broken {
                return;
            }
        }
    }

    #[inline]
    fn add_whole(&mut self, chunk: u64, whole: i64) {
        self.last_cell.clear();
        self.extend(chunk, Key(whole as f64, whole), false, true);
    }

    fn extend(&mut self, chunk: u64, key: Key, is_moment: bool, whole: bool) {
        if *self.moments.get_or_insert(is_moment) != is_moment {
            return self.give_up();
        }
        match self.runs.last_mut().filter(|run| run.chunk == chunk) {
            Some(run) => self.broken |= !run.extend(key, whole),
            None => self.runs.push(Run::new(chunk, key, whole)),
        }
        if self.broken {
            self.give_up();
        }
    }

    /// Take in the next cell of a chunk.
    pub fn add(&mut self, chunk: u64, cell: &[u8], missing: &MissingTokens, notation: Notation) {
        let same_chunk = self.runs.last().is_some_and(|run| run.chunk == chunk);
        if same_chunk && !cell.is_empty() && cell == self.last_cell {
            if let Some(run) = self.runs.last_mut() {
                self.broken |= !run.extend(run.last, run.whole);
            }
            return;
        }
        let (key, is_moment, whole) = match judge(trim(cell), missing, notation) {
            Value::Missing => return,
            Value::Number(number) if !matches!(number.form, Form::Code | Form::NotFinite) => {
                (Key(number.value, number.whole.unwrap_or(number.value as i64)), false, number.whole.is_some())
            }
            Value::Moment(moment) if moment.written.order != Parts::Numeric => {
                let micros = moment.day_first.unwrap_or(0);
                (Key(micros as f64, micros), true, true)
            }
            _ => return self.give_up(),
        };
        self.last_cell.clear();
        self.last_cell.extend_from_slice(cell);
        self.extend(chunk, key, is_moment, whole);
    }

    fn give_up(&mut self) {
        *self = Self { broken: true, ..Self::default() };
    }

    /// Add the order of another part.
    pub fn merge(&mut self, mut other: Self) {
        let mixed = self.moments.is_some() && other.moments.is_some() && self.moments != other.moments;
        if self.broken || other.broken || mixed {
            return self.give_up();
        }
        self.moments = self.moments.or(other.moments);
        self.runs.append(&mut other.runs);
    }

    /// The order of all parts together.
    pub fn finish(&self) -> Option<Ordering> {
        let mut runs = self.runs.clone();
        runs.sort_by_key(|run| run.chunk);
        let (first, rest) = runs.split_first()?;
        let mut whole = *first;
        for run in rest {
            if !whole.append(run) {
                return None;
            }
        }
        Some(whole.ordering())
    }
}

impl Run {
    fn new(chunk: u64, key: Key, whole: bool) -> Self {
        Self { chunk, first: key, last: key, rising: true, falling: true, strict: true, whole, step: Step::Unknown }
    }

    /// Take in the next key; false when the order is broken.
    fn extend(&mut self, key: Key, whole: bool) -> bool {
        self.rising &= key >= self.last;
        self.falling &= key <= self.last;
        self.strict &= key != self.last;
        self.whole &= whole;
        let difference = key.1.checked_sub(self.last.1);
        self.step = match (self.step, difference) {
            (Step::Unknown, Some(step)) => Step::One(step),
            (Step::One(known), Some(step)) if known == step => Step::One(known),
            _ => Step::Several,
        };
        self.last = key;
        self.rising || self.falling
    }

    fn append(&mut self, next: &Self) -> bool {
        let joined = self.extend(next.first, next.whole);
        self.rising &= next.rising;
        self.falling &= next.falling;
        self.strict &= next.strict;
        if next.step != Step::Unknown && next.step != self.step {
            self.step = Step::Several;
        }
        self.last = next.last;
        joined && (self.rising || self.falling)
    }

    fn ordering(&self) -> Ordering {
        let name = match (self.rising, self.falling, self.strict) {
            (true, true, _) => "constant",
            (true, _, true) => "strictly increasing",
            (true, _, false) => "increasing",
            (_, _, true) => "strictly decreasing",
            _ => "decreasing",
        };
        let step = match self.step {
            Step::One(step) if self.whole => Some(step),
            _ => None,
        };
        Ordering { name, step }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(chunks: &[&str]) -> Option<(&'static str, Option<i64>)> {
        let missing = MissingTokens::new(&[]);
        let mut parts = [Order::default(), Order::default()];
        for (number, chunk) in chunks.iter().enumerate() {
            chunk
                .split(' ')
                .for_each(|cell| parts[number % 2].add(number as u64, cell.as_bytes(), &missing, Notation::Point));
        }
        let [mut left, right] = parts;
        left.merge(right);
        left.finish().map(|found| (found.name, found.step))
    }

    #[test]
    fn orders_are_found_across_chunks() {
        assert_eq!(order(&["1 2 3", "4 5", "6"]), Some(("strictly increasing", Some(1))));
        assert_eq!(order(&["1 2 3", "5 6"]), Some(("strictly increasing", None)));
        assert_eq!(order(&["9 7", "5 3"]), Some(("strictly decreasing", Some(-2))));
        assert_eq!(order(&["1 1 2.5", "2.5 7"]), Some(("increasing", None)));
        assert_eq!(order(&["4", "4 4"]), Some(("constant", Some(0))));
        assert_eq!(order(&["2026-01-01 2026-01-02", "2026-02-01"]), Some(("strictly increasing", None)));
    }

    #[test]
    fn what_is_out_of_order_or_no_number_has_none() {
        assert_eq!(order(&["1 2", "1 3"]), None);
        assert_eq!(order(&["1 3 2"]), None);
        assert_eq!(order(&["1 x 2"]), None);
        assert_eq!(order(&["1 2", "2026-01-01"]), None);
    }
}
