# %% [markdown]
# # Parameters that differ among regions
#
# Any parameter may be one number, or one for each region. Here the back of the brain oscillates and its front does
# not, with a gradient in between.

# %%
import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl

connectome = npl.Connectome.example()
back_to_front = connectome.centres[:, 1]
position = (back_to_front - back_to_front.min()) / np.ptp(back_to_front)
a = 0.1 - 0.3 * position

npl.plot.brain(connectome, a, label="bifurcation parameter a")
plt.show()

# %%
network = npl.Network("hopf", connectome=connectome, a=a, w=0.06, K_gl=0.1, sigma_ou=0.01)
result = npl.Simulator(network, dt=0.1, seed=1).run(3000, transient=1000, every=1)

amplitude = result.x.std("time")
npl.plot.brain(connectome, amplitude, label="standard deviation of x")
plt.show()

# %% [markdown]
# Series keep the names of the regions, so xarray selects and sorts them:

# %%
sorted_result = result.x.isel(node=np.argsort(back_to_front)[::8])
npl.plot.timeseries(sorted_result.sel(time=slice(1000, 2000)))
plt.show()

# %% [markdown]
# Values that differ among trials as well are a matrix (trials, regions): here the gradient gets steeper from trial to
# trial.

# %%
steepness = np.linspace(0, 0.6, 7)
a = npl.trials(0.1 - steepness[:, np.newaxis] * position)
network = npl.Network("hopf", connectome=connectome, a=a, w=0.06, K_gl=0.1, sigma_ou=0.01)
result = npl.Simulator(network, dt=0.1, seed=1, trials=7).run(2000, transient=1000, every=1)

figure, axis = plt.subplots(figsize=(5.6, 3.2), layout="constrained")
active = (result.x.std("time") > 0.1).sum("node")
axis.plot(steepness, active, "o-")
axis.set(xlabel="steepness of the gradient", ylabel="regions that oscillate")
plt.show()
