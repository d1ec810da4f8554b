"""A study beside neurolib: the exploration of its README, for `cargo xtask bench --exploration-peer`.

    python bindings/python/benches/exploration.py PROGRAM [--neurolib PYTHON FOLDER] [--cores 2] [--repeats 3]

441 points of a single ALN node, 2 s each, without noise, all rates kept; asked for is the largest rate of the last
second. PROGRAM is neuropil's, PYTHON an interpreter with what neurolib's `BoxSearch` imports, FOLDER a checkout of
neurolib. All start from the same initial values, and rates must agree. Medians of wall times: of the program from start
to end, of scripts without imports and compilation.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xarray as xr

from neuropil.neurolib.models.aln import ALNModel

SCRIPT = Path(__file__).with_name("exploration_script.py")
STUDY = """
[network]
model = "aln"
nodes = 1
initial = {{ {initial} }}

[simulation]
transient = "{transient} s"
duration = "{duration} s"

[[record]]
output = "rates_exc"
every = 0.1
reduction = "sample"

[study]
keep = {keep}
axes = {{ mue_ext_mean = {{ values = {values} }}, mui_ext_mean = {{ values = {values} }} }}
scores = {{ mean = {{ kind = "mean" }}, largest = {{ kind = "max" }} }}
"""


def study(transient, duration, keep):
    """The study as a specification, with the initial values of the script's model."""
    params = ALNModel(seed=1).params
    initial = {name: np.ravel(params[of])[-1] for of, name in zip(ALNModel.init_vars, ALNModel.state_vars)}
    initial = ", ".join(f"{name} = {float(value)!r}" for name, value in initial.items())
    values = np.linspace(0, 3, 21).tolist()
    return STUDY.format(initial=initial, transient=transient, duration=duration, keep=keep, values=values)


def explored(program, cores, transient, duration, keep):
    """Runs the study and asks its store: points, rates, and wall times of both."""
    Path("study.toml").write_text(study(transient, duration, keep))
    begin = time.perf_counter()
    subprocess.run([program, "explore", "study.toml", "--out", "study", "--threads", str(cores), "--quiet"], check=True)
    stored = time.perf_counter()
    with xr.open_zarr("study/study.zarr", chunks=None) as store:
        is_kept = "recordings" in keep
        at_end = store.rates_exc[:, 0, -10_000:].max("time").values if is_kept else store.largest.values
        evaluated = time.perf_counter()
        points = np.stack([store.mue_ext_mean.values, store.mui_ext_mean.values], axis=1)
        found = {"points": points, "largest_at_end": at_end, "seconds": [0, stored - begin, evaluated - stored]}
        return {**found, "mean": store["mean"].values, "largest": store.largest.values} if is_kept else found


def scripted(package, python, cores, path=()):
    """Runs the script for a package: what it found."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "MPLBACKEND": "agg"}
    command = [python, str(SCRIPT), package, str(cores), "found.npz"]
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if output.returncode:
        sys.exit(f"{output.stdout}\n{package} failed")
    with np.load("found.npz") as found:
        return dict(found)


def apart(call, *arguments):
    """A call in a new folder that is deleted afterwards."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return call(*arguments)
        finally:
            os.chdir(before)


def largest_difference(found, expected):
    """Over all points and numbers that both have; relative to the largest. Kept rates are in 32 bits."""
    np.testing.assert_array_equal(found["points"], expected["points"])
    differences = {}
    for name in {"mean", "largest", "largest_at_end"} & set(found):
        tolerance = 1e-6 if np.asarray(found[name]).dtype == np.float32 else 1e-9
        differences[name] = np.abs(found[name] - expected[name]).max() / np.abs(expected[name]).max()
        assert differences[name] < tolerance, f"`{name}` differs by {differences[name]:.1g}, expected {tolerance:.0e}"
    return max(differences.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--neurolib", nargs=2, metavar=("PYTHON", "FOLDER"))
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    program, cores = str(options.program.resolve()), options.cores
    ways = {
        "`neuropil explore`, scores alone": (explored, program, cores, 1, 1, ["scores"]),
        "`neuropil explore`, the same kept": (explored, program, cores, 0, 2, ["scores", "recordings"]),
        "neuropil.neurolib": (scripted, "neuropil.neurolib", sys.executable, cores),
    }
    if options.neurolib:
        python, folder = (os.path.abspath(path) for path in options.neurolib)
        ways["neurolib"] = (scripted, "neurolib", python, cores, [folder])
    found = {name: [apart(*way) for _ in range(options.repeats)] for name, way in ways.items()}

    expected = found[name := list(ways)[-1]][0]
    print(f"\n441 points of ALN, {cores} cores: seconds, and the largest difference from {name}\n")
    print("| | run and store | load and evaluate | both | ratio | difference |\n" + "| --- " + "| ---: " * 5 + "|")
    seconds = {name: np.median([run["seconds"] for run in runs], axis=0) for name, runs in found.items()}
    slowest = seconds[name][1:].sum()
    for name, (_, stored, evaluated) in seconds.items():
        both = stored + evaluated
        difference = max(largest_difference(run, expected) for run in found[name])
        print(f"| {name} | {stored:.2f} | {evaluated:.2f} | {both:.2f} | {slowest / both:.1f} | {difference:.0e} |")
    if options.neurolib:
        print(f"\nneurolib compiles for {seconds['neurolib'][0]:.1f} s, and in each run if not before the search")


if __name__ == "__main__":
    main()
