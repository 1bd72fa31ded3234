//! What Unicode says of a character, looked up in pages of 256 that are filled when they are first needed.

use std::sync::OnceLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::script;

/// Classes of characters, in the order of their numbers.
pub const CLASSES: [&str; 5] = ["letter", "digit", "blank", "punctuation", "other"];
/// The number of letters among the classes.
pub const LETTER: usize = 0;
/// The number of digits among the classes.
pub const DIGIT: usize = 1;
/// The number of blanks among the classes.
pub const BLANK: usize = 2;
const PUNCTUATION: usize = 3;
const OTHER: usize = 4;

/// What is known of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u16);

const UPPER: u16 = 1 << 3;
const LOWER: u16 = 1 << 4;
const CONTROL: u16 = 1 << 5;
const COMPOSED: u16 = 1 << 6;
const SCRIPT: u32 = 7;

impl Traits {
    fn find(c: char) -> Self {
        let class = class(c);
        let script = if class == LETTER { script::of(c) } else { 0 };
        let composed = canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes;
        let flag = |holds: bool, flag: u16| if holds { flag } else { 0 };
        let cases = flag(c.is_uppercase(), UPPER) | flag(c.is_lowercase(), LOWER);
        Self(
            class as u16 | cases | flag(c.is_control(), CONTROL) | flag(composed, COMPOSED) | (script as u16) << SCRIPT,
        )
    }

    /// The number of its class.
    #[inline]
    pub fn class(self) -> usize {
        usize::from(self.0 & 7)
    }

    /// Whether it is of upper case.
    #[inline]
    pub fn is_upper(self) -> bool {
        self.0 & UPPER > 0
    }

    /// Whether it is of lower case.
    #[inline]
    pub fn is_lower(self) -> bool {
        self.0 & LOWER > 0
    }

    /// Whether it is a control character.
    #[inline]
    pub fn is_control(self) -> bool {
        self.0 & CONTROL > 0
    }

    /// Whether a text of such characters is in normalization form C, whatever their order.
    #[inline]
    pub fn is_composed(self) -> bool {
        self.0 & COMPOSED > 0
    }

    /// The script of a letter, as a set of one.
    #[inline]
    pub fn scripts(self) -> u32 {
        u32::from(self.class() == LETTER) << (self.0 >> SCRIPT)
    }

    /// What stands for it in a mask, unless it stands for itself.
    #[inline]
    pub fn mask(self) -> Option<u8> {
        match self.class() {
            _ if self.is_upper() => Some(b'A'),
            LETTER => Some(b'a'),
            DIGIT => Some(b'9'),
            _ => None,
        }
    }
}

fn class(c: char) -> usize {
    match c {
        _ if c.is_alphabetic() => LETTER,
        _ if c.is_numeric() => DIGIT,
        _ if c.is_whitespace() => BLANK,
        '!'..='~' | '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}' => PUNCTUATION,
        _ => OTHER,
    }
}

type Page = Box<[Traits; 256]>;
/// Pages of the first two planes, which hold all but rare ideographs.
static PAGES: [OnceLock<Page>; 0x200] = [const { OnceLock::new() }; 0x200];

/// Look up a character.
#[inline]
pub fn traits(c: char) -> Traits {
    let code = c as usize;
    match PAGES.get(code >> 8) {
        Some(page) => page.get_or_init(|| fill(code as u32 & !255))[code & 255],
        None => Traits::find(c),
    }
}

#[cold]
fn fill(start: u32) -> Page {
    Box::new(std::array::from_fn(|at| char::from_u32(start + at as u32).map_or(Traits(OTHER as u16), Traits::find)))
}

/// The character beyond ASCII that a text starts with, and how many bytes it has.
#[inline]
pub fn first(text: &[u8]) -> Option<(char, usize)> {
    let part = |byte: u8| u32::from(byte & 0x3f);
    let (code, bytes) = match *text {
        [lead @ 0xc0..=0xdf, b, ..] => (u32::from(lead & 0x1f) << 6 | part(b), 2),
        [lead @ 0xe0..=0xef, b, c, ..] => (u32::from(lead & 0xf) << 12 | part(b) << 6 | part(c), 3),
        [lead @ 0xf0..=0xf7, b, c, d, ..] => (u32::from(lead & 7) << 18 | part(b) << 12 | part(c) << 6 | part(d), 4),
        _ => return None,
    };
    char::from_u32(code).map(|c| (c, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_the_traits_that_unicode_gives_it() {
        for c in ('\0'..=char::MAX).step_by(7) {
            let (found, mut bytes) = (traits(c), [0; 4]);
            assert_eq!(found, Traits::find(c), "{c:?}");
            assert_eq!((found.is_upper(), found.is_lower()), (c.is_uppercase(), c.is_lowercase()), "{c:?}");
            assert_eq!(
                (found.class() == LETTER, found.class() == DIGIT),
                (c.is_alphabetic(), !c.is_alphabetic() && c.is_numeric())
            );
            assert_eq!(found.scripts(), if c.is_alphabetic() { 1 << script::of(c) } else { 0 }, "{c:?}");
            let text = c.encode_utf8(&mut bytes);
            assert_eq!(first(text.as_bytes()), (!c.is_ascii()).then_some((c, c.len_utf8())));
        }
    }

    #[test]
    fn half_a_character_is_none() {
        assert_eq!(first(&"東".as_bytes()[..2]), None);
        assert_eq!(first(&"東".as_bytes()[1..]), None);
        assert_eq!(first(b""), None);
    }
}
