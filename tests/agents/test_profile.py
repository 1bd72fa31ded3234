from pathlib import Path

import pytest

from agensium.agents.agent import Inputs
from agensium.agents.registry import AGENTS, find_agent
from agensium.core.errors import InvalidParams, InvalidRequest, NotFound
from agensium.core.findings import Finding
from agensium.core.report import Report, decode_report, encode_report, summarise
from agensium.data.dataset import Dataset

PROFILE = find_agent("profile")


def profile(folder: Path, text: str, params: str = "") -> Report:
    path = folder / "t.csv"
    path.write_text(text)
    inputs = Inputs({"file": Dataset(path=path, name="t.csv")})
    return PROFILE.run(inputs, PROFILE.parse_params(params)).report


def finding(report: Report, rule: str) -> Finding | None:
    return next((each for each in report.findings if each.rule == rule), None)


def test_a_clean_table_has_no_findings(tmp_path: Path) -> None:
    report = profile(tmp_path, "id,name\n1,a\n2,b\n3,c\n")
    assert report.findings == ()
    assert report.verdict == "3 rows × 2 columns: nothing found that needs a look."


@pytest.mark.parametrize(
    ("text", "rule", "columns", "count"),
    [
        ("id,x\n1,\n2,\n3,\n", "column.all_missing", ("x",), 3),
        ("id,x\n1,\n2,a\n3,b\n", "column.missing", ("x",), 1),
        ("id,x\n1,k\n2,k\n3,k\n", "column.constant", ("x",), 3),
        ("id,id,\n1,a,x\n2,b,y\n", "table.column_names", ("id_2", "column_3"), 2),
        ("id,x\n1,a\n2,b\n1,a\n", "table.duplicate_rows", (), 1),
        ("id,x\n1,a\n2\n3,c,d\n4,e\n5,f\n", "table.ragged_rows", (), 2),
        (
            "id,n\n" + "".join(f"{n},{n}\n" for n in range(20)) + "20,many\n",
            "column.nonconforming",
            ("n",),
            1,
        ),
    ],
)
def test_what_is_wrong_is_found(
    tmp_path: Path, text: str, rule: str, columns: tuple[str, ...], count: int
) -> None:
    found = finding(profile(tmp_path, text), rule)
    assert found is not None
    assert (found.columns, found.count) == (columns, count)
    assert found.title
    assert found.why
    assert found.action


def test_a_bad_value_is_quoted_with_its_line(tmp_path: Path) -> None:
    text = "id,n\n" + "".join(f"{n},{n}\n" for n in range(20)) + "20,many\n"
    found = finding(profile(tmp_path, text), "column.nonconforming")
    assert found is not None
    assert [(each.value, each.line) for each in found.examples] == [("many", 22)]


def test_the_same_thing_in_several_columns_is_one_finding(tmp_path: Path) -> None:
    report = profile(tmp_path, "id,x,y\n1,k,k\n2,k,k\n")
    found = finding(report, "column.constant")
    assert found is not None
    assert found.columns == ("x", "y")


def test_thresholds_are_parameters(tmp_path: Path) -> None:
    text = "id,x\n1,\n2,a\n3,b\n"
    assert (
        finding(profile(tmp_path, text, '{"thresholds":{"missing":0.5}}'), "column.missing") is None
    )


def test_what_holds_between_columns_can_be_left_out(tmp_path: Path) -> None:
    text = "id,x,y\n1,2,2\n2,4,4\n3,9,9\n4,7,7\n"
    keys = profile(tmp_path, text).table.keys
    assert keys is not None
    assert ("id",) in [key.columns for key in keys]
    assert profile(tmp_path, text, '{"pairs":false}').table.associations is None


def test_errors_come_first(tmp_path: Path) -> None:
    report = profile(tmp_path, "id,id,x\n1,a,k\n2,b,k\n")
    assert [each.severity for each in report.findings] == ["error", "note"]


def test_a_report_survives_the_way_through_json(tmp_path: Path) -> None:
    report = profile(tmp_path, "id,x\n1,1.5\n2,\n3,2.5\n")
    data = encode_report(report)
    assert encode_report(decode_report(data)) == data
    assert summarise(report).missing_cells == 1
    assert b"NaN" not in data


@pytest.mark.parametrize("text", ["{", '"x"', '{"no": 1}', '{"read":{"header":"yes"}}'])
def test_wrong_parameters_are_refused(text: str) -> None:
    with pytest.raises(InvalidParams):
        PROFILE.parse_params(text)


def test_an_unknown_agent_and_a_missing_input_are_named() -> None:
    with pytest.raises(NotFound, match="no agent 'nobody'"):
        find_agent("nobody")
    with pytest.raises(InvalidRequest, match="'file'"):
        Inputs({})["file"]


def test_agents_have_names_of_their_own() -> None:
    assert len({agent.name for agent in AGENTS}) == len(AGENTS)


@pytest.mark.parametrize(
    ("text", "rule", "title"),
    [
        (
            "id,\n1,a\n2,b\n",
            "table.column_names",
            "A column without a name of its own was renamed.",
        ),
        (
            "id,,\n1,a,x\n2,b,y\n",
            "table.column_names",
            "2 columns without a name of their own were renamed.",
        ),
        ("id,x\n1,a\n2,b\n1,a\n", "table.duplicate_rows", "1 row that repeats an earlier one."),
        (
            "id,x\n1,a\n2,b\n1,a\n1,a\n",
            "table.duplicate_rows",
            "2 rows that repeat an earlier one.",
        ),
        ("id,x\n1,a\n2\n3,c\n", "table.ragged_rows", "1 row with too few fields."),
        ('id,x\n1,a\n2,"b\n', "table.broken_text", "1 row with stray quotes."),
    ],
)
def test_one_is_told_as_one(tmp_path: Path, text: str, rule: str, title: str) -> None:
    found = finding(profile(tmp_path, text), rule)
    assert found is not None
    assert found.title == title
