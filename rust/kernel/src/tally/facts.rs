//! Facts about texts: lengths, words, blanks, case, characters, scripts.

use crate::characters::CLASSES;
use crate::grid::EvenGrid;
use crate::script;
use crate::seen::Seen;

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
    pub classes: [u64; CLASSES.len()],
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
            classes: [0; CLASSES.len()],
            scripts: [0; script::NAMES.len()],
        }
    }
}

impl TextFacts {
    /// Add what was seen in a text `weight` times.
    #[inline]
    pub fn add(&mut self, seen: &Seen, weight: u64) {
        let times = |happened: bool| if happened { weight } else { 0 };
        self.count += weight;
        self.shortest = self.shortest.min(seen.characters);
        self.longest = self.longest.max(seen.characters);
        self.characters += u128::from(seen.characters) * u128::from(weight);
        self.lengths.add_whole(seen.characters, weight);
        self.words += seen.words * weight;
        self.most_words = self.most_words.max(seen.words);
        self.leading += times(seen.leading);
        self.trailing += times(seen.trailing);
        self.inner += times(seen.gap);
        self.cases[0] += times(seen.upper && !seen.lower);
        self.cases[1] += times(seen.lower && !seen.upper);
        self.cases[2] += times(seen.lower && seen.upper);
        self.control += times(seen.control);
        self.non_ascii += times(seen.non_ascii);
        self.non_nfc += times(seen.non_nfc);
        self.classes.iter_mut().zip(seen.classes).for_each(|(mine, more)| *mine += more * weight);
        let mut scripts = seen.scripts;
        while scripts != 0 {
            self.scripts[scripts.trailing_zeros() as usize] += weight;
            scripts &= scripts - 1;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> TextFacts {
        let mut facts = TextFacts::default();
        facts.add(&Seen::of_characters(text), 1);
        facts
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
