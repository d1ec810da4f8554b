//! Scratch: cost of a step.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use neuropil_sim::*;
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let model = std::env::args().nth(1).unwrap_or("aln".into());
    let nodes: usize = std::env::args().nth(2).map_or(80, |n| n.parse().unwrap());
    let steps: u64 = std::env::args().nth(3).map_or(20000, |n| n.parse().unwrap());
    let bold = std::env::args().nth(4).is_some_and(|x| x.contains('b'));
    let noise = std::env::args().nth(4).is_some_and(|x| x.contains('n'));
    let mut seed = 88172645463325252u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / 9007199254740992.0
    };
    let points: Vec<[f64; 3]> = (0..nodes).map(|_| [random(), random(), random()]).collect();
    let (mut w, mut l) = (vec![0.0; nodes * nodes], vec![0.0; nodes * nodes]);
    for i in 0..nodes {
        for j in 0..nodes {
            if i != j {
                let d = (0..3).map(|k| (points[i][k] - points[j][k]).powi(2)).sum::<f64>().sqrt();
                w[i * nodes + j] = random() * (-3.0 * d).exp() / nodes as f64 * 20.0;
                l[i * nodes + j] = d * 150.0;
            }
        }
    }
    if let Some(path) = std::env::args().nth(5) {
        let b = std::fs::read(path).unwrap();
        let v: Vec<f64> = b.chunks(8).map(|c| f64::from_le_bytes(c.try_into().unwrap())).collect();
        w = v[..6400].to_vec();
        l = v[6400..].to_vec();
    }
    let mut p = Population::new("brain", neuropil_models::model(&model).unwrap(), nodes);
    if noise {
        p.set("sigma_ou", 0.09).unwrap();
    }
    if model == "aln" {
        p.set("mue_ext_mean", 1.57).unwrap();
        p.set("mui_ext_mean", 1.6).unwrap();
        p.set("b", 5.0).unwrap();
    }
    let mut net = Network::new();
    net.add(p).unwrap();
    net.connect_as_modelled(
        "brain",
        &Arc::new(Connections::dense(nodes, nodes, &w, Some(&l), Some(20.0)).unwrap()),
        &[],
    )
    .unwrap();
    let mut s = Simulation::new(net, 0.1);
    s.threads = Some(1);
    if bold {
        let b = Population::new("bold", neuropil_models::model("balloon_windkessel").unwrap(), nodes);
        s.recordings.push(Recording::sampled("brain", "bold_drive", 2000.0).through(Observation {
            population: b,
            input: "activity".into(),
            output: "BOLD".into(),
            step: None,
        }));
    }
    let mut run = s.start().unwrap();
    run.advance(1000).unwrap();
    for _ in 0..3 {
        let t = Instant::now();
        run.advance(steps).unwrap();
        println!(
            "{model} {nodes}: {:.3} us/step, {:.3} ns/edge-step",
            t.elapsed().as_secs_f64() * 1e6 / steps as f64,
            t.elapsed().as_secs_f64() * 1e9 / steps as f64 / (nodes * (nodes - 1)) as f64
        );
    }
}
