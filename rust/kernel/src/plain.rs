//! Numbers and days as machines write them, read from the 16 bytes of a cell all at once.
//!
//! What is read here means the same in [`crate::numbers`] and [`crate::dates`]; whatever is not of the
//! usual shape is left to them.

use crate::dates::days;
use crate::numbers::POWERS;

/// A number: perhaps a minus, digits without a leading zero, perhaps a point and more digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain {
    /// The digits without the point.
    pub mantissa: u64,
    /// Digits after the point.
    pub decimals: u32,
    /// Digits before it.
    pub front: u32,
    /// Whether a minus stands first.
    pub negative: bool,
    /// The first digit that is not zero, or 0.
    pub lead: u8,
}

impl Plain {
    /// The number of an integer.
    #[inline]
    pub fn whole(&self) -> i64 {
        if self.negative { -(self.mantissa as i64) } else { self.mantissa as i64 }
    }

    /// The number as a double, rounded once.
    #[inline]
    pub fn value(&self) -> f64 {
        let size = self.mantissa as f64 / POWERS[self.decimals as usize & 15];
        if self.negative { -size } else { size }
    }
}

const ONES: u128 = u128::from_le_bytes([1; 16]);
const HIGHS: u128 = ONES << 7;
const SHORT_ONES: u64 = ONES as u64;
const SHORT_HIGHS: u64 = HIGHS as u64;

/// Read a number of at most 16 characters; `word` is zero after the last of them.
#[inline]
pub fn number(word: u128, length: u32) -> Option<Plain> {
    if length <= 8 { short(word as u64, length) } else { long(word, length) }
}

#[inline]
fn short(word: u64, length: u32) -> Option<Plain> {
    let negative = word as u8 == b'-';
    let word = word >> (8 * u32::from(negative));
    let length = length.wrapping_sub(u32::from(negative));
    if length.wrapping_sub(1) >= 8 {
        return None;
    }
    let points = word ^ (SHORT_ONES * 0x2e);
    let found = points.wrapping_sub(SHORT_ONES) & !points & SHORT_HIGHS;
    let (digits, front, decimals, count) = if found == 0 {
        (word, length, 0, length)
    } else {
        let at = found.trailing_zeros() & !7;
        let before = (1 << at) - 1;
        let front = at / 8;
        (word & before | (word >> 8) & !before, front, length - 1 - front, length - 1)
    };
    if !fits(found != 0, front, decimals) {
        return None;
    }
    let unused = 64 - 8 * count;
    let values = (digits << unused) ^ ((SHORT_ONES * 0x30) << unused);
    if (values.wrapping_add(SHORT_ONES * 0x76) | values) & SHORT_HIGHS != 0 || front > 1 && word as u8 == b'0' {
        return None;
    }
    let lead = if values == 0 { 0 } else { (values >> (values.trailing_zeros() & !7)) as u8 };
    Some(Plain { mantissa: eight(values), decimals, front, negative, lead })
}

#[inline]
fn long(word: u128, length: u32) -> Option<Plain> {
    let negative = word as u8 == b'-';
    let word = if negative { word >> 8 } else { word };
    let length = length - u32::from(negative);
    if length > 16 {
        return None;
    }
    let points = word ^ (ONES * 0x2e);
    let found = points.wrapping_sub(ONES) & !points & HIGHS;
    let (digits, front, decimals, count) = if found == 0 {
        (word, length, 0, length)
    } else {
        let at = found.trailing_zeros() & !7;
        let before = (1 << at) - 1;
        let front = at / 8;
        (word & before | (word >> 8) & !before, front, length - 1 - front, length - 1)
    };
    if !fits(found != 0, front, decimals) {
        return None;
    }
    let unused = 128 - 8 * count;
    let values = (digits << unused) ^ ((ONES * 0x30) << unused);
    if (values.wrapping_add(ONES * 0x76) | values) & HIGHS != 0 || front > 1 && word as u8 == b'0' {
        return None;
    }
    let lead = if values == 0 { 0 } else { (values >> (values.trailing_zeros() & !7)) as u8 };
    let mantissa = eight(values as u64) * 100_000_000 + eight((values >> 64) as u64);
    Some(Plain { mantissa, decimals, front, negative, lead })
}

/// Read a decimal of more than 16 characters whose point is among the first 16; `rest` holds what follows
/// these. Its mantissa may not fit, so it is left at 0.
#[inline]
pub fn long_decimal(word: u128, rest: &[u8]) -> Option<Plain> {
    let negative = word as u8 == b'-';
    let (digits, first) = if negative { (word >> 8, 15) } else { (word, 16) };
    let points = digits ^ (ONES * 0x2e);
    let found = points.wrapping_sub(ONES) & !points & HIGHS;
    let front = found.trailing_zeros() / 8;
    if found == 0 || front == 0 || front > 1 && digits as u8 == b'0' {
        return None;
    }
    let unused = 128 - 8 * first;
    // The point is taken for a zero.
    let values = (digits ^ (ONES * 0x30) ^ (0x1e << (8 * front))) << unused >> unused;
    let fits = (values.wrapping_add(ONES * 0x76) | values) & HIGHS & (u128::MAX >> unused) == 0;
    let decimals = first - 1 - front + rest.len() as u32;
    let lead = if values == 0 { 0 } else { (values >> (values.trailing_zeros() & !7)) as u8 };
    let known = lead > 0 && fits && rest.iter().all(u8::is_ascii_digit);
    known.then_some(Plain { mantissa: 0, decimals, front, negative, lead })
}

/// Whether digits stand where they must.
#[inline]
fn fits(point: bool, front: u32, decimals: u32) -> bool {
    front > 0 && (!point || decimals > 0)
}

/// Eight digits, the first one in the lowest byte, as a number.
#[inline]
fn eight(digits: u64) -> u64 {
    let pairs = (digits.wrapping_mul(2561) >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(6_553_601) >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(42_949_672_960_001) >> 32
}

/// A day of the calendar, 2026-04-03.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01.
    pub number: i64,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub of_month: u8,
}

/// Read the first ten characters as a day.
#[inline]
pub fn day(word: u128) -> Option<Day> {
    const ZEROS: u128 = u128::from_le_bytes(*b"0000-00-00\0\0\0\0\0\0");
    // What must be added so that the highest bit tells a byte above 9, or above 0 where the dashes are.
    const MOST: u128 =
        u128::from_le_bytes([0x76, 0x76, 0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f, 0x76, 0x76, 0, 0, 0, 0, 0, 0]);
    const TEN: u128 = (1 << 80) - 1;
    let values = (word & TEN) ^ ZEROS;
    if (values.wrapping_add(MOST) | values) & HIGHS != 0 {
        return None;
    }
    let front = values as u64;
    let pairs = front.wrapping_mul(10).wrapping_add(front >> 8);
    let back = (values >> 64) as u64;
    let year = (pairs & 0xff) * 100 + (pairs >> 16 & 0xff);
    let (month, of_month) = ((pairs >> 40) as u8, ((back & 0xff) * 10 + (back >> 8)) as u8);
    let number = days(year as i64, i64::from(month), i64::from(of_month))?;
    Some(Day { number, month, of_month })
}

/// Read 22:46:52 as hour, minute and second.
#[inline]
pub fn clock(word: u64) -> Option<(u8, u8, u8)> {
    const ZEROS: u64 = u64::from_le_bytes(*b"00:00:00");
    const MOST: u64 = u64::from_le_bytes([0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f, 0x76, 0x76]);
    let values = word ^ ZEROS;
    if (values.wrapping_add(MOST) | values) & SHORT_HIGHS != 0 {
        return None;
    }
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let (hour, minute, second) = (pairs as u8, (pairs >> 24) as u8, (pairs >> 48) as u8);
    (hour < 24 && minute < 60 && second < 60).then_some((hour, minute, second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates;
    use crate::numbers::{self, Form};

    fn word(text: &str) -> u128 {
        let mut bytes = [0; 16];
        let kept = &text.as_bytes()[..text.len().min(16)];
        bytes[..kept.len()].copy_from_slice(kept);
        u128::from_le_bytes(bytes)
    }

    /// Texts of up to 17 characters around the shapes of numbers.
    fn texts() -> Vec<String> {
        let mut state = 7u64;
        let mut next = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        let mut found: Vec<String> =
            ["", "-", ".", "-.", "5.", ".5", "-0", "0", "00", "0.0", "-0.50", "+1", "1e5", "1 "]
                .map(String::from)
                .to_vec();
        for _ in 0..200_000 {
            let length = next(18);
            let alphabet = if next(4) == 0 { "0123456789.-+e :/x" } else { "0123456789012345." };
            let pick = |n: u64| alphabet.as_bytes()[n as usize] as char;
            let mut text: String = (0..length).map(|_| pick(next(alphabet.len() as u64))).collect();
            if next(3) == 0 {
                text.insert(0, '-');
            }
            found.push(text);
        }
        found
    }

    #[test]
    fn a_number_is_what_the_slow_reader_says() {
        let mut seen = [0; 2];
        for text in texts().iter().filter(|text| text.len() <= 16) {
            let Some(found) = number(word(text), text.len() as u32) else { continue };
            let slow = numbers::plain(text.as_bytes()).unwrap();
            let whole = found.decimals == 0;
            assert_eq!((found.decimals as u8, slow.plain), (slow.decimals, true), "{text}");
            assert_eq!(slow.form, if whole { Form::Integer } else { Form::Decimal }, "{text}");
            assert_eq!(slow.value.to_bits(), if whole { slow.value.to_bits() } else { found.value().to_bits() });
            assert_eq!(slow.whole, whole.then(|| found.whole()), "{text}");
            assert_eq!(found.lead, crate::tally::numeric::lead_digit(text.as_bytes()), "{text}");
            seen[usize::from(whole)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 10_000), "{seen:?}");
    }

    #[test]
    fn a_long_decimal_is_what_the_slow_reader_says() {
        let mut seen = 0;
        for text in texts().iter().filter(|text| text.len() > 9 && text.len() < 17) {
            let text = format!("{text}{}", &text[2..]);
            let Some(found) = long_decimal(word(&text), text.get(16..).unwrap_or_default().as_bytes()) else {
                continue;
            };
            let slow = numbers::plain(text.as_bytes()).unwrap();
            assert_eq!((found.decimals as u8, Form::Decimal, true), (slow.decimals, slow.form, slow.plain), "{text}");
            assert_eq!(found.lead, crate::tally::numeric::lead_digit(text.as_bytes()), "{text}");
            assert_eq!(found.front as usize, text.trim_start_matches('-').find('.').unwrap(), "{text}");
            seen += 1;
        }
        assert!(seen > 1000, "{seen}");
    }

    #[test]
    fn usual_numbers_are_read() {
        for text in ["0", "7", "-7", "12345678", "-1234567", "-12345678", "123456789", "9999999999999999", "0.5"] {
            assert!(number(word(text), text.len() as u32).is_some(), "{text}");
        }
        for text in ["1234.5678", "-1.5", "-123456789.12345", "0.00042", "1234567890123.75"] {
            assert!(number(word(text), text.len() as u32).is_some(), "{text}");
        }
    }

    #[test]
    fn a_day_is_what_the_slow_reader_says() {
        let mut seen = 0;
        for year in ["0000", "0001", "1900", "2000", "2023", "2024", "9999", "20a4"] {
            for month in 0..=14 {
                for day_of_month in 0..=33 {
                    let text = format!("{year}-{month:02}-{day_of_month:02}");
                    let slow = dates::parse(text.as_bytes()).and_then(|moment| moment.day_first);
                    let found = day(word(&text)).map(|day| day.number * dates::DAY);
                    assert_eq!(found, slow, "{text}");
                    seen += usize::from(found.is_some());
                }
            }
        }
        assert_eq!(seen, 366 * 3 + 365 * 4);
        assert!(["2024-01/01", "2024x01-01", "2024-01-1:"].iter().all(|text| day(word(text)).is_none()));
    }

    #[test]
    fn a_clock_has_two_digits_each() {
        let read = |text: &str| clock(word(text) as u64);
        assert_eq!(read("23:59:07"), Some((23, 59, 7)));
        assert!(
            ["24:00:00", "23:60:00", "23:00:60", "2:000:00", "aa:00:00", "00-00-00"].iter().all(|t| read(t).is_none())
        );
    }
}
