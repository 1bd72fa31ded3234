//! Tables that are not delimited text: files, and what has an Arrow C stream.
#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands over what it took from Python")]

use std::path::PathBuf;

use agensium_kernel::Options;
use agensium_kernel::report::TableProfile;
use agensium_tables::{Member, Opened, Request, Table, open};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyRecordBatchReader;
use serde::Serialize;

use crate::watch::watched;
use crate::{parsed, raised, written};

/// A table of a file, and what the file is.
#[derive(Serialize)]
struct Scanned {
    format: &'static str,
    chosen: Option<String>,
    members: Vec<Member>,
    notes: Vec<String>,
    profile: TableProfile,
}

/// Whether a file holds a table that is not delimited text.
#[pyfunction]
pub fn is_table(py: Python<'_>, path: PathBuf) -> PyResult<bool> {
    py.detach(|| agensium_tables::is_table(&path)).map_err(raised)
}

/// The sheets or tables of a file that may hold several.
#[pyfunction]
pub fn list_tables(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyBytes>> {
    written(py, py.detach(|| agensium_tables::list(&path)).map_err(raised)?)
}

/// Profile a table in a file that is not delimited text.
#[pyfunction]
pub fn scan_table<'py>(
    py: Python<'py>,
    path: PathBuf,
    request: &[u8],
    on_progress: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let Request { options, choice }: Request = parsed(request)?;
    let scanned = watched(py, &on_progress, |monitor| {
        let Opened { format, table, members, chosen, notes } =
            open(&path, &choice, options.threads(u64::MAX), monitor)?;
        let profile = table.scan(&options, monitor)?;
        Ok(Scanned { format, chosen, members, notes, profile })
    })?;
    written(py, scanned)
}

/// Profile a table behind `__arrow_c_stream__`.
#[pyfunction]
pub fn scan_arrow<'py>(
    py: Python<'py>,
    stream: PyRecordBatchReader,
    request: &[u8],
    on_progress: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let options: Options = parsed(request)?;
    let reader = stream.into_reader()?;
    let schema = reader.schema();
    let batches = Box::new(reader.map(|batch| batch.map_err(agensium_tables::ipc::refused)));
    let table = Table::of_batches(&schema, batches).map_err(raised)?;
    let profile = watched(py, &on_progress, |monitor| table.scan(&options, monitor))?;
    written(py, profile)
}
