import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from neuropil import RunError
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.optimize.evolution import Evolution, deapUtils, nsga2
from neuropil.neurolib.optimize.evolution.individual import Individual
from neuropil.neurolib.utils.collections import star_dotdict
from neuropil.neurolib.utils.parameterSpace import ParameterSpace

SPACE = {"x": [-5.0, 5.0], "y": [-5.0, 5.0]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def evolved(fitness, space=SPACE, run=True, **arguments):
    """An evolution that minimises the tuple ``fitness(individual)``."""

    def evaluate(traj):
        individual = evolution.getIndividualFromTraj(traj)
        return fitness(individual), {
            "number": {"of": traj.id},
            "genes": np.array(traj.individual),
            "noise": np.random.random(),
        }

    settings = {"weightList": [-1.0], "POP_INIT_SIZE": 20, "POP_SIZE": 12, "NGEN": 6, "seed": 1, **arguments}
    evolution = Evolution(evaluate, ParameterSpace(space, kind="bound"), **settings)
    if run:
        evolution.run()
    return evolution


def sphere(individual):
    return ((individual.x - 1) ** 2 + individual.y**2,)


def both(individual):
    return (individual.x**2 + individual.y**2, (individual.x - 2) ** 2 + individual.y**2)


def individual(genes, values=(), weights=(1.0,)):
    made = Individual(genes, weights)
    if len(values):
        made.fitness.values = values
    return made


# -- whole evolutions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["adaptive", "nsga2"])
def test_one_minimum_is_found(algorithm):
    evolution = evolved(sphere, algorithm=algorithm, NGEN=30)
    assert evolution.best_ind.fitness.values[0] < 0.02
    assert evolution.best_ind is evolution.toolbox.selBest(evolution.pop, 1)[0]


def test_a_front_of_two_objectives_is_found():
    evolution = evolved(both, algorithm="nsga2", weightList=[-1.0, -1.0], POP_INIT_SIZE=40, POP_SIZE=20, NGEN=40)
    x, y = np.array(evolution.pop).T
    assert abs(y).max() < 0.3 and x.min() < 0.3 and x.max() > 1.7
    assert {"f0", "f1"} < set(evolution.dfPop())


@pytest.mark.parametrize("algorithm", ["adaptive", "nsga2"])
def test_evolutions_of_one_seed_are_the_same_on_any_number_of_cores(algorithm, monkeypatch):
    def table(**arguments):
        return evolved(sphere, algorithm=algorithm, NGEN=3, **arguments).dfEvolution(outputs=True).drop(columns="genes")

    np.random.seed(0)
    state = np.random.get_state()[1].copy()
    one = table(ncores=1)
    assert (np.random.get_state()[1] == state).all()
    assert one.equals(table(ncores=2)) and not one.equals(table(seed=2))
    np.random.seed(3)
    drawn = table(seed=None)
    np.random.seed(3)
    assert drawn.equals(table(seed=None))
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert one.equals(table())


def test_the_seed_is_that_of_the_noise_too():
    def rates(**params):
        def evaluate(traj):
            model = evolution.getModelFromTraj(traj)
            model.run()
            return (float(model.x.std()),), {"seed": model.params["seed"]}

        model = FHNModel(seed=0)
        model.params.update({"duration": 20.0, "sigma_ou": 0.1, "seed": None, **params})
        space = ParameterSpace({"x_ext": [0.0, 1.0]}, kind="bound")
        evolution = Evolution(evaluate, space, model=model, seed=4, POP_INIT_SIZE=4, POP_SIZE=4, NGEN=2)
        evolution.run()
        return evolution.dfEvolution(outputs=True)

    table = rates()
    assert table.equals(rates()) and table.seed.nunique() == len(table)
    assert (rates(seed=7).seed == 7).all()


def test_what_is_kept():
    evolution = evolved(sphere, NGEN=4)
    assert [len(pop) for pop in evolution.history.values()] == [12, 24, 24, 24]
    assert evolution.evaluationCounter == 20 + 3 * 12
    generations, scores = evolution.getScoresDuringEvolution()
    assert generations.tolist() == [1, 2, 3] and scores.shape == (3, 12)
    # The best survive: scores rise from generation to generation.
    assert (np.diff(scores.max(axis=1)) >= 0).all()
    assert evolution.getScoresDuringEvolution(drop_first=False)[1].shape == (4, 20)
    np.testing.assert_array_equal(np.sort(scores[-1]), np.sort(evolution.getScores()))

    table = evolution.dfEvolution(outputs=True)
    assert table.columns.tolist() == ["x", "y", "score", "id", "gen", "genes", "noise", "f0"]
    assert table["id"].is_unique and (table.f0 == -table.score).all()
    assert all(genes[0] == x for genes, x in zip(table.genes, table.x))

    child = next(one for one in evolution.pop if one.gIdx == 3)
    assert set(child.parentIds) <= set(evolution.tree) and evolution.tree[child.id] == child.parentIds
    assert evolution.id_genx[child.id] == 3 and evolution.id_score[child.id] == child.fitness.score
    assert evolution.getIndividualFromHistory(child.id) is child
    assert evolution.getIndividualFromHistory(-1) is None
    assert evolution.individualToDict(child) == child.params == {"x": child.x, "y": child.y}
    assert evolution.traj.load("ind", child.id)["number.of"] == child.id


def test_a_second_run_goes_on():
    whole, parts = evolved(sphere, NGEN=5), evolved(sphere, NGEN=3)
    parts.run()
    assert parts.gIdx == whole.gIdx == 4
    assert parts.dfEvolution().equals(whole.dfEvolution())


def test_parameters_stay_within_their_bounds():
    evolution = evolved(lambda one: (-one.x - one.y,), NGEN=5)
    table = evolution.dfEvolution()
    assert table.x.between(-5, 5).all() and table.y.between(-5, 5).all() and table.x.max() > 4.5


def test_invalid_individuals_are_replaced_and_have_no_children():
    def sometimes(one):
        if one.x > 3:
            raise RunError("`x` left the finite numbers")
        return (np.nan,) if one.y > 0 else sphere(one)

    evolution = evolved(sometimes, NGEN=6, POP_INIT_SIZE=40)
    everyone = evolution.history[1] + evolution.history[5]
    assert any(not one.fitness.is_finite for one in everyone)
    invalid = {one.id for one in evolution.getInvalidPopulation(everyone)}
    assert not any(invalid & set(parents) for parents in evolution.tree.values())
    assert not evolution.getInvalidPopulation() and evolution.best_ind.y <= 0


def test_operators_and_arguments_of_the_user_take_effect():
    def swap(ind1, ind2, marker):
        used.add(marker)
        return ind2, ind1

    def stay(ind, marker):
        used.add(marker)

    def first(pop, k, marker):
        used.add(marker)
        return pop[:k]

    def middle(paramInterval, marker):
        used.add(marker)
        return [0.5, 0.5]

    used = set()
    evolved(
        sphere, NGEN=2, matingOperator=swap, MATE_P={"marker": "mate"}, mutationOperator=stay,
        MUTATE_P={"marker": "mutate"}, selectionOperator=first, SELECT_P={"marker": "select"},
        parentSelectionOperator=first, PARENT_SELECT_P={"marker": "parents"}, individualGenerator=middle,
        IND_GENERATOR_P={"marker": "generate"},
    )  # fmt: skip
    assert used == {"mate", "mutate", "select", "parents", "generate"}
    evolution = evolved(sphere, run=False, algorithm="nsga2", MATE_P={"eta": 5.0})
    assert evolution.MATE_P == {"low": [-5.0, -5.0], "up": [5.0, 5.0], "eta": 5.0}
    assert evolution.MUTATE_P["indpb"] == 0.5


def test_operators_of_deap():
    tools = pytest.importorskip("deap.tools")
    bounds = {"low": [-5.0] * 2, "up": [5.0] * 2, "eta": 20.0}
    evolution = evolved(
        both, algorithm="nsga2", weightList=[-1.0, -1.0], matingOperator=tools.cxSimulatedBinaryBounded, MATE_P=bounds,
        mutationOperator=tools.mutPolynomialBounded, MUTATE_P={**bounds, "indpb": 0.5},
        selectionOperator=tools.selNSGA2, parentSelectionOperator=tools.selTournamentDCD, NGEN=4,
    )  # fmt: skip
    assert len(evolution.pop) == 12


def test_each_evaluation_has_the_parameters_of_the_model_and_its_own():
    def evaluate(traj):
        model = evolution.getModelFromTraj(traj)
        assert "left" not in model.params and model.params["duration"] == 5.0
        assert [model.params["a"], model.params["b"]] == traj.individual[:2]
        model.params.update(left=1, duration=10.0)
        model.run()
        return (model.t[-1],), model.outputs

    model = FHNModel()
    evolution = Evolution(
        evaluate, ParameterSpace({"a": [2.0, 3.0], "b": [-2.0, -1.0]}), model=model, POP_INIT_SIZE=6, POP_SIZE=4, NGEN=2
    )
    model.params["duration"] = 5.0  # as in neurolib, what counts is the model when the evolution runs
    evolution.run()
    assert evolution.pop[0].outputs.x.shape == (1, 100)
    best = evolution.getModelFromTraj(evolution.best_ind)
    assert best is model and best.params["a"] == evolution.best_ind.a


def test_stars_stand_for_several_parameters():
    def evaluate(traj):
        params = evolution.getModelFromTraj(traj).params
        return (abs(params["x_ext"] - params["y_ext"]),), {}

    model = FHNModel()
    model.params = star_dotdict(model.params)
    space = ParameterSpace({"*_ext": [0.0, 1.0]}, allow_star_notation=True)
    evolution = Evolution(evaluate, space, model=model, POP_INIT_SIZE=4, POP_SIZE=4, NGEN=2)
    evolution.run()
    assert set(evolution.getScores()) == {0.0} and "STAR_ext" in evolution.best_ind.params


def test_bad_input_is_named():
    for arguments, message in [
        (dict(POP_SIZE=3), "`POP_SIZE`: found 3"),
        (dict(POP_INIT_SIZE=0), "`POP_INIT_SIZE`: found 0"),
        (dict(algorithm="x"), "`algorithm`: found 'x', expected one of"),
    ]:
        with pytest.raises(ValueError, match=message):
            evolved(sphere, run=False, **arguments)
    with pytest.raises(ValueError, match="`fitness`: found 2.*expected 1 values"):
        evolved(both)
    with pytest.raises(TypeError, match="`evalFunction`: found .*expected it to return"):
        evolved(lambda one: 3.0)


# -- files ------------------------------------------------------------------------------------------------------------


SCRIPT = """
from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.optimize.evolution import Evolution
from neuropil.neurolib.utils.parameterSpace import ParameterSpace

def evaluate(traj):
    model = evolution.getModelFromTraj(traj)
    return (model.params["b"], -model.params["b"]), {}

evolution = Evolution(evaluate, ParameterSpace({"b": [0.0, 10.0]}), [1.0, 2.0], ALNModel(), POP_INIT_SIZE=4, POP_SIZE=4,
                      NGEN=2, seed=0)
evolution.run()
evolution.saveEvolution("data/saved.dill")
evolution.dfEvolution().to_pickle("table.pickle")
"""


def test_an_evolution_comes_back_in_another_process():
    pytest.importorskip("dill")
    pandas = pytest.importorskip("pandas")
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
    mock = Evolution(lambda one: one, ParameterSpace(["mock"], [[0, 1]]))
    evolution = mock.loadEvolution("data/saved.dill")
    assert evolution.dfEvolution().equals(pandas.read_pickle("table.pickle"))
    assert evolution.getScoresDuringEvolution()[1].shape == (1, 4)
    assert all(len(one.fitness.values) == 2 for one in evolution.pop)
    mock.loadResults(evolution.HDF_FILE)
    assert mock.getScoresDuringEvolution()[1].shape == (1, 4)


def test_models_are_copied():
    model = ALNModel()
    model.params["duration"] = 20.0
    model.run(bold=True)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(twin.output, model.output)
        twin.run(bold=True)
        np.testing.assert_array_equal(twin.output, model.output)


def test_outputs_that_no_file_can_hold_are_logged(caplog):
    def evaluate(traj):
        return (1.0,), {"x": {1, 2}}

    Evolution(evaluate, ParameterSpace({"a": [0.0, 1.0]}), POP_INIT_SIZE=2, POP_SIZE=2, NGEN=2).run()
    assert "are not on disk: `x`: found set" in caplog.text


# -- operators --------------------------------------------------------------------------------------------------------


def test_fitness():
    one, two = individual([0], [1.0, 2.0], [1.0, -1.0]).fitness, individual([0], [1.0, 3.0], [1.0, -1.0]).fitness
    assert one.wvalues == (1.0, -2.0) and one.score == -0.5 and one.total == -1.0
    assert one.dominates(two) and not two.dominates(one) and not one.dominates(one)
    assert one > two and one != two and hash(one) != hash(two) and repr(one) == "(1.0, 2.0)"
    one.values = (np.nan, 4.0)
    assert one.score == -2.0 and one.total == -np.inf and one.valid and not one.is_finite
    del one.values
    assert one.values == one.wvalues == () and not one.valid


def test_ranks_are_drawn_linearly():
    pop = [individual([0], [float(value)]) for value in range(4)] + [individual([0], [np.nan])]
    np.random.seed(0)
    drawn = [id(one) for one in deapUtils.selRank(pop, 20000, s=1.8)]
    shares = [drawn.count(id(one)) / 20000 for one in (pop[3], pop[2], pop[1], pop[0], pop[4])]
    np.testing.assert_allclose(shares, [*np.linspace(1.8, 0.2, 4) / 4, 0], atol=0.01)


def test_blend_keeps_the_sum_and_the_range():
    np.random.seed(0)
    found = np.array([deapUtils.cxBlend([0.0], [1.0], 0.5) for _ in range(2000)])[..., 0]
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() >= -0.5 and found.max() <= 1.5 and found.min() < -0.45 and found.max() > 1.45


def test_step_sizes_mutate():
    np.random.seed(0)
    found = np.array([deapUtils.gaussianAdaptiveMutation_nStepSizes([1.0, 2.0, 0.1, 0.2])[0] for _ in range(20000)])
    logs = np.log(found[:, 2:] / [0.1, 0.2])
    common, own = 1 / 4, 1 / (2 * np.sqrt(2))
    np.testing.assert_allclose(np.cov(logs.T), [[common + own, common], [common, common + own]], atol=0.02)
    normal = (found[:, :2] - [1, 2]) / found[:, 2:]
    np.testing.assert_allclose(np.cov(normal.T), np.eye(2), atol=0.04)


@pytest.mark.parametrize("uniform", [0.0, 0.1, 0.5, 0.9, 1 - 1e-12])
def test_operators_of_nsga2_stay_within_bounds(uniform, monkeypatch):
    monkeypatch.setattr(np.random, "random", lambda: uniform)
    for genes in ([0.0, 1.0], [0.2, 0.7], [1.0, 0.5]):
        one, two = nsga2.cxSimulatedBinaryBounded([genes[0]], [genes[1]], 5.0, [0.0], [1.0])
        assert 0 <= one[0] <= 1 and 0 <= two[0] <= 1
        (mutant,) = nsga2.mutPolynomialBounded([genes[0]], 5.0, [0.0], [1.0], 2.0)
        assert 0 <= mutant[0] <= 1
    if uniform == 0.5:
        # The median of both is no change.
        assert sorted(one + two) == pytest.approx([0.5, 1.0], abs=0.1)
        assert mutant[0] == pytest.approx(1.0)


def test_fronts_and_room():
    weights = [-1.0, -1.0]
    values = [(0, 4), (1, 2), (1.5, 1.9), (4, 0), (2, 3), (np.nan, 0), (5, 5)]
    pop = [individual([number], value, weights) for number, value in enumerate(values)]
    chosen = nsga2.selNSGA2(pop, 3)
    assert [one[0] for one in chosen] == [0, 3, 2]
    assert pop[1].fitness.crowding_dist == pytest.approx(1.5 / 4 + 2.1 / 4)
    assert [one[0] for one in nsga2.selNSGA2(pop, 7)] == [0, 1, 2, 3, 4, 6, 5]
    winners = [one[0] for one in nsga2.selTournamentDCD(pop, 200)]
    assert 5 not in winners
    assert winners.count(0) > winners.count(6) and len(winners) == 200
    assert len(nsga2.selTournamentDCD(pop[:1], 3)) == 3


def test_crossovers_take_step_sizes_along():
    np.random.seed(0)
    one, two = deapUtils.cxUniform_adapt([1, 2, 3, 4], [5, 6, 7, 8], 1.0)
    assert (one, two) == ([5, 6, 7, 8], [1, 2, 3, 4])
    one, two = deapUtils.cxUniform_normDraw_adapt([1, 2, 3, 4], [1, 2, 7, 8], 1.0)
    assert (one, two) == ([1, 2, 7, 8], [1, 2, 3, 4])
    found = np.array([deapUtils.cxNormDraw_adapt([0.0, 1.0], [4.0, 1.0]) for _ in range(5000)])
    np.testing.assert_allclose([found[..., 0].mean(), found[..., 0].std()], [2, 2], atol=0.1)
    assert (found[..., 1] == 1).all()


def test_plots_and_text(capsys):
    plt = pytest.importorskip("matplotlib.pyplot")
    pytest.importorskip("seaborn")
    evolution = evolved(sphere, NGEN=3)
    evolution.info(plot=True, bestN=2)
    assert "Best 2 individuals" in capsys.readouterr().out
    assert len(plt.get_fignums()) >= 4
    plt.close("all")
