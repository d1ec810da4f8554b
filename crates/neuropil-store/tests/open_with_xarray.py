"""Opens the store that `open_with_xarray.rs` writes, and compares it with what was written.

    python open_with_xarray.py PATH complete|partial
"""

import json
import sys
import warnings

import numpy as np
import xarray as xr
import zarr

warnings.simplefilter("error")

path, state = sys.argv[1:]
samples = {"complete": 25, "partial": 20}[state]


def check(dataset):
    assert dict(dataset.sizes) == {"trial": 2, "node": 3, "time": samples, "node_other": 3}, dataset.sizes
    assert set(dataset.data_vars) == {"rate", "mean", "fc"}, dataset
    assert set(dataset.coords) == {"trial", "node", "time", "region", "coupling"}, dataset

    rate = dataset["rate"]
    assert rate.dims == ("trial", "node", "time")
    assert rate.dtype == np.float64
    assert rate.attrs == {"units": "Hz", "long_name": "firing rate"}, rate.attrs
    trial, node, time = np.meshgrid(np.arange(2), np.arange(3), np.arange(samples), indexing="ij")
    expected = 100.0 * trial + 10.0 * node + time
    # Zero and the greatest number are numbers like others; NaN is the only missing one.
    expected[0, 1, 3] = 0.0
    expected[0, 1, 4] = np.finfo(float).max
    expected[1, 2, 5] = np.nan
    np.testing.assert_array_equal(rate.values, expected)

    assert dataset["mean"].dtype == np.float32
    np.testing.assert_array_equal(dataset["mean"].values, np.arange(samples, dtype=np.float32))
    np.testing.assert_array_equal(dataset["fc"].values, np.eye(3))
    assert dataset["fc"].dims == ("node", "node_other")

    assert dataset["time"].dtype == np.float64, dataset["time"].dtype
    np.testing.assert_array_equal(dataset["time"].values, 5.0 + np.arange(samples) * 0.5)
    assert dataset["time"].attrs["units"] == "ms"
    np.testing.assert_array_equal(dataset["trial"].values, [0, 1])
    assert dataset["trial"].dtype == np.int64
    assert dataset["node"].values.tolist() == ["Precentral_L", "Precentral_R", "Straße"]
    assert dataset["region"].values.tolist() == ["left", "right", ""]
    assert dataset["region"].dims == ("node",)
    np.testing.assert_array_equal(dataset["coupling"].values, [0.0, 1.5])
    assert dataset["coupling"].attrs == {"units": "mV", "long_name": "global coupling"}
    picked = dataset["rate"].sel(trial=1, node="Precentral_R", time=6.0)
    assert float(picked) == 112.0

    assert dataset.attrs["complete"] is (state == "complete")
    assert dataset.attrs["seed"] == 42
    assert dataset.attrs["specification"] == {"dt": 0.1, "models": ["aln", "bold"]}


group = zarr.open_group(path, mode="r")
assert group.metadata.consolidated_metadata is not None
with xr.open_zarr(path, chunks=None) as dataset:
    check(dataset.load())
with xr.open_zarr(path, chunks=None, consolidated=False) as dataset:
    check(dataset.load())
for name, array in group.arrays():
    with open(f"{path}/{name}/zarr.json") as file:
        assert json.load(file)["shape"] == list(array.shape), name
print("opened", state)
