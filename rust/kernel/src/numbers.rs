//! Reads numbers: plain ones fast, and the written ones of people ($1,234.50, 12 %, 1.234,5) exactly.

/// Which mark stands before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notation {
    /// 1,234.5
    #[default]
    Point,
    /// 1.234,5
    Comma,
}

/// What a number looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Digits, perhaps with a sign.
    Integer,
    /// With a fraction or an exponent.
    Decimal,
    /// With a currency.
    Money,
    /// With a per cent sign; the value is the number before it.
    Percent,
    /// Infinity or "not a number".
    NotFinite,
    /// Digits after a leading zero: a code such as 00501.
    Code,
}

/// A number and how it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// What it looks like.
    pub form: Form,
    /// Its value.
    pub value: f64,
    /// The value when it is a whole number of 64 bits, written without a fraction.
    pub whole: Option<i64>,
    /// Digits after the mark.
    pub decimals: u8,
    /// The mark between thousands, or 0.
    pub separator: u8,
    /// Whether it is a sign, digits and a point between digits or before them, and nothing else.
    pub plain: bool,
    /// The index of the currency in [`CURRENCIES`] plus 1, or 0.
    pub currency: u8,
}

/// Currencies that are recognised before or after a number; none may be the end of a later one.
pub const CURRENCIES: [&str; 22] = [
    "R$", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "₪", "฿", "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD",
    "CNY", "INR", "BRL",
];

/// Powers of ten that are doubles exactly.
pub const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

impl Number {
    /// Whether it is a number to reckon with: neither a code nor infinite nor "not a number".
    pub fn is_finite(&self) -> bool {
        !matches!(self.form, Form::Code | Form::NotFinite)
    }

    fn new(form: Form, value: f64, whole: Option<i64>, decimals: usize) -> Self {
        Self { form, value, whole, decimals: decimals.min(255) as u8, separator: 0, plain: false, currency: 0 }
    }
}

/// Read a cell without blanks at its ends.
#[inline]
pub fn parse(cell: &[u8], notation: Notation) -> Option<Number> {
    let first = *cell.first()?;
    let starts = first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.');
    if let Some(number) = starts.then(|| plain(cell)).flatten() {
        // 1.234 is one thousand and more where the comma stands before the fraction.
        if notation == Notation::Point || number.decimals != 3 || number.form != Form::Decimal {
            return Some(number);
        }
    }
    if first.is_ascii_lowercase() {
        // Of lower-case words only "inf", "infinity" and "nan" are numbers.
        return if matches!(cell.len(), 3 | 8) { not_finite(cell) } else { None };
    }
    if cell.len() > 48 || starts && is_ruled_out(cell) {
        return None;
    }
    written(cell, notation)
}

/// Sign, digits, fraction, exponent.
#[inline]
pub fn plain(cell: &[u8]) -> Option<Number> {
    let (negative, digits) = match cell.first()? {
        b'-' => (true, &cell[1..]),
        b'+' => (false, &cell[1..]),
        _ => (false, cell),
    };
    let mut mantissa = 0u64;
    let mut at = 0;
    while let Some(digit) = digits.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    if at == digits.len() && at > 0 && at < 19 {
        let whole = if negative { -(mantissa as i64) } else { mantissa as i64 };
        let form = if digits[0] == b'0' && at > 1 { Form::Code } else { Form::Integer };
        return Some(Number { plain: true, ..Number::new(form, whole as f64, Some(whole), 0) });
    }
    if digits.get(at) != Some(&b'.') {
        return long(cell, digits, at);
    }
    let point = at;
    at += 1;
    while let Some(digit) = digits.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let decimals = at - point - 1;
    if point > 1 && digits[0] == b'0' || point + decimals == 0 {
        return None;
    }
    if at == digits.len() && point + decimals < 19 && mantissa < 1 << 53 && decimals < POWERS.len() {
        let size = mantissa as f64 / POWERS[decimals];
        let value = if negative { -size } else { size };
        return Some(Number { plain: decimals > 0, ..Number::new(Form::Decimal, value, None, decimals) });
    }
    let ends = at == digits.len();
    let number = (ends || is_exponent(&digits[at..])).then(|| by_library(cell, decimals)).flatten();
    number.map(|number| Number { plain: ends && decimals > 0, ..number })
}

/// Whether the first character after the sign and the digits cannot be part of a number, as in dates.
#[inline]
fn is_ruled_out(cell: &[u8]) -> bool {
    let after = cell[1..].iter().find(|byte| !byte.is_ascii_digit());
    after.is_some_and(|byte| matches!(byte, b'-' | b'/' | b':' | b'_' | b'@' | b'a'..=b'z'))
}

/// Many digits, or an exponent right after the digits.
#[cold]
fn long(cell: &[u8], digits: &[u8], at: usize) -> Option<Number> {
    if at == 0 {
        return not_finite(cell);
    }
    if digits[0] == b'0' && at > 1 {
        let code = Number::new(Form::Code, 0.0, None, 0);
        return (at == digits.len()).then_some(code);
    }
    if at < digits.len() {
        return is_exponent(&digits[at..]).then(|| by_library(cell, 0)).flatten();
    }
    let text = std::str::from_utf8(cell).ok()?;
    let value = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(Number::new(Form::Integer, value, text.parse().ok(), 0))
}

fn not_finite(cell: &[u8]) -> Option<Number> {
    let body = cell.strip_prefix(b"-").or_else(|| cell.strip_prefix(b"+")).unwrap_or(cell);
    let infinite = body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity");
    let sign = if cell[0] == b'-' { -1.0 } else { 1.0 };
    let value = if infinite { sign * f64::INFINITY } else { f64::NAN };
    (infinite || body.eq_ignore_ascii_case(b"nan")).then(|| Number::new(Form::NotFinite, value, None, 0))
}

fn is_exponent(tail: &[u8]) -> bool {
    let Some(rest) = tail.strip_prefix(b"e").or_else(|| tail.strip_prefix(b"E")) else { return false };
    let digits = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b"+")).unwrap_or(rest);
    (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
}

fn by_library(cell: &[u8], decimals: usize) -> Option<Number> {
    let value: f64 = std::str::from_utf8(cell).ok()?.parse().ok()?;
    value.is_finite().then(|| Number::new(Form::Decimal, value, None, decimals))
}

/// Money, per cent, thousands marks, the decimal comma, "nan" and "inf".
#[inline(never)]
fn written(cell: &[u8], notation: Notation) -> Option<Number> {
    if !cell.iter().any(u8::is_ascii_digit) {
        return not_finite(cell);
    }
    // No currency has more letters than three: most texts with a digit in them end here.
    if cell.iter().filter(|byte| byte.is_ascii_alphabetic()).count() > 3 {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let in_brackets = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let (text, mut negative) = (in_brackets.unwrap_or(text), in_brackets.is_some());
    let (text, currency) = strip_currency(text, &mut negative);
    let (text, percent) = text.strip_suffix('%').map_or((text, false), |rest| (rest.trim_end(), true));
    let text = strip_sign(text, &mut negative);
    let (digits, decimals, separator) = ungroup(text, notation)?;
    if in_brackets.is_some() && currency == 0 && separator == 0 && decimals == 0 {
        return None;
    }
    let number = plain(&digits)?;
    let sign = if negative { -1 } else { 1 };
    let form = if percent {
        Form::Percent
    } else if currency > 0 {
        Form::Money
    } else {
        number.form
    };
    let whole = number.whole.map(|whole| whole * sign);
    Some(Number { form, value: number.value * sign as f64, whole, decimals, separator, plain: false, currency })
}

fn strip_sign<'a>(text: &'a str, negative: &mut bool) -> &'a str {
    if let Some(rest) = text.strip_prefix('-').or_else(|| text.strip_prefix('−')) {
        *negative = !*negative;
        return rest.trim_start();
    }
    text.strip_prefix('+').unwrap_or(text)
}

fn strip_currency<'a>(text: &'a str, negative: &mut bool) -> (&'a str, u8) {
    let unsigned = strip_sign(text, &mut false);
    for (index, symbol) in CURRENCIES.iter().enumerate() {
        if let Some(rest) = unsigned.strip_prefix(symbol) {
            strip_sign(text, negative);
            return (rest.trim_start(), index as u8 + 1);
        }
        if let Some(rest) = text.strip_suffix(symbol) {
            return (rest.trim_end(), index as u8 + 1);
        }
    }
    (text, 0)
}

/// The digits with a point, how many stand after it, and the mark between thousands.
fn ungroup(text: &str, notation: Notation) -> Option<(Vec<u8>, u8, u8)> {
    let mark = if notation == Notation::Point { '.' } else { ',' };
    let (front, fraction) = text.split_once(mark).map_or((text, None), |(front, rest)| (front, Some(rest)));
    let fraction = fraction.unwrap_or_default();
    if front.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let separator = front.chars().find(|c| !c.is_ascii_digit());
    let mut digits: Vec<u8> = front.bytes().filter(u8::is_ascii_digit).collect();
    if let Some(separator) = separator {
        let allowed = matches!(separator, '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | ',' | '.') && separator != mark;
        let mut groups = front.split(separator);
        let lead = groups.next().unwrap_or_default();
        let lead_fits = (1..=3).contains(&lead.len()) && !lead.starts_with('0') && is_digits(lead);
        if !allowed || !lead_fits || !groups.all(|group| group.len() == 3 && is_digits(group)) {
            return None;
        }
    }
    if !fraction.is_empty() {
        digits.push(b'.');
        digits.extend_from_slice(fraction.as_bytes());
    }
    let code = separator.map_or(0, |c| if c.is_ascii() { c as u8 } else { b' ' });
    Some((digits, fraction.len().min(255) as u8, code))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, notation: Notation) -> Option<(Form, f64)> {
        parse(text.as_bytes(), notation).map(|number| (number.form, number.value))
    }

    #[test]
    fn plain_numbers() {
        let cases = [
            ("0", Form::Integer, 0.0),
            ("-42", Form::Integer, -42.0),
            ("+7", Form::Integer, 7.0),
            ("3.5", Form::Decimal, 3.5),
            ("-.5", Form::Decimal, -0.5),
            ("5.", Form::Decimal, 5.0),
            ("1e3", Form::Decimal, 1000.0),
            ("-2.5E-3", Form::Decimal, -0.0025),
            ("0.1", Form::Decimal, 0.1),
            ("123456789012345678901234567890", Form::Integer, 123_456_789_012_345_678_901_234_567_890.0),
            ("2.71828182845904523536028747135266249", Form::Decimal, std::f64::consts::E),
            ("007", Form::Code, 7.0),
        ];
        for (text, form, value) in cases {
            assert_eq!(read(text, Notation::Point), Some((form, value)), "{text}");
        }
    }

    #[test]
    fn written_numbers() {
        let cases = [
            ("$1,234.50", Form::Money, 1234.5),
            ("-$5", Form::Money, -5.0),
            ("(1,000)", Form::Integer, -1000.0),
            ("12 €", Form::Money, 12.0),
            ("USD 3.20", Form::Money, 3.2),
            ("12.5%", Form::Percent, 12.5),
            ("-3 %", Form::Percent, -3.0),
            ("1,234,567", Form::Integer, 1_234_567.0),
            ("1'000.25", Form::Decimal, 1000.25),
        ];
        for (text, form, value) in cases {
            assert_eq!(read(text, Notation::Point), Some((form, value)), "{text}");
        }
    }

    #[test]
    fn the_decimal_comma() {
        let cases = [("3,75", 3.75), ("1.234,5", 1234.5), ("1.234", 1234.0), ("-0,5", -0.5), ("7", 7.0), ("2.5", 2.5)];
        for (text, value) in cases {
            assert_eq!(read(text, Notation::Comma).map(|found| found.1), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", ".", "1-2", "1,23", "12,34,567", "e5", "1e", "0x1F", "1.2.3", "a1", "1 2", "(5)", "00.5"]
        {
            assert_eq!(read(text, Notation::Point), None, "{text}");
        }
    }

    #[test]
    fn infinities_and_nan_are_seen() {
        assert_eq!(read("-inf", Notation::Point), Some((Form::NotFinite, f64::NEG_INFINITY)));
        assert!(read("NaN", Notation::Point).is_some_and(|(form, value)| form == Form::NotFinite && value.is_nan()));
        assert!(read("Infinity", Notation::Point).is_some());
    }
}
