"""Small workbooks, written by hand: what matters is their XML."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


def text(at: str, value: str) -> str:
    """A cell that holds text."""
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(at: str, value: float, *, date: bool = False) -> str:
    """A cell that holds a number, shown as a date if wanted."""
    style = ' s="1"' if date else ""
    return f'<c r="{at}"{style}><v>{value}</v></c>'


def rows(cells: Mapping[int, str], rest: str = "") -> str:
    """A sheet of these rows."""
    data = "".join(f'<row r="{number}">{row}</row>' for number, row in cells.items())
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{rest}</worksheet>'


def write_workbook(path: Path, sheets: Mapping[str, str], hidden: tuple[str, ...] = ()) -> Path:
    """Write an xlsx of sheets in XML."""
    names = list(sheets)
    states = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{states.get(name, "")}/>'
        for n, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    styles = f'<Relationship Id="rId0" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{styles}{links}</Relationships>',
        )
        book.writestr("xl/styles.xml", _STYLES)
        for n, name in enumerate(names, 1):
            book.writestr(f"xl/worksheets/s{n}.xml", sheets[name])
    return path
