//! What a file may cost before it is refused.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use agensium_kernel::ScanError;
use serde::Deserialize;

/// Bytes that may be unpacked before the ratio counts.
const RATIO_FROM: u64 = 64 << 20;

/// The limits, each with an error code of its own.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Unpacked bytes for each packed one; `ratio_exceeded`.
    pub ratio: u64,
    /// Unpacked bytes; `unpacked_too_large`.
    pub unpacked_bytes: u64,
    /// Bytes of a cell that was mended; `cell_too_large`.
    pub cell_bytes: usize,
    /// Members of an archive; `too_many_members`.
    pub members: usize,
    /// Bytes of a file that must be unpacked before it is read; `unpacked_too_large`.
    pub scratch_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 200, unpacked_bytes: 64 << 30, cell_bytes: 16 << 20, members: 10_000, scratch_bytes: 10 << 30 }
    }
}

/// Counts the bytes that pass.
pub struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    /// Count into `taken`.
    pub fn new(inner: R, taken: Arc<AtomicU64>) -> Self {
        Self { inner, taken }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Ends a stream that unpacks to too much.
pub struct Guarded<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    given: u64,
    limits: Limits,
}

impl<R> Guarded<R> {
    /// `taken` counts the packed bytes.
    pub fn new(inner: R, taken: Arc<AtomicU64>, limits: Limits) -> Self {
        Self { inner, taken, given: 0, limits }
    }

    fn check(&self) -> Result<(), ScanError> {
        if self.given > self.limits.unpacked_bytes {
            let message = format!("The archive unpacks to more than {} MiB.", self.limits.unpacked_bytes >> 20);
            return Err(ScanError::new("unpacked_too_large", message).hint("Send the table in parts."));
        }
        let taken = self.taken.load(Ordering::Relaxed).max(1);
        if self.given > RATIO_FROM && self.given / taken > self.limits.ratio {
            let message = format!("The archive unpacks to more than {} times its size.", self.limits.ratio);
            return Err(
                ScanError::new("ratio_exceeded", message).hint("Send the file unpacked, if it is really a table.")
            );
        }
        Ok(())
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer).map_err(damaged)?;
        self.given += length as u64;
        self.check().map_err(io::Error::other)?;
        Ok(length)
    }
}

/// An error of a decoder, in words for people.
fn damaged(error: io::Error) -> io::Error {
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<ScanError>)
        || error.raw_os_error().is_some()
    {
        return error;
    }
    let message = format!("The archive is damaged: {error}.");
    io::Error::other(ScanError::new("archive_damaged", message).hint("Pack it again, or send it unpacked."))
}
