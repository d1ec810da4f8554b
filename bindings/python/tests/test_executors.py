"""Studies on executors of other packages: Dask, MPI through mpi4py, loky and Ray give the bits of a single process."""

import concurrent.futures.process
import functools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import neuropil as npl

pytest.importorskip("zarr")


def largest(run):
    return float(run.x.max())


def process(run):
    """The worker that a point was run in."""
    time.sleep(0.02)
    return os.getpid()


def of(**scores):
    network = npl.Network("hopf", sigma_ou=0.05)
    scores = {"amplitude": npl.Score("amplitude", "x"), "largest": largest, **scores}
    axes = {"a": npl.Axis(-1, 1, steps=20), "w": [0.1, 0.2]}
    return npl.Study(network, axes, scores=scores, duration=200, dt=0.1, seed=3, batch=2)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return of().explore(tmp_path_factory.mktemp("expected") / "study", threads=1)


def same(results, expected):
    """Whether two studies gave the same bits, whoever ran the points."""
    left, right = results.dataset.load(), expected.dataset.load()
    names = ("a", "w", "done", "amplitude", "largest")
    return all(np.array_equal(left[name], right[name], equal_nan=True) for name in names)


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            yield client


def test_dask_gives_the_bits_of_one_process_though_a_worker_is_killed(cluster, expected, tmp_path):
    workers = set(cluster.run(os.getpid).values())
    written = []

    def kill():
        # Once something was written, work is under way.
        while not (batches := list((tmp_path / "study" / "study.zarr" / "done").glob("c/*"))):
            time.sleep(0.005)
        written.extend(batches)
        os.kill(min(workers), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    results = of(process=process).explore(tmp_path / "study", executor=cluster.get_executor())
    killer.join()
    ran = set(results.dataset.process.values.astype(int))
    assert results.status.done == 40 and same(results, expected)
    assert 0 < len(written) < 20 and os.getpid() not in ran and ran - {min(workers)}


def test_workers_that_end_are_told_of(tmp_path):
    class Broken:
        def submit(self, function, *arguments):
            future = concurrent.futures.Future()
            future.set_exception(concurrent.futures.process.BrokenProcessPool("ended"))
            return future

    hint = r"`executor`: found workers that ended, expected workers that go on \(ended\)\nhint: a script .*__main__"
    with pytest.raises(concurrent.futures.BrokenExecutor, match=hint):
        of().explore(tmp_path / "study", executor=Broken(), workers=1)


MPI = """
import sys
sys.path.insert(0, {tests!r})
from mpi4py.futures import MPIPoolExecutor
import test_executors

if __name__ == "__main__":
    with MPIPoolExecutor() as executor:
        test_executors.of(process=test_executors.process).explore({folder!r}, executor=executor, progress=False)
"""


def test_mpi_gives_the_bits_of_one_process(expected, tmp_path):
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec")
    if mpiexec is None:
        pytest.skip("there is no mpiexec")
    script = tmp_path / "script.py"
    script.write_text(MPI.format(tests=os.path.dirname(os.path.abspath(__file__)), folder=str(tmp_path / "study")))
    # Open MPI does not run as root, nor more processes than cores, unless told so.
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    more = {"OMPI_MCA_rmaps_base_oversubscribe": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe"}
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", str(script)]
    done = subprocess.run(command, env={**os.environ, **allowed, **more}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    results = npl.open_study(tmp_path / "study")
    assert same(results, expected) and len(set(results.dataset.process.values)) == 2


def test_loky_gives_the_bits_of_one_process_and_takes_functions_of_a_session(expected, tmp_path):
    loky = pytest.importorskip("loky")
    pytest.importorskip("cloudpickle")
    executor = loky.get_reusable_executor(max_workers=2)
    study = of(largest=lambda run: float(run.x.max()), process=process)
    try:
        results = study.explore(tmp_path / "study", executor=executor)
    finally:
        executor.shutdown()
    ran = set(results.dataset.process.values.astype(int))
    assert same(results, expected) and os.getpid() not in ran


def test_ray_gives_the_bits_of_one_process(expected, tmp_path):
    ray = pytest.importorskip("ray")
    pytest.importorskip("cloudpickle")

    class RayExecutor:
        remote = staticmethod(functools.cache(ray.remote))

        def submit(self, function, *arguments):
            return self.remote(function).remote(*arguments).future()

    tests = {"env_vars": {"PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=tests)
    try:
        results = of(process=lambda run: os.getpid()).explore(tmp_path / "study", executor=RayExecutor(), workers=2)
    finally:
        ray.shutdown()
    assert same(results, expected) and os.getpid() not in results.dataset.process.values
