use std::sync::Arc;

use agensium_kernel::batch::NULL;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array,
    Int64Array, Time64NanosecondArray, TimestampMicrosecondArray, TimestampNanosecondArray, UInt64Array,
};

use super::*;

fn cells(array: impl Array + 'static) -> Vec<String> {
    let array: ArrayRef = Arc::new(array);
    let mut cells = CellBuffer::default();
    render(What::Value, &Slice { nulls: array.logical_nulls(), array: array.clone() }, &mut cells).unwrap();
    let shown = |cell: &[u8]| if cell == NULL { "NULL".into() } else { String::from_utf8(cell.to_vec()).unwrap() };
    (0..array.len()).map(|row| shown(cells.cell(row))).collect()
}

#[test]
fn numbers_keep_their_meaning() {
    assert_eq!(cells(UInt64Array::from(vec![u64::MAX])), ["18446744073709551615"]);
    assert_eq!(cells(Float32Array::from(vec![0.1, 16_777_216.0])), ["0.1", "16777216.0"]);
    assert_eq!(cells(Float64Array::from(vec![1.0, f64::NAN, f64::NEG_INFINITY])), ["1.0", "NaN", "-inf"]);
    assert_eq!(cells(Int64Array::from(vec![Some(i64::MIN), None])), ["-9223372036854775808", "NULL"]);
}

#[test]
fn decimals_have_all_their_digits() {
    let decimals =
        |values: Vec<i128>, scale| cells(Decimal128Array::from(values).with_precision_and_scale(38, scale).unwrap());
    let long = 12_345_678_901_234_567_890_123_456_789_012_345_678;
    assert_eq!(
        decimals(vec![long, -5, 0, 150], 2),
        ["123456789012345678901234567890123456.78", "-0.05", "0.00", "1.50"]
    );
    assert_eq!(decimals(vec![12, 0], -3), ["12000", "0"]);
}

#[test]
fn moments_are_iso() {
    assert_eq!(cells(Date32Array::from(vec![0, -1, 20_179])), ["1970-01-01", "1969-12-31", "2025-04-01"]);
    let micros = vec![0, -1, 1_743_516_600_123_000];
    assert_eq!(
        cells(TimestampMicrosecondArray::from(micros)),
        ["1970-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2025-04-01 14:10:00.123"]
    );
    assert_eq!(cells(TimestampNanosecondArray::from(vec![1]).with_timezone("UTC")), ["1970-01-01 00:00:00.000000001Z"]);
    assert_eq!(cells(Time64NanosecondArray::from(vec![37_230_000_000_000])), ["10:20:30"]);
}

#[test]
fn bytes_are_text_or_hexadecimal() {
    assert_eq!(cells(BinaryArray::from(vec![&b"abc"[..], b"\xff\x00"])), ["abc", "0xff00"]);
    assert_eq!(cells(BooleanArray::from(vec![true, false])), ["true", "false"]);
}

#[test]
fn dictionaries_are_looked_up() {
    let array: DictionaryArray<Int8Type> = vec![Some("a"), None, Some("b"), Some("a")].into_iter().collect();
    assert_eq!(cells(array), ["a", "NULL", "b", "a"]);
}

#[test]
fn values_that_come_again_share_their_text() {
    let values: Vec<_> = (0..5000).map(|n: i128| (n % 7 != 0).then_some(n * n % 1999 - 900)).collect();
    let written = |value: &Option<i128>| {
        value.map_or("NULL".into(), |v| {
            format!("{}{}.{:02}", if v < 0 { "-" } else { "" }, v.abs() / 100, v.abs() % 100)
        })
    };
    let expected: Vec<String> = values.iter().map(written).collect();
    assert_eq!(cells(Decimal128Array::from(values).with_precision_and_scale(20, 2).unwrap()), expected);
    let days = Date32Array::from((0..4000).map(|n| Some(n % 3).filter(|day| *day > 0)).collect::<Vec<_>>());
    let expected: Vec<_> = ["NULL", "1970-01-02", "1970-01-03"].into_iter().cycle().take(4000).collect();
    assert_eq!(cells(days), expected);
}

#[test]
fn parts_of_arrays_are_written() {
    let texts = arrow_array::StringArray::from(vec!["ab", "", "cde", "f"]);
    assert_eq!(cells(texts.slice(1, 2)), ["", "cde"]);
    assert_eq!(cells(texts.slice(4, 0)), Vec::<String>::new());
    let words: DictionaryArray<Int8Type> = vec![Some("a"), None, Some("b"), Some("a")].into_iter().collect();
    assert_eq!(cells(words.slice(1, 3)), ["NULL", "b", "a"]);
}

#[test]
fn lists_are_json() {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("a\"b"), None]);
    list.append_null();
    list.append_value([] as [Option<&str>; 0]);
    let list = list.finish();
    assert_eq!(cells(list.clone()), [r#"["a\"b",null]"#, "NULL", "[]"]);
    assert_eq!(crate::json_text::lengths(&list), [2, 0, 0]);
}
