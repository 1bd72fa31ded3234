"""One report of another tool: `report_peers.py TOOL TABLE PAGE`, in the environment of the tool.

Every tool does what its own first example does, with nothing switched off.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def ydata(table: Path, page: Path) -> None:
    """Write the report of ydata-profiling."""
    frame = import_module("pandas").read_csv(table)
    report = import_module("ydata_profiling").ProfileReport(frame, progress_bar=False)
    report.to_file(page, silent=True)


def evidently(table: Path, page: Path) -> None:
    """Write Evidently's summary of a data set."""
    frame = import_module("pandas").read_csv(table)
    module = import_module("evidently")
    preset = import_module("evidently.presets").DataSummaryPreset
    found = module.Report([preset()]).run(module.Dataset.from_pandas(frame), None)
    found.save_html(str(page))


def sweetviz(table: Path, page: Path) -> None:
    """Write the report of sweetviz."""
    frame = import_module("pandas").read_csv(table)
    report = import_module("sweetviz").analyze(frame)
    report.show_html(str(page), open_browser=False)


TOOLS: dict[str, Callable[[Path, Path], None]] = {
    "ydata": ydata,
    "evidently": evidently,
    "sweetviz": sweetviz,
}


if __name__ == "__main__":
    TOOLS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
