# %% [markdown]
# # A single node and its bifurcation diagram
#
# One Wilson-Cowan node: two populations of neurons, one excitatory and one inhibitory. How strongly the excitatory one
# is driven decides whether it rests or oscillates.

# %%
import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl

model = npl.models.wilson_cowan
print(model.title)
print("\n".join(model.equations))

# %% [markdown]
# `help(npl.models.wilson_cowan)` shows the whole page of the model, with its parameters, their units and the paper it
# comes from. A network of one node runs in milliseconds.

# %%
network = npl.Network(model, exc_ext=0.8)
result = npl.Simulator(network, dt=0.1).run(500, record=["exc", "inh"])

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained", width_ratios=(3, 2))
npl.plot.timeseries(result.exc, ax=left)
npl.plot.phase_portrait(result.exc, result.inh, ax=right)
plt.show()

# %% [markdown]
# For the bifurcation diagram the drive differs among the trials of one batch. The first second is left out, so what
# remains is what the node settles to: one point where it rests, the turning points where it oscillates.

# %%
drives = np.linspace(0, 4, 161)
network = npl.Network(model, exc_ext=npl.trials(drives))
result = npl.Simulator(network, dt=0.1, trials=len(drives)).run(2000, transient=1000, every=1)

npl.plot.bifurcation(drives, result.exc, label="drive of the excitatory population")
plt.show()

# %% [markdown]
# The frequency of the oscillation, where there is one:

# %%
power = npl.analysis.power_spectrum(result.exc.isel(node=0), segment=500)
oscillates = np.ptp(result.exc.values, axis=(1, 2)) > 0.05

figure, axis = plt.subplots(figsize=(5.6, 3), layout="constrained")
axis.plot(drives[oscillates], power.frequency[1 + power[oscillates, 1:].argmax("frequency")], ".")
axis.set(xlabel="drive of the excitatory population", ylabel="frequency (Hz)")
plt.show()
