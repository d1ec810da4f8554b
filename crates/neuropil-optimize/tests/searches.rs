//! What every search promises, whatever its algorithm.

#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use neuropil_optimize::{
    Algorithm, Axis, Candidate, CmaEs, Crossover, DifferentialEvolution, DifferentialStrategy, GaussianMutation,
    Genome, Goal, Individual, Limits, Mutation, Objective, Offspring, Optimiser, ParameterSpace, Random, RankSelection,
    Role, Search, SearchError, Setting, StandardAlgorithm, Stop, TellError, UniformCrossover, Value, adaptive, genetic,
    nsga2,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn space() -> ParameterSpace {
    ParameterSpace::new(vec![
        Axis::real("x", -2.0, 2.0),
        Axis::logarithmic("tau", 1.0, 100.0),
        Axis::integer("n", 1, 6),
        Axis::categorical("kind", &["a", "b"]),
    ])
    .unwrap()
}

fn objectives() -> Vec<Objective> {
    vec![Objective::minimise("error"), Objective::maximise("correlation").weighted(0.5)]
}

/// Scores of a point; one in about eight evaluations fails.
fn evaluate(candidate: &Candidate) -> [f64; 2] {
    let [Value::Real(x), Value::Real(tau), Value::Integer(n), Value::Choice(kind)] = &candidate.point[..] else {
        panic!("{candidate:?} is not of the space")
    };
    if (x * 7.0).sin() > 0.92 {
        return [f64::NAN, 1.0];
    }
    let distance = (x - 0.3).powi(2) + (tau / 10.0).ln().powi(2) + (*n as f64 - 3.0).abs();
    [distance, if kind == "a" { x.cos() } else { (x - 1.0).cos() - 0.1 }]
}

fn search<A: Algorithm>(algorithm: A, seed: u64) -> Search<A> {
    Search::new(space(), objectives(), algorithm, seed, Limits::default()).unwrap()
}

/// Tells some evaluations: asks for `count` at once, and tells them in an order of chance.
fn advance<A: Algorithm>(search: &mut Search<A>, evaluations: usize, count: usize, order: u64) {
    let mut random = Random::new(order, Role::Selection, 0, 0);
    let mut told = 0;
    while told < evaluations {
        let mut candidates = search.ask(count.min(evaluations - told)).unwrap();
        assert!(!candidates.is_empty() || search.finished().is_some());
        if candidates.is_empty() {
            break;
        }
        random.shuffle(&mut candidates);
        for candidate in candidates {
            search.tell(candidate.id, &evaluate(&candidate)).unwrap();
            told += 1;
        }
    }
}

/// What must hold for an algorithm.
fn holds<A>(algorithm: A)
where
    A: Algorithm + Clone + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let mut plain = search(algorithm.clone(), 1);
    advance(&mut plain, 333, 1, 0);
    assert!(plain.generation() > 3);

    // The order of telling and the number asked for change nothing.
    for (count, order) in [(3, 1), (1000, 2), (8, 3)] {
        let mut other = search(algorithm.clone(), 1);
        advance(&mut other, 333, count, order);
        assert_eq!(other, plain);
    }
    let mut other = search(algorithm.clone(), 2);
    advance(&mut other, 333, 1, 0);
    assert_ne!(other.history(), plain.history());

    // Saved at any moment, it goes on with the same bits; a worker's lost candidates can be had again.
    for evaluations in [0, 1, 17, 150, 332] {
        let mut first = search(algorithm.clone(), 1);
        advance(&mut first, evaluations, 5, 4);
        let lost = first.ask(3).unwrap();
        let text = serde_json::to_string(&first).unwrap();
        drop(first);
        let mut second: Search<A> = serde_json::from_str(&text).unwrap();
        assert_eq!(second.pending(), lost);
        for candidate in second.pending().into_iter().take(333 - evaluations) {
            second.tell(candidate.id, &evaluate(&candidate)).unwrap();
        }
        let told = second.history().records().len();
        advance(&mut second, 333 - told, 2, 5);
        assert_eq!(second.history(), plain.history(), "saved after {evaluations}");
    }

    // Parents are individuals of before; failures are never the best, on the front, or parents (but for differential
    // evolution, whose population has fixed places).
    let history = plain.history();
    for (parent, child) in history.genealogy() {
        let (parent, child) = (history.record(parent).unwrap(), history.record(child).unwrap());
        assert!(parent.generation < child.generation);
    }
    assert!(history.records().iter().any(|record| record.scores.is_none()));
    assert!(history.best().unwrap().scores.is_some());
    assert!(history.pareto_front().iter().all(|record| record.scores.is_some()));
    for record in history.records() {
        assert_eq!(space().admit(&record.point).unwrap(), record.point);
    }

    // It gets better.
    let total = |scores: &[f64]| scores[0] - 0.5 * scores[1];
    let best = total(history.best().unwrap().scores.as_ref().unwrap());
    let early = history.records()[..30].iter().filter_map(|record| Some(total(record.scores.as_ref()?)));
    assert!(best < early.fold(f64::INFINITY, f64::min));

    // When every evaluation fails, it goes on, and finds its way when they no longer do.
    let mut hopeless = search(algorithm.clone(), 1);
    while hopeless.generation() < 3 {
        for candidate in hopeless.ask(4).unwrap() {
            hopeless.fail(candidate.id).unwrap();
        }
    }
    assert!(hopeless.history().best().is_none() && hopeless.history().pareto_front().is_empty());
    advance(&mut hopeless, 333, 9, 0);
    assert!(hopeless.history().best().is_some());

    // One of two scores turned round is the same search.
    let mut turned = objectives();
    turned[1] = Objective { goal: Goal::Minimise, ..turned[1].clone() };
    let mut turned = Search::new(space(), turned, algorithm, 1, Limits::default()).unwrap();
    while turned.history().records().len() < 333 {
        for candidate in turned.ask(1).unwrap() {
            let [error, correlation] = evaluate(&candidate);
            turned.tell(candidate.id, &[error, -correlation]).unwrap();
        }
    }
    let points =
        |search: &Search<A>| search.history().records().iter().map(|one| one.point.clone()).collect::<Vec<_>>();
    assert_eq!(points(&turned), points(&plain));
}

#[test]
fn what_remains_says_when_a_generation_ends() {
    let mut search = search(genetic(4), 1);
    assert_eq!(search.remaining(), 0, "nothing was bred");
    let candidates = search.ask(3).unwrap();
    assert_eq!(search.remaining(), 4, "also those that were not asked for");
    for (told, candidate) in candidates.iter().enumerate() {
        search.tell(candidate.id, &evaluate(candidate)).unwrap();
        assert_eq!((search.remaining(), search.generation()), (3 - told, 0));
    }
    let last = search.ask(1).unwrap();
    search.tell(last[0].id, &evaluate(&last[0])).unwrap();
    assert_eq!((search.remaining(), search.generation()), (0, 1));
}

#[test]
fn adaptive_evolution_keeps_its_promises() {
    let mut evolution = adaptive(20);
    evolution.initial_size = Some(50);
    holds(evolution);
    holds(adaptive(7));
}

#[test]
fn nsga2_keeps_its_promises() {
    holds(nsga2(20));
    holds(nsga2(9));
}

#[test]
fn genetic_evolution_keeps_its_promises() {
    holds(genetic(20));
}

#[test]
fn covariance_matrix_adaptation_keeps_its_promises() {
    holds(CmaEs::new());
    let mut strategy = CmaEs::new();
    strategy.restarts = 3;
    strategy.cost_tolerance = 0.1;
    holds(strategy);
}

#[test]
fn differential_evolution_keeps_its_promises() {
    holds(DifferentialEvolution::new(20));
    let mut evolution = DifferentialEvolution::new(12);
    evolution.strategy = DifferentialStrategy::Best1Bin;
    holds(evolution);
}

#[test]
fn generations_are_counted_with_the_first() {
    let mut evolution = adaptive(20);
    evolution.initial_size = Some(100);
    let limits = Limits { generations: Some(10), evaluations: None };
    let objectives = vec![Objective::minimise("error"), Objective::minimise("other")];
    let mut search = Search::new(space(), objectives, evolution, 0, limits).unwrap();
    while search.finished().is_none() {
        for candidate in search.ask(64).unwrap() {
            search.tell(candidate.id, &[candidate.id as f64, 0.0]).unwrap();
        }
    }
    assert_eq!(search.finished(), Some(&Stop::Generations));
    assert_eq!((search.generation(), search.history().records().len()), (10, 100 + 9 * 20));
    assert!(search.ask(1).unwrap().is_empty());

    // A larger limit lets it go on.
    search.set_limits(Limits { generations: None, evaluations: Some(290) });
    while search.finished().is_none() {
        for candidate in search.ask(64).unwrap() {
            search.tell(candidate.id, &[candidate.id as f64, 0.0]).unwrap();
        }
    }
    assert_eq!(search.finished(), Some(&Stop::Evaluations));
    assert_eq!(search.history().records().len(), 300);
}

#[test]
fn places_of_failed_individuals_are_filled_with_random_ones() {
    let mut search = search(adaptive(10), 0);
    for candidate in search.ask(10).unwrap() {
        let score = if candidate.id < 4 { f64::INFINITY } else { 1.0 };
        search.tell(candidate.id, &[score, 0.0]).unwrap();
    }
    let next = search.ask(100).unwrap();
    assert_eq!(next.len(), 14, "ten offspring, and four in the place of those that failed");
    for candidate in &next {
        search.tell(candidate.id, &[1.0, 0.0]).unwrap();
    }
    let parentless = search.history().records()[10..].iter().filter(|record| record.parents.is_empty()).count();
    assert_eq!(parentless, 4);
    assert!(search.history().genealogy().all(|(parent, _)| parent >= 4));
}

#[test]
fn wrong_tellings_change_nothing() {
    let mut search = search(nsga2(4), 0);
    let candidates = search.ask(2).unwrap();
    let before = search.clone();
    assert_eq!(search.tell(0, &[1.0]), Err(TellError::Scores { expected: 2, found: 1 }));
    assert_eq!(search.tell(3, &[1.0, 2.0]), Err(TellError::Unknown { id: 3 }), "not asked for yet");
    assert_eq!(search.tell(99, &[1.0, 2.0]), Err(TellError::Unknown { id: 99 }));
    assert_eq!(search, before);
    search.tell(candidates[0].id, &[1.0, 2.0]).unwrap();
    assert_eq!(search.tell(0, &[1.0, 2.0]), Err(TellError::Told { id: 0 }));
    for candidate in search.ask(9).unwrap().into_iter().chain([candidates[1].clone()]) {
        search.tell(candidate.id, &[1.0, 2.0]).unwrap();
    }
    search.ask(1).unwrap();
    assert_eq!(search.tell(0, &[1.0, 2.0]), Err(TellError::Told { id: 0 }), "of an earlier generation");
    assert_eq!(
        TellError::Unknown { id: 7 }.to_string(),
        "`id`: found 7, expected a candidate that was asked for and waits for its scores"
    );
}

#[test]
fn bad_settings_are_named() {
    fn message<A: Algorithm>(algorithm: A) -> String {
        match Search::new(space(), objectives(), algorithm, 0, Limits::default()) {
            Err(error) => error.to_string(),
            Ok(_) => "accepted".into(),
        }
    }
    assert_eq!(message(adaptive(1)), "`size`: found 1, expected a number from 2 to 1048576");
    let mut evolution = adaptive(4);
    evolution.crossover.alpha = -1.0;
    assert_eq!(message(evolution), "`alpha`: found -1, expected a number between 0 and 1000000");
    let mut evolution = adaptive(4);
    evolution.selection.pressure = 2.5;
    assert_eq!(message(evolution), "`pressure`: found 2.5, expected a number between 1 and 2");
    let mut evolution = nsga2(4);
    evolution.mutation.eta = f64::NAN;
    assert_eq!(message(evolution), "`eta`: found NaN, expected a number between 0 and 1000000");
    assert_eq!(
        message(nsga2(usize::MAX)),
        format!("`size`: found {}, expected a number from 2 to 1048576", usize::MAX)
    );
    assert_eq!(message(DifferentialEvolution::new(3)), "`size`: found 3, expected a number from 4 to 1048576");
    let mut strategy = CmaEs::new();
    strategy.step = 0.0;
    assert_eq!(message(strategy), "`step`: found 0, expected a number between 1e-9 and 1");
    let mut strategy = CmaEs::new();
    strategy.start = Some(vec![0.5; 3]);
    assert_eq!(message(strategy), "`start`: found 3, expected 4 coordinates");
    let without =
        |objectives| Search::new(space(), objectives, nsga2(4), 0, Limits::default()).unwrap_err().to_string();
    assert_eq!(without(vec![]), "`objectives`: found none, expected at least one objective");
    let twice = vec![Objective::minimise("a"), Objective::maximise("a")];
    assert_eq!(without(twice), "`objectives`: found `a` twice, expected every name once");
    assert!(without(vec![Objective::minimise("a").weighted(0.0)]).contains("found 0, expected a positive number"));
}

#[test]
fn algorithms_chosen_by_name_are_the_same() {
    let algorithm: StandardAlgorithm = serde_json::from_str(r#"{"adaptive": {"size": 12}}"#).unwrap();
    let (mut named, mut plain) = (search(algorithm, 3), search(adaptive(12), 3));
    advance(&mut named, 100, 5, 0);
    advance(&mut plain, 100, 5, 0);
    assert_eq!(named.history(), plain.history());
    for text in [
        r#"{"nsga2": {"size": 8}}"#,
        r#"{"genetic": {"size": 8}}"#,
        r#"{"cma_es": {}}"#,
        r#"{"differential_evolution": {"size": 8}}"#,
    ] {
        let algorithm: StandardAlgorithm = serde_json::from_str(text).unwrap();
        holds(algorithm);
    }
    for text in [r#"{"nsga2": {"size": 8, "sise": 9}}"#, r#"{"nsga3": {"size": 8}}"#, r#"{"cma_es": {"steps": 1}}"#] {
        assert!(serde_json::from_str::<StandardAlgorithm>(text).is_err(), "{text}");
    }
}

#[test]
fn algorithms_as_data_are_settings_alone() {
    for (name, state) in [
        ("nsga2", r#""population": []"#),
        ("evolution", r#""population": []"#),
        ("differential_evolution", r#""population": []"#),
        ("cma_es", r#""state": null"#),
        ("cma_es", r#""restarted": 1"#),
        ("cma_es", r#""reason": "old""#),
    ] {
        let text = format!(r#"{{"{name}": {{"size": 8, {state}}}}}"#);
        let error = serde_json::from_str::<StandardAlgorithm>(&text).unwrap_err().to_string();
        assert!(error.starts_with("unknown field `"), "{text}: {error}");
        let algorithm: StandardAlgorithm = serde_json::from_str(&format!(r#"{{"{name}": {{"size": 8}}}}"#)).unwrap();
        let before = serde_json::to_value(&algorithm).unwrap();
        let mut search = search(algorithm, 3);
        advance(&mut search, 30, 5, 0);
        assert_eq!(serde_json::to_value(search.algorithm()).unwrap(), before);
    }
}

#[test]
fn an_optimum_at_the_bounds_is_found() {
    // The cost falls towards one corner.
    fn corner<A: Algorithm>(algorithm: A) -> f64 {
        let axes = (0..4).map(|axis| Axis::real(&axis.to_string(), 0.0, 1.0)).collect();
        let space = ParameterSpace::new(axes).unwrap();
        let limits = Limits { evaluations: Some(4000), generations: None };
        let mut search = Search::new(space, vec![Objective::minimise("cost")], algorithm, 5, limits).unwrap();
        while search.finished().is_none() {
            for candidate in search.ask(100).unwrap() {
                let x: Vec<f64> = candidate.point.iter().map(|value| value.as_number().unwrap()).collect();
                search.tell(candidate.id, &[x[0] + 2.0 * x[1] - x[2] - 2.0 * x[3] + 3.0]).unwrap();
            }
        }
        search.history().best().unwrap().scores.as_ref().unwrap()[0]
    }
    assert!(corner(adaptive(20)) < 1e-3);
    assert!(corner(nsga2(20)) < 1e-2);
    assert!(corner(genetic(20)) < 1e-2);
    assert!(corner(CmaEs::new()) < 1e-9);
    assert!(corner(DifferentialEvolution::new(20)) < 1e-9);
}

#[test]
fn one_axis_and_costs_of_any_size_are_borne() {
    fn run<A: Algorithm>(algorithm: A, cost: fn(f64) -> f64) {
        let space = ParameterSpace::new(vec![Axis::real("x", -1.0, 1.0)]).unwrap();
        let limits = Limits { evaluations: Some(3000), generations: None };
        let objectives = vec![Objective::minimise("cost"), Objective::minimise("same").weighted(1e-300)];
        let mut search = Search::new(space, objectives, algorithm, 5, limits).unwrap();
        while search.finished().is_none() {
            for candidate in search.ask(100).unwrap() {
                let cost = cost(candidate.point[0].as_number().unwrap());
                search.tell(candidate.id, &[cost, cost]).unwrap();
            }
        }
    }
    let constant = |_: f64| 7.0;
    let huge = |x: f64| x * f64::MAX;
    let tiny = |x: f64| (x - 0.5).abs() * 1e-300;
    let steps = |x: f64| if x > 0.3 { f64::INFINITY } else { (x * 4.0).floor() };
    for cost in [constant, huge, tiny, steps] {
        run(adaptive(10), cost);
        run(nsga2(10), cost);
        run(genetic(10), cost);
        let mut strategy = CmaEs::new();
        strategy.restarts = 2;
        run(strategy, cost);
        run(DifferentialEvolution::new(10), cost);
    }
}

/// A number that depends on every bit of every point.
fn digest(search: &dyn Optimiser) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for value in search.history().records().iter().flat_map(|record| &record.point) {
        digest = (digest ^ value.as_number().unwrap().to_bits()).wrapping_mul(0x0100_0000_01b3);
    }
    digest
}

#[test]
fn the_same_bits_in_every_version_and_on_every_machine() {
    fn run<A: Algorithm>(algorithm: A) -> u64 {
        let axes = vec![Axis::real("x", -2.0, 2.0), Axis::logarithmic("y", 0.1, 10.0), Axis::real("z", 0.0, 1.0)];
        let space = ParameterSpace::new(axes).unwrap();
        let limits = Limits { evaluations: Some(400), generations: None };
        let objectives = vec![Objective::minimise("first"), Objective::maximise("second")];
        let mut search = Search::new(space, objectives, algorithm, 7, limits).unwrap();
        while search.finished().is_none() {
            for candidate in search.ask(100).unwrap() {
                let x: Vec<f64> = candidate.point.iter().map(|value| value.as_number().unwrap()).collect();
                let cost = (x[0] - 1.0) * (x[0] - 1.0) + (x[1] - x[2]) * (x[1] - x[2]);
                search.tell(candidate.id, &[cost, x[0] * x[1] - x[2]]).unwrap();
            }
        }
        digest(&search)
    }
    let found =
        [run(adaptive(20)), run(nsga2(20)), run(genetic(20)), run(CmaEs::new()), run(DifferentialEvolution::new(20))];
    // A change here means that searches of before cannot be repeated.
    let expected = [
        0x394c_f138_28aa_4dd1,
        0xa2a6_4a3a_9db3_503e,
        0xa205_8b3d_da72_c7fc,
        0x5ba6_5047_2717_79ac,
        0x5085_ec77_7d51_811b,
    ];
    assert_eq!(found, expected);
}

/// A mutation of a user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ToTheMiddle;

impl Mutation for ToTheMiddle {
    fn mutate(&self, genome: &mut Genome, _: &mut Random) {
        genome.coordinates.fill(0.5);
    }
}

#[test]
fn operators_that_are_replaced_take_effect() {
    let points = |search: &mut dyn Optimiser| {
        for candidate in search.ask(6).unwrap() {
            search.tell(candidate.id, &evaluate(&candidate)).unwrap();
        }
        search.ask(6).unwrap().into_iter().map(|candidate| candidate.point).collect::<Vec<_>>()
    };
    let middle = space().point(&[0.5; 4]).unwrap();
    let own = points(&mut search(adaptive(6).with_mutation(ToTheMiddle), 0));
    assert!(own.iter().all(|point| *point == middle));

    // Settings, built-in operators of other algorithms, and operators behind pointers.
    let plain = points(&mut search(adaptive(6), 0));
    let mut evolution = adaptive(6);
    evolution.crossover.alpha = 0.1;
    assert_ne!(points(&mut search(evolution, 0)), plain);
    assert_ne!(points(&mut search(adaptive(6).with_crossover(UniformCrossover::default()), 0)), plain);
    let mut evolution = adaptive(6);
    evolution.selection = RankSelection { pressure: 2.0 };
    assert_ne!(points(&mut search(evolution, 0)), plain);
    let boxed: Box<dyn Crossover> = Box::new(adaptive(6).crossover);
    assert_eq!(points(&mut search(adaptive(6).with_crossover(boxed), 0)), plain);
    let boxed: Box<dyn Mutation> = Box::new(GaussianMutation::default());
    assert_ne!(points(&mut search(adaptive(6).with_mutation(boxed), 0)), plain);
}

/// An algorithm that leaves the space.
struct Astray;

impl Algorithm for Astray {
    fn check(&self, _: &Setting) -> Result<(), SearchError> {
        Ok(())
    }

    fn breed(&mut self, setting: &Setting, _: u64) -> Vec<Offspring> {
        vec![Offspring { genome: Genome::new(vec![f64::NAN; setting.dimensions]), parents: vec![] }]
    }

    fn learn(&mut self, _: &Setting, _: u64, _: Vec<Individual>) {}
}

#[test]
fn an_algorithm_that_leaves_the_space_is_an_error() {
    let error = search(Astray, 0).ask(1).unwrap_err();
    assert!(error.to_string().contains("expected 4 between 0 and 1"), "{error}");
}

#[test]
fn a_damaged_save_is_an_error() {
    let mut search = search(nsga2(4), 0);
    advance(&mut search, 6, 3, 0);
    let whole = serde_json::to_value(&search).unwrap();
    let read =
        |value| serde_json::from_value::<Search<neuropil_optimize::Nsga2>>(value).map_err(|error| error.to_string());
    assert_eq!(read(whole.clone()).unwrap(), search);
    assert!(whole["algorithm"].get("population").is_none(), "{whole}");
    let edits: [(&str, serde_json::Value); 10] = [
        ("/asked", 17.into()),
        ("/asked", 5.into()),
        ("/seed", 1.into()),
        ("/space/0/domain/real/lower", 9.into()),
        ("/space/0/domain/real/lower", (-0.5).into()),
        ("/algorithm/size", 0.into()),
        ("/algorithm/size", 5.into()),
        ("/history/records/0/id", 17.into()),
        ("/history/records/1/scores", serde_json::json!([1.0])),
        ("/history/records/0/scores", serde_json::Value::Null),
    ];
    for (path, value) in edits {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(path).unwrap() = value;
        let error = read(damaged).expect_err(path);
        assert!(error.contains("expected"), "{path}: {error}");
    }
}

#[test]
fn fronts_and_volumes_of_a_history() {
    let objectives = vec![Objective::minimise("error"), Objective::maximise("correlation")];
    let mut search = Search::new(space(), objectives, nsga2(5), 0, Limits::default()).unwrap();
    let scores = [[1.0, 1.0], [2.0, 3.0], [2.0, 2.0], [f64::NAN, 9.0], [3.0, 0.0]];
    search.ask(5).unwrap();
    for (id, scores) in scores.iter().enumerate() {
        search.tell(id as u64, scores).unwrap();
    }
    let history = search.history();
    assert_eq!(history.pareto_front().iter().map(|record| record.id).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(history.best().unwrap().id, 1);
    assert_eq!(history.hypervolume(&[4.0, 0.0]).unwrap(), 3.0 * 1.0 + 2.0 * 2.0);
    assert!(history.hypervolume(&[4.0]).is_err());
}
