//! Checked formulas from text as they are displayed: for tests, which need no parser for this.
//!
//! ```text
//! x: 2, w: 2, b: 1, t: 1 indices
//! i: 2*i + p in x[0]
//! z[i, j] = sum[k](x[i, k] * w[k, j])
//! y[i, j] = relu(z[i, j] + b[j])
//! ```
//! The first line has the operands, with their numbers of axes. Extents are where a label is the whole index of an axis of an
//! operand; others have lines of their own. The result is what the last line writes.

use einsum_codegen::ir::{
    Label,
    formula::{
        Access, Affine, Amount, Axis, Comparison, Condition, Elements, Expression, Extent, ExtentFrom, Formula,
        Function, Index, Literal, Outside, Reduction, Shape, Statement, Tensor, TensorId, TensorKind,
    },
};

/// The formula of a text.
pub(crate) fn formula(text: &str) -> Formula {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut reader = Reader::default();
    reader.operands(lines.next().expect("operands"));
    for line in lines {
        reader.text = line.replace(" in ", "@").chars().filter(|c| !c.is_whitespace()).collect();
        reader.at = 0;
        reader.line();
        assert_eq!(reader.at, reader.text.len(), "left over of `{line}`: at {}", reader.at);
    }
    let formula = reader.finish();
    assert_eq!(formula.verify(), Ok(()), "{formula}");
    formula
}

#[derive(Default)]
struct Reader {
    formula: Option<Formula>,
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn formula(&mut self) -> &mut Formula {
        self.formula.as_mut().expect("operands come first")
    }

    fn operands(&mut self, line: &str) {
        let tensors = line.split(',').enumerate().map(|(number, operand)| {
            let (name, rest) = operand.split_once(':').expect("a number of axes");
            let mut rest = rest.split_whitespace();
            let rank = rest.next().expect("a number of axes").parse().expect("a number");
            let elements = if rest.next() == Some("indices") { Elements::Indices } else { Elements::Numbers };
            let kind = TensorKind::Operand(number);
            Tensor { name: name.trim().to_owned(), kind, elements, shape: Shape::Given(rank) }
        });
        let tensors = tensors.collect();
        let (labels, extents, statements, results) = Default::default();
        self.formula = Some(Formula { labels, tensors, extents, statements, results, broadcasts: false });
    }

    /// Where a label is an index itself, its extent is that of the axis.
    fn finish(mut self) -> Formula {
        let formula = self.formula.take().expect("a formula");
        let mut extents: Vec<Extent> = Vec::new();
        for access in formula.statements.iter().flat_map(Statement::reads) {
            for (axis, index) in access.axes.iter().enumerate() {
                let (Some(label), true) = (index.bare(), formula.tensor(access.tensor).kind.is_given()) else {
                    continue;
                };
                let found = extents.iter_mut().find(|extent| extent.label == *label);
                match found.map(|extent| &mut extent.from) {
                    Some(ExtentFrom::Axes(axes)) if axes.contains(&(access.tensor, axis)) => {}
                    Some(ExtentFrom::Axes(axes)) => axes.push((access.tensor, axis)),
                    _ => extents
                        .push(Extent { label: label.clone(), from: ExtentFrom::Axes(vec![(access.tensor, axis)]) }),
                }
            }
        }
        extents.retain(|extent| formula.extents.iter().all(|given| given.label != extent.label));
        extents.extend(formula.extents.iter().cloned());
        let results = vec![formula.statements.last().expect("a statement").target.tensor];
        let mut formula = Formula { extents, results, ..formula };
        let result = formula.results[0].0;
        formula.tensors[result].kind = TensorKind::Result;
        formula
    }

    fn peek(&self, text: &str) -> bool {
        self.text[self.at..].starts_with(&text.chars().collect::<Vec<_>>())
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.peek(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    fn expect(&mut self, text: &str) {
        assert!(self.eat(text), "expected `{text}` at {} of {}", self.at, self.text.iter().collect::<String>());
    }

    fn attempt<T>(&mut self, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let parsed = parse(self);
        if parsed.is_none() {
            self.at = at;
        }
        parsed
    }

    fn word(&mut self) -> Option<String> {
        let is_in = |c: &&char| c.is_alphanumeric() || **c == '_';
        let word: String = self.text[self.at..].iter().take_while(is_in).collect();
        let is_word = word.starts_with(|c: char| c.is_alphabetic());
        self.at += if is_word { word.len() } else { 0 };
        is_word.then_some(word)
    }

    fn integer(&mut self) -> Option<i64> {
        let digits: String = self.text[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        digits.parse().ok()
    }

    fn list<T>(&mut self, mut parse: impl FnMut(&mut Self) -> T, end: &str) -> Vec<T> {
        let mut items = Vec::new();
        while !self.eat(end) {
            items.push(parse(self));
            let _more = self.eat(",");
        }
        items
    }

    /// An extent, or a statement.
    fn line(&mut self) {
        let extent = self.attempt(|reader| {
            let label = reader.word()?;
            reader.eat(":").then_some(label)
        });
        if let Some(label) = extent {
            let label = self.formula().labels.intern(&label);
            let form = self.affine().expect("a form");
            self.expect("@");
            let tensor = self.tensor().expect("a tensor");
            self.expect("[");
            let axis = usize::try_from(self.integer().expect("an axis")).expect("small");
            self.expect("]");
            let from = ExtentFrom::Largest(vec![(tensor, axis, form)]);
            return self.formula().extents.push(Extent { label, from });
        }
        self.statement();
    }

    fn tensor(&mut self) -> Option<TensorId> {
        let name = self.word()?;
        self.formula().tensors.iter().position(|tensor| tensor.name == name).map(TensorId)
    }

    fn statement(&mut self) {
        let at = self.at;
        let name = self.word().expect("a target");
        let known = self.formula().tensors.iter().any(|tensor| tensor.name == name);
        if !known {
            self.expect("[");
            let axes = self.list(Self::axis, "]");
            let form = |axis: &Axis| match &axis.index {
                Index::Affine(form) => form.clone(),
                Index::Gather(_) => panic!("a shape that is not known"),
            };
            let shape = Shape::Needed(axes.iter().map(form).collect());
            let (kind, elements) = (TensorKind::Local, Elements::Numbers);
            self.formula().define(Tensor { name, kind, elements, shape });
        }
        self.at = at;
        let target = self.access().expect("a target");
        let adds = self.eat("+=");
        if !adds {
            self.expect("=");
        }
        let (reduction, reduced) = self.attempt(Self::reduction).unwrap_or((Reduction::Sum, Vec::new()));
        let value = self.expression();
        if !reduced.is_empty() {
            self.expect(")");
        }
        if matches!(reduction, Reduction::ArgMax | Reduction::ArgMin) {
            self.formula().tensors[target.tensor.0].elements = Elements::Indices;
        }
        let mut free = Vec::new();
        target.labels(&mut free);
        self.formula().statements.push(Statement { target, adds, free, reduced, reduction, value });
    }

    fn reduction(&mut self) -> Option<(Reduction, Vec<Label>)> {
        let name = self.word()?;
        let reduction =
            [Reduction::Sum, Reduction::Product, Reduction::Max, Reduction::Min, Reduction::ArgMax, Reduction::ArgMin];
        let reduction = reduction.into_iter().find(|reduction| reduction.to_string() == name)?;
        if !self.eat("[") {
            return None;
        }
        let labels = self.list(|reader| reader.word().expect("a label"), "]");
        self.expect("(");
        Some((reduction, labels.iter().map(|label| self.formula().labels.intern(label)).collect()))
    }

    /// `x[i]`, `zero(x)[i - 1]`, `conj(x)[i]`
    fn access(&mut self) -> Option<Access> {
        self.attempt(|reader| {
            let (mut outside, mut conj, mut depth) = (Outside::Error, false, 0);
            loop {
                if reader.eat("zero(") {
                    outside = Outside::Zero;
                } else if reader.eat("wrap(") {
                    outside = Outside::Wrap;
                } else if reader.eat("clamp(") {
                    outside = Outside::Clamp;
                } else if reader.eat("conj(") {
                    conj = true;
                } else {
                    break;
                }
                depth += 1;
            }
            let name = reader.word()?;
            for _ in 0..depth {
                reader.eat(")").then_some(())?;
            }
            if !reader.eat("[") {
                return None;
            }
            let found = reader.formula().tensors.iter().position(|tensor| tensor.name == name);
            let tensor = TensorId(found.unwrap_or_else(|| panic!("no tensor {name}")));
            let mut axes = reader.list(Self::axis, "]");
            for axis in &mut axes {
                axis.outside = outside;
            }
            Some(Access { tensor, axes, conj })
        })
    }

    fn axis(&mut self) -> Axis {
        let index = match self.access() {
            Some(access) => Index::Gather(Box::new(access)),
            None => Index::Affine(self.affine().expect("a form")),
        };
        Axis { index, outside: Outside::Error }
    }

    /// A form of labels, which ends where something else begins.
    fn affine(&mut self) -> Option<Affine> {
        let mut form = Affine::default();
        let mut is_first = true;
        loop {
            let sign = match (self.eat("-"), is_first || self.eat("+")) {
                (true, _) => -1,
                (false, true) => 1,
                (false, false) => break,
            };
            is_first = false;
            let number = self.integer();
            if number.is_some() && !self.eat("*") {
                form.constant.known += sign * number.unwrap_or(1);
                continue;
            }
            let label = self.word()?;
            let label = self.formula().labels.intern(&label);
            form.terms.push((Amount::known(sign * number.unwrap_or(1)), label));
        }
        form.terms.sort_by_key(|(_, label)| label.id());
        Some(form)
    }

    fn expression(&mut self) -> Expression {
        let mut sum = self.product();
        loop {
            let function = match (self.eat("+"), self.peek("-")) {
                (true, _) => Function::Add,
                (false, true) => Function::Subtract,
                (false, false) => return sum,
            };
            let _minus = function == Function::Subtract && self.eat("-");
            sum = Expression::Call(function, vec![sum, self.product()]);
        }
    }

    fn product(&mut self) -> Expression {
        let mut product = self.factor();
        loop {
            let function = match (self.eat("*"), self.peek("/")) {
                (true, _) => Function::Multiply,
                (false, true) => Function::Divide,
                (false, false) => return product,
            };
            let _slash = function == Function::Divide && self.eat("/");
            product = Expression::Call(function, vec![product, self.factor()]);
        }
    }

    fn factor(&mut self) -> Expression {
        if self.eat("-") {
            return match self.factor() {
                Expression::Literal(Literal::Integer(value)) => Expression::Literal(Literal::Integer(-value)),
                Expression::Literal(Literal::Float(value)) => Expression::Literal(Literal::Float(-value)),
                other => Expression::Call(Function::Negate, vec![other]),
            };
        }
        if self.eat("(") {
            let inner = self.expression();
            self.expect(")");
            return inner;
        }
        if let Some(access) = self.access() {
            return Expression::Read(access);
        }
        if self.eat("index(") {
            let form = self.affine().expect("a form");
            self.expect(")");
            return Expression::Index(form);
        }
        if self.eat("extent(") {
            let label = self.word().expect("a label");
            self.expect(")");
            return Expression::Extent(self.formula().labels.intern(&label));
        }
        if self.eat("select(") {
            let condition = self.condition();
            self.expect(",");
            let yes = self.expression();
            self.expect(",");
            let no = self.expression();
            self.expect(")");
            return Expression::Select(Box::new(condition), Box::new([yes, no]));
        }
        if let Some(number) = self.attempt(Self::literal) {
            return number;
        }
        let name = self.word().expect("a function");
        self.expect("(");
        if let Some(number) = name.strip_prefix("user") {
            let arguments = self.list(Self::expression, ")");
            return Expression::User(number.parse().expect("a number"), Vec::new(), arguments);
        }
        let mut arguments = self.list(Self::expression, ")");
        let function = match name.as_str() {
            "powi" => {
                let Some(Expression::Literal(Literal::Integer(power))) = arguments.pop() else { panic!("a power") };
                Function::Powi(i32::try_from(power).expect("small"))
            }
            _ => *FUNCTIONS.iter().find(|function| function.to_string() == name).unwrap_or_else(|| panic!("{name}?")),
        };
        Expression::Call(function, arguments)
    }

    fn literal(&mut self) -> Option<Expression> {
        let is_in = |c: &&char| c.is_ascii_digit() || **c == '.';
        let digits: String = self.text[self.at..].iter().take_while(is_in).collect();
        self.at += digits.len();
        let literal = if digits.contains('.') {
            Literal::Float(digits.parse().ok()?)
        } else {
            Literal::Integer(digits.parse().ok()?)
        };
        Some(Expression::Literal(literal))
    }

    fn condition(&mut self) -> Condition {
        if self.eat("!(") {
            let inner = self.condition();
            self.expect(")");
            return Condition::Not(Box::new(inner));
        }
        let both = self.attempt(|reader| {
            reader.eat("(").then_some(())?;
            let left = reader.condition();
            let (and, or) = (reader.eat("&&"), reader.eat("||"));
            (and || or).then_some(())?;
            let right = reader.condition();
            reader.expect(")");
            Some(if and { Condition::And(Box::new([left, right])) } else { Condition::Or(Box::new([left, right])) })
        });
        if let Some(both) = both {
            return both;
        }
        let indices = self.attempt(|reader| {
            let left = reader.affine()?;
            let comparison = reader.comparison()?;
            let right = reader.affine()?;
            let ends = [",", ")", "&&", "||"].iter().any(|end| reader.peek(end));
            let has_label = !left.terms.is_empty() || !right.terms.is_empty();
            (ends && has_label).then_some(Condition::Indices(comparison, left, right))
        });
        indices.unwrap_or_else(|| {
            let left = self.expression();
            let comparison = self.comparison().expect("a comparison");
            Condition::Numbers(comparison, Box::new([left, self.expression()]))
        })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let all = [
            Comparison::LessOrEqual,
            Comparison::Less,
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::GreaterOrEqual,
            Comparison::Greater,
        ];
        all.into_iter().find(|comparison| self.eat(&comparison.to_string()))
    }
}

/// All functions but `powi`, which has a parameter, and those that are operators.
pub(crate) const FUNCTIONS: [Function; 23] = [
    Function::Conj,
    Function::Max,
    Function::Min,
    Function::Exp,
    Function::ExpM1,
    Function::Ln,
    Function::Ln1p,
    Function::Sqrt,
    Function::Recip,
    Function::Tanh,
    Function::Sigmoid,
    Function::Sin,
    Function::Cos,
    Function::Erf,
    Function::Abs,
    Function::Powf,
    Function::Relu,
    Function::Gelu,
    Function::GeluDerivative,
    Function::Silu,
    Function::Softplus,
    Function::Stop,
    Function::Negate,
];
