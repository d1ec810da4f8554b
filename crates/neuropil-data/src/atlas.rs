//! Names, groups and centres of the regions of a parcellation.

use std::sync::LazyLock;

/// The file of AAL2, one line per region: name, group and centre in mm.
const AAL2: &str = include_str!("../assets/aal2.csv");

/// A parcellation of the brain: its regions in order.
///
/// ```
/// use neuropil_data::Atlas;
///
/// let atlas = Atlas::aal2();
/// assert_eq!(atlas.regions().len(), 120);
/// assert_eq!(atlas.names("cortex").count(), 80);
/// ```
#[derive(Debug)]
pub struct Atlas {
    name: &'static str,
    regions: Vec<Region>,
}

/// A region of an [`Atlas`].
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Name in the atlas, ending in `_L` or `_R` for the two hemispheres.
    pub name: &'static str,
    /// `cortex` or `subcortical`.
    pub group: &'static str,
    /// A point that stands for the region, x, y and z in mm.
    pub centre: [f64; 3],
}

impl Atlas {
    /// The second automated anatomical labelling atlas (AAL2): 120 regions, 80 of them cortical and 40 subcortical
    /// (deep nuclei, hippocampus, amygdala, cerebellum). Rolls et al. 2015, doi:10.1016/j.neuroimage.2015.07.075.
    /// Left and right alternate.
    pub fn aal2() -> &'static Self {
        static ATLAS: LazyLock<Atlas> =
            LazyLock::new(|| Atlas { name: "AAL2", regions: AAL2.lines().skip(1).filter_map(region).collect() });
        &ATLAS
    }

    /// Name of the atlas.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// All regions in the order of the atlas.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The regions of one group; none when the atlas has no such group.
    pub fn group(&self, group: &str) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(move |region| region.group == group)
    }

    /// The names of the regions of one group.
    pub fn names(&self, group: &str) -> impl Iterator<Item = &'static str> {
        self.group(group).map(|region| region.name)
    }

    /// The centres of the regions of one group, in mm.
    pub fn centres(&self, group: &str) -> impl Iterator<Item = [f64; 3]> {
        self.group(group).map(|region| region.centre)
    }

    /// The region of that name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.name == name)
    }
}

fn region(line: &'static str) -> Option<Region> {
    let mut fields = line.split(',').map(str::trim);
    let (name, group) = (fields.next()?, fields.next()?);
    let mut coordinate = || fields.next()?.parse().ok();
    Some(Region { name, group, centre: [coordinate()?, coordinate()?, coordinate()?] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_region() {
        let atlas = Atlas::aal2();
        assert_eq!(atlas.regions().len(), AAL2.lines().filter(|line| !line.is_empty()).count() - 1);
        assert_eq!((atlas.names("cortex").count(), atlas.names("subcortical").count()), (80, 40));
        assert_eq!(atlas.names("brainstem").count(), 0);
    }

    #[test]
    fn hemispheres_alternate_in_the_cortex_and_lie_on_their_side() {
        let cortex: Vec<_> = Atlas::aal2().group("cortex").collect();
        for pair in cortex.chunks(2) {
            assert_eq!(pair[0].name.strip_suffix("_L"), pair[1].name.strip_suffix("_R"));
            assert!(pair[0].centre[0] < pair[1].centre[0], "{}", pair[0].name);
        }
    }
}
