"""The grid of `throughput.py` by cuBNM on its CPU path.

    python throughput_cubnm.py FOLDER

FOLDER holds `grid.json` and `data.npz`; what was found goes to `cubnm.npz` there. `OMP_NUM_THREADS` sets the threads.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from cubnm.sim import rWWSimGroup

FOLDER = Path(sys.argv[1])
GRID = json.loads((FOLDER / "grid.json").read_text())
DATA = np.load(FOLDER / "data.npz")


def group(duration, sigma, **options):
    """The grid, ready to run: feedback inhibition control and delays are off."""
    made = rWWSimGroup(
        duration=duration, TR=GRID["volume"], sc=DATA["weights"], dt=str(GRID["dt"]), bw_dt="1.0", sim_seed=1,
        do_fic=False, force_cpu=True, **options,
    )
    points = np.array([(G, w_p) for G in GRID["G"] for w_p in GRID["w_p"]])
    made.N = len(points)
    made.param_lists["G"] = points[:, 0].copy()
    made.param_lists["w_p"] = np.repeat(points[:, 1:], made.nodes, axis=1)
    made.param_lists["sigma"] = np.full((made.N, made.nodes), sigma)
    made._set_default_params()
    return made


def timed():
    """The grid with noise and scores: (wall, CPU) seconds and the group."""
    made = group(
        GRID["duration"], GRID["sigma"], states_ts=True, bold_remove_s=GRID["left_out"],
        window_size=(GRID["window"] - 1) * GRID["volume"], window_step=GRID["window_step"] * GRID["volume"],
    )
    begin, cpu = time.perf_counter(), time.process_time()
    made.run(force_reinit=True)  # its noise is drawn here
    scores = made.score(emp_bold=DATA["measured"].copy())
    return (time.perf_counter() - begin, time.process_time() - cpu), made, scores


runs = [timed() for _ in range(GRID["repeats"])]
_, made, scores = runs[-1]
still = group(
    GRID["duration_without_noise"], 0.0, states_ts=True, bold_remove_s=0, do_fc=False, do_fcd=False, gof_terms=[]
)
still.run()
np.savez(
    FOLDER / "cubnm.npz",
    seconds=[seconds for seconds, _, _ in runs],
    bold=made.sim_bold,
    S_e=made.sim_states["S_E"],
    fc_correlation=scores["+fc_corr"],
    fcd_ks=-scores["-fcd_ks"],
    S_e_without_noise=still.sim_states["S_E"],
    bold_without_noise=still.sim_bold,
)
