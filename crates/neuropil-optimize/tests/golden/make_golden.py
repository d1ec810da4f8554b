"""Writes golden.json: Sobol points and scrambled statistics of SciPy, and how fast pycma, SciPy's differential evolution
and pymoo's NSGA-II are on test problems, over many seeds.

    pip install -r requirements.txt
    python make_golden.py

All continuous problems are posed in the unit cube. A run's number of evaluations is counted when a generation ends, as
in the tests beside this script.
"""

import json
import pathlib
import warnings

import cma
import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.callback import Callback
from pymoo.indicators.hv import HV
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.operators.sampling.rnd import FloatRandomSampling
from pymoo.optimize import minimize
from pymoo.problems import get_problem
from scipy.optimize import differential_evolution
from scipy.stats import qmc

warnings.filterwarnings("ignore")
SEEDS = 31


def sphere(u):
    x = 10 * u - 5
    return float(np.sum((x - 0.3 * np.arange(len(x)) + 1) ** 2))


def ellipsoid(u):
    x = 10 * u - 5
    weights = 10 ** (6 * np.arange(len(x)) / (len(x) - 1))
    return float(np.sum(weights * (x - 1) ** 2))


def rosenbrock(u):
    x = 10 * u - 5
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def rastrigin(u):
    x = 10.24 * u - 5.12
    return float(10 * len(x) + np.sum(x**2 - 10 * np.cos(2 * np.pi * x)))


def quantiles(numbers):
    return [float(number) for number in np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95])]


def covariance(function, dimensions, size, target, largest):
    """Evaluations until the target; none for a run that ends before it."""
    counts = []
    for seed in range(1, SEEDS + 1):
        start = np.random.default_rng(seed).uniform(size=dimensions)
        options = {"bounds": [0, 1], "seed": seed, "verbose": -9, "maxfevals": largest, "popsize": size}
        strategy = cma.CMAEvolutionStrategy(start, 0.3, {key: value for key, value in options.items() if value})
        best = np.inf
        while not strategy.stop() and best > target:
            points = strategy.ask()
            costs = [function(point) for point in points]
            strategy.tell(points, costs)
            best = min(best, *costs)
        counts.append(strategy.countevals if best <= target else None)
    return counts


def differential(function, dimensions, size, strategy, weight, target, largest):
    counts = []
    for seed in range(1, SEEDS + 1):
        state = {"count": 0, "best": np.inf}

        def vectorised(points):
            costs = np.array([function(point) for point in points.T])
            state["count"] += len(costs)
            state["best"] = min(state["best"], costs.min())
            return costs

        differential_evolution(
            vectorised,
            [(0, 1)] * dimensions,
            strategy=strategy,
            mutation=weight,
            recombination=0.9,
            init=np.random.default_rng(seed).uniform(size=(size, dimensions)),
            maxiter=largest // size - 1,
            tol=0,
            atol=0,
            polish=False,
            updating="deferred",
            vectorized=True,
            callback=lambda *_, **__: state["best"] <= target,
            rng=seed,
        )
        counts.append(state["count"] if state["best"] <= target else None)
    return counts


class Volumes(Callback):
    def __init__(self, generations, reference):
        super().__init__()
        self.generations, self.volume, self.found = generations, HV(ref_point=np.array(reference)), {}

    def notify(self, algorithm):
        if algorithm.n_gen in self.generations:
            self.found[algorithm.n_gen] = float(self.volume(algorithm.pop.get("F")))


def nondominated(name, generations, reference, seeds, **options):
    """Quantiles of the hypervolume of the population after some generations, the first included."""
    found = {generation: [] for generation in generations}
    for seed in range(1, seeds + 1):
        algorithm = NSGA2(
            pop_size=100,
            sampling=FloatRandomSampling(),
            crossover=SBX(eta=20, prob=0.9),
            mutation=PM(eta=20, prob=1.0),
            eliminate_duplicates=False,
        )
        # The crowded comparison of the paper; pymoo compares by domination unless told otherwise.
        algorithm.tournament_type = "comp_by_rank_and_crowding"
        volumes = Volumes(generations, reference)
        minimize(get_problem(name, **options), algorithm, ("n_gen", max(generations)), seed=seed, callback=volumes)
        for generation, volume in volumes.found.items():
            found[generation].append(volume)
    return [{"generation": generation, "quantiles": quantiles(volumes)} for generation, volumes in found.items()]


def summary(problem, dimensions, size, strategy, weight, target, largest, counts):
    reached = [count for count in counts if count is not None]
    return {
        "problem": problem.__name__,
        "dimensions": dimensions,
        "size": size,
        "strategy": strategy,
        "weight": weight,
        "target": target,
        "largest": largest,
        "seeds": len(counts),
        "reached": len(reached),
        "evaluations": quantiles(reached) if reached else [],
    }


sobol = qmc.Sobol(d=512, scramble=False, bits=52).random(64)
golden = {
    "sobol": {
        "axes": [0, 1, 2, 3, 6, 20, 99, 511],
        "points": sobol[:, [0, 1, 2, 3, 6, 20, 99, 511]].tolist(),
        "sums": sobol.sum(axis=0).tolist(),
    },
    "covariance": [],
    "differential": [],
    "nondominated": [],
}
for problem, dimensions, size, target, largest in [
    (sphere, 10, 10, 1e-8, 10_000),
    (ellipsoid, 10, 10, 1e-8, 30_000),
    (rosenbrock, 10, 20, 1e-8, 40_000),
    (rastrigin, 5, 80, 1e-8, 40_000),
]:
    counts = covariance(problem, dimensions, size, target, largest)
    golden["covariance"].append(summary(problem, dimensions, size, None, None, target, largest, counts))
    print(golden["covariance"][-1], flush=True)
for problem, dimensions, size, strategy, weight, target, largest in [
    (sphere, 10, 50, "rand1bin", 0.5, 1e-6, 40_000),
    (sphere, 10, 50, "best1bin", 0.7, 1e-6, 40_000),
    (rosenbrock, 5, 50, "rand1bin", 0.8, 1e-6, 60_000),
    (rastrigin, 5, 50, "rand1bin", 0.5, 1e-6, 60_000),
]:
    counts = differential(problem, dimensions, size, strategy, weight, target, largest)
    golden["differential"].append(summary(problem, dimensions, size, strategy, weight, target, largest, counts))
    print(golden["differential"][-1], flush=True)
for name, generations, reference, options in [
    ("zdt1", [50, 200], [1.1, 1.1], {}),
    ("zdt2", [50, 200], [1.1, 1.1], {}),
    ("zdt3", [50, 200], [1.1, 1.1], {}),
    ("dtlz2", [20, 100], [1.1, 1.1, 1.1], {"n_var": 12, "n_obj": 3}),
]:
    volumes = nondominated(name, generations, reference, 15, **options)
    golden["nondominated"].append({"problem": name, "size": 100, "reference": reference, "volumes": volumes})
    print(golden["nondominated"][-1], flush=True)

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(golden, indent=1) + "\n")
