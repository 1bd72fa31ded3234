"""The digest of the code changes with the code, whoever forgets to raise a version."""

import shutil
from pathlib import Path

import pytest

import agensium
from agensium.agents.fingerprint import PARTS, code_fingerprint, digest_of
from agensium.data import _kernel

ROOT = Path(str(agensium.__file__)).parent
KERNEL = Path(_kernel.__file__)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("code")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part)
    return root


def test_it_is_that_of_the_code_that_runs(tree: Path) -> None:
    assert digest_of(tree, agensium.__version__) == code_fingerprint()


@pytest.mark.parametrize(
    "name",
    [str(KERNEL.relative_to(ROOT)), "agents/profile/thresholds.py", "core/profile.py"],
)
def test_one_byte_more_is_other_code(tree: Path, name: str) -> None:
    before = digest_of(tree, "1")
    content = (tree / name).read_bytes()
    (tree / name).write_bytes(content + b"\n")
    assert digest_of(tree, "1") != before
    (tree / name).write_bytes(content)
    assert digest_of(tree, "1") == before


def test_another_version_is_other_code_and_compiled_files_are_not(tree: Path) -> None:
    before = digest_of(tree, "1")
    assert digest_of(tree, "2") != before
    (tree / "core" / "__pycache__").mkdir(exist_ok=True)
    (tree / "core" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert digest_of(tree, "1") == before
