//! Readers of connectomes and datasets for neuropil.
