"""Names and centres of the regions of parcellations."""

import logging

_log = logging.getLogger()


class BaseAtlas:
    """A parcellation: ``atlas`` is a dictionary from the number of a region to its name, numbers from 0.

    ``coords`` are three lists (x, y and z in mm) of centres. A class of one's own may have attributes that are lists of
    numbers, the groups of which :meth:`names` and :meth:`coords` know.
    """

    name = ""
    label = ""

    def __init__(self, atlas, coords=None):
        if min(atlas) != 0:
            _log.warning("The atlas does not start at 0 and is numbered anew.")
            atlas = _renumbered(atlas)
        self.atlas = dict(atlas)
        self._coordinates = coords

    def __len__(self):
        return len(self.atlas)

    def __getitem__(self, number):
        return self.atlas[number]

    def __str__(self):
        return f"{self.name} atlas with {self.no_rois} ROIs."

    def _group(self, group):
        members = getattr(self, group, None)
        if not isinstance(members, list):
            groups = [name for name, value in vars(self).items() if isinstance(value, list)]
            raise ValueError(f"`group`: found {group!r}, expected one of {groups}")
        return members

    def names(self, group="cortex"):
        """Names of the regions of a group."""
        return [self.atlas[number] for number in self._group(group)]

    def coords(self, group="cortex"):
        """Centres [x, y, z] (mm) of the regions of a group; ``None`` if the atlas has none."""
        if self._coordinates is None:
            return None
        return [[axis[number] for axis in self._coordinates] for number in self._group(group)]

    @property
    def node_names(self):
        """Names of all regions, by number."""
        return [self.atlas[number] for number in sorted(self.atlas)]

    @property
    def no_rois(self):
        """Number of regions."""
        return len(self.atlas)

    def add_rois(self, extra_rois):
        """Adds regions, a dictionary from new numbers to names."""
        taken = sorted(set(extra_rois) & set(self.atlas))
        if taken:
            raise ValueError(f"`extra_rois`: found {taken}, expected numbers that are free")
        self.atlas.update(extra_rois)

    def remove_rois(self, rois_to_remove, reindex=False):
        """Removes regions by number; with ``reindex`` the others are numbered anew, from 0. Groups stay as they are."""
        for number in rois_to_remove:
            if self.atlas.pop(number, None) is None:
                _log.warning("Node %s not found, doing nothing...", number)
        if reindex:
            self.atlas = _renumbered(self.atlas)


def _renumbered(atlas):
    return dict(enumerate(atlas[number] for number in sorted(atlas)))


class AutomatedAnatomicalParcellation2(BaseAtlas):
    """AAL2: 120 regions with centres. Groups: ``cortex`` (80) and ``subcortical`` (40), which consists of
    ``cerebellum``, ``thalamus``, ``basal_ganglia``, ``amygdala`` and ``hippocampus``. Left and right alternate.

    Rolls et al. (2015), doi:10.1016/j.neuroimage.2015.07.075
    """

    name = "Automated anatomical Parcellation 2"
    label = "AAL2"

    def __init__(self):
        from ... import Atlas

        self.cerebellum = list(range(94, 120))
        self.thalamus = [80, 81]
        self.basal_ganglia = list(range(74, 80))
        self.amygdala = [44, 45]
        self.hippocampus = list(range(40, 44))
        self.subcortical = [
            *self.cerebellum, *self.thalamus, *self.basal_ganglia, *self.amygdala, *self.hippocampus
        ]  # fmt: skip
        self.cortex = sorted(set(range(120)) - set(self.subcortical))
        # The regions of the native atlas are in this order: first the cortex, then the subcortical groups.
        native = Atlas.aal2()
        numbers = self.cortex + self.subcortical
        centres = dict(zip(numbers, native.centres.tolist()))
        ordered = [centres[number] for number in sorted(numbers)]
        super().__init__(dict(sorted(zip(numbers, native.names))), [list(axis) for axis in zip(*ordered)])


_DESIKAN_KILLIANY = """
Banks_superior_temporal_sulcus Caudal_anterior_cingulate_cortex Caudal_middle_frontal_gyrus Cuneus_cortex
Entorhinal_cortex Fusiform_gyrus Inferior_parietal_cortex Inferior_temporal_gyrus Isthmus_cingulate_cortex
Lateral_occipital_cortex Lateral_orbital_frontal_cortex Lingual_gyrus Medial_orbital_frontal_cortex
Middle_temporal_gyrus Parahippocampal_gyrus Paracentral_lobule Pars_opercularis Pars_orbitalis Pars_triangularis
Pericalcarine_cortex Postcentral_gyrus Posterior_cingulate_cortex Precentral_gyrus Precuneus_cortex
Rostral_anterior_cingulate_cortex Rostral_middle_frontal_gyrus Superior_frontal_cortex Superior_parietal_cortex
Superior_temporal_gyrus Supramarginal_gyrus Frontal_pole Temporal_pole Transverse_temporal_cortex Insula
""".split()


class DesikanKilliany(BaseAtlas):
    """Desikan-Killiany: 68 cortical regions without centres, first those of the left hemisphere.

    Desikan et al. (2006), doi:10.1016/j.neuroimage.2006.01.021
    """

    name = "Desikan-Killiany"
    label = "DK"

    def __init__(self):
        names = [f"{region}_{side}" for side in "LR" for region in _DESIKAN_KILLIANY]
        super().__init__(dict(enumerate(names)))
