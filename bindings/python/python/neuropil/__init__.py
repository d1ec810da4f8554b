"""Simulate, explore, fit and control models of the brain.

>>> import neuropil as npl
>>> network = npl.Network("hopf", connectome=npl.Connectome.example(), a=0.2)
>>> result = npl.Simulator(network, dt=0.1, seed=1).run(100)
>>> result.x.dims
('node', 'time')

Times are in ms, lengths in mm, speeds in mm/ms unless given as quantities of ``neuropil.units``.
"""

from __future__ import annotations

import importlib
from typing import Any

from ._neuropil import Atlas, InputError, RunError
from .connectome import Connectome
from .coupling import Additive, Coupling, Diffusive, Sigmoidal, Tanh
from .dataset import Dataset, Subject
from .models import Model
from .network import Network, OrnsteinUhlenbeck
from .recording import bold, record
from .simulator import Simulator
from .stimulus import Stimulus
from .values import trials

__all__ = [
    "Additive",
    "Atlas",
    "Axis",
    "Connectome",
    "Coupling",
    "Dataset",
    "Diffusive",
    "InputError",
    "Model",
    "Network",
    "OrnsteinUhlenbeck",
    "RunError",
    "Score",
    "Sigmoidal",
    "Simulator",
    "Stage",
    "Stimulus",
    "Study",
    "StudyResults",
    "Subject",
    "Tanh",
    "analysis",
    "bold",
    "define",
    "merge_studies",
    "models",
    "neurolib",
    "open_study",
    "optimize",
    "plot",
    "record",
    "trials",
    "units",
]

#: Loaded when first used, so that an import costs nothing that is not needed.
_SUBMODULES = ("analysis", "define", "models", "neurolib", "optimize", "plot", "units")
_LATE = {
    "Axis": "optimize.axis", "Score": "score", "Stage": "score", "Study": "study", "StudyResults": "study_results",
    "merge_studies": "study_results", "open_study": "study_results",
}


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _LATE:
        return getattr(importlib.import_module(f".{_LATE[name]}", __name__), name)
    raise AttributeError(f"module `neuropil` has no attribute `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES, *_LATE})
