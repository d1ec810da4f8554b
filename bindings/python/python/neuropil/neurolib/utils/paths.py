"""Folders that neurolib's scripts write to, relative to the working directory."""

HDF_DIR = "./data/hdf/"
FIGURES_DIR = "./data/figures/"
