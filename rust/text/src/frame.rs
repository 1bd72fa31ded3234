//! Where the table stands in the text: what is before it, its header, further tables, what is after.

use std::collections::HashSet;

use serde::Serialize;

use crate::columns::{Column, Fit, columns, fit};
use crate::split::{Record, Rules, line_breaks, value};

const MOST_HEADER_ROWS: usize = 5;
const SHOWN_CHARS: usize = 200;

/// A line that is no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// From 1.
    pub line: usize,
    /// What stands there, shortened.
    pub text: String,
}

/// Another table in the same text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Other {
    /// The line of its header, from 1.
    pub line: usize,
    /// Its columns.
    pub columns: usize,
}

/// How the text is framed.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Lines before the header.
    pub preamble: Vec<Line>,
    /// The records that name the columns: index of the first, and how many.
    pub header: (usize, usize),
    /// Why it is taken for a header, or why there is none.
    pub why: &'static str,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Names of the columns, where there is a header.
    pub names: Vec<String>,
    /// Index of the first row.
    pub first_row: usize,
    /// Index after the last row of the table, if it ends before the text does.
    pub end: Option<usize>,
    /// Lines after the table.
    pub footer: Vec<Line>,
    /// Tables that follow.
    pub others: Vec<Other>,
    /// Lines that repeat the header.
    pub repeated: Vec<usize>,
}

/// The head of a text as records.
pub struct Head<'a> {
    /// The text.
    pub text: &'a [u8],
    /// Its records.
    pub records: &'a [Record],
    /// How fields are written.
    pub rules: &'a Rules,
    /// Fields of most records.
    pub width: usize,
    /// Whether the text ends with the last record.
    pub ended: bool,
}

impl Head<'_> {
    fn filled(&self, row: &Record) -> usize {
        row.cells.iter().filter(|&&cell| !self.is_empty(cell)).count()
    }

    fn cell(&self, cell: crate::split::Cell) -> String {
        String::from_utf8_lossy(&value(self.text, cell, self.rules)).trim().to_owned()
    }

    fn is_empty(&self, cell: crate::split::Cell) -> bool {
        // Most cells show at once that they are not.
        let shows = |byte: &u8| byte.is_ascii_graphic() && Some(*byte) != self.rules.quote;
        !self.text[cell.start..cell.end].iter().any(shows) && self.cell(cell).is_empty()
    }

    fn cells(&self, row: &Record) -> Vec<String> {
        row.cells.iter().map(|&cell| self.cell(cell)).collect()
    }

    /// The line of a record, from 1.
    pub fn line(&self, index: usize) -> usize {
        let start = self.records.get(index).map_or(self.text.len(), |record| record.start);
        line_breaks(&self.text[..start]) + 1
    }

    /// A record as a line for people.
    pub fn shown(&self, index: usize) -> Line {
        let record = &self.records[index];
        let text = String::from_utf8_lossy(&self.text[record.start..record.end]);
        Line { line: self.line(index), text: text.chars().take(SHOWN_CHARS).collect() }
    }

    /// Whether a record has too little in it for a row: a title, a note, a blank line.
    fn is_sparse(&self, row: &Record) -> bool {
        let filled = self.filled(row);
        if self.width < 2 {
            return filled == 0;
        }
        let least = if self.width >= 4 { 2 } else { 1 };
        filled < least || row.cells.len() == 1 || row.cells.len() * 2 < self.width && filled * 3 < self.width
    }
}

/// Find the frame. `header` fixes how many records name the columns.
pub fn frame(head: &Head<'_>, header: Option<usize>) -> Frame {
    let full: Vec<&Record> =
        head.records.iter().filter(|row| row.cells.len() == head.width && !head.is_sparse(row)).collect();
    let below = if full.len() > 2 { &full[1..] } else { &full[..] };
    let columns = columns(head.text, below, head.width, head.rules);
    let start = head.records.iter().position(|row| !head.is_sparse(row)).unwrap_or(0);
    let mut frame = Frame::default();
    match header {
        Some(rows) => given(head, start, rows, &mut frame),
        None => detect(head, start, &columns, &mut frame),
    }
    frame.preamble = (0..frame.header.0.min(frame.first_row))
        .filter(|&at| !head.records[at].is_blank(head.text))
        .map(|at| head.shown(at))
        .collect();
    frame.names = names(head, frame.header);
    crate::ending::find_end(head, &columns, &mut frame);
    frame
}

fn given(head: &Head<'_>, start: usize, rows: usize, frame: &mut Frame) {
    frame.header = (start, rows);
    frame.first_row = (start + rows).min(head.records.len());
    (frame.why, frame.confidence) = ("given", 1.0);
}

fn detect(head: &Head<'_>, start: usize, columns: &[Column], frame: &mut Frame) {
    let fits: Vec<Fit> =
        head.records.iter().skip(start).take(40).map(|row| fit(head.text, row, columns, head.rules)).collect();
    let typed = columns.iter().filter(|column| column.group.is_some()).count();
    let data =
        fits.iter().zip(&head.records[start..]).position(|(fit, row)| is_data(fit, typed) && !head.is_sparse(row));
    let Some(data) = data.filter(|&at| at > 0 || typed > 0) else {
        return by_words(head, start, columns, frame);
    };
    let (mut top, bottom) = (data, data);
    while top > 0 && bottom - top < MOST_HEADER_ROWS && may_name(head, start + top - 1, start + top == start + bottom) {
        top -= 1;
    }
    // Only rows that are needed to tell columns apart, or that clash with what is below, are headers.
    if bottom > top + 1 {
        top = top.max(needed(head, start, top, bottom, &fits));
    }
    frame.header = (start + top, bottom - top);
    frame.first_row = start + bottom;
    let rows = bottom - top;
    let clashes: usize = fits[top..bottom].iter().map(|fit| fit.clashes).sum();
    (frame.why, frame.confidence) = match (rows, clashes) {
        (0, _) => ("the first row is like the rows below it", if fits[data].fits > 1 { 0.95 } else { 0.8 }),
        (_, 0) => ("the first row is unlike the rows below it", 0.75),
        (_, clashes) => ("words stand over numbers, dates or addresses", 1.0 - 0.3 / (clashes as f64 + 1.0)),
    };
}

/// Rows of which more cells fit their column than clash with it.
fn is_data(fit: &Fit, typed: usize) -> bool {
    if typed > 0 && fit.fits + fit.clashes > 0 {
        return fit.fits > fit.clashes || fit.fits == fit.clashes && fit.shaped >= fit.unshaped;
    }
    if typed == 0 && fit.shaped + fit.unshaped > 0 {
        return fit.shaped > fit.unshaped;
    }
    typed == 0 && fit.typed > 0
}

/// Whether a record can name columns: wide enough, and words in most of its cells.
fn may_name(head: &Head<'_>, index: usize, lowest: bool) -> bool {
    let row = &head.records[index];
    let (filled, width) = (head.filled(row), head.width);
    let wide = row.cells.len() * 10 >= width * if lowest { 5 } else { 6 };
    let enough = if lowest { filled * 10 >= width * 3 } else { filled * 4 >= width && filled >= 2 };
    wide && enough && filled > 0 && (lowest || row.cells.len() + 1 >= width)
}

/// The first of several header rows that belongs to the header: it repeats the one below it, names
/// groups of columns (some cells empty, some names below repeated), or holds units below names.
fn needed(head: &Head<'_>, start: usize, top: usize, bottom: usize, fits: &[Fit]) -> usize {
    let mut first = bottom - 1;
    while first > top {
        let (upper, lower) = (head.cells(&head.records[start + first - 1]), head.cells(&head.records[start + first]));
        let full = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count() * 10 >= head.width * 8;
        let mut seen = HashSet::new();
        let repeats = lower.iter().any(|name| !name.is_empty() && !seen.insert(name));
        let gaps = lower.iter().any(String::is_empty);
        let words = fits[first - 1].typed == 0;
        if upper == lower || full(&upper) && words || repeats || gaps {
            first -= 1;
        } else {
            break;
        }
    }
    first
}

/// A table of words: the first full row is a header unless its cells come back below it.
fn by_words(head: &Head<'_>, start: usize, columns: &[Column], frame: &mut Frame) {
    let Some(row) = head.records.get(start) else { return };
    let names = head.cells(row);
    let again =
        names.iter().enumerate().filter(|(at, name)| !name.is_empty() && comes_back(head, start, *at, name)).count();
    let mut seen: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let filled = seen.len();
    seen.sort();
    seen.dedup();
    let typed = fit(head.text, row, columns, head.rules).typed;
    let whole = filled * 2 >= head.width && seen.len() == filled;
    let is_header = again == 0 && typed == 0 && whole || head.records.len() <= start + 1 && typed == 0;
    frame.header = (start, usize::from(is_header));
    frame.first_row = start + usize::from(is_header);
    (frame.why, frame.confidence) = match (is_header, again) {
        (true, _) => ("the first row holds words that differ, and none comes back below", 0.7),
        (false, 0) => ("the first row holds numbers, gaps or the same word twice", 0.7),
        (false, _) => ("values of the first row come back below it", 0.8),
    };
}

fn comes_back(head: &Head<'_>, start: usize, column: usize, name: &str) -> bool {
    let below = head.records.iter().skip(start + 1).take(500);
    below.filter_map(|row| row.cells.get(column)).any(|&cell| head.cell(cell) == name)
}

/// Names of the columns: rows of the header joined by a blank, names of groups carried on.
fn names(head: &Head<'_>, (first, rows): (usize, usize)) -> Vec<String> {
    if rows == 0 {
        return Vec::new();
    }
    let mut names = vec![String::new(); head.width];
    for (level, index) in (first..(first + rows).min(head.records.len())).enumerate() {
        let cells = squeezed(head.cells(&head.records[index]), head.width);
        let mut carried = String::new();
        for (at, name) in names.iter_mut().enumerate() {
            let cell = cells.get(at).cloned().unwrap_or_default();
            let group = level + 1 < rows;
            carried = if cell.is_empty() && group { carried } else { cell };
            if !carried.is_empty() {
                *name = if name.is_empty() { carried.clone() } else { format!("{name} {carried}") };
            }
        }
    }
    names
}

/// A header with more cells than the rows have: empty ones are dropped until it fits.
fn squeezed(mut cells: Vec<String>, width: usize) -> Vec<String> {
    while cells.len() > width {
        match cells.iter().rposition(String::is_empty) {
            Some(at) => drop(cells.remove(at)),
            None => return cells,
        }
    }
    cells
}
