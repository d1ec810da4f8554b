# %% [markdown]
# # A model of your own
#
# A model is a text of equations with units. It runs at once, without a compiler, in networks with delays, noise and
# BOLD like any model of the catalogue. Here: the theta neuron, which rests until its input pushes it over a threshold
# (Ermentrout and Kopell, 1986, doi:10.1137/0146017).

# %%
import matplotlib.pyplot as plt
import numpy as np

import neuropil as npl

text = '''
model theta_neuron "A theta neuron"

source "Ermentrout & Kopell (1986) SIAM J Appl Math 46:233-253" doi "10.1137/0146017"

param eta = -0.05 : 1 in (-inf, inf) "excitability: below 0 it rests, above 0 it turns by itself"
param tau = 10 : ms in (0, inf) "time constant"
param sigma = 0 : 1/sqrt(ms) in [0, inf) "amplitude of the noise"

input network_pulse : 1 "what other nodes send"
input stimulus : 1 "input from outside"
noise xi "drives the phase"

state theta = uniform(-0.5, 0.5) : 1 wrap [-3.141592653589793, 3.141592653589793) "phase"

dtheta/dt = (1 - cos(theta) + (1 + cos(theta)) * (eta + network_pulse + stimulus)) / tau + sigma * xi

output theta
output pulse = ((1 - cos(theta)) / 2)^4 : 1 "1 when the neuron fires"

coupling pulse -> network_pulse additive strength K = 0.5 : 1 in (-inf, inf) "global coupling strength"
'''

neuron = npl.Model.from_text(text)
neuron

# %% [markdown]
# One neuron at rest, which a pulse makes fire once:

# %%
network = npl.Network(neuron, initial={"theta": -0.4})
pulse = npl.Stimulus("stimulus", [0.4], start=100, interval=30)
result = npl.Simulator(network, dt=0.1).run(400, record="pulse", stimuli=pulse)

npl.plot.timeseries(result.pulse)
plt.show()

# %% [markdown]
# Eighty of them on a connectome, with noise: what one sends makes others fire, too.

# %%
network = npl.Network(neuron, connectome="example", K=2.0, sigma=0.03)
result = npl.Simulator(network, dt=0.1, seed=1).run(3000, record="pulse", every=1)

npl.plot.timeseries(result.pulse.isel(node=slice(0, 20)))
plt.show()

# %% [markdown]
# A mistake is shown where it is, with a hint:

# %%
try:
    npl.Model.from_text(text.replace("/ tau", "/ tua"))
except ValueError as error:
    print(error)

# %% [markdown]
# ## The same from a class
#
# Whoever prefers Python to a text declares a class. Its methods are called once, to read the equations; nothing of
# Python runs during a simulation.

# %%
from neuropil import define


@define.model("A theta neuron", source="Ermentrout & Kopell (1986) SIAM J Appl Math 46:233-253", doi="10.1137/0146017")
class theta_neuron:
    eta = define.param(-0.05, meaning="excitability: below 0 it rests, above 0 it turns by itself")
    tau = define.param(10, "ms", "(0, inf)", "time constant")
    sigma = define.param(0, "1/sqrt(ms)", "[0, inf)", "amplitude of the noise")
    network_pulse = define.input(meaning="what other nodes send")
    stimulus = define.input(meaning="input from outside")
    xi = define.noise("drives the phase")
    theta = define.state("uniform(-0.5, 0.5)", meaning="phase", bounds=f"wrap [{-np.pi}, {np.pi})")
    network = define.coupling("pulse", "network_pulse", strength=("K", 0.5, "1", "(-inf, inf)", "global coupling strength"))
    outputs = ("theta",)

    def dtheta(self):
        drive = self.eta + self.network_pulse + self.stimulus
        return (1 - np.cos(self.theta) + (1 + np.cos(self.theta)) * drive) / self.tau + self.sigma * self.xi

    @define.output(meaning="1 when the neuron fires")
    def pulse(self):
        return ((1 - np.cos(self.theta)) / 2) ** 4


print(theta_neuron.text)

# %%
same = npl.Network(theta_neuron, connectome="example", K=2.0, sigma=0.03)
again = npl.Simulator(same, dt=0.1, seed=1).run(3000, record="pulse", every=1)
print("largest difference:", float(np.abs(again.pulse - result.pulse).max()))
