//! Rows that are crooked, written anew for the kernel, line for line: every line that goes in comes out
//! as one line, so that numbers of lines stay true.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use agensium_kernel::ScanError;
use serde::Serialize;

use crate::fixed;
use crate::plan::Plan;
use crate::split::{Record, Rules, after_line_end, line_breaks, line_end, read, value};

const BLOCK: usize = 256 << 10;
const KEPT: usize = 10;
const SHOWN_CHARS: usize = 200;

/// A line and what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From 1.
    pub line: u64,
    /// The line as it stands, shortened.
    pub text: String,
}

/// How often something was done, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// How often.
    pub count: u64,
    /// The first places.
    pub first: Vec<Place>,
}

impl Done {
    fn add(&mut self, line: u64, text: &[u8]) {
        self.count += 1;
        if self.first.len() < KEPT {
            let text = String::from_utf8_lossy(text).chars().take(SHOWN_CHARS).collect();
            self.first.push(Place { line, text });
        }
    }
}

/// What was mended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Rows with quotes where none may stand.
    pub quotes: Done,
    /// Lines that are comments.
    pub comments: Done,
    /// Lines that repeat the header.
    pub headers: Done,
    /// Zero bytes that were taken out.
    pub zeros: u64,
}

/// Hands out mended text.
pub struct Mended<R> {
    inner: R,
    plan: Plan,
    rules: Rules,
    skip: u64,
    line: u64,
    text: Vec<u8>,
    at: usize,
    out: Vec<u8>,
    given: usize,
    ended: bool,
    cell_bytes: usize,
    record: Record,
    log: Arc<Mutex<Log>>,
}

impl<R: Read> Mended<R> {
    /// Mend what `inner` hands out; what was done goes to `log`.
    pub fn new(inner: R, plan: &Plan, cell_bytes: usize, log: Arc<Mutex<Log>>) -> Result<Self, ScanError> {
        let rules = plan.rules()?;
        Ok(Self {
            inner,
            rules,
            skip: plan.skip_lines,
            plan: plan.clone(),
            line: 1,
            text: Vec::new(),
            at: 0,
            out: Vec::new(),
            given: 0,
            ended: false,
            cell_bytes,
            record: Record::default(),
            log,
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !(self.ended && self.at == self.text.len()) {
            let wanted = (self.text.len() - self.at).max(BLOCK / 2) * 2;
            self.take(wanted)?;
            let before = self.at;
            while self.at < self.text.len() && self.out.len() < BLOCK && self.one() {}
            if self.at == before && !self.ended && self.text.len() - self.at > self.cell_bytes {
                return Err(io::Error::other(self.too_large()));
            }
        }
        Ok(())
    }

    fn take(&mut self, wanted: usize) -> io::Result<()> {
        self.text.drain(..self.at);
        self.at = 0;
        while !self.ended && self.text.len() < wanted {
            let start = self.text.len();
            let missing = (wanted - start) as u64;
            self.ended = self.inner.by_ref().take(missing).read_to_end(&mut self.text)? == 0;
            if memchr::memchr(0, &self.text[start..]).is_some() {
                let before = self.text.len();
                let mut kept = self.text.split_off(start);
                kept.retain(|&byte| byte != 0);
                self.text.append(&mut kept);
                self.log().zeros += (before - self.text.len()) as u64;
            }
        }
        Ok(())
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn too_large(&self) -> ScanError {
        let message = format!("The row on line {} is longer than {} MiB.", self.line, self.cell_bytes >> 20);
        ScanError::new("cell_too_large", message).hint("Check the quote character and the line ends.")
    }

    /// Pass one record on; false when more text is needed first.
    fn one(&mut self) -> bool {
        let end = line_end(&self.text, self.at);
        let next = after_line_end(&self.text, end);
        if next == self.text.len() && !self.ended {
            return false;
        }
        if self.line <= self.skip {
            self.copy(next);
            return true;
        }
        if self.is_comment(end) {
            self.log().comments.add(self.line, &self.text[self.at..end]);
            self.drop_line(end, next);
            return true;
        }
        if self.plan.starts.is_empty() { self.delimited() } else { self.fixed(end, next) }
    }

    fn is_comment(&self, end: usize) -> bool {
        let line = &self.text[self.at..end];
        self.plan.comment.as_ref().is_some_and(|mark| line.starts_with(mark.as_bytes()))
    }

    fn fixed(&mut self, end: usize, next: usize) -> bool {
        let line = &self.text[self.at..end];
        if line.trim_ascii().is_empty() || line.iter().all(|byte| matches!(byte, b'-' | b'=' | b' ' | b'+')) {
            self.drop_line(end, next);
            return true;
        }
        let mut record = std::mem::take(&mut self.record);
        fixed::cells(&self.text, self.at, end, &self.plan.starts, &mut record);
        (record.start, record.end, record.next) = (self.at, end, next);
        self.write(&record);
        self.record = record;
        true
    }

    fn delimited(&mut self) -> bool {
        let mut record = std::mem::take(&mut self.record);
        let expected = (self.plan.width > 0).then_some(self.plan.width);
        read(&self.text, self.at, &self.rules, expected, &mut record);
        let cut = record.next == self.text.len() && !self.ended;
        let whole = !cut || self.text.len() - self.at > self.cell_bytes / 2;
        if whole {
            self.pass(&record);
        }
        self.record = record;
        whole
    }

    fn pass(&mut self, record: &Record) {
        if self.repeats_header(record) {
            self.log().headers.add(self.line, &self.text[record.start..record.end]);
            self.drop_line(record.end, record.next);
            return;
        }
        if record.strays > 0 {
            self.log().quotes.add(self.line, &self.text[record.start..record.end]);
        }
        let crooked = record.strays > 0 || record.inner || record.loose || record.open;
        if crooked || self.plan.rewrites() && !record.is_blank(&self.text) {
            self.write(record);
        } else {
            self.copy(record.next);
        }
    }

    fn repeats_header(&self, record: &Record) -> bool {
        let Some(header) = &self.plan.repeated else { return false };
        header.len() == record.cells.len()
            && header
                .iter()
                .zip(&record.cells)
                .all(|(name, &cell)| value(&self.text, cell, &self.rules).trim_ascii() == name.as_bytes())
    }

    /// A blank line takes the place of a line that is no row; the kernel skips it.
    fn drop_line(&mut self, end: usize, next: usize) {
        if self.plan.width != 1 {
            self.out.extend_from_slice(&self.text[end..next]);
        }
        self.advance(next);
    }

    fn copy(&mut self, next: usize) {
        self.out.extend_from_slice(&self.text[self.at..next]);
        self.advance(next);
    }

    fn write(&mut self, record: &Record) {
        let delimiter = self.plan.given_delimiter().as_bytes()[0];
        let quote = self.plan.given_quote().and_then(|c| u8::try_from(c).ok());
        let escape = if self.plan.rewrites() { None } else { self.rules.escape };
        for (number, &cell) in record.cells.iter().enumerate() {
            if number > 0 {
                self.out.push(delimiter);
            }
            let content = value(&self.text, cell, &self.rules);
            let special = |byte: &u8| *byte == delimiter || Some(*byte) == quote || matches!(byte, b'\n' | b'\r');
            match quote {
                Some(quote) if content.iter().any(special) => enclosed(&content, quote, escape, &mut self.out),
                _ => self.out.extend_from_slice(&content),
            }
        }
        self.out.extend_from_slice(&self.text[record.end..record.next]);
        self.advance(record.next);
    }

    fn advance(&mut self, next: usize) {
        self.line += line_breaks(&self.text[self.at..next]) as u64;
        self.at = next;
    }
}

/// In quotes, with quotes doubled and escapes escaped.
fn enclosed(content: &[u8], quote: u8, escape: Option<u8>, out: &mut Vec<u8>) {
    out.push(quote);
    for &byte in content {
        if byte == quote {
            out.push(quote);
        } else if Some(byte) == escape {
            out.push(byte);
        }
        out.push(byte);
    }
    out.push(quote);
}

impl<R: Read> Read for Mended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.fill()?;
        }
        let length = buffer.len().min(self.out.len() - self.given);
        buffer[..length].copy_from_slice(&self.out[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, plan: &Plan) -> (String, Log) {
        let log = Arc::new(Mutex::new(Log::default()));
        let mut out = String::new();
        Mended::new(text.as_bytes(), plan, 1 << 20, log.clone()).unwrap().read_to_string(&mut out).unwrap();
        let log = log.lock().unwrap().clone();
        (out, log)
    }

    fn plan(delimiter: &str, width: usize) -> Plan {
        Plan { delimiter: delimiter.into(), quote: Some('"'), width, careful: true, ..Plan::default() }
    }

    #[test]
    fn crooked_rows_are_written_anew_and_told() {
        let (out, log) = mended("a,b,c\n1,\"x\",2\n\"1,\"x, y\",2\n1,\"\n3,\"4\",5\n", &plan(",", 3));
        assert_eq!(out, "a,b,c\n1,\"x\",2\n\"\"\"1\",\"x, y\",2\n1,\"\"\"\"\n3,\"4\",5\n");
        assert_eq!(log.quotes.first.iter().map(|place| place.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn long_delimiters_become_single_ones() {
        let (out, _) = mended("a||b\n1||\"x||y\"\n\n3||4", &plan("||", 2));
        assert_eq!(out, "a\u{1f}b\n1\u{1f}x||y\n\n3\u{1f}4");
    }

    #[test]
    fn comments_and_headers_that_come_back_leave_blank_lines() {
        let told = Plan {
            comment: Some("#".into()),
            repeated: Some(vec!["a".into(), "b".into()]),
            skip_lines: 1,
            ..plan(",", 2)
        };
        let (out, log) = mended("a,b\n# \"x\n1,2\na,b\n3,4\n", &told);
        assert_eq!(out, "a,b\n\n1,2\n\n3,4\n");
        assert_eq!((log.comments.count, log.headers.count), (1, 1));
    }

    #[test]
    fn zeros_are_taken_out() {
        let (out, log) = mended("a,b\n1\0,2\n", &plan(",", 2));
        assert_eq!((out.as_str(), log.zeros), ("a,b\n1,2\n", 1));
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_nothing() {
        let text = format!("1,\"2\n{}", "3,4\n".repeat(400_000));
        let (out, log) = mended(&text, &plan(",", 2));
        assert_eq!(out.lines().count(), 400_001);
        assert_eq!(log.quotes.count, 1);
    }
}
