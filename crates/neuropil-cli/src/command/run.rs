//! `neuropil run`.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use neuropil::data::Note;
use neuropil::{BoldSection, Destination, Experiment, Fit, NetworkSection, Outcome, Plan, RecordSection};

use super::report::{REPORT, STORE};
use crate::arguments::{Assignment, RunArguments};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::{columns, print};
use crate::progress::{Display, rounded};
use crate::report::write_report;

/// Volumes of BOLD below which a correlation of two regions has a standard error above 0.1.
const FEW_VOLUMES: usize = 100;

/// Simulates an experiment, stores its results, and writes a report.
pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let interrupt = Interrupt::listen();
    let experiment = experiment(arguments)?;
    let plan = experiment.build()?;
    let folder = output_folder(arguments, &plan)?;
    let store = folder.join(STORE);
    let destination = Destination { store: Some(store.clone()), overwrite: arguments.overwrite, memory: false };
    let mut display = Display::new(arguments.quiet);
    let mut headline = (!arguments.quiet).then(|| headline(&plan) + &notes(&plan, arguments));
    let result = plan.run_into(&destination, &mut |progress| {
        // Said once it is known that the run can start. A closed standard output is no reason to stop a run.
        if let Some(headline) = headline.take() {
            let _ = print(&headline);
        }
        display.show(progress);
        if interrupt.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    display.finish();
    let outcome = result?;
    if !outcome.complete {
        return stopped(&outcome, &folder, arguments.quiet);
    }
    let report = if arguments.no_report { None } else { Some(folder.join(REPORT)) };
    if let Some(report) = &report {
        write_report(&store, report)?;
    }
    if !arguments.quiet {
        print(&summary(&plan, &outcome, &store, report.as_deref()))?;
    }
    Ok(())
}

/// The specification with all flags applied; the example where nothing says what to simulate.
fn experiment(arguments: &RunArguments) -> Result<Experiment, Failure> {
    let names_model = arguments.model.is_some() || arguments.model_file.is_some();
    let mut experiment = match &arguments.specification {
        Some(path) => Experiment::read(path)?,
        None if names_model => Experiment::default(),
        None => Experiment::example(),
    };
    let network = experiment.network.get_or_insert_default();
    change_network(network, arguments);
    let network_is_empty = *network == NetworkSection::default();
    if network_is_empty {
        experiment.network = None;
    }
    for assignment in &arguments.set {
        set(&mut experiment, assignment)?;
    }
    let simulation = &mut experiment.simulation;
    simulation.duration = arguments.duration.unwrap_or(simulation.duration);
    simulation.transient = arguments.transient.unwrap_or(simulation.transient);
    simulation.dt = arguments.dt.or(simulation.dt);
    simulation.method = arguments.method.clone().unwrap_or_else(|| simulation.method.clone());
    simulation.seed = arguments.seed.unwrap_or(simulation.seed);
    simulation.trials = arguments.trials.unwrap_or(simulation.trials);
    simulation.same_noise |= arguments.same_noise;
    simulation.threads = arguments.threads.or(simulation.threads);
    if arguments.bold {
        experiment.bold.get_or_insert_with(BoldSection::default);
    }
    let is_example = arguments.specification.is_none() && !names_model;
    if is_example && experiment.simulation.duration.0 < BoldSection::default().every.0 && !arguments.bold {
        // The example shortened to less than a volume: BOLD was not asked for.
        experiment.bold = None;
    }
    if !arguments.record.is_empty() {
        let section = |record: &crate::arguments::Record| {
            let (population, output) = match record.output.split_once('.') {
                Some((population, output)) => (Some(population.to_owned()), output),
                None => (None, record.output.as_str()),
            };
            let output = Some(output.to_owned());
            RecordSection { population, output, every: record.every, reduction: record.reduction }
        };
        experiment.recordings = arguments.record.iter().map(section).collect();
    }
    Ok(experiment)
}

fn change_network(network: &mut NetworkSection, arguments: &RunArguments) {
    if arguments.model.is_some() || arguments.model_file.is_some() {
        network.model.clone_from(&arguments.model);
        network.model_file.clone_from(&arguments.model_file);
    }
    if arguments.connectome.is_some() || arguments.dataset.is_some() || arguments.nodes.is_some() {
        network.connectome.clone_from(&arguments.connectome);
        network.dataset.clone_from(&arguments.dataset);
        network.nodes = arguments.nodes;
        (network.lengths, network.labels) = (None, None);
        if arguments.dataset.is_none() {
            (network.normalisation, network.subcortical) = (None, false);
        }
    }
    network.speed = arguments.speed.or(network.speed);
}

/// Sets a parameter of the network, or `population.name` of one of several populations.
fn set(experiment: &mut Experiment, assignment: &Assignment) -> Result<(), Failure> {
    let Assignment { name, value } = assignment;
    if experiment.populations.is_empty() {
        let network = experiment.network.get_or_insert_default();
        network.parameters.insert(name.clone(), value.clone());
        return Ok(());
    }
    let names: Vec<String> = experiment.populations.iter().map(|population| population.name.clone()).collect();
    let (population, parameter) = name.split_once('.').unwrap_or(("", name));
    let section = experiment.populations.iter_mut().find(|section| section.name == population).ok_or_else(|| {
        let message = format!("`--set`: found `{name}`, expected POPULATION.NAME=VALUE");
        Failure::input(message, Some(format!("the populations are: {}", names.join(", "))))
    })?;
    section.parameters.insert(parameter.to_owned(), value.clone());
    Ok(())
}

/// The folder of the results. One that was asked for must be free, or hold results that may be replaced; otherwise the
/// first free one of `results/aln-example`, `results/aln-example-2`, ...
fn output_folder(arguments: &RunArguments, plan: &Plan) -> Result<PathBuf, Failure> {
    let Some(folder) = &arguments.out else {
        let base = Path::new("results").join(run_name(arguments, plan));
        if arguments.overwrite {
            check_ours(&base)?;
            return Ok(base);
        }
        let mut folder = base.clone();
        let mut number = 1;
        while fs::symlink_metadata(&folder).is_ok() {
            number += 1;
            folder = base.with_file_name(format!("{}-{number}", run_name(arguments, plan)));
        }
        return Ok(folder);
    };
    check_ours(folder)?;
    if folder.join(STORE).exists() && !arguments.overwrite {
        let message = format!("`--out`: expected a free folder, found results at `{}`", folder.display());
        return Err(Failure::input(message, Some("`--overwrite` replaces them".into())));
    }
    Ok(folder.clone())
}

/// Refuses a folder that holds anything but results.
fn check_ours(folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::input(format!("`--out`: {}: {error}", folder.display()), None)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Failure::input(format!("`--out`: {}: {error}", folder.display()), None))?;
        let name = entry.file_name();
        if name != STORE && name != REPORT {
            let (folder, name) = (folder.display(), name.display());
            let message = format!("`--out`: expected a free folder or one of results, found `{name}` in `{folder}`");
            return Err(Failure::input(message, Some("choose another folder; this one is left as it is".into())));
        }
    }
    Ok(())
}

/// `aln-example`; of a specification, the name of its file.
fn run_name(arguments: &RunArguments, plan: &Plan) -> String {
    if let Some(stem) = arguments.specification.as_ref().and_then(|path| path.file_stem()) {
        return stem.to_string_lossy().into_owned();
    }
    let network = plan.experiment.network.as_ref();
    let place = network.and_then(|network| network.connectome.as_ref().or(network.dataset.as_ref()));
    let place = place.and_then(|path| path.file_stem()).map(|stem| stem.to_string_lossy());
    let mut names: Vec<&str> = models(plan);
    names.extend(place.as_deref());
    let is_safe = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    names.join("-").chars().map(|c| if is_safe(c) { c } else { '_' }).collect()
}

fn models(plan: &Plan) -> Vec<&str> {
    plan.simulation.network.populations().iter().map(|population| population.model().info().name.as_str()).collect()
}

/// What is about to run, in a line.
fn headline(plan: &Plan) -> String {
    let populations = plan.simulation.network.populations();
    let nodes: usize = populations.iter().map(neuropil::Population::nodes).sum();
    let place = plan.connectome.as_ref().map_or(String::new(), |connectome| format!(" on {}", connectome.name()));
    let trials = match plan.experiment.simulation.trials {
        1 => String::new(),
        trials => format!(", {trials} trials"),
    };
    let plural = if nodes == 1 { "" } else { "s" };
    let (models, simulation) = (models(plan).join(" and "), &plan.simulation);
    let (duration, dt) = (plan.experiment.simulation.duration, neuropil::Milliseconds(simulation.dt));
    format!("{models}{place}: {nodes} node{plural}, {duration}{trials}, {} with dt {dt}", simulation.method.name())
}

/// What a user should know of the model file and the connectome before believing the results, a line each.
fn notes(plan: &Plan, arguments: &RunArguments) -> String {
    let model = arguments.model_file.as_ref().and_then(|path| neuropil::read_model(path).ok());
    let warnings = model.iter().flat_map(|model| &model.warnings).map(ToString::to_string);
    let connectome = plan.connectome.iter().flat_map(|connectome| connectome.notes());
    // Self-connections are left out of every run, and lengths of 0 are common in measured data.
    let connectome = connectome
        .filter(|note| !matches!(note, Note::SelfConnections { .. } | Note::ZeroLengths { .. }))
        .map(|note| format!("note: {note}"));
    let mut text = String::new();
    for line in warnings.chain(connectome) {
        text.push('\n');
        text.push_str(line.trim_end());
    }
    text
}

fn summary(plan: &Plan, outcome: &Outcome, store: &Path, report: Option<&Path>) -> String {
    let mut fit = outcome.fit.as_ref().map_or(String::new(), describe_fit);
    let every = plan.experiment.bold.as_ref().map_or(f64::INFINITY, |bold| bold.every.0);
    let volumes = (outcome.time / every) as usize;
    if outcome.fit.is_some() && volumes < FEW_VOLUMES {
        let note = format!("note: {volumes} volumes are few: correlations of short series scatter widely\n");
        fit.push_str(&note);
    }
    let factor = outcome.time / 1e3 / outcome.elapsed.as_secs_f64().max(1e-9);
    let (simulated, elapsed) = (neuropil::Milliseconds(outcome.time), rounded(outcome.elapsed));
    let report = report.map_or(String::new(), |report| format!("report:  {}\n", report.display()));
    let store = store.display();
    format!("{fit}simulated {simulated} in {elapsed}: {factor:.1} times real time\nresults: {store}\n{report}")
}

fn describe_fit(fit: &Fit) -> String {
    let by_subject = fit.by_subject();
    let subjects = fit.subjects.iter().zip(&by_subject);
    let mut rows: Vec<_> = subjects.map(|(subject, fit)| vec![subject.clone(), format!("{fit:.3}")]).collect();
    rows.push(vec!["mean".into(), format!("{:.3}", fit.mean())]);
    format!("correlation of simulated with measured functional connectivity\n{}", columns(&rows, 2))
}

/// After Ctrl-C.
fn stopped(outcome: &Outcome, folder: &Path, quiet: bool) -> Result<(), Failure> {
    if !quiet {
        let time = neuropil::Milliseconds(outcome.time);
        let store = folder.join(STORE);
        print(&format!("stopped after {time}; what was simulated is in {}\n", store.display()))?;
    }
    Err(Failure::interrupted())
}
