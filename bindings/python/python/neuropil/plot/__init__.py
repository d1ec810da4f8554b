"""Plots with matplotlib. Each takes an axis or makes one, and returns it.

>>> import neuropil as npl
>>> axis = npl.plot.connectivity(npl.Connectome.example())
>>> axis.get_xlabel()
'source'

matplotlib is imported when the first plot is made; ``pip install "neuropil[plot]"`` brings it. Names and units come from
the attributes of what is plotted.
"""

from .bifurcation import bifurcation
from .brain import brain
from .matrix import connectivity, functional_connectivity
from .phase import phase_portrait
from .search import distributions, genealogy, pareto_front, scores
from .series import timeseries
from .spectrum import spectrum

__all__ = [
    "bifurcation",
    "brain",
    "connectivity",
    "distributions",
    "functional_connectivity",
    "genealogy",
    "pareto_front",
    "phase_portrait",
    "scores",
    "spectrum",
    "timeseries",
]
