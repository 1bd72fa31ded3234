//! Flat columns of a table whose columns may be nested: `a.b` for a field of a structure, `a[]` for the
//! length of a list.

use agensium_kernel::ScanError;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields, Schema};

use crate::declared::declared;

/// More columns than this are taken for a hostile file.
pub const MAX_COLUMNS: usize = 100_000;
/// Structures within structures.
pub const MAX_DEPTH: usize = 64;

/// A flat column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its name, such as `address.city` or `tags[]`.
    pub name: String,
    /// The type of its values in the file.
    pub declared: String,
    /// What it says of the file's column.
    pub what: What,
    path: Vec<usize>,
}

impl Leaf {
    /// A column of a table that is flat already.
    pub fn flat(name: String, declared: String, what: What) -> Self {
        Self { name, declared, what, path: Vec::new() }
    }
}

/// What a flat column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The values.
    Value,
    /// How many values a list holds.
    Length,
}

/// A flat column of some rows: the values, and which of them are missing.
pub struct Slice {
    /// The values.
    pub array: ArrayRef,
    /// Those that are missing, themselves or because a structure around them is.
    pub nulls: Option<NullBuffer>,
}

/// The flat columns of a table.
pub fn leaves(schema: &Schema) -> Result<Vec<Leaf>, ScanError> {
    let mut found = Vec::new();
    add_fields(schema.fields(), "", &[], &mut found)?;
    Ok(found)
}

fn add_fields(fields: &Fields, prefix: &str, path: &[usize], found: &mut Vec<Leaf>) -> Result<(), ScanError> {
    if path.len() >= MAX_DEPTH {
        return Err(ScanError::new("too_deep", format!("Columns are nested more than {MAX_DEPTH} deep.")));
    }
    for (number, field) in fields.iter().enumerate() {
        let name = format!("{prefix}{}", field.name());
        let path = [path, &[number]].concat();
        add_field(field, &name, path, found)?;
    }
    if found.len() > MAX_COLUMNS {
        return Err(ScanError::new("too_many_columns", format!("The table has more than {MAX_COLUMNS} columns.")));
    }
    Ok(())
}

fn add_field(field: &Field, name: &str, path: Vec<usize>, found: &mut Vec<Leaf>) -> Result<(), ScanError> {
    let kind = field.data_type();
    if let DataType::Struct(children) = kind {
        return add_fields(children, &format!("{name}."), &path, found);
    }
    let declared = declared(kind);
    let of_items = items(kind);
    if of_items.is_none_or(|items| !items.is_nested()) {
        found.push(Leaf { name: name.to_owned(), declared: declared.clone(), what: What::Value, path: path.clone() });
    }
    if of_items.is_some() {
        found.push(Leaf { name: format!("{name}[]"), declared, what: What::Length, path });
    }
    Ok(())
}

/// What a list or map holds.
fn items(kind: &DataType) -> Option<&DataType> {
    match kind {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => fields.last().map(|field| field.data_type()),
            other => Some(other),
        },
        _ => None,
    }
}

impl Leaf {
    /// This column of some rows.
    pub fn of(&self, batch: &RecordBatch) -> Slice {
        let mut array = batch.column(self.path[0]).clone();
        let mut nulls = array.logical_nulls();
        for &number in &self.path[1..] {
            let child = array.as_struct().column(number).clone();
            nulls = NullBuffer::union(nulls.as_ref(), child.logical_nulls().as_ref());
            array = child;
        }
        Slice { array, nulls }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn structures_and_lists_become_flat_columns() {
        let city = Field::new("city", DataType::Utf8, true);
        let tags = Field::new("tags", DataType::new_list(DataType::Utf8, true), true);
        let deep = Field::new("deep", DataType::new_list(tags.data_type().clone(), true), true);
        let address = Field::new("address", DataType::Struct(vec![city, tags].into()), true);
        let schema = Schema::new(vec![Field::new("id", DataType::Int64, false), address, deep]);
        let found = leaves(&schema).unwrap();
        let names: Vec<_> = found.iter().map(|leaf| (leaf.name.as_str(), leaf.declared.as_str())).collect();
        let expected = [
            ("id", "int64"),
            ("address.city", "string"),
            ("address.tags", "list<string>"),
            ("address.tags[]", "list<string>"),
            ("deep[]", "list<list<string>>"),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_missing_structure_has_missing_fields() {
        let ids: ArrayRef = Arc::new(arrow_array::Int32Array::from(vec![Some(1), None, Some(3)]));
        let field = Arc::new(Field::new("x", DataType::Int32, true));
        let nulls = NullBuffer::from(vec![false, true, true]);
        let outer = arrow_array::StructArray::new(vec![field].into(), vec![ids], Some(nulls));
        let batch = RecordBatch::try_from_iter([("s", Arc::new(outer) as ArrayRef)]).unwrap();
        let slice = leaves(batch.schema_ref()).unwrap()[0].of(&batch);
        assert_eq!(slice.nulls.unwrap().iter().collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn depth_has_a_limit() {
        let mut kind = DataType::Int8;
        for _ in 0..=MAX_DEPTH {
            kind = DataType::Struct(vec![Field::new("a", kind, true)].into());
        }
        let error = leaves(&Schema::new(vec![Field::new("a", kind, true)])).unwrap_err();
        assert_eq!(error.code, "too_deep");
    }
}
