//! Where a table ends: notes below it, a second table, headers that come back.

use crate::columns::{Column, fit};
use crate::frame::{Frame, Head, Other};
use crate::split::Record;

/// Rows that a second table must have.
const MIN_ROWS: usize = 2;
const MOST_OTHERS: usize = 50;

/// Find repeated headers, further tables and the footer.
pub fn find_end(head: &Head<'_>, columns: &[Column], frame: &mut Frame) {
    let typed = columns.iter().filter(|column| column.group.is_some()).count();
    if frame.header.1 > 0 {
        let mut at = frame.first_row;
        while at < head.records.len() {
            if repeats_header(head, frame, at) {
                frame.repeated.push(head.line(at));
            } else if typed > 0 && starts_table(head, columns, at) {
                frame.end = frame.end.or(Some(at));
                frame.others.push(Other { line: head.line(at), columns: head.records[at].cells.len() });
                if frame.others.len() == MOST_OTHERS {
                    break;
                }
            }
            at += 1;
        }
    }
    if frame.end.is_none() && head.ended {
        let end = footer_start(head, columns, frame.first_row, head.records.len());
        frame.footer = (end..head.records.len())
            .filter(|&at| !head.records[at].is_blank(head.text))
            .map(|at| head.shown(at))
            .collect();
        if !frame.footer.is_empty() {
            frame.end = Some(end);
        }
    }
}

/// Whether a record says the same as the header, quotes aside.
fn repeats_header(head: &Head<'_>, frame: &Frame, at: usize) -> bool {
    let row = &head.records[at];
    let (first, rows) = frame.header;
    let same = |index: usize| {
        let header = &head.records[index];
        header.cells.len() == row.cells.len()
            && header.cells.iter().zip(&row.cells).all(|(&a, &b)| content(head, a) == content(head, b))
    };
    row.cells.len() > 1 && (first..first + rows).any(|index| index < head.records.len() && same(index))
}

fn content(head: &Head<'_>, cell: crate::split::Cell) -> Vec<u8> {
    crate::split::value(head.text, cell, head.rules).trim_ascii().to_vec()
}

/// Whether a record is the header of another table: words over other kinds, of another width, with
/// rows of that width below it; or after a blank line, words where the columns hold other kinds.
fn starts_table(head: &Head<'_>, columns: &[Column], at: usize) -> bool {
    let row = &head.records[at];
    let width = row.cells.len();
    if width < 2 || row.is_blank(head.text) {
        return false;
    }
    let below = |row: &&Record| row.cells.len() == width && !row.is_blank(head.text);
    let rows = head.records[at + 1..].iter().take(MIN_ROWS + 1).filter(below).count();
    let after_gap = at > 0 && head.records[at - 1].is_blank(head.text);
    let other = width != head.width;
    if rows < MIN_ROWS || !other && !after_gap {
        return false;
    }
    let found = fit(head.text, row, columns, head.rules);
    let words = found.typed == 0 && found.filled * 10 >= width.min(columns.len()) * 7;
    words && (found.clashes > 0 || other && has_types_below(head, at, width))
}

fn has_types_below(head: &Head<'_>, at: usize, width: usize) -> bool {
    let rows: Vec<&Record> = head.records[at + 1..].iter().take(20).filter(|row| row.cells.len() == width).collect();
    crate::columns::columns(head.text, &rows, width, head.rules).iter().any(|column| column.group.is_some())
}

/// Where the notes below a table start: lines of one cell, or nearly empty ones that do not fit the
/// columns. Blank lines among them belong to them.
pub fn footer_start(head: &Head<'_>, columns: &[Column], first: usize, end: usize) -> usize {
    let mut start = end;
    let mut at = end;
    while at > first && end - at < 50 {
        let row = &head.records[at - 1];
        if row.is_blank(head.text) {
            at -= 1;
            continue;
        }
        if !is_note(head, columns, row, first, at - 1) {
            break;
        }
        at -= 1;
        start = at;
    }
    start
}

fn is_note(head: &Head<'_>, columns: &[Column], row: &Record, first: usize, at: usize) -> bool {
    if head.width < 2 {
        return false;
    }
    let found = fit(head.text, row, columns, head.rules);
    let after_gap = at > first && head.records[at - 1].is_blank(head.text);
    let lone = row.cells.len() == 1;
    let sparse = found.filled <= 1 && head.width >= 3;
    let short = row.cells.len() * 2 < head.width;
    let unlike = found.fits == 0 && (found.clashes > 0 || after_gap || long_text(head, row));
    (lone && (head.width > 2 || after_gap || unlike) || sparse || short) && found.fits == 0 && (lone || unlike)
}

fn long_text(head: &Head<'_>, row: &Record) -> bool {
    row.cells.first().is_some_and(|&cell| memchr::memchr_iter(b' ', &content(head, cell)).count() >= 2)
}
