"""The profiler beside DuckDB SUMMARIZE, Polars and pandas: time, processor time and memory.

`make bench` measures all tables and writes docs/benchmarks.md; `--quick` measures three small ones
and only prints; `--growth` measures the profiler alone on 0.1 to 60 million rows; `--peers` adds
the slow tools, each in an environment of its own. Runs alternate (A B C, A B C, …), so that a busy
moment of the machine does not fall on one of them; the figures are medians.
"""

import argparse
import sys
from collections.abc import Sequence
from compileall import compile_dir

from contenders import (
    FLOOR,
    OURS,
    OURS_WITH_PAIRS,
    PEER_TIMEOUT,
    SUMMARIZE,
    Contender,
    contenders,
    failure,
    left_out,
    query_seconds,
)
from environments import ensure_environment, peer_versions
from machine import describe_machine
from measure import Run, Summary, run_command, summarize
from results import Measured, growth_markdown, markdown, write_section
from tables import GROWTH, QUICK, ROOT, TABLES, BenchTable, ensure_table


def measure_table(table: BenchTable, who: Sequence[Contender], rounds: int) -> Measured:
    """Run all contenders in turn, as often as asked."""
    ensure_table(table)
    _warm(table)
    runs: dict[str, list[Run]] = {}
    failures = {each.name: f"not installable: {each.missing}" for each in who if each.missing}
    for turn in range(rounds):
        for contender in who:
            if (
                contender.name in failures
                or not contender.takes(table)
                or (turn and contender.once)
            ):
                continue
            run = run_command(contender.command(table), contender.timeout)
            wrong = failure(contender, table, run)
            if wrong:
                failures[contender.name] = wrong
            else:
                runs.setdefault(contender.name, []).append(run)
            print(f"  {contender.name}: {wrong or f'{run.wall:.2f} s'}", file=sys.stderr)
    ours = runs.get(OURS_WITH_PAIRS) or runs.get(OURS)
    done = {name: _summary(each) for name, each in runs.items() if name not in failures}
    return Measured(table, done, failures, tuple(left_out(ours[0])) if ours else ())


def _summary(runs: list[Run]) -> Summary:
    seconds = [each for each in map(query_seconds, runs) if each is not None]
    return summarize(runs, seconds)


def _warm(table: BenchTable) -> None:
    """Read the file once, so that no contender pays for the disk."""
    with table.path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def bench(asked: argparse.Namespace) -> None:
    """Measure the tables that are asked for."""
    wanted = asked.only or (QUICK if asked.quick else [table.name for table in TABLES])
    chosen = [table for table in TABLES if table.name in wanted]
    known = contenders(peers=asked.peers)
    core = (OURS, OURS_WITH_PAIRS, SUMMARIZE, FLOOR)
    who = [each for each in known if not asked.core or each.name in core]
    machine = describe_machine()
    sections = [f"{machine}. Medians of {asked.runs} alternating runs."]
    if asked.peers:
        sections[0] += f" Once, and cut after {PEER_TIMEOUT} s: {peer_versions()}."
    print(sections[0])
    for table in chosen:
        print(table.title, file=sys.stderr)
        sections.append(markdown(measure_table(table, who, asked.runs)))
        print(f"\n{sections[-1]}", flush=True)
    if asked.write or not (asked.quick or asked.only or asked.core):
        write_section("benchmarks", "\n\n".join(sections))


def bench_growth(asked: argparse.Namespace) -> None:
    """Measure the profiler alone on more and more rows."""
    ours = [each for each in contenders(peers=False) if each.name == OURS]
    machine = describe_machine()
    done = [measure_table(table, ours, asked.runs) for table in GROWTH]
    grown = growth_markdown(each for each in done if OURS in each.summaries)
    text = f"{machine}. Medians of {asked.runs} runs.\n\n{grown}"
    print(text)
    if not asked.quick:
        write_section("growth", text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="rounds; the figures are medians")
    parser.add_argument("--quick", action="store_true", help="three small tables; print only")
    parser.add_argument("--core", action="store_true", help="only us, SUMMARIZE and the floor")
    parser.add_argument("--peers", action="store_true", help="also the slow tools, cut after 300 s")
    parser.add_argument("--growth", action="store_true", help="us alone on 0.1 to 60 M rows")
    parser.add_argument("--write", action="store_true", help="write the docs in any case")
    names = sorted({table.name for table in TABLES})
    parser.add_argument("--only", nargs="+", choices=names, help="these tables; print only")
    return parser.parse_args()


def main() -> None:
    """Measure what is asked for."""
    asked = _arguments()
    ensure_environment()
    # The other tools were installed by pip, which compiles what it installs.
    compile_dir(ROOT / "src", quiet=1)
    (bench_growth if asked.growth else bench)(asked)


if __name__ == "__main__":
    main()
