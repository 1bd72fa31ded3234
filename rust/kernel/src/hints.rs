//! A look at the first rows, for what must be the same in every thread: where the middle of a column
//! is about, how its fractions are written, when tomorrow begins.

use crate::cell::{content, trim};
use crate::cutter::Chunk;
use crate::dates::{self, DAY};
use crate::numbers::{self, Notation, Number};
use crate::options::Format;
use crate::tally::Hints;
use crate::tokenize::Fields;
use crate::value::MissingTokens;

const LOOKED_AT_ROWS: usize = 1000;

/// Look at the first chunk.
pub fn find_hints(
    first: &Chunk,
    format: Format,
    columns: usize,
    today: Option<&str>,
    missing: &MissingTokens,
) -> Vec<Hints> {
    let tomorrow = tomorrow(today);
    let mut fields = Fields::default();
    fields.read(&first.text, first.quotes, format, columns);
    let mut scratch = Vec::new();
    let look = |column: usize| {
        let mut seen = Seen::default();
        for row in 0..fields.rows().min(LOOKED_AT_ROWS) {
            let cell = trim(content(fields.raw(&first.text, row, column), format, &mut scratch));
            if !missing.contains(cell) {
                seen.add(cell);
            }
        }
        Hints { tomorrow, ..seen.hints() }
    };
    (0..columns).map(look).collect()
}

/// Look at the first cells of a column.
pub fn hints_of<'a>(cells: impl Iterator<Item = &'a [u8]>, today: Option<&str>, missing: &MissingTokens) -> Hints {
    let mut seen = Seen::default();
    cells.take(LOOKED_AT_ROWS).map(trim).filter(|cell| !missing.contains(cell)).for_each(|cell| seen.add(cell));
    Hints { tomorrow: tomorrow(today), ..seen.hints() }
}

/// The first microsecond after today.
fn tomorrow(today: Option<&str>) -> Option<i64> {
    let today = today.and_then(|today| dates::parse(today.as_bytes())?.day_first);
    today.map(|today| today + DAY)
}

#[derive(Default)]
struct Seen {
    /// Finite numbers, as they are read with the point and with the comma.
    numbers: [Vec<f64>; 2],
    points: usize,
    commas: usize,
}

/// A cell as it is read with the point and with the comma.
fn readings(cell: &[u8]) -> [Option<Number>; 2] {
    [Notation::Point, Notation::Comma].map(|notation| numbers::parse(cell, notation))
}

/// A cell proves a notation when no other reads it; so does a fraction that means the same in both.
fn proof(readings: &[Option<Number>; 2]) -> Option<Notation> {
    match readings {
        [Some(point), Some(comma)] => (point.decimals > 0 && point.value == comma.value).then_some(Notation::Point),
        [Some(_), None] => Some(Notation::Point),
        [None, Some(_)] => Some(Notation::Comma),
        [None, None] => None,
    }
}

/// How many of the trimmed cells prove the point and how many the comma; nothing where no cell has a comma.
pub fn proofs<'a>(cells: impl Iterator<Item = (&'a [u8], u64)>) -> Option<(u64, u64)> {
    let (mut points, mut commas, mut any) = (0, 0, false);
    for (cell, count) in cells {
        any |= memchr::memchr(b',', cell).is_some();
        match proof(&readings(cell)) {
            Some(Notation::Point) => points += count,
            Some(Notation::Comma) => commas += count,
            None => {}
        }
    }
    any.then_some((points, commas))
}

impl Seen {
    fn add(&mut self, cell: &[u8]) {
        let readings = readings(cell);
        match proof(&readings) {
            Some(Notation::Point) => self.points += 1,
            Some(Notation::Comma) => self.commas += 1,
            None => {}
        }
        for (numbers, reading) in self.numbers.iter_mut().zip(readings) {
            numbers.extend(reading.filter(Number::is_finite).map(|number| number.value));
        }
    }

    fn hints(self) -> Hints {
        let [points, commas] = self.numbers;
        let (notation, mut numbers) =
            if self.commas > self.points { (Notation::Comma, commas) } else { (Notation::Point, points) };
        numbers.sort_by(f64::total_cmp);
        Hints { pivot: numbers.get(numbers.len() / 2).copied(), notation, ..Hints::default() }
    }
}
