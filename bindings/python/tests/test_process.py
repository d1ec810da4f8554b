"""What concerns the whole process: interrupts, threads, time until the first result."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import neuropil as npl

INTERRUPTED = """
import sys
import neuropil as npl
simulator = npl.Simulator(npl.Network("hopf", connectome="example", sigma_ou=0.1), dt=0.1)
before = simulator.run(10)
print("running", flush=True)
try:
    simulator.run(1e9, every=1e6)
except KeyboardInterrupt:
    print("interrupted" if simulator.run(10).identical(before) else "other bits", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child process")
def test_an_interrupt_ends_a_run_and_leaves_the_simulator_usable():
    child = subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "running\n"
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    output, _ = child.communicate(timeout=60)
    assert output == "interrupted\n" and child.returncode == 0


def test_other_threads_of_python_work_during_a_run():
    simulator = npl.Simulator(npl.Network("hopf", connectome="example"), dt=0.1, threads=1)
    stop, counts = threading.Event(), [0]

    def count():
        while not stop.is_set():
            counts[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    begin = time.monotonic()
    while time.monotonic() - begin < 0.5:
        simulator.run(2000, every=1000)
    stop.set()
    thread.join()
    # With the lock held through each run the other thread would hardly ever have its turn.
    assert counts[0] > 50


def test_an_exception_of_the_progress_ends_the_run(monkeypatch):
    simulator = npl.Simulator(npl.Network("hopf"), dt=0.1)
    before = simulator.run(10)

    def fails(self, steps):
        raise LookupError("the bar is gone")

    with monkeypatch.context() as context:
        context.setattr("neuropil.progress.Progress.__call__", fails)
        with pytest.raises(LookupError, match="the bar is gone"):
            simulator.run(10)
    assert simulator.run(10).identical(before)


def test_simulators_run_side_by_side():
    networks = [npl.Network("hopf", nodes=5, sigma_ou=0.1, a=a) for a in (0.1, 0.2, 0.3, 0.4)]
    alone = [npl.Simulator(network, dt=0.1).run(50) for network in networks]
    found = [None] * len(networks)

    def work(index):
        found[index] = npl.Simulator(networks[index], dt=0.1).run(50)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(networks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one.identical(other) for one, other in zip(alone, found))


def test_times_of_import_and_runs_are_reported(capsys):
    """Says how long things take; times are no promise."""
    code = (
        "import time, numpy, xarray; a = time.perf_counter(); import neuropil as npl; b = time.perf_counter();"
        "s = npl.Simulator(npl.Network('hopf', connectome='example'), dt=0.1); c = time.perf_counter();"
        "s.run(300); d = time.perf_counter(); s.run(300); e = time.perf_counter();"
        "print(b - a, c - b, d - c, e - d)"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    names = ("import", "network and simulator", "first run of 300 ms", "second run")
    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {float(value):.3f} s" for name, value in zip(names, output.split())))


def test_a_second_run_compiles_and_imports_nothing():
    simulator = npl.Simulator(npl.Network("hopf", connectome="example"), dt=0.1)
    simulator.run(10)
    known = set(sys.modules)
    simulator.run(10)
    assert set(sys.modules) == known


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are read from Linux")
@pytest.mark.parametrize(
    "call",
    [
        'npl.Network("hopf", connectome="example", speed=1e-4).run(1)',
        'npl.Network("hopf", nodes=3 * 10**8).run(0.1)',
        'npl.Simulator(npl.Network("hopf"), 0.1, trials=10**8).run(0.1)',
    ],
)
def test_what_does_not_fit_a_limit_of_memory_is_refused(call):
    """As clusters set it: the interpreter must not end."""
    program = f"""
import resource, sys
import neuropil as npl
resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))
try:
    {call}
except (ValueError, MemoryError) as error:
    print(error)
"""
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert "expected at most" in finished.stdout


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system can not fork")
def test_a_run_goes_on_in_a_forked_process():
    code = (
        "import os, sys, numpy as np, neuropil as npl\n"
        "def simulator(): return npl.Simulator(npl.Network('hopf', nodes=80, sigma_ou=0.1), dt=1, trials=4, threads=2)\n"
        "whole = simulator().run(200).x.values[:, :, 100:]\n"
        "parent = simulator()\n"
        "parent.run(100)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    alike = np.array_equal(parent.run(100, resume=True).x, whole)\n"
        "    os._exit(0 if alike else 1)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
        "assert np.array_equal(parent.run(100, resume=True).x, whole)\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted by what Linux lists")
def test_simulators_keep_no_threads():
    network = npl.Network("hopf", nodes=80)
    npl.Simulator(network, dt=1, trials=4, threads=3).run(10)
    before = len(os.listdir("/proc/self/task"))
    simulators = [npl.Simulator(network, dt=1, trials=4, threads=3) for _ in range(10)]
    for simulator in simulators:
        simulator.run(10)
        simulator.run(10, resume=True)
    time.sleep(0.2)
    assert len(os.listdir("/proc/self/task")) <= before + 3
