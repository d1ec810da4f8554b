//! Eigenvalues of symmetric matrices.

/// Sweeps after which the rotations stop; about ten do for any matrix.
const LARGEST_SWEEPS: usize = 60;

/// Eigenvalues of a symmetric matrix (`n` rows of `n`), and its eigenvectors: column `k` of the second result belongs to
/// value `k`. In no order.
///
/// Cyclic Jacobi rotations (Rutishauser 1966, doi:10.1007/BF02165223). They take some time for large matrices, but need
/// no more than the four operations and roots, so the bits are the same on every machine.
pub(crate) fn symmetric_eigen(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut a = matrix.to_vec();
    let mut vectors = vec![0.0; n * n];
    for k in 0..n {
        vectors[k * n + k] = 1.0;
    }
    for _ in 0..LARGEST_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let (app, aqq, apq) = (a[p * n + p], a[q * n + q], a[p * n + q]);
                // Too small to change either eigenvalue, also relative to a small one.
                if apq.abs() <= 1e-16 * (app.abs() * aqq.abs()).sqrt() || apq == 0.0 {
                    continue;
                }
                rotated = true;
                let ratio = (aqq - app) / (2.0 * apq);
                let tangent = ratio.signum() / (ratio.abs() + (ratio * ratio + 1.0).sqrt());
                let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
                let sine = tangent * cosine;
                for k in 0..n {
                    let (left, right) = (a[k * n + p], a[k * n + q]);
                    a[k * n + p] = cosine * left - sine * right;
                    a[k * n + q] = sine * left + cosine * right;
                }
                for k in 0..n {
                    let (upper, lower) = (a[p * n + k], a[q * n + k]);
                    a[p * n + k] = cosine * upper - sine * lower;
                    a[q * n + k] = sine * upper + cosine * lower;
                    let (left, right) = (vectors[k * n + p], vectors[k * n + q]);
                    vectors[k * n + p] = cosine * left - sine * right;
                    vectors[k * n + q] = sine * left + cosine * right;
                }
                a[p * n + p] = app - tangent * apq;
                a[q * n + q] = aqq + tangent * apq;
                a[p * n + q] = 0.0;
                a[q * n + p] = 0.0;
            }
        }
        if !rotated {
            break;
        }
    }
    ((0..n).map(|k| a[k * n + k]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_values_give_the_matrix_back() {
        for n in [1, 2, 5, 30] {
            let scale = |k: usize| 10_f64.powi(-((k % 7) as i32));
            let mut matrix = vec![0.0; n * n];
            for row in 0..n {
                for column in 0..n {
                    let (low, high) = (row.min(column), row.max(column));
                    let entry = ((low * 31 + high * 17) as f64).sin();
                    matrix[row * n + column] = scale(row) * scale(column) * entry;
                }
            }
            let (values, vectors) = symmetric_eigen(&matrix, n);
            for row in 0..n {
                for column in 0..n {
                    let terms = |k: usize| (vectors[row * n + k], vectors[column * n + k]);
                    let sum: f64 = (0..n).map(|k| values[k] * terms(k).0 * terms(k).1).sum();
                    assert!((sum - matrix[row * n + column]).abs() < 1e-14 * n as f64);
                    let dot: f64 = (0..n).map(|k| terms(k).0 * terms(k).1).sum();
                    assert!((dot - f64::from(u8::from(row == column))).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn eigenvalues_of_a_second_difference() {
        let n = 12;
        let mut matrix = vec![0.0; n * n];
        for k in 0..n {
            matrix[k * n + k] = 2.0;
            if k + 1 < n {
                matrix[k * n + k + 1] = -1.0;
                matrix[(k + 1) * n + k] = -1.0;
            }
        }
        let (mut values, _) = symmetric_eigen(&matrix, n);
        values.sort_by(f64::total_cmp);
        for (k, value) in values.iter().enumerate() {
            let angle = std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64;
            assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-14);
        }
    }
}
