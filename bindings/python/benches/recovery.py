"""Whether searches find the parameters of a brain that is known: a table of errors over seeds.

A whole brain on the example connectome (``wong_wang_exc_inh``, 80 regions) with known values of its global coupling
``G``, local excitation ``w_p`` and noise ``sigma`` makes the data: BOLD of ten minutes. A search compares runs of two
minutes, with noise of their own, by three scores: correlation of functional connectivity, and distances of the regions'
means and standard deviations of BOLD.

    python bindings/python/benches/recovery.py [--seeds 5] [--evaluations 300] [--threads 2]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import xarray as xr

import neuropil as npl
from neuropil import optimize as opt

#: Values that are to be found.
KNOWN = {"G": 1.2, "w_p": 1.25, "sigma": 0.012}
#: Where they are looked for.
AXES = {"G": npl.Axis(0.2, 2.5), "w_p": npl.Axis(0.8, 1.6), "sigma": npl.Axis(0.002, 0.03, scale="log")}
#: Volumes that scores of functional connectivity leave out.
DROPPED = 5
#: Time between volumes (ms).
VOLUMES = 1000.0


def brain(**values: float) -> npl.Network:
    return npl.Network("wong_wang_exc_inh", connectome="example", **values)


def measured() -> np.ndarray:
    """BOLD of the known brain, (regions, volumes)."""
    simulator = npl.Simulator(brain(**KNOWN), dt=0.5, seed=1000)
    return simulator.run(620_000, transient=20_000, record=[npl.bold(every=VOLUMES)]).BOLD.values[:, DROPPED:]


class Distances:
    """Root mean squares over regions of what a run and the data differ by, relative to what regions differ by."""

    def __init__(self, bold: np.ndarray):
        self.means, self.spreads = bold.mean(axis=1), bold.std(axis=1)

    def __call__(self, run: xr.Dataset) -> dict[str, float]:
        bold = run.BOLD.values[:, DROPPED:]
        means, spreads = bold.mean(axis=1) - self.means, bold.std(axis=1) - self.spreads
        return {"mean_error": np.sqrt(np.mean(means**2)) / self.means.std(),
                "sd_error": np.sqrt(np.mean(spreads**2)) / self.spreads.mean()}


def study(bold: np.ndarray, algorithm: opt.CmaEs | opt.Nsga2, evaluations: int, seed: int) -> npl.Study:
    scores = {"fc": npl.Score("fc_correlation", against=np.corrcoef(bold)), ("mean_error", "sd_error"): Distances(bold)}
    objectives = {"fc": "maximise", "mean_error": "minimise", "sd_error": "minimise"}
    return npl.Study(brain(), AXES, scores=scores, duration=140_000, transient=20_000, record=[npl.bold(every=VOLUMES)],
                     dt=0.5, search=algorithm, objectives=objectives, evaluations=evaluations, seed=seed)


def found(results: npl.StudyResults) -> dict[str, float]:
    """The point that is nearest to what was measured, in all scores together."""
    table = results.to_dataframe()
    best = table.loc[(table.mean_error + table.sd_error - table.fc).idxmin()]
    return {name: float(best[name]) for name in (*KNOWN, "fc")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=300)
    parser.add_argument("--threads", type=int, default=None)
    arguments = parser.parse_args()
    bold = measured()
    print(f"known: {KNOWN}; {arguments.evaluations} evaluations of 2 min", flush=True)
    print("algorithm  seed     G   w_p   sigma   fc of best   s   error (share of the range)")
    for algorithm in (opt.CmaEs(), opt.Nsga2(size=20)):
        errors = []
        for seed in range(1, arguments.seeds + 1):
            begin = time.perf_counter()
            with tempfile.TemporaryDirectory() as place:
                results = study(bold, algorithm, arguments.evaluations, seed).explore(
                    Path(place) / "study", threads=arguments.threads, progress=False)
                best = found(results)
            wall = time.perf_counter() - begin
            share = {name: abs(best[name] - known) / (AXES[name].upper - AXES[name].lower) for name, known in KNOWN.items()}
            errors.append(share)
            print(f"{type(algorithm).__name__:9} {seed:5} {best['G']:6.3f} {best['w_p']:5.3f} {best['sigma']:7.4f} {best['fc']:8.3f} "
                  f"{wall:9.1f}   " + ", ".join(f"{name} {100 * one:.1f} %" for name, one in share.items()), flush=True)
        medians = {name: statistics.median(error[name] for error in errors) for name in KNOWN}
        worst = {name: max(error[name] for error in errors) for name in KNOWN}
        print(f"{type(algorithm).__name__:9} median " + ", ".join(f"{name} {100 * one:.1f} %" for name, one in medians.items())
              + "; worst " + ", ".join(f"{name} {100 * one:.1f} %" for name, one in worst.items()), flush=True)


if __name__ == "__main__":
    main()
