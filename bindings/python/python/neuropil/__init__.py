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
from .dataset import Dataset, Subject

__all__ = ["Atlas", "Connectome", "Dataset", "InputError", "RunError", "Subject", "analysis", "models", "plot", "units"]

#: Loaded when first used, so that an import costs nothing that is not needed.
_SUBMODULES = ("analysis", "models", "neurolib", "plot", "units")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module `neuropil` has no attribute `{name}`")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES})
