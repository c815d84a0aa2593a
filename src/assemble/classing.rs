//! Classes of values for a map. In: values. Out: the class of each. This module does not know regions or figures.
//!
//! Each class has as equal a number of values as possible, and equal values are always in one class. So there are as
//! many classes as different values where these are fewer than [`MOST_CLASSES`].

/// The most classes: people tell five shades apart, also in grey.
pub const MOST_CLASSES: usize = 5;

/// The class of each value, from 0, that of the lowest values first.
///
/// Of all divisions of the sorted values this is the most even one: the sum of the squares of the classes' sizes is the
/// smallest. Of several such divisions it is the one whose highest class is the smallest, then whose next one is.
#[must_use]
pub fn classed(values: &[i64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let different: Vec<(i64, usize)> = sorted.chunk_by(|a, b| a == b).map(|alike| (alike[0], alike.len())).collect();
    let last_of_class = divided(&different.iter().map(|(_, count)| *count).collect::<Vec<_>>());
    let class = |value: &i64| {
        let place = different.partition_point(|(other, _)| other < value);
        last_of_class.partition_point(|last| *last < place)
    };
    values.iter().map(class).collect()
}

/// Divides a row of sizes into the most even classes; for each class the place of its last size.
fn divided(sizes: &[usize]) -> Vec<usize> {
    let classes = sizes.len().min(MOST_CLASSES);
    let mut below = vec![0];
    for size in sizes {
        below.push(below[below.len() - 1] + size);
    }
    let square = |from: usize, to: usize| (below[to] - below[from]).pow(2);
    // `best[c][n]`: the cost of the first `n` sizes in `c` classes, and where the last of these classes begins.
    let mut best: Vec<Vec<Option<(usize, usize)>>> = vec![vec![None; sizes.len() + 1]; classes + 1];
    best[0][0] = Some((0, 0));
    for class in 1..=classes {
        for to in class..=sizes.len() {
            // Of equal costs the latest beginning counts: it makes the highest class the smallest.
            let begins = (class - 1..to).rev();
            let costs = begins.filter_map(|from| Some((best[class - 1][from]?.0 + square(from, to), from)));
            best[class][to] = costs.min_by_key(|(cost, _)| *cost);
        }
    }
    let (mut ends, mut end) = (Vec::new(), sizes.len());
    for class in (1..=classes).rev() {
        ends.push(end - 1);
        end = best[class][end].map_or(0, |(_, from)| from);
    }
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many values each class has, the lowest first.
    fn sizes(values: &[i64]) -> Vec<usize> {
        let classes = classed(values);
        let most = classes.iter().max().map_or(0, |most| most + 1);
        (0..most).map(|class| classes.iter().filter(|of| **of == class).count()).collect()
    }

    #[test]
    fn twenty_different_values_are_five_fours_whatever_their_order() {
        let values: Vec<i64> = (0..20).map(|place| place * 7 % 20).collect();
        assert_eq!(sizes(&values), [4; 5]);
        let classes = classed(&values);
        assert!(values.iter().zip(&classes).all(|(value, class)| *class == *value as usize / 4));
        // Where the number does not divide, the highest classes are the smaller ones.
        assert_eq!(sizes(&(0..17).collect::<Vec<_>>()), [4, 4, 3, 3, 3]);
    }

    #[test]
    fn equal_values_are_in_one_class() {
        assert_eq!(classed(&[1, 2, 2, 2, 2, 2, 2, 3, 4, 5]), [0, 1, 1, 1, 1, 1, 1, 2, 3, 4]);
        // Nine zeros are one class; the other eleven values are divided among four.
        let values = [[0; 9].as_slice(), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]].concat();
        assert_eq!(sizes(&values), [9, 3, 3, 3, 2]);
    }

    #[test]
    fn values_that_are_all_equal_are_one_class() {
        assert_eq!(classed(&[7; 20]), [0; 20]);
        assert_eq!(classed(&[0, 0]), [0, 0]);
        assert!(classed(&[]).is_empty());
    }

    #[test]
    fn fewer_than_five_different_values_are_as_many_classes() {
        assert_eq!(classed(&[5, 0, 5, 0, 9]), [1, 0, 1, 0, 2]);
        assert_eq!(classed(&[4, 3, 2, 1]), [3, 2, 1, 0]);
        assert_eq!(classed(&[1, 2, 3, 4, 5]), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_zero_and_a_value_below_zero_are_values_like_others() {
        assert_eq!(classed(&[0, -3, 10, 20, 30, 40]), [0, 0, 1, 2, 3, 4]);
        assert_eq!(classed(&[0, 1]), [0, 1]);
    }

    #[test]
    fn a_division_is_the_most_even_of_all() {
        // Every division of eight sizes into five classes, tried one by one.
        let counts = [3, 1, 1, 4, 1, 5, 2, 2];
        let values: Vec<i64> =
            counts.iter().enumerate().flat_map(|(value, count)| vec![value as i64; *count]).collect();
        let cost = |sizes: &[usize]| sizes.iter().map(|size| size * size).sum::<usize>();
        let mut least = usize::MAX;
        for cuts in 0_u32..1 << 7 {
            if cuts.count_ones() == 4 {
                let mut classes = vec![0];
                for (place, count) in counts.iter().enumerate() {
                    if place > 0 && cuts >> (place - 1) & 1 == 1 {
                        classes.push(0);
                    }
                    *classes.last_mut().unwrap() += count;
                }
                least = least.min(cost(&classes));
            }
        }
        assert_eq!(cost(&sizes(&values)), least);
    }
}
