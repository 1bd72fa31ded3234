//! Dates, times and timestamps in the manner of ISO 8601, and durations in seconds.

use agensium_kernel::dates::civil;
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::{DataType, TimeUnit};

use super::Writer;
use super::numbers::scaled;

const DAY_SECONDS: i64 = 86_400;

/// Digits after the second in a unit.
fn places(unit: TimeUnit) -> u32 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

#[inline]
fn two(value: i64, text: &mut Vec<u8>) {
    text.extend_from_slice(&[b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]);
}

/// 2026-04-03; years outside of 0 to 9999 have a sign.
#[inline]
pub fn date(days: i64, text: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    if (0..10_000).contains(&year) {
        two(year / 100, text);
        two(year % 100, text);
    } else {
        text.extend_from_slice(format!("{year:+05}").as_bytes());
    }
    text.push(b'-');
    two(month, text);
    text.push(b'-');
    two(day, text);
}

/// 10:20:30, and a fraction of 3, 6 or 9 digits if there is one.
#[inline]
pub fn time(seconds: i64, fraction: i64, places: u32, text: &mut Vec<u8>) {
    two(seconds / 3600 % 100, text);
    text.push(b':');
    two(seconds / 60 % 60, text);
    text.push(b':');
    two(seconds % 60, text);
    if fraction != 0 {
        let (mut fraction, mut places) = (fraction, places as usize);
        while places > 3 && fraction % 1000 == 0 {
            (fraction, places) = (fraction / 1000, places - 3);
        }
        text.extend_from_slice(format!(".{fraction:0places$}").as_bytes());
    }
}

/// A date and a time; moments of a zone end in Z.
#[inline]
pub fn timestamp(value: i64, places: u32, zoned: bool, text: &mut Vec<u8>) {
    let unit = 10i64.pow(places);
    let (seconds, fraction) = (value.div_euclid(unit), value.rem_euclid(unit));
    date(seconds.div_euclid(DAY_SECONDS), text);
    text.push(b' ');
    time(seconds.rem_euclid(DAY_SECONDS), fraction, places, text);
    if zoned {
        text.push(b'Z');
    }
}

fn clock(value: i64, places: u32, text: &mut Vec<u8>) {
    let unit = 10i64.pow(places);
    time(value.div_euclid(unit).max(0), value.rem_euclid(unit), places, text);
}

/// What writes dates, times, timestamps and durations.
pub fn writer(array: &dyn Array) -> Option<Writer<'_>> {
    match array.data_type() {
        DataType::Date32 => {
            let values = array.as_primitive::<Date32Type>().values();
            Some(Box::new(move |row, text| date(i64::from(values[row]), text)))
        }
        DataType::Date64 => {
            let values = array.as_primitive::<Date64Type>().values();
            Some(Box::new(move |row, text| moment_of_date(values[row], text)))
        }
        DataType::Timestamp(unit, zone) => {
            let (values, places, zoned) = (ticks(array, *unit), places(*unit), zone.is_some());
            Some(Box::new(move |row, text| timestamp(values[row], places, zoned, text)))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            let places = places(*unit);
            let values = times(array);
            Some(Box::new(move |row, text| clock(values[row], places, text)))
        }
        DataType::Duration(unit) => {
            let (values, places) = (durations(array, *unit), places(*unit));
            Some(Box::new(move |row, text| text.extend_from_slice(scaled(values[row].into(), places).as_bytes())))
        }
        _ => None,
    }
}

/// A date in milliseconds; some writers keep a time in it.
fn moment_of_date(millis: i64, text: &mut Vec<u8>) {
    if millis.rem_euclid(DAY_SECONDS * 1000) == 0 {
        date(millis.div_euclid(DAY_SECONDS * 1000), text);
    } else {
        timestamp(millis, 3, false, text);
    }
}

fn ticks(array: &dyn Array, unit: TimeUnit) -> &[i64] {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
    }
}

fn durations(array: &dyn Array, unit: TimeUnit) -> &[i64] {
    match unit {
        TimeUnit::Second => array.as_primitive::<DurationSecondType>().values(),
        TimeUnit::Millisecond => array.as_primitive::<DurationMillisecondType>().values(),
        TimeUnit::Microsecond => array.as_primitive::<DurationMicrosecondType>().values(),
        TimeUnit::Nanosecond => array.as_primitive::<DurationNanosecondType>().values(),
    }
}

fn times(array: &dyn Array) -> Vec<i64> {
    let short = |values: &[i32]| values.iter().map(|&value| i64::from(value)).collect();
    match array.data_type() {
        DataType::Time32(TimeUnit::Second) => short(array.as_primitive::<Time32SecondType>().values()),
        DataType::Time32(_) => short(array.as_primitive::<Time32MillisecondType>().values()),
        DataType::Time64(TimeUnit::Microsecond) => array.as_primitive::<Time64MicrosecondType>().values().to_vec(),
        _ => array.as_primitive::<Time64NanosecondType>().values().to_vec(),
    }
}
