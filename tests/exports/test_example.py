import hashlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from agensium.agents.agent import Inputs
from agensium.agents.profile.agent import AGENT
from agensium.core.report import Report
from agensium.data.dataset import Dataset
from agensium.exports.html import render_html

EXAMPLES = Path(__file__).parents[2] / "examples"
FLIGHTS = EXAMPLES / "flights.csv"
ROWS = 27_004


@pytest.fixture(scope="module")
def flights() -> Report:
    dataset = Dataset(path=FLIGHTS, name=FLIGHTS.name)
    return AGENT.run(Inputs({"file": dataset}), AGENT.parse_params(b"")).report


def test_the_example_is_the_file_that_its_readme_names() -> None:
    digest = hashlib.sha256(FLIGHTS.read_bytes()).hexdigest()
    readme = (EXAMPLES / "README.md").read_text()
    assert digest in readme
    assert f"{ROWS:,} rows" in readme


def test_the_example_has_the_size_that_its_readme_names(flights: Report) -> None:
    readme = (EXAMPLES / "README.md").read_text()
    assert flights.table.rows == ROWS
    assert all(f"`{column.name}`" in readme for column in flights.table.columns)


def test_a_hundred_columns_like_these_fit_into_half_a_megabyte(flights: Report) -> None:
    columns = (flights.table.columns * 6)[:100]
    wide = replace(flights, table=replace(flights.table, columns=columns))
    assert len(render_html(wide)) <= 500_000


def test_the_report_on_the_example_shows_every_column(flights: Report) -> None:
    page = render_html(flights).decode()
    for column in flights.table.columns:
        assert f'data-name="{column.name}"' in page
