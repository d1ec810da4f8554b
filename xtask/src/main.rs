//! The tasks of neuropil's developers: generate, check, measure.

fn main() {}
