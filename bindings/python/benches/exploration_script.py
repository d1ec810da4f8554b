"""The exploration of neurolib's README as a script for either package, for `exploration.py`.

    python exploration_script.py PACKAGE CORES OUT

PACKAGE is `neurolib` or `neuropil.neurolib`. Results lie below the current folder, as neurolib has it. OUT is an `.npz`
file: the rates of each point, and wall times.
"""

import sys
import time
from importlib import import_module

import numpy as np

PACKAGE, CORES, OUT = sys.argv[1:]
ALNModel = import_module(f"{PACKAGE}.models.aln").ALNModel
BoxSearch = import_module(f"{PACKAGE}.optimize.exploration").BoxSearch
ParameterSpace = import_module(f"{PACKAGE}.utils.parameterSpace").ParameterSpace

begin = time.perf_counter()
model = ALNModel(seed=1)
model.run()  # neurolib compiles here; without this line it does so in each run of the search
compiled = time.perf_counter()

values = np.linspace(0, 3, 21)
search = BoxSearch(model, ParameterSpace({"mue_ext_mean": values, "mui_ext_mean": values}), ncores=int(CORES))
search.run()
stored = time.perf_counter()

search.loadResults()
last_second = int(1000 / model.params["dt"])
largest_at_end = [search.results[i]["rates_exc"][:, -last_second:].max() for i in search.dfResults.index]
evaluated = time.perf_counter()

rates = [search.results[i]["rates_exc"] for i in search.dfResults.index]
np.savez(
    OUT,
    points=search.dfResults[["mue_ext_mean", "mui_ext_mean"]].to_numpy(float),
    mean=[rate.mean() for rate in rates],
    largest=[rate.max() for rate in rates],
    largest_at_end=largest_at_end,
    seconds=[compiled - begin, stored - compiled, evaluated - stored],
)
