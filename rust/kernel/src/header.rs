//! What stands before the rows: byte order mark, skipped lines, the names of the columns.

use std::collections::HashSet;
use std::io::Read;

use memchr::memchr_iter;

use crate::cell::{content, is_blank, shown, trim};
use crate::cutter::Chunk;
use crate::error::ScanError;
use crate::options::{Format, Options};
use crate::tokenize::Fields;

/// More columns than this are taken for a misread file.
pub const MAX_COLUMNS: usize = 200_000;
const HEAD_BYTES: u64 = 64 << 10;
/// Longer names are cut.
pub const MAX_NAME_CHARS: usize = 200;

/// The start of a file.
#[derive(Debug, Default)]
pub struct Prelude {
    /// Bytes that were read and belong to the table.
    pub head: Vec<u8>,
    /// Where they start in the file.
    pub offset: u64,
    /// Lines before them.
    pub lines: u64,
    /// Whether the file starts with a byte order mark.
    pub byte_order_mark: bool,
}

/// Read past the byte order mark, the skipped lines and blank lines.
pub fn read_prelude(input: &mut impl Read, skip_lines: u64) -> Result<Prelude, ScanError> {
    let mut prelude = Prelude::default();
    let mut more = input.by_ref().take(HEAD_BYTES).read_to_end(&mut prelude.head)? > 0;
    if prelude.head.starts_with(b"\xef\xbb\xbf") {
        prelude.byte_order_mark = true;
        prelude.drop_front(3);
    }
    loop {
        while let Some(length) = first_line(&prelude.head, !more) {
            let blank = prelude.head[..length].iter().all(|&byte| matches!(byte, b'\n' | b'\r'));
            if prelude.lines >= skip_lines && !blank {
                return Ok(prelude);
            }
            prelude.lines += 1;
            prelude.drop_front(length);
        }
        if !more {
            return Err(empty());
        }
        if prelude.lines >= skip_lines && prelude.head.len() as u64 >= HEAD_BYTES {
            return Ok(prelude);
        }
        more = input.by_ref().take(HEAD_BYTES).read_to_end(&mut prelude.head)? > 0;
    }
}

fn empty() -> ScanError {
    ScanError::new("empty_file", "The file is empty.").hint("Send a file with a header line and rows under it.")
}

impl Prelude {
    fn drop_front(&mut self, bytes: usize) {
        self.head.drain(..bytes);
        self.offset += bytes as u64;
    }
}

/// The length of the first line with its end, if it is complete.
fn first_line(text: &[u8], ended: bool) -> Option<usize> {
    let at = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    match at {
        Some(at) if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') => Some(at + 2),
        Some(at) if text[at] == b'\n' || at + 1 < text.len() || ended => Some(at + 1),
        None if ended && !text.is_empty() => Some(text.len()),
        _ => None,
    }
}

/// The names of the columns.
#[derive(Debug)]
pub struct Header {
    /// One per column; unique.
    pub names: Vec<String>,
    /// Lines that the header record takes.
    pub lines: u64,
}

/// Find the columns in the first chunk and take the header record out of it.
pub fn read_header(chunk: &mut Chunk, format: Format, options: &Options) -> Result<Header, ScanError> {
    let length = record_length(&chunk.text, format);
    let record = &chunk.text[..length];
    let delimiters = memchr_iter(format.delimiter, record).count();
    let mut fields = Fields::default();
    fields.read(record, chunk.quotes, format, delimiters + 1);
    let given = options.columns.as_deref().unwrap_or_default();
    // Where there is no header, the names that were given say how many columns there are.
    let told = !options.dialect.header && !given.is_empty();
    let width = if told { given.len() } else { fields.first_width.max(1) };
    if width > MAX_COLUMNS {
        let message = format!("The first record has {width} fields; at most {MAX_COLUMNS} are read.");
        return Err(ScanError::new("too_many_columns", message).hint("Check the delimiter and the line ends."));
    }
    let mut names = vec![String::new(); width];
    let mut lines = 0;
    if options.dialect.header {
        let mut scratch = Vec::new();
        for (column, name) in names.iter_mut().enumerate() {
            let cell = content(fields.raw(record, 0, column), format, &mut scratch);
            *name = shown(trim(cell), MAX_NAME_CHARS);
        }
        lines = u64::from(fields.line_count);
        chunk.text.drain(..length);
        chunk.offset += length as u64;
    }
    for (name, given) in names.iter_mut().zip(given) {
        *name = shown(trim(given.as_bytes()), MAX_NAME_CHARS);
    }
    Ok(Header { names: distinguished(names), lines })
}

/// Bytes of the first record with its end.
fn record_length(text: &[u8], format: Format) -> usize {
    let (mut at, mut open, mut start) = (0, false, true);
    while at < text.len() {
        let byte = text[at];
        if open {
            if Some(byte) == format.escape || Some(byte) == format.quote && text.get(at + 1) == Some(&byte) {
                at += 1;
            } else if Some(byte) == format.quote {
                open = false;
            }
        } else if matches!(byte, b'\n' | b'\r') {
            let pair = byte == b'\r' && text.get(at + 1) == Some(&b'\n');
            return at + 1 + usize::from(pair);
        } else {
            open = start && Some(byte) == format.quote;
            start = byte == format.delimiter;
        }
        at += 1;
    }
    text.len()
}

/// Names for the nameless, and a number after a name that was there before.
pub fn distinguished(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut found = Vec::with_capacity(names.len());
    for (position, name) in names.into_iter().enumerate() {
        let blank = name.bytes().all(is_blank);
        let base = if blank { format!("column_{}", position + 1) } else { name };
        let mut candidate = base.clone();
        let mut number = 2;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{base}_{number}");
            number += 1;
        }
        found.push(candidate);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, header: bool) -> (Vec<String>, String) {
        let format = Format { delimiter: b',', quote: Some(b'"'), escape: None };
        let mut options = Options::default();
        options.dialect.header = header;
        let mut chunk = Chunk { text: text.into(), quotes: true, ..Chunk::default() };
        let header = read_header(&mut chunk, format, &options).unwrap();
        (header.names, String::from_utf8(chunk.text).unwrap())
    }

    #[test]
    fn the_header_is_taken_off() {
        assert_eq!(
            names("a, b ,\"c,\n\"\"d\"\r\n1,2,3", true),
            (vec!["a".into(), "b".into(), "c,\n\"d".into()], "1,2,3".into())
        );
    }

    #[test]
    fn missing_and_repeated_names_are_made_up() {
        assert_eq!(names("a,,a,a\n", true).0, ["a", "column_2", "a_2", "a_3"]);
        assert_eq!(names("x,y\n", false), (vec!["column_1".into(), "column_2".into()], "x,y\n".into()));
    }

    #[test]
    fn the_prelude_is_skipped() {
        let mut input = "\u{feff}title\n\n\na,b\n1,2\n".as_bytes();
        let prelude = read_prelude(&mut input, 1).unwrap();
        assert_eq!((prelude.head.as_slice(), prelude.lines, prelude.byte_order_mark), (&b"a,b\n1,2\n"[..], 3, true));
    }

    #[test]
    fn nothing_is_an_error() {
        for text in ["", "\n\n", "\u{feff}", "\r"] {
            assert_eq!(read_prelude(&mut text.as_bytes(), 0).unwrap_err().code, "empty_file", "{text:?}");
        }
    }
}
