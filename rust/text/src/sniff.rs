//! Finding out how a file is to be read, from its head, samples and its tail.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use agensium_kernel::ScanError;
use serde::Serialize;

use crate::decode::Decoded;
use crate::encoding::{Charset, Found, by_mark, detect, mojibake};
use crate::fixed::{self, Fixed};
use crate::frame::{Frame, Head, Line, Other, frame};
use crate::guess::{Guess, guesses, records};
use crate::plan::{Plan, UNIT, Wishes};
use crate::prose;
use crate::sample::{Sample, sample};
use crate::split::Record;
use crate::tail;

const MOST_RECORDS: usize = 5000;
/// Rows at the end that are looked at for totals.
const LAST: usize = 3;
/// Another reading of at least this share of the best one's score is nearly as likely.
const CLOSE: f64 = 0.93;

/// Another way to read the file.
#[derive(Debug, Clone, Serialize)]
pub struct Rival {
    /// Its delimiter.
    pub delimiter: String,
    /// Its quote.
    pub quote: Option<char>,
    /// Its columns.
    pub columns: usize,
}

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// How to read the file again.
    pub plan: Plan,
    /// The encoding.
    pub encoding: Found,
    /// How the file is packed.
    pub packing: Option<crate::packed::Packing>,
    /// Members of the archive, where it has several.
    pub members: Vec<String>,
    /// How sure the dialect is, 0 to 1.
    pub confidence: f64,
    /// Share of records in the head with the usual number of fields.
    pub consistency: f64,
    /// Another reading that is nearly as likely.
    pub rival: Option<Rival>,
    /// Fields in quotes in the head.
    pub quoted: usize,
    /// Rows of the header.
    pub header_rows: usize,
    /// The line of the header, from 1.
    pub header_line: usize,
    /// Cells of the header record, when its number is not that of the columns.
    pub header_cells: usize,
    /// Cells of the header's last row as they stand.
    pub header_raw: Vec<String>,
    /// Why the header was taken for one, or not.
    pub header_why: &'static str,
    /// How sure that is.
    pub header_confidence: f64,
    /// Lines before the header.
    pub preamble: Vec<Line>,
    /// Lines after the table; line 0 where the number is not known.
    pub footer: Vec<Line>,
    /// Further tables.
    pub tables: Vec<Other>,
    /// Lines that repeat the header.
    pub repeated: Vec<usize>,
    /// Line ends in the head: LF, CRLF, CR.
    pub line_ends: [usize; 3],
    /// Whether the last line has an end; none if that was not seen.
    pub last_line_ends: Option<bool>,
    /// Zero bytes in the decoded head.
    pub zeros: usize,
    /// Text that was encoded twice: as it stands, and as it was meant.
    pub mojibake: Option<(String, String)>,
    /// The first rows, for a look at their values: line and cells.
    pub rows: Vec<(usize, Vec<String>)>,
    /// The last rows of the table, where its end was seen; line 0 where the number is not known.
    pub last: Vec<(usize, Vec<String>)>,
}

/// Find out how a file is to be read.
pub fn sniff(path: &Path, wishes: &Wishes) -> Result<Reading, ScanError> {
    if wishes.delimiter.as_deref() == Some("") {
        return Err(
            ScanError::new("invalid_params", "The delimiter is empty.").hint("Name the character, such as ','.")
        );
    }
    let sample = sample(path, wishes.member.as_deref(), wishes.limits.unwrap_or_default())?;
    if sample.head.is_empty() {
        return Err(empty());
    }
    let encoding = encoding(&sample, wishes)?;
    let text = decode(&sample.head, encoding.charset);
    let text = if encoding.mark > 0 { text.trim_start_matches('\u{feff}') } else { &text };
    let mut reading = read_text(text, encoding.charset, &sample, wishes)?;
    reading.plan.encoding = encoding.charset.name();
    if let Charset::Mixed(fallback) = encoding.charset {
        "utf-8".clone_into(&mut reading.plan.encoding);
        reading.plan.fallback = Some(fallback.name().into());
    }
    if encoding.mark > 0 && encoding.charset == Charset::Utf8 {
        reading.plan.end_text = reading.plan.end_text.map(|end| end + encoding.mark as u64);
    }
    reading.plan.member.clone_from(&sample.member);
    reading.encoding = encoding;
    Ok(reading)
}

fn empty() -> ScanError {
    ScanError::new("empty_file", "The file is empty.").hint("Send a file with a header line and rows under it.")
}

fn encoding(sample: &Sample, wishes: &Wishes) -> Result<Found, ScanError> {
    let Some(label) = &wishes.encoding else { return Ok(detect(&sample.head, &sample.others)) };
    let charset = Plan { encoding: label.clone(), ..Plan::default() }.charset()?;
    let mark = by_mark(&sample.head).filter(|found| found.charset == charset).map_or(0, |found| found.mark);
    Ok(Found { charset, name: charset.name(), mark, confidence: 1.0, how: "given" })
}

fn decode(bytes: &[u8], charset: Charset) -> String {
    let mut text = Vec::new();
    match Decoded::new(bytes, charset, Arc::new(AtomicU64::new(0))) {
        Ok(mut decoded) => drop(decoded.read_to_end(&mut text)),
        Err(bytes) => text.extend_from_slice(bytes),
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Judge a text; `sample` says whether it is the whole file.
fn read_text(text: &str, charset: Charset, sample: &Sample, wishes: &Wishes) -> Result<Reading, ScanError> {
    let zeros = memchr::memchr_iter(0, text.as_bytes()).count();
    let whole = without_cut_line(text, sample.ended);
    if whole.trim().is_empty() {
        return Err(empty());
    }
    let comment = match wishes.comment.as_deref() {
        Some("") => None,
        Some(mark) => Some(mark.to_owned()),
        None => prose::comment(whole).map(String::from),
    };
    let bytes = blanked(whole.as_bytes(), comment.as_deref(), wishes.skip_lines.unwrap_or(0));
    let found = choose(whole, &bytes, wishes);
    let (mut best, fixed, rival) = found;
    if wishes.delimiter.is_none() && fixed.is_none() && prose::is_prose(&bytes, &best) {
        return Err(ScanError::new("not_a_table", "The file is text without rows and columns.")
            .hint("If it is a table nevertheless, say how it is written with read.delimiter."));
    }
    let single = best.width <= 1 && fixed.is_none() && wishes.delimiter.is_none();
    if single {
        // Nothing cuts a single column: a delimiter that comes later is part of its text.
        best.width = 1;
        best.rules.delimiter = UNIT.into();
        best.rules.blanks = false;
    }
    let (records, width) = rows(&bytes, &best, fixed.as_ref(), sample.ended);
    let head = Head { text: &bytes, records: &records, rules: &best.rules, width, ended: sample.ended };
    let frame = frame(&head, wishes.header_rows);
    let mut reading = assemble(&head, &best, fixed.as_ref(), frame, comment);
    reading.plan.single = single;
    if single {
        reading.plan.delimiter = if best.rules.quote == Some(b',') { ";" } else { "," }.into();
    }
    reading.packing = sample.packing;
    reading.members.clone_from(&sample.members);
    reading.rival = rival;
    reading.zeros = zeros;
    reading.mojibake = mojibake(whole);
    reading.line_ends = line_ends(whole.as_bytes());
    let end = if sample.ended { text.as_bytes().last() } else { sample.tail.iter().rev().find(|&&byte| byte != 0) };
    reading.last_line_ends = end.map(|byte| matches!(byte, b'\n' | b'\r'));
    reading.plan.careful |= zeros > 0;
    if !sample.ended && reading.plan.end_text.is_none() {
        tail::footer(sample, &head, charset, &mut reading);
    }
    Ok(reading)
}

fn without_cut_line(text: &str, ended: bool) -> &str {
    let end = if ended { None } else { text.rfind(['\n', '\r']) };
    end.map_or(text, |end| &text[..=end])
}

/// The text with comments and skipped lines as blanks, so that places stay the same.
fn blanked(text: &[u8], comment: Option<&str>, skip: usize) -> Vec<u8> {
    let mut out = text.to_vec();
    let (mut at, mut line) = (0, 0);
    while at < out.len() {
        let end = crate::split::line_end(&out, at);
        if line < skip || comment.is_some_and(|mark| out[at..end].starts_with(mark.as_bytes())) {
            out[at..end].fill(b' ');
        }
        at = crate::split::after_line_end(&out, end).max(at + 1);
        line += 1;
    }
    out
}

/// The best reading, columns of fixed width if they fit better, and a rival that is nearly as likely.
fn choose(text: &str, bytes: &[u8], wishes: &Wishes) -> (Guess, Option<Fixed>, Option<Rival>) {
    let delimiter = wishes.delimiter.as_deref().map(str::as_bytes);
    let quote = wishes.quote.as_deref().map(|quote| quote.bytes().next());
    let escape = wishes.escape.as_deref().and_then(|escape| escape.bytes().next());
    let mut found = guesses(bytes, delimiter, quote, escape);
    if found.is_empty() {
        let quote = quote.unwrap_or(Some(b'"'));
        let usual = if quote == Some(b',') { b';' } else { b',' };
        let rules = crate::split::Rules::new(delimiter.map_or(usual, |bytes| bytes[0]), quote);
        found.push(Guess { rules, width: 1, score: 0.0, consistency: 1.0, quoted: 0, strays: 0 });
    }
    let best = found.remove(0);
    let weak = best.quoted == 0 && (best.width < 2 || best.rules.delimiter == b" " || best.consistency < 0.8);
    let fixed =
        if weak && delimiter.is_none() { fixed::find(text).filter(|fixed| fixed.score > best.score) } else { None };
    if fixed.is_some() {
        return (best, fixed, None);
    }
    let near = found
        .into_iter()
        .find(|other| other.score >= best.score * CLOSE && other.width > 1 && cuts_differently(bytes, &best, other));
    let rival = near.filter(|_| best.width > 1 && delimiter.is_none()).map(|other| Rival {
        delimiter: String::from_utf8_lossy(&other.rules.delimiter).into_owned(),
        quote: other.rules.quote.map(char::from),
        columns: other.width,
    });
    (best, None, rival)
}

fn cuts_differently(text: &[u8], best: &Guess, other: &Guess) -> bool {
    if best.rules.delimiter != other.rules.delimiter || best.width != other.width {
        return true;
    }
    let cells = |guess: &Guess| -> Vec<Vec<(usize, usize)>> {
        let cut = |record: Record| record.cells.iter().map(|cell| (cell.start, cell.end)).collect();
        records(text, &guess.rules, Some(guess.width), true, 200).into_iter().map(cut).collect()
    };
    best.rules.quote.is_some() && other.rules.quote.is_some() && cells(best) != cells(other)
}

fn rows(text: &[u8], best: &Guess, fixed: Option<&Fixed>, ended: bool) -> (Vec<Record>, usize) {
    let Some(fixed) = fixed else {
        return (records(text, &best.rules, Some(best.width), ended, MOST_RECORDS), best.width);
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() && found.len() < MOST_RECORDS {
        let mut record = Record::default();
        let end = crate::split::line_end(text, at);
        fixed::cells(text, at, end, &fixed.starts, &mut record);
        (record.start, record.end, record.next) = (at, end, crate::split::after_line_end(text, end));
        let ruler = text[at..end].iter().all(|byte| matches!(byte, b'-' | b'=' | b' ' | b'+'));
        at = record.next.max(at + 1);
        if !ruler {
            found.push(record);
        }
    }
    (found, fixed.starts.len())
}

fn line_ends(text: &[u8]) -> [usize; 3] {
    let crlf = memchr::memmem::find_iter(text, b"\r\n").count();
    let count = |byte| memchr::memchr_iter(byte, text).count();
    [count(b'\n') - crlf, crlf, count(b'\r') - crlf]
}

fn assemble(head: &Head<'_>, best: &Guess, fixed: Option<&Fixed>, frame: Frame, comment: Option<String>) -> Reading {
    let first = head.records.get(frame.first_row);
    let skip = first.map_or_else(
        || crate::split::line_breaks(head.text) + usize::from(!head.text.ends_with(b"\n")),
        |_| head.line(frame.first_row) - 1,
    );
    let crooked =
        head.records.iter().skip(frame.first_row).any(|row| row.strays > 0 || row.inner || row.loose || row.open);
    let cells = |row: &Record| {
        row.cells
            .iter()
            .map(|&cell| String::from_utf8_lossy(&crate::split::value(head.text, cell, head.rules)).into_owned())
            .collect::<Vec<_>>()
    };
    let header = head.records.get(frame.header.0);
    let repeated = (!frame.repeated.is_empty())
        .then(|| header.map(|row| cells(row).iter().map(|cell| cell.trim().to_owned()).collect()))
        .flatten();
    let end = frame.end.and_then(|end| head.records.get(end)).map(|record| record.start as u64);
    let rules = &best.rules;
    let shown = head
        .records
        .iter()
        .enumerate()
        .skip(frame.first_row)
        .take(frame.end.unwrap_or(usize::MAX).saturating_sub(frame.first_row).min(looked_at(head.width)));
    let rows: Vec<(usize, Vec<String>)> =
        shown.filter(|(_, row)| !row.is_blank(head.text)).map(|(at, row)| (head.line(at), cells(row))).collect();
    let header_raw = (frame.header.1 > 0)
        .then(|| head.records.get(frame.header.0 + frame.header.1 - 1).map(&cells))
        .flatten()
        .unwrap_or_default();
    let last =
        if head.ended { last_rows(head, frame.first_row, frame.end.unwrap_or(head.records.len())) } else { Vec::new() };
    let plan = Plan {
        delimiter: if let Some(fixed) = fixed {
            if fixed.words { " ".into() } else { String::new() }
        } else {
            String::from_utf8_lossy(&rules.delimiter).into_owned()
        },
        quote: if fixed.is_some_and(|fixed| !fixed.words) { None } else { rules.quote.map(char::from) },
        escape: rules.escape.map(char::from),
        blanks: rules.blanks && fixed.is_none(),
        starts: fixed.map(|fixed| fixed.starts.clone()).unwrap_or_default(),
        names: frame.names,
        width: head.width,
        skip_lines: skip as u64,
        end_text: end,
        careful: crooked && rules.quote.is_some(),
        comment,
        repeated,
        ..Plan::default()
    };
    Reading {
        plan,
        encoding: Found { charset: Charset::Utf8, name: String::new(), mark: 0, confidence: 1.0, how: "" },
        packing: None,
        members: Vec::new(),
        confidence: confidence(best, fixed),
        consistency: best.consistency,
        rival: None,
        quoted: best.quoted,
        header_rows: frame.header.1,
        header_line: head.line(frame.header.0),
        header_cells: header.map_or(0, |row| row.cells.len()),
        header_raw,
        header_why: frame.why,
        header_confidence: frame.confidence,
        preamble: frame.preamble,
        footer: frame.footer,
        tables: frame.others,
        repeated: frame.repeated,
        line_ends: [0; 3],
        last_line_ends: None,
        zeros: 0,
        mojibake: None,
        rows,
        last,
    }
}

/// How many rows are handed on for a look at their values: fewer of wide tables.
fn looked_at(width: usize) -> usize {
    (30_000 / width.max(1)).clamp(5, 300)
}

/// The last rows before `end`.
pub fn last_rows(head: &Head<'_>, first: usize, end: usize) -> Vec<(usize, Vec<String>)> {
    let full =
        (first..end.min(head.records.len())).rev().filter(|&at| !head.records[at].is_blank(head.text)).take(LAST);
    let cells = |at: usize| {
        head.records[at]
            .cells
            .iter()
            .map(|&cell| String::from_utf8_lossy(&crate::split::value(head.text, cell, head.rules)).into_owned())
    };
    full.map(|at| (head.line(at), cells(at).collect())).collect()
}

/// A score as a probability, roughly: a whole table of plain cells scores about 0.9.
fn confidence(best: &Guess, fixed: Option<&Fixed>) -> f64 {
    let score = fixed.map_or_else(|| best.score.min(best.consistency), |fixed| fixed.score);
    let scaled = if best.width < 2 && fixed.is_none() { score / 0.42 } else { score / 0.75 };
    scaled.clamp(0.05, 0.99)
}
