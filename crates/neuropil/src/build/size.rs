//! Whether a simulation fits the memory, before any of it is taken.

use neuropil_sim::Simulation;

use crate::error::Error;

/// Memory where the system does not tell (bytes).
const UNKNOWN: f64 = 64e9;

/// Refuses what cannot fit: the states and inputs of all nodes and trials, and their functional connectivity. The histories of delays are checked when
/// the simulation starts.
pub(super) fn check(simulation: &Simulation, with_connectivity: bool) -> Result<(), Error> {
    let trials = simulation.trials.end.saturating_sub(simulation.trials.start) as f64;
    let rows = simulation.network.populations().iter().map(|population| {
        let info = population.model().info();
        let rows = info.states.len() + info.feeds() + info.noises.len() + info.expressions + info.constants;
        // Methods of several stages keep states more than once.
        let nodes = population.nodes() as f64;
        let pairs = if with_connectivity { nodes * nodes } else { 0.0 };
        (rows + 4 * info.states.len()) as f64 * nodes + pairs
    });
    let needed = 8.0 * trials * rows.sum::<f64>();
    let free = free_memory().unwrap_or(UNKNOWN);
    if needed <= free {
        return Ok(());
    }
    let nodes: usize = simulation.network.populations().iter().map(neuropil_sim::Population::nodes).sum();
    let found = format!("{trials} trials of {nodes} nodes, which take {:.1} GB", needed / 1e9);
    Err(Error::specification("simulation", found, format!("at most {:.1} GB, the memory that is free", free / 1e9))
        .advise("run fewer trials at a time, with another seed for each part"))
}

/// Bytes, where the system tells.
fn free_memory() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}
