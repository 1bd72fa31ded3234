//! The pages of a row group, with a check that the decoders do not make.

use std::sync::Arc;

use bytes::Bytes;
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::input::Input;

/// Bytes that a writer may leave behind the last index of a page.
const MOST_PADDING: usize = 8;

/// One row group of a file.
pub struct Chunks {
    /// The file.
    pub input: Arc<Input>,
    /// Its description.
    pub metadata: Arc<ParquetMetaData>,
    /// Which row group.
    pub number: usize,
    /// Whether the sizes of column chunks are upper bounds, so that their values must be counted.
    pub padded: bool,
}

impl Chunks {
    fn group(&self) -> &RowGroupMetaData {
        self.metadata.row_group(self.number)
    }
}

impl RowGroups for Chunks {
    fn num_rows(&self) -> usize {
        self.group().num_rows() as usize
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.group().column(column);
        let inner = SerializedPageReader::new(self.input.clone(), chunk, self.num_rows(), None)?;
        let levels = [chunk.column_descr().max_rep_level(), chunk.column_descr().max_def_level()];
        let left = self.padded.then_some(chunk.num_values());
        let reader: Box<dyn PageReader> = Box::new(Checked { inner, levels, left });
        Ok(Box::new(Once(Some(reader))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

struct Once(Option<Box<dyn PageReader>>);

impl Iterator for Once {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Once {}

struct Checked {
    inner: SerializedPageReader<Input>,
    /// The highest repetition and definition level.
    levels: [i16; 2],
    /// Values that are still to come, where what follows them is no page.
    left: Option<i64>,
}

impl Checked {
    fn is_over(&self) -> bool {
        self.left.is_some_and(|left| left <= 0)
    }
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        if self.is_over() {
            return Ok(None);
        }
        let page = self.inner.get_next_page()?;
        if let (Some(left), Some(page)) = (&mut self.left, &page) {
            *left -= if page.is_data_page() { i64::from(page.num_values()) } else { 0 };
        }
        match page.as_ref().and_then(|page| indices(page, self.levels)) {
            Some((indices, values)) if contradicts(&indices, values) => {
                Err(ParquetError::General("indices into a dictionary are said to have no bits, yet have".into()))
            }
            _ => Ok(page),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        if self.is_over() { Ok(None) } else { self.inner.peek_next_page() }
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        if self.is_over() { Ok(true) } else { self.inner.at_record_boundary() }
    }
}

/// The indices into a dictionary that a page holds, with the byte that tells their bits, and how many.
fn indices(page: &Page, levels: [i16; 2]) -> Option<(Bytes, u64)> {
    if !matches!(page.encoding(), Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY) {
        return None;
    }
    match page {
        Page::DataPage { buf, num_values, def_level_encoding, rep_level_encoding, .. } => {
            let mut at = 0;
            for (level, encoding) in levels.into_iter().zip([rep_level_encoding, def_level_encoding]) {
                if level > 0 {
                    let length: [u8; 4] = buf.get(at..at + 4)?.try_into().ok()?;
                    at += 4 + u32::from_le_bytes(length) as usize;
                    // The old packing of levels has no length.
                    (*encoding == Encoding::RLE).then_some(())?;
                }
            }
            (at <= buf.len()).then(|| (buf.slice(at..), u64::from(*num_values)))
        }
        Page::DataPageV2 { buf, num_values, def_levels_byte_len, rep_levels_byte_len, .. } => {
            let at = (*def_levels_byte_len as usize).checked_add(*rep_levels_byte_len as usize)?;
            (at <= buf.len()).then(|| (buf.slice(at..), u64::from(*num_values)))
        }
        Page::DictionaryPage { .. } => None,
    }
}

/// Whether indices of no bits are followed by bytes: then all of them would be read as the first value
/// of the dictionary, whatever they are.
fn contradicts(indices: &[u8], values: u64) -> bool {
    let [0, runs @ ..] = indices else { return false };
    let (mut at, mut covered) = (0, 0u64);
    while covered < values && at < runs.len() {
        let (mut header, mut shift) = (0u64, 0);
        while let Some(&byte) = runs.get(at) {
            header |= u64::from(byte & 0x7f) << shift;
            at += 1;
            shift += 7;
            if byte < 0x80 || shift > 56 {
                break;
            }
        }
        // Bit-packed runs count groups of eight.
        covered = covered.saturating_add((header >> 1) * if header & 1 == 1 { 8 } else { 1 });
    }
    runs.len() - at > MOST_PADDING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_of_no_bits_have_no_bytes() {
        assert!(!contradicts(&[0, 88], 44));
        assert!(!contradicts(&[0, 3, 3], 16));
        assert!(!contradicts(&[1, 88, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 44));
        let mut packed = vec![0, 0x81, 2];
        packed.extend([0xaa; 128]);
        assert!(contradicts(&packed, 1024));
    }
}
