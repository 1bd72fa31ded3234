//! What a cell says: the judgement of one value on its own.

use crate::batch::NULL;
use crate::cell::trim;
use crate::dates::{self, Moment};
use crate::numbers::{self, Notation, Number};

/// A cell's meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Empty, blank or a missing token.
    Missing,
    /// A number, or a code of digits.
    Number(Number),
    /// A truth word.
    Boolean(bool),
    /// A date, a time or a timestamp.
    Moment(Moment),
    /// Anything else.
    Text,
}

/// The spellings of "no value".
#[derive(Debug, Clone)]
pub struct MissingTokens {
    tokens: Vec<Vec<u8>>,
    first_bytes: [bool; 256],
    longest: usize,
    has_digits: bool,
}

impl MissingTokens {
    /// Tokens are compared with cells after blanks at both ends are taken off.
    pub fn new(tokens: &[String]) -> Self {
        let given = tokens.iter().map(|token| trim(token.as_bytes()).to_vec());
        let tokens: Vec<Vec<u8>> = given.chain([NULL.to_vec()]).collect();
        let mut first_bytes = [false; 256];
        for token in &tokens {
            if let Some(first) = token.first() {
                first_bytes[usize::from(*first)] = true;
            }
        }
        let longest = tokens.iter().map(Vec::len).max().unwrap_or(0);
        let has_digits = tokens.iter().flatten().any(u8::is_ascii_digit);
        Self { tokens, first_bytes, longest, has_digits }
    }

    /// Whether a number or a date may be among the tokens.
    pub fn has_digits(&self) -> bool {
        self.has_digits
    }

    /// Whether a trimmed cell is missing; the empty cell and the cell without a value always are.
    #[inline]
    pub fn contains(&self, cell: &[u8]) -> bool {
        let Some(first) = cell.first() else { return true };
        cell.len() <= self.longest
            && self.first_bytes[usize::from(*first)]
            && self.tokens.iter().any(|token| token == cell)
    }
}

/// Judge a trimmed cell.
#[inline]
pub fn judge(cell: &[u8], missing: &MissingTokens, notation: Notation) -> Value {
    if missing.contains(cell) {
        return Value::Missing;
    }
    if let Some(number) = numbers::parse(cell, notation) {
        return Value::Number(number);
    }
    if let Some(moment) = dates::parse(cell) {
        return Value::Moment(moment);
    }
    truth(cell).map_or(Value::Text, Value::Boolean)
}

/// The truth words, in any case.
#[inline]
pub fn truth(cell: &[u8]) -> Option<bool> {
    const WORDS: [(&[u8], bool); 10] = [
        (b"true", true),
        (b"false", false),
        (b"yes", true),
        (b"no", false),
        (b"t", true),
        (b"f", false),
        (b"y", true),
        (b"n", false),
        (b"on", true),
        (b"off", false),
    ];
    if cell.len() > 5 {
        return None;
    }
    WORDS.iter().find(|(word, _)| cell.eq_ignore_ascii_case(word)).map(|(_, truth)| *truth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Form;

    #[test]
    fn cells_are_judged() {
        let missing = MissingTokens::new(&["NA".into(), "-".into()]);
        let judged = |text: &str| judge(text.as_bytes(), &missing, Notation::Point);
        assert_eq!(judged("NA"), Value::Missing);
        assert_eq!(judged(""), Value::Missing);
        assert_eq!(judged("-"), Value::Missing);
        assert_eq!(judged("No"), Value::Boolean(false));
        assert_eq!(judged("NAN2"), Value::Text);
        assert!(matches!(judged("-1"), Value::Number(Number { form: Form::Integer, .. })));
        assert!(matches!(judged("2026-01-31"), Value::Moment(_)));
    }
}
