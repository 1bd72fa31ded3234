//! The SHA-256 of a file, computed by a thread of its own that never needs the GIL.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sha2::{Digest as _, Sha256};

/// What is read at a time: it stays in the processor's own memory until it is digested.
const PART_BYTES: usize = 256 << 10;

/// The digest of a file, which is being computed from the moment that this is made.
#[pyclass(module = "agensium.data._kernel")]
pub struct Digest {
    work: Option<JoinHandle<io::Result<Vec<u8>>>>,
    stopped: Arc<AtomicBool>,
}

#[pymethods]
impl Digest {
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let work = std::thread::Builder::new().name("digest".into()).spawn(move || digest(&path, &seen))?;
        Ok(Self { work: Some(work), stopped })
    }

    /// Wait for the digest and return it. It may be asked for once.
    fn value<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Some(work) = self.work.take() else {
            return Err(io::Error::other("the digest was taken already").into());
        };
        let done = py.detach(|| work.join());
        let digest = done.unwrap_or_else(|_| Err(io::Error::other("the digest failed")))?;
        Ok(PyBytes::new(py, &digest))
    }

    /// End the work before its time.
    fn stop(&mut self, py: Python<'_>) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some(work) = self.work.take() {
            // Nobody wants what it found, nor why it failed.
            let _ = py.detach(|| work.join());
        }
    }
}

fn digest(path: &Path, stopped: &AtomicBool) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut part = vec![0; PART_BYTES];
    loop {
        if stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("the digest was stopped"));
        }
        match file.read(&mut part) {
            Ok(0) => break,
            Ok(count) => digest.update(&part[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(digest.finalize().to_vec())
}
