"""Pages of the docs with parts that commands write."""

from pathlib import Path


def write_between(page: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two marks of a page.

    Raises:
        SystemExit: the page has no such marks.

    """
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page.name} has no {begin} … {end}")
    page.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")
