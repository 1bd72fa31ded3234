//! Arrow IPC: files (Feather 2) and streams.

use std::io::BufReader;

use agensium_kernel::ScanError;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::feed::Batches;
use crate::guard::{broken, guarded};
use crate::input::Input;
use crate::ipc_guard::{check_file, check_stream};

/// The batches of an Arrow file, which has its schemas and places of batches at its end.
pub fn open_file(input: &Input) -> Result<(SchemaRef, Batches), ScanError> {
    check_file(input)?;
    let reader = guarded(|| FileReader::try_new(BufReader::new(input.reader()), None))?.map_err(refused)?;
    Ok((reader.schema(), Box::new(reader.map(|batch| batch.map_err(refused)))))
}

/// The batches of a stream.
pub fn open_stream(input: &Input) -> Result<(SchemaRef, Batches), ScanError> {
    check_stream(input)?;
    let reader = guarded(|| StreamReader::try_new(BufReader::new(input.reader()), None))?.map_err(refused)?;
    Ok((reader.schema(), Box::new(reader.map(|batch| batch.map_err(refused)))))
}

/// What Arrow's readers say, for people.
pub fn refused(error: ArrowError) -> ScanError {
    match error {
        ArrowError::NotYetImplemented(what) => {
            ScanError::new("unsupported_format", format!("The file uses what is not read yet: {what}."))
        }
        ArrowError::ExternalError(error) => broken(error),
        other => broken(other),
    }
}
