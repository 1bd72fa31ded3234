//! A look at the first rows, for what must be the same in every thread: where the middle of a column
//! is about, how its fractions are written, when tomorrow begins.

use crate::cell::{content, trim};
use crate::cutter::Chunk;
use crate::dates::{self, DAY};
use crate::numbers::{self, Form, Notation};
use crate::options::Format;
use crate::tally::Hints;
use crate::tokenize::Fields;

const LOOKED_AT_ROWS: usize = 1000;

/// Look at the first chunk.
pub fn find_hints(first: &Chunk, format: Format, columns: usize, today: Option<&str>) -> Vec<Hints> {
    let today = today.and_then(|today| dates::parse(today.as_bytes())?.day_first);
    let tomorrow = today.map(|today| today + DAY);
    let mut fields = Fields::default();
    fields.read(&first.text, first.quotes, format, columns);
    let rows = fields.rows().min(LOOKED_AT_ROWS);
    let mut scratch = Vec::new();
    let look = |column: usize| {
        let mut seen = Seen::default();
        for row in 0..rows {
            seen.add(trim(content(fields.raw(&first.text, row, column), format, &mut scratch)));
        }
        Hints { tomorrow, ..seen.hints() }
    };
    (0..columns).map(look).collect()
}

#[derive(Default)]
struct Seen {
    numbers: Vec<f64>,
    commas: usize,
    points: usize,
}

impl Seen {
    fn add(&mut self, cell: &[u8]) {
        let point = numbers::parse(cell, Notation::Point);
        if let Some(number) = point.filter(|number| number.value.is_finite()) {
            self.numbers.push(number.value);
            self.points += usize::from(number.form == Form::Decimal && number.decimals != 3);
        } else if let Some(number) = numbers::parse(cell, Notation::Comma) {
            self.numbers.push(number.value);
            self.commas += 1;
        }
    }

    fn hints(mut self) -> Hints {
        self.numbers.sort_by(f64::total_cmp);
        Hints {
            pivot: self.numbers.get(self.numbers.len() / 2).copied().unwrap_or(0.0),
            tomorrow: None,
            fine: true,
            notation: if self.commas > self.points { Notation::Comma } else { Notation::Point },
        }
    }
}
