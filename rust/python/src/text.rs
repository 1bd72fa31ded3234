//! Files as tables of text: found out, scanned, shown.
#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands over what it took from Python")]

use std::path::PathBuf;

use agensium_kernel::Options;
use agensium_text::limits::Limits;
use agensium_text::plan::{Plan, Wishes};
use agensium_text::{scratch, sniff, table};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::{Deserialize, Serialize};

use crate::watch::watched;
use crate::{parsed, raised, written};

#[derive(Deserialize)]
struct Request {
    plan: Plan,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    lines: Vec<u64>,
}

#[derive(Serialize)]
struct Scanned<P: Serialize> {
    profile: P,
    told: table::Told,
}

#[derive(Serialize)]
struct Shown {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Find out how a file is to be read; `wishes` is what the user said, as JSON.
#[pyfunction]
pub fn sniff_text<'py>(py: Python<'py>, path: PathBuf, wishes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let wishes: Wishes = parsed(wishes)?;
    let reading = py.detach(|| sniff::sniff(&path, &wishes)).map_err(raised)?;
    written(py, reading)
}

/// Profile a file as a plan says.
#[pyfunction]
pub fn scan_text<'py>(
    py: Python<'py>,
    path: PathBuf,
    request: &[u8],
    on_progress: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let Request { plan, options, limits, .. } = parsed(request)?;
    let (profile, told) = watched(py, &on_progress, |monitor| table::scan(&path, &plan, &options, limits, monitor))?;
    written(py, Scanned { profile, told })
}

/// The first rows of a file, read as a plan says.
#[pyfunction]
pub fn text_rows<'py>(py: Python<'py>, path: PathBuf, request: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let Request { plan, options, limits, limit, .. } = parsed(request)?;
    let rows = py.detach(|| table::rows(&path, &plan, &options, limits, limit)).map_err(raised)?;
    written(py, Shown { names: rows.names, rows: rows.rows })
}

/// Lines as they stand in the text of a file.
#[pyfunction]
pub fn text_lines<'py>(py: Python<'py>, path: PathBuf, request: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let Request { plan, limits, lines, .. } = parsed(request)?;
    let found = py.detach(|| table::lines(&path, &plan, limits, &lines)).map_err(raised)?;
    written(py, found)
}

/// The first bytes of a file, unpacked.
#[pyfunction]
pub fn text_head<'py>(py: Python<'py>, path: PathBuf, wishes: &[u8], most: u64) -> PyResult<Bound<'py, PyBytes>> {
    let wishes: Wishes = parsed(wishes)?;
    let limits = wishes.limits.unwrap_or_default();
    let head = py.detach(|| table::head(&path, wishes.member.as_deref(), limits, most)).map_err(raised)?;
    Ok(PyBytes::new(py, &head))
}

/// The first bytes of a file, unpacked but not decoded.
#[pyfunction]
pub fn raw_head<'py>(py: Python<'py>, path: PathBuf, wishes: &[u8], most: u64) -> PyResult<Bound<'py, PyBytes>> {
    let wishes: Wishes = parsed(wishes)?;
    let limits = wishes.limits.unwrap_or_default();
    let head = py.detach(|| scratch::head(&path, wishes.member.as_deref(), limits, most)).map_err(raised)?;
    Ok(PyBytes::new(py, &head))
}

/// Unpack a file into another one, which must be there.
#[pyfunction]
pub fn unpack<'py>(
    py: Python<'py>,
    path: PathBuf,
    wishes: &[u8],
    to: PathBuf,
    on_progress: Py<PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let wishes: Wishes = parsed(wishes)?;
    let limits = wishes.limits.unwrap_or_default();
    let unpacked =
        watched(py, &on_progress, |monitor| scratch::unpack(&path, wishes.member.as_deref(), limits, &to, monitor))?;
    written(py, unpacked)
}
