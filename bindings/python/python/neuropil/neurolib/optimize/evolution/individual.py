"""Individuals with a fitness, and the box of operators; as in deap, whose operators work on them, too."""

import functools

import numpy as np


@functools.total_ordering
class Fitness:
    """Scores of an individual.

    ``values`` are what an evaluation gave, empty before it; ``wvalues`` are those times the weights, so that more is
    better; ``score`` is the mean of the finite ``wvalues``, where the others count as 0.
    """

    def __init__(self, weights):
        self.weights = tuple(float(weight) for weight in weights)
        self._values = ()
        self.score = np.nan

    @property
    def values(self):
        return self._values

    @values.setter
    def values(self, values):
        values = tuple(float(value) for value in values)
        if len(values) != len(self.weights):
            raise ValueError(
                f"`fitness`: found {len(values)}, expected {len(self.weights)} values, one for each of `weightList`"
            )
        self._values = values
        weighted = np.array(self.wvalues)
        is_finite = np.isfinite(weighted)
        self.score = float(weighted[is_finite].sum() / len(weighted)) if is_finite.any() else np.nan

    @values.deleter
    def values(self):
        self._values, self.score = (), np.nan

    @property
    def wvalues(self):
        return tuple(value * weight for value, weight in zip(self._values, self.weights))

    @property
    def valid(self):
        return len(self._values) > 0

    @property
    def is_finite(self):
        return self.valid and bool(np.isfinite(self._values).all())

    @property
    def total(self):
        """Sum of ``wvalues``, by which individuals are ranked: one that is not finite is the worst."""
        return sum(self.wvalues) if self.is_finite else -np.inf

    def dominates(self, other, obj=slice(None)):
        """Whether no weighted value is worse than the other's, and one is better."""
        pairs = list(zip(self.wvalues[obj], other.wvalues[obj]))
        return all(own >= others for own, others in pairs) and any(own > others for own, others in pairs)

    def __eq__(self, other):
        return self.wvalues == other.wvalues

    def __lt__(self, other):
        return self.wvalues < other.wvalues

    def __hash__(self):
        return hash(self.wvalues)

    def __repr__(self):
        return repr(self._values)


class Individual(list):
    """A list of genes with a ``fitness``.

    Of a population there are also ``id``, ``gIdx`` (the generation in which it came up), ``params``, each parameter as
    an attribute, ``parentIds`` if it has parents, and ``outputs`` after it was evaluated.
    """

    def __init__(self, genes, weights):
        super().__init__(genes)
        self.fitness = Fitness(weights)

    def child(self):
        """One of the same genes that was not evaluated."""
        return Individual(self, self.fitness.weights)


class Toolbox:
    """Operators by name: ``toolbox.register("mate", cxBlend, alpha=0.5)`` makes ``toolbox.mate(a, b)``."""

    def register(self, alias, function, *args, **kwargs):
        setattr(self, alias, functools.partial(function, *args, **kwargs))

    def unregister(self, alias):
        delattr(self, alias)
