//! Spaces and designs.

#![allow(clippy::unwrap_used)]

use neuropil_optimize::{Axis, Design, DesignError, ParameterSpace, Plan, Point, SpaceError, Value};
use proptest::prelude::*;

fn space() -> ParameterSpace {
    ParameterSpace::new(vec![
        Axis::real("mue", -1.0, 3.0).in_unit("mV/ms"),
        Axis::logarithmic("tau", 0.1, 1000.0).in_unit("ms"),
        Axis::integer("nodes", -2, 5),
        Axis::categorical("method", &["euler", "heun", "rk4"]),
    ])
    .unwrap()
}

fn point<const AXES: usize>(values: [Value; AXES]) -> Point {
    values.into()
}

/// A plan of each kind.
fn plans() -> Vec<Plan> {
    let values = space().levels(&[3, 4, 2, 3]).unwrap();
    let base = point([0.0.into(), 1.0.into(), 0.into(), "heun".into()]);
    vec![
        Plan::Grid { values: values.clone() },
        Plan::Sequence { base: base.clone(), values },
        Plan::Explicit { points: vec![base.clone(), base] },
        Plan::Random { count: 37 },
        Plan::LatinHypercube { count: 37 },
        Plan::Sobol { count: 37, scrambled: false },
        Plan::Sobol { count: 37, scrambled: true },
    ]
}

#[test]
fn bounds_lie_at_the_ends_of_the_unit_cube() {
    let space = space();
    assert_eq!(space.point(&[0.0; 4]).unwrap(), point([(-1.0).into(), 0.1.into(), (-2).into(), "euler".into()]));
    assert_eq!(space.point(&[1.0; 4]).unwrap(), point([3.0.into(), 1000.0.into(), 5.into(), "rk4".into()]));
    let middle = space.point(&[0.5; 4]).unwrap();
    assert_eq!(middle[0], 1.0.into());
    assert!((middle[1].as_number().unwrap() - 10.0).abs() < 1e-12);
    assert_eq!(middle[2..], [2.into(), "heun".into()]);
}

#[test]
fn extreme_bounds_do_not_overflow() {
    let space = ParameterSpace::new(vec![
        Axis::real("x", -f64::MAX, f64::MAX),
        Axis::logarithmic("y", f64::MIN_POSITIVE, f64::MAX),
        Axis::integer("n", i64::MIN, i64::MAX),
    ])
    .unwrap();
    for coordinate in [0.0, 1e-300, 0.3, 0.5, 1.0 - f64::EPSILON, 1.0] {
        let point = space.point(&[coordinate; 3]).unwrap();
        for (found, tolerance) in space.coordinates(&point).unwrap().into_iter().zip([1e-15, 1e-13, 1e-15]) {
            assert!((found - coordinate).abs() < tolerance, "{coordinate} {point:?} {found}");
        }
    }
}

proptest! {
    #[test]
    fn points_come_back_from_their_coordinates(coordinates in prop::collection::vec(0.0..=1.0_f64, 4)) {
        let space = space();
        let point = space.point(&coordinates).unwrap();
        prop_assert_eq!(&space.admit(&point).unwrap(), &point);
        let back = space.coordinates(&point).unwrap();
        prop_assert!((back[0] - coordinates[0]).abs() < 1e-14 && (back[1] - coordinates[1]).abs() < 1e-14);
        let again = space.point(&back).unwrap();
        prop_assert_eq!(&again[2..], &point[2..]);
    }
}

#[test]
fn bad_spaces_and_points_are_named() {
    let message = |axes| ParameterSpace::new(axes).unwrap_err().to_string();
    assert_eq!(message(vec![]), "`axes`: found none, expected at least one axis");
    assert_eq!(
        message(vec![Axis::real("a", 1.0, 1.0)]),
        "axis `a`: found 1 and 1, expected finite bounds in ascending order"
    );
    assert_eq!(
        message(vec![Axis::logarithmic("a", 0.0, 1.0)]),
        "axis `a`: found 0, expected a lower bound above 0 on a logarithmic scale"
    );
    assert_eq!(
        message(vec![Axis::real("a", 0.0, 1.0), Axis::integer("a", 0, 1)]),
        "`axes`: found `a` twice, expected every name once"
    );
    assert!(ParameterSpace::new(vec![Axis::real("a", f64::NAN, 1.0)]).is_err());
    assert!(ParameterSpace::new(vec![Axis::categorical("a", &[])]).is_err());
    assert!(ParameterSpace::new(vec![Axis::categorical("a", &["x", "x"])]).is_err());

    let space = space();
    let error = space.admit(&point([0.0.into(), 2000.0.into(), 0.into(), "heun".into()])).unwrap_err();
    assert_eq!(error.to_string(), "axis `tau`: found 2000, expected a number between 0.1 and 1000 ms");
    assert_eq!(error.hint().as_deref(), Some("widen the bounds of the axis if this value is meant"));
    let error = space.admit(&point([0.0.into(), 1.0.into(), 0.5.into(), "heun".into()])).unwrap_err();
    assert_eq!(error.to_string(), "axis `nodes`: found 0.5, expected a whole number between -2 and 5");
    let whole = space.admit(&point([0.into(), 1.into(), 4.0.into(), "heun".into()])).unwrap();
    assert_eq!(whole, point([0.0.into(), 1.0.into(), 4.into(), "heun".into()]));
    let error = space.admit(&point([0.0.into(), 1.0.into(), 0.into(), "magic".into()])).unwrap_err();
    assert_eq!(error.to_string(), "axis `method`: found \"magic\", expected \"euler\" or \"heun\" or \"rk4\"");
    assert!(matches!(space.point(&[0.5; 3]), Err(SpaceError::Length { expected: 4, found: 3, .. })));
    assert!(matches!(space.point(&[0.5, f64::NAN, 0.5, 0.5]), Err(SpaceError::Coordinate { .. })));
    assert!(space.admit(&point([f64::NAN.into(), 1.0.into(), 0.into(), "heun".into()])).is_err());
}

#[test]
fn levels_go_from_bound_to_bound() {
    let levels = space().levels(&[5, 5, 3, 2]).unwrap();
    assert_eq!(levels[0], [-1.0, 0.0, 1.0, 2.0, 3.0].map(Value::from));
    for (level, expected) in levels[1].iter().zip([0.1, 1.0, 10.0, 100.0, 1000.0]) {
        assert!((level.as_number().unwrap() / expected - 1.0).abs() < 1e-14);
    }
    assert_eq!(levels[2], [-2, 2, 5].map(Value::from));
    assert_eq!(levels[3], ["euler", "rk4"].map(Value::from));
    // An axis with fewer values gives all of them; one level is in the middle.
    let levels = space().levels(&[1, 1, 99, 99]).unwrap();
    assert_eq!((levels[0].len(), levels[2].len(), levels[3].len()), (1, 8, 3));
    assert_eq!(levels[0][0], 1.0.into());
    assert!(matches!(space().levels(&[1, 0, 1, 1]), Err(SpaceError::NoLevels { .. })));
}

#[test]
fn a_point_is_the_same_alone_in_a_slice_and_after_saving() {
    for plan in plans() {
        let design = Design::new(space(), plan, 5).unwrap();
        let all = design.points(0..design.len()).unwrap();
        let text = serde_json::to_string(&design).unwrap();
        let read: Design = serde_json::from_str(&text).unwrap();
        assert_eq!(read, design);
        for start in (0..design.len()).step_by(5) {
            let end = (start + 5).min(design.len());
            assert_eq!(read.points(start..end).unwrap(), all[start as usize..end as usize]);
        }
        for index in (0..design.len()).rev() {
            assert_eq!(design.point(index).unwrap(), all[index as usize]);
            assert_eq!(design.space().admit(&all[index as usize]).unwrap(), all[index as usize]);
        }
        assert!(matches!(design.point(design.len()), Err(DesignError::Index { .. })));
    }
}

#[test]
fn the_same_bits_in_every_version_and_on_every_machine() {
    let digest = |plan| {
        let axes = vec![Axis::real("x", -1.0, 3.0), Axis::logarithmic("y", 0.1, 1000.0)];
        let design = Design::new(ParameterSpace::new(axes).unwrap(), plan, 5).unwrap();
        let values = design.points(0..design.len()).unwrap().concat();
        values.iter().fold(0xcbf2_9ce4_8422_2325_u64, |digest, value| {
            (digest ^ value.as_number().unwrap().to_bits()).wrapping_mul(0x0100_0000_01b3)
        })
    };
    // A change here means that studies of before cannot be gone on with.
    let found =
        [Plan::Random { count: 99 }, Plan::LatinHypercube { count: 99 }, Plan::Sobol { count: 99, scrambled: true }];
    assert_eq!(found.map(digest), [0xea77_1fbc_90a2_e4f1, 0xc295_975e_a458_9208, 0x7a0b_58f5_08c2_f470]);
}

#[test]
fn another_seed_gives_other_points_where_chance_plays() {
    for (plan, differs) in plans().into_iter().zip([false, false, false, true, true, false, true]) {
        let points = |seed| Design::new(space(), plan.clone(), seed).unwrap().points(0..2).unwrap();
        assert_eq!(points(1) != points(2), differs, "{plan:?}");
    }
}

#[test]
fn a_grid_is_the_cartesian_product_with_the_last_axis_fastest() {
    let space = ParameterSpace::new(vec![Axis::real("a", 0.0, 9.0), Axis::integer("b", 0, 9)]).unwrap();
    // Whole numbers are welcome on real axes.
    let values = vec![vec![1.into(), 2.5.into()], vec![7.into(), 3.into(), 5.into()]];
    let grid = Design::new(space, Plan::Grid { values }, 0).unwrap();
    let expected = [(1.0, 7), (1.0, 3), (1.0, 5), (2.5, 7), (2.5, 3), (2.5, 5)];
    let expected: Vec<Point> = expected.map(|(a, b)| vec![a.into(), b.into()]).to_vec();
    assert_eq!(grid.points(0..6).unwrap(), expected);
    assert_eq!(grid.len(), 6);
}

#[test]
fn a_sequence_changes_one_axis_at_a_time() {
    let space =
        ParameterSpace::new(vec![Axis::real("a", 0.0, 9.0), Axis::real("b", 0.0, 9.0), Axis::real("c", 0.0, 9.0)])
            .unwrap();
    let base: Point = [4.0, 5.0, 6.0].map(Value::from).to_vec();
    let values = vec![vec![1.0.into(), 2.0.into()], vec![], vec![3.0.into()]];
    let sequence = Design::new(space, Plan::Sequence { base, values }, 0).unwrap();
    let expected = [[1.0, 5.0, 6.0], [2.0, 5.0, 6.0], [4.0, 5.0, 3.0]].map(|point| point.map(Value::from).to_vec());
    assert_eq!(sequence.points(0..3).unwrap(), expected);
    assert_eq!(sequence.len(), 3);
}

#[test]
fn latin_hypercubes_have_one_point_in_each_stratum() {
    let axes = (0..6).map(|axis| Axis::real(&axis.to_string(), 0.0, 1.0)).collect();
    let space = ParameterSpace::new(axes).unwrap();
    for count in [1, 2, 7, 100, 1023] {
        let design = Design::new(space.clone(), Plan::LatinHypercube { count }, 3).unwrap();
        let points = design.points(0..count).unwrap();
        for axis in 0..6 {
            let mut strata: Vec<u64> =
                points.iter().map(|point| (point[axis].as_number().unwrap() * count as f64) as u64).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..count));
        }
    }
}

#[test]
fn random_points_are_uniform_and_axes_independent() {
    let space = ParameterSpace::new(vec![Axis::real("a", 0.0, 1.0), Axis::real("b", 0.0, 1.0)]).unwrap();
    let count = 20_000;
    for plan in [Plan::Random { count }, Plan::LatinHypercube { count }, Plan::Sobol { count: 16_384, scrambled: true }]
    {
        let design = Design::new(space.clone(), plan, 9).unwrap();
        let mut moments = [0.0; 3];
        for point in design.points(0..design.len()).unwrap() {
            let [x, y] = [0, 1].map(|axis| (point[axis].as_number().unwrap() - 0.5) * 12_f64.sqrt());
            for (moment, term) in moments.iter_mut().zip([x, y, x * y]) {
                *moment += term;
            }
        }
        // Sums of standardised terms, as standard errors: 4 at most.
        assert!(moments.iter().all(|moment| moment.abs() < 4.0 * (design.len() as f64).sqrt()), "{moments:?}");
    }
}

#[test]
fn scrambling_is_unbiased_where_plain_points_are_not() {
    // The mean of x over 8 points of the plain sequence is 0.4375; scrambled, over many seeds, it is 1/2.
    let space = ParameterSpace::new(vec![Axis::real("a", 0.0, 1.0)]).unwrap();
    let mean = |seed, scrambled| {
        let design = Design::new(space.clone(), Plan::Sobol { count: 8, scrambled }, seed).unwrap();
        design.points(0..8).unwrap().iter().map(|point| point[0].as_number().unwrap()).sum::<f64>() / 8.0
    };
    assert_eq!(mean(0, false), 0.4375);
    let grand = (0..2000).map(|seed| mean(seed, true)).sum::<f64>() / 2000.0;
    // Each mean has the standard deviation 1 / (8 sqrt(12 * 8)).
    assert!((grand - 0.5).abs() < 4.0 / (8.0 * 96_f64.sqrt() * 2000_f64.sqrt()), "{grand}");
}

#[test]
fn bad_designs_are_named() {
    let make = |plan| Design::new(space(), plan, 0).unwrap_err();
    let mut values = space().levels(&[2, 2, 2, 2]).unwrap();
    values[1].clear();
    assert_eq!(
        make(Plan::Grid { values: values.clone() }).to_string(),
        "`values`: found none for axis `tau`, expected at least one"
    );
    values[1].push(5000.0.into());
    assert!(matches!(make(Plan::Grid { values }), DesignError::Space(SpaceError::Value { .. })));
    assert!(matches!(make(Plan::Random { count: 0 }), DesignError::NoPoints { argument: "count" }));
    assert!(matches!(make(Plan::Explicit { points: vec![] }), DesignError::NoPoints { .. }));
    assert!(matches!(make(Plan::Sobol { count: u64::MAX, scrambled: true }), DesignError::TooMany { .. }));
    let axes = (0..513).map(|axis| Axis::real(&axis.to_string(), 0.0, 1.0)).collect();
    let wide = ParameterSpace::new(axes).unwrap();
    let error = Design::new(wide.clone(), Plan::Sobol { count: 1, scrambled: true }, 0).unwrap_err();
    assert_eq!(error.to_string(), "`space`: found 513 axes, expected at most 512 for a Sobol sequence");
    let values = vec![vec![0.0.into(), 1.0.into()]; 513];
    assert!(matches!(Design::new(wide, Plan::Grid { values }, 0), Err(DesignError::TooMany { .. })));
    assert!(serde_json::from_str::<Design>(r#"{"space": [], "plan": {"random": {"count": 3}}}"#).is_err());
}

#[test]
fn a_design_is_written_by_hand() {
    let text = r#"{
        "space": [
            {"name": "K_gl", "unit": "mV/ms", "domain": {"real": {"lower": 0, "upper": 2}}},
            {"name": "n", "domain": {"integer": {"lower": 1, "upper": 9}}}
        ],
        "plan": {"sequence": {"base": [1, 2], "values": [[0.5], [3, 4]]}}
    }"#;
    let design: Design = serde_json::from_str(text).unwrap();
    assert_eq!(design.point(2).unwrap(), [1.0.into(), 4.into()]);
}
