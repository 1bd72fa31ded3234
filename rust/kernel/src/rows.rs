//! The rows of a table as the scan reads them: for a look at the table, and for proof.

use std::io::Read;

use crate::cell::content;
use crate::cutter::{Chunk, Cutter};
use crate::error::ScanError;
use crate::header::{read_header, read_prelude};
use crate::options::Options;
use crate::tokenize::Fields;

const CHUNK_BYTES: usize = 64 << 10;

/// The names of a table's columns and its first rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// One per column.
    pub names: Vec<String>,
    /// Cells as text; each row has one for each column.
    pub rows: Vec<Vec<String>>,
}

/// Read at most `limit` rows.
pub fn read_rows(mut input: impl Read, options: &Options, limit: usize) -> Result<Rows, ScanError> {
    let format = options.dialect.format()?;
    let mut prelude = read_prelude(&mut input, options.dialect.skip_lines)?;
    let head = std::mem::take(&mut prelude.head);
    let mut cutter = Cutter::new(input, head, prelude.offset, format, CHUNK_BYTES, options.max_record_bytes());
    let (mut chunk, mut fields, mut scratch) = (Chunk::default(), Fields::default(), Vec::new());
    cutter.next(&mut chunk)?;
    let names = read_header(&mut chunk, format, options)?.names;
    let mut found = Rows { names, rows: Vec::new() };
    loop {
        fields.read(&chunk.text, chunk.quotes, format, found.names.len());
        for row in 0..fields.rows() {
            if found.rows.len() == limit {
                return Ok(found);
            }
            let mut cell = |column| {
                let raw = fields.raw(&chunk.text, row, column);
                String::from_utf8_lossy(content(raw, format, &mut scratch)).into_owned()
            };
            found.rows.push((0..found.names.len()).map(&mut cell).collect());
        }
        if !cutter.next(&mut chunk)? {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_the_scan() {
        let text = "a,b\n1,\"x,\"\"y\"\n2\n3,4,5\n";
        let found = read_rows(text.as_bytes(), &Options::default(), 10).unwrap();
        assert_eq!(found.names, ["a", "b"]);
        assert_eq!(found.rows, [["1", "x,\"y"], ["2", ""], ["3", "4"]]);
        assert_eq!(read_rows(text.as_bytes(), &Options::default(), 1).unwrap().rows.len(), 1);
    }
}
