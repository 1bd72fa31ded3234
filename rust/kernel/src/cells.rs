//! The cells of one column in one chunk: one text, and where in it each cell stands.
//!
//! Whatever a table comes from, a column is read in this form: the cells of a CSV chunk lie in its text
//! between the delimiters, those of a record batch in a text that was written for them.

use crate::cell::content;
use crate::hash;
use crate::options::Format;

/// Bytes that may be read after the end of any cell, so that a short cell is one load.
pub const PADDING: usize = 16;

/// Where a cell stands in its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// Its bytes.
    pub length: u32,
}

impl Span {
    /// What lies from `start` to `end`; nothing when the end comes first.
    #[inline]
    pub fn between(start: u32, end: u32) -> Self {
        Self { start, length: end.saturating_sub(start) }
    }
}

/// The cells of a column, without their quotes.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// The text, with [`PADDING`] bytes after the last cell.
    pub text: &'a [u8],
    /// One for each row.
    pub spans: &'a [Span],
    /// The line of each row within the chunk, from 0.
    pub lines: &'a [u32],
    /// The chunk's number, in the upper half.
    pub chunk: u64,
}

impl<'a> Cells<'a> {
    /// Rows.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of a cell.
    #[inline]
    pub fn get(&self, row: usize) -> &'a [u8] {
        self.bytes(self.spans[row])
    }

    /// The bytes of a span.
    #[inline]
    pub fn bytes(&self, span: Span) -> &'a [u8] {
        let start = span.start as usize;
        &self.text[start..start + span.length as usize]
    }

    /// The first 16 bytes from a cell's start, as a little-endian number; those after its end are zero.
    #[inline]
    pub fn word(&self, span: Span) -> u128 {
        let bytes = self.text[span.start as usize..].first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes));
        if span.length >= 16 { bytes } else { bytes & ((1 << (8 * span.length)) - 1) }
    }

    /// The hash of a cell.
    #[inline]
    pub fn hash(&self, span: Span) -> u64 {
        let length = span.length as usize;
        if length <= PADDING {
            return hash::short(self.word(span), length);
        }
        hash::hash(self.bytes(span))
    }

    /// The chunk's number and the line of a row.
    #[inline]
    pub fn place(&self, row: usize) -> u64 {
        self.chunk | u64::from(self.lines[row])
    }
}

/// Make room to read after the last cell.
pub fn pad(text: &mut Vec<u8>) {
    text.resize(text.len() + PADDING, 0);
}

/// Take the quotes off raw fields that have none inside.
pub fn strip_quotes(text: &[u8], spans: &mut [Span], format: Format) {
    for span in spans.iter_mut().filter(|span| span.length > 1) {
        if Some(text[span.start as usize]) == format.quote {
            *span = Span { start: span.start + 1, length: span.length - 2 };
        }
    }
}

/// Take the quotes off raw fields. A field with quotes inside is written anew at the end of the text.
pub fn unquote(text: &mut Vec<u8>, spans: &mut [Span], format: Format, scratch: &mut Vec<u8>) {
    let Some(quote) = format.quote else { return };
    let before = text.len();
    for span in spans {
        let raw = &text[span.start as usize..(span.start + span.length) as usize];
        if raw.first() != Some(&quote) {
            continue;
        }
        scratch.clear();
        span.length = content(raw, format, scratch).len() as u32;
        if scratch.is_empty() {
            span.start += 1;
        } else {
            span.start = text.len() as u32;
            text.extend_from_slice(scratch);
        }
    }
    if text.len() > before {
        pad(text);
    }
}
