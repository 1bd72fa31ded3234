"""`agensium.profile(...)` for notebooks: a file or a table in memory in, a report out."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

import msgspec

from agensium.agents.agent import Inputs
from agensium.agents.registry import find_agent
from agensium.core.errors import InvalidInput
from agensium.core.findings import Finding
from agensium.core.profile import TableProfile
from agensium.core.report import Report, encode_report
from agensium.data.dataset import Dataset
from agensium.data.typed import MemoryTable

FRAME_HEIGHT: Final = "80vh"
AS_WRITTEN: Final[Mapping[str, Any]] = {
    "delimiter": ",",
    "quote": '"',
    "header": True,
    "missing": [""],
}
"""How a table from memory is read: a missing value is the only empty cell, "NA" is a text."""
PLAIN_KINDS: Final = frozenset(
    {
        "boolean", "categorical", "date", "datetime", "datetime64", "decimal", "empty", "floating",
        "integer", "mixed-integer-float", "string", "time",
    }
)  # fmt: skip
"""What pandas calls the columns whose values keep their whole meaning as text."""


@dataclass(frozen=True, repr=False)
class Profiled:
    """A report that shows itself: as a page in a notebook, as its verdict elsewhere.

    Attributes:
        report: everything that was found, as every surface of the product shows it.

    """

    report: Report

    @property
    def table(self) -> TableProfile:
        """The facts of the table and of each of its columns."""
        return self.report.table

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to know, the most important first."""
        return self.report.findings

    @property
    def verdict(self) -> str:
        """The whole report in one sentence."""
        return self.report.verdict

    def to_json(self) -> str:
        """Return the report as JSON."""
        return encode_report(self.report).decode()

    def to_html(self) -> str:
        """Return the report as a page that needs nothing but itself."""
        from agensium.exports.html import render_html

        return render_html(self.report).decode()

    def __repr__(self) -> str:
        """Say the verdict."""
        return f"<{self.report.source.name}: {self.report.verdict}>"

    def _repr_html_(self) -> str:
        # Without allow-same-origin the page can reach neither the notebook nor its cookies.
        style = f"width: 100%; height: {FRAME_HEIGHT}; border: 1px solid #8884"
        title = escape(f"Report of {self.report.source.name}")
        page = escape(self.to_html())
        return (
            f'<iframe sandbox="allow-scripts" title="{title}" style="{style}" srcdoc="{page}">'
            "</iframe>"
        )


def profile(source: object, *, name: str | None = None, **params: object) -> Profiled:
    """Profile a table: what is in it, column by column, and what needs a look.

    Args:
        source: the path of a file; or a table of pandas, Polars or Arrow, or any object with
            ``__arrow_c_stream__``. Of a pandas table the columns count, not the index.
        name: what the report calls the table; the file's name, or the kind of table, by default.
        params: the agent's parameters, such as ``thresholds={"missing": 0.2}``.

    Returns:
        The report; in a notebook it shows as a page.

    Raises:
        AgensiumError: the source cannot be read as a table, or a parameter is wrong.

    """
    if isinstance(source, str | PathLike):
        path = Path(fspath(source))
        return _profiled(Dataset(path=path, name=name or path.name), params)
    shown = name or _kind_of(source)
    stream = _stream(source)
    if stream is not None:
        return _profiled(MemoryTable(table=stream, name=shown), params)
    read = params.pop("read", {})
    chosen = {**AS_WRITTEN, **read} if isinstance(read, Mapping) else read
    with _written(source) as path:
        return _profiled(Dataset(path=path, name=shown), {**params, "read": chosen})


def _profiled(table: Dataset | MemoryTable, params: Mapping[str, object]) -> Profiled:
    agent = find_agent("profile")
    parsed = agent.parse_params(msgspec.json.encode(params))
    return Profiled(agent.run(Inputs({agent.inputs[0].name: table}), parsed).report)


def _stream(source: object) -> object | None:
    """Return what has the table's Arrow stream, or nothing if it must be written as text."""
    if type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "columns"):
        return _pandas_stream(source)
    return source if hasattr(source, "__arrow_c_stream__") else None


def _pandas_stream(frame: Any) -> object | None:  # noqa: ANN401 - pandas is optional
    if frame.columns.nlevels > 1 or not hasattr(frame, "__arrow_c_stream__"):
        return None
    try:
        table: object = import_module("pyarrow").Table.from_pandas(frame, preserve_index=False)
    except (ImportError, TypeError, ValueError):
        return None  # pyarrow is absent, or refuses what a text may still hold
    return table


def _kind_of(source: object) -> str:
    return f"{type(source).__module__.partition('.')[0]} {type(source).__name__}"


@contextmanager
def _written(source: object) -> Iterator[Path]:
    """Write a table to a file that holds all of it, for as long as the context lasts."""
    write = _writer(source)
    with tempfile.TemporaryDirectory(prefix="agensium-") as folder:
        path = Path(folder) / "table.csv"
        write(source, path)
        yield path


def _writer(source: object) -> Callable[[Any, Path], None]:
    if type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "columns"):
        return _write_pandas
    raise _no_table(source)


def _no_table(source: object) -> InvalidInput:
    return InvalidInput(
        f"A {_kind_of(source)} is not a table that can be profiled.",
        hint="Give the path of a file, or a table of pandas, Polars or Arrow; "
        "a series becomes a table by .to_frame(), a lazy table by .collect().",
    )


def _write_pandas(frame: Any, path: Path) -> None:  # noqa: ANN401 - pandas is optional
    kinds = sys.modules["pandas"].api.types
    if frame.columns.nlevels > 1:
        raise InvalidInput("The table has column names of several levels.", hint="Join them first.")
    series = (frame.iloc[:, position] for position in range(frame.shape[1]))
    _require_plain(
        str(column)
        for column, values in zip(frame.columns, series, strict=True)
        if kinds.infer_dtype(values, skipna=True) not in PLAIN_KINDS
    )
    frame.to_csv(path, index=False, quoting=2)  # csv.QUOTE_NONNUMERIC


def _require_plain(opaque: Iterator[str]) -> None:
    names = sorted(opaque)
    if names:
        shown = ", ".join(names[:10])
        raise InvalidInput(
            f"These columns hold values that are no plain numbers, texts or dates: {shown}.",
            hint="Leave them out, or turn them into text first.",
        )
