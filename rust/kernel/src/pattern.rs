//! Masks of values: `A` for an upper-case letter, `a` for a lower-case one, `9` for a digit, and every
//! other character as it stands.

/// Values are masked up to this many bytes (of ASCII) or characters.
pub const LONGEST: usize = 64;

const ELLIPSIS: &[u8] = "…".as_bytes();

/// A mask in a buffer that is used again and again.
#[derive(Debug, Clone)]
pub struct Mask {
    bytes: [u8; LONGEST + ELLIPSIS.len()],
    length: usize,
}

impl Default for Mask {
    fn default() -> Self {
        Self { bytes: [0; LONGEST + ELLIPSIS.len()], length: 0 }
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

    /// Mask the start of a longer value, if that is ASCII, with an ellipsis after it.
    pub fn set_start(&mut self, value: &[u8]) -> bool {
        let fits = self.set(&value[..value.len().min(LONGEST)]);
        self.bytes[LONGEST..].copy_from_slice(ELLIPSIS);
        self.length = LONGEST + ELLIPSIS.len();
        fits && value.len() > LONGEST
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
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ if c.is_numeric() => '9',
        _ => c,
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
        let mut start = Mask::default();
        assert!(start.set_start("Ab1 ".repeat(20).as_bytes()));
        assert_eq!(start.as_bytes(), of_text(&"Ab1 ".repeat(20)).as_bytes());
        assert_eq!(of_text("Éa東1—"), "Aaa9—");
        assert_eq!(of_text(&"a".repeat(70)), format!("{}…", "a".repeat(64)));
    }
}
