//! What operators do to genomes and populations.

#![allow(clippy::unwrap_used)]

use neuropil_optimize::{
    BlendCrossover, Crossover, CrowdedTournament, Fitness, GaussianMutation, GenerationalReplacement, Genome,
    Individual, Mutation, NondominatedReplacement, PolynomialMutation, Random, RankSelection, Replacement, Role,
    Selection, SelfAdaptiveMutation, SimulatedBinaryCrossover, TournamentSelection, TruncationReplacement,
    UniformCrossover, crowding_distances, fronts,
};
use proptest::prelude::*;

fn random(individual: u64) -> Random {
    Random::new(4, Role::Mutation, 0, individual)
}

fn individual(id: u64, costs: &[f64]) -> Individual {
    let fitness = Fitness { costs: costs.to_vec(), total: costs.iter().sum() };
    Individual { id, genome: Genome::new(vec![0.5]), fitness: Some(fitness) }
}

fn ids(individuals: &[Individual]) -> Vec<u64> {
    individuals.iter().map(|individual| individual.id).collect()
}

proptest! {
    #[test]
    fn mutations_stay_within_bounds(coordinates in prop::collection::vec(-0.5..=1.5_f64, 1..6), seed in 0_u64..1000) {
        let wild: [Box<dyn Mutation>; 4] = [
            Box::new(GaussianMutation { probability: 0.7, standard_deviation: 3.0 }),
            Box::new(PolynomialMutation { eta: 0.0, probability: Some(1.0) }),
            Box::new(PolynomialMutation::default()),
            Box::new(SelfAdaptiveMutation { initial_step: 1.0, attempts: 2 }),
        ];
        for mutation in wild {
            let mut genome = Genome::new(coordinates.clone());
            mutation.mutate(&mut genome, &mut random(seed));
            prop_assert!(genome.coordinates.iter().all(|x| (0.0..=1.0).contains(x)), "{:?}", genome);
        }
    }

    #[test]
    fn crossovers_keep_the_centre_of_the_parents(
        pairs in prop::collection::vec((0.2..=0.8_f64, 0.2..=0.8_f64), 1..6), seed in 0_u64..1000,
    ) {
        // Bounds are far in terms of the parents' distance, so they shift nothing at a large index.
        let (left, right): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let operators: [Box<dyn Crossover>; 3] = [
            Box::new(BlendCrossover::default()),
            Box::new(UniformCrossover::default()),
            Box::new(SimulatedBinaryCrossover { eta: 200.0, probability: 1.0 }),
        ];
        for operator in operators {
            let [one, two] =
                operator.cross(&Genome::new(left.clone()), &Genome::new(right.clone()), &mut random(seed));
            for axis in 0..left.len() {
                let sum = one.coordinates[axis] + two.coordinates[axis];
                prop_assert!((sum - left[axis] - right[axis]).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn simulated_binary_children_stay_within_bounds(x in 0.0..=1.0_f64, y in 0.0..=1.0_f64, seed in 0_u64..1000) {
        let operator = SimulatedBinaryCrossover { eta: 0.0, probability: 1.0 };
        let [one, two] = operator.cross(&Genome::new(vec![x]), &Genome::new(vec![y]), &mut random(seed));
        prop_assert!([one, two].iter().all(|child| (0.0..=1.0).contains(&child.coordinates[0])));
    }
}

#[test]
fn blending_is_uniform_from_alpha_below_to_alpha_above() {
    let (left, right) =
        (Genome { coordinates: vec![0.4], steps: vec![0.1] }, Genome { coordinates: vec![0.6], steps: vec![0.3] });
    let mut children = Vec::new();
    for number in 0..4000 {
        let [one, two] = BlendCrossover::default().cross(&left, &right, &mut random(number));
        assert!(one.steps[0] >= 0.0 && two.steps[0] >= 0.0);
        children.push(one.coordinates[0]);
    }
    children.sort_by(f64::total_cmp);
    // Quantiles of the uniform distribution from 0.3 to 0.7.
    for (index, child) in children.iter().enumerate() {
        assert!((child - 0.3 - 0.4 * (index as f64 + 0.5) / 4000.0).abs() < 0.4 * 1.95 / 4000_f64.sqrt());
    }
}

#[test]
fn self_adaptive_steps_have_the_moments_of_the_formula() {
    // ln(s'/s) is normal with variance 1/(2 n) + 1/(2 sqrt n), and covariance 1/(2 n) between axes.
    let axes = 4;
    let mutation = SelfAdaptiveMutation { initial_step: 1e-4, attempts: 0 };
    let (mut mean, mut variance, mut covariance, mut moved) = (0.0, 0.0, 0.0, 0.0);
    let draws = 20_000;
    for number in 0..draws {
        let mut genome = Genome::new(vec![0.5; axes]);
        mutation.equip(&mut genome);
        mutation.mutate(&mut genome, &mut random(number));
        let logarithms: Vec<f64> = genome.steps.iter().map(|step| (step / 1e-4).ln()).collect();
        mean += logarithms[0] / draws as f64;
        variance += logarithms[0].powi(2) / draws as f64;
        covariance += logarithms[0] * logarithms[1] / draws as f64;
        moved += ((genome.coordinates[2] - 0.5) / genome.steps[2]).powi(2) / draws as f64;
    }
    assert!(mean.abs() < 0.02);
    assert!((variance - (1.0 / 8.0 + 1.0 / 4.0)).abs() < 0.02, "{variance}");
    assert!((covariance - 1.0 / 8.0).abs() < 0.015, "{covariance}");
    assert!((moved - 1.0).abs() < 0.05, "{moved}");
}

#[test]
fn polynomial_mutation_has_its_distribution() {
    // In the middle of the axis, P(x' < x - d) = 1/2 ((1 - d)^(eta+1) - 2^-(eta+1)) / (1 - 2^-(eta+1)).
    let mutation = PolynomialMutation { eta: 20.0, probability: Some(1.0) };
    let draws = 20_000;
    for distance in [0.01, 0.03, 0.1] {
        let mut below = 0;
        for number in 0..draws {
            let mut genome = Genome::new(vec![0.5]);
            mutation.mutate(&mut genome, &mut random(number));
            below += u32::from(genome.coordinates[0] < 0.5 - distance);
        }
        let end = 0.5_f64.powi(21);
        let expected = 0.5 * ((1.0 - distance).powi(21) - end) / (1.0 - end);
        let found = f64::from(below) / draws as f64;
        assert!((found - expected).abs() < 4.0 * (expected / draws as f64).sqrt(), "{distance}: {found} {expected}");
    }
}

#[test]
fn rank_selection_has_its_probabilities() {
    let population: Vec<Individual> = (0..5).map(|id| individual(id, &[10.0 - id as f64])).collect();
    let draws = 50_000;
    let mut counts = [0.0; 5];
    for index in RankSelection::default().select(&population, draws, &mut random(0)) {
        counts[index] += 1.0 / draws as f64;
    }
    for (better_than, found) in counts.into_iter().enumerate() {
        let expected = 0.5 / 5.0 + 2.0 * better_than as f64 * 0.5 / (5.0 * 4.0);
        assert!((found - expected).abs() < 4.0 * (expected / draws as f64).sqrt(), "{better_than}: {found} {expected}");
    }
    assert_eq!(RankSelection::default().select(&population[..1], 3, &mut random(0)), [0, 0, 0]);
}

#[test]
fn tournaments_prefer_the_better() {
    let population: Vec<Individual> = (0..4).map(|id| individual(id, &[id as f64])).collect();
    let winners = TournamentSelection { size: 2 }.select(&population, 16_000, &mut random(0));
    // P(the best of two draws of four is k) = ((4 - k)^2 - (3 - k)^2) / 16.
    for (index, expected) in [7.0, 5.0, 3.0, 1.0].into_iter().enumerate() {
        let found = winners.iter().filter(|&&winner| winner == index).count() as f64 / 1000.0;
        assert!((found - expected).abs() < 0.35, "{index}: {found}");
    }
}

#[test]
fn in_crowded_tournaments_everyone_plays_twice() {
    // One dominates all and wins both of its matches; the worst wins none.
    let population: Vec<Individual> = (0..7).map(|id| individual(id, &[id as f64, id as f64])).collect();
    for number in 0..50 {
        let winners = CrowdedTournament::default().select(&population, 7, &mut random(number));
        assert_eq!(winners.len(), 7);
        let wins = |index| winners.iter().filter(|&&winner| winner == index).count();
        // Of an odd number one match joins the end of a permutation and the start of the next, maybe with itself.
        assert!((2..=3).contains(&wins(0)) || wins(0) == 1, "{winners:?}");
        assert!(wins(6) <= 1);
    }
}

#[test]
fn replacements_keep_whom_they_should() {
    let old = vec![individual(0, &[1.0, 9.0]), individual(1, &[5.0, 5.0]), individual(2, &[9.0, 0.5])];
    let offspring = vec![individual(3, &[6.0, 6.0]), individual(4, &[2.0, 3.0]), individual(5, &[9.0, 9.0])];
    let survivors = TruncationReplacement::default().survivors(old.clone(), offspring.clone(), 3);
    assert_eq!(ids(&survivors), [4, 2, 0]);
    let survivors = GenerationalReplacement { elites: 1 }.survivors(old.clone(), offspring.clone(), 3);
    assert_eq!(ids(&survivors), [4, 2, 3]);
    let survivors = GenerationalReplacement { elites: 0 }.survivors(old.clone(), offspring.clone(), 3);
    assert_eq!(ids(&survivors), [4, 3, 5]);
    let survivors = NondominatedReplacement::default().survivors(old, offspring, 4);
    assert_eq!(ids(&survivors), [0, 1, 2, 4]);
}

#[test]
fn the_least_crowded_of_a_front_survive() {
    let line: Vec<Individual> =
        [0.0, 0.1, 0.2, 0.6, 1.0].into_iter().zip(0..).map(|(x, id)| individual(id, &[x, 1.0 - x])).collect();
    let survivors = NondominatedReplacement::default().survivors(line, vec![], 4);
    assert_eq!(ids(&survivors), [0, 2, 3, 4]);
}

#[test]
fn fronts_agree_with_their_definition() {
    let mut numbers = random(1);
    for objectives in 1..4 {
        let costs: Vec<Vec<f64>> =
            (0..60).map(|_| (0..objectives).map(|_| (numbers.uniform() * 8.0).floor()).collect()).collect();
        let costs: Vec<&[f64]> = costs.iter().map(Vec::as_slice).collect();
        let fronts = fronts(&costs);
        assert_eq!(fronts.iter().map(Vec::len).sum::<usize>(), 60);
        for (rank, front) in fronts.iter().enumerate() {
            for &index in front {
                let dominated = |other: &usize| neuropil_optimize::dominates(costs[*other], costs[index]);
                assert!(!front.iter().any(dominated));
                assert!(rank == 0 || fronts[rank - 1].iter().any(dominated));
            }
            assert_eq!(crowding_distances(&costs, front).len(), front.len());
        }
    }
}
