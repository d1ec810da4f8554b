"""neurolib's module paths and names over neuropil: change the import line, keep the script.

``from neurolib.utils.signal import Signal`` becomes ``from neuropil.neurolib.utils.signal import Signal``. What differs
is listed in docs/neurolib-differences.md.
"""
