//! What is seen in one text: its words, blanks, cases, characters and scripts.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::{Level, Simd, dispatch};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::blocks::{self, BYTES, Classes};
use crate::cell::is_blank;
use crate::characters::{BLANK, CLASSES, first, traits};
use crate::script;

/// What is seen in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Characters.
    pub characters: u64,
    /// Words.
    pub words: u64,
    /// Whether two blanks in a row stand between words.
    pub gap: bool,
    /// Whether it starts with a blank.
    pub leading: bool,
    /// Whether it ends with a blank.
    pub trailing: bool,
    /// Whether there is an upper-case letter.
    pub upper: bool,
    /// Whether there is a lower-case letter.
    pub lower: bool,
    /// Whether there is a control character.
    pub control: bool,
    /// Whether there is a character beyond ASCII.
    pub non_ascii: bool,
    /// Whether it is not in normalization form C.
    pub non_nfc: bool,
    /// Characters by class.
    pub classes: [u64; CLASSES.len()],
    /// The scripts of its letters, as a set.
    pub scripts: u32,
}

impl Seen {
    /// Look at an ASCII text, or at its mask, in which the same is seen.
    pub fn of_ascii(text: &[u8]) -> Self {
        let mut unused = [0; BYTES];
        dispatch!(Level::new(), simd => Self::of_blocks(simd, text, &mut unused))
            .map(|found| found.0)
            .unwrap_or_default()
    }

    /// Look at a text of any characters, one after the other.
    #[cold]
    pub fn of_characters(text: &str) -> Self {
        let mut seen = Self { non_ascii: !text.is_ascii(), non_nfc: !is_nfc(text), ..Self::default() };
        let mut blanks = 0;
        for c in text.chars() {
            let found = traits(c);
            seen.add(found.class(), found.scripts());
            seen.upper |= found.is_upper();
            seen.lower |= found.is_lower();
            seen.control |= found.is_control();
            if found.class() == BLANK {
                blanks += 1;
                seen.leading |= seen.characters == 1;
            } else {
                seen.gap |= seen.words > 0 && blanks > 1;
                seen.words += u64::from(seen.words == 0 || blanks > 0);
                blanks = 0;
            }
        }
        seen.trailing = blanks > 0;
        seen
    }

    #[inline]
    fn add(&mut self, class: usize, scripts: u32) {
        self.characters += 1;
        self.classes[class] += 1;
        self.scripts |= scripts;
    }

    /// Look at a text 64 bytes at a time; also the classes of the first ones, and `masked` becomes their mask. None
    /// when the text has blanks beyond ASCII or is not UTF-8.
    #[inline(always)]
    pub fn of_blocks<S: Simd>(simd: S, text: &[u8], masked: &mut [u8; BYTES]) -> Option<(Self, Classes)> {
        let mut walk = Walk { before: 1 << (BYTES - 1), ..Walk::default() };
        let Some(start) = text.first_chunk() else {
            let (block, bytes) = blocks::padded(text);
            let classes = blocks::read(simd, &block, masked);
            walk.step(&classes, bytes, text);
            return Some((walk.finish(text)?, classes));
        };
        let first = blocks::read(simd, start, masked);
        walk.step(&first, BYTES, text);
        let (whole, rest) = text[BYTES..].as_chunks();
        let mut unused = [0; BYTES];
        for (number, block) in whole.iter().enumerate() {
            walk.step(&blocks::read(simd, block, &mut unused), BYTES, &text[BYTES * (number + 1)..]);
        }
        if let (false, Some(end)) = (rest.is_empty(), text.last_chunk()) {
            let classes = blocks::read(simd, end, &mut unused).skip(BYTES - rest.len());
            walk.step(&classes, rest.len(), rest);
        }
        Some((walk.finish(text)?, first))
    }
}

/// The way through the blocks of a text.
#[derive(Default)]
struct Walk {
    seen: Seen,
    /// Which bytes of the block before are blank.
    before: u64,
    lower: u32,
    upper: u32,
    digits: u32,
    visible: u32,
    blanks: u32,
    high: u32,
    later: u32,
    expected_later: usize,
    decomposed: bool,
    strange: bool,
}

impl Walk {
    #[inline(always)]
    fn step(&mut self, classes: &Classes, bytes: usize, text: &[u8]) {
        let valid = u64::MAX.checked_shr((BYTES - bytes) as u32).unwrap_or(0);
        let blank = classes.blank;
        let after_one = blank << 1 | self.before >> (BYTES - 1);
        let after_two = blank << 2 | self.before >> (BYTES - 2);
        let starts = !blank & after_one & valid;
        let gaps = starts & after_one & after_two;
        // Blanks before the first word lead; they are no gap.
        let first = if self.seen.words == 0 { starts & starts.wrapping_neg() } else { 0 };
        self.seen.gap |= gaps & !first != 0;
        self.seen.words += u64::from(starts.count_ones());
        // Counted, as the compiler does badly with sets that it joins.
        let visible = classes.visible.count_ones();
        self.seen.control |= visible + classes.space.count_ones() + classes.high.count_ones() < bytes as u32;
        self.before = blank;
        self.lower += classes.lower.count_ones();
        self.upper += classes.upper.count_ones();
        self.digits += classes.digit.count_ones();
        self.visible += visible;
        self.blanks += blank.count_ones();
        if classes.high != 0 {
            self.beyond_ascii(classes, text);
        }
    }

    /// Look at the characters beyond ASCII that start in a block; `text` starts where the block does.
    fn beyond_ascii(&mut self, classes: &Classes, text: &[u8]) {
        self.high += classes.high.count_ones();
        self.later += classes.later.count_ones();
        let mut leads = classes.high & !classes.later;
        while leads != 0 {
            let at = leads.trailing_zeros() as usize;
            leads &= leads - 1;
            let Some((c, bytes)) = text.get(at..).and_then(first) else {
                self.strange = true;
                return;
            };
            let found = traits(c);
            self.expected_later += bytes - 1;
            self.strange |= found.class() == BLANK;
            self.decomposed |= !found.is_composed();
            self.seen.add(found.class(), found.scripts());
            self.seen.upper |= found.is_upper();
            self.seen.lower |= found.is_lower();
            self.seen.control |= found.is_control();
        }
    }

    #[inline(always)]
    fn finish(mut self, text: &[u8]) -> Option<Seen> {
        if self.strange || self.expected_later != self.later as usize {
            return None;
        }
        let letters = self.lower + self.upper;
        let ascii = text.len() as u64 - u64::from(self.high);
        let seen = &mut self.seen;
        let visible = u64::from(self.visible);
        let counts = [letters, self.digits, self.blanks, self.visible - letters - self.digits].map(u64::from);
        seen.classes.iter_mut().zip(counts).for_each(|(class, count)| *class += count);
        seen.classes[CLASSES.len() - 1] += ascii - visible - u64::from(self.blanks);
        seen.characters += ascii;
        seen.upper |= self.upper > 0;
        seen.lower |= self.lower > 0;
        seen.scripts |= u32::from(letters > 0) << script::LATIN;
        seen.leading = text.first().is_some_and(|&byte| is_blank(byte));
        seen.trailing = text.last().is_some_and(|&byte| is_blank(byte));
        seen.non_ascii = self.high > 0;
        seen.non_nfc = self.decomposed && !is_nfc(std::str::from_utf8(text).ok()?);
        Some(self.seen)
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

    fn of_blocks(text: &[u8]) -> Option<Seen> {
        let mut masked = [0; BYTES];
        let levels = [Level::new(), Level::baseline()];
        let [best, basic] = levels.map(|level| dispatch!(level, simd => Seen::of_blocks(simd, text, &mut masked)));
        assert_eq!(best.as_ref().map(|found| &found.0), basic.as_ref().map(|found| &found.0));
        best.map(|found| found.0)
    }

    #[test]
    fn blocks_tell_what_the_characters_tell() {
        let ascii = [" ", "a  b", "\t x ", "Ab1!\u{7}\u{7f} ", "word ", "  lead", "x\ny\r\n z", "9", "", "~}|{`@[^"];
        let beyond = ["é", "Éa ", "東京 1", "Ж  x", "e\u{301}", "🙂", "\u{85}b"];
        let samples: Vec<&str> = ascii.into_iter().chain(beyond).collect();
        for (number, sample) in samples.iter().enumerate() {
            for repeats in [1, 7, 16, 32, 63, 64, 65, 200] {
                for other in 0..samples.len() {
                    let text = format!("{}{}", sample.repeat(repeats), samples[(number + other) % samples.len()]);
                    let found = of_blocks(text.as_bytes());
                    let strange = text.contains('\u{85}');
                    assert_eq!(found, (!strange).then(|| Seen::of_characters(&text)), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_utf8_is_left_to_the_slow_way() {
        for text in [&"xx東".as_bytes()[..4], b"\xff", b"\xc3", b"a\x80", &"é".repeat(40).as_bytes()[..79]] {
            assert_eq!(of_blocks(text), None, "{text:?}");
        }
    }
}
