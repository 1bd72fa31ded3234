//! Facts about texts: lengths, words, blanks, case, characters, scripts.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::cell::is_blank;
use crate::grid::EvenGrid;
use crate::script;

/// Classes of characters, in the order of [`TextFacts::classes`].
pub const CLASSES: [&str; 5] = ["letter", "digit", "blank", "punctuation", "other"];

/// Facts about texts, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFacts {
    /// Cells.
    pub count: u64,
    /// Characters of the shortest.
    pub shortest: u64,
    /// Characters of the longest.
    pub longest: u64,
    /// Characters of all.
    pub characters: u128,
    /// Cells by length.
    pub lengths: EvenGrid,
    /// Words of all cells.
    pub words: u64,
    /// Words of the cell with the most.
    pub most_words: u64,
    /// Cells that start with a blank.
    pub leading: u64,
    /// Cells that end with a blank.
    pub trailing: u64,
    /// Cells with two blanks in a row between words.
    pub inner: u64,
    /// Cells with cased letters that are all upper case; all lower case; of both.
    pub cases: [u64; 3],
    /// Cells with control characters.
    pub control: u64,
    /// Cells with characters beyond ASCII.
    pub non_ascii: u64,
    /// Cells that are not in normalization form C.
    pub non_nfc: u64,
    /// Characters by class.
    pub classes: [u64; 5],
    /// Cells by script of their letters.
    pub scripts: [u64; script::NAMES.len()],
}

impl Default for TextFacts {
    fn default() -> Self {
        Self {
            count: 0,
            shortest: u64::MAX,
            longest: 0,
            characters: 0,
            lengths: EvenGrid::new(0),
            words: 0,
            most_words: 0,
            leading: 0,
            trailing: 0,
            inner: 0,
            cases: [0; 3],
            control: 0,
            non_ascii: 0,
            non_nfc: 0,
            classes: [0; 5],
            scripts: [0; script::NAMES.len()],
        }
    }
}

/// What is seen in one text.
#[derive(Default)]
struct Seen {
    characters: u64,
    words: u64,
    blanks_in_a_row: u32,
    gap: bool,
    in_word: bool,
    upper: bool,
    lower: bool,
    control: bool,
    classes: [u64; 5],
}

/// From this length on, counting in vector instructions is faster than looking at each byte.
const LONG: usize = 40;

/// How many bytes fit a condition; in pieces so short that the counts fit the bytes of a vector.
#[inline]
fn count(text: &[u8], fits: impl Fn(u8) -> bool) -> u64 {
    let pieces = text.chunks(240).map(|piece| piece.iter().fold(0u8, |sum, &byte| sum + u8::from(fits(byte))));
    pieces.map(u64::from).sum()
}

/// Bytes that are not blank after `blanks` blanks.
#[inline]
fn count_starts(text: &[u8], blanks: usize) -> u64 {
    let later = text.get(blanks..).unwrap_or_default();
    let mut sum = 0;
    for (number, piece) in later.chunks(240).enumerate() {
        let before = &text[number * 240..];
        let triples = piece.iter().zip(before).zip(&before[blanks - 1..]);
        let starts = triples.map(|((&byte, &far), &near)| u8::from(!is_blank(byte) & is_blank(far) & is_blank(near)));
        sum += u64::from(starts.sum::<u8>());
    }
    sum
}

impl Seen {
    #[inline]
    fn of_short(text: &[u8]) -> Self {
        let mut seen = Self::default();
        text.iter().for_each(|&byte| seen.ascii(byte));
        seen
    }

    fn of_long(text: &[u8]) -> Self {
        let characters = text.len() as u64;
        let lower = count(text, |byte| byte.wrapping_sub(b'a') < 26);
        let upper = count(text, |byte| byte.wrapping_sub(b'A') < 26);
        let digits = count(text, |byte| byte.wrapping_sub(b'0') < 10);
        let visible = count(text, |byte| byte.wrapping_sub(b'!') < 94);
        let spaces = count(text, |byte| byte == b' ');
        let breaks = count(text, |byte| byte.wrapping_sub(b'\t') < 5);
        let start = text.iter().position(|&byte| !is_blank(byte)).unwrap_or(text.len());
        let rest = &text[start..];
        let later = count_starts(rest, 1);
        let gaps = count_starts(rest, 2);
        let (letters, blanks) = (lower + upper, spaces + breaks);
        Self {
            characters,
            words: later + u64::from(!rest.is_empty()),
            gap: gaps > 0,
            upper: upper > 0,
            lower: lower > 0,
            control: visible + spaces < characters,
            classes: [letters, digits, blanks, visible - letters - digits, characters - visible - blanks],
            ..Self::default()
        }
    }

    #[inline]
    fn class(&mut self, class: usize, blank: bool) {
        self.characters += 1;
        self.classes[class] += 1;
        if blank {
            self.blanks_in_a_row += 1;
            self.in_word = false;
        } else if !self.in_word {
            self.gap |= self.words > 0 && self.blanks_in_a_row > 1;
            self.words += 1;
            self.in_word = true;
            self.blanks_in_a_row = 0;
        }
    }

    #[inline]
    fn ascii(&mut self, byte: u8) {
        let class = match byte {
            b'a'..=b'z' => {
                self.lower = true;
                0
            }
            b'A'..=b'Z' => {
                self.upper = true;
                0
            }
            b'0'..=b'9' => 1,
            b' ' | b'\t'..=b'\r' => 2,
            b'!'..=b'~' => 3,
            _ => 4,
        };
        self.control |= byte < b' ' || byte == 127;
        self.class(class, class == 2);
    }

    fn beyond_ascii(&mut self, c: char) {
        self.upper |= c.is_uppercase();
        self.lower |= c.is_lowercase();
        self.control |= c.is_control();
        let class = match c {
            _ if c.is_alphabetic() => 0,
            _ if c.is_numeric() => 1,
            _ if c.is_whitespace() => 2,
            '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}' => 3,
            _ => 4,
        };
        self.class(class, class == 2);
    }
}

impl TextFacts {
    /// Add an ASCII text (or a mask, which has the same facts) `weight` times.
    #[inline]
    pub fn add_ascii(&mut self, text: &[u8], weight: u64) {
        let seen = if text.len() < LONG { Seen::of_short(text) } else { Seen::of_long(text) };
        if seen.upper || seen.lower {
            self.scripts[script::LATIN] += weight;
        }
        let ends = (text.first().is_some_and(|&byte| is_blank(byte)), text.last().is_some_and(|&byte| is_blank(byte)));
        self.add_seen(&seen, ends, weight);
    }

    /// Add any text `weight` times.
    pub fn add_text(&mut self, text: &str, weight: u64) {
        if text.is_ascii() {
            return self.add_ascii(text.as_bytes(), weight);
        }
        let mut seen = Seen::default();
        let mut scripts = [false; script::NAMES.len()];
        for c in text.chars() {
            if c.is_ascii() {
                seen.ascii(c as u8);
            } else {
                seen.beyond_ascii(c);
            }
            if c.is_alphabetic() {
                scripts[script::of(c)] = true;
            }
        }
        self.scripts.iter_mut().zip(scripts).filter(|(_, found)| *found).for_each(|(count, _)| *count += weight);
        self.non_ascii += weight;
        self.non_nfc += if is_nfc(text) { 0 } else { weight };
        self.add_seen(&seen, (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace)), weight);
    }

    #[inline]
    fn add_seen(&mut self, seen: &Seen, (leading, trailing): (bool, bool), weight: u64) {
        let times = |happened: bool| if happened { weight } else { 0 };
        self.count += weight;
        self.shortest = self.shortest.min(seen.characters);
        self.longest = self.longest.max(seen.characters);
        self.characters += u128::from(seen.characters) * u128::from(weight);
        self.lengths.add(seen.characters as f64, weight);
        self.words += seen.words * weight;
        self.most_words = self.most_words.max(seen.words);
        self.leading += times(leading);
        self.trailing += times(trailing);
        self.inner += times(seen.gap);
        self.cases[0] += times(seen.upper && !seen.lower);
        self.cases[1] += times(seen.lower && !seen.upper);
        self.cases[2] += times(seen.lower && seen.upper);
        self.control += times(seen.control);
        self.classes.iter_mut().zip(seen.classes).for_each(|(mine, more)| *mine += more * weight);
    }

    /// Add the facts of another part.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.max(other.longest);
        self.characters += other.characters;
        self.lengths.merge(other.lengths.clone());
        self.words += other.words;
        self.most_words = self.most_words.max(other.most_words);
        self.leading += other.leading;
        self.trailing += other.trailing;
        self.inner += other.inner;
        self.control += other.control;
        self.non_ascii += other.non_ascii;
        self.non_nfc += other.non_nfc;
        self.cases.iter_mut().zip(other.cases).for_each(|(mine, theirs)| *mine += theirs);
        self.classes.iter_mut().zip(other.classes).for_each(|(mine, theirs)| *mine += theirs);
        self.scripts.iter_mut().zip(other.scripts).for_each(|(mine, theirs)| *mine += theirs);
    }
}

fn is_nfc(text: &str) -> bool {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => text.nfc().eq(text.chars()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> TextFacts {
        let mut facts = TextFacts::default();
        facts.add_text(text, 1);
        facts
    }

    #[test]
    fn long_texts_have_the_facts_of_their_bytes() {
        let samples = [" ", "a  b", "\t x ", "Ab1!\u{7}\u{7f} ", "word ", "  lead", "x\ny\r\n z", "9"];
        for (number, sample) in samples.iter().enumerate() {
            for repeats in [1, 9, 200] {
                let text = format!("{}{}", sample.repeat(repeats), samples[(number * 3 + repeats) % samples.len()]);
                let (short, long) = (Seen::of_short(text.as_bytes()), Seen::of_long(text.as_bytes()));
                let facts = |seen: &Seen| (seen.characters, seen.words, seen.gap, seen.upper, seen.lower, seen.control);
                assert_eq!((facts(&long), long.classes), (facts(&short), short.classes), "{text:?}");
            }
        }
    }

    #[test]
    fn words_and_blanks() {
        let facts = of(" New  York 7! ");
        assert_eq!((facts.words, facts.leading, facts.trailing, facts.inner), (3, 1, 1, 1));
        assert_eq!((facts.characters, facts.classes), (14, [7, 1, 5, 1, 0]));
        assert_eq!(of("a b").inner, 0);
    }

    #[test]
    fn case_is_that_of_the_cased_letters() {
        assert_eq!(of("ABC-1").cases, [1, 0, 0]);
        assert_eq!(of("éa").cases, [0, 1, 0]);
        assert_eq!(of("Éa").cases, [0, 0, 1]);
        assert_eq!(of("123 東京").cases, [0, 0, 0]);
    }

    #[test]
    fn scripts_control_characters_and_composition() {
        let facts = of("Москва Moscow");
        assert_eq!((facts.scripts[script::LATIN], facts.scripts[script::of('М')]), (1, 1));
        assert_eq!((of("a\u{7}").control, of("e\u{301}").non_nfc, of("é").non_nfc, of("é").non_ascii), (1, 1, 0, 1));
    }
}
