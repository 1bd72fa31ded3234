//! What chance alone would bring about among very many pairs of columns.

use super::sampled::SampledColumn;

/// Something that chance brings about with this probability, or less, among all pairs is no chance.
const BY_CHANCE: f32 = 0.01;

/// The evidence (the negative logarithm of a probability) that a finding needs among all pairs of columns.
pub fn needed(columns: usize) -> f32 {
    let pairs = columns as f32 * columns as f32;
    (pairs / BY_CHANCE).ln()
}

/// The least evidence of each row where a column could have had another value and has not.
pub fn of_agreeing(column: &SampledColumn) -> f32 {
    let rows = column.codes.len();
    let mut counts = vec![0_u32; column.distinct + 1];
    // The missing cell is a value like any other here; its place is the last.
    column.codes.iter().for_each(|&code| counts[(code as usize).min(column.distinct)] += 1);
    let most = counts.into_iter().max().unwrap_or(0);
    (rows as f32 / most.max(1) as f32).ln()
}
