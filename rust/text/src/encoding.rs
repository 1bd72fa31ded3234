//! How a text is encoded: told by a byte order mark, by its zeros, by being UTF-8, or by how well its
//! other bytes read in the encodings of the world.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, IBM866, SHIFT_JIS, WINDOWS_1252};
use oem_cp::code_table::{DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP852};
use serde::Serialize;

/// How likely two bytes of another encoding are UTF-8 by chance: a capital with an accent before a sign is rare.
const CHANCE: f64 = 0.1;

/// How bytes become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8, and ASCII with it.
    Utf8,
    /// UTF-16; true for little-endian.
    Utf16(bool),
    /// UTF-32; true for little-endian.
    Utf32(bool),
    /// Any other encoding of the web.
    Legacy(&'static Encoding),
    /// A code page of DOS: its number, and its upper half.
    Dos(u16, &'static [char; 128]),
    /// UTF-8, with bytes of another encoding among it.
    Mixed(&'static Encoding),
}

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The encoding.
    #[serde(skip)]
    pub charset: Charset,
    /// Its name in lower case.
    pub name: String,
    /// Bytes of the byte order mark.
    pub mark: usize,
    /// 0 to 1.
    pub confidence: f64,
    /// How it was found.
    pub how: &'static str,
}

impl Charset {
    /// The encoding of that name.
    pub fn named(label: &str) -> Option<Self> {
        let lower = label.trim().to_ascii_lowercase().replace('_', "-");
        match lower.as_str() {
            "utf-32" | "utf-32le" | "utf32" => Some(Self::Utf32(true)),
            "utf-32be" => Some(Self::Utf32(false)),
            "utf-8-sig" => Some(Self::Utf8),
            "cp437" | "ibm437" | "437" => Some(Self::Dos(437, &DECODING_TABLE_CP437)),
            "cp850" | "ibm850" | "850" => Some(Self::Dos(850, &DECODING_TABLE_CP850)),
            "cp852" | "ibm852" | "852" => Some(Self::Dos(852, &DECODING_TABLE_CP852)),
            _ => match Encoding::for_label(lower.as_bytes())?.name() {
                "UTF-8" => Some(Self::Utf8),
                "UTF-16LE" => Some(Self::Utf16(true)),
                "UTF-16BE" => Some(Self::Utf16(false)),
                "replacement" | "x-user-defined" => None,
                "GBK" => Some(Self::Legacy(GB18030)),
                _ => Some(Self::Legacy(Encoding::for_label(lower.as_bytes())?)),
            },
        }
    }

    /// Its name in lower case.
    pub fn name(self) -> String {
        let end = |little| if little { "le" } else { "be" };
        match self {
            Self::Utf8 => "utf-8".into(),
            Self::Utf16(little) => format!("utf-16{}", end(little)),
            Self::Utf32(little) => format!("utf-32{}", end(little)),
            Self::Legacy(encoding) => encoding.name().to_ascii_lowercase(),
            Self::Dos(number, _) => format!("cp{number}"),
            Self::Mixed(encoding) => format!("utf-8 with {}", encoding.name().to_ascii_lowercase()),
        }
    }
}

fn found(charset: Charset, mark: usize, confidence: f64, how: &'static str) -> Found {
    Found { charset, name: charset.name(), mark, confidence, how }
}

/// Detect the encoding from the first bytes and from samples further on.
pub fn detect(head: &[u8], samples: &[Vec<u8>]) -> Found {
    by_mark(head).or_else(|| by_zeros(head)).unwrap_or_else(|| by_bytes(head, samples))
}

/// The byte order mark, if there is one.
pub fn by_mark(head: &[u8]) -> Option<Found> {
    let (charset, mark) = match head {
        [0xff, 0xfe, 0, 0, ..] => (Charset::Utf32(true), 4),
        [0, 0, 0xfe, 0xff, ..] => (Charset::Utf32(false), 4),
        [0xef, 0xbb, 0xbf, ..] => (Charset::Utf8, 3),
        [0xff, 0xfe, ..] => (Charset::Utf16(true), 2),
        [0xfe, 0xff, ..] => (Charset::Utf16(false), 2),
        _ => return None,
    };
    Some(found(charset, mark, 1.0, "byte order mark"))
}

/// The encoding of JSON of two or four bytes a character.
pub fn wide_json(head: &[u8]) -> Option<Found> {
    let narrow = head.iter().find(|byte| !matches!(byte, 0 | 0xfe | 0xff | b' ' | b'\t' | b'\n' | b'\r'));
    narrow.filter(|byte| b"{[\"-0123456789tfn".contains(byte))?;

    let found = by_mark(head).or_else(|| by_zeros(head))?;
    matches!(found.charset, Charset::Utf16(_) | Charset::Utf32(_)).then_some(found)
}

/// Zeros in every second or in three of four places.
fn by_zeros(head: &[u8]) -> Option<Found> {
    let head = &head[..head.len().min(4096) & !3];
    if head.len() < 4 || !head.contains(&0) {
        return None;
    }
    let zeros = |from: usize, step: usize| {
        let all = head.iter().skip(from).step_by(step);
        all.clone().filter(|&&byte| byte == 0).count() as f64 / all.count() as f64
    };
    let by4: Vec<f64> = (0..4).map(|from| zeros(from, 4)).collect();
    let (even, odd) = (zeros(0, 2), zeros(1, 2));
    let high = |share: f64| share > 0.9;
    if high(by4[1]) && high(by4[2]) && high(by4[3]) && by4[0] < 0.1 {
        return Some(found(Charset::Utf32(true), 0, 0.95, "zeros in three of four bytes"));
    }
    if high(by4[0]) && high(by4[1]) && high(by4[2]) && by4[3] < 0.1 {
        return Some(found(Charset::Utf32(false), 0, 0.95, "zeros in three of four bytes"));
    }
    if odd > 0.3 && even < 0.05 {
        return Some(found(Charset::Utf16(true), 0, 0.6 + 0.35 * odd, "zeros in every second byte"));
    }
    if even > 0.3 && odd < 0.05 {
        return Some(found(Charset::Utf16(false), 0, 0.6 + 0.35 * even, "zeros in every second byte"));
    }
    None
}

fn by_bytes(head: &[u8], samples: &[Vec<u8>]) -> Found {
    let parts: Vec<&[u8]> = std::iter::once(head).chain(samples.iter().map(Vec::as_slice)).collect();
    let (mut valid, mut invalid) = (0usize, 0usize);
    for part in &parts {
        let (good, bad) = utf8_sequences(part);
        valid += good;
        invalid += bad;
    }
    let escapes = parts.iter().any(|part| memchr::memmem::find(part, b"\x1b$").is_some());
    if invalid == 0 && !escapes {
        let how = if valid == 0 { "nothing but ASCII" } else { "valid UTF-8" };
        return found(Charset::Utf8, 0, if valid == 0 { 1.0 } else { 1.0 - CHANCE.powi(valid.min(20) as i32) }, how);
    }
    let guess = likeliest(&parts);
    let guess = if guess == GBK { GB18030 } else { guess };
    let guess = if guess.is_single_byte() && is_japanese(&parts) { SHIFT_JIS } else { guess };
    if valid > 0 && valid >= invalid {
        let fallback = if guess.is_single_byte() { guess } else { WINDOWS_1252 };
        let confidence = 0.5 + 0.4 * valid as f64 / (valid + invalid) as f64;
        return found(Charset::Mixed(fallback), 0, confidence, "mostly valid UTF-8, with bytes of another encoding");
    }
    if guess.is_single_byte() && guess != IBM866 && is_dos(&parts) {
        return found(Charset::Dos(850, &DECODING_TABLE_CP850), 0, 0.6, "letters where DOS has them");
    }
    let errors: usize = parts.iter().map(|part| errors(guess, part)).sum();
    let evidence = 1.0 - 0.5f64.powf(1.0 + invalid as f64 / 8.0);
    let clean = 1.0 - (errors as f64 / invalid.max(1) as f64).min(1.0);
    found(
        Charset::Legacy(guess),
        0,
        (0.4 + 0.55 * evidence) * (0.3 + 0.7 * clean),
        "the likeliest encoding of its bytes",
    )
}

/// The likeliest encoding of bytes that are not UTF-8; to judge all encodings takes its time.
fn likeliest(parts: &[&[u8]]) -> &'static Encoding {
    let mut legacy = EncodingDetector::new(Iso2022JpDetection::Allow);
    for part in parts {
        legacy.feed(part, false);
    }
    legacy.feed(b"", true);
    legacy.guess(None, Utf8Detection::Deny)
}

/// Sequences of several bytes that are UTF-8, and bytes that are not; the ends of a sample may be cut.
fn utf8_sequences(part: &[u8]) -> (usize, usize) {
    let start = part.iter().take(3).take_while(|&&byte| byte & 0xc0 == 0x80).count();
    let (mut good, mut bad) = (0, 0);
    let mut rest = part.len() - start;
    for chunk in part[start..].utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| byte & 0xc0 == 0xc0).count();
        rest -= chunk.valid().len() + chunk.invalid().len();
        let cut = rest == 0 && chunk.invalid().len() < 4 && chunk.invalid().first().is_some_and(|&byte| byte >= 0xc2);
        bad += if cut && part.len() > 64 { 0 } else { chunk.invalid().len() };
    }
    (good, bad)
}

/// Whether bytes within words are nearly all letters of DOS's code page 850, which stand where the code pages
/// of Windows have marks.
fn is_dos(parts: &[&[u8]]) -> bool {
    let (mut low, mut high) = (0usize, 0usize);
    for word in parts.iter().flat_map(|part| part.split(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic())) {
        if !word.iter().any(u8::is_ascii_alphabetic) {
            continue;
        }
        for byte in word.iter().filter(|byte| !byte.is_ascii()) {
            match byte {
                0x80..=0x9a | 0xa0..=0xa5 | 0xe1 => low += 1,
                _ => high += 1,
            }
        }
    }
    low > 1 && low >= 20 * high
}

/// Whether all bytes beyond ASCII are pairs of Shift JIS that stand for usual characters, in words of their own:
/// of a few words the statistics of letters tell too little.
fn is_japanese(parts: &[&[u8]]) -> bool {
    let (mut words, mut mixed, mut seen) = (0usize, 0usize, std::collections::HashSet::new());
    for part in parts {
        let mut at = 0;
        while let Some(found) = part[at..].iter().position(|byte| !byte.is_ascii()) {
            let start = at + found;
            at = start;
            while let Some(pair) = part.get(at..at + 2).filter(|pair| !pair[0].is_ascii()) {
                let usual = matches!(pair[0], 0x81..=0x98) && matches!(pair[1], 0x40..=0x7e | 0x80..=0xfc);
                if !usual {
                    return false;
                }
                seen.insert([pair[0], pair[1]]);
                at += 2;
            }
            if part.get(at).is_some_and(|byte| !byte.is_ascii()) {
                break;
            }
            words += 1;
            let letter = |at: Option<usize>| at.and_then(|at| part.get(at)).is_some_and(u8::is_ascii_alphabetic);
            mixed += usize::from(letter(start.checked_sub(1)) || letter(Some(at)));
        }
    }
    words > 2 && seen.len() > 3 && mixed * 10 <= words
}

fn errors(encoding: &'static Encoding, part: &[u8]) -> usize {
    let (text, _, _) = encoding.decode(part);
    text.chars().filter(|&c| c == '\u{fffd}').count().saturating_sub(2)
}

/// UTF-8 that was taken for windows-1252 and encoded again: shown as it stands, and as it was meant.
pub fn mojibake(text: &str) -> Option<(String, String)> {
    if text.is_ascii() {
        return None;
    }
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '"' || c == '|')
        .filter(|word| !word.is_ascii())
        .find_map(|word| {
            if !word.contains([
                'Ã', 'Â', 'â', 'Ð', 'Ñ', 'Å', 'Ä', 'ã', 'å', 'ç', 'è', 'é', 'æ', 'ä', 'ï', 'Î', 'Ï', '×', 'Ø', 'Ù',
            ]) {
                return None;
            }
            let (bytes, _, lossy) = WINDOWS_1252.encode(word);
            let meant = (!lossy).then(|| String::from_utf8(bytes.into_owned()).ok())??;
            (meant.chars().count() < word.chars().count() && !meant.is_ascii()).then(|| (word.to_owned(), meant))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> String {
        detect(bytes, &[]).name
    }

    #[test]
    fn encodings_are_found() {
        let german = "Größe;Straße;Müller;Käufer;Öl\n".repeat(20);
        assert_eq!(name(german.as_bytes()), "utf-8");
        assert_eq!(name(&WINDOWS_1252.encode(&german).0), "windows-1252");
        let russian = "Имя;Город;Возраст\nАнна;Москва;30\nИван;Казань;25\n".repeat(5);
        assert_eq!(name(&encoding_rs::WINDOWS_1251.encode(&russian).0), "windows-1251");
        let japanese = "名前,都市,年齢\n太郎,東京,30\n花子,大阪,25\n".repeat(5);
        assert_eq!(name(&encoding_rs::SHIFT_JIS.encode(&japanese).0), "shift_jis");
        let few = "番号,名前,都市\n0,山田,東京\n1,山田,東京\n";
        assert_eq!(name(&encoding_rs::SHIFT_JIS.encode(few).0), "shift_jis");
        assert_eq!(name(&encoding_rs::EUC_JP.encode(&japanese).0), "euc-jp");
        let chinese = "姓名,城市,年龄\n张三,北京,三十\n李四,上海,二十五\n".repeat(5);
        assert_eq!(name(&GB18030.encode(&chinese).0), "gb18030");
        let dos: Vec<u8> = german
            .chars()
            .map(|c| match c {
                'ö' => 0x94,
                'ß' => 0xe1,
                'ü' => 0x81,
                'ä' => 0x84,
                'Ö' => 0x99,
                c => c as u8,
            })
            .collect();
        assert_eq!(name(&dos), "cp850");
        let utf16: Vec<u8> = german.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(name(&utf16), "utf-16le");
        let utf32: Vec<u8> = german.chars().flat_map(|c| (c as u32).to_be_bytes()).collect();
        assert_eq!(name(&utf32), "utf-32be");
    }

    #[test]
    fn a_mixture_is_named() {
        let mut bytes = "Größe;Straße;Müller;Käufer;Öl\n".repeat(20).into_bytes();
        bytes.extend_from_slice(b"Gr\xf6\xdfe;x;y;z;1\n");
        assert_eq!(name(&bytes), "utf-8 with windows-1252");
    }

    #[test]
    fn text_encoded_twice_is_seen() {
        assert_eq!(mojibake("id,MÃ¼ller"), Some(("MÃ¼ller".into(), "Müller".into())));
        assert_eq!(mojibake("it,donâ€™t"), Some(("donâ€™t".into(), "don’t".into())));
        assert_eq!(mojibake("Müller, Käufer, château"), None);
    }
}
