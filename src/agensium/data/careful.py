"""Reading a file as it was found out, and again with more care where that shows to be needed."""

from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from agensium.core.errors import CellTooLarge, EmptyFile, NoRows
from agensium.core.profile import Lines, Repairs, TableProfile
from agensium.data.kernel import ProgressCallback, ScanOptions
from agensium.data.limits import USUAL, ReadLimits
from agensium.data.text import FoundEncoding, Plan, Scanned, Sniffed, Told, scan_text

LATE_FALLBACK: Final = "windows-1252"
"""What bytes that are not UTF-8 are read as when they come after everything that was sampled."""


class ReadText(Struct, frozen=True):
    """A file that was read: how, what was found, and what was mended."""

    sniffed: Sniffed
    profile: TableProfile
    told: Told


def read_carefully(
    path: Path,
    sniffed: Sniffed,
    options: ScanOptions,
    on_progress: ProgressCallback | None,
    limits: ReadLimits = USUAL,
) -> ReadText:
    """Scan a file, a second time where the first one met stray quotes or another encoding.

    Raises:
        NoRows: there is nothing under the header.
        CellTooLarge: a row is too long, and not because of a stray quote.
        Cancelled: ``on_progress`` asked to stop.

    """
    scanned, careful = _first(path, sniffed.plan, options, on_progress, limits)
    better = _better(sniffed, careful, scanned)
    if better != sniffed:
        scanned = scan_text(path, better.plan, options, on_progress, limits)
    profile = structs.replace(scanned.profile, repairs=_repairs(scanned))
    return ReadText(better, profile, scanned.told)


def _first(
    path: Path,
    plan: Plan,
    options: ScanOptions,
    on_progress: ProgressCallback | None,
    limits: ReadLimits,
) -> tuple[Scanned, Plan]:
    """Scan once; a quote that never ends is met with care at once."""
    try:
        return scan_text(path, plan, options, on_progress, limits), plan
    except EmptyFile:
        raise NoRows(
            "The file has a header and no rows under it.",
            hint="Send a file with at least one row; "
            "if its first line is data, set read.header to false.",
        ) from None
    except CellTooLarge:
        if plan.careful or plan.quote is None:
            raise
    careful = structs.replace(plan, careful=True)
    return scan_text(path, careful, options, on_progress, limits), careful


def _better(sniffed: Sniffed, plan: Plan, scanned: Scanned) -> Sniffed:
    """Return the reading that the first scan asks for."""
    repairs = scanned.profile.repairs
    encoding = sniffed.encoding
    if (
        plan.quote
        and not plan.careful
        and repairs.stray_quotes.count + repairs.unclosed_quote.count
    ):
        plan = structs.replace(plan, careful=True)
    if plan.encoding == "utf-8" and plan.fallback is None and repairs.invalid_utf8.count:
        plan = structs.replace(plan, fallback=LATE_FALLBACK)
        encoding = FoundEncoding(
            name=f"utf-8 with {LATE_FALLBACK}",
            mark=encoding.mark,
            confidence=0.5,
            how="UTF-8 at first, with bytes of another encoding further on",
        )
    return structs.replace(sniffed, plan=plan, encoding=encoding)


def _repairs(scanned: Scanned) -> Repairs:
    """Put what was mended on the way in the place of what the scan saw after it."""
    log = scanned.told.log
    repairs = scanned.profile.repairs
    dropped = log.comments.count + log.headers.count
    mended = Lines(count=log.quotes.count, first=tuple(line.line for line in log.quotes.first))
    return structs.replace(
        repairs,
        stray_quotes=mended if log.quotes.count else repairs.stray_quotes,
        blank_lines=_without(repairs.blank_lines, dropped, log.comments.first + log.headers.first),
    )


def _without(lines: Lines, count: int, gone: tuple[object, ...]) -> Lines:
    taken = {getattr(line, "line", None) for line in gone}
    kept = tuple(line for line in lines.first if line not in taken)
    return Lines(count=max(0, lines.count - count), first=kept if lines.count > count else ())
