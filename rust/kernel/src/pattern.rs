//! Masks of values: `A` for an upper-case letter, `a` for a lower-case one, `9` for a digit, and every
//! other character as it stands.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, Simd, dispatch};

use crate::blocks::{BYTES, Classes};
use crate::characters;
use crate::seen::Seen;

/// Values are masked up to this many bytes (of ASCII) or characters.
pub const LONGEST: usize = 64;

const ELLIPSIS: &[u8] = "…".as_bytes();
/// The longest mask, and a block more, so that whole blocks can be copied.
const ROOM: usize = 4 * LONGEST + BYTES;

/// A mask in a buffer that is used again and again.
#[derive(Debug, Clone)]
pub struct Mask {
    bytes: [u8; ROOM],
    length: usize,
}

impl Default for Mask {
    fn default() -> Self {
        Self { bytes: [0; ROOM], length: 0 }
    }
}

impl Mask {
    /// Mask a value of at most [`LONGEST`] bytes, all of them ASCII; false when it is not such a value.
    #[inline]
    pub fn set(&mut self, value: &[u8]) -> bool {
        let length = value.len();
        if length > LONGEST {
            return false;
        }
        let width = if length <= 16 { 16 } else { LONGEST };
        self.bytes[..length].copy_from_slice(value);
        self.bytes[length..width].fill(0);
        self.length = length;
        // Fixed sizes, so that these loops become a few vector instructions.
        if length <= 16 {
            mask_all(self.bytes.first_chunk_mut::<16>())
        } else {
            mask_all(self.bytes.first_chunk_mut::<LONGEST>())
        }
    }

    /// Mask any value, and tell what is seen in it.
    pub fn read(&mut self, value: &[u8]) -> Seen {
        let seen = dispatch!(Level::new(), simd => self.read_blocks(simd, value));
        seen.unwrap_or_else(|| self.read_characters(&String::from_utf8_lossy(value)))
    }

    #[cold]
    fn read_characters(&mut self, text: &str) -> Seen {
        let mask = of_text(text);
        self.length = mask.len();
        self.bytes[..mask.len()].copy_from_slice(mask.as_bytes());
        Seen::of_characters(text)
    }

    #[inline(always)]
    fn read_blocks<S: Simd>(&mut self, simd: S, value: &[u8]) -> Option<Seen> {
        // Twice as wide, so that whole blocks can be copied from any place in it.
        let mut masked = [0; 2 * BYTES];
        let (seen, start) = Seen::of_blocks(simd, value, masked.first_chunk_mut()?)?;
        if seen.non_ascii {
            self.join_runs(value, &masked, &start);
        } else {
            self.bytes[..BYTES].copy_from_slice(&masked[..BYTES]);
            self.end(value.len().min(LONGEST), value.len() > LONGEST);
        }
        Some(seen)
    }

    #[inline(always)]
    fn end(&mut self, length: usize, cut: bool) {
        self.length = length;
        if cut {
            self.bytes[length..length + ELLIPSIS.len()].copy_from_slice(ELLIPSIS);
            self.length += ELLIPSIS.len();
        }
    }

    /// Join the masked runs of ASCII of a text's first block with what stands for the characters between them.
    #[inline(always)]
    fn join_runs(&mut self, text: &[u8], masked: &[u8; 2 * BYTES], start: &Classes) {
        let bytes = text.len().min(BYTES);
        let mut leads = start.high & !start.later;
        let (mut at, mut length, mut characters) = (0, 0, 0);
        while at < bytes {
            let run = (leads.trailing_zeros() as usize).min(bytes) - at;
            self.bytes[length..length + BYTES].copy_from_slice(&masked[at..at + BYTES]);
            (at, length, characters) = (at + run, length + run, characters + run);
            if at < bytes {
                leads &= leads - 1;
                (at, length) = self.put(text, at, length);
                characters += 1;
            }
        }
        // What follows is little, unless most characters take several bytes.
        while at < text.len() && characters < LONGEST {
            (at, length) = self.put(text, at, length);
            characters += 1;
        }
        self.end(length, at < text.len());
    }

    /// Mask the character at a place of a text; returns the place after it, and the mask's length.
    #[inline]
    fn put(&mut self, text: &[u8], at: usize, length: usize) -> (usize, usize) {
        let Some((c, bytes)) = characters::first(&text[at..]) else {
            self.bytes[length] = of_byte(text[at]);
            return (at + 1, length + 1);
        };
        if let Some(mask) = characters::traits(c).mask() {
            self.bytes[length] = mask;
            return (at + bytes, length + 1);
        }
        self.bytes[length..length + bytes].copy_from_slice(&text[at..at + bytes]);
        (at + bytes, length + bytes)
    }

    /// The mask.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Mask in place; false when a byte is not ASCII.
#[inline]
fn mask_all<const N: usize>(bytes: Option<&mut [u8; N]>) -> bool {
    let Some(bytes) = bytes else { return false };
    let mut seen = 0;
    for byte in bytes {
        seen |= *byte;
        *byte = of_byte(*byte);
    }
    seen < 128
}

#[inline]
fn of_byte(byte: u8) -> u8 {
    let upper = if byte.wrapping_sub(b'A') < 26 { b'A' } else { byte };
    let lower = if byte.wrapping_sub(b'a') < 26 { b'a' } else { upper };
    if byte.wrapping_sub(b'0') < 10 { b'9' } else { lower }
}

/// The mask of any text, cut after [`LONGEST`] characters with an ellipsis.
pub fn of_text(text: &str) -> String {
    let mut mask: String = text.chars().take(LONGEST).map(of_char).collect();
    if text.chars().nth(LONGEST).is_some() {
        mask.push('…');
    }
    mask
}

fn of_char(c: char) -> char {
    match c {
        _ if c.is_ascii() => char::from(of_byte(c as u8)),
        _ => characters::traits(c).mask().map_or(c, char::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_values_are_masked() {
        let mut mask = Mask::default();
        for (value, expected) in [("AB-12 x", "AA-99 a"), ("", ""), ("@[`{/:Zz09", "@[`{/:Aa99")] {
            assert!(mask.set(value.as_bytes()));
            assert_eq!(mask.as_bytes(), expected.as_bytes());
            assert_eq!(of_text(value), expected);
        }
        let long = "Ab1 ".repeat(16);
        assert!(mask.set(long.as_bytes()));
        assert_eq!(mask.as_bytes(), of_text(&long).as_bytes());
    }

    #[test]
    fn other_values_are_left_to_the_slow_way() {
        assert!(!Mask::default().set("é".as_bytes()));
        assert!(!Mask::default().set(&[b'a'; 65]));
        assert_eq!(of_text("Éa東1—"), "Aaa9—");
        assert_eq!(of_text(&"a".repeat(70)), format!("{}…", "a".repeat(64)));
    }

    #[test]
    fn the_fast_mask_is_the_slow_one() {
        let samples = ["Ab1 ", "é", "Éa 1—x", "東京", "🙂🙂a", "x", "\u{85}Ж", "٣"];
        for sample in samples {
            for repeats in [1, 2, 12, 15, 16, 17, 63, 64, 65, 300] {
                for start in ["", "a", "--é", &"x".repeat(62)] {
                    let text = format!("{start}{}", sample.repeat(repeats));
                    let mut mask = Mask::default();
                    let seen = mask.read(text.as_bytes());
                    assert_eq!(String::from_utf8_lossy(mask.as_bytes()), of_text(&text));
                    assert_eq!(seen, Seen::of_characters(&text));
                }
            }
        }
    }
}
