//! Functional connectivity, spectra, filters and distances to data for neuropil.
