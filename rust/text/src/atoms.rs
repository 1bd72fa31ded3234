//! What a cell looks like, by its characters alone: good enough to judge a dialect.

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Atom {
    /// Nothing.
    Empty,
    /// A spelling of "no value".
    Missing,
    /// Digits.
    Integer,
    /// A number with a point, an exponent, thousands, a currency or a percent sign.
    Number,
    /// A number with a decimal comma.
    Comma,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// An address of mail or web, or of a machine.
    Address,
    /// Letters and digits without blanks.
    Code,
    /// One word.
    Word,
    /// Several words.
    Text,
    /// Words with other delimiters between them: a list, or not cut where it should be.
    List,
    /// Something that looks like the remains of a wrong cut.
    Odd,
}

impl Atom {
    /// How much it speaks for a dialect that a cell looks so.
    pub fn weight(self) -> f64 {
        match self {
            Self::Integer | Self::Number | Self::Date | Self::Time | Self::Address => 1.0,
            Self::Comma | Self::Missing | Self::Code | Self::Word => 0.9,
            Self::Empty => 0.75,
            Self::Text => 0.8,
            Self::List => 0.5,
            Self::Odd => 0.25,
        }
    }

    /// Kinds that a column may mix.
    pub fn group(self) -> Group {
        match self {
            Self::Empty | Self::Missing => Group::None,
            Self::Integer | Self::Number | Self::Comma => Group::Number,
            Self::Date | Self::Time => Group::Moment,
            Self::Address => Group::Address,
            Self::Code | Self::Word | Self::Text | Self::List | Self::Odd => Group::Text,
        }
    }
}

/// Kinds of cells that tell a header from what stands below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// No value.
    None,
    /// Numbers.
    Number,
    /// Days and times.
    Moment,
    /// Addresses.
    Address,
    /// Anything else.
    Text,
}

/// Tell what a cell looks like.
pub fn classify(raw: &[u8], quoted: bool) -> Atom {
    let cell = raw.trim_ascii();
    let Some(&first) = cell.first() else { return Atom::Empty };
    if is_missing(cell) {
        return Atom::Missing;
    }
    let sign = matches!(first, b'+' | b'-' | b'$' | b'(' | b'.' | b'<' | b'>' | 0x80..);
    if first.is_ascii_digit() || sign {
        if let Some(atom) = number(cell).or_else(|| moment(cell)) {
            return atom;
        }
    } else if let Some(atom) = named_moment(cell) {
        return atom;
    }
    address(cell).unwrap_or_else(|| words(cell, quoted))
}

fn is_missing(cell: &[u8]) -> bool {
    cell.len() <= 4
        && ["na", "n/a", "#n/a", "null", "none", "nan", "nil", "-", "--", "?", ".", "\\n", "<na>"]
            .iter()
            .any(|token| cell.eq_ignore_ascii_case(token.as_bytes()))
}

/// Digits with signs, separators, exponent, currency or percent.
fn number(cell: &[u8]) -> Option<Atom> {
    let text = std::str::from_utf8(cell).ok()?;
    let bare = text.trim_start_matches(['+', '-', '(', '$', '€', '£', '¥', '<', '>', ' ', '\u{a0}', '−']);
    let bare = bare.trim_end_matches([')', '%', '€', '$', '£', ' ', '\u{a0}', '°']);
    let bytes = bare.as_bytes();
    let (mantissa, exponent) = match bytes.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) if at > 0 => (&bytes[..at], Some(&bytes[at + 1..])),
        _ => (bytes, None),
    };
    let digits = mantissa.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || exponent.is_some_and(|text| !is_exponent(text)) {
        return None;
    }
    let points = memchr::memchr_iter(b'.', mantissa).count();
    let commas = memchr::memchr_iter(b',', mantissa).count();
    let others = mantissa.len() - digits - points - commas;
    if others > 0 {
        return grouped(bare, ' ').then_some(Atom::Number);
    }
    match (points, commas) {
        (0, 0) if exponent.is_none() && text.trim_start_matches(['+', '-']).len() == bare.len() => Some(Atom::Integer),
        (0 | 1, 0) => Some(Atom::Number),
        (0, 1) if grouped(bare, ',') && exponent.is_none() => Some(Atom::Number),
        (0, 1) => Some(Atom::Comma),
        (1, _) if bare.rfind('.') > bare.rfind(',') => grouped(bare.split('.').next()?, ',').then_some(Atom::Number),
        (_, 1) => grouped(bare.split(',').next()?, '.').then_some(Atom::Comma),
        (0, _) => grouped(bare, ',').then_some(Atom::Number),
        (_, 0) => grouped(bare, '.').then_some(Atom::Comma),
        _ => None,
    }
}

fn is_exponent(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

/// Whether digits stand in groups of three.
fn grouped(text: &str, separator: char) -> bool {
    let text = if separator == ' ' { text.split(['.', ',']).next().unwrap_or(text) } else { text };
    let mut parts = text.split(separator);
    let first = parts.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_digit())
        && parts.all(|part| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Days and times of digits: 2026-01-31, 31.1.2026, 10:30, both.
fn moment(cell: &[u8]) -> Option<Atom> {
    let text = std::str::from_utf8(cell).ok()?;
    let mut parts = text.splitn(2, ['T', ' ']);
    let first = parts.next()?;
    let rest = parts.next().map(str::trim).unwrap_or_default();
    if is_time(first) {
        return (rest.is_empty() || rest.len() <= 6 && !rest.starts_with(|c: char| c.is_ascii_digit()))
            .then_some(Atom::Time);
    }
    let day = is_day(first);
    let clock = rest.split([' ', '+', 'Z']).next().unwrap_or_default();
    if day && (rest.is_empty() || is_time(clock)) {
        return Some(Atom::Date);
    }
    named_moment(cell)
}

fn is_day(text: &str) -> bool {
    ['-', '/', '.'].iter().any(|&separator| {
        let parts: Vec<&str> = text.split(separator).collect();
        let digits = parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
        let named = separator == '-' && parts.len() == 3 && is_month(parts[1]) && parts[0].len() <= 2;
        named
            || digits
                && parts.len() == 3
                && parts.iter().filter(|part| part.len() == 4).count() <= 1
                && parts[1].len() <= 2
    })
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    (2..=4).contains(&parts.len())
        && parts.iter().enumerate().all(|(at, part)| {
            let digits =
                if at == 0 { part.trim_start_matches('-') } else { part.split(['.', ',']).next().unwrap_or_default() };
            (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        })
}

/// Days with the name of a month: 3 Jan 2026, January 3, 2026, Jan-26.
fn named_moment(cell: &[u8]) -> Option<Atom> {
    if cell.len() > 40 || !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let parts: Vec<&str> = text.split([' ', '-', ',', '/', '.']).filter(|part| !part.is_empty()).collect();
    let month = parts.iter().take(3).any(|part| is_month(part));
    let plain = |part: &&str| {
        is_month(part)
            || part.bytes().all(|b| b.is_ascii_digit()) && part.len() <= 4
            || is_time(part)
            || ["am", "pm", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "gmt", "utc"]
                .iter()
                .any(|word| part.len() <= 9 && part.to_ascii_lowercase().starts_with(word))
    };
    (month && (2..=7).contains(&parts.len()) && parts.iter().all(plain)).then_some(Atom::Date)
}

fn is_month(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    (3..=9).contains(&lower.len())
        && lower.is_ascii()
        && MONTHS.contains(&&lower[..3])
        && lower.bytes().all(|b| b.is_ascii_lowercase())
}

fn address(cell: &[u8]) -> Option<Atom> {
    let text = std::str::from_utf8(cell).ok()?;
    let web = ["http://", "https://", "ftp://", "www."]
        .iter()
        .any(|start| text.len() > start.len() && text.starts_with(start));
    let mail = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.contains([' ', ',', ';', '|', '\t']) && !host.contains('@')
    });
    let machine = text.split('.').count() == 4
        && text.split('.').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let whole = !text.contains([' ', '\t', '|', '"']);
    (web && whole || mail || machine).then_some(Atom::Address)
}

fn words(cell: &[u8], quoted: bool) -> Atom {
    if !quoted && halved(cell) {
        return Atom::Odd;
    }
    if !quoted && listed(cell) {
        return Atom::List;
    }
    let letters = |&byte: &u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    if cell.iter().all(|byte| letters(byte) || matches!(byte, b'\'' | b'-' | b'.')) {
        return Atom::Word;
    }
    let plain = |byte: &u8| {
        letters(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'#' | b'+')
    };
    if cell.iter().all(plain) {
        return Atom::Code;
    }
    Atom::Text
}

/// Whether other delimiters stand between words.
fn listed(cell: &[u8]) -> bool {
    let tight =
        |pair: &[u8]| matches!(pair[0], b',' | b';' | b'|') && !pair[1].is_ascii_whitespace() && pair[1] != b'/';
    cell.windows(2).any(tight)
}

/// Whether a cell has half a pair of quotes or brackets, or quotes around it that were not read as such.
fn halved(cell: &[u8]) -> bool {
    let count = |byte: u8| memchr::memchr_iter(byte, cell).count();
    let enclosed = cell.len() > 1 && cell.first() == Some(&b'"') && cell.last() == Some(&b'"');
    enclosed
        || cell.contains(&b'\t')
        || count(b'"') % 2 == 1
        || count(b'(') != count(b')')
        || count(b'[') != count(b']')
        || count(b'{') != count(b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_by_their_characters() {
        for (cell, atom) in [
            ("", Atom::Empty),
            ("n/a", Atom::Missing),
            ("-12", Atom::Integer),
            ("$74.69", Atom::Number),
            ("1,234,567.5", Atom::Number),
            ("1e-5", Atom::Number),
            ("12 345", Atom::Number),
            ("3,5 €", Atom::Comma),
            ("1.234,50", Atom::Comma),
            ("28/01/2018", Atom::Date),
            ("2018-01-28T10:00:00Z", Atom::Date),
            ("5-Jan-2018", Atom::Date),
            ("January 3, 2026", Atom::Date),
            ("10:30 PM", Atom::Time),
            ("https://a.b/c,d", Atom::Address),
            ("a@b.org", Atom::Address),
            ("10.0.0.1", Atom::Address),
            ("MG-8769", Atom::Code),
            ("Müller", Atom::Word),
            ("a nice day", Atom::Text),
            ("a;b", Atom::List),
            ("\"half", Atom::Odd),
        ] {
            assert_eq!(classify(cell.as_bytes(), false), atom, "{cell}");
        }
    }
}
