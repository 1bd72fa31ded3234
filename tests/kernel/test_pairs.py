"""What columns have to do with each other."""

import itertools
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agensium.core.profile import Association, CoMissing, Relation, TableProfile
from tests.kernel.tables import profile


def association(table: TableProfile, measure: str, left: str, right: str) -> float:
    found = [a for a in table.associations or () if a.measure == measure]
    by_name = {(a.left, a.right): a for a in found}
    one: Association | None = by_name.get((left, right))
    assert one is not None, sorted(by_name)
    assert one.estimate.method == "exact"
    return one.estimate.value


def mixed_table(rows: int, seed: int) -> str:
    rng = random.Random(seed)
    lines = ["x,y,z,color,shape"]
    for _ in range(rows):
        x = rng.gauss(0, 1)
        color = rng.choice(["red", "green", "blue"])
        shape = color[0] if rng.random() < 0.7 else rng.choice("rgb")
        z = "" if rng.random() < 0.1 else f"{x**3:.2f}"
        lines.append(f"{x:.6f},{x * 2 + rng.gauss(0, 1):.6f},{z},{color},{shape}x")
    return "\n".join(lines) + "\n"


def asked(text: str, sql: str) -> float:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(text)
        row = duckdb.execute(sql.replace("$t", f"read_csv('{path}')")).fetchone()
        assert row is not None
        return float(row[0])


def test_correlations_are_those_of_duckdb() -> None:
    text = mixed_table(2000, 1)
    table = profile(text)
    assert association(table, "pearson", "x", "y") == pytest.approx(
        asked(text, "SELECT corr(x, y) FROM $t"), rel=1e-9
    )
    ranked = """
        WITH present AS (SELECT * FROM $t WHERE z IS NOT NULL),
        ranks AS (SELECT
            (rank() OVER (ORDER BY x)) + (count(*) OVER (PARTITION BY x) - 1) / 2 AS a,
            (rank() OVER (ORDER BY z)) + (count(*) OVER (PARTITION BY z) - 1) / 2 AS b
        FROM present)
        SELECT corr(a, b) FROM ranks"""
    assert association(table, "spearman", "x", "z") == pytest.approx(asked(text, ranked), rel=1e-9)


def test_the_correlation_ratio_is_the_share_between_groups() -> None:
    text = mixed_table(500, 2)
    expected = """
        WITH grouped AS (SELECT x, avg(x) OVER (PARTITION BY color) AS m, avg(x) OVER () AS g
                         FROM $t)
        SELECT sqrt(sum((m - g) ** 2) / sum((x - g) ** 2)) FROM grouped"""
    found = association(profile(text), "correlation_ratio", "color", "x")
    assert found == pytest.approx(asked(text, expected), rel=1e-9)


def test_theils_u_and_cramers_v_of_known_tables() -> None:
    same = "a,b\n" + "x,1\ny,2\nz,3\n".replace("1", "p").replace("2", "q").replace("3", "r") * 40
    table = profile(same)
    assert association(table, "theils_u", "a", "b") == pytest.approx(1)
    assert association(table, "cramers_v", "a", "b") == pytest.approx(1)
    free = "a,b\n" + "".join(f"{a},{b}\n" for a in "xy" for b in "pqr") * 20
    table = profile(free)
    assert association(table, "theils_u", "a", "b") == pytest.approx(0, abs=1e-12)
    assert association(table, "cramers_v", "a", "b") == pytest.approx(0, abs=1e-12)


def test_theils_u_tells_left_from_right() -> None:
    rows = [("x", "p"), ("x", "p"), ("y", "q"), ("z", "q")] * 10
    table = profile("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    assert association(table, "theils_u", "a", "b") == pytest.approx(1)
    assert association(table, "theils_u", "b", "a") == pytest.approx(2 / 3)


def test_columns_that_are_missing_together() -> None:
    table = profile("a,b,c\n,,1\n,2,\n,,3\n4,,\n")
    assert (table.co_missing or ())[0] == CoMissing(left="a", right="b", rows=2)


def test_relations_that_hold_in_every_row() -> None:
    rng = random.Random(3)
    lines = ["net,tax,gross,copy,start,end"]
    for n in range(50):
        net, tax = rng.randint(1, 500), rng.randint(1, 90)
        day, later = n % 20 + 1, n % 20 + 1 + rng.randint(0, 7)
        lines.append(f"{net},{tax},{net + tax},{net}.0,2026-01-{day:02},2026-01-{later:02}")
    found = profile("\n".join(lines)).relations or ()
    assert Relation(kind="sum", columns=("net", "tax", "gross"), rows=50) in found
    assert Relation(kind="equal", columns=("net", "copy"), rows=50) in found
    assert Relation(kind="at most", columns=("start", "end"), rows=50) in found
    assert not [r for r in found if r.kind == "at most" and r.columns == ("tax", "start")]


def test_keys_are_single_columns_first() -> None:
    table = profile("id,a,b\n1,x,1\n2,x,2\n3,y,1\n")
    assert [key.columns for key in table.keys or ()] == [("id",)]
    table = profile("a,b,c\nx,1,q\nx,2,q\ny,1,q\ny,2,q\n")
    assert [key.columns for key in table.keys or ()] == [("a", "b")]


def holds(rows: list[tuple[str, ...]], left: tuple[int, ...], right: int) -> bool:
    seen: dict[tuple[str, ...], str] = {}
    return all(
        seen.setdefault(tuple(row[c] for c in left), row[right]) == row[right] for row in rows
    )


def is_key(rows: list[tuple[str, ...]], columns: tuple[int, ...]) -> bool:
    return len({tuple(row[c] for c in columns) for row in rows}) == len(rows)


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.sampled_from(["p", "q", "r", ""])] * 4), min_size=2, max_size=12)
)
def test_dependencies_are_all_minimal_ones_on_at_most_two_columns(
    rows: list[tuple[str, ...]],
) -> None:
    text = "a,b,c,d\n" + "".join(",".join(f'"{c}"' for c in row) + "\n" for row in rows)
    found = {(d.determinant, d.dependent) for d in profile(text).dependencies or ()}
    expected = set()
    for size, right in itertools.product((1, 2), range(4)):
        for left in itertools.combinations([c for c in range(4) if c != right], size):
            minimal = not any(holds(rows, (c,), right) for c in left if size > 1)
            minimal = minimal and not holds(rows, (), right)
            nested = size > 1 and (holds(rows, left[:1], left[1]) or holds(rows, left[1:], left[0]))
            if minimal and not nested and not is_key(rows, left) and holds(rows, left, right):
                expected.add((tuple("abcd"[c] for c in left), "abcd"[right]))
    assert found == expected


def wide_table(columns: int, rows: int) -> str:
    """Noise, with a strong pair, a sum, an order and a dependency far apart."""
    rng = random.Random(7)
    names = [f"n{number}" for number in range(columns)]
    places = {"net": 3, "strong": 40, "city": 90, "tax": 111, "gross": 170, "country": 200}
    for name, place in places.items():
        names[place] = name
    lines = [",".join(names)]
    for _ in range(rows):
        cells = [f"{rng.random():.3f}" for _ in names]
        net, tax, city = rng.randint(1, 10_000), rng.randint(0, 2_000), rng.randrange(40)
        planted = (net, net + rng.randint(0, 3_000), f"c{city}", tax, net + tax, f"l{city % 7}")
        for place, cell in zip(places.values(), planted, strict=True):
            cells[place] = str(cell)
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def test_a_wide_table_has_its_strongest_pairs() -> None:
    text = wide_table(260, 300)
    table = profile(text, threads=2)
    strong = association(table, "pearson", "net", "strong")
    assert strong == pytest.approx(asked(text, "SELECT corr(net, strong) FROM $t"), rel=1e-9)
    assert Relation(kind="sum", columns=("net", "tax", "gross"), rows=300) in (
        table.relations or ()
    )
    assert Relation(kind="at most", columns=("net", "strong"), rows=300) in (table.relations or ())
    found = [(d.determinant, d.dependent) for d in table.dependencies or ()]
    assert found == [(("city",), "country")]
    assert table.co_missing == ()
    assert table == profile(text, threads=1)


def test_a_wide_table_says_what_was_not_measured() -> None:
    notes = {note.what: note.why for note in profile(wide_table(260, 300)).not_computed}
    of_all = "The table has 260 columns. Of 33670 pairs the 4"
    assert notes["associations of most pairs"].startswith(of_all)
    assert "up to 100" in notes["keys of two columns"]
    assert "up to 40" in notes["dependencies on two columns"]


def test_pairs_can_be_left_out() -> None:
    table = profile("a,b\n1,2\n", pairs=False)
    assert table.associations is None
    assert [left_out.what for left_out in table.not_computed] == ["pairs"]
