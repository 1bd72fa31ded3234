//! Text in columns of fixed width: places where every line has a blank.

use crate::atoms::{Group, classify};
use crate::split::{Cell, Record};

const LINES: usize = 500;
const MIN_LINES: usize = 4;
/// Lines that may have something where the others have a blank: titles, notes, long values.
const EXCEPTIONS: f64 = 0.02;
/// Share of lines in which a column should have something.
const FILLED: f64 = 0.6;

/// Columns of fixed width, by the character that each starts with.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// The first character of each column, from 0.
    pub starts: Vec<usize>,
    /// Whether no value has a blank in it: the columns are words with blanks between them.
    pub words: bool,
    /// How well it fits, on the scale of the dialects' scores.
    pub score: f64,
}

/// Find columns of fixed width.
pub fn find(text: &str) -> Option<Fixed> {
    let lines: Vec<Vec<char>> =
        text.lines().filter(|line| !line.trim().is_empty()).take(LINES).map(|line| line.chars().collect()).collect();
    let rulers = |line: &Vec<char>| line.iter().all(|c| matches!(c, '-' | '=' | ' ' | '+'));
    let lines: Vec<Vec<char>> = lines.into_iter().filter(|line| !rulers(line)).collect();
    if lines.len() < MIN_LINES || lines.iter().any(|line| line.contains(&'\t')) {
        return None;
    }
    // Padding shows: without two blanks in a row anywhere, borders would be chance.
    let padded = |line: &&Vec<char>| line.windows(3).any(|three| three[0] == ' ' && three[1] == ' ' && three[2] != ' ');
    if lines.iter().filter(padded).count() * 2 < lines.len() {
        return None;
    }
    let starts = under_header(&lines, starts(&lines));
    if starts.len() < 2 {
        return None;
    }
    let words =
        lines.iter().all(|line| line.split(|c| *c == ' ').filter(|word| !word.is_empty()).count() <= starts.len());
    Some(Fixed { score: score(&lines, &starts), words, starts })
}

/// Where text starts again after a place that is blank in all lines.
fn starts(lines: &[Vec<char>]) -> Vec<usize> {
    let width = lines.iter().map(Vec::len).max().unwrap_or(0).min(4000);
    let allowed = (lines.len() as f64 * EXCEPTIONS) as usize;
    let blank: Vec<bool> = (0..width)
        .map(|at| lines.iter().filter(|line| line.get(at).is_some_and(|c| *c != ' ')).count() <= allowed)
        .collect();
    let long: Vec<bool> =
        (0..width).map(|at| lines.iter().filter(|line| line.len() > at).count() * 10 >= lines.len() * 3).collect();
    let mut found: Vec<usize> = Vec::new();
    for at in 0..width {
        if !blank[at] && (at == 0 || blank[at - 1]) && long[at] {
            found.push(at);
        }
    }
    let filled = |start: usize, end: usize| {
        let text = |line: &&Vec<char>| line.iter().take(end).skip(start).any(|c| *c != ' ');
        lines.iter().filter(text).count() as f64 / lines.len() as f64
    };
    let ends = found.iter().skip(1).copied().chain([width]);
    let shares: Vec<f64> = found.iter().copied().zip(ends).map(|(start, end)| filled(start, end)).collect();
    // A gap in a few names is no border: most columns are filled in most lines.
    if shares.iter().filter(|share| **share >= FILLED).count() * 10 < shares.len() * 7 {
        return Vec::new();
    }
    if let Some(first) = found.first_mut() {
        *first = 0;
    }
    found
}

/// Let borders go by the first line, if it is words: one that cuts a name moves to where the name starts, if nothing
/// is in the way; and a single blank makes no column where there is no name.
fn under_header(lines: &[Vec<char>], mut starts: Vec<usize>) -> Vec<usize> {
    let Some((header, rows)) = lines.split_first() else { return starts };
    if header.iter().any(char::is_ascii_digit) {
        return starts;
    }
    let name_at = |at: usize| header.get(at).is_some_and(|c| *c != ' ');
    let clear = |from: usize, to: usize| rows.iter().all(|row| row.iter().take(to).skip(from).all(|c| *c == ' '));
    for start in starts.iter_mut().skip(1) {
        let name = (0..*start).rev().take_while(|&at| name_at(at)).last();
        *start = name.filter(|&name| name_at(*start) && clear(name, *start)).unwrap_or(*start);
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([usize::MAX]).collect();
    let named = |start: usize, end: usize| header.iter().take(end).skip(start).any(|c| *c != ' ');
    let near = |start: usize| {
        let close = |row: &&Vec<char>| start > 1 && row.get(start - 2).is_some_and(|c| *c != ' ');
        rows.iter().filter(close).count() * 2 > rows.len()
    };
    let spans: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
    let kept = spans.into_iter().filter(|&(start, end)| start == 0 || named(start, end) || !near(start));
    kept.map(|(start, _)| start).collect()
}

fn score(lines: &[Vec<char>], starts: &[usize]) -> f64 {
    let (mut told, mut cells, mut alike) = (0.0, 0usize, 0.0);
    for (column, &start) in starts.iter().enumerate() {
        let end = starts.get(column + 1).copied();
        let mut groups = [0usize; 4];
        for line in lines {
            let cell: String = line.iter().skip(start).take(end.map_or(usize::MAX, |end| end - start)).collect();
            let atom = classify(cell.as_bytes(), false);
            told += atom.weight();
            cells += 1;
            match atom.group() {
                Group::None => {}
                Group::Number => groups[0] += 1,
                Group::Moment => groups[1] += 1,
                Group::Address => groups[2] += 1,
                Group::Text => groups[3] += 1,
            }
        }
        let total: usize = groups.iter().sum();
        alike += groups.into_iter().max().unwrap_or(0) as f64 / total.max(1) as f64;
    }
    let width = starts.len() as f64;
    let evidence = 1.0 - 1.0 / lines.len() as f64;
    (told / cells.max(1) as f64) * (0.5 + 0.5 * alike / width) * (1.0 - 0.5 / width) * evidence
}

/// Cut a line into its columns, blanks at both ends taken off.
pub fn cells(text: &[u8], start: usize, end: usize, starts: &[usize], record: &mut Record) {
    record.cells.clear();
    let line = &text[start..end];
    let mut chars = 0;
    let mut next = 1;
    let mut from = 0;
    for (at, byte) in line.iter().enumerate() {
        if byte & 0xc0 == 0x80 {
            continue;
        }
        if starts.get(next) == Some(&chars) {
            record.cells.push(trimmed(text, start + from, start + at));
            from = at;
            next += 1;
        }
        chars += 1;
    }
    record.cells.push(trimmed(text, start + from, end));
    while record.cells.len() < starts.len() {
        record.cells.push(Cell { start: end, end, quoted: false });
    }
}

fn trimmed(text: &[u8], start: usize, end: usize) -> Cell {
    let cell = &text[start..end];
    let lead = cell.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let tail = cell[lead..].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    Cell { start: start + lead, end: end - tail, quoted: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name      age  city\nAnna      30   Wien\nBjörn     4    Köln am Rhein\nCarl Otto 100  Bern\nDora           Graz\n";

    #[test]
    fn columns_are_where_no_line_has_text() {
        assert_eq!(find(TEXT).unwrap().starts, [0, 10, 15]);
        assert_eq!(find("one two three\nfour five six seven\na b c d\nwhat is this then\n"), None);
    }

    #[test]
    fn names_hold_columns_together() {
        let row = |n: usize| format!("{n:<6}{:<15}{:>6} x\n", format!("Name {n}"), n * 7);
        let text: String = "ID    NAME           AMOUNT C\n".to_owned() + &(1..60).map(row).collect::<String>();
        assert_eq!(find(&text).unwrap().starts, [0, 6, 21, 28]);
    }

    #[test]
    fn lines_are_cut_by_characters() {
        let mut record = Record::default();
        let line = "Björn     4    Köln am Rhein";
        cells(line.as_bytes(), 0, line.len(), &[0, 10, 15], &mut record);
        let found: Vec<&str> = record.cells.iter().map(|cell| &line[cell.start..cell.end]).collect();
        assert_eq!(found, ["Björn", "4", "Köln am Rhein"]);
    }
}
