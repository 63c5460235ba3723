//! Which of several names was meant.

/// The name that is a slip of the pen away, if there is one: a letter too few, too many or another, or two that have
/// changed places; in names of five letters or more, two such slips.
pub(crate) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = if written.chars().count() > 4 { 2 } else { 1 };
    let near = names.into_iter().map(|name| (distance(written, name), name)).filter(|(slips, _)| *slips <= allowed);
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// How many letters must be added, left out, replaced, or exchanged with their neighbour.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
