"""Coloured noise on inputs."""

import numpy as np
import pytest

import neuropil as npl
from neuropil import units


def test_a_network_of_wilson_cowan_nodes_with_coloured_noise_runs(ring):
    network = npl.Network(
        "wilson_cowan", connectome=ring, speed=10, coupling="diffusive", coupled_var="exc", k=0.1,
        noise={"exc_ext": npl.OrnsteinUhlenbeck(sigma=0.1, tau=50 * units.ms)},
    )
    first = npl.Simulator(network, dt=0.1, seed=0).run(100)
    assert list(first.data_vars) == ["exc"]
    assert first.exc.dims == ("node", "time")
    assert np.all(np.isfinite(first.exc))
    same = npl.Simulator(network, dt=0.1, seed=0).run(100)
    other = npl.Simulator(network, dt=0.1, seed=1).run(100)
    assert first.identical(same)
    assert not np.array_equal(first.exc, other.exc)


def test_the_noise_of_an_input_has_the_variance_that_is_documented():
    noise = {"x_ext": npl.OrnsteinUhlenbeck(sigma=0.3, tau=2.0, mean=0.5)}
    network = npl.Network("hopf", nodes=2000, noise=noise)
    result = npl.Simulator(network, dt=0.05).run(20, record="noise_x_ext.x")
    last = result["noise_x_ext.x"].isel(time=-1)
    assert float(last.mean()) == pytest.approx(0.5, abs=0.03)
    assert float(last.std()) == pytest.approx(0.3 * np.sqrt(2.0 / 2), rel=0.06)


def test_noise_of_an_unknown_input_is_refused():
    with pytest.raises(ValueError, match="`z`"):
        npl.Network("hopf", noise={"z": npl.OrnsteinUhlenbeck()})
