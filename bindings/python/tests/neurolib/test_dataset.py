import numpy as np
import pytest
from neuropil.neurolib.utils.loadData import Dataset
from scipy.io import savemat

NODES = 4


@pytest.fixture
def folder(tmp_path):
    """Two subjects, the second one without BOLD."""
    random = np.random.RandomState(0)
    for subject in ("B", "A"):
        structural = tmp_path / "mine" / "subjects" / subject / "structural"
        functional = structural.parent / "functional"
        structural.mkdir(parents=True)
        functional.mkdir()
        savemat(structural / "DTI_CM.mat", {"sc": random.randint(0, 50, (NODES, NODES)).astype(float)})
        savemat(structural / "DTI_LEN.mat", {"len": random.uniform(10, 99, (NODES, NODES))})
        np.savetxt(structural / "waytotal.txt", [10.0, 20.0, 30.0, 40.0])
        if subject == "A":
            savemat(functional / "rsfMRI.mat", {"tc": random.standard_normal((NODES, 80))})
    return tmp_path


def test_attributes(folder, monkeypatch):
    monkeypatch.setenv("NEUROPIL_DATASETS", str(folder))
    ds = Dataset("mine", fcd=True)
    assert list(ds.data["subjects"]) == ["A", "B"] and ds.has_subjects
    counts = ds.getDataPerSubject("cm")
    for weights, count in zip(ds.Cmats, counts):
        np.testing.assert_allclose(weights, count / count.max())
    np.testing.assert_allclose(ds.Cmat, np.mean(ds.Cmats, axis=0))
    np.testing.assert_allclose(ds.Dmat, np.mean(ds.Dmats, axis=0))
    assert len(ds.BOLDs) == len(ds.FCs) == 1
    np.testing.assert_allclose(ds.FCs[0], np.corrcoef(ds.BOLDs[0]))
    assert ds.FCDs[0].shape == (5, 5)


def test_paths_and_normalisations(folder):
    plain = Dataset(folder / "mine", normalizeCmats=None)
    assert plain.Cmats[0].max() > 1
    by_column = Dataset(str(folder / "mine"), normalizeCmats="waytotal")
    np.testing.assert_allclose(by_column.Cmats[0], plain.Cmats[0] / [10, 20, 30, 40])
    assert plain.getDataPerSubject("len", "all", np.mean, {"axis": 0}).shape == (NODES, NODES)
    assert plain.getDataPerSubject("cm", apply_function=np.max) == [cm.max() for cm in plain.Cmats]
    path = folder / "mine/subjects/A/structural/DTI_CM.mat"
    np.testing.assert_array_equal(plain.loadMatrix(path, "sc"), plain.Cmats[0])
    with pytest.raises(ValueError, match=r"`key`: found 'cm', expected one of \['sc'\]"):
        plain.loadMatrix(path, "cm")
    assert Dataset().has_subjects is None


def test_bad_input_is_named(folder, monkeypatch):
    monkeypatch.setenv("NEUROPIL_DATASETS", str(folder))
    with pytest.raises(FileNotFoundError, match="(?s)`datasetName`: .*'hcp'.*hint: .*NEUROPIL_DATASETS"):
        Dataset("hcp")
    with pytest.raises(ValueError, match='`normalisation`: found "sum", expected max, waytotal, nvoxel, none'):
        Dataset("mine", normalizeCmats="sum")
    with pytest.raises(ValueError, match="`name`: found 'bold', .*for subject B"):
        Dataset("mine").getDataPerSubject("bold")
    with pytest.raises(ValueError, match="`apply`: found 'each', expected 'single' or 'all'"):
        Dataset("mine").getDataPerSubject("cm", apply="each")
