//! The fast lane of a tally: many cells of a column at once, as long as they are numbers and days in
//! the usual shape. What they say is first gathered by sort, then added in loops without a choice.

use crate::cells::{Cells, Span};
use crate::numbers::Notation;
use crate::plain;
use crate::value::MissingTokens;

use super::{Sort, Tally};

/// Rows that are gathered before they are added: few enough for the nearest cache.
pub const ROWS: usize = 1024;
/// Signs, digits before the point (four bits), digits after it (five bits).
pub const SHAPES: usize = 2 << 9;
/// Longer decimals are read at leisure.
const LONGEST_DECIMAL: u32 = 24;

/// A day, and the seconds of a timestamp.
#[derive(Debug, Clone, Copy)]
pub struct Instant {
    /// The day.
    pub day: plain::Day,
    /// Hour, minute, second.
    pub clock: (u8, u8, u8),
}

/// What was gathered.
#[derive(Debug)]
pub struct Block {
    /// Integers.
    pub wholes: Vec<i64>,
    /// Decimals.
    pub fractions: Vec<f64>,
    /// The most digits after the point.
    pub decimals: u32,
    /// By leading digit; zeros come first.
    pub leads: [u32; 16],
    /// By sign, digits before the point and digits after it.
    pub shapes: Box<[u32; SHAPES]>,
    /// Days and timestamps.
    pub instants: Vec<Instant>,
    /// By how they are written: days, with a space before the time, with a T.
    pub joints: [u64; 3],
    /// Cells without a character.
    pub empty: u64,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            wholes: Vec::with_capacity(ROWS),
            fractions: Vec::with_capacity(ROWS),
            decimals: 0,
            leads: [0; 16],
            shapes: Box::new([0; SHAPES]),
            instants: Vec::with_capacity(ROWS),
            joints: [0; 3],
            empty: 0,
        }
    }
}

/// What the fast lane may take of a column.
#[derive(Debug, Clone, Copy)]
struct Lane {
    /// Whether a number or a day may stand for "missing".
    tokens: bool,
    /// Whether fractions follow a point.
    point: bool,
}

impl Block {
    /// Gather a cell; the sort that it is of, or none when it must be judged at leisure.
    #[inline]
    fn take(&mut self, cells: &Cells<'_>, span: Span, lane: Lane) -> Option<Sort> {
        let word = cells.word(span);
        if span.length <= 16
            && let Some(number) = plain::number(word, span.length)
        {
            return self.take_number(&number, lane);
        }
        if span.length == 10 || span.length == 19 {
            let found = self.take_instant(cells, span, word);
            if found.is_some() {
                return found;
            }
        }
        if (17..=LONGEST_DECIMAL).contains(&span.length) && lane.point {
            self.take_long(cells, span, word)
        } else {
            None
        }
    }

    /// Gather a decimal of so many digits that only the library rounds it right.
    #[inline]
    fn take_long(&mut self, cells: &Cells<'_>, span: Span, word: u128) -> Option<Sort> {
        let cell = cells.bytes(span);
        let number = plain::long_decimal(word, &cell[16..])?;
        let value = fast_float2::parse(cell).ok()?;
        self.count(&number);
        self.decimals = self.decimals.max(number.decimals);
        self.fractions.push(value);
        Some(Sort::Decimal)
    }

    #[inline]
    fn take_number(&mut self, number: &plain::Plain, lane: Lane) -> Option<Sort> {
        if number.front > 15 || number.decimals > 0 && !lane.point {
            return None;
        }
        self.count(number);
        if number.decimals == 0 {
            self.wholes.push(number.whole());
            return Some(Sort::Integer);
        }
        self.decimals = self.decimals.max(number.decimals);
        self.fractions.push(number.value());
        Some(Sort::Decimal)
    }

    #[inline]
    fn count(&mut self, number: &plain::Plain) {
        let digits = (number.front as usize & 15) << 5 | number.decimals as usize & 31;
        self.shapes[usize::from(number.negative) << 9 | digits] += 1;
        self.leads[usize::from(number.lead & 15)] += 1;
    }

    #[inline]
    fn take_instant(&mut self, cells: &Cells<'_>, span: Span, word: u128) -> Option<Sort> {
        let day = plain::day(word)?;
        if span.length == 10 {
            self.joints[0] += 1;
            self.instants.push(Instant { day, clock: (0, 0, 0) });
            return Some(Sort::Date);
        }
        let joint = (word >> 80) as u8;
        let time = Span { start: span.start + 11, length: 8 };
        let clock = plain::clock(cells.word(time) as u64).filter(|_| joint == b' ' || joint == b'T')?;
        self.joints[if joint == b' ' { 1 } else { 2 }] += 1;
        self.instants.push(Instant { day, clock });
        Some(Sort::Timestamp)
    }

    fn clear(&mut self) {
        self.wholes.clear();
        self.fractions.clear();
        self.instants.clear();
        self.shapes.fill(0);
        (self.decimals, self.leads, self.joints, self.empty) = (0, [0; 16], [0; 3], 0);
    }
}

impl Tally {
    /// Add all cells from row `from` on; `present` learns which of them are not missing.
    pub fn add_cells(
        &mut self,
        cells: &Cells<'_>,
        from: usize,
        block: &mut Block,
        missing: &MissingTokens,
        present: &mut Vec<bool>,
    ) {
        present.clear();
        let lane = Lane { tokens: missing.has_digits(), point: self.hints.notation == Notation::Point };
        for start in (from..cells.len()).step_by(ROWS) {
            let rows = start..cells.len().min(start + ROWS);
            block.clear();
            let open = self.examples.open(cells.place(start));
            for row in rows {
                present.push(self.add_quickly(cells, row, block, missing, (lane, open)));
            }
            self.add_block(block);
        }
    }

    /// Add one cell through the fast lane, if it may go there; false when it is missing.
    #[inline]
    fn add_quickly(
        &mut self,
        cells: &Cells<'_>,
        row: usize,
        block: &mut Block,
        missing: &MissingTokens,
        (lane, open): (Lane, [bool; super::SORTS]),
    ) -> bool {
        let span = cells.spans[row];
        if span.length == 0 {
            block.empty += 1;
            return false;
        }
        if lane.tokens && missing.contains(cells.get(row)) {
            return self.add(cells.get(row), 1, cells.place(row), missing);
        }
        let Some(sort) = block.take(cells, span, lane) else {
            return self.add(cells.get(row), 1, cells.place(row), missing);
        };
        if open[sort as usize] {
            self.examples.add(sort, cells.place(row), cells.get(row));
        }
        true
    }

    fn add_block(&mut self, block: &Block) {
        if block.empty > 0 {
            self.empty += block.empty;
            self.count_missing("", block.empty);
        }
        self.sorts[Sort::Integer as usize] += block.wholes.len() as u64;
        self.sorts[Sort::Decimal as usize] += block.fractions.len() as u64;
        self.sorts[Sort::Date as usize] += block.joints[0];
        self.sorts[Sort::Timestamp as usize] += block.joints[1] + block.joints[2];
        if !block.wholes.is_empty() || !block.fractions.is_empty() {
            self.plain_numbers().add_block(block);
            self.text.shapes.add_block(&block.shapes);
        }
        if !block.instants.is_empty() {
            self.certain_moments().add_block(&block.instants, block.joints);
            self.text.shapes.add_dates(block.joints);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::pad;
    use crate::exact_sum::ExactSum;
    use crate::grid::FineGrid;
    use crate::hash::mix;
    use crate::tally::Hints;

    /// Cells of every shape that the fast lane takes, and of some that it does not.
    fn texts() -> Vec<String> {
        let written = |n: u64| match n % 14 {
            0 => format!("{}", n % 100_000),
            1 => format!("-{}", n % 7),
            2 => format!("{}.{:02}", n % 1000, n % 100),
            3 => format!("-0.{:06}", n % 1_000_000),
            4 => format!("0.{:017}", n % 100_000_000_000_000_000),
            5 => format!("20{:02}-{:02}-{:02}", n % 30, n % 13, n % 32),
            6 => format!("1999-12-{:02} {:02}:{:02}:00", n % 31 + 1, n % 24, n % 60),
            7 => format!("1970-01-01T00:00:{:02}", n % 60),
            8 => String::new(),
            9 => format!("{:05}", n % 100),
            10 => format!("word {}", n % 10),
            11 => format!(" {} ", n % 50),
            12 => "9007199254740993".to_owned(),
            _ => format!("{}", n % 40_000_000_000),
        };
        (0..20_000).map(|n| written(mix(n) >> 8)).collect()
    }

    fn tallied(texts: &[String], quickly: bool) -> Tally {
        let missing = MissingTokens::new(&[String::new()]);
        let hints = Hints { pivot: Some(500.0), ..Hints::default() };
        let mut tally = Tally::new(hints);
        let (mut text, mut spans) = (Vec::new(), Vec::new());
        for cell in texts {
            spans.push(Span { start: text.len() as u32, length: cell.len() as u32 });
            text.extend_from_slice(cell.as_bytes());
        }
        pad(&mut text);
        let lines: Vec<u32> = (0..texts.len() as u32).collect();
        let cells = Cells { text: &text, spans: &spans, lines: &lines, chunk: 0 };
        let mut present = Vec::new();
        if quickly {
            tally.add_cells(&cells, 0, &mut Block::default(), &missing, &mut present);
        } else {
            present.extend((0..cells.len()).map(|row| tally.add(cells.get(row), 1, cells.place(row), &missing)));
        }
        assert_eq!(present, texts.iter().map(|text| !text.is_empty()).collect::<Vec<_>>());
        tally
    }

    /// Everything that the tally says of numbers.
    fn numbers(tally: &Tally) -> String {
        let found = tally.numbers[0].as_ref().unwrap();
        let counts = (found.count, found.integers, found.whole, found.zeros, found.negatives, found.first_digits);
        let sums = (found.whole_sum, found.other_sum.parts(), found.powers.sums.each_ref().map(ExactSum::parts));
        let ends = (found.min, found.max, found.whole_range, found.decimals);
        format!("{counts:?} {sums:?} {ends:?} {:?} {:?}", found.even.bins(64), found.fine.as_ref().map(FineGrid::bins))
    }

    #[test]
    fn the_fast_lane_says_what_cell_by_cell_says() {
        let texts = texts();
        let [quick, slow] = [true, false].map(|quickly| tallied(&texts, quickly));
        assert_eq!((quick.sorts, &quick.missing, quick.empty), (slow.sorts, &slow.missing, slow.empty));
        assert_eq!(numbers(&quick), numbers(&slow));
        let moments = |tally: &Tally| {
            let mut found = tally.moments[super::super::reading::CERTAIN].clone().unwrap();
            found.written.sort();
            format!("{found:?}")
        };
        assert_eq!(moments(&quick), moments(&slow));
        let patterns = |tally: &Tally| {
            let mut found: Vec<_> = tally.text.shapes.patterns().collect();
            found.sort();
            found
        };
        assert_eq!(patterns(&quick), patterns(&slow));
        assert_eq!(quick.text.facts(), slow.text.facts());
        for sort in 0..crate::tally::SORTS {
            assert_eq!(quick.examples.of(|each| each == sort), slow.examples.of(|each| each == sort));
        }
    }
}
