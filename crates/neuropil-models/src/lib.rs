//! The catalogue of neuropil: model files, their generated kernels, and the ALN transfer table.
