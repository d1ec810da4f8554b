//! What every model of the catalogue must have.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use neuropil_kernel::ModelInfo;
use neuropil_lang::compile;
use neuropil_models::{built_in_tables, catalogue, entry, model};

fn infos() -> impl Iterator<Item = ModelInfo> {
    catalogue().iter().map(|entry| entry.model().unwrap().info().clone())
}

#[test]
fn every_file_of_the_folder_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let mut files: Vec<String> =
        folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
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
        assert!(!info.title.is_empty() && info.description.contains("It is the right model"), "{}", info.name);
        assert!(info.sources.iter().any(|source| source.doi.is_some()), "{}: no source with a DOI", info.name);
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
    for info in infos().filter(|info| !["balloon_windkessel", "ornstein_uhlenbeck"].contains(&info.name.as_str())) {
        let last = &info.outputs[info.listed_outputs - 1];
        assert_eq!(last.name, "bold_drive", "{}", info.name);
        assert_eq!(last.unit.text, "1", "{}", info.name);
    }
}

#[test]
fn a_misspelt_name_gets_the_right_one() {
    let error = entry("wilson_cowen").unwrap_err();
    assert_eq!(error.to_string(), "model: found `wilson_cowen`, expected the name of a model of the catalogue");
    assert_eq!(error.hint().as_deref(), Some("did you mean `wilson_cowan`?"));
    assert!(model("nothing like it").unwrap_err().hint().unwrap().contains("aln, balloon_windkessel, fhn"));
}

#[test]
fn a_model_is_made_once() {
    assert!(std::sync::Arc::ptr_eq(&model("aln").unwrap(), &model("aln").unwrap()));
}

/// A model that reads a table.
fn reader(table: &str, column: &str) -> String {
    format!(
        "model reader \"Reads a table\"\n\
         table {table}(mu: mV/ms, sigma: mV/sqrt(ms)) -> {column}: ms\n\
         state x = 0 : ms\n\
         x := {table}(1[mV/ms], 1[mV/sqrt(ms)]).{column}\n"
    )
}

#[test]
fn other_models_may_read_the_transfer_table() {
    let program = compile(&reader("transfer", "tau_mu"), "reader.model").unwrap().program;
    let tables = built_in_tables(&program).unwrap();
    assert_eq!((tables.len(), tables[0].columns()), (1, 1));
    assert!(tables[0].lookup_scalar([1.0, 1.0])[0] > 0.0);
}

#[test]
fn tables_that_are_not_built_in_are_refused() {
    let error = |table, column| {
        let program = compile(&reader(table, column), "reader.model").unwrap().program;
        built_in_tables(&program).unwrap_err().to_string()
    };
    assert_eq!(error("other", "tau_mu"), "table `other`: expected `transfer`, the only table that is built in");
    assert_eq!(error("transfer", "tau"), "table `transfer`: found a column `tau`, expected some of r, V_mean, tau_mu");
}
