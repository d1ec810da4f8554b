//! Generated source: its text, that it compiles, and that it computes the bits of the interpreters.

use std::path::Path;

use neuropil_kernel::{Model, Table, TileKernel};
use neuropil_lang::{GeneratedKernel, GeneratedModel, InterpretedModel, Program, ProgramError, generate_rust};

use crate::agreement::{Case, assert_same};
use crate::{every_operation, small_model};

/// What [`generate_rust`] wrote; a test below says whether it is current.
#[allow(unreachable_pub)]
#[path = "generated"]
mod compiled {
    pub(super) mod every_operation;
    pub(super) mod small_model;
}

use compiled::every_operation::EveryOperation;
use compiled::small_model::SmallModel;

#[test]
fn the_text_of_a_small_model() {
    insta::assert_snapshot!(generate_rust(&small_model::program(), "catalogue/small_model.model").unwrap());
}

#[test]
fn compiled_sources_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/back_ends/generated");
    for program in [every_operation::program(), small_model::program()] {
        let name = &program.info.name;
        let text = generate_rust(&program, &format!("{name}.rs")).unwrap();
        let path = folder.join(format!("{name}.rs"));
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap();
        assert!(found == text, "run the tests once with INSTA_UPDATE=always, and look at what changes");
    }
}

#[test]
fn rustfmt_has_nothing_to_do() {
    let folder = std::env::temp_dir().join(format!("neuropil-generated-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rustfmt.toml");
    std::fs::copy(root, folder.join("rustfmt.toml")).unwrap();
    for (name, program) in [("small.rs", small_model::program()), ("every.rs", every_operation::program())] {
        let path = folder.join(name);
        std::fs::write(&path, generate_rust(&program, name).unwrap()).unwrap();
        let result = std::process::Command::new("rustfmt").args(["--edition", "2024", "--check"]).arg(&path).output();
        let Ok(result) = result else {
            eprintln!("skipped: there is no rustfmt");
            return;
        };
        let difference = String::from_utf8_lossy(&result.stdout);
        assert!(result.status.success(), "{difference}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn check<K: GeneratedKernel>(program: &Program, tables: &[Table]) {
    let kernel = program.lower().unwrap();
    let generated = GeneratedModel::<K>::new(program, tables.to_vec()).unwrap();
    let interpreted = InterpretedModel::new(program, tables.to_vec()).unwrap();
    assert_eq!(generated.info(), interpreted.info());
    for channel in 0..3 {
        assert_eq!(generated.is_multiplicative(channel), interpreted.is_multiplicative(channel));
    }
    for count in [0, 1, 2, 3, 4, 5, 9, 16] {
        for shared in [true, false] {
            let case = Case::new(program, count, shared, 100 + count as u64);
            let found = case.run(&generated);
            assert_same(&found, &case.run(&interpreted));
            assert_same(&found, &case.run_scalar(program, &kernel, tables));
        }
    }
}

#[test]
fn compiled_source_has_the_bits_of_the_interpreters() {
    check::<EveryOperation>(&every_operation::program(), &every_operation::tables());
    check::<SmallModel>(&small_model::program(), &[]);
}

#[test]
fn a_kernel_of_another_program_is_refused() {
    let error = GeneratedModel::<EveryOperation>::new(&small_model::program(), Vec::new()).unwrap_err();
    let ProgramError::Fingerprint { model, expected, found } = &error else {
        panic!("{error}");
    };
    assert_eq!(model, "small_model");
    assert_eq!(*expected, small_model::program().lower().unwrap().fingerprint());
    assert_eq!(*found, EveryOperation::FINGERPRINT);
    assert!(error.hint().unwrap().contains("cargo xtask generate"));
}

#[test]
fn a_kernel_for_other_rows_is_refused() {
    let mut program = small_model::program();
    let unread = program.info.inputs[0].clone();
    program.info.inputs.push(unread);
    let error = GeneratedModel::<SmallModel>::new(&program, Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "`feeds of the kernel`: expected 2 entries, found 1");
}

#[test]
fn tables_must_have_the_declared_shape() {
    let program = every_operation::program();
    let message = |tables| InterpretedModel::new(&program, tables).unwrap_err().to_string();
    let mut tables = every_operation::tables();
    tables.swap(0, 1);
    assert_eq!(message(tables.clone()), "table `plane`: expected 2 axes, found 1");
    tables.truncate(1);
    assert_eq!(message(tables), "`tables`: expected 2 entries, found 1");
    let mut two_columns = every_operation::tables();
    let axes = two_columns[0].axes().to_vec();
    two_columns[0] = neuropil_kernel::Table::new(axes, &[vec![0.0; 30], vec![0.0; 30]]).unwrap();
    assert_eq!(message(two_columns), "table `plane`: expected 3 columns, found 2");
}

#[test]
fn counts_are_those_of_the_program() {
    let info = every_operation::program().info;
    assert_eq!(EveryOperation::STATES, info.states.len());
    assert_eq!(EveryOperation::FEEDS, info.feeds());
    assert_eq!(EveryOperation::NOISES, info.noises.len());
    assert_eq!(EveryOperation::EXPRESSIONS, info.expressions);
}
