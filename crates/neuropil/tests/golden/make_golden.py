"""Golden trajectories of neurolib (git master, commit 9b6b2b8 of 2024-12-18), noise off.

Usage: python make_golden.py OUTDIR [--seed S] [--table]
Needs that commit of https://github.com/neurolib-dev/neurolib on the Python path, with numpy, numba, h5py.

Each case is one CASE.npz and one CASE.json. The json holds the model, every scalar parameter, dt, duration and
what the arrays are. The npz holds:
  Cmat, Dmat       connectivity [to, from] and lengths (mm); absent for a single node
  init_<name>      every initial value as handed to the model (history arrays keep their columns)
  input_<name>     time courses handed to external inputs (n, T), if any
  t                time of the kept samples (ms)
  out_<name>       kept samples of each output, (nodes, samples): every `stride`-th sample, first the one at t = dt
  t_BOLD, BOLD     where BOLD was simulated
Single noise-free runs, forward Euler, float64. ALN cases use neurolib's own look-up table, which this script writes to
aln_table.npz with --table: axes mu (mV/ms) and sigma (mV/sqrt(ms)); r (kHz), v_mean (mV), tau_mu and tau_sigma (ms)
by [mu, sigma].
"""
import argparse
import json
import os

import numpy as np


def ring_connectome(n, rng, density=0.6, max_len=180.0):
    """A random asymmetric connectome with a spread of tract lengths, some of them shorter than one step."""
    C = rng.random((n, n)) * (rng.random((n, n)) < density)
    C = C / C.max()
    np.fill_diagonal(C, 0.0)
    D = rng.random((n, n)) * max_len
    D[rng.random((n, n)) < 0.05] = 0.7
    np.fill_diagonal(D, 0.0)
    return C, D


def smooth_input(n, T, rng, scale):
    t = np.arange(T)
    u = np.zeros((n, T))
    for i in range(n):
        for _ in range(3):
            u[i] += rng.normal() * np.sin(2 * np.pi * t * rng.uniform(0.0005, 0.01) + rng.uniform(0, 6))
    return scale * u


def scalars(p):
    out = {}
    for k, v in p.items():
        if isinstance(v, (bool, int, float, str, np.integer, np.floating)) or v is None:
            out[k] = v.item() if hasattr(v, "item") else v
    return out


def run_case(outdir, name, model, stride, bold=False, inputs=None, note=""):
    p = model.params
    arrays = {}
    N = int(p["N"]) if p.get("N") is not None else 1
    if N > 1:
        arrays["Cmat"] = np.array(p["Cmat"])
        arrays["Dmat"] = np.array(p["lengthMat"])
    for iv in model.init_vars:
        if iv in p and p[iv] is not None:
            arrays["init_" + iv] = np.array(p[iv], dtype=float)
    for k, v in (inputs or {}).items():
        p[k] = v
        arrays["input_" + k] = np.array(v)
    for k, v in p.items():  # array-valued parameters that are neither of the above (e.g. omega)
        if isinstance(v, np.ndarray) and v.size <= 4 * N and "init" not in k and k not in ("Cmat", "lengthMat"):
            arrays.setdefault("param_" + k, np.array(v))
    meta = {"model": model.name, "N": N, "stride": stride, "bold": bold, "note": note, "params": scalars(p),
            "state_vars": list(model.state_vars), "output_vars": list(model.output_vars),
            "default_output": model.default_output}
    if bold:
        model.run(chunkwise=True, bold=True, append_outputs=True)
    else:
        model.run()
    arrays["t"] = np.array(model.outputs["t"])[::stride]
    for ov in model.output_vars:
        a = np.atleast_2d(np.array(model.outputs[ov]))
        arrays["out_" + ov] = a[:, ::stride]
        if not np.isfinite(a).all():
            raise SystemExit(f"{name}: {ov} is not finite")
    if bold:
        arrays["t_BOLD"] = np.array(model.BOLD.t_BOLD)
        arrays["BOLD"] = np.array(model.BOLD.BOLD)
    np.savez_compressed(os.path.join(outdir, name + ".npz"), **arrays)
    with open(os.path.join(outdir, name + ".json"), "w") as f:
        json.dump(meta, f, indent=1, sort_keys=True)
    print(name, {k: v.shape for k, v in arrays.items() if k.startswith("out_")})


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("outdir")
    ap.add_argument("--seed", type=int, default=11)
    ap.add_argument("--table", action="store_true", help="also write aln_table.npz")
    a = ap.parse_args()
    os.makedirs(a.outdir, exist_ok=True)
    rng = np.random.default_rng(a.seed)
    s = a.seed

    from neurolib.models.aln import ALNModel
    from neurolib.models.fhn import FHNModel
    from neurolib.models.hopf import HopfModel
    from neurolib.models.kuramoto import KuramotoModel
    from neurolib.models.thalamus import ThalamicMassModel
    from neurolib.models.wc import WCModel
    from neurolib.models.ww import WWModel

    classes = {"fhn": FHNModel, "hopf": HopfModel, "wc": WCModel, "ww": WWModel, "aln": ALNModel}
    vary = {  # parameters moved off their defaults, one draw per case
        "fhn": {"alpha": (2.8, 3.2), "gamma": (-1.6, -1.4), "epsilon": (0.4, 0.6), "K_gl": (0.1, 0.6)},
        "hopf": {"a": (-0.1, 0.3), "w": (0.1, 0.3), "K_gl": (0.1, 0.6)},
        "wc": {"c_excexc": (14, 17), "exc_ext_baseline": (0.4, 0.8), "K_gl": (0.2, 1.5)},
        "ww": {"J_NMDA": (0.14, 0.16), "w_ee": (1.2, 1.5), "K_gl": (0.2, 0.8)},
        "aln": {"mue_ext_mean": (0.5, 2.0), "mui_ext_mean": (0.4, 1.5), "b": (0, 20), "a": (0, 10), "Ke_gl": (100, 300)},
    }
    if a.table:
        p = ALNModel().params
        np.savez_compressed(os.path.join(a.outdir, "aln_table.npz"), mu=p.Irange, sigma=p.sigmarange, r=p.precalc_r,
                            v_mean=p.precalc_V, tau_mu=p.precalc_tau_mu, tau_sigma=p.precalc_tau_sigma)

    def draw(m, name):
        for k, (lo, hi) in vary[name].items():
            m.params[k] = float(rng.uniform(lo, hi))

    for name, cls in classes.items():
        m = cls(seed=s)  # single node, defaults
        m.params["duration"] = 500.0
        run_case(a.outdir, f"{name}_node_default", m, 1)

        m = cls(seed=s + 1)  # single node with a time-dependent input of T+1 columns (column j acts on step j -> j+1)
        m.params["duration"] = 300.0
        draw(m, name)
        T = int(round(m.params["duration"] / m.params["dt"])) + 1
        key = {"fhn": "x_ext", "hopf": "x_ext", "wc": "exc_ext", "ww": "exc_current", "aln": "ext_exc_current"}[name]
        scale = {"fhn": 0.5, "hopf": 0.3, "wc": 0.5, "ww": 0.05, "aln": 0.3}[name]
        run_case(a.outdir, f"{name}_node_input", m, 1, inputs={key: smooth_input(1, T, rng, scale)})

        C, D = ring_connectome(12, rng)
        m = cls(Cmat=C, Dmat=D, seed=s + 2)
        m.params["duration"] = 400.0
        m.params["signalV"] = 10.0
        draw(m, name)
        run_case(a.outdir, f"{name}_net12", m, 4)

        if name in ("fhn", "hopf"):
            m = cls(Cmat=C, Dmat=D, seed=s + 3)
            m.params["duration"] = 200.0
            m.params["coupling"] = "additive"
            m.params["K_gl"] = 0.05
            run_case(a.outdir, f"{name}_net12_additive", m, 4)

        m = cls(Cmat=C, Dmat=D, seed=s + 4)  # no delays
        m.params["duration"] = 200.0
        m.params["signalV"] = 0.0
        m.params["K_gl" if name != "aln" else "c_gl"] = 0.2
        run_case(a.outdir, f"{name}_net12_nodelay", m, 4)

    C, D = ring_connectome(8, rng)
    for name in ("aln", "hopf", "wc"):
        m = classes[name](Cmat=C, Dmat=D, seed=s + 5)
        m.params["duration"] = 20000.0
        draw(m, name)
        run_case(a.outdir, f"{name}_net8_bold", m, 200, bold=True,
                 note="chunkwise with the default chunk of 2 s, BOLD every 2 s")

    m = ThalamicMassModel(seed=s)
    m.params["duration"] = 2000.0
    run_case(a.outdir, "thalamus_default", m, 20)
    m = ThalamicMassModel(seed=s + 1)
    m.params["duration"] = 2000.0
    m.params["g_LK"] = float(rng.uniform(0.02, 0.04))
    m.params["g_h"] = float(rng.uniform(0.04, 0.07))
    run_case(a.outdir, "thalamus_varied", m, 20)

    m = KuramotoModel(seed=s)
    m.params["duration"] = 200.0
    run_case(a.outdir, "kuramoto_node", m, 1)
    C, _ = ring_connectome(12, rng)
    m = KuramotoModel(Cmat=C, Dmat=np.zeros_like(C), seed=s + 1)  # delays are wrong in neurolib: none here
    m.params["duration"] = 200.0
    m.params["omega"] = rng.uniform(0.1, 0.4, 12)
    run_case(a.outdir, "kuramoto_net12_nodelay", m, 4)


if __name__ == "__main__":
    main()
