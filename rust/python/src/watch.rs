//! Work without the GIL that reports its progress to Python and may be stopped from there.

use agensium_kernel::{Progress, ScanError};
use pyo3::prelude::*;

use crate::raised;

/// Run `work`; `on_progress(rows, bytes, total_bytes)` stops it by returning False, or by raising.
pub fn watched<T: Send>(
    py: Python<'_>,
    on_progress: &Py<PyAny>,
    work: impl FnOnce(&mut dyn FnMut(Progress) -> bool) -> Result<T, ScanError> + Send,
) -> PyResult<T> {
    let mut failure = None;
    let answer = py.detach(|| {
        let mut monitor = |progress: Progress| {
            Python::attach(|py| {
                let call = || {
                    py.check_signals()?;
                    let Progress { rows, bytes, total_bytes } = progress;
                    on_progress.call1(py, (rows, bytes, total_bytes))?.extract::<bool>(py)
                };
                call().unwrap_or_else(|error| {
                    failure = Some(error);
                    false
                })
            })
        };
        work(&mut monitor)
    });
    match failure {
        Some(error) => Err(error),
        None => answer.map_err(raised),
    }
}
