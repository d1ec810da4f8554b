//! Functions given by numbers on a grid.
//!
//! Between grid points the columns are interpolated bilinearly; outside the grid they keep the value of its edge.

mod axis;
mod cells;
mod error;

use crate::{Arithmetic, LANES, Scalar, Simd};

pub use axis::Axis;
use cells::Cells;
pub use error::TableError;

/// All columns of one grid point, unused ones zero: half a cache line, so a look-up at a point of the plane touches
/// two or four lines whatever the number of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(32))]
pub struct GridPoint(pub(crate) [f64; Table::COLUMNS]);

/// Up to four functions of one or two coordinates, on the same grid. Everything is in internal units.
///
/// A coordinate that is NaN gives NaN in all used columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// One or two.
    axes: Vec<Axis>,
    /// The axes as look-ups use them; a single point where there is no second one.
    cells: [Cells; 2],
    columns: usize,
    /// First axis slowest; rows may be longer than the second axis, and a point follows the last one.
    points: Vec<GridPoint>,
    /// Points from a cell's lower edge to its upper one along the first axis: 0 where there is a single point.
    down: usize,
}

/// Where a point lies in a grid: a cell, and how much of each of its edges.
#[derive(Clone, Copy)]
struct Position<F> {
    /// Index of the cell's lower corner, as a whole number.
    lower: F,
    /// Weights of the lower and the upper edge along the first axis.
    rows: [F; 2],
    /// The same along the second axis.
    columns: [F; 2],
}

/// Eight points of a table that have been located and can be read.
///
/// A look-up is a long chain of operations that wait for each other: what lies between its two halves fills the gaps.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a, S: Simd> {
    table: &'a Table,
    offsets: S::U,
    rows: [S::F; 2],
    columns: [S::F; 2],
}

impl<S: Simd> Located<'_, S> {
    /// All columns at the points, unused ones zero (or NaN).
    #[inline(always)]
    pub fn read(self, s: S) -> [S::F; Table::COLUMNS] {
        let Self { table, offsets, rows, columns } = self;
        // SAFETY: the lower corner is a grid point, whatever the coordinates are, and so is its neighbour along the
        // first axis, or it is the same; behind each grid point lies another one.
        unsafe { s.interpolate(table.points.as_ptr(), offsets, table.down, rows, columns) }
    }
}

impl Table {
    /// Largest number of columns.
    pub const COLUMNS: usize = 4;

    /// A table with `columns[c][point]`, the points in row-major order (first axis slowest).
    ///
    /// # Errors
    /// If there are not one or two axes and one to four columns, an axis is not usable, or a column has the wrong
    /// length or a value that is not finite.
    pub fn new(axes: Vec<Axis>, columns: &[Vec<f64>]) -> Result<Self, TableError> {
        if !matches!(axes.len(), 1 | 2) {
            return Err(TableError::Axes { found: axes.len() });
        }
        if !matches!(columns.len(), 1..=Self::COLUMNS) {
            return Err(TableError::Columns { found: columns.len() });
        }
        let mut count = 1_usize;
        for (index, axis) in axes.iter().enumerate() {
            axis.check(index)?;
            count = count.saturating_mul(axis.count);
        }
        for (index, column) in columns.iter().enumerate() {
            if column.len() != count {
                return Err(TableError::Length { column: index, found: column.len(), expected: count });
            }
            if let Some(point) = column.iter().position(|value| !value.is_finite()) {
                return Err(TableError::Value { column: index, point, found: column[point] });
            }
        }
        let cells = [0, 1].map(|index| axes.get(index).map_or(Cells::POINT, Cells::new));
        let (row, stride) = axes.get(1).map_or((1, 1), |second| (second.count, cells[1].stride));
        let mut points = vec![GridPoint::default(); axes[0].count * stride + 1];
        for (index, column) in columns.iter().enumerate() {
            for (points, values) in points.chunks_exact_mut(stride).zip(column.chunks(row)) {
                for (point, &value) in points.iter_mut().zip(values) {
                    point.0[index] = value;
                }
            }
        }
        let down = cells[0].step * cells[1].stride;
        Ok(Self { axes, cells, columns: columns.len(), points, down })
    }

    /// One or two axes.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All columns at a point, unused ones zero (or NaN). A table of one axis ignores the second coordinate.
    #[inline(always)]
    pub fn lookup<S: Simd>(&self, s: S, at: [S::F; 2]) -> [S::F; Self::COLUMNS] {
        self.locate(s, at).read(s)
    }

    /// The first half of [`Table::lookup`].
    #[inline(always)]
    pub fn locate<S: Simd>(&self, s: S, at: [S::F; 2]) -> Located<'_, S> {
        let Position { lower, rows, columns } = self.position(s, at);
        Located { table: self, offsets: to_integer(s, lower), rows, columns }
    }

    /// All columns at a point: the same bits as [`Table::lookup`] gives.
    pub fn lookup_scalar(&self, at: [f64; 2]) -> [f64; Self::COLUMNS] {
        self.weigh(&self.position(Scalar, at))
    }

    fn weigh(&self, position: &Position<f64>) -> [f64; Self::COLUMNS] {
        let first = position.lower as usize;
        let second = first + self.down;
        let corners = [first, first + 1, second, second + 1].map(|point| self.points[point]);
        weighted(corners, position.rows, position.columns)
    }

    /// Where a point lies.
    #[inline(always)]
    fn position<A: Arithmetic>(&self, a: A, at: [A::F; 2]) -> Position<A::F> {
        let [first, second] = &self.cells;
        let (row, down) = first.find(a, at[0]);
        // Without a branch: a look-up is in the middle of a kernel. No bits are the number 0.
        let there_is = if self.axes.len() == 1 { 0 } else { u64::MAX };
        let (column, right) = second.find(a, a.from_bits(a.and_u64(a.to_bits(at[1]), a.splat_u64(there_is))));
        let one = a.splat(1.0);
        Position {
            lower: a.mul_add(row, a.splat(second.stride as f64), column),
            rows: [a.sub(one, down), down],
            columns: [a.sub(one, right), right],
        }
    }

    /// Slopes of all columns along an axis (0 or 1) at a point: the derivative of what [`Table::lookup_scalar`]
    /// gives. Zero outside the table along that axis, and along an axis that does not exist; at a grid point the
    /// slope of the cell above it. NaN in a coordinate gives NaN.
    pub fn slope_scalar(&self, axis: usize, at: [f64; 2]) -> [f64; Self::COLUMNS] {
        if axis >= self.axes.len() {
            return [0.0; Self::COLUMNS];
        }
        let cells = &self.cells[axis];
        let inverse = if cells.is_outside(at[axis]) { 0.0 } else { cells.inverse };
        let mut position = self.position(Scalar, at);
        let weights = if axis == 0 { &mut position.rows } else { &mut position.columns };
        *weights = change(at[axis], inverse);
        self.weigh(&position)
    }
}

/// Derivatives of the weights of a cell's lower and upper edge; NaN where the coordinate is.
fn change(x: f64, inverse: f64) -> [f64; 2] {
    if x.is_nan() { [x, x] } else { [-inverse, inverse] }
}

/// A whole number from 0 to 2^52 - 1 as an integer.
#[inline(always)]
fn to_integer<A: Arithmetic>(a: A, x: A::F) -> A::U {
    // Adding 2^52 moves the number to the lowest bits.
    let bits = a.to_bits(a.add(x, a.splat(4_503_599_627_370_496.0)));
    a.and_u64(bits, a.splat_u64((1 << 52) - 1))
}

/// Corners in the order (lower, lower), (lower, upper), (upper, lower), (upper, upper), times their weights: first along
/// the first axis, then along the second one, each a product and a fused multiply-add.
#[inline(always)]
fn weighted(corners: [GridPoint; 4], rows: [f64; 2], columns: [f64; 2]) -> [f64; Table::COLUMNS] {
    let mut values = [0.0; Table::COLUMNS];
    for (column, value) in values.iter_mut().enumerate() {
        let [a, b, c, d] = &corners;
        let left = rows[1].mul_add(c.0[column], rows[0] * a.0[column]);
        let right = rows[1].mul_add(d.0[column], rows[0] * b.0[column]);
        *value = columns[1].mul_add(right, columns[0] * left);
    }
    values
}

/// What [`Simd::interpolate`] does, for one lane.
///
/// # Safety
/// As [`Simd::interpolate`].
#[inline(always)]
pub(crate) unsafe fn weighted_at(
    origin: *const GridPoint,
    offset: usize,
    down: usize,
    rows: [f64; 2],
    columns: [f64; 2],
) -> [f64; Table::COLUMNS] {
    // SAFETY: the caller's promise.
    let corners = unsafe {
        let (upper, lower) = (origin.add(offset), origin.add(offset + down));
        [*upper, *upper.add(1), *lower, *lower.add(1)]
    };
    weighted(corners, rows, columns)
}

/// What [`Simd::interpolate`] does, lane by lane.
///
/// # Safety
/// As [`Simd::interpolate`].
#[inline(always)]
pub(crate) unsafe fn interpolate_lanes(
    origin: *const GridPoint,
    offsets: [u64; LANES],
    down: usize,
    rows: [[f64; LANES]; 2],
    columns: [[f64; LANES]; 2],
) -> [[f64; LANES]; Table::COLUMNS] {
    let mut values = [[0.0; LANES]; Table::COLUMNS];
    for lane in 0..LANES {
        let (rows, columns) = ([rows[0][lane], rows[1][lane]], [columns[0][lane], columns[1][lane]]);
        // SAFETY: the caller's promise.
        let found = unsafe { weighted_at(origin, offsets[lane] as usize, down, rows, columns) };
        for (values, found) in values.iter_mut().zip(found) {
            values[lane] = found;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Operation, SimdLevel, dispatch_at};
    use proptest::prelude::*;

    struct Lookup<'a>(&'a Table, [[f64; LANES]; 2]);

    impl Operation for Lookup<'_> {
        type Output = [[f64; LANES]; 4];

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Self::Output {
            let at = [s.from_array(self.1[0]), s.from_array(self.1[1])];
            let columns = self.0.lookup(s, at);
            [0, 1, 2, 3].map(
                #[inline(always)]
                |column| s.to_array(columns[column]),
            )
        }
    }

    fn axis(first: f64, spacing: f64, count: usize) -> Axis {
        Axis { first, spacing, count }
    }

    /// Columns `x + 10 y`, `x y`, `3`, of coordinates x = -1, -0.5, ..., 2 and y = 4, 6, 8.
    fn plane_table() -> Table {
        let axes = vec![axis(-1.0, 0.5, 7), axis(4.0, 2.0, 3)];
        let points: Vec<(f64, f64)> =
            (0..7).flat_map(|i| (0..3).map(move |j| (0.5 * f64::from(i) - 1.0, 2.0 * f64::from(j) + 4.0))).collect();
        let column = |f: fn(f64, f64) -> f64| points.iter().map(|&(x, y)| f(x, y)).collect();
        Table::new(axes, &[column(|x, y| x + 10.0 * y), column(|x, y| x * y), column(|_, _| 3.0)]).unwrap()
    }

    fn line_table() -> Table {
        Table::new(vec![axis(10.0, 0.25, 4)], &[vec![1.0, 4.0, 9.0, 16.0], vec![-1.0, 0.0, 1.0, -8.0]]).unwrap()
    }

    fn point_table() -> Table {
        Table::new(vec![axis(0.0, 1.0, 1), axis(0.0, 1.0, 1)], &[vec![7.0]]).unwrap()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} against {expected}");
    }

    #[test]
    fn bilinear_functions_are_exact_inside_and_clamped_outside() {
        let table = plane_table();
        for x in [-1.0, -0.9, -0.5, 0.3, 1.999, 2.0] {
            for y in [4.0, 4.5, 6.0, 7.75, 8.0] {
                let [sum, product, constant, unused] = table.lookup_scalar([x, y]);
                close(sum, x + 10.0 * y);
                close(product, x * y);
                close(constant, 3.0);
                assert_eq!(unused.to_bits(), 0);
            }
        }
        for (x, clamped) in [(-1.1, -1.0), (f64::NEG_INFINITY, -1.0), (2.5, 2.0), (1e300, 2.0), (f64::INFINITY, 2.0)] {
            assert_eq!(table.lookup_scalar([x, 5.0]), table.lookup_scalar([clamped, 5.0]));
            assert_eq!(table.lookup_scalar([x, 1e9]), table.lookup_scalar([clamped, 8.0]));
        }
        // The last grid point has its own value to the bit.
        assert_eq!(table.lookup_scalar([9.0, 9.0])[1].to_bits(), 16.0_f64.to_bits());
    }

    #[test]
    fn corners_are_summed_in_their_order() {
        let corners = [1e16, 1.0, -1e16, 1.0];
        let table = Table::new(vec![axis(0.0, 1.0, 2), axis(0.0, 1.0, 2)], &[corners.to_vec()]).unwrap();
        let quarters: f64 = 0.5 * (0.5 * 1e16 - 0.5 * 1e16) + 0.5 * (0.5 + 0.5);
        assert_eq!(table.lookup_scalar([0.5, 0.5])[0].to_bits(), quarters.to_bits());
    }

    #[test]
    fn nan_gives_nan() {
        for at in [[f64::NAN, 5.0], [0.0, f64::NAN], [f64::NAN; 2]] {
            assert!(plane_table().lookup_scalar(at)[..3].iter().all(|value| value.is_nan()));
            assert!(point_table().lookup_scalar(at)[0].is_nan());
            for axis in [0, 1] {
                assert!(plane_table().slope_scalar(axis, at)[..3].iter().all(|value| value.is_nan()));
            }
        }
        assert!(line_table().lookup_scalar([f64::NAN, 0.0])[0].is_nan());
        assert!(!line_table().lookup_scalar([10.0, f64::NAN])[0].is_nan(), "there is no second coordinate");
        assert!(line_table().slope_scalar(0, [f64::NAN, 0.0])[0].is_nan());
    }

    #[test]
    fn slopes_are_those_of_the_interpolant() {
        let table = plane_table();
        let [along, product, constant, _] = table.slope_scalar(0, [0.3, 5.0]);
        close(along, 1.0);
        close(product, 5.0);
        close(constant, 0.0);
        let [across, product, ..] = table.slope_scalar(1, [0.3, 5.0]);
        close(across, 10.0);
        close(product, 0.3);
        // Beyond the other axis the slope is that along the edge.
        close(table.slope_scalar(0, [0.3, 100.0])[1], 8.0);
        assert_eq!(table.slope_scalar(0, [2.0, 5.0]), [0.0; 4]);
        assert_eq!(table.slope_scalar(0, [-1.001, 5.0]), [0.0; 4]);
        close(table.slope_scalar(0, [-1.0, 5.0])[0], 1.0);
        // One axis: the cell above at a grid point.
        close(line_table().slope_scalar(0, [10.25, 0.0])[0], 20.0);
        close(line_table().slope_scalar(0, [10.2, 0.0])[0], 12.0);
        assert_eq!(line_table().slope_scalar(1, [10.2, 0.0]), [0.0; 4]);
        assert_eq!(point_table().slope_scalar(0, [0.0, 0.0]), [0.0; 4]);
    }

    #[test]
    fn what_cannot_be_a_table_is_refused() {
        let good = axis(0.0, 1.0, 2);
        let column = vec![0.0, 1.0];
        let message = |axes, columns: &[Vec<f64>]| Table::new(axes, columns).unwrap_err().to_string();
        let columns = std::slice::from_ref(&column);
        assert_eq!(message(vec![], columns), "`axes`: expected 1 or 2 axes, found 0");
        assert_eq!(message(vec![good], &[]), "`columns`: expected 1 to 4 columns, found 0");
        assert_eq!(message(vec![good], &vec![column.clone(); 5]), "`columns`: expected 1 to 4 columns, found 5");
        for spacing in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-310] {
            assert!(message(vec![axis(0.0, spacing, 2)], columns).starts_with("`axes[0].spacing`"));
        }
        assert!(message(vec![axis(f64::NAN, 1.0, 2)], columns).starts_with("`axes[0].first`"));
        assert!(message(vec![good, axis(0.0, 1.0, 0)], columns).starts_with("`axes[1].count`"));
        let huge = axis(0.0, 1.0, usize::MAX);
        assert!(message(vec![huge, huge], columns).starts_with("`columns[0]`: expected"));
        assert_eq!(
            message(vec![good], &[column, vec![0.0, f64::NAN]]),
            "`columns[1][1]`: expected a finite number, found NaN"
        );
    }

    proptest! {
        #[test]
        fn every_level_gives_the_bits_of_one_lane(
            counts in (1_usize..6, 1_usize..6),
            columns in 1_usize..=4,
            values in prop::collection::vec(-1e3..1e3, 100),
            at in prop::array::uniform2(prop::array::uniform8(prop_oneof![
                10 => -3.0..9.0,
                1 => Just(f64::NAN),
                1 => Just(f64::INFINITY),
                1 => Just(f64::NEG_INFINITY),
                1 => Just(1e300),
            ])),
        ) {
            let column = |index: usize, count: usize| values[index * 25..][..count].to_vec();
            for axes in [vec![axis(-0.7, 1.3, counts.0)], vec![axis(-0.7, 1.3, counts.0), axis(1.0, 0.9, counts.1)]] {
                let count = axes.iter().map(|axis| axis.count).product();
                let columns: Vec<Vec<f64>> = (0..columns).map(|index| column(index, count)).collect();
                let table = Table::new(axes, &columns).unwrap();
                for level in SimdLevel::supported() {
                    let found = dispatch_at(level, Lookup(&table, at));
                    for lane in 0..LANES {
                        let expected = table.lookup_scalar([at[0][lane], at[1][lane]]);
                        for (found, expected) in found.iter().map(|column| column[lane]).zip(expected) {
                            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                            prop_assert!(same, "{level:?}: {found} against {expected}");
                        }
                    }
                }
            }
        }
    }
}
