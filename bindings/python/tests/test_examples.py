"""The examples run and draw."""

import os
import pathlib
import runpy

import pytest

plt = pytest.importorskip("matplotlib.pyplot")

EXAMPLES = sorted((pathlib.Path(__file__).parents[3] / "examples" / "python").glob("*.py"))


@pytest.fixture
def drawn(monkeypatch):
    """Counts figures as they are shown."""
    counts = [0]

    def show():
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
            counts[0] += 1
        plt.close("all")

    monkeypatch.setattr(plt, "show", show)
    return counts


def test_there_are_examples():
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_draws(path, drawn, monkeypatch):
    monkeypatch.delenv("NEUROPIL_DATASETS", raising=False)
    runpy.run_path(str(path), run_name="__main__")
    assert drawn[0] >= 2 and not plt.get_fignums()


@pytest.mark.skipif("NEUROPIL_DATASETS" not in os.environ, reason="NEUROPIL_DATASETS names no folder of datasets")
def test_the_whole_brain_runs_on_measured_data(drawn):
    (path,) = (path for path in EXAMPLES if path.stem == "whole_brain")
    namespace = runpy.run_path(str(path), run_name="__main__")
    assert namespace["dataset"] is not None and drawn[0] >= 4
