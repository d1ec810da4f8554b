"""Operators of NSGA-II.

Deb, Pratap, Agarwal and Meyarivan, A fast and elitist multiobjective genetic algorithm: NSGA-II, IEEE Transactions on
Evolutionary Computation 6, 182 (2002), doi:10.1109/4235.996017. ``low`` and ``up`` are lists of bounds. The larger
``eta``, the closer are children to their parents.
"""

import numpy as np


def cxSimulatedBinaryBounded(ind1, ind2, eta, low, up):
    """Simulated binary crossover of each gene with probability 1/2, within the bounds."""
    for index, (lower, upper) in enumerate(zip(low, up)):
        small, large = sorted((ind1[index], ind2[index]))
        if np.random.random() < 0.5 or large - small < 1e-14:
            continue
        uniform, middle = np.random.random(), (small + large) / 2
        children = [
            middle - 0.5 * (large - small) * _spread(uniform, eta, 1 + 2 * (small - lower) / (large - small)),
            middle + 0.5 * (large - small) * _spread(uniform, eta, 1 + 2 * (upper - large) / (large - small)),
        ]
        if np.random.random() < 0.5:
            children.reverse()
        ind1[index], ind2[index] = (float(min(max(child, lower), upper)) for child in children)
    return ind1, ind2


def _spread(uniform, eta, farthest):
    """How far apart children are in distances of the parents, where ``farthest`` reaches the bound."""
    scaled = uniform * (2 - farthest ** -(eta + 1))
    return (scaled if scaled <= 1 else 1 / (2 - scaled)) ** (1 / (eta + 1))


def mutPolynomialBounded(individual, eta, low, up, indpb):
    """Polynomial mutation of each gene with probability ``indpb``, within the bounds."""
    for index, (lower, upper) in enumerate(zip(low, up)):
        if np.random.random() >= indpb or upper == lower:
            continue
        uniform, span, gene = np.random.random(), upper - lower, individual[index]
        if uniform < 0.5:
            room = 1 - (gene - lower) / span
            step = (2 * uniform + (1 - 2 * uniform) * room ** (eta + 1)) ** (1 / (eta + 1)) - 1
        else:
            room = 1 - (upper - gene) / span
            step = 1 - (2 * (1 - uniform) + (2 * uniform - 1) * room ** (eta + 1)) ** (1 / (eta + 1))
        individual[index] = float(min(max(gene + step * span, lower), upper))
    return (individual,)


def selNSGA2(individuals, k):
    """The ``k`` individuals of the first fronts; of the last that fits in part, those with most room around them.

    Sets ``fitness.crowding_dist``. One whose fitness is not finite is in the last front.
    """
    costs = np.array([_costs(individual) for individual in individuals])
    chosen = []
    for front in _fronts(costs):
        rooms = _crowding_distances(costs[front])
        for index, room in zip(front, rooms):
            individuals[index].fitness.crowding_dist = float(room)
        if len(chosen) + len(front) > k:
            front = front[np.argsort(-rooms, kind="stable")]
        chosen.extend(front[: k - len(chosen)])
    return [individuals[index] for index in chosen]


def selTournamentDCD(individuals, k):
    """The winners of ``k`` tournaments of two: the one that dominates, or else has more room around it, or by chance.

    Those whose fitness is not finite are left out if there are others.
    """
    individuals = [individual for individual in individuals if individual.fitness.is_finite] or individuals
    chosen = []
    while len(chosen) < k:
        order = np.random.permutation(len(individuals))
        chosen.extend(_winner(individuals[one], individuals[two]) for one, two in zip(order[::2], order[1::2]))
        if len(individuals) == 1:
            chosen.append(individuals[0])
    return chosen[:k]


def _winner(one, two):
    if one.fitness.dominates(two.fitness):
        return one
    if two.fitness.dominates(one.fitness):
        return two
    rooms = [getattr(individual.fitness, "crowding_dist", 0.0) for individual in (one, two)]
    return (one if np.random.random() < 0.5 else two) if rooms[0] == rooms[1] else (one if rooms[0] > rooms[1] else two)


def _costs(individual):
    fitness = individual.fitness
    return [-value for value in fitness.wvalues] if fitness.is_finite else [np.inf] * len(fitness.weights)


def _fronts(costs):
    """Indices of the costs (individuals, objectives) that nothing dominates, then of those that only they do, ..."""
    less_or_equal = (costs[:, np.newaxis] <= costs).all(axis=2)
    dominates = less_or_equal & ~less_or_equal.T
    left = np.arange(len(costs))
    while len(left):
        is_dominated = dominates[np.ix_(left, left)].any(axis=0)
        yield left[~is_dominated]
        left = left[is_dominated]


def _crowding_distances(costs):
    """Sum over objectives of the distances between both neighbours, as parts of the range; infinite at the ends."""
    distances = np.zeros(len(costs))
    if not np.isfinite(costs).all():
        return distances
    for column in costs.T:
        order = np.argsort(column, kind="stable")
        span = column[order[-1]] - column[order[0]]
        distances[order[[0, -1]]] = np.inf
        if span > 0:
            distances[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / span
    return distances
