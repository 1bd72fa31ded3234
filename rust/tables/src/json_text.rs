//! Nested values as JSON text, and the lengths of lists.

use agensium_kernel::ScanError;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::render;

/// Whether values are lists or maps.
pub fn is_list(kind: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView, Map};
    matches!(kind, List(_) | LargeList(_) | ListView(_) | LargeListView(_) | FixedSizeList(..) | Map(..))
}

/// Whether all parts of a type can be written.
pub fn require(kind: &DataType) -> Result<(), ScanError> {
    match kind {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => require(item.data_type()),
        DataType::Map(entries, _) => require(entries.data_type()),
        DataType::Struct(fields) => fields.iter().try_for_each(|field| require(field.data_type())),
        DataType::Union(..) => Err(render::unsupported(kind)),
        _ => Ok(()),
    }
}

/// How many values each list holds.
pub fn lengths(array: &dyn Array) -> Vec<usize> {
    match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().offsets().lengths().collect(),
        DataType::LargeList(_) => array.as_list::<i64>().offsets().lengths().collect(),
        DataType::Map(..) => array.as_map().offsets().lengths().collect(),
        DataType::ListView(_) => array.as_list_view::<i32>().sizes().iter().map(|&size| size as usize).collect(),
        DataType::LargeListView(_) => array.as_list_view::<i64>().sizes().iter().map(|&size| size as usize).collect(),
        DataType::FixedSizeList(_, length) => vec![*length as usize; array.len()],
        _ => vec![0; array.len()],
    }
}

fn items(array: &dyn Array, row: usize) -> Option<ArrayRef> {
    match array.data_type() {
        DataType::List(_) => Some(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Some(array.as_list::<i64>().value(row)),
        DataType::ListView(_) => Some(array.as_list_view::<i32>().value(row)),
        DataType::LargeListView(_) => Some(array.as_list_view::<i64>().value(row)),
        DataType::FixedSizeList(..) => Some(array.as_fixed_size_list().value(row)),
        _ => None,
    }
}

/// Write a value as JSON.
pub fn write(array: &dyn Array, row: usize, text: &mut Vec<u8>) {
    if array.is_null(row) {
        return text.extend_from_slice(b"null");
    }
    if let Some(items) = items(array, row) {
        return separated(*b"[]", items.len(), text, |at, text| write(items.as_ref(), at, text));
    }
    match array.data_type() {
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.columns().get(1));
            separated(*b"{}", entries.len(), text, |at, text| {
                key(keys.as_ref(), at, text);
                match values {
                    Some(values) => write(values.as_ref(), at, text),
                    None => text.extend_from_slice(b"null"),
                }
            });
        }
        DataType::Struct(fields) => {
            let value = array.as_struct();
            separated(*b"{}", fields.len(), text, |at, text| {
                quoted(fields[at].name().as_bytes(), text);
                text.push(b':');
                write(value.column(at).as_ref(), row, text);
            });
        }
        _ => scalar(array, row, text),
    }
}

fn separated(brackets: [u8; 2], count: usize, text: &mut Vec<u8>, mut part: impl FnMut(usize, &mut Vec<u8>)) {
    text.push(brackets[0]);
    for at in 0..count {
        if at > 0 {
            text.push(b',');
        }
        part(at, text);
    }
    text.push(brackets[1]);
}

fn key(keys: &dyn Array, row: usize, text: &mut Vec<u8>) {
    let mut plain = Vec::new();
    write_plain(keys, row, &mut plain);
    quoted(&plain, text);
    text.push(b':');
}

fn scalar(array: &dyn Array, row: usize, text: &mut Vec<u8>) {
    if array.data_type().is_numeric() || *array.data_type() == DataType::Boolean {
        let start = text.len();
        write_plain(array, row, text);
        if matches!(&text[start..], b"NaN" | b"inf" | b"-inf") {
            let word = text.split_off(start);
            quoted(&word, text);
        }
    } else {
        let mut plain = Vec::new();
        write_plain(array, row, &mut plain);
        quoted(&plain, text);
    }
}

/// A single value as a cell would hold it.
fn write_plain(array: &dyn Array, row: usize, text: &mut Vec<u8>) {
    let mut cells = agensium_kernel::batch::CellBuffer::default();
    let one = array.slice(row, 1);
    let slice = crate::columns::Slice { nulls: one.logical_nulls(), array: one };
    match render::render(crate::columns::What::Value, &slice, &mut cells) {
        Ok(()) if cells.text != agensium_kernel::batch::NULL => text.extend_from_slice(&cells.text),
        _ => text.extend_from_slice(b"null"),
    }
}

/// Text in quotes.
pub fn quoted(plain: &[u8], text: &mut Vec<u8>) {
    text.push(b'"');
    for &byte in plain {
        match byte {
            b'"' | b'\\' => text.extend_from_slice(&[b'\\', byte]),
            b'\n' => text.extend_from_slice(b"\\n"),
            0..=31 => text.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => text.push(byte),
        }
    }
    text.push(b'"');
}
