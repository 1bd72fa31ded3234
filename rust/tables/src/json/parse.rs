//! A strict reader of one JSON value (RFC 8259) that tells a visitor what stands where.

/// Values within values.
pub const MAX_DEPTH: usize = 200;
/// The place of the whole row.
pub const ROOT: u32 = 0;

/// Kinds of values that hold no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// Null.
    Null,
}

/// Hears of a row's values by their places.
pub trait Visitor {
    /// The place of a field in the object at a place.
    fn field(&mut self, place: u32, key: &[u8]) -> u32;
    /// A value that holds no others: text without its quotes, or as it stands.
    fn scalar(&mut self, place: u32, cell: &[u8], kind: Kind);
    /// A list: how many values, how it is written, and whether no value in it holds others.
    fn list(&mut self, place: u32, length: usize, raw: &[u8], flat: bool);
}

/// What is wrong, and where in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub what: &'static str,
    /// Bytes before it.
    pub at: usize,
    /// Whether it is only nested too deeply.
    pub too_deep: bool,
}

type Found<T> = Result<T, Fault>;

/// Read a row; a list as a row is one of columns by number.
pub fn read_row(text: &[u8], visitor: &mut impl Visitor) -> Found<()> {
    let mut reader = Reader { text, at: 0, depth: 0, scratch: Vec::new() };
    if std::str::from_utf8(text).is_err() {
        return reader.fault("it is not UTF-8");
    }
    reader.skip_blanks();
    if reader.peek() == Some(b'[') {
        reader.cells(visitor)?;
    } else {
        reader.value(Some(ROOT), visitor)?;
    }
    reader.skip_blanks();
    if reader.at < text.len() { reader.fault("something follows the value") } else { Ok(()) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    scratch: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn fault<T>(&self, what: &'static str) -> Found<T> {
        Err(Fault { what, at: self.at, too_deep: false })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn enter(&mut self) -> Found<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let what = "values are nested more than 200 deep";
            return Err(Fault { what, at: self.at, too_deep: true });
        }
        self.skip_blanks();
        Ok(())
    }

    fn leave(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    /// Read a value; returns whether it holds others. Without a place nobody is told.
    fn value(&mut self, place: Option<u32>, visitor: &mut impl Visitor) -> Found<bool> {
        match self.peek() {
            Some(b'{') => self.object(place, visitor).map(|()| true),
            Some(b'[') => self.list(place, visitor).map(|()| true),
            Some(b'"') => {
                let cell = self.string()?;
                let escaped = std::mem::take(&mut self.scratch);
                if let Some(place) = place {
                    visitor.scalar(place, cell.unwrap_or(&escaped), Kind::Text);
                }
                self.scratch = escaped;
                Ok(false)
            }
            Some(b'-' | b'0'..=b'9') => {
                let cell = self.number()?;
                if let Some(place) = place {
                    visitor.scalar(place, cell, Kind::Number);
                }
                Ok(false)
            }
            Some(b't') => self.word(b"true", Kind::Truth, place, visitor),
            Some(b'f') => self.word(b"false", Kind::Truth, place, visitor),
            Some(b'n') => self.word(b"null", Kind::Null, place, visitor),
            Some(_) => self.fault("a value is expected"),
            None => self.fault("it ends too early"),
        }
    }

    fn word(&mut self, word: &'static [u8], kind: Kind, place: Option<u32>, visitor: &mut impl Visitor) -> Found<bool> {
        if !self.text[self.at..].starts_with(word) {
            return self.fault("a value is expected");
        }
        self.at += word.len();
        if let Some(place) = place {
            visitor.scalar(place, word, kind);
        }
        Ok(false)
    }

    fn object(&mut self, place: Option<u32>, visitor: &mut impl Visitor) -> Found<()> {
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.fault("a name in quotes is expected");
            }
            let key = self.string()?;
            let child = place.map(|place| visitor.field(place, key.unwrap_or(&self.scratch)));
            self.skip_blanks();
            self.expect(b':')?;
            self.value(child, visitor)?;
            if self.ends(b'}')? {
                return Ok(());
            }
        }
    }

    fn list(&mut self, place: Option<u32>, visitor: &mut impl Visitor) -> Found<()> {
        let start = self.at;
        let (mut length, mut flat) = (0, true);
        self.enter()?;
        if self.peek() == Some(b']') {
            self.leave();
        } else {
            loop {
                flat &= !self.value(None, visitor)?;
                length += 1;
                if self.ends(b']')? {
                    break;
                }
            }
        }
        if let Some(place) = place {
            visitor.list(place, length, &self.text[start..self.at], flat);
        }
        Ok(())
    }

    /// A list that is a row.
    fn cells(&mut self, visitor: &mut impl Visitor) -> Found<()> {
        self.enter()?;
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(());
        }
        let mut number = 0u32;
        loop {
            let place = visitor.field(ROOT, format!("[{number}]").as_bytes());
            self.value(Some(place), visitor)?;
            number += 1;
            if self.ends(b']')? {
                return Ok(());
            }
        }
    }

    /// After a value: a comma and more, or the end of what holds it.
    fn ends(&mut self, close: u8) -> Found<bool> {
        self.skip_blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_blanks();
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.leave();
                Ok(true)
            }
            Some(_) => self.fault("a comma or the end is expected"),
            None => self.fault("it ends too early"),
        }
    }

    fn expect(&mut self, byte: u8) -> Found<()> {
        if self.peek() != Some(byte) {
            return self.fault("a colon is expected");
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    fn digits(&mut self) -> Found<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fault("a digit is expected") } else { Ok(()) }
    }

    fn number(&mut self) -> Found<&'a [u8]> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// What stands between quotes; none when it had escapes and is in the scratch.
    fn string(&mut self) -> Found<Option<&'a [u8]>> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Some(&self.text[start..self.at - 1]));
                }
                Some(b'\\') => break,
                Some(0..=31) => return self.fault("text holds a control character"),
                Some(_) => self.at += 1,
                None => return self.fault("text has no end"),
            }
        }
        self.scratch.clear();
        self.scratch.extend_from_slice(&self.text[start..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(None);
                }
                Some(b'\\') => self.escape()?,
                Some(0..=31) => return self.fault("text holds a control character"),
                Some(byte) => {
                    self.scratch.push(byte);
                    self.at += 1;
                }
                None => return self.fault("text has no end"),
            }
        }
    }

    fn escape(&mut self) -> Found<()> {
        let plain = match self.text.get(self.at + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.code(),
            _ => return self.fault("an escape is wrong"),
        };
        self.scratch.push(plain);
        self.at += 2;
        Ok(())
    }

    /// A code of UTF-16; half of a pair alone becomes U+FFFD.
    fn code(&mut self) -> Found<()> {
        let first = self.four_digits(self.at)?;
        self.at += 6;
        let mut point = u32::from(first);
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
            let second = self.four_digits(self.at)?;
            if (0xdc00..0xe000).contains(&second) {
                point = 0x10000 + ((u32::from(first) - 0xd800) << 10) + u32::from(second) - 0xdc00;
                self.at += 6;
            }
        }
        let found = char::from_u32(point).unwrap_or('\u{fffd}');
        self.scratch.extend_from_slice(found.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn four_digits(&self, at: usize) -> Found<u16> {
        let digits = self.text.get(at + 2..at + 6).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let code = digits.and_then(|digits| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        code.map_or_else(|| self.fault("an escape is wrong"), Ok)
    }
}
