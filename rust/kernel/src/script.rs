//! The script of a letter, by the main blocks of Unicode.

/// Names, in the order of the numbers that [`of`] gives.
pub const NAMES: [&str; 18] = [
    "Latin",
    "Greek",
    "Cyrillic",
    "Armenian",
    "Hebrew",
    "Arabic",
    "Devanagari",
    "Bengali",
    "Tamil",
    "Thai",
    "Georgian",
    "Hangul",
    "Hiragana",
    "Katakana",
    "Han",
    "Ethiopic",
    "Khmer",
    "other",
];
/// The number of the Latin script.
pub const LATIN: usize = 0;

const BLOCKS: [(u32, u32, usize); 40] = [
    (0x41, 0x24f, 0),
    (0x250, 0x2af, 0),
    (0x370, 0x3ff, 1),
    (0x400, 0x52f, 2),
    (0x531, 0x58f, 3),
    (0x591, 0x5ff, 4),
    (0x600, 0x6ff, 5),
    (0x750, 0x77f, 5),
    (0x8a0, 0x8ff, 5),
    (0x900, 0x97f, 6),
    (0x980, 0x9ff, 7),
    (0xb80, 0xbff, 8),
    (0xe00, 0xe7f, 9),
    (0x10a0, 0x10ff, 10),
    (0x1100, 0x11ff, 11),
    (0x1200, 0x139f, 15),
    (0x1780, 0x17ff, 16),
    (0x1c80, 0x1c8f, 2),
    (0x1d00, 0x1d25, 0),
    (0x1e00, 0x1eff, 0),
    (0x1f00, 0x1fff, 1),
    (0x2126, 0x2126, 1),
    (0x212a, 0x212b, 0),
    (0x2c60, 0x2c7f, 0),
    (0x3005, 0x3007, 14),
    (0x3041, 0x309f, 12),
    (0x30a0, 0x30ff, 13),
    (0x3130, 0x318f, 11),
    (0x3400, 0x9fff, 14),
    (0xac00, 0xd7ff, 11),
    (0xf900, 0xfaff, 14),
    (0xfb00, 0xfb06, 0),
    (0xfb13, 0xfb17, 3),
    (0xfb1d, 0xfb4f, 4),
    (0xfb50, 0xfdff, 5),
    (0xfe70, 0xfefc, 5),
    (0xff21, 0xff3a, 0),
    (0xff41, 0xff5a, 0),
    (0xff66, 0xff9f, 13),
    (0x20000, 0x323af, 14),
];

/// The number of a letter's script.
pub fn of(letter: char) -> usize {
    let code = letter as u32;
    let at = BLOCKS.partition_point(|block| block.1 < code);
    BLOCKS.get(at).filter(|block| block.0 <= code).map_or(NAMES.len() - 1, |block| block.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_scripts() {
        let letters =
            [('a', "Latin"), ('ß', "Latin"), ('Ω', "Greek"), ('Ж', "Cyrillic"), ('א', "Hebrew"), ('م', "Arabic")];
        let more =
            [('ก', "Thai"), ('한', "Hangul"), ('の', "Hiragana"), ('カ', "Katakana"), ('東', "Han"), ('ᚠ', "other")];
        for (letter, name) in letters.into_iter().chain(more) {
            assert_eq!(NAMES[of(letter)], name);
        }
    }
}
