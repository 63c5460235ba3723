//! Labels that may be slips of the pen: legal, and told as warnings.

use crate::{
    ast::{Label, Mark, Subscript, Subscripts},
    error::Errors,
    parse::nearest::distance,
    tuning::SIMILAR_MIN_LETTERS,
};

/// Notes every word that is a label of one operand alone, and differs by a slip from one that is elsewhere: it is
/// summed over by itself, as nobody would do who had written it in the same way.
#[must_use]
pub fn similar_labels(subscripts: &Subscripts) -> Errors {
    let mut warnings = Errors::default();
    let all: Vec<(&Subscript, &Label)> = subscripts
        .inputs
        .iter()
        .chain(&subscripts.output)
        .flat_map(|subscript| subscript.labels.iter().map(move |label| (subscript, label)))
        .collect();
    let is_lone = |label: &Label| {
        let is_output =
            subscripts.output.iter().flat_map(|output| &output.labels).any(|other| other.name == label.name);
        !is_output && all.iter().filter(|(_, other)| other.name == label.name).count() == 1
    };
    for (number, (subscript, label)) in all.iter().enumerate() {
        let Mark::Tokens(first, last) = label.mark else { continue };
        let is_meant = |(position, (at, other)): &(usize, &(&Subscript, &Label))| {
            !std::ptr::eq(*at, *subscript)
                && is_slip(&label.name, &other.name)
                // Of two that are both alone, the later one is told.
                && (*position < number || !is_lone(other))
        };
        if let Some((_, (_, other))) = all.iter().enumerate().find(is_meant).filter(|_| is_lone(label)) {
            let (name, other) = (&label.name, &other.name);
            warnings
                .push((first, last), format!("label `{name}` is on this operand alone; `{other}` is another label"));
        }
    }
    warnings
}

/// Whether words differ in one letter. (Numbers tell labels apart that are meant to be different.)
fn is_slip(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_numeric()).collect::<String>();
    let is_word = |text: &str| text.chars().count() >= SIMILAR_MIN_LETTERS;
    is_word(a) && is_word(b) && letters(a) != letters(b) && distance(a, b) == 1
}
