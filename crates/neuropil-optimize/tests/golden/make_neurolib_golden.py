"""Writes neurolib.json: how good the adaptive evolution of neurolib is on test problems, over many seeds.

    pip install deap==1.4 numpy==2.4.6
    PYTHONPATH=path/to/neurolib python make_neurolib_golden.py

with a checkout of neurolib's repository (master of December 2024).

The loop does what that of neurolib does for valid individuals, around neurolib's own operators,
because its loop runs in processes of pypet and takes no seed. Parameters are in the unit cube; fitness is maximised, so
it is minus the cost.
"""

import importlib.util
import json
import pathlib
import random

import numpy as np
from deap import base, creator, tools

# The module alone: the package imports pypet, which does not work with NumPy 2.
folder = pathlib.Path(importlib.util.find_spec("neurolib").origin).parent / "optimize" / "evolution"
specification = importlib.util.spec_from_file_location("deapUtils", folder / "deapUtils.py")
deapUtils = importlib.util.module_from_spec(specification)
specification.loader.exec_module(deapUtils)

AXES, FIRST, SIZE, SEEDS = 4, 100, 20, 201

creator.create("Fitness", base.Fitness, weights=(1.0,))
creator.create("Genome", list, fitness=creator.Fitness)
BOUNDS = [(0.0, 1.0)] * AXES
GLOBAL, OWN = 1 / np.sqrt(2 * AXES), 1 / np.sqrt(2 * np.sqrt(AXES))


class Toolbox:
    @staticmethod
    def mutate(genome):
        return deapUtils.gaussianAdaptiveMutation_nStepSizes(genome, gamma_gl=GLOBAL, gamma=OWN)


def sphere(u):
    x = 10 * np.array(u) - 5
    return float(np.sum((x - 0.3 * np.arange(len(x)) + 1) ** 2))


def rosenbrock(u):
    x = 10 * np.array(u) - 5
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def best_costs(function, generations, seed):
    random.seed(seed)
    np.random.seed(seed)

    def evaluate(population):
        for genome in population:
            genome.fitness.values = (-function(genome[:AXES]),)

    population = [creator.Genome(deapUtils.randomParametersAdaptive(BOUNDS)) for _ in range(FIRST)]
    evaluate(population)
    population = deapUtils.selBest_multiObj(population, SIZE)
    costs = []
    for _ in range(1, generations):
        parents = deapUtils.selRank(population, SIZE, s=1.5)
        offspring = [creator.Genome(parent) for parent in parents]
        for left, right in zip(offspring[::2], offspring[1::2]):
            tools.cxBlend(left, right, alpha=0.5)
        deapUtils.mutateUntilValid(offspring, BOUNDS, Toolbox)
        evaluate(offspring)
        population = deapUtils.selBest_multiObj(population + offspring, SIZE)
        costs.append(-population[0].fitness.values[0])
    return costs


golden = []
for function in [sphere, rosenbrock]:
    runs = np.array([best_costs(function, 40, seed) for seed in range(SEEDS)])
    for generations in [10, 40]:
        golden.append(
            {
                "problem": function.__name__,
                "axes": AXES,
                "first": FIRST,
                "size": SIZE,
                "generations": generations,
                "seeds": SEEDS,
                "quantiles": np.quantile(runs[:, generations - 2], [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
            }
        )
        print(golden[-1], flush=True)
pathlib.Path(__file__).with_name("neurolib.json").write_text(json.dumps(golden, indent=1) + "\n")
