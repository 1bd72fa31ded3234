//! The declared type of a column, as people write it.

use arrow_schema::{DataType, IntervalUnit, TimeUnit};

/// The name of a type: `int64`, `decimal(15, 2)`, `timestamp[us, UTC]`, `list<string>`.
pub fn declared(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".into(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary".into(),
        DataType::FixedSizeBinary(length) => format!("binary({length})"),
        DataType::Float16 => "float16".into(),
        DataType::Float32 => "float32".into(),
        DataType::Float64 => "float64".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Time32(unit) | DataType::Time64(unit) => format!("time[{}]", short(*unit)),
        DataType::Duration(unit) => format!("duration[{}]", short(*unit)),
        DataType::Timestamp(unit, None) => format!("timestamp[{}]", short(*unit)),
        DataType::Timestamp(unit, Some(zone)) => format!("timestamp[{}, {zone}]", short(*unit)),
        DataType::Interval(IntervalUnit::YearMonth) => "interval[months]".into(),
        DataType::Interval(IntervalUnit::DayTime) => "interval[days]".into(),
        DataType::Interval(IntervalUnit::MonthDayNano) => "interval[months, days, ns]".into(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision}, {scale})"),
        DataType::Dictionary(_, values) => format!("dictionary<{}>", declared(values)),
        DataType::RunEndEncoded(_, values) => declared(values.data_type()),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("list<{}>", declared(item.data_type())),
        DataType::Struct(fields) => {
            let parts = fields.iter().map(|field| format!("{}: {}", field.name(), declared(field.data_type())));
            format!("struct<{}>", parts.collect::<Vec<_>>().join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                format!("map<{}, {}>", declared(fields[0].data_type()), declared(fields[1].data_type()))
            }
            _ => "map".into(),
        },
        DataType::Union(..) => "union".into(),
        other => other.to_string().to_lowercase(),
    }
}

fn short(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn types_are_named() {
        let zoned = DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")));
        assert_eq!(declared(&DataType::UInt64), "uint64");
        assert_eq!(declared(&DataType::Decimal128(15, 2)), "decimal(15, 2)");
        assert_eq!(declared(&DataType::new_list(zoned, true)), "list<timestamp[us, UTC]>");
        assert_eq!(declared(&DataType::Boolean), "boolean");
    }
}
