//! Reads dates, times and timestamps, and remembers how they were written.

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// The order of a date's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Order {
    /// No date at all: a time.
    None,
    /// 2026-04-03
    YearFirst,
    /// 03/04/2026, which may be either.
    Numeric,
    /// 3 Apr 2026
    DayName,
    /// Apr 3, 2026
    NameDay,
}

/// How a moment was written. The order of the variants' fields is the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Written {
    /// The order of the date's parts.
    pub order: Order,
    /// The mark between the date's parts.
    pub mark: u8,
    /// Whether the year has two digits.
    pub short_year: bool,
    /// Between date and time: `T` or a space; 0 without a time.
    pub joint: u8,
    /// Parts of the time: 0, 2 (minutes), 3 (seconds) or 4 (fraction).
    pub time: u8,
    /// Whether AM or PM follows.
    pub half: bool,
    /// Whether a zone follows; moments are turned into UTC.
    pub zone: bool,
}

impl Written {
    /// Whether a text of this length looks like 2026-04-03 or 2026-04-03 10:20:30, each part with all its digits.
    #[inline]
    pub fn is_iso(&self, length: usize) -> bool {
        let date = length == 10 && *self == ISO_DATE;
        date || length == 19 && self.time == 3 && Self { time: 0, joint: 0, ..*self } == ISO_DATE
    }
}

/// A moment, in microseconds since 1970-01-01 or since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Read with the day before the month (the only reading, unless the order is numeric).
    pub day_first: Option<i64>,
    /// Read with the month before the day.
    pub month_first: Option<i64>,
    /// How it was written.
    pub written: Written,
}

impl Moment {
    /// The moment under one of the two readings.
    pub fn at(&self, month_first: bool) -> Option<i64> {
        if month_first { self.month_first } else { self.day_first }
    }
}

const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const LONG_MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];

/// Days since 1970-01-01 of a day of the Gregorian calendar, if it exists.
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of days since 1970-01-01.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Read a cell without blanks at its ends.
#[inline]
pub fn parse(cell: &[u8]) -> Option<Moment> {
    if !(4..=40).contains(&cell.len()) || !may_start(cell[0]) || !cell.iter().take(16).any(u8::is_ascii_digit) {
        return None;
    }
    iso(cell).or_else(|| written(cell))
}

/// Read the most usual spellings, 2026-04-03 and 2026-04-03 10:20:30, without looking twice.
#[inline]
fn iso(cell: &[u8]) -> Option<Moment> {
    let date: &[u8; 10] = cell.first_chunk()?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = pair(date[0], date[1])? * 100 + pair(date[2], date[3])?;
    let day = days(year, pair(date[5], date[6])?, pair(date[8], date[9])?)?;
    let mut written = ISO_DATE;
    let mut micros = day * DAY;
    if cell.len() > 10 {
        let time: &[u8; 9] = cell[10..].try_into().ok()?;
        let (hour, minute, second) = (pair(time[1], time[2])?, pair(time[4], time[5])?, pair(time[7], time[8])?);
        let fits = matches!(time[0], b' ' | b'T') && time[3] == b':' && time[6] == b':';
        if !fits || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        micros += (hour * 3600 + minute * 60 + second) * 1_000_000;
        written = Written { joint: time[0], time: 3, ..ISO_DATE };
    }
    Some(Moment { day_first: Some(micros), month_first: None, written })
}

/// 2026-04-03
pub const ISO_DATE: Written =
    Written { order: Order::YearFirst, mark: b'-', short_year: false, joint: 0, time: 0, half: false, zone: false };

#[inline]
fn pair(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

fn written(cell: &[u8]) -> Option<Moment> {
    let mut text = Text { bytes: cell, at: 0 };
    let start = text.number(4);
    match (start, text.peek()) {
        (Some((_, 1 | 2)), Some(b':')) => time_only(cell),
        (Some(first), Some(mark @ (b'-' | b'/' | b'.' | b' '))) => {
            text.at += 1;
            numeric_start(&mut text, first, mark)
        }
        (None, Some(_)) => name_start(&mut text),
        _ => None,
    }
}

/// Whether a moment may start so: with a digit, or with the first letter of a month.
#[inline]
fn may_start(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte | 0x20, b'j' | b'f' | b'm' | b'a' | b's' | b'o' | b'n' | b'd')
}

fn numeric_start(text: &mut Text, first: (i64, usize), mark: u8) -> Option<Moment> {
    if text.peek()?.is_ascii_alphabetic() {
        let month = text.month()?;
        text.one_of(b"- /.")?;
        let (year, short_year) = text.year()?;
        let day = days(year, month, first.0)?;
        return finish(text, Some(day), None, Order::DayName, mark, short_year);
    }
    let second = text.number(2)?;
    text.byte(mark)?;
    if first.1 == 4 {
        let third = text.number(2)?;
        let day = (mark != b' ').then(|| days(first.0, second.0, third.0)).flatten()?;
        return finish(text, Some(day), None, Order::YearFirst, mark, false);
    }
    let (year, short_year) = (first.1 <= 2 && mark != b' ').then(|| text.year()).flatten()?;
    let (day_first, month_first) = (days(year, second.0, first.0), days(year, first.0, second.0));
    day_first.or(month_first)?;
    finish(text, day_first, month_first, Order::Numeric, mark, short_year)
}

fn name_start(text: &mut Text) -> Option<Moment> {
    let month = text.month()?;
    text.one_of(b" -.")?;
    let (day, _) = text.number(2)?;
    if text.peek() == Some(b',') {
        text.at += 1;
    }
    text.one_of(b" -")?;
    let (year, short_year) = text.year()?;
    finish(text, Some(days(year, month, day)?), None, Order::NameDay, b' ', short_year)
}

fn time_only(cell: &[u8]) -> Option<Moment> {
    let mut text = Text { bytes: cell, at: 0 };
    let (micros, time, half) = text.time()?;
    let written = Written { order: Order::None, mark: 0, short_year: false, joint: 0, time, half, zone: false };
    (text.at == cell.len()).then_some(Moment { day_first: Some(micros), month_first: None, written })
}

fn finish(
    text: &mut Text,
    day_first: Option<i64>,
    month_first: Option<i64>,
    order: Order,
    mark: u8,
    short_year: bool,
) -> Option<Moment> {
    let mut written = Written { order, mark, short_year, joint: 0, time: 0, half: false, zone: false };
    let mut offset = 0;
    if let Some(joint) = text.peek() {
        written.joint = (joint == b'T' || joint == b' ').then_some(joint)?;
        text.at += 1;
        let (micros, time, half) = text.time()?;
        (written.time, written.half) = (time, half);
        offset = micros;
        if let Some(zone) = text.zone()? {
            written.zone = true;
            offset -= zone;
        }
    }
    let moment = |days: i64| days * DAY + offset;
    (text.at == text.bytes.len()).then_some(Moment {
        day_first: day_first.map(moment),
        month_first: month_first.map(moment),
        written,
    })
}

struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Text<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<()> {
        wanted.contains(&self.peek()?).then(|| self.at += 1)
    }

    /// A number of at most `most` digits, and how many it has; none when more follow.
    #[inline]
    fn number(&mut self, most: usize) -> Option<(i64, usize)> {
        let start = self.at;
        let mut value = 0;
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            if self.at - start == most {
                return None;
            }
            value = value * 10 + i64::from(byte - b'0');
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    fn year(&mut self) -> Option<(i64, bool)> {
        match self.number(4)? {
            (year, 4) => Some((year, false)),
            // As POSIX has it: 69 to 99 are of the last century.
            (year, 2) => Some((if year < 69 { 2000 + year } else { 1900 + year }, true)),
            _ => None,
        }
    }

    fn month(&mut self) -> Option<i64> {
        let rest = &self.bytes[self.at..];
        let start: [u8; 3] = rest.first_chunk::<3>()?.to_ascii_lowercase().try_into().ok()?;
        let found = MONTHS.iter().position(|name| **name == start)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &rest[..length];
        self.at += length;
        let whole = word.eq_ignore_ascii_case(LONG_MONTHS[found]) || word.eq_ignore_ascii_case(b"sept");
        (length == 3 || whole).then_some(found as i64 + 1)
    }

    /// Hours, minutes, seconds: microseconds, parts, and whether AM or PM follows.
    fn time(&mut self) -> Option<(i64, u8, bool)> {
        let (mut hour, _) = self.number(2)?;
        self.byte(b':')?;
        let minute = self.two_digits()?;
        let (mut micros, mut parts) = (0, 2);
        if self.byte(b':').is_some() {
            micros = self.two_digits().filter(|&second| second < 61)? * 1_000_000;
            parts = 3;
            if self.one_of(b".,").is_some() {
                micros += self.fraction()?;
                parts = 4;
            }
        }
        let half = self.half_day(&mut hour)?;
        (hour < 24 && minute < 60).then_some((hour * 3_600_000_000 + minute * 60_000_000 + micros, parts, half))
    }

    fn two_digits(&mut self) -> Option<i64> {
        self.number(2).filter(|found| found.1 == 2).map(|found| found.0)
    }

    fn fraction(&mut self) -> Option<i64> {
        let (start, mut value, mut unit) = (self.at, 0, 100_000);
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            value += i64::from(byte - b'0') * unit;
            unit /= 10;
            self.at += 1;
        }
        (self.at > start && self.at - start <= 9).then_some(value)
    }

    fn half_day(&mut self, hour: &mut i64) -> Option<bool> {
        let rest = &self.bytes[self.at..];
        let word = rest.strip_prefix(b" ").unwrap_or(rest);
        let afternoon = word.eq_ignore_ascii_case(b"pm");
        if !afternoon && !word.eq_ignore_ascii_case(b"am") {
            return Some(false);
        }
        *hour = (1..=12).contains(hour).then_some(*hour % 12 + if afternoon { 12 } else { 0 })?;
        self.at = self.bytes.len();
        Some(true)
    }

    /// The offset of a zone in microseconds; `Some(None)` when no zone is written.
    #[allow(clippy::option_option, reason = "a wrong zone is not an absent one")]
    fn zone(&mut self) -> Option<Option<i64>> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return Some(None);
        }
        if matches!(rest, b"Z" | b"z" | b" UTC" | b" GMT" | b" Z") {
            self.at = self.bytes.len();
            return Some(Some(0));
        }
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        let sign = match self.peek()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let hours = match self.number(4)? {
            (hhmm, 4) => hhmm / 100 * 60 + hhmm % 100,
            (hours, 2) if self.byte(b':').is_some() => hours * 60 + self.two_digits()?,
            (hours, 2) => hours * 60,
            _ => return None,
        };
        (hours <= 18 * 60).then_some(Some(sign * hours * 60_000_000))
    }
}

#[cfg(test)]
mod tests;
