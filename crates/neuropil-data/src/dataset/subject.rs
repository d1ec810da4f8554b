//! One subject of a dataset.

use crate::connectome::Connectome;
use crate::matrix::Matrix;

/// One subject: connectome and, where measured, BOLD.
#[derive(Clone, Debug)]
pub struct Subject {
    pub(super) id: String,
    pub(super) connectome: Connectome,
    pub(super) bold: Option<Matrix>,
}

impl Subject {
    /// Name of the subject's folder.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Normalised weights and lengths in mm.
    pub fn connectome(&self) -> &Connectome {
        &self.connectome
    }

    /// BOLD, regions x volumes.
    pub fn bold(&self) -> Option<&Matrix> {
        self.bold.as_ref()
    }

    /// Functional connectivity: Pearson's correlation of the BOLD of every pair of regions.
    ///
    /// A region whose signal never changes correlates 0 with all others; the diagonal is 1.
    pub fn fc(&self) -> Option<Matrix> {
        self.bold.as_ref().map(correlation)
    }
}

/// Pearson's correlation of the rows.
fn correlation(series: &Matrix) -> Matrix {
    let mut normalised = series.clone();
    let columns = series.columns();
    for row in normalised.values_mut().chunks_exact_mut(columns.max(1)) {
        let mean = row.iter().sum::<f64>() / columns as f64;
        // Scaled by the largest deviation first, so that squares neither overflow nor vanish.
        for value in row.iter_mut() {
            *value -= mean;
        }
        let largest = row.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        if largest == 0.0 {
            continue;
        }
        let norm = row.iter().map(|value| (value / largest).powi(2)).sum::<f64>().sqrt();
        for value in row.iter_mut() {
            *value = *value / largest / norm;
        }
    }
    let rows: Vec<&[f64]> = normalised.iter_rows().collect();
    let mut fc = Matrix::from_fn(rows.len(), rows.len(), |i, j| f64::from(u8::from(i == j)));
    for i in 0..rows.len() {
        for j in 0..i {
            let product: f64 = rows[i].iter().zip(rows[j]).map(|(a, b)| a * b).sum();
            let product = product.clamp(-1.0, 1.0);
            fc[(i, j)] = product;
            fc[(j, i)] = product;
        }
    }
    fc
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn correlations_of_simple_series_are_known() {
        let series = Matrix::from_rows(&[
            [1.0, 2.0, 3.0, 4.0],
            [-2.0, -4.0, -6.0, -8.0],
            [1.0, -1.0, -1.0, 1.0],
            [5.0, 5.0, 5.0, 5.0],
            [1e300, 2e300, 3e300, 4e300],
        ])
        .unwrap();
        let fc = correlation(&series);
        let expected = [1.0, -1.0, 0.0, 0.0, 1.0];
        for (j, expected) in expected.into_iter().enumerate() {
            assert!((fc[(0, j)] - expected).abs() < 1e-15, "{j}: {}", fc[(0, j)]);
        }
        assert_eq!(fc.diagonal(), [1.0; 5]);
        assert_eq!(fc, fc.transpose());
    }
}
