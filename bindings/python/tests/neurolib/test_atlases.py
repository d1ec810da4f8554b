import pytest
from neuropil.neurolib.utils.atlases import AutomatedAnatomicalParcellation2, BaseAtlas, DesikanKilliany


def test_aal2():
    atlas = AutomatedAnatomicalParcellation2()
    assert (len(atlas), atlas.no_rois, len(atlas.cortex), len(atlas.subcortical)) == (120, 120, 80, 40)
    assert atlas.names()[:2] == atlas.node_names[:2] == ["Precentral_L", "Precentral_R"]
    assert atlas.names("thalamus") == ["Thalamus_L", "Thalamus_R"]
    assert atlas.names("amygdala") == ["Amygdala_L", "Amygdala_R"]
    assert atlas.names("hippocampus")[0] == atlas[40] == "Hippocampus_L"
    assert atlas.names("basal_ganglia")[0] == "Caudate_L"
    assert atlas[46] == "Calcarine_L" and atlas[94].startswith("Cerebelum") and atlas[119].startswith("Vermis")
    for name, centre in zip(atlas.names(), atlas.coords()):
        assert (centre[0] < 0) == name.endswith("_L")
    assert str(atlas) == "Automated anatomical Parcellation 2 atlas with 120 ROIs."


def test_desikan_killiany():
    atlas = DesikanKilliany()
    assert len(atlas) == len(set(atlas.node_names)) == 68
    assert atlas[0] == "Banks_superior_temporal_sulcus_L" and atlas[67] == "Insula_R"


def test_regions_come_and_go(caplog):
    atlas = BaseAtlas({1: "A", 2: "B", 3: "C"})
    assert atlas.node_names == ["A", "B", "C"] and atlas[0] == "A"
    atlas.add_rois({3: "D"})
    atlas.remove_rois([1, 9], reindex=True)
    assert atlas.atlas == {0: "A", 1: "C", 2: "D"}
    assert "Node 9 not found" in caplog.text
    with pytest.raises(ValueError, match=r"`extra_rois`: found \[0\], expected numbers that are free"):
        atlas.add_rois({0: "E"})


def test_unknown_groups_are_named():
    with pytest.raises(ValueError, match="`group`: found 'brainstem'.*expected one of .*'cortex'"):
        AutomatedAnatomicalParcellation2().names("brainstem")
