//! The kernel for Python: options in as JSON, the profile out as JSON, the GIL released in between.

mod digest;
mod tables;
mod text;
mod watch;

use std::path::PathBuf;

use agensium_kernel::{Options, ScanError, scan_file};
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

create_exception!(_kernel, KernelError, PyException, "A failure as (code, message, hint, choices).");

fn raised(error: ScanError) -> PyErr {
    KernelError::new_err((error.code, error.message, error.hint, error.choices))
}

fn parsed<T: serde::de::DeserializeOwned>(request: &[u8]) -> PyResult<T> {
    serde_json::from_slice(request).map_err(|error| raised(ScanError::new("invalid_params", error.to_string())))
}

/// The answer goes before its JSON is copied: of wide tables both are large.
fn written(py: Python<'_>, answer: impl serde::Serialize) -> PyResult<Bound<'_, PyBytes>> {
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
    let profile = watch::watched(py, &on_progress, |monitor| scan_file(&path, &options, monitor))?;
    written(py, profile)
}

/// The native part of Agensium.
#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("KernelError", module.py().get_type::<KernelError>())?;
    module.add_class::<digest::Digest>()?;
    module.add_function(wrap_pyfunction!(scan_csv, module)?)?;
    module.add_function(wrap_pyfunction!(text::sniff_text, module)?)?;
    module.add_function(wrap_pyfunction!(text::scan_text, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_rows, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_lines, module)?)?;
    module.add_function(wrap_pyfunction!(text::text_head, module)?)?;
    module.add_function(wrap_pyfunction!(text::raw_head, module)?)?;
    module.add_function(wrap_pyfunction!(text::unpack, module)?)?;
    module.add_function(wrap_pyfunction!(tables::is_table, module)?)?;
    module.add_function(wrap_pyfunction!(tables::list_tables, module)?)?;
    module.add_function(wrap_pyfunction!(tables::scan_table, module)?)?;
    module.add_function(wrap_pyfunction!(tables::scan_arrow, module)?)
}
