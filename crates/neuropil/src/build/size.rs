//! Whether a simulation fits the memory, before any of it is taken.

use neuropil_kernel::Brief;
use neuropil_sim::{Population, Simulation, free_memory};

use crate::error::Error;

/// Memory where the system does not tell (bytes).
const UNKNOWN: f64 = 64e9;

/// Bytes that are taken without asking what is free, which takes as long as many steps of a small network.
const SMALL: f64 = 16e6;

/// Refuses what cannot fit: the states and inputs of all nodes and trials, and their functional connectivity. The
/// histories of delays are checked when the simulation starts.
///
/// # Errors
/// If it does not fit; the error names trials, or nodes where one trial is too large.
pub fn check_size(simulation: &Simulation, with_connectivity: bool) -> Result<(), Error> {
    let trials = simulation.trials.end.saturating_sub(simulation.trials.start) as f64;
    let bytes_of = |population: &Population| {
        let info = population.model().info();
        let rows = info.states.len() + info.feeds() + info.noises.len() + info.expressions + info.constants;
        // Methods of several stages keep states more than once.
        let nodes = population.nodes() as f64;
        let pairs = if with_connectivity { nodes * nodes } else { 0.0 };
        8.0 * ((rows + 4 * info.states.len()) as f64 * nodes + pairs)
    };
    let populations = simulation.network.populations();
    let of_a_trial = populations.iter().map(bytes_of).sum::<f64>();
    if trials * of_a_trial <= SMALL {
        return Ok(());
    }
    let free = free_memory().map_or(UNKNOWN, |bytes| bytes as f64);
    if trials * of_a_trial <= free {
        return Ok(());
    }
    let gigabytes = |bytes: f64| Brief((bytes / 1e8).round() / 10.0);
    let expected = format!("at most {} GB, the memory that is free", gigabytes(free));
    if of_a_trial <= free {
        let found = format!("{}, which take {} GB", Brief(trials), gigabytes(trials * of_a_trial));
        return Err(Error::specification("trials", found, expected)
            .advise("run fewer trials at a time, with another seed for each part"));
    }
    // One trial is too large already: the largest population is to blame.
    let largest = populations.iter().max_by(|a, b| bytes_of(a).total_cmp(&bytes_of(b)));
    let nodes = largest.map_or(0, Population::nodes);
    let name = match largest {
        Some(population) if populations.len() > 1 => format!("population.{}.nodes", population.name()),
        _ => "nodes".into(),
    };
    Err(Error::specification(name, format!("{nodes}, which take {} GB", gigabytes(of_a_trial)), expected))
}
