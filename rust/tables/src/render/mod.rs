//! Cells as the text that a delimited file would hold: shortest numbers, ISO dates, strings as they are.

pub mod moments;
pub mod numbers;
pub mod shared;

use agensium_kernel::ScanError;
use agensium_kernel::batch::CellBuffer;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, BinaryViewType, Date32Type, Decimal128Type, Float32Type, Float64Type, GenericBinaryType,
    GenericStringType, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType, StringViewType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, DictionaryArray, GenericByteArray, OffsetSizeTrait, RunArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, IntervalUnit};

use crate::columns::{Slice, What};
use crate::declared::declared;
use crate::json_text;

/// More text than this in a column of a batch is an error.
const MOST_TEXT: usize = 1 << 30;

/// Writes the value of a row.
pub type Writer<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// Write a column's cells into an empty buffer.
pub fn render(what: What, slice: &Slice, cells: &mut CellBuffer) -> Result<(), ScanError> {
    let nulls = slice.nulls.as_ref().filter(|nulls| nulls.null_count() > 0);
    match what {
        What::Value => write_values(slice.array.as_ref(), nulls, cells)?,
        What::Length => {
            let lengths = json_text::lengths(slice.array.as_ref());
            each(slice.array.len(), nulls, cells, |row, text| numbers::whole(lengths[row] as i64, text));
        }
    }
    if cells.text.len() > MOST_TEXT {
        return Err(ScanError::new("cell_too_large", "Cells hold more than 1 GiB of text in a few thousand rows."));
    }
    Ok(())
}

/// Write each cell that is not missing.
#[inline]
fn each(rows: usize, nulls: Option<&NullBuffer>, cells: &mut CellBuffer, mut write: impl FnMut(usize, &mut Vec<u8>)) {
    cells.spans.reserve(rows);
    match nulls {
        None => {
            for row in 0..rows {
                write(row, &mut cells.text);
                cells.end();
            }
        }
        Some(nulls) => {
            for row in 0..rows {
                if nulls.is_null(row) {
                    cells.add_null();
                } else {
                    write(row, &mut cells.text);
                    cells.end();
                }
            }
        }
    }
}

fn write_values(array: &dyn Array, nulls: Option<&NullBuffer>, cells: &mut CellBuffer) -> Result<(), ScanError> {
    let rows = array.len();
    match array.data_type() {
        DataType::Null => (0..rows).for_each(|_| cells.add_null()),
        DataType::Boolean => {
            let values = array.as_boolean();
            let word = |row| if values.value(row) { &b"true"[..] } else { b"false" };
            each(rows, nulls, cells, |row, text| text.extend_from_slice(word(row)));
        }
        DataType::Utf8 => strings(array.as_bytes::<GenericStringType<i32>>(), nulls, cells),
        DataType::LargeUtf8 => strings(array.as_bytes::<GenericStringType<i64>>(), nulls, cells),
        DataType::Utf8View => {
            let values = array.as_byte_view::<StringViewType>();
            each(rows, nulls, cells, |row, text| text.extend_from_slice(values.value(row).as_bytes()));
        }
        DataType::Binary => bytes(array.as_bytes::<GenericBinaryType<i32>>(), nulls, cells),
        DataType::LargeBinary => bytes(array.as_bytes::<GenericBinaryType<i64>>(), nulls, cells),
        DataType::BinaryView => {
            let values = array.as_byte_view::<BinaryViewType>();
            each(rows, nulls, cells, |row, text| binary(values.value(row), text));
        }
        DataType::FixedSizeBinary(_) => {
            let values = array.as_fixed_size_binary();
            each(rows, nulls, cells, |row, text| binary(values.value(row), text));
        }
        DataType::Dictionary(key, _) => return dictionary(key, array, nulls, cells),
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => runs(array.as_run::<Int16Type>(), nulls, cells)?,
            DataType::Int32 => runs(array.as_run::<Int32Type>(), nulls, cells)?,
            _ => runs(array.as_run::<Int64Type>(), nulls, cells)?,
        },
        DataType::Int8 => whole::<Int8Type>(array, nulls, cells),
        DataType::Int16 => whole::<Int16Type>(array, nulls, cells),
        DataType::Int32 => whole::<Int32Type>(array, nulls, cells),
        DataType::Int64 => whole::<Int64Type>(array, nulls, cells),
        DataType::UInt8 => whole::<UInt8Type>(array, nulls, cells),
        DataType::UInt16 => whole::<UInt16Type>(array, nulls, cells),
        DataType::UInt32 => whole::<UInt32Type>(array, nulls, cells),
        DataType::UInt64 => whole::<UInt64Type>(array, nulls, cells),
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().values();
            each(rows, nulls, cells, |row, text| numbers::single(values[row], text));
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            each(rows, nulls, cells, |row, text| numbers::double(values[row], text));
        }
        DataType::Date32 => {
            shared::numbers::<Date32Type>(array, nulls, cells, |days, text| moments::date(days.into(), text));
        }
        &DataType::Decimal128(_, scale) => {
            shared::numbers::<Decimal128Type>(array, nulls, cells, |value, text| numbers::decimal(value, scale, text));
        }
        kind if is_written_one_by_one(kind) => {
            let write = writer(array)?;
            each(rows, nulls, cells, |row, text| write(row, text));
        }
        kind => return Err(unsupported(kind)),
    }
    Ok(())
}

fn is_written_one_by_one(kind: &DataType) -> bool {
    kind.is_numeric() || kind.is_temporal() || json_text::is_list(kind) || matches!(kind, DataType::Interval(_))
}

/// What writes single values of an array, for kinds that need no speed.
pub fn writer(array: &dyn Array) -> Result<Writer<'_>, ScanError> {
    if let Some(write) = moments::writer(array) {
        return Ok(write);
    }
    if let Some(write) = numbers::writer(array) {
        return Ok(write);
    }
    match array.data_type() {
        DataType::Interval(unit) => Ok(interval(*unit, array)),
        kind if json_text::is_list(kind) => {
            json_text::require(kind)?;
            Ok(Box::new(|row, text| json_text::write(array, row, text)))
        }
        kind => Err(unsupported(kind)),
    }
}

/// The error of a type that is not read.
pub fn unsupported(kind: &DataType) -> ScanError {
    ScanError::new("unsupported_format", format!("A column has the type {}, which is not read.", declared(kind)))
        .hint("Leave the column out, or turn it into text first.")
}

fn whole<T: ArrowPrimitiveType>(array: &dyn Array, nulls: Option<&NullBuffer>, cells: &mut CellBuffer)
where
    T::Native: itoa::Integer,
{
    let values = array.as_primitive::<T>().values();
    each(array.len(), nulls, cells, |row, text| numbers::whole(values[row], text));
}

fn strings<O: OffsetSizeTrait>(
    array: &GenericByteArray<GenericStringType<O>>,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
) {
    match nulls {
        None => shared::strings(array, cells),
        Some(_) => each(array.len(), nulls, cells, |row, text| text.extend_from_slice(array.value(row).as_bytes())),
    }
}

fn bytes<O: OffsetSizeTrait>(
    array: &GenericByteArray<GenericBinaryType<O>>,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
) {
    each(array.len(), nulls, cells, |row, text| binary(array.value(row), text));
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Text if it is text, else hexadecimal digits.
pub fn binary(value: &[u8], text: &mut Vec<u8>) {
    let is_text = !value.contains(&0) && std::str::from_utf8(value).is_ok();
    if is_text {
        text.extend_from_slice(value);
        return;
    }

    text.extend_from_slice(b"0x");
    text.extend(value.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]));
}

/// Write a dictionary's values once, and copy them to their cells.
fn dictionary(
    key: &DataType,
    array: &dyn Array,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
) -> Result<(), ScanError> {
    match key {
        DataType::Int8 => looked_up(array.as_dictionary::<Int8Type>(), nulls, cells),
        DataType::Int16 => looked_up(array.as_dictionary::<Int16Type>(), nulls, cells),
        DataType::Int32 => looked_up(array.as_dictionary::<Int32Type>(), nulls, cells),
        DataType::Int64 => looked_up(array.as_dictionary::<Int64Type>(), nulls, cells),
        DataType::UInt8 => looked_up(array.as_dictionary::<UInt8Type>(), nulls, cells),
        DataType::UInt16 => looked_up(array.as_dictionary::<UInt16Type>(), nulls, cells),
        DataType::UInt32 => looked_up(array.as_dictionary::<UInt32Type>(), nulls, cells),
        _ => looked_up(array.as_dictionary::<UInt64Type>(), nulls, cells),
    }
}

fn looked_up<K: ArrowDictionaryKeyType>(
    array: &DictionaryArray<K>,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
) -> Result<(), ScanError> {
    let known = rendered(array.values().as_ref())?;
    let is_missing = |row| nulls.is_some_and(|nulls| nulls.is_null(row));
    let places = (0..array.len()).map(|row| array.key(row).filter(|_| !is_missing(row)));
    shared::copies(&known, places, cells);
    Ok(())
}

fn runs<R: RunEndIndexType>(
    array: &RunArray<R>,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
) -> Result<(), ScanError> {
    let known = rendered(array.values().as_ref())?;
    let at = |row| known.cell(array.get_physical_index(row));
    each(array.len(), nulls, cells, |row, text| text.extend_from_slice(at(row)));
    Ok(())
}

fn rendered(values: &dyn Array) -> Result<CellBuffer, ScanError> {
    let mut cells = CellBuffer::default();
    write_values(values, values.logical_nulls().as_ref(), &mut cells)?;
    Ok(cells)
}

fn interval(unit: IntervalUnit, array: &dyn Array) -> Writer<'_> {
    use arrow_array::types::{IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType};
    let iso = |months: i32, days: i32, nanos: i64, text: &mut Vec<u8>| {
        let seconds = numbers::scaled(i128::from(nanos), 9);
        text.extend_from_slice(format!("P{months}M{days}DT{seconds}S").as_bytes());
    };
    match unit {
        IntervalUnit::YearMonth => {
            let values = array.as_primitive::<IntervalYearMonthType>();
            Box::new(move |row, text| iso(values.value(row), 0, 0, text))
        }
        IntervalUnit::DayTime => {
            let values = array.as_primitive::<IntervalDayTimeType>();
            Box::new(move |row, text| {
                let value = values.value(row);
                iso(0, value.days, i64::from(value.milliseconds) * 1_000_000, text);
            })
        }
        IntervalUnit::MonthDayNano => {
            let values = array.as_primitive::<IntervalMonthDayNanoType>();
            Box::new(move |row, text| {
                let value = values.value(row);
                iso(value.months, value.days, value.nanoseconds, text);
            })
        }
    }
}

#[cfg(test)]
mod tests;
