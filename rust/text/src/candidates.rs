//! Dialects that are worth a try, by the characters that stand in the text.

use memchr::memmem;

use crate::split::Rules;

const LINES: usize = 400;
/// Characters outside ASCII that are used as delimiters.
const FOREIGN: [&str; 6] = ["§", "¦", "¬", "¶", "þ", "÷"];
const QUOTES: [u8; 9] = [b'\'', b'`', b'~', b'^', b'|', b'*', b'$', b'%', b'#'];

/// The dialects to try, the usual ones first.
pub fn candidates(text: &[u8], delimiter: Option<&[u8]>, quote: Option<Option<u8>>, escape: Option<u8>) -> Vec<Rules> {
    let delimiters = delimiter.map_or_else(|| delimiters(text), |given| vec![given.to_vec()]);
    let mut found = Vec::new();
    for delimiter in delimiters {
        let quotes = match quote {
            Some(given) => vec![given],
            None => quotes(text, &delimiter),
        };
        for quote in quotes.into_iter().filter(|quote| quote.is_none() || *quote != delimiter.first().copied()) {
            let escapes = if escape.is_some() { vec![escape] } else { escapes(text, &delimiter, quote) };
            for escape in escapes {
                for &blanks in follows_blank(text, &delimiter, quote) {
                    found.push(Rules { delimiter: delimiter.clone(), quote, escape, blanks });
                }
            }
        }
    }
    found
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty()).take(LINES)
}

/// Punctuation that stands in a good part of the lines.
fn delimiters(text: &[u8]) -> Vec<Vec<u8>> {
    let mut counts = [0usize; 128];
    let mut total = 0;
    for line in lines(text) {
        total += 1;
        let mut seen = [false; 128];
        line.iter().filter(|byte| byte.is_ascii()).for_each(|&byte| seen[usize::from(byte)] = true);
        counts.iter_mut().zip(seen).for_each(|(count, seen)| *count += usize::from(seen));
    }
    let usual = [b',', b';', b'\t', b'|'];
    let may_cut = |byte: u8| {
        byte.is_ascii_punctuation() && !matches!(byte, b'"') || matches!(byte, b' ' | b'\t' | 0x01 | 0x1c..=0x1f)
    };
    let others = (1..127u8).filter(|byte| !usual.contains(byte) && may_cut(*byte));
    let mut found: Vec<Vec<u8>> = Vec::new();
    for byte in usual.into_iter().chain(others) {
        let enough = if usual.contains(&byte) { total / 10 } else { total / 3 };
        if counts[usize::from(byte)] > enough {
            let twice = doubled(text, byte);
            found.push(vec![byte; 1 + usize::from(twice)]);
        }
    }
    for foreign in FOREIGN {
        if lines(text).filter(|line| memmem::find(line, foreign.as_bytes()).is_some()).count() > total / 2 {
            found.push(foreign.as_bytes().to_vec());
        }
    }
    if !found.iter().any(|each| each == b",") {
        found.insert(0, b",".to_vec());
    }
    found
}

/// Whether a delimiter stands in pairs only.
fn doubled(text: &[u8], byte: u8) -> bool {
    if matches!(byte, b' ' | b'\t' | b',' | b';' | b'\'') {
        return false;
    }
    let (mut pairs, mut others, mut at) = (0, 0, 0);
    while let Some(found) = memchr::memchr(byte, &text[at..]) {
        let start = at + found;
        let run = text[start..].iter().take_while(|&&other| other == byte).count();
        if run % 2 == 0 {
            pairs += 1;
        } else {
            others += 1;
        }
        at = start + run;
    }
    pairs > 1 && others * 20 < pairs
}

/// Quotes that may stand around fields. Double quotes are always tried; others only where a pair of
/// them encloses a delimiter's neighbourhood.
fn quotes(text: &[u8], delimiter: &[u8]) -> Vec<Option<u8>> {
    let mut found = vec![Some(b'"')];
    for quote in QUOTES.into_iter().filter(|quote| !delimiter.contains(quote)) {
        if encloses(text, delimiter, quote) {
            found.push(Some(quote));
        }
    }
    if text.contains(&b'"') {
        found.push(None);
    }
    found
}

/// Whether fields start and end with a character, in at least two places and as often.
fn encloses(text: &[u8], delimiter: &[u8], quote: u8) -> bool {
    if !text.contains(&quote) {
        return false;
    }
    let (mut opening, mut closing) = (0usize, 0usize);
    for line in lines(text) {
        let mut at = 0;
        while at <= line.len() {
            let end = memmem::find(&line[at..], delimiter).map_or(line.len(), |found| at + found);
            let field = line[at..end].trim_ascii();
            opening += usize::from(field.first() == Some(&quote));
            closing += usize::from(field.last() == Some(&quote) && field.len() > 1);
            at = end + delimiter.len().max(1);
        }
    }
    let (least, most) = (opening.min(closing), opening.max(closing));
    let letters = quote == b'\'';
    least >= 2 && least * 10 >= most * if letters { 8 } else { 9 }
}

/// Whether blanks after a delimiter may be no part of the value: where quotes follow them, and where
/// nearly all delimiters are followed by one.
fn follows_blank(text: &[u8], delimiter: &[u8], quote: Option<u8>) -> &'static [bool] {
    if delimiter == b" " || delimiter == b"\t" {
        return &[false];
    }
    let (mut all, mut blank, mut quotes) = (0usize, 0usize, 0usize);
    for at in memmem::find_iter(text, delimiter).take(5000) {
        let rest = &text[at + delimiter.len()..];
        all += 1;
        blank += usize::from(rest.first() == Some(&b' '));
        // A quote right before a delimiter or a line end closes a value that ends in a blank.
        let opens = rest.get(2).is_some_and(|next| !matches!(next, b'\n' | b'\r') && !delimiter.starts_with(&[*next]));
        quotes += usize::from(rest.first() == Some(&b' ') && rest.get(1).copied() == quote && opens);
    }
    if all > 3 && blank * 20 >= all * 19 {
        return &[true];
    }
    if quote.is_some() && quotes > 0 { &[true, false] } else { &[false] }
}

/// A backslash is an escape where it stands before quotes.
fn escapes(text: &[u8], delimiter: &[u8], quote: Option<u8>) -> Vec<Option<u8>> {
    match quote {
        Some(quote) if delimiter != b"\\" && memmem::find(text, &[b'\\', quote]).is_some() => vec![None, Some(b'\\')],
        _ => vec![None],
    }
}
