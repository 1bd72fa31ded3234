//! The content of a field: what stands between its quotes.

use memchr::{memchr, memchr2};

use crate::options::Format;

/// The content of a raw field; `scratch` holds it when quotes had to be taken out.
#[inline]
pub fn content<'a>(raw: &'a [u8], format: Format, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    match raw.first() {
        Some(first) if Some(*first) == format.quote => unquote(raw, *first, format.escape, scratch),
        _ => raw,
    }
}

#[inline]
fn unquote<'a>(raw: &'a [u8], quote: u8, escape: Option<u8>, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let body = &raw[1..];
    match find_mark(quote, escape, body) {
        None => body,
        Some(at) if body[at] == quote && at + 1 == body.len() => &body[..at],
        Some(_) => {
            copy_unescaped(body, quote, escape, scratch);
            scratch
        }
    }
}

/// The first quote or escape.
#[inline]
pub fn find_mark(quote: u8, escape: Option<u8>, text: &[u8]) -> Option<usize> {
    escape.map_or_else(|| memchr(quote, text), |escape| memchr2(quote, escape, text))
}

#[inline(never)]
fn copy_unescaped(body: &[u8], quote: u8, escape: Option<u8>, scratch: &mut Vec<u8>) {
    scratch.clear();
    let mut rest = body;
    while let Some(at) = find_mark(quote, escape, rest) {
        scratch.extend_from_slice(&rest[..at]);
        let next = rest.get(at + 1).copied();
        if rest[at] == quote && next != Some(quote) {
            // The closing quote; whatever follows is content as it stands.
            rest = &rest[at + 1..];
            break;
        }
        scratch.extend(next);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    scratch.extend_from_slice(rest);
}

/// Without blanks at both ends.
#[inline]
pub fn trim(bytes: &[u8]) -> &[u8] {
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if is_blank(*first) || is_blank(*last) => trim_slow(bytes),
        _ => bytes,
    }
}

#[inline(never)]
fn trim_slow(bytes: &[u8]) -> &[u8] {
    let Some(start) = bytes.iter().position(|&byte| !is_blank(byte)) else { return &[] };
    let end = bytes.iter().rposition(|&byte| !is_blank(byte)).map_or(start, |at| at + 1);
    &bytes[start..end]
}

/// Space, tab and line breaks.
#[inline]
pub fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte.wrapping_sub(b'\t') < 5
}

/// Text of at most `chars` characters, for people.
pub fn shown(bytes: &[u8], chars: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.char_indices().nth(chars) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, escape: Option<u8>) -> String {
        let format = Format { delimiter: b',', quote: Some(b'"'), escape };
        let mut scratch = Vec::new();
        String::from_utf8(content(raw.as_bytes(), format, &mut scratch).to_vec()).unwrap()
    }

    #[test]
    fn quotes_are_taken_off_and_doubled_quotes_halved() {
        let cases =
            [("a", "a"), ("\"a\"", "a"), ("\"\"", ""), ("\"a\"\"b\"", "a\"b"), ("\"\"\"\"", "\""), ("5\" x", "5\" x")];
        for (raw, expected) in cases {
            assert_eq!(read(raw, None), expected);
        }
    }

    #[test]
    fn what_follows_a_closing_quote_is_kept() {
        assert_eq!(read("\"a\"b\"c", None), "ab\"c");
        assert_eq!(read("\"open", None), "open");
    }

    #[test]
    fn an_escape_takes_the_next_character_as_it_is() {
        assert_eq!(read(r#""a\"b\\""#, Some(b'\\')), "a\"b\\");
    }

    #[test]
    fn shown_text_is_cut_at_characters() {
        assert_eq!(shown("äöü".as_bytes(), 2), "äö");
    }
}
