//! The synthetic connectome lies where measured ones lie.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use neuropil_data::{Connectome, Dataset, DatasetOptions, Hemisphere, Spread, homotopic_pairs};

/// What makes a connectome of the 80 cortical regions look as it does.
#[derive(Debug)]
struct Look {
    density: f64,
    row_strength: Spread,
    /// Standard deviation of the row strengths over their mean.
    variation: f64,
    /// Percentiles 5, 50 and 95 of log10 of the weights.
    weights: [f64; 3],
    /// Distance of the centres, weighted, in mm.
    reach: f64,
    /// Distance over which weights fall to 1/e, in mm.
    decay: f64,
    /// Shares of weight within a hemisphere and between homotopic regions.
    within: f64,
    homotopic: f64,
    /// Weighted and plain mean length in mm.
    mean_length: f64,
    /// The largest eigenvalue, which sets where a network becomes unstable.
    eigenvalue: f64,
}

/// Intercept, slope and standard deviation of the residuals of the line through points.
fn line(points: &[(f64, f64)]) -> (f64, f64, f64) {
    let count = points.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let slope = mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2));
    let residual = mean(&|p| (p.1 - y - slope * (p.0 - x)).powi(2)).sqrt();
    (y - slope * x, slope, residual)
}

fn distances() -> Vec<Vec<f64>> {
    let example = Connectome::example();
    let centres = example.centres().unwrap();
    let distance = |a: &[f64; 3], b: &[f64; 3]| (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt();
    centres.iter().map(|a| centres.iter().map(|b| distance(a, b)).collect()).collect()
}

/// Two regions with a weight: target, source, distance and weight.
type Pair = (usize, usize, f64, f64);

fn pairs(connectome: &Connectome) -> Vec<Pair> {
    let distances = distances();
    let entries = connectome.weights().entries().filter(|(i, j, weight)| i != j && *weight > 0.0);
    entries.map(|(i, j, weight)| (i, j, distances[i][j], weight)).collect()
}

fn eigenvalue(connectome: &Connectome) -> f64 {
    let mut vector = vec![1.0; connectome.nodes()];
    let mut norm = 0.0;
    for _ in 0..200 {
        let product: Vec<f64> =
            connectome.weights().iter_rows().map(|row| row.iter().zip(&vector).map(|(w, x)| w * x).sum()).collect();
        norm = product.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector = product.iter().map(|x| x / norm).collect();
    }
    norm
}

fn look(connectome: &Connectome) -> Look {
    let pairs = pairs(connectome);
    let total: f64 = pairs.iter().map(|pair| pair.3).sum();
    let mut logarithms: Vec<f64> = pairs.iter().map(|pair| pair.3.log10()).collect();
    logarithms.sort_unstable_by(f64::total_cmp);
    let percentile = |percent: usize| logarithms[(logarithms.len() - 1) * percent / 100];
    let summary = connectome.describe();
    let row_strength = summary.row_strengths.unwrap();
    let strengths = connectome.row_strengths();
    let variance =
        strengths.iter().map(|strength| (strength - row_strength.mean).powi(2)).sum::<f64>() / strengths.len() as f64;
    let points: Vec<(f64, f64)> = pairs.iter().map(|pair| (pair.2, pair.3.ln())).collect();
    Look {
        density: summary.density,
        row_strength,
        variation: variance.sqrt() / row_strength.mean,
        weights: [5, 50, 95].map(percentile),
        reach: pairs.iter().map(|pair| pair.2 * pair.3).sum::<f64>() / total,
        decay: -1.0 / line(&points).1,
        within: 1.0 - summary.crossing.unwrap(),
        homotopic: summary.homotopic.unwrap().share,
        mean_length: summary.lengths.unwrap().mean,
        eigenvalue: eigenvalue(connectome),
    }
}

fn measured() -> Option<[Connectome; 2]> {
    let roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(2).take(3);
    let Some(folder) = roots.map(|root| root.join("shared/datasets")).find(|path| path.is_dir()) else {
        eprintln!("skipped: no folder shared/datasets beside the repository");
        return None;
    };
    let read = |name: &str| Dataset::read(folder.join(name), DatasetOptions::default()).unwrap().connectome().clone();
    Some(["gw", "hcp"].map(read))
}

#[test]
fn the_example_looks_like_a_measured_connectome() {
    let Look { density, row_strength, variation, weights, reach, decay, within, homotopic, mean_length, eigenvalue } =
        look(&Connectome::example());
    assert!((0.98..1.0).contains(&density), "{density}");
    assert!((0.9..2.0).contains(&row_strength.mean), "{row_strength:?}");
    assert!(row_strength.minimum > 0.1 && row_strength.maximum < 5.0, "{row_strength:?}");
    assert!((0.4..0.7).contains(&variation), "{variation}");
    assert!((-6.5..-4.0).contains(&weights[0]) && (-3.9..-2.5).contains(&weights[1]), "{weights:?}");
    assert!((-1.7..-0.9).contains(&weights[2]), "{weights:?}");
    assert!((42.0..56.0).contains(&reach) && (18.0..35.0).contains(&decay), "{reach} {decay}");
    assert!((0.8..0.91).contains(&within) && (0.03..0.09).contains(&homotopic), "{within} {homotopic}");
    assert!((80.0..135.0).contains(&mean_length), "{mean_length}");
    assert!((1.4..3.2).contains(&eigenvalue), "{eigenvalue}");
}

#[test]
fn other_seeds_give_no_outliers() {
    for seed in 0..20 {
        let look = look(&Connectome::synthetic(seed));
        assert!(look.density > 0.95 && (0.3..3.0).contains(&look.row_strength.mean), "{seed}: {look:?}");
    }
}

#[test]
fn the_example_lies_between_gw_and_hcp() {
    let Some(measured) = measured() else { return };
    let [gw, hcp] = measured.map(|connectome| look(&connectome));
    let example = look(&Connectome::example());
    let near = |name: &str, value: fn(&Look) -> f64, slack: f64| {
        let (a, b, x) = (value(&gw), value(&hcp), value(&example));
        assert!(a.min(b) / slack <= x && x <= a.max(b) * slack, "{name}: gw {a}, hcp {b}, example {x}");
    };
    near("density", |look| look.density, 1.02);
    near("mean row strength", |look| look.row_strength.mean, 1.2);
    near("largest row strength", |look| look.row_strength.maximum, 1.2);
    near("smallest row strength", |look| look.row_strength.minimum, 2.0);
    near("variation of row strengths", |look| look.variation, 1.2);
    near("median weight", |look| 10_f64.powf(look.weights[1]), 1.5);
    near("large weights", |look| 10_f64.powf(look.weights[2]), 1.5);
    near("reach", |look| look.reach, 1.1);
    near("decay", |look| look.decay, 1.1);
    near("weight within hemispheres", |look| look.within, 1.05);
    near("weight of homotopic pairs", |look| look.homotopic, 2.0);
    near("mean length", |look| look.mean_length, 1.1);
    near("largest eigenvalue", |look| look.eigenvalue, 1.2);
}

#[test]
fn constants_are_those_of_the_datasets() {
    const TORTUOSITY: f64 = 1.22;
    let Some([gw, hcp]) = measured() else { return };
    let close = |name: &str, value: f64, stated: f64| {
        assert!((value / stated - 1.0).abs() < 0.04, "{name}: stated {stated}, measured {value}");
    };
    let mean_distance = pairs(&hcp).iter().map(|pair| pair.2).sum::<f64>() / pairs(&hcp).len() as f64;
    let tortuosity = hcp.describe().lengths.unwrap().mean / mean_distance;
    close("tortuosity", tortuosity, TORTUOSITY);
    let pairs_of_regions = homotopic_pairs(Connectome::example().labels());
    let side = |label: &str| Hemisphere::of(label).unwrap().0;
    let constants = |connectome: &Connectome, length: fn(&Pair, &Connectome) -> f64| {
        let pairs = pairs(connectome);
        let (_, slope, scatter) =
            line(&pairs.iter().map(|pair| (length(pair, connectome), pair.3.ln())).collect::<Vec<_>>());
        let (intercept, by_distance, _) = line(&pairs.iter().map(|pair| (pair.2, pair.3.ln())).collect::<Vec<_>>());
        let residual = |fits: &dyn Fn(usize, usize) -> bool| {
            let chosen = pairs.iter().filter(|pair| fits(pair.0, pair.1));
            let residuals: Vec<f64> = chosen.map(|pair| pair.3.ln() - intercept - by_distance * pair.2).collect();
            residuals.iter().sum::<f64>() / residuals.len() as f64
        };
        let homotopic = |i, j| pairs_of_regions.contains(&(i, j)) || pairs_of_regions.contains(&(j, i));
        let labels = connectome.labels();
        let within = |i: usize, j: usize| side(&labels[i]) == side(&labels[j]);
        let crossing = residual(&|i, j| !within(i, j) && !homotopic(i, j));
        let ratios = ((crossing - residual(&within)).exp(), (residual(&homotopic) - crossing).exp());
        (-1.0 / slope, scatter, ratios.0, ratios.1)
    };
    // Lengths of gw average over subjects in which a tract was not found, as 0: there the distance stands for them.
    let gw = constants(&gw, |pair, _| TORTUOSITY * pair.2);
    let hcp = constants(&hcp, |pair, hcp| hcp.lengths()[(pair.0, pair.1)]);
    let middle = |a: f64, b: f64| (a * b).sqrt();
    close("decay", middle(gw.0, hcp.0), 28.0);
    close("scatter", middle(gw.1, hcp.1), 2.0);
    close("crossing", middle(gw.2, hcp.2), 0.26);
    close("homotopic", middle(gw.3, hcp.3), 3.6);
}
