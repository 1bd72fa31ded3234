"""Check the budgets of files and functions; print what is over and fail on the hard ones."""

import ast
import sys
from pathlib import Path

HARD_FILE_LINES = 400
HARD_FUNCTION_LINES = 40
ROOT = Path(__file__).resolve().parent.parent
TREES = ("src", "scripts", "benchmarks", "tests")


def long_functions(path: Path) -> list[str]:
    """Return the functions of a file that are over the hard budget."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > HARD_FUNCTION_LINES
    ]


def long_files(paths: list[Path]) -> list[str]:
    """Return the files that are over the hard budget."""
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths)
    return [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path, lines in counted
        if lines > HARD_FILE_LINES
    ]


def main() -> int:
    """Check all trees; return the exit code."""
    python = [path for tree in TREES for path in sorted((ROOT / tree).rglob("*.py"))]
    rust = [path for path in sorted((ROOT / "rust").rglob("*.rs")) if "target" not in path.parts]
    over = long_files(python + rust) + [line for path in python for line in long_functions(path)]
    for line in over:
        print(f"over budget: {line}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
