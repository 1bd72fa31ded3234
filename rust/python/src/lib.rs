//! The kernel for Python: options in as JSON, the profile out as JSON, the GIL released in between.

mod text;

use std::path::PathBuf;

use agensium_kernel::{Options, Progress, ScanError, scan_file};
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

create_exception!(_kernel, KernelError, PyException, "A failure as (code, message, hint).");

fn raised(error: ScanError) -> PyErr {
    KernelError::new_err((error.code, error.message, error.hint))
}

fn parsed<T: serde::de::DeserializeOwned>(request: &[u8]) -> PyResult<T> {
    serde_json::from_slice(request).map_err(|error| raised(ScanError::new("invalid_params", error.to_string())))
}

/// The answer goes before its JSON is copied: of wide tables both are large.
fn written<'py>(py: Python<'py>, answer: impl serde::Serialize) -> PyResult<Bound<'py, PyBytes>> {
    let json = serde_json::to_vec(&answer).map_err(|error| raised(ScanError::new("internal", error.to_string())))?;
    drop(answer);
    Ok(PyBytes::new(py, &json))
}

/// Profile a CSV file. `on_progress(rows, bytes, total_bytes)` stops the scan by returning False.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "PyO3 hands over what it took from Python")]
fn scan_csv<'py>(
    py: Python<'py>,
    path: PathBuf,
    request: &[u8],
    on_progress: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let options: Options = parsed(request)?;
    let answer = watched(py, &on_progress, |monitor| scan_file(&path, &options, monitor))?;
    written(py, answer)
}

/// Run a scan without the GIL, its progress told to Python.
fn watched<T: Send>(
    py: Python<'_>,
    on_progress: &Py<PyAny>,
    scan: impl FnOnce(&mut dyn FnMut(Progress) -> bool) -> Result<T, ScanError> + Send,
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
        scan(&mut monitor)
    });
    if let Some(error) = failure {
        return Err(error);
    }
    answer.map_err(raised)
}

/// The native part of Agensium.
#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("KernelError", module.py().get_type::<KernelError>())?;
    module.add_function(wrap_pyfunction!(scan_csv, module)?)?;
    module.add_function(wrap_pyfunction!(text::sniff_text, module)?)?;
    module.add_function(wrap_pyfunction!(text::scan_text, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_rows, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_lines, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_head, module)?)
}
