# %% [markdown]
# # Stimulation of one region
#
# A pulse into one region of a quiet brain, and how its response travels along the tracts.

# %%
import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl

connectome = npl.Connectome.example()
node = npl.models.hopf(a=-0.2, w=0.1)
network = npl.Network(node, connectome=connectome, K_gl=1.5, initial={"x": 0.0, "y": 0.0})
simulator = npl.Simulator(network, dt=0.1)

# %% [markdown]
# A stimulus is a time course for each region in the unit of the input. Samples act for `interval` each; before and
# after the course nothing is added.

# %%
region = connectome.labels.index("Calcarine_L")
course = np.zeros((connectome.nodes, 1))
course[region] = 0.5

pulse = npl.Stimulus("x_ext", course, start=20, interval=10)
result = simulator.run(200, stimuli=pulse)

response = np.abs(result.x).max("time").assign_attrs(long_name="largest response")
order = np.argsort(response.values)[::-1]
npl.plot.timeseries(result.x.isel(node=order[:6]))
plt.show()

# %% [markdown]
# Where the response is large, and when it arrives. The stimulated region is left out, because it outshines the rest.

# %%
others = response.copy()
others[region] = 0
figure = plt.figure(figsize=(11, 4.4), layout="constrained")
npl.plot.brain(connectome, others, label="largest response", ax=figure.add_subplot(121, projection="3d"))
axis = figure.add_subplot(122)
arrival = result.time[(np.abs(result.x) > 0.2 * response).argmax("time")] - 20
reached = response > 0.002
axis.plot(connectome.lengths[region][reached], arrival[reached], ".")
axis.axline((0, 0), slope=1 / 20, color="0.5", linestyle="--", label="20 mm/ms")
axis.set(xlabel="length of the tract from Calcarine_L (mm)", ylabel="time until 20 % of the response (ms)")
axis.legend(frameon=False)
plt.show()

# %% [markdown]
# ## A rhythm from outside
#
# A course in time that all regions share has one dimension, with a sample for each time step.

# %%
times = np.arange(0, 1000, simulator.dt)
rhythm = 0.05 * np.sin(2 * np.pi * 20 * times / 1000)
driven = simulator.run(1000, every=1, stimuli={"x_ext": rhythm})

npl.plot.spectrum(driven.x, segment=500)
plt.show()
