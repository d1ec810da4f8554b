"""Results of a search as one array."""

import numpy as np
import xarray as xr


def gridded(results, points, bold, is_sequence):
    """Results (a dictionary of time series by number of run) as a DataArray.

    ``points`` are lists of parameters, one value for each run. Dimensions are the parameters, or ``run_no`` of a
    sequence, then output, space, time. ``bold`` takes outputs whose name has BOLD in it, or all others.
    """
    first = {name: value for name, value in next(iter(results.values())).items() if ("BOLD" in name) == bold}
    time = "t" if "t" in first else next((name for name in first if name.startswith("t")), None)
    if time is None:
        raise ValueError(f"`results`: found {list(first)}, expected times among them, with a name that starts with `t`")
    names = [name for name in first if name != time and np.ndim(first[name]) == 2]
    shape = (len(names), *np.shape(first[names[0]]))
    inner = {"output": names, "space": np.arange(shape[1]), "time": first[time]}

    columns = {as_coordinate(name): [_one_value(name, value) for value in values] for name, values in points.items()}
    if is_sequence:
        places = {run: (run,) for run in results}
        outer = {"run_no": np.arange(len(next(iter(columns.values()))))}
        others = {name: ("run_no", values) for name, values in columns.items()}
    else:
        outer = {name: sorted(set(values)) for name, values in columns.items()}
        places = {run: tuple(outer[name].index(columns[name][run]) for name in outer) for run in results}
        others = {}

    array = np.full((*map(len, outer.values()), *shape), np.nan)
    for run, result in results.items():
        for index, name in enumerate(names):
            if np.shape(result.get(name)) != shape[1:] or not np.array_equal(result[time], first[time]):
                raise ValueError(
                    f"`results`: {name} of run {run} has the shape {np.shape(result.get(name))}, expected {shape[1:]} "
                    "and the same times in all runs"
                )
            array[(*places[run], index)] = result[name]
    return xr.DataArray(array, {**outer, **inner, **others}, (*outer, *inner), name="exploration")


def as_coordinate(name):
    """The name of a parameter without the signs of patterns, as files of netCDF need it."""
    return name.translate(str.maketrans("*.|", "___"))


def _one_value(name, value):
    """A parameter as a coordinate: an array is the value that all its elements have."""
    if not isinstance(value, np.ndarray):
        return value
    if not value.size or (value != value.flat[0]).any():
        raise ValueError(f"`{name}`: found an array of different numbers, expected equal ones to make a coordinate")
    return value.flat[0].item()
