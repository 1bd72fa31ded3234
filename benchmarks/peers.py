"""One run of another tool on one file: `peers.py TOOL FILE`, in the environment of the benchmark.

It writes the seconds of the work itself, without starting and importing, as the last line of its
output; what the tool found goes before that line, so that the writing is part of every whole run.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

BLOCK_BYTES = 1 << 20
NULLS = ("", "NA")
"""Every tool is told what stands for "no value" in these tables."""


def read_bytes(path: Path) -> int:
    """The floor: read every byte and do nothing with it."""
    total = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            total += len(block)
    return total


def count_lines(path: Path) -> int:
    """The floor for rows: look at every byte once, on one core."""
    total = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            total += block.count(b"\n")
    return total


def duckdb_summarize(path: Path) -> list[tuple[object, ...]]:
    """DuckDB's own profile."""
    duckdb = import_module("duckdb")
    nulls = ", ".join(f"'{word}'" for word in NULLS)
    csv = f"read_csv('{path}', nullstr=[{nulls}])"
    scan = f"read_parquet('{path}')" if path.suffix == ".parquet" else csv
    query = f"SUMMARIZE SELECT * FROM {scan}"  # noqa: S608 - a path of our own
    found: list[tuple[object, ...]] = duckdb.execute(query).fetchall()
    return found


def polars_describe(path: Path) -> str:
    """Polars' own profile, on a scan, which needs less memory than on a frame that was read."""
    polars = import_module("polars")
    if path.suffix == ".parquet":
        return str(polars.scan_parquet(path).describe().write_json())
    frame = polars.scan_csv(path, try_parse_dates=True, null_values=list(NULLS))
    return str(frame.describe().write_json())


def _pandas_frame(path: Path) -> Any:  # noqa: ANN401 - pandas is not installed here
    pandas = import_module("pandas")
    if path.suffix == ".parquet":
        return pandas.read_parquet(path)
    return pandas.read_csv(path, low_memory=False)


def pandas_describe(path: Path) -> str:
    """What most notebooks do."""
    return str(_pandas_frame(path).describe(include="all").to_json())


def ydata_minimal(path: Path) -> str:
    """ydata-profiling without its slow parts."""
    profiling = import_module("ydata_profiling")
    report = profiling.ProfileReport(_pandas_frame(path), minimal=True, progress_bar=False)
    return str(report.to_json())


def dataprofiler(path: Path) -> str:
    """DataProfiler without its model for labels."""
    module = import_module("dataprofiler")
    options = module.ProfilerOptions()
    options.set({"data_labeler.is_enabled": False})
    profile = module.Profiler(_pandas_frame(path), options=options)
    return str(profile.report(report_options={"output_format": "serializable"}))


def whylogs(path: Path) -> str:
    """Whylogs' sketches."""
    view = import_module("whylogs").log(_pandas_frame(path)).view()
    return str(view.to_pandas().to_json())


TOOLS: dict[str, Callable[[Path], Any]] = {
    "read": read_bytes,
    "lines": count_lines,
    "duckdb": duckdb_summarize,
    "polars": polars_describe,
    "pandas": pandas_describe,
    "ydata": ydata_minimal,
    "dataprofiler": dataprofiler,
    "whylogs": whylogs,
}
MODULES = {
    "duckdb": "duckdb",
    "polars": "polars",
    "pandas": "pandas",
    "ydata": "ydata_profiling",
    "dataprofiler": "dataprofiler",
    "whylogs": "whylogs",
}


def main() -> None:
    """Run the tool that is named and tell how long it took."""
    tool, path = sys.argv[1], Path(sys.argv[2])
    if tool in MODULES:
        import_module(MODULES[tool])
    began = time.perf_counter()
    found = TOOLS[tool](path)
    taken = time.perf_counter() - began
    sys.stdout.write(f"{json.dumps(found, default=str)}\n{taken}\n")


if __name__ == "__main__":
    main()
