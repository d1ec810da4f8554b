//! Loops over tiles for kernels that know one tile. Instructions are chosen once per call.

use std::marker::PhantomData;

use crate::finite::Finite;
use crate::{Operation, Row, Scalar, Simd, Table, Tiles, dispatch};

/// A model's equations for one tile of eight lanes, as the generator writes them.
///
/// All functions must be `#[inline(always)]`. The slices have exactly the rows that the constants say, those of
/// the tile.
pub trait TileKernel: Send + Sync + 'static {
    /// Rows of states.
    const STATES: usize;
    /// Rows of inputs, strengths and delayed outputs.
    const FEEDS: usize;
    /// Rows of Wiener increments.
    const NOISES: usize;
    /// Rows of constants.
    const CONSTANTS: usize;
    /// Rows of outputs that are expressions.
    const EXPRESSIONS: usize;
    /// Tables that are looked up.
    const TABLES: usize;

    /// Whether one lane of equal ones is computed by itself: look-ups take time for each lane, all else takes as long for
    /// eight as for one.
    const PREFERS_ONE_LANE: bool = Self::TABLES > 0;

    /// One step of Euler-Maruyama, see [`Model::euler`](crate::Model::euler).
    fn euler<S: Simd>(
        s: S,
        dt: f64,
        constants: &[Row],
        states: &mut [Row],
        feeds: &[Row],
        noise: &[Row],
        tables: &[Table],
    );

    /// The increments of the states, see [`Model::increment`](crate::Model::increment).
    #[allow(clippy::too_many_arguments)]
    fn increment<S: Simd>(
        s: S,
        dt: f64,
        constants: &[Row],
        states: &[Row],
        feeds: &[Row],
        noise: &[Row],
        tables: &[Table],
        increments: &mut [Row],
    );

    /// The outputs that are expressions, see [`Model::outputs`](crate::Model::outputs).
    fn outputs<S: Simd>(s: S, constants: &[Row], states: &[Row], tables: &[Table], outputs: &mut [Row]);
}

/// [`TileKernel::euler`] for all tiles, and whether all new states are finite.
///
/// # Panics
/// If a field of `tiles` has fewer rows than its tiles need.
pub fn euler<K: TileKernel>(tiles: &mut Tiles<'_>, tables: &[Table]) -> bool {
    dispatch(Euler::<K> { tiles, tables, kernel: PhantomData })
}

/// [`TileKernel::increment`] for all tiles; `increments` has the shape of the states.
///
/// # Panics
/// If `increments` or a field of `tiles` has fewer rows than its tiles need.
pub fn increment<K: TileKernel>(tiles: &mut Tiles<'_>, tables: &[Table], increments: &mut [Row]) {
    dispatch(Increment::<K> { tiles, tables, increments, kernel: PhantomData });
}

/// [`TileKernel::outputs`] for all tiles.
///
/// # Panics
/// If a field of `tiles` has fewer rows than its tiles need.
pub fn outputs<K: TileKernel>(tiles: &mut Tiles<'_>, tables: &[Table]) {
    dispatch(Outputs::<K> { tiles, tables, kernel: PhantomData });
}

struct Euler<'a, 'b, K> {
    tiles: &'a mut Tiles<'b>,
    tables: &'a [Table],
    kernel: PhantomData<K>,
}

impl<K: TileKernel> Operation for Euler<'_, '_, K> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> bool {
        if K::PREFERS_ONE_LANE && self.tiles.equal_lanes { self.all(Scalar) } else { self.all(s) }
    }
}

impl<K: TileKernel> Euler<'_, '_, K> {
    #[inline(always)]
    fn all<S: Simd>(self, s: S) -> bool {
        let Self { tiles, tables, .. } = self;
        let mut finite = Finite::new(s);
        let mut constants = Constants::<K>::of(tiles);
        // In variables of their own, so that what is stored is known to be what is looked at.
        let Tiles { count, dt, inputs, noise, .. } = *tiles;
        let states = &mut *tiles.states;
        for index in 0..count {
            K::euler(
                s,
                dt,
                constants.next(),
                rows_mut(states, index, K::STATES),
                rows(inputs, index, K::FEEDS),
                rows(noise, index, K::NOISES),
                tables,
            );
            // While they are in registers, or near.
            finite.look_at(rows(states, index, K::STATES));
        }
        finite.all()
    }
}

struct Increment<'a, 'b, K> {
    tiles: &'a Tiles<'b>,
    tables: &'a [Table],
    increments: &'a mut [Row],
    kernel: PhantomData<K>,
}

impl<K: TileKernel> Operation for Increment<'_, '_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        if K::PREFERS_ONE_LANE && self.tiles.equal_lanes { self.all(Scalar) } else { self.all(s) }
    }
}

impl<K: TileKernel> Increment<'_, '_, K> {
    #[inline(always)]
    fn all<S: Simd>(self, s: S) {
        let Self { tiles, tables, increments, .. } = self;
        let mut constants = Constants::<K>::of(tiles);
        for index in 0..tiles.count {
            K::increment(
                s,
                tiles.dt,
                constants.next(),
                rows(tiles.states, index, K::STATES),
                rows(tiles.inputs, index, K::FEEDS),
                rows(tiles.noise, index, K::NOISES),
                tables,
                rows_mut(increments, index, K::STATES),
            );
        }
    }
}

struct Outputs<'a, 'b, K> {
    tiles: &'a mut Tiles<'b>,
    tables: &'a [Table],
    kernel: PhantomData<K>,
}

impl<K: TileKernel> Operation for Outputs<'_, '_, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { tiles, tables, .. } = self;
        let mut constants = Constants::<K>::of(tiles);
        for index in 0..tiles.count {
            K::outputs(
                s,
                constants.next(),
                rows(tiles.states, index, K::STATES),
                tables,
                rows_mut(tiles.outputs, index, K::EXPRESSIONS),
            );
        }
    }
}

/// The constants of one tile after the other.
struct Constants<'a, K> {
    all: &'a [Row],
    tiles: usize,
    at: usize,
    kernel: PhantomData<K>,
}

impl<'a, K: TileKernel> Constants<'a, K> {
    #[inline(always)]
    fn of(tiles: &Tiles<'a>) -> Self {
        Self { all: tiles.constants, tiles: tiles.constant_tiles, at: 0, kernel: PhantomData }
    }

    #[inline(always)]
    fn next(&mut self) -> &'a [Row] {
        let constants = rows(self.all, self.at, K::CONSTANTS);
        self.at = if self.at + 1 == self.tiles { 0 } else { self.at + 1 };
        constants
    }
}

/// The rows of one tile. `count` is known to the compiler, so kernels index the slice without checks.
#[inline(always)]
fn rows(field: &[Row], index: usize, count: usize) -> &[Row] {
    &field[index * count..][..count]
}

#[inline(always)]
fn rows_mut(field: &mut [Row], index: usize, count: usize) -> &mut [Row] {
    &mut field[index * count..][..count]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LANES;

    /// `x += dt * (a * u + v) + dW`, and the output `2 x`.
    struct Linear;

    impl TileKernel for Linear {
        const STATES: usize = 1;
        const FEEDS: usize = 2;
        const NOISES: usize = 1;
        const CONSTANTS: usize = 1;
        const EXPRESSIONS: usize = 1;
        const TABLES: usize = 0;

        #[inline(always)]
        fn euler<S: Simd>(
            s: S,
            dt: f64,
            constants: &[Row],
            states: &mut [Row],
            feeds: &[Row],
            noise: &[Row],
            tables: &[Table],
        ) {
            let mut change = [Row::default()];
            Self::increment(s, dt, constants, states, feeds, noise, tables, &mut change);
            let state = s.add(s.load(&states[0]), s.load(&change[0]));
            s.store(&mut states[0], state);
        }

        #[inline(always)]
        fn increment<S: Simd>(
            s: S,
            dt: f64,
            constants: &[Row],
            _: &[Row],
            feeds: &[Row],
            noise: &[Row],
            _: &[Table],
            increments: &mut [Row],
        ) {
            let slope = s.mul_add(s.load(&constants[0]), s.load(&feeds[0]), s.load(&feeds[1]));
            s.store(&mut increments[0], s.mul_add(s.splat(dt), slope, s.load(&noise[0])));
        }

        #[inline(always)]
        fn outputs<S: Simd>(s: S, _: &[Row], states: &[Row], _: &[Table], outputs: &mut [Row]) {
            s.store(&mut outputs[0], s.mul(s.splat(2.0), s.load(&states[0])));
        }
    }

    #[test]
    fn tiles_get_their_own_rows() {
        let numbered = |count: usize, factor: f64| -> Vec<Row> {
            (0..count).map(|row| Row(std::array::from_fn(|lane| factor * (row * LANES + lane) as f64))).collect()
        };
        for constant_tiles in [1, 2, 3] {
            let (constants, inputs, noise) = (numbered(3, 1.0), numbered(6, 0.5), numbered(3, 0.25));
            let (mut states, mut outputs, mut increments) = (numbered(3, 10.0), numbered(3, 0.0), numbered(3, 0.0));
            let before = states.clone();
            let mut tiles = Tiles {
                count: 3,
                dt: 0.5,
                constants: &constants,
                constant_tiles,
                equal_lanes: false,
                states: &mut states,
                inputs: &inputs,
                noise: &noise,
                outputs: &mut outputs,
            };
            increment::<Linear>(&mut tiles, &[], &mut increments);
            assert!(euler::<Linear>(&mut tiles, &[]));
            super::outputs::<Linear>(&mut tiles, &[]);
            for tile in 0..3 {
                for lane in 0..LANES {
                    let constant = constants[tile % constant_tiles][lane];
                    let slope = constant.mul_add(inputs[2 * tile][lane], inputs[2 * tile + 1][lane]);
                    let change = 0.5_f64.mul_add(slope, noise[tile][lane]);
                    assert_eq!(increments[tile][lane].to_bits(), change.to_bits());
                    assert_eq!(states[tile][lane].to_bits(), (before[tile][lane] + change).to_bits());
                    assert_eq!(outputs[tile][lane].to_bits(), (2.0 * states[tile][lane]).to_bits());
                }
            }
        }
    }
}
