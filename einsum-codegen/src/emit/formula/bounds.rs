//! The traits that elements, and functions of the user's, must have for a map.

use proc_macro2::Ident;

use crate::{
    emit::names,
    ir::formula::{Expression, Literal as Number, Numbers, Reduction},
    lower::formula::{Contraction, LoweredFormula, Map, Work},
};

/// The trait that elements must implement for all steps.
pub(super) fn bound(lowered: &LoweredFormula) -> Ident {
    let of = |work: &Work| match work {
        Work::Map(map) => map_bound(map),
        Work::Shifted(shifted) => shifted.maps().map(map_bound).fold(Numbers::Any, Numbers::and),
        Work::Contraction(Contraction { scale: Some(Number::Float(_)), .. }) => Numbers::Field,
        Work::Contraction(Contraction { scale: Some(Number::Integer(_)), .. }) => Numbers::Ring,
        _ => Numbers::Any,
    };
    bound_of(lowered.steps.iter().map(|step| of(&step.work)).fold(Numbers::Any, Numbers::and))
}

/// The functions of the user's, how many numbers each takes, and the trait that it must have.
pub(super) fn users(lowered: &LoweredFormula) -> Vec<(usize, usize, Ident)> {
    let mut users = Vec::new();
    for step in &lowered.steps {
        match &step.work {
            Work::Map(map) => map_users(map, &mut users),
            Work::Shifted(shifted) => shifted.maps().for_each(|map| map_users(map, &mut users)),
            _ => {}
        }
    }
    users.into_iter().map(|user| (user.number, user.arguments, user.bound())).collect()
}

/// A function of the user's in a map.
pub(super) struct User {
    pub(super) number: usize,
    pub(super) arguments: usize,
    /// Whether its second derivative is among what is computed.
    is_second: bool,
}

impl User {
    pub(super) fn bound(&self) -> Ident {
        names::local(if self.is_second { "SecondDerivative" } else { "Function" })
    }
}

/// The trait of such elements.
pub(super) fn bound_of(numbers: Numbers) -> Ident {
    names::local(match numbers {
        Numbers::Any => "Element",
        Numbers::Ring => "Ring",
        Numbers::Field => "Field",
        Numbers::Ordered => "Ordered",
        Numbers::Real => "Real",
    })
}

/// The least that the elements must be able to do for a map: its reduction and its value.
pub(super) fn map_bound(map: &Map) -> Numbers {
    let mut bound = match map.reduction {
        Reduction::Sum | Reduction::Product => Numbers::Any,
        Reduction::Max | Reduction::Min | Reduction::ArgMax | Reduction::ArgMin => Numbers::Ordered,
    };
    map.value.visit(&mut |expression| {
        let needed = match expression {
            Expression::Literal(Number::Float(_)) => Numbers::Field,
            Expression::Literal(Number::Integer(_)) | Expression::Index(_) | Expression::Extent(_) => Numbers::Ring,
            Expression::Call(function, _) => function.numbers(),
            Expression::Select(condition, _) if condition.compares_numbers() => Numbers::Ordered,
            Expression::Read(_) | Expression::User(..) | Expression::Select(..) => Numbers::Any,
        };
        bound = bound.and(needed);
    });
    bound
}

/// Adds the functions of the user's that a map calls.
pub(super) fn map_users(map: &Map, users: &mut Vec<User>) {
    map.value.visit(&mut |expression| {
        let Expression::User(number, by, arguments) = expression else { return };
        let is_second = by.len() > 1;
        let is_same = |user: &&mut User| (user.number, user.arguments) == (*number, arguments.len());
        match users.iter_mut().find(is_same) {
            Some(user) => user.is_second |= is_second,
            None => users.push(User { number: *number, arguments: arguments.len(), is_second }),
        }
    });
}
