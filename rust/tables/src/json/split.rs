//! Finds where rows end in a stream of JSON, by brackets and quotes alone.

use std::io::Read;

use agensium_kernel::ScanError;

/// About how many bytes of rows are handed out at once.
const PIECE_BYTES: usize = 512 << 10;
const READ_BYTES: usize = 256 << 10;

/// Some rows, not yet understood.
#[derive(Debug, Default)]
pub struct Piece {
    /// The text.
    pub text: Vec<u8>,
    /// From where to where each row reaches.
    pub rows: Vec<(usize, usize)>,
}

/// How rows follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// In one list, with commas between them.
    List,
    /// On lines of their own.
    Lines,
}

/// A stream of rows.
pub struct Splitter<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    mode: Mode,
    rows: u64,
    row_bytes: u64,
    done: bool,
}

impl<R: Read> Splitter<R> {
    /// Look at the start of a stream; a row of more than `row_bytes` is an error.
    pub fn new(input: R, row_bytes: u64) -> Result<Self, ScanError> {
        let mut splitter =
            Self { input, buffer: Vec::new(), at: 0, ended: false, mode: Mode::Lines, rows: 0, row_bytes, done: false };
        splitter.fill()?;
        if splitter.buffer.starts_with(b"\xef\xbb\xbf") {
            splitter.at = 3;
        }
        if splitter.skip_blanks()? == Some(b'[') && !splitter.has_lists_on_lines() {
            splitter.mode = Mode::List;
            splitter.at += 1;
        }
        Ok(splitter)
    }

    /// Whether a list ends on the first line and another follows.
    fn has_lists_on_lines(&self) -> bool {
        let rest = &self.buffer[self.at..];
        let Some(end) = value_end(rest) else { return false };
        let after = &rest[end..];
        let blanks = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        after[..blanks].contains(&b'\n') && after.get(blanks) == Some(&b'[')
    }

    fn fill(&mut self) -> Result<(), ScanError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        self.input.by_ref().take(READ_BYTES as u64).read_to_end(&mut self.buffer)?;
        self.ended = self.buffer.len() == before;
        Ok(())
    }

    fn skip_blanks(&mut self) -> Result<Option<u8>, ScanError> {
        self.skip().map(|(next, _)| next)
    }

    /// Step over blanks; returns what follows, and whether a line ended on the way. What was read so far may end
    /// right behind a value.
    fn skip(&mut self) -> Result<(Option<u8>, bool), ScanError> {
        let mut line_break = false;
        loop {
            while let Some(byte) = self.buffer.get(self.at) {
                if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                    return Ok((Some(*byte), line_break));
                }
                line_break |= matches!(byte, b'\n' | b'\r');
                self.at += 1;
            }
            if self.ended {
                return Ok((None, line_break));
            }
            self.fill()?;
        }
    }

    /// Take rows until there are enough; false at the end.
    pub fn next(&mut self, piece: &mut Piece) -> Result<bool, ScanError> {
        piece.text.clear();
        piece.rows.clear();
        while !self.done && piece.text.len() < PIECE_BYTES {
            if !self.between()? {
                self.done = true;
                break;
            }
            let length = self.value_length()?;
            let start = piece.text.len();
            piece.text.extend_from_slice(&self.buffer[self.at..self.at + length]);
            piece.rows.push((start, piece.text.len()));
            self.at += length;
            self.rows += 1;
        }
        Ok(!piece.rows.is_empty())
    }

    /// Step over what stands between two rows; false when there is no further row.
    fn between(&mut self) -> Result<bool, ScanError> {
        match self.mode {
            Mode::Lines => {
                let first = self.rows == 0;
                let (next, line_break) = self.skip()?;
                if next.is_some() && !first && !line_break {
                    return Err(self.broken("something follows the value on its line"));
                }
                Ok(next.is_some())
            }
            Mode::List => {
                let next = self.skip_blanks()?;
                match next {
                    Some(b']') => {
                        self.at += 1;
                        if self.skip_blanks()?.is_some() {
                            return Err(self.broken("something follows the end of the list"));
                        }
                        Ok(false)
                    }
                    Some(b',') if self.rows > 0 => {
                        self.at += 1;
                        match self.skip_blanks()? {
                            Some(b']' | b',') => Err(self.broken("a value is missing after a comma")),
                            None => Err(self.broken("the list has no end")),
                            Some(_) => Ok(true),
                        }
                    }
                    Some(_) if self.rows == 0 => Ok(true),
                    Some(_) => Err(self.broken("a comma is missing between two values")),
                    None => Err(self.broken("the list has no end")),
                }
            }
        }
    }

    /// Bytes of the value that starts here.
    fn value_length(&mut self) -> Result<usize, ScanError> {
        loop {
            let rest = &self.buffer[self.at..];
            if let Some(end) = value_end(rest) {
                return Ok(end);
            }
            if self.ended {
                return Ok(rest.len());
            }
            if rest.len() as u64 > self.row_bytes {
                let message = format!("Row {} is longer than {} MiB.", self.rows + 1, self.row_bytes >> 20);
                return Err(ScanError::new("cell_too_large", message));
            }
            self.fill()?;
        }
    }

    fn broken(&self, what: &str) -> ScanError {
        ScanError::new("invalid_input", format!("The JSON is broken after row {}: {what}.", self.rows))
            .hint("Send valid JSON: one array of rows, or one row a line.")
    }
}

/// Where the value ends that the text starts with; none if that cannot be told yet.
fn value_end(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0usize);
    while at < text.len() {
        match text[at] {
            b'"' => {
                at = string_end(text, at)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => {
                // A stray mark is a value of its own, which its reader refuses.
                return Some(at.max(1));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_may_end_where_a_read_ends() {
        // Rows of one length or another end at every place of a read, right before their line's end too.
        for length in [64, 65, 127] {
            for pad in 0..length {
                let row = format!("{{\"a\":\"{}\"}}\n", "x".repeat(length - 9));
                let text = " ".repeat(pad) + &row.repeat(2 * READ_BYTES / length + 9);
                let mut splitter = Splitter::new(text.as_bytes(), 1 << 20).unwrap();
                let (mut piece, mut rows) = (Piece::default(), 0);
                while splitter.next(&mut piece).unwrap() {
                    rows += piece.rows.len();
                }
                assert_eq!(rows, 2 * READ_BYTES / length + 9);
            }
        }
    }

    #[test]
    fn a_second_value_on_a_line_is_refused() {
        let mut splitter = Splitter::new(&b"{\"a\":1} {\"a\":2}\n"[..], 1 << 20).unwrap();
        assert_eq!(splitter.next(&mut Piece::default()).unwrap_err().code, "invalid_input");
    }
}
