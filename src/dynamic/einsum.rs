//! Subscripts that were read, and the plan for the extents of last time.

use std::{
    borrow::ToOwned,
    format,
    string::String,
    sync::{Arc, Mutex, PoisonError},
    vec::Vec,
};

use einsum_middle::{
    notation::{self, ELLIPSIS},
    subscripts::{self, Letters, Mistake, Subscripts},
};
use einsum_runtime::{Differentiable, Element};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD};

use super::{
    bound::Read,
    error::Error,
    plan::{self, Gradients, Plan, Slot, given, shapes},
    pullback::Pullback,
    tensor::Tensor,
};

/// An einsum whose subscripts have been read. It can be run on operands of any extents, by several threads at once; the order in which
/// operands meet is searched for when extents differ from those of the last run, and kept.
///
/// ```
/// use einsum::dynamic::Einsum;
/// use ndarray::Array;
///
/// let trace = Einsum::new("ii")?;
/// assert_eq!(trace.run(&[&Array::<f32, _>::eye(5)])?[[]], 5.0);
/// assert_eq!(trace.run(&[&[[1, 2], [3, 4]]])?[[]], 5);
/// # Ok::<(), einsum::dynamic::Error>(())
/// ```
#[derive(Debug)]
pub struct Einsum {
    read: Read,
    value: Kept<Plan>,
    gradients: Kept<Gradients>,
}

/// The plan for the extents of last time.
#[derive(Debug)]
struct Kept<P>(Mutex<Option<Planned<P>>>);

#[derive(Debug)]
struct Planned<P> {
    /// The extents of each operand.
    shapes: Vec<Vec<usize>>,
    plan: Arc<P>,
}

impl Einsum {
    /// Reads subscripts, as [`einsum!`](macro@crate::einsum) reads them: explicit or implicit output, ellipses, parentheses around operands
    /// that are multiplied first.
    ///
    /// # Errors
    /// All mistakes in the subscripts, each with the characters marked.
    pub fn new(subscripts: &str) -> Result<Self, Error> {
        Self::with_extents(subscripts, &[])
    }

    /// Reads subscripts with labels on the output that no operand has, whose extents are given: along these the result repeats.
    ///
    /// ```
    /// let rows = einsum::dynamic::Einsum::with_extents("j->ij", &[("i", 2)])?;
    /// assert_eq!(rows.run(&[&[1, 2, 3]])?, ndarray::arr2(&[[1, 2, 3], [1, 2, 3]]).into_dyn());
    /// # Ok::<(), einsum::dynamic::Error>(())
    /// ```
    ///
    /// # Errors
    /// All mistakes in the subscripts, each with the characters marked; an extent of what is no label, or that is given twice.
    pub fn with_extents(text: &str, extents: &[(&str, usize)]) -> Result<Self, Error> {
        let help = |_: &Subscripts| {
            "give each label one letter: longer ones are for index notation, which macros have".to_owned()
        };
        let (subscripts, mut mistakes) = subscripts::parse(text, Letters::Labels, help);
        mistakes.extend(unbound(&subscripts, extents));
        let mut messages: Vec<String> = mistakes.iter().map(|mistake| mistake.message(text)).collect();
        messages.extend(misplaced(text, &subscripts, extents));
        if !messages.is_empty() {
            return Err(Error::Subscripts { message: messages.join("\n") });
        }
        let given = extents.iter().map(|&(label, extent)| (label.to_owned(), extent)).collect();
        let Subscripts { inputs, order, output } = subscripts;
        let read = Read { text: text.to_owned(), inputs, order, output, given, conj: Vec::new() };
        Ok(Self { read, value: Kept::none(), gradients: Kept::none() })
    }

    /// The einsum with the operand of this number, from 0, read conjugated, or if it was, as it is; of real numbers that is the operand itself.
    ///
    /// # Panics
    /// If there is no such operand.
    ///
    /// ```
    /// use num_complex::Complex64;
    ///
    /// let x = [Complex64::new(3.0, 4.0)];
    /// let norm = einsum::dynamic::Einsum::new("i,i->")?.conj(0);
    /// assert_eq!(norm.run(&[&x, &x])?[[]], Complex64::new(25.0, 0.0));
    /// # Ok::<(), einsum::dynamic::Error>(())
    /// ```
    #[must_use]
    pub fn conj(mut self, operand: usize) -> Self {
        let operands = self.operands();
        assert!(operand < operands, "there is no operand {operand} of {operands}");
        self.read.conj.push(operand);
        Self { value: Kept::none(), gradients: Kept::none(), ..self }
    }

    /// How many operands there are.
    #[must_use]
    pub fn operands(&self) -> usize {
        self.read.inputs.len()
    }

    /// The subscripts as they were given.
    #[must_use]
    pub fn subscripts(&self) -> &str {
        &self.read.text
    }

    /// The einsum of these operands, a new array. An operand of extent 1 along a label that others have more of repeats.
    ///
    /// # Errors
    /// If there are more or fewer operands than subscripts, if ranks or extents do not fit them, or if there is no room for the result.
    pub fn run<T: Element>(&self, operands: &[&dyn Tensor<T>]) -> Result<ArrayD<T>, Error> {
        let views = self.views(operands)?;
        let plan = self.plan(&shapes(&views))?;
        let mut slots = given(plan.slots(), views);
        plan.run(&mut slots)?;
        Ok(slots[plan.results[0]].take())
    }

    /// Writes the einsum of these operands to an array. Of an output with a repeated label all off the diagonal is left as it is.
    ///
    /// ```
    /// let mut y = ndarray::Array2::zeros((2, 2));
    /// let outer = einsum::dynamic::Einsum::new("i,j->ij")?;
    /// outer.run_into(y.view_mut().into_dyn(), &[&[1, 2], &[3, 4]])?;
    /// assert_eq!(y, ndarray::arr2(&[[3, 4], [6, 8]]));
    /// # Ok::<(), einsum::dynamic::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Einsum::run`], or if the array has other extents than the result. Nothing is written then, unless there is no room for an
    /// intermediate.
    pub fn run_into<T: Element>(&self, out: ArrayViewMutD<'_, T>, operands: &[&dyn Tensor<T>]) -> Result<(), Error> {
        let views = self.views(operands)?;
        let plan = self.plan(&shapes(&views))?;
        plan.check_result("the array to write to", out.shape())?;
        let mut slots = given(plan.slots(), views);
        slots[plan.results[0]] = Slot::Written(out);
        plan.run(&mut slots)
    }

    /// The einsum of these operands, and what gives the cotangents of all of them; it keeps views of the operands, and the intermediates that
    /// it reads.
    ///
    /// # Errors
    /// As [`Einsum::run`].
    pub fn vjp<'a, T: Element + Differentiable>(
        &self,
        operands: &[&'a dyn Tensor<T>],
    ) -> Result<(ArrayD<T>, Pullback<'a, T>), Error> {
        let views = self.views(operands)?;
        let shapes = shapes(&views);
        let plans = self.gradients.get(&shapes, || Ok(Gradients::new(&self.read.text, &self.read.bind(&shapes)?)))?;
        Pullback::new(plans, views)
    }

    /// The elements of all operands.
    fn views<'a, T>(&self, operands: &[&'a dyn Tensor<T>]) -> Result<Vec<ArrayViewD<'a, T>>, Error> {
        let too_many = |operand, extents: Vec<usize>| {
            let hint = self.read.hint_of_indices(operand, &extents);
            Error::Indices { subscripts: self.read.text.clone(), operand, extents, hint }
        };
        let view = |(number, &operand): (usize, &&'a dyn Tensor<T>)| {
            operand.checked_view().map_err(|extents| too_many(number, extents))
        };
        operands.iter().enumerate().map(view).collect()
    }

    fn plan(&self, shapes: &[&[usize]]) -> Result<Arc<Plan>, Error> {
        self.value.get(shapes, || Ok(plan::forward(&self.read.text, &self.read.bind(shapes)?)))
    }
}

impl<P> Kept<P> {
    fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// The plan for these extents: that of last time, or a new one.
    fn get(&self, shapes: &[&[usize]], new: impl FnOnce() -> Result<P, Error>) -> Result<Arc<P>, Error> {
        let is_for = |planned: &&Planned<P>| planned.shapes.iter().map(Vec::as_slice).eq(shapes.iter().copied());
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(planned) = kept().as_ref().filter(is_for) {
            return Ok(Arc::clone(&planned.plan));
        }
        let plan = Arc::new(new()?);
        let shapes = shapes.iter().map(|shape| shape.to_vec()).collect();
        *kept() = Some(Planned { shapes, plan: Arc::clone(&plan) });
        Ok(plan)
    }
}

/// The labels of the output whose extents nothing says.
fn unbound(subscripts: &Subscripts, extents: &[(&str, usize)]) -> Vec<Mistake> {
    let labels = subscripts.output.as_ref().map_or(&[][..], |output| &output.labels);
    let names: Vec<&str> = labels.iter().map(|label| label.name.as_str()).collect();
    let inputs = subscripts.inputs.iter().flat_map(|input| &input.labels).map(|label| label.name.as_str());
    let inputs: Vec<&str> = inputs.collect();
    let axes = notation::unbound(&names, &inputs, |name| extents.iter().any(|(label, _)| *label == name));
    let mistake = |axis: usize| Mistake {
        places: std::vec![labels[axis].place.clone()],
        what: notation::has_no_extent(names[axis]),
        help: Some(format!(
            "drop `{0}` from the output, or give its extent: `with_extents(.., &[(\"{0}\", 7)])`",
            names[axis]
        )),
    };
    axes.into_iter().map(mistake).collect()
}

/// What is wrong with extents that are given.
fn misplaced(text: &str, subscripts: &Subscripts, extents: &[(&str, usize)]) -> Vec<String> {
    let labels = |names: &[&str]| match names {
        [] => "it has no labels".to_owned(),
        [name] => format!("its label is `{name}`"),
        _ => format!("its labels are `{}`", names.join("`, `")),
    };
    let all = || subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
    let mut messages = Vec::new();
    for (number, (label, _)) in extents.iter().enumerate() {
        if !all().any(|other| other.name == *label) || *label == ELLIPSIS {
            let mut names: Vec<&str> =
                all().map(|label| label.name.as_str()).filter(|name| *name != ELLIPSIS).collect();
            names.sort_unstable();
            names.dedup();
            messages.push(format!("`{label}` is no label of `{text}`\nhelp: {}", labels(&names)));
        }
        if extents[..number].iter().any(|(other, _)| other == label) {
            messages.push(format!("the extent of `{label}` of `{text}` is given twice\nhelp: give it once"));
        }
    }
    messages
}
