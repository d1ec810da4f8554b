//! What every model of the catalogue must have.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use neuropil_kernel::ModelInfo;
use neuropil_models::{catalogue, entry, model};

fn infos() -> impl Iterator<Item = ModelInfo> {
    catalogue().iter().map(|entry| entry.model().unwrap().info().clone())
}

#[test]
fn every_file_of_the_folder_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let mut files: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort_unstable();
    let listed: Vec<&str> = catalogue().iter().map(neuropil_models::CatalogueEntry::file).collect();
    assert_eq!(files, listed);
}

#[test]
fn models_compile_without_warnings() {
    for entry in catalogue() {
        let text = entry.compile().unwrap();
        assert!(text.warnings.is_empty(), "{}", text.warnings[0]);
    }
}

#[test]
fn models_say_what_they_are_and_where_they_come_from() {
    for info in infos() {
        assert!(
            !info.title.is_empty() && info.description.contains("It is the right model"),
            "{}",
            info.name
        );
        assert!(
            info.sources.iter().any(|source| source.doi.is_some()),
            "{}: no source with a DOI",
            info.name
        );
    }
}

#[test]
fn kernels_belong_to_their_texts() {
    for entry in catalogue() {
        assert_eq!(entry.model().unwrap().info().name, entry.name());
    }
}

#[test]
fn neuronal_models_end_with_what_drives_bold() {
    for info in infos().filter(|info| info.name != "balloon_windkessel") {
        let last = &info.outputs[info.listed_outputs - 1];
        assert_eq!(last.name, "bold_drive", "{}", info.name);
        assert_eq!(last.unit.text, "1", "{}", info.name);
    }
}

#[test]
fn a_misspelt_name_gets_the_right_one() {
    let error = entry("wilson_cowen").unwrap_err();
    assert_eq!(
        error.to_string(),
        "model: found `wilson_cowen`, expected the name of a model of the catalogue"
    );
    assert_eq!(error.hint().as_deref(), Some("did you mean `wilson_cowan`?"));
    assert!(
        model("nothing like it")
            .unwrap_err()
            .hint()
            .unwrap()
            .contains("aln, balloon_windkessel, fhn")
    );
}

#[test]
fn a_model_is_made_once() {
    assert!(std::sync::Arc::ptr_eq(&model("aln").unwrap(), &model("aln").unwrap()));
}
