//! ORC: stripes one after the other.

use agensium_kernel::ScanError;
use arrow_array::RecordBatchReader;
use arrow_schema::{ArrowError, SchemaRef};
use orc_rust::ArrowReaderBuilder;
use orc_rust::error::OrcError;

use crate::feed::Batches;
use crate::guard::{broken, guarded};
use crate::input::Input;

/// About how many bytes of values a batch holds.
const BATCH_BYTES: u64 = 2 << 20;
const MOST_ROWS: u64 = 1 << 13;
/// A stripe is held in memory as a whole, packed.
const MAX_STRIPE_BYTES: u64 = 512 << 20;

/// The batches of a file, and its rows.
pub fn open(input: &Input) -> Result<(SchemaRef, Batches, u64), ScanError> {
    let builder = guarded(|| ArrowReaderBuilder::try_new(input.clone()))?.map_err(failed)?;
    let metadata = builder.file_metadata();
    let mut rows = 0u64;
    for stripe in metadata.stripe_metadatas() {
        let bytes = stripe.index_length().saturating_add(stripe.data_length()).saturating_add(stripe.footer_length());
        if stripe.offset().saturating_add(bytes) > input.length() {
            return Err(broken("a stripe does not lie in the file"));
        }
        if bytes > MAX_STRIPE_BYTES {
            let message = format!("A stripe is larger than {} MiB.", MAX_STRIPE_BYTES >> 20);
            return Err(ScanError::new("unpacked_too_large", message).hint("Write it anew with smaller stripes."));
        }
        rows = rows.saturating_add(stripe.number_of_rows());
    }
    if rows != metadata.number_of_rows() {
        return Err(broken("its stripes have another number of rows than its footer says"));
    }
    let batch_rows = (BATCH_BYTES / (input.length() / rows.max(1)).max(1)).clamp(1, MOST_ROWS);
    let reader = guarded(|| builder.with_batch_size(batch_rows as usize).build())?;
    let schema = reader.schema();
    Ok((schema, Box::new(Counted { batches: Box::new(reader), left: rows }), rows))
}

/// Batches that must have as many rows as was said.
struct Counted<I> {
    batches: Box<I>,
    left: u64,
}

impl<I: Iterator<Item = Result<arrow_array::RecordBatch, ArrowError>>> Iterator for Counted<I> {
    type Item = Result<arrow_array::RecordBatch, ScanError>;

    fn next(&mut self) -> Option<Self::Item> {
        let miscounted = || broken("it has another number of rows than it says");
        match self.batches.next() {
            None if self.left > 0 => {
                self.left = 0;
                Some(Err(miscounted()))
            }
            None => None,
            Some(Err(ArrowError::ExternalError(error))) => {
                Some(Err(error.downcast::<OrcError>().map_or_else(broken, |error| failed(*error))))
            }
            Some(Err(error)) => Some(Err(broken(error))),
            Some(Ok(batch)) => {
                let rows = batch.num_rows() as u64;
                Some(self.left.checked_sub(rows).map(|left| self.left = left).map(|()| batch).ok_or_else(miscounted))
            }
        }
    }
}

fn failed(error: OrcError) -> ScanError {
    match error {
        OrcError::UnsupportedTypeVariant { msg, .. } => {
            ScanError::new("unsupported_format", format!("The ORC file uses what is not read: {msg}."))
        }
        other => broken(other),
    }
}
