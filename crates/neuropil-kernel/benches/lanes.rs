//! Nanoseconds per lane of functions, look-ups and random numbers at each SIMD level: `cargo bench -p neuropil-kernel`.

#![allow(clippy::print_stdout, clippy::inline_always)]

use std::hint::black_box;
use std::time::Instant;

use neuropil_kernel::{Axis, LANES, Operation, Purpose, Row, Simd, SimdLevel, Stream, Table, dispatch_at, math};

/// Rows in the first-level cache.
const ROWS: usize = 64;

/// A function of one row.
trait Function: Copy {
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F;
}

struct OnRows<'a, F>(F, &'a [Row], &'a mut [Row]);

impl<F: Function> Operation for OnRows<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (input, output) in self.1.iter().zip(self.2) {
            s.store(output, self.0.apply(s, s.load(input)));
        }
    }
}

#[derive(Clone, Copy)]
struct Exp;
#[derive(Clone, Copy)]
struct Exprel;
#[derive(Clone, Copy)]
struct Bernoulli;
#[derive(Clone, Copy)]
struct Ln;
#[derive(Clone, Copy)]
struct Tanh;
#[derive(Clone, Copy)]
struct SinCos;
#[derive(Clone, Copy)]
struct Lookup<'a>(&'a Table);
#[derive(Clone, Copy)]
struct Copied;

impl Function for Exp {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        math::exp(s, x)
    }
}

impl Function for Bernoulli {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        math::bernoulli(s, x)
    }
}

impl Function for Exprel {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        math::exprel(s, x)
    }
}

impl Function for Ln {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        math::ln(s, x)
    }
}

impl Function for Tanh {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        math::tanh(s, x)
    }
}

impl Function for SinCos {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        let (sine, cosine) = math::sin_cos(s, x);
        s.add(sine, cosine)
    }
}

impl Function for Lookup<'_> {
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, x: S::F) -> S::F {
        // As in a network: the first coordinate spreads more than the second.
        let second = s.mul_add(x, s.splat(0.02), s.splat(1.5));
        let [a, b, c, _] = self.0.lookup(s, [x, second]);
        s.add(a, s.add(b, c))
    }
}

impl Function for Copied {
    #[inline(always)]
    fn apply<S: Simd>(self, _: S, x: S::F) -> S::F {
        x
    }
}

/// Nanoseconds per lane: the best of several repetitions, since other work disturbs the rest.
fn measure(lanes: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..30 {
        let start = Instant::now();
        for _ in 0..200 {
            work();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    best * 1e9 / (200 * lanes) as f64
}

fn function<F: Function>(level: SimdLevel, function: F, lower: f64, upper: f64) -> f64 {
    let count = (ROWS * LANES) as f64;
    let input: Vec<Row> = (0..ROWS)
        .map(|row| {
            // Neighbouring lanes are far from each other.
            Row(std::array::from_fn(|lane| {
                lower + (upper - lower) * ((row * LANES + lane) * 197 % (ROWS * LANES)) as f64 / count
            }))
        })
        .collect();
    let mut output = input.clone();
    measure(ROWS * LANES, || {
        dispatch_at(level, OnRows(function, black_box(&input), black_box(&mut output)));
    })
}

fn main() {
    let axes = vec![
        Axis { first: -1.0, spacing: 8.0 / 349.0, count: 350 },
        Axis { first: 0.5, spacing: 4.5 / 63.0, count: 64 },
    ];
    let column = |phase: f64| (0..350 * 64).map(|point| (f64::from(point) * 1e-3 + phase).sin()).collect();
    let table = Table::new(axes, &[column(0.0), column(1.0), column(2.0)]).expect("a table");
    let stream = Stream::new(1, Purpose::Noise, 0, 0);
    let nodes: Vec<[u64; LANES]> =
        (0..ROWS as u64).map(|tile| std::array::from_fn(|lane| tile * 8 + lane as u64)).collect();
    let trials = vec![[0; LANES]; ROWS];
    let mut noise = vec![Row::default(); 4 * ROWS];

    println!(
        "{:<10}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}   ns per lane",
        "", "copy", "exp", "exprel", "bernoulli", "ln", "tanh", "sin_cos", "table", "normal"
    );
    for level in SimdLevel::supported() {
        print!("{:<10}", level.name());
        for nanoseconds in [
            function(level, Copied, -20.0, 20.0),
            function(level, Exp, -20.0, 20.0),
            function(level, Exprel, -20.0, 20.0),
            function(level, Bernoulli, -20.0, 20.0),
            function(level, Ln, 1e-3, 20.0),
            function(level, Tanh, -5.0, 5.0),
            function(level, SinCos, -20.0, 20.0),
            function(level, Lookup(&table), 0.0, 4.0),
            measure(4 * ROWS * LANES, || {
                stream.fill_noise_at(level, black_box(7), &nodes, &trials, 0.1, &mut noise, ROWS, 1, 0);
            }),
        ] {
            print!("{nanoseconds:>9.3}");
        }
        println!();
    }
}
