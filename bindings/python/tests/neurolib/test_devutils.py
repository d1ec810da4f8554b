from types import SimpleNamespace

import numpy as np
from neuropil.neurolib.utils import functions as func
from neuropil.neurolib.utils.devutils import model_fit


def test_fit_compares_what_follows_the_transient():
    random = np.random.RandomState(0)
    bold, measured = random.standard_normal((2, 4, 120))
    model = SimpleNamespace(BOLD=SimpleNamespace(BOLD=bold, t_BOLD=2000.0 * np.arange(120)))
    ds = SimpleNamespace(BOLDs=[measured, bold[:, 6:]], FCs=[func.fc(measured), func.fc(bold[:, 6:])])
    fit = model_fit(model, ds, bold_transient=10000, fcd=True)
    assert fit["fc_scores"][1] == 1.0 and fit["mean_fc_score"] == np.mean(fit["fc_scores"])
    assert fit["fcd"] == [func.ts_kolmogorov(bold[:, 6:], measured), 0.0] and fit["mean_fcd"] == fit["fcd"][0] / 2
