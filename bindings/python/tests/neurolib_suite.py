"""Runs neurolib's own tests against neuropil.neurolib.

    python bindings/python/tests/neurolib_suite.py CHECKOUT

CHECKOUT is a folder with neurolib's repository (git master). Its test files are copied to a temporary folder, where
`neurolib` becomes `neuropil.neurolib` and nothing else changes. The environment variable NEUROPIL_DATASETS names the
folder of its datasets, CHECKOUT/neurolib/data/datasets if it is not set. Needs pytest, and chspy for the stimuli.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

#: Test files, and how many tests each has.
FILES = {
    "test_autochunk.py": 13,
    "test_collections.py": 7,
    "test_datasets.py": 2,
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
    "test_imports.py": {"test_optimize_imports": "evolution and exploration"},
    "test_models.py": {"TestMultiModel": "MultiModel"},
}
MISSING = r"^from neurolib\.models\.multimodel\S* import (\([^)]*\)|.*)\n"


def main():
    parser = argparse.ArgumentParser(description="Runs neurolib's own tests against neuropil.neurolib.")
    parser.add_argument("checkout", type=Path, help="folder with neurolib's repository")
    parser.add_argument("files", nargs="*", help=f"some of {', '.join(FILES)}; all by default")
    arguments = parser.parse_args()
    unknown = set(arguments.files) - set(FILES)
    if unknown:
        parser.error(f"files: expected some of {', '.join(FILES)}, found {', '.join(sorted(unknown))}")
    tests = arguments.checkout / "tests"
    if not tests.is_dir():
        parser.error(f"checkout: expected neurolib's repository, found no folder {tests}")

    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.files or FILES:
            failed += run(tests / name, Path(folder), arguments.checkout)
    sys.exit(1 if failed else 0)


def run(test, folder, checkout):
    """Runs one file and prints a line about it. Returns the number of tests that failed."""
    left_out = LEFT_OUT.get(test.name, {})
    text = re.sub(MISSING, "", test.read_text(), flags=re.MULTILINE)
    copy = folder / test.name
    copy.write_text(re.sub(r"^(\s*(?:from|import) )neurolib\b", r"\1neuropil.neurolib", text, flags=re.MULTILINE))

    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    selected = ["-k", " and ".join(f"not {part}" for part in left_out)] if left_out else []
    datasets = str((checkout / "neurolib" / "data" / "datasets").resolve())
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", "-p", "no:cacheprovider",
         f"--junitxml={report}", *selected, str(copy)],
        env={"NEUROPIL_DATASETS": datasets, **os.environ},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    if not report.exists():
        print(finished.stdout)
        print(f"{test.name:<24} did not run")
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
        f"{test.name:<24} {passed:3} passed, {failed} failed, {expected} expected to fail, {missing} left out{reason}, "
        f"{float(suite.get('time')):.0f} s",
        flush=True,
    )
    return failed


if __name__ == "__main__":
    main()
