"""Connectomes and BOLD of groups of subjects."""

import logging
import os
from pathlib import Path

from ... import Dataset as NativeDataset
from . import functions as func
from .collections import dotdict

_log = logging.getLogger()

#: The environment variable that names the folder where datasets lie.
DATASETS_VARIABLE = "NEUROPIL_DATASETS"


class Dataset:
    """A group of subjects, read from a folder ``subjects/<id>/{structural,functional}``.

    ``datasetName`` is the path of a folder, or the name of one in the folder that the environment variable
    NEUROPIL_DATASETS names. ``normalizeCmats`` says how the streamline counts of each subject become weights:
    ``"max"``, ``"waytotal"``, ``"nvoxel"``, or ``None`` for the counts. ``fcd`` asks for ``FCDs`` at once.
    ``subcortical`` keeps the regions of AAL2 outside the cortex.

    ==========  =============================================================================
    attribute   content; subjects are sorted by name
    ==========  =============================================================================
    ``Cmat``    mean of ``Cmats``, (regions, regions): weights ``[to, from]``
    ``Dmat``    mean of ``Dmats``, (regions, regions): lengths in mm
    ``BOLDs``   BOLD of the subjects that have it, (regions, volumes)
    ``FCs``     functional connectivity of each, (regions, regions)
    ``FCDs``    its dynamics, (windows, windows), windows of 30 volumes every 10
    ``data``    ``data["subjects"][id]``: ``cm`` (counts), ``len`` and ``bold`` of a subject
    ==========  =============================================================================
    """

    has_subjects = None

    def __init__(self, datasetName=None, normalizeCmats="max", fcd=False, subcortical=False):
        if datasetName:
            self.loadDataset(datasetName, normalizeCmats=normalizeCmats, fcd=fcd, subcortical=subcortical)

    def loadDataset(self, datasetName, normalizeCmats="max", fcd=False, subcortical=False):
        """Reads a dataset into the attributes; arguments as those of the class."""
        folder = _folder(datasetName)
        _log.info("Loading dataset %s from %s.", datasetName, folder)
        normalised = NativeDataset(folder, normalizeCmats or "none", subcortical)
        counts = NativeDataset(folder, "none", subcortical) if normalizeCmats else normalised
        self.dsBaseDirectory = str(folder)
        self.has_subjects = True
        self.data = dotdict(subjects={})
        for subject in counts.subjects:
            found = {"cm": subject.connectome.weights, "len": subject.connectome.lengths, "bold": subject.bold}
            self.data.subjects[subject.id] = {name: value for name, value in found.items() if value is not None}
        self.Cmats = [subject.connectome.weights for subject in normalised.subjects]
        self.Dmats = self.getDataPerSubject("len")
        self.Cmat = normalised.connectome.weights
        self.Dmat = normalised.connectome.lengths
        self.BOLDs = [subject["bold"] for subject in self.data.subjects.values() if "bold" in subject]
        self.FCs = [func.fc(bold) for bold in self.BOLDs]
        if fcd:
            self.computeFCD()

    def computeFCD(self):
        """Sets ``FCDs``."""
        self.FCDs = [func.fcd(bold, stepsize=10) for bold in self.BOLDs]

    def getDataPerSubject(self, name, apply="single", apply_function=None, apply_function_kwargs=None):
        """``"cm"``, ``"len"`` or ``"bold"`` of every subject, as a list.

        ``apply_function`` is called with each of them, or with ``apply="all"`` with the list, and with
        ``apply_function_kwargs``.
        """
        if apply not in ("single", "all"):
            raise ValueError(f"`apply`: found {apply!r}, expected 'single' or 'all'")
        values = []
        for subject, found in self.data.subjects.items():
            if name not in found:
                raise ValueError(f"`name`: found {name!r}, expected one of {sorted(found)} for subject {subject}")
            values.append(found[name])
        if apply_function is None:
            return values
        kwargs = apply_function_kwargs or {}
        if apply == "all":
            return apply_function(values, **kwargs)
        return [apply_function(value, **kwargs) for value in values]

    def loadMatrix(self, matFileName, key=""):
        """The variable ``key`` of a MATLAB file, as an array."""
        from scipy.io import loadmat

        variables = loadmat(matFileName)
        if key not in variables:
            names = [name for name in variables if not name.startswith("__")]
            raise ValueError(f"`key`: found {key!r}, expected one of {names}")
        return variables[key]


def _folder(name):
    datasets = os.environ.get(DATASETS_VARIABLE)
    places = [Path(name), *([Path(datasets) / name] if datasets else [])]
    for place in reversed(places):
        if place.is_dir():
            return place
    looked = " and ".join(str(place) for place in places)
    raise FileNotFoundError(
        f"`datasetName`: found none for {str(name)!r} (looked for {looked}), expected the folder of a dataset\n"
        f"hint: give a path, or let the environment variable {DATASETS_VARIABLE} name the folder of your datasets"
    )
