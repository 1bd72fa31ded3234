//! Avro: blocks are unpacked here, within limits, and decoded by several threads.
//!
//! The library that decodes trusts a file's counts: it never comes to an end behind the last row of a
//! block that has bytes left, and it drops rows without bytes. So it is given a few blocks at a time, as
//! one, and is asked for their rows, and then for one more, which must not be there.

mod blocks;
mod unpack;

use std::io::Cursor as Memory;
use std::sync::{Mutex, PoisonError};

use agensium_kernel::ScanError;
use arrow_array::RecordBatch;
use arrow_avro::reader::ReaderBuilder;
use arrow_schema::SchemaRef;

use crate::feed::{Content, Feed, Rows};
use crate::guard::{broken, guarded};
use crate::input::Input;
use crate::ipc::refused;
use blocks::{Block, Blocks, put_long};
use unpack::{Codec, require_size, unpack};

/// About how many bytes of the file are decoded at once, unpacked or packed.
const PLAIN_GROUP_BYTES: usize = 1 << 20;
const PACKED_GROUP_BYTES: usize = 128 << 10;

/// An opened Avro file.
pub struct AvroFeed {
    input: Input,
    schema: SchemaRef,
    header: Vec<u8>,
    state: Mutex<State>,
}

struct State {
    blocks: Blocks,
    index: u32,
    rows: u64,
    broken: bool,
}

/// Some blocks, and where their rows stand.
struct Group {
    blocks: Vec<Block>,
    codec: Codec,
    sync: [u8; 16],
    rows: u64,
    index: u32,
    first_row: u64,
}

impl AvroFeed {
    /// Read the header.
    pub fn open(input: &Input) -> Result<Self, ScanError> {
        let blocks = Blocks::open(input.reader())?;
        let header = blocks.plain_header();
        let reader = guarded(|| ReaderBuilder::new().build(Memory::new(&header)))?.map_err(refused)?;
        let schema = reader.schema();
        let state = State { blocks, index: 0, rows: 0, broken: false };
        Ok(Self { input: input.clone(), schema, header, state: Mutex::new(state) })
    }

    /// The columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn take(&self) -> Result<Option<Group>, ScanError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (codec, sync) = (state.blocks.codec, state.blocks.sync());
        let enough = if codec == Codec::Null { PLAIN_GROUP_BYTES } else { PACKED_GROUP_BYTES };
        let (mut blocks, mut rows, mut bytes) = (Vec::new(), 0u64, 0);
        while bytes < enough && !state.broken {
            let next = state.blocks.next();
            state.broken = next.is_err();
            let Some(block) = next? else { break };
            bytes += block.packed.len();
            rows = rows.saturating_add(block.rows);
            blocks.push(block);
        }
        if blocks.is_empty() {
            return Ok(None);
        }
        let group = Group { blocks, codec, sync, rows, index: state.index, first_row: state.rows };
        state.index += 1;
        state.rows = state.rows.saturating_add(rows);
        Ok(Some(group))
    }

    /// The rows of a group, which are as many as it says.
    fn decode(&self, group: Group) -> Result<RecordBatch, ScanError> {
        let mut plain = Vec::new();
        for block in group.blocks {
            let unpacked = unpack(group.codec, block.packed)?;
            require_size((plain.len() + unpacked.len()) as u64)?;
            plain.extend_from_slice(&unpacked);
        }
        if group.rows > plain.len() as u64 {
            let message = "The Avro file has rows without a single byte, which are not read.";
            return Err(ScanError::new("unsupported_format", message));
        }
        let file = |rows: u64| {
            let mut file = self.header.clone();
            put_long(rows as i64, &mut file);
            put_long(plain.len() as i64, &mut file);
            [&file, plain.as_slice(), &group.sync].concat()
        };
        let miscounted = || broken("a block has another number of rows than it says");
        let rows = group.rows as usize;
        // Of the row that must not be there one column is enough: the others are skipped.
        let one_column = ReaderBuilder::new().with_projection(vec![0]);
        if first(one_column, file(group.rows + 1), rows + 1).is_ok() {
            return Err(miscounted());
        }
        if rows == 0 {
            return Ok(RecordBatch::new_empty(self.schema.clone()));
        }
        let batch = first(ReaderBuilder::new(), file(group.rows), rows)?.ok_or_else(miscounted)?;
        if batch.num_rows() == rows { Ok(batch) } else { Err(miscounted()) }
    }
}

/// The first rows of a file in memory.
fn first(builder: ReaderBuilder, file: Vec<u8>, rows: usize) -> Result<Option<RecordBatch>, ScanError> {
    let read = || builder.with_batch_size(rows).build(Memory::new(file))?.next().transpose();
    guarded(read)?.map_err(refused)
}

impl Feed for AvroFeed {
    fn next(&self, _worker: usize) -> Result<Option<Rows>, ScanError> {
        while let Some(group) = self.take()? {
            let (index, first_row) = (group.index, group.first_row);
            let batch = self.decode(group)?;
            if batch.num_rows() > 0 {
                return Ok(Some(Rows { rows: batch.num_rows(), content: Content::Batch(batch), index, first_row }));
            }
        }
        Ok(None)
    }

    fn bytes_read(&self) -> u64 {
        self.input.bytes_read()
    }
}
