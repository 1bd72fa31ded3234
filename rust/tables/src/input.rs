//! A file that several readers share, each at its own place.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use agensium_kernel::ScanError;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

/// What is done when reading is to stop.
type Action = Box<dyn Fn() + Send>;

/// A shared file that counts what is read from it.
#[derive(Clone)]
pub struct Input {
    file: Arc<Mutex<File>>,
    length: u64,
    read: Arc<AtomicU64>,
    stopped: Arc<AtomicBool>,
    at_stop: Arc<Mutex<Option<Action>>>,
}

impl Input {
    /// Open a file.
    pub fn open(path: &Path) -> Result<Self, ScanError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(Mutex::new(file)),
            length,
            read: Arc::default(),
            stopped: Arc::default(),
            at_stop: Arc::default(),
        })
    }

    /// Bytes of the file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Bytes that were read so far; what is read twice counts twice.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Let every read from now on fail, so that whatever decodes the file ends.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some(act) = &*self.at_stop.lock().unwrap_or_else(PoisonError::into_inner) {
            act();
        }
    }

    /// What else is to be done when reading is to stop, for decoders that open the file themselves.
    pub fn when_stopped(&self, act: impl Fn() + Send + 'static) {
        *self.at_stop.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
    }

    /// A reader with a place of its own.
    pub fn reader(&self) -> Cursor {
        Cursor { input: self.clone(), at: 0 }
    }

    /// A reader that starts further on.
    pub fn reader_at(&self, at: u64) -> Cursor {
        Cursor { input: self.clone(), at }
    }

    /// Bytes of the file; a length beyond its end, as broken files have it, takes no memory.
    fn bytes_at(&self, start: u64, length: u64) -> std::io::Result<Bytes> {
        if start.checked_add(length).is_none_or(|end| end > self.length) {
            let message = format!("{length} bytes at {start} are not in the file");
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, message));
        }
        let mut buffer = vec![0; length as usize];
        Cursor { input: self.clone(), at: start }.read_exact(&mut buffer)?;
        Ok(buffer.into())
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(std::io::Error::other(ScanError::cancelled()));
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        let count = file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A place in a shared file.
pub struct Cursor {
    input: Input,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read_at(self.at, buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.input.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

impl orc_rust::reader::ChunkReader for Input {
    type T = BufReader<Cursor>;

    fn len(&self) -> u64 {
        self.length
    }

    fn get_read(&self, start: u64) -> std::io::Result<Self::T> {
        Ok(BufReader::new(Cursor { input: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: u64) -> std::io::Result<Bytes> {
        self.bytes_at(start, length)
    }
}

impl Length for Input {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Input {
    type T = BufReader<Cursor>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(Cursor { input: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        match self.bytes_at(start, length as u64) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(ParquetError::EOF(error.to_string()))
            }
            found => Ok(found?),
        }
    }
}
