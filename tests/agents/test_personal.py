"""Values that may be personal are found and masked; those that only look alike are not."""

from pathlib import Path

import pytest

from agensium.core.masking import hide, hide_inside
from agensium.core.personal import suspect
from agensium.core.report import Report, encode_report
from agensium.exports.registry import DERIVED, EXPORTS
from tests.agents.test_profile import finding, profile

CARDS = ("4111 1111 1111 1111", "5500005555555559", "378282246310005")
IBANS = ("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432")


@pytest.mark.parametrize(
    ("name", "values", "what", "by"),
    [
        ("x1", ("ann@example.com", "bob.b@mail.example.org"), "e-mail address", "values"),
        ("x1", CARDS, "card number", "values"),
        ("x1", IBANS, "IBAN", "values"),
        ("x1", ("+49 170 5611686", "+1 (415) 555-0134"), "phone number", "values"),
        ("x1", ("415-555-0134", "(212) 555-0199"), "phone number", "values"),
        ("x1", ("192.168.7.31", "2001:db8::8a2e:370:7334"), "IP address", "values"),
        ("x1", ("219-09-9999", "078-05-1120"), "identity number", "values"),
        ("Tel.", ("0170 5611686", "030/1234567"), "phone number", "name"),
        ("firstName", ("Anna", "Bert"), "name of a person", "name"),
        ("CUSTOMER_NAME", ("Anna Meyer", "Bert"), "name of a person", "name"),
        ("Name", ("Braund, Mr. Owen Harris", "Ludwig van Beethoven"), "name of a person", "name"),
        ("Straße", ("Hauptstr. 5", "Am Markt 1"), "postal address", "name"),
        ("passport_no", ("C01X00T47", "L8988901C"), "identity number", "name"),
        ("date_of_birth", ("1969-07-20", "1985-10-26"), "date of birth", "name"),
    ],
)
def test_what_may_be_personal_is_told(
    name: str, values: tuple[str, ...], what: str, by: str
) -> None:
    found = suspect(name, "text", dict.fromkeys(values, 1))
    assert found is not None
    assert (found.what, found.by, found.whole) == (what, by, True)


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("order_no", "integer", ("4000000554280966", "4000000740905809", "4000001293468216")),
        ("order_no", "text", ("2026-000-1234", "2026-000-1235")),
        ("ean", "integer", ("4006381333931", "4012345678901")),
        ("stamp", "integer", ("1700000000000", "1700000000977")),
        ("stamp", "text", ("20260105123456", "20260105123457")),
        ("stamp", "timestamp", ("2026-01-05 10:00:00+0100", "2026-01-05T10:00:00Z")),
        ("time", "time", ("10:20:30", "11:22:33")),
        ("delta", "integer", ("+12", "-5", "+1234")),
        ("price", "decimal", ("415.555", "1234567.25")),
        ("version", "text", ("1.2.3.4", "10.0.19.1")),
        ("mac", "text", ("00:1b:44:11:3a:b7", "00:1b:44:11:3a:b8")),
        ("handle", "text", ("@home", "a @ b")),
        ("mobile", "boolean", ("yes", "no")),
        ("phone", "text", ("Pixel 9", "Galaxy S25")),
        ("birth_rate", "decimal", ("9.1", "10.4")),
        ("name", "text", ("resistor 10k", "M4 screw")),
        ("ip_address_type", "text", ("static", "dynamic")),
        ("iban", "text", ("none", "unknown")),
    ],
)
def test_what_only_looks_alike_is_left_alone(name: str, kind: str, values: tuple[str, ...]) -> None:
    assert suspect(name, kind, dict.fromkeys(values, 1)) is None


def test_a_long_text_without_end_is_searched_in_no_time() -> None:
    for text in ("a" * 5_000, "a@" * 2_500, "1 " * 2_500, "+1" * 2_500, "1." * 2_500, ":" * 5_000):
        assert hide_inside(text) == text


def test_a_mask_keeps_the_shape_and_tells_no_length() -> None:
    assert hide("jörg-o'neil@mail.example") == "•••-•••'•••@•••.•••"
    assert hide("王小明") == hide("ok") == "•••"
    assert (
        hide_inside("call +49 170 5611686, or a@b.example") == "call +••• ••• •••, or •••@•••.•••"
    )


PEOPLE = (
    "id,mail,card,first name,born on date of birth,note,kind\n"
    + "".join(
        f"{n},p{n}@secret.example,4111111111111111,Zebulon{'abcd'[n % 4]},"
        f"19{50 + n % 40}-03-{10 + n % 9},"
        f"{'write to quentin@secret.example' if n == 7 else 'fine'},k{n % 3}\n"
        for n in range(40)
    )
    + "40,p40@secret.example,4111111111111111,Zebulona,1950-03-11,fine,k1,surplus\n"
)
SECRETS = ("secret.example", "zebulon", "quentin", "411111", "03-1")


def text_of(report: Report) -> str:
    return encode_report(report).decode().lower()


def test_no_export_has_a_personal_value(tmp_path: Path) -> None:
    report = profile(tmp_path, PEOPLE)
    assert [secret for secret in SECRETS if secret in text_of(report)] == []
    for export in (*EXPORTS, *DERIVED):
        shown = export.render(report).decode("utf-8", "replace").lower()
        # A workbook is packed; its rows are those of the other exports.
        assert [secret for secret in SECRETS if secret in shown] == [], export.name


def test_counts_and_shapes_stay(tmp_path: Path) -> None:
    hidden, shown = profile(tmp_path, PEOPLE), profile(tmp_path, PEOPLE, '{"mask": false}')
    for before, after in zip(shown.table.columns, hidden.table.columns, strict=True):
        assert after.distinct == before.distinct
        assert after.patterns == before.patterns
        counts = [each.count for each in after.top_values]
        assert counts == [each.count for each in before.top_values]
    assert hidden.score == shown.score
    assert hidden.verdict == shown.verdict


def test_each_column_says_what_and_how_much_of_it_is_masked(tmp_path: Path) -> None:
    report = profile(tmp_path, PEOPLE)
    flags = {column.name: column.personal for column in report.table.columns}
    told = {name: (flag.what, flag.masked) for name, flag in flags.items() if flag is not None}
    assert told == {
        "mail": ("e-mail address", "all"),
        "card": ("card number", "all"),
        "first name": ("name of a person", "all"),
        "born on date of birth": ("date of birth", "all"),
        "note": ("e-mail address", "some"),
    }
    counted = {name: (flag.by, flag.seen, flag.of) for name, flag in flags.items() if flag}
    assert counted == {
        "mail": ("values", 20, 20),
        "card": ("values", 41, 41),
        "first name": ("name", 41, 41),
        "born on date of birth": ("name", 20, 20),
        "note": ("values", 1, 41),
    }
    found = finding(report, "table.personal")
    assert found is not None
    assert (found.severity, found.count) == ("note", 5)
    assert [each.column for each in report.table.not_computed if "personal" in each.why] == ["card"]


def test_they_are_shown_when_asked_for(tmp_path: Path) -> None:
    report = profile(tmp_path, PEOPLE, '{"mask": false}')
    assert [secret for secret in SECRETS if secret not in text_of(report)] == []
    flag = report.table.columns[1].personal
    assert flag is not None
    assert (flag.what, flag.masked) == ("e-mail address", "none")


def test_other_cells_of_a_column_are_left_as_they_are(tmp_path: Path) -> None:
    note = profile(tmp_path, PEOPLE).table.columns[5]
    assert [each.value for each in note.top_values] == ["fine", "write to •••@•••.•••"]


def test_quoted_rows_are_masked_with_their_columns(tmp_path: Path) -> None:
    forensics = profile(tmp_path, PEOPLE).source.forensics
    assert forensics is not None
    (line,) = forensics.cut.first
    assert line.text == "•••,•••@•••.•••,•••,•••,•••-•••-•••,•••,•••,•••"
