//! The README's specification and model are what the program takes. (Its Rust is run as a documentation test.)

#![allow(clippy::unwrap_used, missing_docs)]

use neuropil::Experiment;

/// The first fenced block of the README in this language that has `part` in it.
fn block(language: &str, part: &str) -> String {
    let readme = include_str!("../../../README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix(language));
    blocks.find(|block| block.contains(part)).unwrap_or_else(|| panic!("no block with `{part}`")).to_owned()
}

#[test]
fn the_specification_builds() {
    let plan = Experiment::from_toml(&block("toml\n", "[network]")).unwrap().build().unwrap();
    assert_eq!(plan.simulation.network.populations()[0].nodes(), 80);
}

#[test]
fn the_study_of_its_page_builds() {
    let page = include_str!("../../../docs/studies.md");
    let (_, text) = page.split_once("```toml\n").unwrap();
    let study = neuropil::Study::from_toml(text.split_once("```").unwrap().0).unwrap();
    assert_eq!(study.build().unwrap().points().len(), 441);
}

#[test]
fn the_model_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.model");
    std::fs::write(&file, block("text\n", "model ").trim_start()).unwrap();
    let text = neuropil::read_model(&file).unwrap();
    assert!(text.warnings.is_empty(), "{:?}", text.warnings);
    let mut network = neuropil::Network::new();
    network.add(neuropil::Population::new("nodes", neuropil::interpret(&text, &file).unwrap(), 3)).unwrap();
    let mut simulation = neuropil::Simulation::new(network, 0.1);
    simulation.recordings.push(neuropil::Recording::sampled("nodes", "V", 1.0));
    let mut run = simulation.start().unwrap();
    run.advance(100).unwrap();
    assert!(run.take(0).values.iter().all(|voltage| voltage.is_finite() && *voltage != 0.0));
}
