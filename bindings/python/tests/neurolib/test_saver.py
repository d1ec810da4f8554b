import json
import pickle

import numpy as np
import pytest
import xarray as xr
from neuropil.neurolib.utils.saver import save_to_netcdf, save_to_pickle


@pytest.fixture
def data():
    attributes = {"K": np.float64(0.6), "C": np.eye(2), "nested": {"a": [np.arange(2)]}, "text": "x"}
    return xr.DataArray(np.arange(4.0), dims=["time"], coords={"time": np.arange(4)}, attrs=attributes)


def test_netcdf_with_attributes_beside_it(data, tmp_path):
    save_to_netcdf(data, str(tmp_path / "run"))
    assert xr.load_dataarray(tmp_path / "run.nc").equals(data)
    attributes = json.loads((tmp_path / "run.json").read_text())
    assert attributes == {"K": 0.6, "C": [[1, 0], [0, 1]], "nested": {"a": [[0, 1]]}, "text": "x"}
    assert data.attrs["text"] == "x"


def test_pickle(data, tmp_path):
    save_to_pickle(data.to_dataset(name="x"), tmp_path / "run.pkl")
    assert pickle.loads((tmp_path / "run.pkl").read_bytes()).x.equals(data)


@pytest.mark.parametrize("save", [save_to_netcdf, save_to_pickle])
def test_only_xarray_is_saved(save, tmp_path):
    with pytest.raises(TypeError, match="`datafield`: found list, expected an xarray DataArray or Dataset"):
        save([1], tmp_path / "run")
    assert not list(tmp_path.iterdir())
