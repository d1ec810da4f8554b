"""neurolib's haemodynamic model: the catalogue's, from neurolib's initial state, a volume every 2 s."""

import numpy as np

from .timeIntegration import simulateBOLD

#: Time between volumes (ms).
INTERVAL = 2000.0


class BOLDModel:
    """The BOLD signal of ``N`` nodes with time step ``dt`` (ms), in pieces that follow each other.

    Volumes are taken at the end of steps 2, 2 + S, 2 + 2S, ... with S = 2 s / dt, and carry the times dt, dt + 2 s, ...,
    as in neurolib. ``normalize_input`` and ``normalize_max`` have no effect, as there.
    """

    def __init__(self, N, dt, normalize_input=False, normalize_max=50):
        self.N, self.dt = N, dt
        self.normalize_input, self.normalize_max = normalize_input, normalize_max
        self.samplingRate_NDt = round(INTERVAL / dt)
        #: States, (nodes,): vasodilatory signal, flow, deoxyhaemoglobin, volume. neurolib starts with X = 1.
        self.X_BOLD, self.F_BOLD, self.Q_BOLD, self.V_BOLD = (np.ones(N) for _ in range(4))
        #: Steps made.
        self.idxLastT = 0
        self.t_BOLD = np.zeros(0)
        self.BOLD = np.zeros((N, 0))

    def run(self, activity, append=False):
        """Goes on with (nodes, steps) of activity; new volumes replace those before unless ``append``."""
        steps = np.shape(activity)[1]
        states = (self.X_BOLD, self.F_BOLD, self.Q_BOLD, self.V_BOLD)
        first = (1 - self.idxLastT) % self.samplingRate_NDt
        volumes, *states = simulateBOLD(activity, self.dt * 1e-3, None, *states, _first=first, _every=self.samplingRate_NDt)
        self.X_BOLD, self.F_BOLD, self.Q_BOLD, self.V_BOLD = states
        times = np.arange(self.idxLastT + first, self.idxLastT + steps, self.samplingRate_NDt) * self.dt
        self.idxLastT += steps
        self.t_BOLD = np.concatenate([self.t_BOLD, times]) if append else times
        self.BOLD = np.hstack([self.BOLD, volumes]) if append else volumes
