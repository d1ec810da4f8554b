"""Studies that grow in their folder are those that were as large from the start."""

import pytest

import neuropil as npl
from neuropil import optimize as opt
from test_study_search import same, search

pytest.importorskip("zarr")


def of(axes, **options):
    return npl.Study(npl.Network("hopf", sigma_ou=0.1), axes, scores={"end": lambda run: float(run.x[0, -1])},
                     duration=50, dt=0.1, record="x", batch=4, **options)


@pytest.mark.parametrize("algorithm", [opt.CmaEs(size=6), opt.Nsga2(size=8)], ids=["CmaEs", "Nsga2"])
def test_a_search_goes_on_with_more_evaluations(algorithm, tmp_path):
    part = search(search=algorithm, evaluations=40).explore(tmp_path / "grown")
    assert part.status.done == 40
    grown = search(search=algorithm, evaluations=80).explore(tmp_path / "grown")
    whole = search(search=algorithm, evaluations=80).explore(tmp_path / "whole")
    assert grown.status.done == 80 and same(grown, whole)
    assert grown.search().records == whole.search().records
    with pytest.raises(npl.InputError, match="`study.search.evaluations`: found 79, expected 80 in the study at"):
        search(search=algorithm, evaluations=79).explore(tmp_path / "grown")
    assert same(npl.open_study(tmp_path / "grown"), whole)


def test_a_search_goes_on_with_more_generations(tmp_path):
    for generations in (3, 6):
        grown = search(generations=generations).explore(tmp_path / "grown")
    assert grown.search().generation == 6
    assert same(grown, search(generations=6).explore(tmp_path / "whole"))


@pytest.mark.parametrize("small, large", [
    (of({"a": (-1, 1)}, design="sobol", points=6), of({"a": (-1, 1)}, design="sobol", points=11)),
    (of({"a": (-1, 1)}, design="random", points=6), of({"a": (-1, 1)}, design="random", points=11)),
    (of({"a": [0, 1], "seed": [1, 2]}), of({"a": [0, 1], "seed": npl.Axis(1, 4, integer=True)})),
    (of({"a": [-1, 0], "w": [0.1, 0.2]}), of({"a": [-1, 0, 1], "w": [0.1, 0.2]})),
], ids=["sobol", "random", "seeds", "grid"])
def test_a_design_gets_points_after_those_that_it_has(small, large, tmp_path):
    assert small.explore(tmp_path / "grown").status.points == len(small)
    grown = large.explore(tmp_path / "grown")
    assert grown.status.done == len(large) > len(small)
    assert same(grown, large.explore(tmp_path / "whole"))


@pytest.mark.parametrize("small, change, message", [
    (of({"a": (-1, 1)}, design="latin_hypercube", points=6), of({"a": (-1, 1)}, design="latin_hypercube", points=7),
     "`study.points`: .*\nhint: every point of a Latin hypercube depends on their number"),
    (of({"a": [0, 1], "w": [0.1, 0.2]}), of({"a": [0, 1], "w": [0.1, 0.2, 0.3]}), r"`study.axes.w.values`: .*0\.3"),
    (of({"a": (-1, 1)}, design="sobol", points=6), of({"a": (-1, 2)}, design="sobol", points=11), "`study"),
    (of({"a": [0, 1]}), of({"a": [0, 1, 2]}, seed=1), "`seed`: found 1, expected 0 in the study at"),
], ids=["hypercube", "fastest axis", "bounds", "seed"])
def test_another_change_is_refused_and_leaves_the_folder_alone(small, change, message, tmp_path):
    stored = small.explore(tmp_path / "study")
    with pytest.raises(npl.InputError, match=message):
        change.explore(tmp_path / "study")
    assert stored.status.done == len(small)
