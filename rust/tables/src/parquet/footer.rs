//! The footer of a Parquet file, with what old writers got wrong put right.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetStatisticsPolicy};

use crate::input::Input;

/// The header of a dictionary's page, which old writers left out of a chunk's size, is shorter.
const MOST_HEADER_BYTES: i64 = 100;

/// Read the footer, with the types that Arrow noted there if they fit the file; and tell whether the
/// sizes of its column chunks are upper bounds.
pub fn load(input: &Input) -> Result<(ArrowReaderMetadata, bool)> {
    // Statistics are not used, so that it does not matter whether they are right.
    let options = ArrowReaderOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let found = ArrowReaderMetadata::load(input, options.clone())
        .or_else(|_| ArrowReaderMetadata::load(input, options.clone().with_skip_arrow_metadata(true)))?;
    if !is_short(found.metadata()) {
        return Ok((found, false));
    }
    let mended = Arc::new(lengthened(found.metadata(), input.length() as i64)?);
    Ok((ArrowReaderMetadata::try_new(mended, options)?, true))
}

/// Whether the file was written by a parquet-mr that left headers of dictionaries out of the sizes of
/// column chunks (PARQUET-816).
fn is_short(metadata: &ParquetMetaData) -> bool {
    let Some(writer) = metadata.file_metadata().created_by() else { return false };
    let Some(rest) = writer.strip_prefix("parquet-mr") else { return false };
    let version = rest.trim_start().strip_prefix("version ").unwrap_or_default();
    let mut parts = version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or(0));
    let version = [(); 3].map(|()| parts.next().unwrap_or(0));
    version < [1, 2, 9]
}

fn lengthened(metadata: &ParquetMetaData, file_bytes: i64) -> Result<ParquetMetaData> {
    let mut groups = Vec::new();
    for group in metadata.row_groups() {
        let longer = |column: &ColumnChunkMetaData| {
            let (start, length) = column.byte_range();
            let room = file_bytes.saturating_sub(start.saturating_add(length) as i64);
            let size = column.compressed_size().saturating_add(room.clamp(0, MOST_HEADER_BYTES));
            column.clone().into_builder().set_total_compressed_size(size).build()
        };
        let columns = group.columns().iter().map(longer).collect::<Result<Vec<_>>>()?;
        groups.push(group.clone().into_builder().set_column_metadata(columns).build()?);
    }
    let file = metadata.file_metadata();
    let file = FileMetaData::new(
        file.version(),
        file.num_rows(),
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    Ok(ParquetMetaData::new(file, groups))
}
