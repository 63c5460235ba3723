//! Expressions made of others, of which parts are replaced.

use super::{Comparison, Condition, Expression};
use crate::few::List;

impl Expression {
    /// The expression with those parts replaced for which there is another, outermost first.
    #[must_use]
    pub fn replaced(&self, other: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        let compared = |comparison, left, right| Condition::Numbers(comparison, Box::new([left, right]));
        other(self).unwrap_or_else(|| self.rebuilt(&mut |part| part.replaced(other), &compared))
    }

    /// The expression with other parts, those that conditions compare included, which are put together by `compared`.
    #[must_use]
    pub fn rebuilt(
        &self,
        part: &mut dyn FnMut(&Self) -> Self,
        compared: &dyn Fn(Comparison, Self, Self) -> Condition,
    ) -> Self {
        match self {
            Self::Read(_) | Self::Literal(_) | Self::Index(_) | Self::Extent(_) => self.clone(),
            Self::Call(function, arguments) => Self::Call(*function, arguments.mapped(part)),
            Self::User(number, by, arguments) => Self::User(*number, by.clone(), arguments.mapped(part)),
            Self::Select(condition, cases) => {
                let condition = condition.rebuilt(part, compared);
                Self::Select(Box::new(condition), Box::new(cases.each_ref().map(part)))
            }
        }
    }
}

impl Condition {
    fn rebuilt(
        &self,
        part: &mut dyn FnMut(&Expression) -> Expression,
        compared: &dyn Fn(Comparison, Expression, Expression) -> Self,
    ) -> Self {
        let mut both = |conditions: &[Self; 2]| {
            let [left, right] = conditions;
            Box::new([left.rebuilt(part, compared), right.rebuilt(part, compared)])
        };
        match self {
            Self::Indices(..) => self.clone(),
            Self::And(conditions) => Self::And(both(conditions)),
            Self::Or(conditions) => Self::Or(both(conditions)),
            Self::Not(condition) => Self::Not(Box::new(condition.rebuilt(part, compared))),
            Self::Numbers(comparison, sides) => {
                let [left, right] = sides.each_ref().map(part);
                compared(*comparison, left, right)
            }
        }
    }
}
