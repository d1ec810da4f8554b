"""Fits of a model with data."""

import numpy as np

from . import functions as func


def model_fit(model, ds, bold_transient=10000, fc=True, fcd=False):
    """How well the BOLD of ``model`` fits the subjects of the dataset ``ds``.

    The first ``bold_transient`` ms are left out. Returns a dictionary: with ``fc`` the correlations with the functional
    connectivity of each subject (``fc_scores``) and their mean (``mean_fc_score``), with ``fcd`` the
    Kolmogorov-Smirnov distances between the dynamics of functional connectivity (``fcd``, ``mean_fcd``); those of the
    dataset are its ``FCDs``, if it has them.
    """
    bold = model.BOLD.BOLD[:, model.BOLD.t_BOLD > bold_transient]
    result = {}
    if fc:
        simulated = func.fc(bold)
        result["fc_scores"] = [func.matrix_correlation(simulated, measured) for measured in ds.FCs]
        result["mean_fc_score"] = np.mean(result["fc_scores"])
    if fcd:
        simulated = func.fcd(bold)
        measured = ds.FCDs if hasattr(ds, "FCDs") else [func.fcd(bold) for bold in ds.BOLDs]
        result["fcd"] = [func.matrix_kolmogorov(simulated, each) for each in measured]
        result["mean_fcd"] = np.mean(result["fcd"])
    return result
