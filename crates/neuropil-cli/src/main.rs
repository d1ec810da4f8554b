//! The program `neuropil`.

fn main() {}
