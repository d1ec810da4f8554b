//! Results of neuropil as Zarr v3 stores.
