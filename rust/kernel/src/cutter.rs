//! Cuts a byte stream into chunks that end where a record ends.
//!
//! Only this part is sequential, and it must be exact: whether a line break ends a record depends
//! on every quote before it. It jumps from quote to quote and keeps the same rules as the tokenizer:
//! a quote opens a field only right at its start, and a doubled (or escaped) quote does not close it.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use std::io::{Cursor, Read};

use fearless_simd::{Level, Simd, dispatch};
use memchr::memrchr2;

use crate::blocks::{BYTES, padded, positions};
use crate::error::ScanError;
use crate::options::Format;

/// A piece of the file: whole records.
#[derive(Debug, Default)]
pub struct Chunk {
    /// From 0, in file order.
    pub index: u32,
    /// Where the text starts in the file.
    pub offset: u64,
    /// Records with their line ends.
    pub text: Vec<u8>,
    /// Whether any field may be quoted.
    pub quotes: bool,
    /// Whether the file ends inside a quoted field (in the last chunk).
    pub unclosed: bool,
}

/// Hands out chunks one after another.
pub struct Cutter<R> {
    input: R,
    /// What was read from `input` and not yet cut.
    front: Cursor<Vec<u8>>,
    format: Format,
    carry: Vec<u8>,
    target: usize,
    max_record: usize,
    next: u32,
    offset: u64,
    ended: bool,
    /// Quoted fields of the text that is cut.
    spans: Vec<(usize, usize)>,
}

/// How far a text can be cut.
struct Walk {
    end: Option<usize>,
    quotes: bool,
    open: bool,
}

impl<R: Read> Cutter<R> {
    /// `head` is what was already read from `input`; its first byte is at `offset`.
    pub fn new(input: R, head: Vec<u8>, offset: u64, format: Format, target: usize, max_record: usize) -> Self {
        let (front, target) = (Cursor::new(head), target.max(1));
        let (carry, spans) = (Vec::new(), Vec::new());
        Self { input, front, format, carry, target, max_record, next: 0, offset, ended: false, spans }
    }

    /// Change the size of the chunks to come.
    pub fn set_target(&mut self, target: usize) {
        self.target = target.max(1);
    }

    /// Take the first chunk back, to cut it again.
    pub fn put_back(&mut self, chunk: Chunk) {
        let mut text = chunk.text;
        text.append(&mut self.carry);
        let rest = std::mem::take(&mut self.front);
        text.extend_from_slice(&rest.get_ref()[rest.position() as usize..]);
        (self.front, self.offset, self.next) = (Cursor::new(text), chunk.offset, chunk.index);
        self.ended = false;
    }

    /// Fill `chunk` with the next records; false at the end of the file.
    pub fn next(&mut self, chunk: &mut Chunk) -> Result<bool, ScanError> {
        chunk.text.clear();
        chunk.text.append(&mut self.carry);
        let mut wanted = self.target;
        loop {
            self.fill(&mut chunk.text, wanted)?;
            let walk = walk(&chunk.text, self.format, self.ended, &mut self.spans);
            if let Some(end) = walk.end {
                return Ok(self.hand_out(chunk, end, &walk));
            }
            if chunk.text.is_empty() {
                return Ok(false);
            }
            wanted = (chunk.text.len().max(self.target) * 2).min(self.max_record.max(self.target));
            if chunk.text.len() >= self.max_record {
                return Err(self.too_long(walk.open));
            }
        }
    }

    fn hand_out(&mut self, chunk: &mut Chunk, end: usize, walk: &Walk) -> bool {
        self.carry.extend_from_slice(&chunk.text[end..]);
        chunk.text.truncate(end);
        chunk.index = self.next;
        chunk.offset = self.offset;
        chunk.quotes = walk.quotes;
        chunk.unclosed = walk.open;
        self.next += 1;
        self.offset += end as u64;
        end > 0
    }

    fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> Result<(), ScanError> {
        while !self.ended && text.len() < wanted {
            let missing = (wanted - text.len()) as u64;
            if self.front.by_ref().chain(&mut self.input).take(missing).read_to_end(text)? == 0 {
                self.ended = true;
            }
        }
        Ok(())
    }

    fn too_long(&self, open: bool) -> ScanError {
        let cap = self.max_record >> 20;
        let what = if open { "A quoted field" } else { "A record" };
        ScanError::new(
            "cell_too_large",
            format!("{what} that starts after byte {} is longer than {cap} MiB.", self.offset),
        )
        .hint("Check the quote character and the line ends, or give the job more memory.")
    }
}

fn walk(text: &[u8], format: Format, ended: bool, spans: &mut Vec<(usize, usize)>) -> Walk {
    let Some(quote) = format.quote else {
        let end = if ended { (!text.is_empty()).then_some(text.len()) } else { last_line_end(text, text.len()) };
        return Walk { end, quotes: false, open: false };
    };
    spans.clear();
    let mut walker = Walker { text, format, quote, ended, spans, open: None, past: 0, quotes: false };
    dispatch!(Level::new(), simd => walker.run(simd));
    let Walker { open, quotes, .. } = walker;
    let end = if ended { (!text.is_empty()).then_some(text.len()) } else { cut_outside(text, spans, open) };
    Walk { end, quotes, open: open.is_some() && (ended || end.is_none()) }
}

/// The way from quote to quote.
struct Walker<'a> {
    text: &'a [u8],
    format: Format,
    quote: u8,
    ended: bool,
    /// Where the quoted fields so far start and close.
    spans: &'a mut Vec<(usize, usize)>,
    /// Where the field starts that is not closed yet.
    open: Option<usize>,
    /// What comes before is escaped.
    past: usize,
    quotes: bool,
}

impl Walker<'_> {
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S) {
        let (whole, rest) = self.text.as_chunks();
        for (number, block) in whole.iter().enumerate() {
            self.step(simd, block, number * BYTES);
        }
        // No quote is the zero that follows the end.
        self.step(simd, &padded(rest).0, whole.len() * BYTES);
    }

    #[inline(always)]
    fn step<S: Simd>(&mut self, simd: S, block: &[u8; BYTES], base: usize) {
        let mut marks = positions(simd, block, self.quote);
        if let Some(escape) = self.format.escape {
            marks |= positions(simd, block, escape);
        }
        while marks != 0 {
            let at = base + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            if at >= self.past {
                self.pass(at);
            }
        }
    }

    /// A quote or an escape that is not escaped itself.
    #[inline]
    fn pass(&mut self, at: usize) {
        let is_quote = self.text[at] == self.quote;
        match self.open {
            None if is_quote => {
                self.quotes = true;
                self.open = starts_field(self.text, at, self.format.delimiter).then_some(at);
            }
            None => {}
            Some(start) if is_quote => match self.text.get(at + 1) {
                Some(&next) if next == self.quote => self.past = at + 2,
                // What comes next decides, and is not there yet.
                None if !self.ended => {}
                _ => {
                    self.spans.push((start, at));
                    self.open = None;
                }
            },
            Some(_) => self.past = at + 2,
        }
    }
}

#[inline]
fn starts_field(text: &[u8], at: usize, delimiter: u8) -> bool {
    at == 0 || matches!(text[at - 1], b'\n' | b'\r') || text[at - 1] == delimiter
}

/// The end of the last record that ends before `open` and outside all `spans`.
fn cut_outside(text: &[u8], spans: &[(usize, usize)], open: Option<usize>) -> Option<usize> {
    let mut limit = open.unwrap_or(text.len());
    for &(start, close) in spans.iter().rev() {
        if let Some(end) = last_line_end(&text[close + 1..limit], text.len() - close - 1) {
            return Some(close + 1 + end);
        }
        limit = start;
    }
    last_line_end(&text[..limit], text.len())
}

/// Where the line after the last line break starts. A CR as the very last byte of the text may be
/// half of a CRLF, so it does not count; `whole` is the length of the text from the slice's start.
fn last_line_end(slice: &[u8], whole: usize) -> Option<usize> {
    let mut limit = slice.len();
    if limit == whole && slice.last() == Some(&b'\r') {
        limit -= 1;
    }
    memrchr2(b'\n', b'\r', &slice[..limit]).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, target: usize) -> Vec<String> {
        let format = Format { delimiter: b',', quote: Some(b'"'), escape: None };
        let mut cutter = Cutter::new(text.as_bytes(), Vec::new(), 0, format, target, 1 << 20);
        let mut chunk = Chunk::default();
        let mut found = Vec::new();
        while cutter.next(&mut chunk).unwrap() {
            found.push(String::from_utf8(chunk.text.clone()).unwrap());
        }
        found
    }

    #[test]
    fn chunks_end_at_record_ends_for_every_size() {
        let text = "a,\"b\nc\"\n\"d\"\"\n\",e\r\n5\" pipe,\"x\"\r\n\"\n\n\",\"\"\nlast,\"q,\n\"";
        let records = ["a,\"b\nc\"\n", "\"d\"\"\n\",e\r\n", "5\" pipe,\"x\"\r\n", "\"\n\n\",\"\"\n", "last,\"q,\n\""];
        let ends: Vec<usize> = records
            .iter()
            .scan(0, |at, r| {
                *at += r.len();
                Some(*at)
            })
            .collect();
        for target in 1..text.len() + 2 {
            let chunks = cut(text, target);
            assert_eq!(chunks.concat(), text);
            let mut at = 0;
            for chunk in chunks {
                at += chunk.len();
                assert!(ends.contains(&at), "size {target}: cut at {at}");
            }
        }
    }

    #[test]
    fn a_carriage_return_ends_a_record_and_is_never_split_from_its_line_feed() {
        for target in 1..12 {
            assert!(cut("a\r\nb\rc\r\nd", target).iter().all(|chunk| !chunk.starts_with('\n')));
        }
    }

    #[test]
    fn a_record_over_the_cap_is_an_error() {
        let format = Format { delimiter: b',', quote: Some(b'"'), escape: None };
        let text = format!("\"{}", "x\n".repeat(1 << 20));
        let mut cutter = Cutter::new(text.as_bytes(), Vec::new(), 0, format, 4096, 1 << 20);
        assert_eq!(cutter.next(&mut Chunk::default()).unwrap_err().code, "cell_too_large");
    }
}
