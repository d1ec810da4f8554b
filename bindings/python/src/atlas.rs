//! Atlases: names and centres of regions.

use numpy::{PyArray2, PyArrayMethods, ToPyArray};
use pyo3::prelude::*;

/// The regions of a parcellation of the brain.
#[pyclass(frozen, module = "neuropil._neuropil")]
#[derive(Debug)]
pub(crate) struct Atlas(&'static neuropil::data::Atlas);

#[pymethods]
impl Atlas {
    /// The second automated anatomical labelling atlas.
    #[staticmethod]
    fn aal2() -> Self {
        Self(neuropil::data::Atlas::aal2())
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Names of the regions, in order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.0.regions().iter().map(|region| region.name).collect()
    }

    /// The group of each region.
    #[getter]
    fn groups(&self) -> Vec<&str> {
        self.0.regions().iter().map(|region| region.group).collect()
    }

    /// Centres of the regions, (regions, 3), in mm.
    #[getter]
    fn centres<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let centres: Vec<f64> = self.0.regions().iter().flat_map(|region| region.centre).collect();
        centres.to_pyarray(py).reshape([centres.len() / 3, 3])
    }
}
