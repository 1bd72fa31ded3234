//! Reads records with care: what a quote means is told by what stands after it.
//!
//! A quote opens a field at its start only, and closes it only before a delimiter or a line end; any
//! other quote is a character. A record that comes out crooked is looked at again line by line.

use std::borrow::Cow;

use memchr::{memchr2, memchr3};

/// A field with more stray quotes than this is none: it keeps hostile text from being read many times.
const MOST_STRAYS: usize = 100;

/// How fields are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Between fields; one character or several.
    pub delimiter: Vec<u8>,
    /// Around fields.
    pub quote: Option<u8>,
    /// Before a quote that is a character.
    pub escape: Option<u8>,
    /// Whether blanks after a delimiter are no part of the value.
    pub blanks: bool,
}

impl Rules {
    /// A delimiter of one byte and double quotes.
    pub fn new(delimiter: u8, quote: Option<u8>) -> Self {
        Self { delimiter: vec![delimiter], quote, escape: None, blanks: false }
    }
}

/// Where a field's content stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The first byte of the content, after an opening quote.
    pub start: usize,
    /// After the last byte, before a closing quote.
    pub end: usize,
    /// Whether quotes stand around it.
    pub quoted: bool,
}

/// What to take otherwise when a record is read again.
#[derive(Debug, Clone, Copy, Default)]
struct Doubt {
    /// A quote that is a character.
    literal: Option<usize>,
    /// Whether the second of two quotes before a delimiter ends the field.
    pairs: bool,
}

/// One record.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Its fields.
    pub cells: Vec<Cell>,
    /// Where it starts.
    pub start: usize,
    /// Where it ends, without its line end.
    pub end: usize,
    /// Where the next one starts.
    pub next: usize,
    /// Line breaks inside quoted fields.
    pub breaks: usize,
    /// Quotes that stand where none may.
    pub strays: usize,
    /// Whether a quote stands inside a field without quotes around it.
    pub inner: bool,
    /// Whether blanks stand between a closing quote and the delimiter.
    pub loose: bool,
    /// Whether the text ends inside a quoted field.
    pub open: bool,
}

impl Record {
    /// Whether nothing stands on the line.
    pub fn is_blank(&self, text: &[u8]) -> bool {
        text[self.start..self.end].iter().all(|&byte| matches!(byte, b' ' | b'\t' | 0))
    }
}

/// The content of a cell, quotes taken out.
pub fn value<'a>(text: &'a [u8], cell: Cell, rules: &Rules) -> Cow<'a, [u8]> {
    let raw = &text[cell.start..cell.end];
    let (Some(quote), true) = (rules.quote, cell.quoted) else { return Cow::Borrowed(raw) };
    if memchr2(quote, rules.escape.unwrap_or(quote), raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let doubled = raw[at] == quote && raw.get(at + 1) == Some(&quote);
        let escaped = Some(raw[at]) == rules.escape && raw.get(at + 1).is_some();
        at += usize::from(doubled || escaped);
        out.push(raw[at]);
        at += 1;
    }
    Cow::Owned(out)
}

/// Read the record at `at`; with `expected` fields in mind, a crooked one is looked at again.
pub fn read(text: &[u8], at: usize, rules: &Rules, expected: Option<usize>, record: &mut Record) {
    parse(text, at, text.len(), rules, Doubt::default(), record);
    let Some(expected) = expected else { return };
    if record.strays == 0 && !record.open && (record.cells.len() == expected || record.breaks == 0 && !record.inner) {
        return;
    }
    if record.cells.len() == expected && record.breaks == 0 && !record.open {
        return;
    }
    let crooked = record.strays > 0 || record.open;
    if let Some(better) = again(text, at, rules, expected, crooked) {
        *record = better;
    }
}

/// Read the line alone, one or more of its opening quotes taken as characters.
fn again(text: &[u8], at: usize, rules: &Rules, expected: usize, crooked: bool) -> Option<Record> {
    let end = line_end(text, at);
    let mut first = Record::default();
    parse(text, at, end, rules, Doubt::default(), &mut first);
    if first.cells.len() == expected {
        return Some(first);
    }
    let quoted = first.cells.iter().filter(|cell| cell.quoted).take(40);
    let literal = quoted.map(|cell| Doubt { literal: Some(cell.start - 1), pairs: false });
    let doubts: Vec<Doubt> = std::iter::once(Doubt { literal: None, pairs: true }).chain(literal).collect();
    for doubt in doubts {
        let mut other = Record::default();
        parse(text, at, end, rules, doubt, &mut other);
        if other.cells.len() == expected {
            other.strays = other.strays.max(1);
            return Some(other);
        }
    }
    crooked.then_some(first)
}

/// Read a record that ends before `limit`.
fn parse(text: &[u8], at: usize, limit: usize, rules: &Rules, doubt: Doubt, record: &mut Record) {
    record.cells.clear();
    (record.start, record.breaks, record.strays) = (at, 0, 0);
    (record.inner, record.loose, record.open) = (false, false, false);
    let mut from = at;
    loop {
        let opening = if rules.blanks { after_blanks(text, from, limit) } else { from };
        let quoted = opening < limit && Some(text[opening]) == rules.quote && doubt.literal != Some(opening);
        let closed = if quoted { quoted_end(text, opening + 1, limit, rules, doubt, record) } else { None };
        let after = if let Some((end, after)) = closed {
            record.cells.push(Cell { start: opening + 1, end, quoted: true });
            record.breaks += line_breaks(&text[opening..end]);
            after
        } else {
            if quoted {
                record.strays += 1;
                record.open |= limit == text.len();
            }
            let end = plain_end(text, from, limit, &rules.delimiter);
            let start = if rules.blanks { opening.min(end) } else { from };
            record.inner |= rules.quote.is_some_and(|quote| text[start..end].contains(&quote));
            record.cells.push(Cell { start, end, quoted: false });
            end
        };
        if starts(text, after, limit, &rules.delimiter) {
            from = after + rules.delimiter.len();
            continue;
        }
        record.end = after;
        record.next = after_line_end(text, after);
        return;
    }
}

/// The end of a quoted field's content and where the field ends; none if it is never closed.
fn quoted_end(
    text: &[u8],
    mut at: usize,
    limit: usize,
    rules: &Rules,
    doubt: Doubt,
    record: &mut Record,
) -> Option<(usize, usize)> {
    let quote = rules.quote?;
    let mut strays = 0;
    loop {
        let found = at + memchr2(quote, rules.escape.unwrap_or(quote), text.get(at..limit)?)?;
        if text[found] != quote || found + 1 < limit && text[found + 1] == quote {
            if doubt.pairs && text[found] == quote && found > at && ends(text, found + 2, limit, &rules.delimiter) {
                record.strays += strays + 1;
                return Some((found + 1, found + 2));
            }
            at = found + 2;
            continue;
        }
        let after = after_blanks(text, found + 1, limit);
        if ends(text, found + 1, limit, &rules.delimiter) {
            record.strays += strays;
            return Some((found, found + 1));
        }
        if ends(text, after, limit, &rules.delimiter) {
            record.strays += strays;
            record.loose = true;
            return Some((found, after));
        }
        strays += 1;
        if strays > MOST_STRAYS {
            return None;
        }
        at = found + 1;
    }
}

fn ends(text: &[u8], at: usize, limit: usize, delimiter: &[u8]) -> bool {
    at >= limit || matches!(text[at], b'\n' | b'\r') || starts(text, at, limit, delimiter)
}

fn starts(text: &[u8], at: usize, limit: usize, delimiter: &[u8]) -> bool {
    at < limit && !delimiter.is_empty() && text[at..limit].starts_with(delimiter)
}

fn plain_end(text: &[u8], mut at: usize, limit: usize, delimiter: &[u8]) -> usize {
    let first = delimiter.first().copied().unwrap_or(b'\n');
    while let Some(found) = memchr3(first, b'\n', b'\r', &text[at..limit]) {
        at += found;
        if matches!(text[at], b'\n' | b'\r') || text[at..limit].starts_with(delimiter) {
            return at;
        }
        at += 1;
    }
    limit
}

fn after_blanks(text: &[u8], at: usize, limit: usize) -> usize {
    at + text[at..limit].iter().take_while(|&&byte| byte == b' ').count()
}

/// Where the line at `at` ends.
pub fn line_end(text: &[u8], at: usize) -> usize {
    memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |found| at + found)
}

/// Where the next line starts, when a line ends at `at`.
pub fn after_line_end(text: &[u8], at: usize) -> usize {
    match (text.get(at), text.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(_), _) => at + 1,
        (None, _) => at,
    }
}

/// Line ends of any sort.
pub fn line_breaks(text: &[u8]) -> usize {
    let lone = |at: usize| text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
    memchr::memchr2_iter(b'\n', b'\r', text).filter(|&at| text[at] == b'\n' || lone(at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, expected: usize) -> (Vec<String>, usize) {
        let rules = Rules::new(b',', Some(b'"'));
        let mut record = Record::default();
        read(text.as_bytes(), 0, &rules, Some(expected), &mut record);
        let cells = record.cells.iter().map(|&cell| value(text.as_bytes(), cell, &rules));
        (cells.map(|cell| String::from_utf8_lossy(&cell).into_owned()).collect(), record.next)
    }

    #[test]
    fn whole_quotes_are_read_as_ever() {
        let text = "\"a,\"\"\n\",b,\"c\" \r\nx";
        assert_eq!(cells(text, 3), (vec!["a,\"\n".into(), "b".into(), "c".into()], text.len() - 1));
    }

    #[test]
    fn a_quote_too_many_is_a_character() {
        for (text, expected) in [
            ("\"1,2,\"x, y\",z\n", ["\"1", "2", "x, y", "z"]),
            ("1,\"\"x\",2,3\n", ["1", "\"x", "2", "3"]),
            ("1,\"5\" x, y\",2,3\n", ["1", "5\" x, y", "2", "3"]),
            ("1,2,3,\"\n5,\"6\",7,8\n", ["1", "2", "3", "\""]),
        ] {
            assert_eq!(cells(text, 4).0, expected, "{text:?}");
        }
    }

    #[test]
    fn a_blank_before_a_quote_may_be_skipped() {
        let rules = Rules { blanks: true, ..Rules::new(b',', Some(b'"')) };
        let mut record = Record::default();
        let text = b"a, \"b, c\", d\n";
        read(text, 0, &rules, None, &mut record);
        assert_eq!(
            record.cells.iter().map(|&cell| value(text, cell, &rules)).collect::<Vec<_>>(),
            [&b"a"[..], b"b, c", b"d"]
        );
    }
}
