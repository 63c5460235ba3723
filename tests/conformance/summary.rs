//! How many cases there are of each fate.

use crate::case::{Case, Fate};

pub(crate) fn text(cases: &[Case]) -> String {
    let count = |is: fn(&Fate) -> bool| cases.iter().filter(|case| is(&case.fate)).count();
    format!(
        "{:3} cases, of which\n{:3} have a value and gradients\n{:3} do not compile\n{:3} are errors at run time\n",
        cases.len(),
        count(|fate| *fate == Fate::Runs),
        count(|fate| *fate == Fate::Refused),
        count(|fate| matches!(fate, Fate::Fails(_))),
    )
}
