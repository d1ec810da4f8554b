//! Connectomes: described and converted.

#![allow(clippy::unwrap_used)]

mod common;

use common::Place;
use neuropil::data::Connectome;

#[test]
fn the_example_is_described() {
    insta::assert_snapshot!(Place::new().transcript(&["data", "describe", "example"]));
}

#[test]
fn conversion_keeps_every_number() {
    let place = Place::new();
    for (from, to) in [("example", "a.zip"), ("a.zip", "b.npz"), ("b.npz", "folder"), ("folder", "c.npz")] {
        let output = place.run(&["data", "convert", from, to]);
        assert!(output.status.success(), "{output:?}");
    }
    let (example, converted) = (Connectome::example(), Connectome::read(place.path("c.npz")).unwrap());
    assert_eq!(converted.weights(), example.weights());
    assert_eq!(converted.lengths(), example.lengths());
    assert_eq!(converted.labels(), example.labels());
    assert_eq!(converted.centres(), example.centres());
    assert_eq!(converted.name(), example.name());
    let described = place.run(&["data", "describe", "c.npz"]);
    assert!(String::from_utf8(described.stdout).unwrap().starts_with(example.name()));
}
