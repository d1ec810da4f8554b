"""Runs a second and core of a grid beside cuBNM, for `cargo xtask bench --cubnm`.

    python bindings/python/benches/throughput.py PROGRAM [--cubnm PYTHON] [--cores 2] [--repeats 3]

`wong_wang_exc_inh` with noise on 100 nodes without delays, 60 s a run with BOLD every second, scored by functional
connectivity (FC) and its dynamics (FCD) of the last 30 volumes. PROGRAM is neuropil's, PYTHON an interpreter that has
cuBNM, which runs on the CPU and without its feedback inhibition control. Both integrate BOLD every 1 ms, with cuBNM's
constants; both give all runs the same noise. Medians: of the program from start to end with its store, of cuBNM without imports and without saving.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xarray as xr

import neuropil as npl

GRID = {
    "G": np.linspace(0.1, 0.8, 8).tolist(),
    "w_p": [1.1, 1.2, 1.3, 1.4],
    "sigma": 0.01,
    "dt": 0.1,  # ms
    "duration": 60,  # s
    "duration_without_noise": 20,  # s
    "volume": 1,  # s
    "left_out": 30,  # s
    "window": 11,  # volumes
    "window_step": 2,  # volumes
}
COUNTED = GRID["duration"] - GRID["left_out"]  # volumes at the end
DROPPED = 5  # volumes that neuropil's scores leave out after the transient
STUDY = """
[network]
model = "wong_wang_exc_inh"
connectome = "connectome.npz"
speed = "none"
parameters = {{ sigma = {sigma} }}
initial = {{ S_e = 0.001, S_i = 0.001 }}

[simulation]
dt = {dt}
transient = "{transient} s"
duration = "{duration} s"
seed = 1
same_noise = true

[[record]]
output = "S_e"
every = "{volume} s"
reduction = "sample"

[bold]
every = "{volume} s"
step = "1 ms"
parameters = {{ kappa = {kappa}, gamma = {gamma} }}

[study]
keep = ["scores", "recordings", "bold"]
axes = {{ G = {{ values = {G} }}, w_p = {{ values = {w_p} }} }}
"""
SCORES = """
[study.scores]
fc_correlation = {{ kind = "fc_correlation", against = "fc.txt" }}
fcd_ks = {{ kind = "fcd_ks", against = "measured.txt", window = {window}, step = {window_step} }}
"""


def connectome(nodes):
    """Weights that fall off with distance between random points, symmetric; strongest sum of a node 1."""
    random = np.random.default_rng(7)
    points = random.uniform(0, 150, (nodes, 3))
    distances = np.linalg.norm(points[:, None] - points, axis=-1)
    weights = np.exp(-distances / 20) * (1 - np.eye(nodes))
    return npl.Connectome(weights / weights.sum(axis=1).max())


def explored(program, cores, **changes):
    """Runs the grid: the store, and its (wall, CPU) seconds from start to end."""
    constants = {"kappa": 1 / 0.65, "gamma": 1 / 0.41}  # cuBNM has the inverse of the paper's numbers
    values = {**GRID, **constants, **changes}
    text = STUDY + (SCORES if values["sigma"] else "")
    Path("study.toml").write_text(text.format(**values))
    with tempfile.TemporaryDirectory(dir=".") as out:
        begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "explore", "study.toml", "--out", out, "--threads", str(cores), "--quiet"], check=True)
        wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return xr.open_zarr(f"{out}/study.zarr", chunks=None).load(), (wall, cpu)


def fc(bold):
    """Of the volumes that count; numbers (nodes, volumes)."""
    return npl.analysis.functional_connectivity(np.ascontiguousarray(bold[:, -COUNTED:]))


def fcd(bold):
    counted = np.ascontiguousarray(bold[:, -COUNTED:])
    return npl.analysis.functional_connectivity_dynamics(counted, GRID["window"], GRID["window_step"])


def prepare(repeats):
    """Files for both: the grid, the connectome, and data to compare with, which a run with another seed gives."""
    brain = connectome(100)
    network = npl.Network("wong_wang_exc_inh", connectome=brain, speed=None, sigma=GRID["sigma"], G=0.2, w_p=1.3)
    simulator, volumes = npl.Simulator(network, dt=GRID["dt"], seed=2), npl.bold(every=1e3 * GRID["volume"])
    measured = simulator.run(1e3 * GRID["duration"], record=volumes).BOLD.values
    brain.write("connectome.npz")
    np.savetxt("fc.txt", fc(measured))
    np.savetxt("measured.txt", measured[:, -COUNTED:])
    np.savez("data.npz", weights=brain.weights, measured=measured[:, -COUNTED:])
    Path("grid.json").write_text(json.dumps({**GRID, "repeats": repeats}))
    return measured, brain.weights


def by_cubnm(python, folder, cores):
    """What cuBNM found and how long it took."""
    command = [python, str(Path(__file__).with_name("throughput_cubnm.py")), folder]
    environment = {**os.environ, "OMP_NUM_THREADS": str(cores)}
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if output.returncode:
        sys.exit(f"{output.stdout}\ncuBNM failed")
    with np.load("cubnm.npz") as found:
        return dict(found)


def compare(measured, weights, ours, still, theirs):
    """What of both agrees, and how well."""
    S_e, bold = still.S_e.values, 100 * still.BOLD.values  # cuBNM's BOLD is in percent
    their_S_e, their_bold = (theirs[name].transpose(0, 2, 1) for name in ("S_e_without_noise", "bold_without_noise"))
    relative = np.abs(S_e - their_S_e).max() / np.abs(their_S_e).max()
    print(f"without noise: gates differ by {relative:.0e} of the largest,", end=" ")
    assert relative < 1e-6, "expected 1e-6 at most: the same equations, kept in 32 bits"
    relative = np.abs(bold - their_bold).max() / np.abs(their_bold).max()
    print(f"BOLD by {relative:.0e}")
    assert relative < 1e-2, "expected 1e-2 at most: the same constants, steps of another order"

    noisy, target, moving = theirs["bold"].transpose(0, 2, 1), fc(measured), fcd(measured)
    correlations = [npl.analysis.matrix_correlation(fc(bold), target) for bold in noisy]
    distances = [npl.analysis.matrix_kolmogorov_smirnov(fcd(bold), moving) for bold in noisy]
    for name, found in (("fc_correlation", correlations), ("fcd_ks", distances)):
        difference = np.abs(found - theirs[name]).max()
        print(f"{name} of cuBNM's BOLD differs by {difference:.0e}")
        assert difference < 1e-9, "expected 1e-9 at most: the same definition"

    gates, their_gates = ours.S_e.values[..., -COUNTED:], theirs["S_e"].transpose(0, 2, 1)[..., -COUNTED:]
    for name, number in (("mean", np.mean), ("standard deviation", np.std)):
        found, expected = (number(each, axis=2).mean(axis=1) for each in (gates, their_gates))
        relative = np.abs(found / expected - 1).max()
        print(f"with noise: {name} of gates over time differs by {relative:.1%} at most, at any point")
        assert relative < 0.1, "expected 10 % at most: the same noise in distribution"
    strongest = np.argsort(weights, axis=None)[-200:]  # each connection twice
    connectivity = [np.mean([fc(bold).flat[strongest] for bold in runs]) for runs in (ours.BOLD.values, noisy)]
    print("mean FC of the 100 strongest connections: {:.3f}, cuBNM {:.3f}".format(*connectivity))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--cubnm", metavar="PYTHON")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    program, cores = str(options.program.resolve()), options.cores
    cubnm, before = options.cubnm and os.path.abspath(options.cubnm), Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        measured, weights = prepare(options.repeats)
        recorded = {"transient": GRID["left_out"] - DROPPED, "duration": COUNTED + DROPPED}
        runs = [explored(program, cores, **recorded) for _ in range(options.repeats)]
        seconds = {"neuropil explore": [seconds for _, seconds in runs]}
        if cubnm:
            theirs = by_cubnm(cubnm, folder, cores)
            seconds["cuBNM"] = theirs["seconds"]
            still, _ = explored(program, cores, sigma=0.0, transient=0, duration=GRID["duration_without_noise"])
            compare(measured, weights, runs[-1][0], still, theirs)
        os.chdir(before)

    points = len(GRID["G"]) * len(GRID["w_p"])
    print(f"\n{points} runs of 60 s, 100 nodes, {cores} cores\n")
    print("| | seconds for all | runs a second and core | seconds of CPU a run | ratio of CPU |")
    print("| --- | ---: | ---: | ---: | ---: |")
    medians = {name: np.median(each, axis=0) for name, each in seconds.items()}
    slowest = list(medians.values())[-1][1]
    for name, (wall, cpu) in medians.items():
        print(f"| {name} | {wall:.1f} | {points / wall / cores:.3f} | {cpu / points:.2f} | {slowest / cpu:.1f} |")


if __name__ == "__main__":
    main()
