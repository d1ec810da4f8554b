"""Searches for parameters, and designs of studies.

>>> from neuropil import optimize as opt
>>> search = opt.Search({"x": (-5, 5), "y": (-5, 5)}, "error", opt.CmaEs(), seed=1, evaluations=600)
>>> best = search.run(lambda point: (point["x"] - 1) ** 2 + point["y"] ** 2)
>>> round(best.values["x"], 3)
1.0

Which algorithm: see :mod:`neuropil.optimize.algorithms`. Their operators: :mod:`neuropil.optimize.operators`.
"""

from __future__ import annotations

from . import observers
from .algorithms import Adaptive, CmaEs, DifferentialEvolution, Genetic, Nsga2
from .axis import Axis
from .candidate import Candidate, Record
from .design import design, hypervolume
from .operators import (
    BlendCrossover,
    CrowdedTournament,
    GaussianMutation,
    GenerationalReplacement,
    NondominatedReplacement,
    PolynomialMutation,
    RankSelection,
    SelfAdaptiveMutation,
    SimulatedBinaryCrossover,
    TournamentSelection,
    TruncationReplacement,
    UniformCrossover,
)
from .search import Search

__all__ = [
    "Adaptive",
    "Axis",
    "BlendCrossover",
    "Candidate",
    "CmaEs",
    "CrowdedTournament",
    "DifferentialEvolution",
    "GaussianMutation",
    "GenerationalReplacement",
    "Genetic",
    "NondominatedReplacement",
    "Nsga2",
    "PolynomialMutation",
    "RankSelection",
    "Record",
    "Search",
    "SelfAdaptiveMutation",
    "SimulatedBinaryCrossover",
    "TournamentSelection",
    "TruncationReplacement",
    "UniformCrossover",
    "design",
    "hypervolume",
    "observers",
]
