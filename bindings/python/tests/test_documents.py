"""Every block of Python in the README, the documentation and docstrings runs; the blocks of a page are one script."""

import doctest
import importlib
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import neuropil

ROOT = pathlib.Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
PAGES = [page for page in PAGES if "_generated" not in page.parts and "```python" in page.read_text(encoding="utf-8")]

PACKAGE = pathlib.Path(neuropil.__file__).parent
MODULES = [path for path in sorted(PACKAGE.glob("**/*.py")) if ">>> " in path.read_text(encoding="utf-8")]

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def results_of_the_program(folder):
    """Makes what a page opens: results of `neuropil run`, where the program has been built."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = shutil.which("neuropil", path=str(target / "release"))
    if program is None:
        pytest.skip("the program `neuropil` has not been built")
    pytest.importorskip("zarr")
    subprocess.run([program, "run", "--duration", "4s", "--quiet"], cwd=folder, check=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run(page, tmp_path, monkeypatch):
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        if "results/" in block[1]:
            results_of_the_program(tmp_path)
        line = text.count("\n", 0, block.start(1))
        # Errors then show the line of the page.
        exec(compile("\n" * line + block[1], str(page), "exec"), namespace)
    plt.close("all")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_examples_of_docstrings_run(path):
    name = ".".join(["neuropil", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0 and found.failed == 0
