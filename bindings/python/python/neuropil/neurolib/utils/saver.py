"""Saving xarray objects to files."""

import json
import pickle
from pathlib import Path

import numpy as np
import xarray as xr


def save_to_pickle(datafield, filename):
    """Pickles a ``DataArray`` or ``Dataset``; ``.pkl`` is added to the name. Not meant for keeping."""
    _check(datafield)
    with open(_with_ending(filename, ".pkl"), "wb") as file:
        pickle.dump(datafield, file, protocol=pickle.HIGHEST_PROTOCOL)


def save_to_netcdf(datafield, filename):
    """Writes a ``DataArray`` or ``Dataset`` as netCDF; ``.nc`` is added to the name.

    Attributes, which netCDF can not hold when nested, go to a JSON file of the same name.
    """
    _check(datafield)
    path = _with_ending(filename, ".nc")
    if datafield.attrs:
        Path(path).with_suffix(".json").write_text(json.dumps(_plain(datafield.attrs)))
        datafield = datafield.copy(deep=False)
        datafield.attrs = {}
    datafield.to_netcdf(path)


def _check(datafield):
    if not isinstance(datafield, (xr.DataArray, xr.Dataset)):
        raise TypeError(f"`datafield`: found {type(datafield).__name__}, expected an xarray DataArray or Dataset")


def _with_ending(filename, ending):
    filename = str(filename)
    return filename if filename.endswith(ending) else filename + ending


def _plain(value):
    """The value in types that JSON knows."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
