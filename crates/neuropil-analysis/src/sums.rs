//! Sums in a fixed order that a compiler can vectorise.
//!
//! Eight partial sums run side by side, so the result depends on the numbers and their order only, never on
//! threads or on the processor.

const LANES: usize = 8;

fn add_lanes(lanes: [f64; LANES]) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

fn sum_of(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += term(*value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane += term(*value);
    }
    add_lanes(lanes)
}

/// Sum of `values`.
pub(crate) fn sum(values: &[f64]) -> f64 {
    sum_of(values, |value| value)
}

/// Sum of the squares of `values`.
pub(crate) fn sum_of_squares(values: &[f64]) -> f64 {
    sum_of(values, |value| value * value)
}

/// Sum of the products of pairs.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (left_chunks, left_rest) = left.as_chunks::<LANES>();
    let (right_chunks, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left_chunks.iter().zip(right_chunks) {
        for lane in 0..LANES {
            lanes[lane] += left[lane] * right[lane];
        }
    }
    for (lane, (left, right)) in lanes.iter_mut().zip(left_rest.iter().zip(right_rest)) {
        *lane += left * right;
    }
    add_lanes(lanes)
}

/// Arithmetic mean of at least one number.
pub(crate) fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

/// Largest magnitude.
pub(crate) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

/// Whether all numbers are the same. Compared with the first one rather than by a variance, which rounding leaves
/// above zero.
pub(crate) fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0].total_cmp(&pair[1]).is_eq() || (pair[0] == 0.0 && pair[1] == 0.0))
}

/// Subtracts the mean. The second pass takes away what rounding left of it.
pub(crate) fn centre(values: &mut [f64]) {
    for _ in 0..2 {
        let mean = mean(values);
        for value in &mut *values {
            *value -= mean;
        }
    }
}

/// Subtracts the mean and divides by the Euclidean norm, so that dot products are correlations. Numbers that are
/// all the same become zeros, and the answer is false.
pub(crate) fn normalise(values: &mut [f64]) -> bool {
    if is_constant(values) {
        values.fill(0.0);
        return false;
    }
    centre(values);
    // Squares of very small numbers would vanish.
    let largest = largest(values);
    for value in &mut *values {
        *value /= largest;
    }
    let norm = sum_of_squares(values).sqrt();
    for value in &mut *values {
        *value /= norm;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sums() {
        let values: Vec<f64> = (1..=19).map(f64::from).collect();
        assert!((sum(&values) - 190.0).abs() < 1e-12);
        assert!((sum_of_squares(&values) - 2470.0).abs() < 1e-12);
        assert!((dot(&values, &values) - 2470.0).abs() < 1e-12);
    }

    #[test]
    fn normal_rows_have_norm_one_at_any_scale() {
        for scale in [1e-200, 1.0, 1e99] {
            let mut values: Vec<f64> = [3.0, 1.0, 4.0, 1.0, 5.0].iter().map(|value| value * scale).collect();
            assert!(normalise(&mut values));
            assert!((sum_of_squares(&values) - 1.0).abs() < 1e-14);
            assert!(sum(&values).abs() < 1e-14);
        }
        let mut constant = vec![0.1; 1000];
        assert!(!normalise(&mut constant));
        assert!(constant.iter().all(|value| *value == 0.0));
    }
}
