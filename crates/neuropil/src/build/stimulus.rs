//! Time courses from their specification.

use std::f64::consts::TAU;

use neuropil_lang::nearest;
use neuropil_sim::{NetworkError, Simulation, Stimulus};

use super::connectome::Anatomy;
use super::population_index;
use crate::error::Error;
use crate::experiment::{Experiment, NodeName, StimulusKind, StimulusSection};
use crate::numbers::read_table;

/// Numbers of all courses of a stimulus, at most: 1 GB.
const LARGEST: usize = 1 << 27;

pub(super) fn build(
    experiment: &Experiment,
    simulation: &Simulation,
    anatomy: &Anatomy,
    steps: [u64; 2],
) -> Result<Vec<Stimulus>, Error> {
    let end = steps.iter().sum::<u64>() as f64 * simulation.dt;
    experiment.stimuli.iter().map(|section| stimulus(section, simulation, anatomy, end)).collect()
}

fn stimulus(
    section: &StimulusSection,
    simulation: &Simulation,
    anatomy: &Anatomy,
    end: f64,
) -> Result<Stimulus, Error> {
    let index = population_index(&simulation.network, section.population.as_deref())?;
    let population = &simulation.network.populations()[index];
    check_input(section, simulation, index)?;
    let nodes = population.nodes();
    let chosen = match &section.nodes {
        Some(names) => Some(names.iter().map(|name| node(name, nodes, anatomy)).collect::<Result<Vec<_>, _>>()?),
        None => None,
    };
    let (start, end) = (section.start.0, section.end.map_or(end, |end| end.0));
    let (courses, interval) = match section.kind {
        StimulusKind::Step => (vec![vec![section.value]], span(start, end)?),
        StimulusKind::Sine => sine(section, simulation.dt, span(start, end)?)?,
        StimulusKind::File => file(section, simulation.dt, chosen.as_ref().map_or(nodes, Vec::len))?,
    };
    let courses = match chosen {
        Some(chosen) => spread(&courses, &chosen, nodes)?,
        None => courses,
    };
    Ok(Stimulus {
        population: population.name().into(),
        input: section.input.clone(),
        courses,
        start,
        interval: Some(interval),
    })
}

fn check_input(section: &StimulusSection, simulation: &Simulation, population: usize) -> Result<(), Error> {
    let info = simulation.network.populations()[population].model().info();
    let names = info.inputs.iter().map(|input| input.name.as_str());
    if names.clone().any(|name| name == section.input) {
        return Ok(());
    }
    Err(NetworkError::UnknownName {
        what: "input",
        name: section.input.clone(),
        model: info.name.clone(),
        nearest: nearest(&section.input, names.clone()).map(Into::into),
        known: names.map(Into::into).collect(),
    }
    .into())
}

fn span(start: f64, end: f64) -> Result<f64, Error> {
    if start >= 0.0 && end > start {
        return Ok(end - start);
    }
    Err(Error::specification(
        "stimulus",
        format!("start {start} ms, end {end} ms"),
        "a start from 0 on, and a later end",
    ))
}

fn node(name: &NodeName, nodes: usize, anatomy: &Anatomy) -> Result<usize, Error> {
    match name {
        NodeName::Index(index) if *index < nodes => Ok(*index),
        NodeName::Index(index) => {
            Err(Error::specification("stimulus.nodes", index, format!("indices below {nodes}, the number of nodes")))
        }
        NodeName::Label(label) => {
            let labels = anatomy.connectome.as_ref().map_or(&[][..], |connectome| connectome.labels());
            let found = labels.iter().position(|known| known == label).filter(|index| *index < nodes);
            found.ok_or_else(|| {
                let error =
                    Error::specification("stimulus.nodes", format!("`{label}`"), "an index or a label of a region");
                match nearest(label, labels.iter().map(String::as_str)) {
                    Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
                    None => error,
                }
            })
        }
    }
}

type Courses = (Vec<Vec<f64>>, f64);

fn sine(section: &StimulusSection, dt: f64, span: f64) -> Result<Courses, Error> {
    let Some(frequency) = section.frequency.filter(|frequency| *frequency > 0.0 && frequency.is_finite()) else {
        let found = section.frequency.map_or("nothing".into(), |frequency| format!("{frequency} Hz"));
        return Err(Error::specification("stimulus.frequency", found, "a positive frequency in Hz"));
    };
    let interval = section.interval.map_or(dt, |interval| interval.0);
    let samples = (span / interval).ceil();
    check_size(samples)?;
    let at = |k: usize| section.value * (TAU * frequency * 1e-3 * interval * k as f64).sin();
    Ok((vec![(0..samples as usize).map(at).collect()], interval))
}

fn file(section: &StimulusSection, dt: f64, targets: usize) -> Result<Courses, Error> {
    let Some(path) = &section.file else {
        return Err(Error::specification("stimulus.file", "nothing", "the path of a text file"));
    };
    let mut rows = read_table(path)?;
    if rows.len() != 1 && rows.len() != targets {
        let expected = format!("1 for all nodes, or {targets}, one for each of them");
        return Err(Error::specification(path.display(), format!("{} rows", rows.len()), expected));
    }
    rows.iter_mut().flatten().for_each(|sample| *sample *= section.value);
    Ok((rows, section.interval.map_or(dt, |interval| interval.0)))
}

/// Courses of some nodes as courses of all.
fn spread(courses: &[Vec<f64>], chosen: &[usize], nodes: usize) -> Result<Vec<Vec<f64>>, Error> {
    let samples = courses.first().map_or(0, Vec::len);
    check_size(samples as f64 * nodes as f64)?;
    let mut spread = vec![vec![0.0; samples]; nodes];
    for (k, &node) in chosen.iter().enumerate() {
        let course = if courses.len() == 1 { &courses[0] } else { &courses[k] };
        spread[node].clone_from(course);
    }
    Ok(spread)
}

fn check_size(numbers: f64) -> Result<(), Error> {
    if numbers.is_finite() && numbers >= 0.0 && numbers <= LARGEST as f64 {
        return Ok(());
    }
    let found = format!("{numbers:e} samples for all nodes");
    Err(Error::specification("stimulus", found, format!("at most {LARGEST}"))
        .advise("give a longer `interval`, an earlier `end`, or leave out `nodes`"))
}
