"""Searches for the best parameters by evolution."""

import copy
import datetime
import logging
from pathlib import Path

import numpy as np
import pandas as pd

from .... import RunError
from ...utils import paths, pypetUtils
from ...utils.collections import flatten_nested_dict, unwrap_star_dotdict
from ...utils.parameterSpace import ParameterSpace
from ..pool import each, number_of_processes, parameters_kept, seeded
from ..store import StoredSearch
from ..trajectory import Trajectory
from . import deapUtils, evolutionaryUtils, nsga2
from .individual import Individual, Toolbox

_log = logging.getLogger()

#: What random numbers are for; each use has seeds of its own.
_OPERATORS, _EVALUATION = 0, 1


class Evolution:
    """Evolves parameters towards the best fitness.

    Parameters
    ----------
    evalFunction : callable
        ``evalFunction(traj)`` gives a tuple of fitnesses and a dictionary of outputs. It asks for
        :meth:`getModelFromTraj` or :meth:`getIndividualFromTraj`. A fitness that is not finite, or a run that leaves
        the finite numbers (:class:`neuropil.RunError`), makes an individual invalid.
    parameterSpace : ParameterSpace
        Bounds of the parameters.
    weightList : list of float
        A weight for each fitness, positive to maximise, negative to minimise; ``[1.0]`` by default.
    model : Model, optional
        The model whose parameters evolve.
    filename : str
        Folder of the results in ``./data/hdf``.
    ncores : int, optional
        Number of processes, all cores by default.
    POP_INIT_SIZE, POP_SIZE : int
        Individuals in the first and in all other generations, even numbers.
    NGEN : int
        Number of generations of a run, the first one included.
    algorithm : str
        ``adaptive`` (blend crossover, step sizes that mutate, rank selection) or ``nsga2``.
    matingOperator, mutationOperator, selectionOperator, parentSelectionOperator, individualGenerator : callable
        Operators in place of the algorithm's, those of deap for example.
    MATE_P, MUTATE_P, SELECT_P, PARENT_SELECT_P, IND_GENERATOR_P : dict, optional
        Arguments of the operators. Those of the algorithm's own operators that are not given keep their defaults.
    seed : int, optional
        Seed of all random numbers, and of the model's noise if its own ``seed`` is ``None``: evolutions of one seed are
        the same, for any ``ncores``. Drawn from NumPy's global generator if not given; the noise is left alone then.
    """

    def __init__(
        self,
        evalFunction,
        parameterSpace,
        weightList=None,
        model=None,
        filename="evolution.hdf",
        ncores=None,
        POP_INIT_SIZE=100,
        POP_SIZE=20,
        NGEN=10,
        algorithm="adaptive",
        matingOperator=None,
        MATE_P=None,
        mutationOperator=None,
        MUTATE_P=None,
        selectionOperator=None,
        SELECT_P=None,
        parentSelectionOperator=None,
        PARENT_SELECT_P=None,
        individualGenerator=None,
        IND_GENERATOR_P=None,
        seed=None,
    ):
        for name, size in (("POP_SIZE", POP_SIZE), ("POP_INIT_SIZE", POP_INIT_SIZE)):
            if size < 2 or size % 2:
                raise ValueError(f"`{name}`: found {size}, expected a positive even number")
        if POP_INIT_SIZE < POP_SIZE:
            _log.warning("POP_INIT_SIZE (%d) is less than POP_SIZE (%d).", POP_INIT_SIZE, POP_SIZE)
        if weightList is None:
            _log.info("weightList not set, assuming single fitness value to be maximized.")
        self.evalFunction = evalFunction
        self.weightList = [1.0] if weightList is None else list(weightList)
        self.model = model
        self.ncores = number_of_processes(ncores)
        self.POP_INIT_SIZE, self.POP_SIZE, self.NGEN = POP_INIT_SIZE, POP_SIZE, NGEN
        self.seed = seed
        self.comments = "no comments"
        self.verbose, self.verbose_plotting, self.plotColor = False, True, "C0"
        self._set_space(parameterSpace)

        self.HDF_FILE = self.trajectoryFileName = str(Path(paths.HDF_DIR) / filename)
        self.traj = StoredSearch.new(filename)
        self.trajectoryName = self.traj.name

        presets = self._presets(algorithm)
        self.algorithm = algorithm
        self.matingOperator, self.MATE_P = _chosen(matingOperator, MATE_P, *presets["mate"])
        self.mutationOperator, self.MUTATE_P = _chosen(mutationOperator, MUTATE_P, *presets["mutate"])
        self.selectionOperator, self.SELECT_P = _chosen(selectionOperator, SELECT_P, *presets["select"])
        self.parentSelectionOperator, self.PARENT_SELECT_P = _chosen(
            parentSelectionOperator, PARENT_SELECT_P, *presets["parents"]
        )
        self.individualGenerator, self.IND_GENERATOR_P = _chosen(
            individualGenerator, IND_GENERATOR_P, *presets["generate"]
        )
        self.toolbox = Toolbox()
        self.toolbox.register("individual", self._random_individual)
        self.toolbox.register("population", self._random_population)
        self.toolbox.register("evaluate", evalFunction)
        self.toolbox.register("clone", copy.deepcopy)
        self.toolbox.register("mate", self.matingOperator)
        self.toolbox.register("mutate", self.mutationOperator)
        self.toolbox.register("selBest", deapUtils.selBest_multiObj)
        self.toolbox.register("selectParents", self.parentSelectionOperator)
        self.toolbox.register("select", self.selectionOperator)

        #: Individuals of each generation; of the first one, those that were selected.
        self.history = {}
        self.pop = []
        self.best_ind = None
        self.gIdx = 0
        self.evaluationCounter = 0
        self.last_id = 0
        self._initialPopulationSimulated = False
        self._base_seed = None
        #: Parameters of the model when a run began, while it is going on.
        self._defaults = None

    def _presets(self, algorithm):
        bounds = {"low": self.parameterSpace.lowerBound, "up": self.parameterSpace.upperBound, "eta": 20.0}
        presets = {
            "adaptive": {
                "mate": (deapUtils.cxBlend, {"alpha": 0.5}),
                "mutate": (deapUtils.gaussianAdaptiveMutation_nStepSizes, {}),
                "select": (deapUtils.selBest_multiObj, {}),
                "parents": (deapUtils.selRank, {"s": 1.5}),
                "generate": (deapUtils.randomParametersAdaptive, {}),
            },
            "nsga2": {
                "mate": (nsga2.cxSimulatedBinaryBounded, bounds),
                "mutate": (nsga2.mutPolynomialBounded, {**bounds, "indpb": 1 / self.parameterSpace.ndims}),
                "select": (nsga2.selNSGA2, {}),
                "parents": (nsga2.selTournamentDCD, {}),
                "generate": (deapUtils.randomParameters, {}),
            },
        }
        if algorithm not in presets:
            raise ValueError(f"`algorithm`: found {algorithm!r}, expected one of {list(presets)}")
        return presets[algorithm]

    def _set_space(self, space):
        self.parameterSpace = space
        self.ParametersInterval = space.named_tuple_constructor
        self.paramInterval = space.named_tuple

    # -- individuals --------------------------------------------------------------------------------------------------

    def _random_individual(self):
        return Individual(self.individualGenerator(self.paramInterval, **self.IND_GENERATOR_P), self.weightList)

    def _random_population(self, n):
        return [self.toolbox.individual() for _ in range(n)]

    def individualToDict(self, individual):
        """Parameters of an individual by name; signs that names of attributes can not have are replaced."""
        return self.ParametersInterval(*individual[: len(self.paramInterval)])._asdict()

    def getIndividualFromTraj(self, traj):
        """The individual of a run, with its parameters as attributes."""
        return traj if isinstance(traj, Individual) else traj.evolving

    def getModelFromTraj(self, traj):
        """The model with the parameters of a run or of an individual."""
        individual = self.getIndividualFromTraj(traj)
        parameters = self._parameters_of(individual)
        if self.parameterSpace.star:
            parameters = unwrap_star_dotdict(parameters, self.model)
        if self._defaults is not None:
            # An earlier evaluation of this process may have changed others.
            self.model.params.clear()
            self.model.params.update(copy.deepcopy(self._defaults))
        self.model.params.update(parameters)
        if self.seed is not None and self.model.params.get("seed") is None:
            sequence = np.random.SeedSequence([self._base_seed, individual.id])
            self.model.params["seed"] = int(sequence.generate_state(1)[0])
        return self.model

    def _parameters_of(self, individual):
        return dict(zip(self.parameterSpace.parameterNames, individual))

    def getIndividualFromHistory(self, id):
        """The individual of this ``id``, ``None`` if there is none, which is logged."""
        for pop in self.history.values():
            for individual in pop:
                if individual.id == id:
                    return individual
        _log.warning("No individual with id=%s found. Returning `None`", id)
        return None

    def getValidPopulation(self, pop=None):
        """The individuals (of the current population by default) whose fitness is finite."""
        return [individual for individual in (pop or self.pop) if individual.fitness.is_finite]

    def getInvalidPopulation(self, pop=None):
        """The individuals (of the current population by default) whose fitness is not finite."""
        return [individual for individual in (pop or self.pop) if not individual.fitness.is_finite]

    def _tagPopulation(self, pop):
        for individual in pop:
            individual.id, individual.gIdx, individual.simulation_stored = self.last_id, self.gIdx, False
            individual.params = self.individualToDict(individual)
            vars(individual).update(individual.params)
            self.last_id += 1
        return pop

    # -- running ------------------------------------------------------------------------------------------------------

    def run(self, verbose=False, verbose_plotting=True):
        """Runs the evolution, or goes on with it; ``verbose`` prints as it goes and plots, if ``verbose_plotting``."""
        self.verbose, self.verbose_plotting = verbose, verbose_plotting
        if not self._initialPopulationSimulated:
            self.runInitial()
        self.runEvolution()

    def runInitial(self):
        """Evaluates ``POP_INIT_SIZE`` random individuals and selects ``POP_SIZE`` of them."""
        self._t_start_initial_population = datetime.datetime.now()
        self._base_seed = int(np.random.randint(2**31)) if self.seed is None else int(self.seed)
        self.traj.create(self.parameterSpace.dict(), getattr(self.model, "params", None), kind="evolution")
        self.gIdx = 0
        with seeded(self._base_seed, _OPERATORS, self.gIdx):
            self.pop = self._tagPopulation(self.toolbox.population(n=self.POP_INIT_SIZE))
        self._evaluate_all(self.pop)
        if self.verbose:
            evolutionaryUtils.printParamDist(self.pop, self.paramInterval, self.gIdx)
        self._store(self.pop)
        with seeded(self._base_seed, _OPERATORS, self.gIdx, 1):
            self.pop = self.toolbox.select(self.pop, k=self.POP_SIZE, **self.SELECT_P)
        self.history[self.gIdx] = self.pop
        self.best_ind = self.toolbox.selBest(self.pop, 1)[0]
        self._initialPopulationSimulated = True
        self._t_end_initial_population = datetime.datetime.now()

    def runEvolution(self):
        """Runs ``NGEN - 1`` generations."""
        self._t_start_evolution = datetime.datetime.now()
        for _ in range(self.NGEN - 1):
            self.gIdx += 1
            valid = [individual for individual in self.pop if individual.fitness.is_finite]
            with seeded(self._base_seed, _OPERATORS, self.gIdx):
                fresh = self._tagPopulation(self.toolbox.population(n=len(self.pop) - len(valid)))
                offspring = self._tagPopulation(self._offspring())
            self.pop = offspring + fresh
            self._evaluate_all(self.pop)
            everyone = valid + offspring + fresh
            self.history[self.gIdx] = everyone
            with seeded(self._base_seed, _OPERATORS, self.gIdx, 1):
                self.pop = self.toolbox.select(everyone, k=self.POP_SIZE, **self.SELECT_P)
            self._store(self.pop)
            self.best_ind = self.toolbox.selBest(self.pop, 1)[0]
            tell = print if self.verbose else _log.info
            tell(f"----------- Generation {self.gIdx} -----------")
            tell(f"Best individual is {self.best_ind}")
            tell(f"Score: {self.best_ind.fitness.score}")
            tell(f"Fitness: {self.best_ind.fitness.values}")
            if self.verbose:
                self.info(plot=self.verbose_plotting, info=True)
        self._t_end_evolution = datetime.datetime.now()
        self._buildEvolutionTree()

    def _offspring(self):
        """Children of parents that are neighbours among those selected."""
        parents = self.toolbox.selectParents(self.pop, self.POP_SIZE, **self.PARENT_SELECT_P)
        children = []
        for one, two in zip(parents[::2], parents[1::2]):
            pair = self.toolbox.mate(one.child(), two.child(), **self.MATE_P)
            for child in pair:
                child.parentIds = (one.id, two.id)
            children.extend(pair)
        deapUtils.mutateUntilValid(children, self.paramInterval, self.toolbox, MUTATE_P=self.MUTATE_P)
        return children

    def _evaluate_all(self, pop):
        self.evaluationCounter += len(pop)
        self._defaults = None if self.model is None else copy.deepcopy(dict(self.model.params))
        try:
            with parameters_kept(self.model):
                for index, (fitness, outputs) in each(lambda index: self._evaluate(pop[index]), len(pop), self.ncores):
                    pop[index].fitness.values = fitness
                    pop[index].outputs = outputs
        finally:
            self._defaults = None

    def _evaluate(self, individual):
        # Genes may be numbers of NumPy, after an operator of a user.
        genes = [float(gene) for gene in individual]
        traj = Trajectory(
            individual.id, self._parameters_of(genes), individual=genes, generation=self.gIdx, evolving=individual
        )
        try:
            with seeded(self._base_seed, _EVALUATION, individual.id):
                found = self.toolbox.evaluate(traj)
        except RunError as error:
            _log.warning("Individual %d is invalid: %s", individual.id, error)
            return (np.nan,) * len(self.weightList), {}
        if not (isinstance(found, (tuple, list)) and len(found) == 2 and np.ndim(found[0]) == 1):
            raise TypeError(f"`evalFunction`: found {found!r}, expected it to return (tuple of fitnesses, outputs)")
        return found

    def _store(self, pop):
        """Writes a generation, and the outputs of its new individuals."""
        generation = {
            "fitness": np.array([individual.fitness.values for individual in pop]),
            "scores": np.array([individual.fitness.score for individual in pop]),
            "population": np.array([list(individual) for individual in pop], dtype=float),
            "ind_ids": np.array([individual.id for individual in pop]),
        }
        self.traj.save("gen", self.gIdx, generation)
        for individual in pop:
            if individual.simulation_stored or not individual.fitness.is_finite:
                continue
            individual.simulation_stored = True
            try:
                self.traj.save("ind", individual.id, flatten_nested_dict(individual.outputs))
            except (AttributeError, TypeError) as error:
                _log.warning("Outputs of individual %d are not on disk: %s", individual.id, error)

    def _buildEvolutionTree(self):
        """``tree`` from ids to those of parents, as networkx takes it, ``id_genx`` to generations, ``id_score``."""
        everyone = [individual for pop in self.history.values() for individual in pop]
        self.tree = {individual.id: getattr(individual, "parentIds", ()) for individual in everyone}
        self.id_genx = {individual.id: individual.gIdx for individual in everyone}
        self.id_score = {individual.id: individual.fitness.score for individual in everyone}

    # -- results ------------------------------------------------------------------------------------------------------

    def info(self, plot=True, bestN=5, info=True, reverse=False):
        """Prints the setting (``info``), the population and its ``bestN`` individuals; plots them."""
        if info:
            evolutionaryUtils.printEvolutionInfo(self)
        print("--- Info summary ---")
        print(f"Valid: {len(self.getValidPopulation())}")
        scores = self.getScores()
        print(f"Mean score (weighted fitness): {scores.mean() if len(scores) else np.nan:.2}")
        evolutionaryUtils.printParamDist(self.pop, self.paramInterval, self.gIdx)
        print("--------------------")
        print(f"Best {bestN} individuals:")
        evolutionaryUtils.printIndividuals(self.toolbox.selBest(self.pop, bestN), self.paramInterval)
        print("--------------------")
        if plot:
            if self.traj.numbers("gen")[1:]:
                self.plotProgress(reverse)
            evolutionaryUtils.plotPopulation(
                self, plotScattermatrix=True, save_plots=self.trajectoryName, color=self.plotColor
            )

    def plotProgress(self, reverse=False):
        """Plots the scores of all generations."""
        evolutionaryUtils.plotProgress(self, reverse)

    def getScores(self):
        """Scores of the valid individuals of the current population."""
        return np.array([individual.fitness.score for individual in self.getValidPopulation()])

    def getScoresDuringEvolution(self, traj=None, drop_first=True, reverse=False):
        """Numbers of generations, and the scores of their individuals, (generations, individuals).

        ``traj`` is another evolution that was loaded. The first generation, which may have another size, goes unless
        ``drop_first`` is false; shorter ones have NaN at the end. ``reverse`` has no effect: they are always in order.
        """
        traj = self.traj if traj is None else traj
        generations = [number for number in traj.numbers("gen") if number > 0 or not drop_first]
        found = [traj.load("gen", number)["scores"] for number in generations]
        scores = np.full((len(found), max(map(len, found), default=0)), np.nan)
        for row, values in zip(scores, found):
            row[: len(values)] = values
        return np.array(generations, dtype=int), scores

    def dfPop(self, outputs=False):
        """The valid individuals of the current population as a table: parameters, score, id, gen, f0, f1, ...

        ``outputs`` adds the arrays, lists and numbers among the outputs.
        """
        return self._table(self.getValidPopulation(), outputs)

    def dfEvolution(self, outputs=False):
        """All individuals of the history as a table, as :meth:`dfPop`."""
        everyone = {individual.id: individual for pop in self.history.values() for individual in pop}
        return self._table(list(everyone.values()), outputs)

    def _table(self, pop, outputs):
        names = self.parameterSpace.parameterNames
        table = {name: [individual[index] for individual in pop] for index, name in enumerate(names)}
        table["score"] = [individual.fitness.score for individual in pop]
        table["id"] = [individual.id for individual in pop]
        table["gen"] = [individual.gIdx for individual in pop]
        kinds = (int, float, np.number, np.ndarray, list)
        kept = (
            [
                {name: one for name, one in getattr(individual, "outputs", {}).items() if isinstance(one, kinds)}
                for individual in pop
            ]
            if outputs
            else []
        )
        for name in dict.fromkeys(name for found in kept for name in found):
            column = [found.get(name, np.nan) for found in kept]
            has_arrays = any(isinstance(value, (np.ndarray, list)) for value in column)
            table[name] = pd.Series(column, dtype=object if has_arrays else None)
        for index in range(len(self.weightList)):
            table[f"f{index}"] = [individual.fitness.values[index] for individual in pop]
        return pd.DataFrame(table)

    # -- files --------------------------------------------------------------------------------------------------------

    def loadResults(self, filename=None, trajectoryName=None):
        """Makes an evolution on disk the one that :meth:`getScoresDuringEvolution` reads, and returns it.

        This one by default, if it has run, or else the newest at the path ``filename``.
        """
        if filename is not None or trajectoryName is not None or not self.traj.numbers("gen"):
            self.traj = pypetUtils.loadPypetTrajectory(filename or self.HDF_FILE, trajectoryName)
        return self.traj

    def saveEvolution(self, fname=None):
        """Writes the evolution with all individuals to ``fname``, ``data/evolution-<name>.dill`` by default."""
        import dill

        path = Path(fname or f"data/evolution-{self.trajectoryName}.dill")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            dill.dump(self, file)

    def loadEvolution(self, fname):
        """The evolution in a file of :meth:`saveEvolution`. Such a file can run any code: read those you trust."""
        import dill

        with open(fname, "rb") as file:
            return dill.load(file)

    def __getstate__(self):
        # Classes of named tuples, which are made for each space, can not be written.
        space = self.parameterSpace
        state = {
            name: value for name, value in vars(self).items() if name not in ("ParametersInterval", "paramInterval")
        }
        return {**state, "parameterSpace": (space.parameterNames, space.parameterValues, space.kind, space.star)}

    def __setstate__(self, state):
        vars(self).update(state)
        self._set_space(ParameterSpace(*state["parameterSpace"]))


def _chosen(given, given_arguments, preset, preset_arguments):
    """The user's operator and its arguments, or the preset where there is none."""
    return given or preset, {**({} if given else preset_arguments), **(given_arguments or {})}
