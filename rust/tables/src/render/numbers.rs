//! Numbers as text that keeps their meaning: a `float32` of 0.1 is 0.1, a decimal has all its digits.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type};
use arrow_schema::DataType;

use super::Writer;

/// A whole number.
#[inline]
pub fn whole(value: impl itoa::Integer, text: &mut Vec<u8>) {
    text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// The shortest text that is read back as the same double.
#[inline]
pub fn double(value: f64, text: &mut Vec<u8>) {
    text.extend_from_slice(zmij::Buffer::new().format(value).as_bytes());
}

/// The shortest text that is read back as the same single.
#[inline]
pub fn single(value: f32, text: &mut Vec<u8>) {
    text.extend_from_slice(zmij::Buffer::new().format(value).as_bytes());
}

/// Digits with a point before the last `scale` of them.
#[inline]
pub fn decimal(value: i128, scale: i8, text: &mut Vec<u8>) {
    let mut buffer = itoa::Buffer::new();
    let digits = match i64::try_from(value) {
        Ok(value) => buffer.format(value),
        Err(_) => buffer.format(value),
    };
    point(digits.as_bytes(), scale, text);
}

/// Put the point into digits.
fn point(digits: &[u8], scale: i8, text: &mut Vec<u8>) {
    let (sign, digits) = digits.split_at(usize::from(digits.first() == Some(&b'-')));
    text.extend_from_slice(sign);
    if scale <= 0 {
        text.extend_from_slice(digits);
        if digits != b"0" {
            text.resize(text.len() + usize::from(scale.unsigned_abs()), b'0');
        }
        return;
    }
    let scale = usize::from(scale.unsigned_abs());
    if digits.len() > scale {
        let (front, fraction) = digits.split_at(digits.len() - scale);
        text.extend_from_slice(front);
        text.push(b'.');
        text.extend_from_slice(fraction);
    } else {
        text.extend_from_slice(b"0.");
        text.resize(text.len() + scale - digits.len(), b'0');
        text.extend_from_slice(digits);
    }
}

/// A number of units of 10^-`places` without zeros at its end.
pub fn scaled(value: i128, places: u32) -> String {
    let unit = 10i128.pow(places);
    let (front, fraction) = ((value / unit).abs(), (value % unit).abs());
    let sign = if value < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{front}");
    }
    let digits = format!("{fraction:0places$}", places = places as usize);
    format!("{sign}{front}.{}", digits.trim_end_matches('0'))
}

/// What writes decimals and half-precision numbers.
pub fn writer(array: &dyn Array) -> Option<Writer<'_>> {
    match *array.data_type() {
        DataType::Decimal32(_, scale) => {
            let values = array.as_primitive::<Decimal32Type>().values();
            Some(Box::new(move |row, text| decimal(i128::from(values[row]), scale, text)))
        }
        DataType::Decimal64(_, scale) => {
            let values = array.as_primitive::<Decimal64Type>().values();
            Some(Box::new(move |row, text| decimal(i128::from(values[row]), scale, text)))
        }
        DataType::Decimal128(_, scale) => {
            let values = array.as_primitive::<Decimal128Type>().values();
            Some(Box::new(move |row, text| decimal(values[row], scale, text)))
        }
        DataType::Decimal256(_, scale) => {
            let values = array.as_primitive::<Decimal256Type>().values();
            Some(Box::new(move |row, text| point(values[row].to_string().as_bytes(), scale, text)))
        }
        DataType::Float16 => {
            let values = array.as_primitive::<Float16Type>().values();
            Some(Box::new(move |row, text| single(values[row].to_f32(), text)))
        }
        _ => None,
    }
}
