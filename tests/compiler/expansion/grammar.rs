//! The grammar of expansions: few kinds of expressions, none of which a lint of a user's crate could
//! refuse. Whatever is not on the list is an offence.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Block, Expr, ImplItem, Item, Pat, Stmt, UnOp};

/// What must not be in an expansion that is an expression.
pub(crate) fn offences_of_expression(expansion: TokenStream) -> Vec<&'static str> {
    let mut offences = Offences(Vec::new());
    offences.tokens(expansion.clone());
    offences.expression(&syn::parse2(expansion).expect("the expansion is an expression"));
    offences.0
}

/// What must not be in an expansion that is a list of items.
pub(crate) fn offences_of_items(expansion: TokenStream) -> Vec<&'static str> {
    let mut offences = Offences(Vec::new());
    offences.tokens(expansion.clone());
    offences.items(&syn::parse2::<syn::File>(expansion).expect("the expansion is a list of items").items);
    offences.0
}

struct Offences(Vec<&'static str>);

impl Offences {
    /// What must be nowhere: `unsafe`, and attributes that set lints.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut after_hash = false;
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) if ident == "unsafe" => self.0.push("`unsafe`"),
                TokenTree::Group(group) => {
                    if after_hash && group.delimiter() == Delimiter::Bracket {
                        self.attribute(group.stream());
                    }
                    self.tokens(group.stream());
                }
                _ => {}
            }
            after_hash = matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!'));
        }
    }

    fn attribute(&mut self, content: TokenStream) {
        let setters = ["allow", "expect", "warn", "deny", "forbid", "cfg_attr"];
        if content.into_iter().next().is_some_and(|name| setters.contains(&name.to_string().as_str())) {
            self.0.push("an attribute that sets lints");
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Const(item) => self.expression(&item.expr),
            Item::Fn(item) => self.block(&item.block),
            Item::Impl(item) => item.items.iter().for_each(|item| match item {
                ImplItem::Fn(item) => self.block(&item.block),
                ImplItem::Const(item) => self.expression(&item.expr),
                ImplItem::Type(_) => {}
                _ => self.0.push("an unusual item of an impl"),
            }),
            Item::Mod(item) => item.content.iter().for_each(|(_, items)| self.items(items)),
            Item::Enum(item) if item.variants.is_empty() => {}
            Item::Trait(item) if item.items.is_empty() => {}
            Item::Struct(_) | Item::Use(_) => {}
            Item::Macro(_) => self.0.push("a macro call"),
            _ => self.0.push("an unusual item"),
        }
    }

    fn block(&mut self, block: &Block) {
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => {
                    self.pattern(&local.pat);
                    let init = local.init.iter();
                    init.flat_map(|init| [Some(&init.expr), init.diverge.as_ref().map(|(_, diverge)| diverge)])
                        .flatten()
                        .for_each(|expression| self.expression(expression));
                }
                Stmt::Item(item) => self.item(item),
                Stmt::Expr(expression, _) => self.expression(expression),
                Stmt::Macro(_) => self.0.push("a macro call"),
            }
        }
    }

    fn pattern(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Ident(_) | Pat::Wild(_) | Pat::Path(_) => {}
            Pat::Type(typed) => self.pattern(&typed.pat),
            Pat::Slice(slice) => slice.elems.iter().for_each(|pattern| self.pattern(pattern)),
            Pat::Tuple(tuple) => tuple.elems.iter().for_each(|pattern| self.pattern(pattern)),
            Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|pattern| self.pattern(pattern)),
            _ => self.0.push("an unusual pattern"),
        }
    }

    fn expressions<'a>(&mut self, expressions: impl IntoIterator<Item = &'a Expr>) {
        expressions.into_iter().for_each(|expression| self.expression(expression));
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Lit(_) | Expr::Path(_) => {}
            Expr::Assign(assignment) => self.expressions([&*assignment.left, &*assignment.right]),
            Expr::Array(array) => self.expressions(&array.elems),
            Expr::Block(block) => self.block(&block.block),
            Expr::Call(call) => self.expressions(call.args.iter().chain([&*call.func])),
            Expr::Closure(closure) => {
                closure.inputs.iter().for_each(|pattern| self.pattern(pattern));
                self.expression(&closure.body);
            }
            Expr::Field(field) => self.expression(&field.base),
            Expr::ForLoop(repeat) => {
                self.pattern(&repeat.pat);
                self.expression(&repeat.expr);
                self.block(&repeat.body);
            }
            Expr::If(branch) => {
                self.expression(&branch.cond);
                self.block(&branch.then_branch);
                self.expressions(branch.else_branch.iter().map(|(_, expression)| &**expression));
            }
            Expr::Match(branches) => {
                self.expression(&branches.expr);
                for arm in &branches.arms {
                    self.pattern(&arm.pat);
                    self.expression(&arm.body);
                }
            }
            Expr::MethodCall(call) => {
                if ["unwrap", "expect", "unwrap_err", "expect_err"].contains(&call.method.to_string().as_str()) {
                    self.0.push("a method call that panics");
                }
                self.expressions(call.args.iter().chain([&*call.receiver]));
            }
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Range(range) => self.expressions(range.start.iter().chain(&range.end).map(|end| &**end)),
            Expr::Reference(reference) => self.expression(&reference.expr),
            Expr::Struct(literal) => self.expressions(literal.fields.iter().map(|field| &field.expr)),
            Expr::Try(inner) => self.expression(&inner.expr),
            Expr::Tuple(tuple) => self.expressions(&tuple.elems),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.expression(&unary.expr),
            Expr::Binary(_) | Expr::Unary(_) => self.0.push("an operator"),
            Expr::Cast(_) => self.0.push("a cast"),
            Expr::Index(_) => self.0.push("indexing"),
            Expr::Macro(_) => self.0.push("a macro call"),
            _ => self.0.push("an unusual expression"),
        }
    }
}

/// The walk finds what it looks for.
#[test]
fn offences_are_found() {
    let offences = |text: &str| offences_of_expression(text.parse().expect(text));
    let clean = "match (&x,) { (y,) => { let z: View<'_, T, 3> = f(|a: &T| *a)?; for i in 0..n { z.at([i]) } } }";
    assert_eq!(offences(clean), [""; 0]);
    for text in ["a + b", "f(|x| x & 1)", "-a", "!a", "a << b", "{ a += b; }", "[a % b]", "{ const A: T = B * C; }"] {
        assert_eq!(offences(text), ["an operator"], "{text}");
    }
    for text in ["panic!()", "{ assert!(x); }", "|x| todo!()"] {
        assert_eq!(offences(text), ["a macro call"], "{text}");
    }
    for text in ["{ #[allow(a)] fn f() {} }", "{ #[expect(a)] let x = y; }", "{ #![allow(a)] }"] {
        assert_eq!(offences(text), ["an attribute that sets lints"], "{text}");
    }
    assert_eq!(offences("{ unsafe fn f() {} }"), ["`unsafe`"]);
    assert_eq!(offences("unsafe { a }"), ["`unsafe`", "an unusual expression"]);
    assert_eq!(offences("x.unwrap().expect(y)"), ["a method call that panics"; 2]);
    assert_eq!(offences("(a as b, a[0])"), ["a cast", "indexing"]);
}
