//! Lists of rows within one object, such as `{"data": [{…}, {…}]}`: found by brackets and names alone.

use std::io::{BufRead, BufReader, Read};

use agensium_kernel::ScanError;

use super::parse::{Visitor, read_row};
use super::{Nothing, refused};
use crate::input::Input;
use crate::open::Member;

/// Objects within objects in which a list is looked for.
const MOST_DEPTH: usize = 8;
/// Lists that are listed.
const MOST_LISTS: usize = 1_000;
/// Longer names are cut.
const MOST_NAME_BYTES: usize = 200;

/// A list of rows within an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The fields that lead to it, with dots between them.
    pub name: String,
    /// Where it begins in the file.
    pub start: u64,
    /// Where it ends.
    pub end: u64,
    /// Its values.
    pub rows: u64,
}

impl List {
    /// As one of several tables of a file.
    pub fn member(&self) -> Member {
        Member { name: self.name.clone(), rows: Some(self.rows), columns: None, hidden: false }
    }
}

/// What an open bracket holds.
enum Open {
    Object,
    /// The list that it is, if its values are rows, and it is not within another.
    List(Option<usize>),
}

/// What is known while a file is read.
struct Scan {
    at: u64,
    open: Vec<Open>,
    names: Vec<Vec<u8>>,
    /// The text that was read last, which may be a name.
    word: Vec<u8>,
    lists: Vec<List>,
    within: usize,
    just_opened: bool,
}

/// The lists of rows in a file that is one object; none if it is something else.
pub fn lists(input: &Input) -> Result<Vec<List>, ScanError> {
    let mut reader = BufReader::with_capacity(128 << 10, input.reader());
    let mut scan = Scan {
        at: 0,
        open: Vec::new(),
        names: Vec::new(),
        word: Vec::new(),
        lists: Vec::new(),
        within: 0,
        just_opened: false,
    };
    let (mut text, mut escaped, mut ended) = (false, false, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        for &byte in buffer {
            if text {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => text = false,
                    _ => {}
                }
                if text && scan.word.len() < MOST_NAME_BYTES {
                    scan.word.push(byte);
                }
            } else if !(byte.is_ascii_whitespace() || scan.at < 3 && byte >= 0x80) {
                // Behind the object nothing may follow, and nothing may stand before it.
                if ended || scan.open.is_empty() && byte != b'{' {
                    return Ok(Vec::new());
                }
                text = byte == b'"';
                ended = scan.step(byte).is_none();
            }
            scan.at += 1;
        }
        let taken = buffer.len();
        reader.consume(taken);
    }
    Ok(if ended { scan.lists.into_iter().filter(|list| list.rows > 0 && list.end > 0).collect() } else { Vec::new() })
}

impl Scan {
    /// Take a byte outside of texts; none at the end of the object.
    fn step(&mut self, byte: u8) -> Option<()> {
        let opened = std::mem::take(&mut self.just_opened);
        match byte {
            b'"' => self.word.clear(),
            b':' if self.within == 0 => {
                self.names.truncate(self.open.len() - 1);
                self.names.push(std::mem::take(&mut self.word));
            }
            b'{' => {
                self.first_value(opened);
                self.open.push(Open::Object);
            }
            b'[' => {
                self.first_value(opened);
                self.open_list();
            }
            b'}' | b']' => self.close()?,
            b',' => {
                if let Some(Open::List(Some(list))) = self.open.last() {
                    let list = &mut self.lists[*list];
                    list.rows += u64::from(list.rows > 0);
                }
            }
            _ => {}
        }
        Some(())
    }

    /// A list whose first value holds others is one of rows.
    fn first_value(&mut self, opened: bool) {
        if let Some(Open::List(Some(list))) = self.open.last().filter(|_| opened) {
            self.lists[*list].rows = 1;
        }
    }

    fn open_list(&mut self) {
        let near = self.within == 0 && self.open.len() <= MOST_DEPTH && self.lists.len() < MOST_LISTS;
        let list = near.then(|| {
            let names: Vec<_> = self.names.iter().map(|name| String::from_utf8_lossy(name)).collect();
            self.lists.push(List { name: names.join("."), start: self.at, end: 0, rows: 0 });
            self.just_opened = true;
            self.lists.len() - 1
        });
        self.within += 1;
        self.open.push(Open::List(list));
    }

    fn close(&mut self) -> Option<()> {
        if let Some(Open::List(list)) = self.open.pop() {
            self.within -= 1;
            if let Some(list) = list {
                let list = &mut self.lists[list];
                // A list of plain values has no rows.
                list.end = if list.rows > 0 { self.at + 1 } else { 0 };
            }
        }
        (!self.open.is_empty()).then_some(())
    }
}

/// Refuse an object that is broken outside of its list, if that is not more than `most` bytes.
pub fn require_rest(input: &Input, list: &List, most: u64) -> Result<(), ScanError> {
    if list.start + input.length().saturating_sub(list.end) > most {
        return Ok(());
    }
    let mut rest = Vec::new();
    let mut reader = input.reader();
    reader.by_ref().take(list.start).read_to_end(&mut rest)?;
    rest.extend_from_slice(b"[]");
    input.reader_at(list.end).read_to_end(&mut rest)?;
    let rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&rest);
    read_row(rest, &mut Nothing).map_err(|fault| refused(&fault, 1))
}

/// Names of the fields of the object that are not the list.
pub fn other_fields(input: &Input, list: &List) -> Result<Vec<String>, ScanError> {
    struct Names(Vec<String>);
    impl Visitor for Names {
        fn field(&mut self, place: u32, key: &[u8]) -> u32 {
            if place == 0 && self.0.len() < 20 {
                self.0.push(String::from_utf8_lossy(key).into_owned());
            }
            place + 1
        }
        fn scalar(&mut self, _: u32, _: &[u8], _: super::parse::Kind) {}
        fn list(&mut self, _: u32, _: usize, _: &[u8], _: bool) {}
    }
    let mut names = Names(Vec::new());
    let mut head = Vec::new();
    input.reader().take(list.start.min(1 << 20)).read_to_end(&mut head)?;
    // Cut before the list, the object is broken there; its fields up to there were heard of.
    let _ = read_row(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head), &mut names);
    names.0.retain(|name| !list.name.starts_with(name.as_str()));
    Ok(names.0)
}
