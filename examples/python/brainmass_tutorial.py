# %% [markdown]
# # The brainmass tutorial "Building a network"
#
# Networks of brainmass's tutorial, in neuropil: eight regions on a ring, delayed diffusive coupling of Hopf
# oscillators, and Wilson-Cowan nodes with coloured noise. What is different:
#
# - Nothing is global: the time step and the seed belong to the simulator, and the order of statements does not matter.
# - Nothing is compiled: the first run and each later one take milliseconds.
# - Delays are rounded to the nearest step; brainmass rounds them up.

# %%
import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl
from neuropil import units

# %% [markdown]
# ## A connectome
#
# Eight regions on a ring of 40 mm radius. Without lengths of tracts, the distances between the centres are used.

# %%
angles = 2 * np.pi * np.arange(8) / 8
centres = 40 * np.stack([np.cos(angles), np.sin(angles), np.zeros(8)], axis=1) * units.mm
weights = np.random.default_rng(0).random((8, 8))
weights = (weights + weights.T) / 2
np.fill_diagonal(weights, 0)

connectome = npl.Connectome(weights, centres=centres, labels=[f"R{region}" for region in range(8)], name="ring")
print(connectome.weights.shape, connectome.distances.max().round(2), connectome.labels)

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
npl.plot.connectivity(connectome, ax=left)
npl.plot.connectivity(connectome, what="lengths", ax=right)
plt.show()

# %% [markdown]
# ## Hopf oscillators

# %%
network = npl.Network(
    npl.models.hopf(a=0.2, w=0.3),
    connectome=connectome,
    speed=10 * units.mm / units.ms,
    coupling="diffusive",
    coupled_var="x",
    k=0.5,
)
print(network)

result = npl.Simulator(network, dt=0.1 * units.ms).run(300 * units.ms, record="x", transient=50 * units.ms)
print(result.x.dims, result.x.shape, result.time.attrs["units"])

npl.plot.timeseries(result.x)
plt.show()

# %%
npl.plot.functional_connectivity(result.x)
plt.show()

# %% [markdown]
# ## Wilson-Cowan nodes with coloured noise
#
# `sigma` is the amplitude of the white noise behind the process: its standard deviation is `sigma * sqrt(tau / 2)`.

# %%
network = npl.Network(
    "wilson_cowan",
    connectome=connectome,
    speed=10 * units.mm / units.ms,
    coupling="diffusive",
    coupled_var="exc",
    k=0.1,
    noise={"exc_ext": npl.OrnsteinUhlenbeck(sigma=0.1, tau=50 * units.ms)},
    exc_ext=0.6,
)
result = npl.Simulator(network, dt=0.1 * units.ms, seed=0).run(500 * units.ms, transient=100 * units.ms)

npl.plot.timeseries(result.exc)
plt.show()

# %%
npl.plot.functional_connectivity(result.exc)
plt.show()
