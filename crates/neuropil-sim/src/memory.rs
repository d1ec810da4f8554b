//! How much memory there is to take.

use std::fs::read_to_string;

/// Memory (bytes) that this process may still take, where the system tells: what is free, and what a limit of its address
/// space (`ulimit -v`) leaves.
pub fn free_memory() -> Option<u64> {
    match (kilobytes("/proc/meminfo", "MemAvailable:"), left_of_limit()) {
        (Some(free), Some(left)) => Some(free.min(left)),
        (free, left) => free.or(left),
    }
}

/// What a limit of the address space leaves; `None` where there is none.
fn left_of_limit() -> Option<u64> {
    let limits = read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(limit.saturating_sub(kilobytes("/proc/self/status", "VmSize:")?))
}

/// A number of kB in a file of the system, in bytes.
fn kilobytes(file: &str, name: &str) -> Option<u64> {
    let text = read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
