//! From the expression as written to the one that runs.
//!
//! The engine's own operators know floating point and compare unlike kinds in an order of their own. So the syntax
//! tree is checked and written out again: calls and filters become calls of our functions, comparisons and `~` become
//! functions that are exact, numbers with a fraction become exact ones. Arithmetic is left to whole numbers that
//! cannot be anything else. On the way it is noted which fields are read.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::machinery::ast::{
    BinOpKind, CallArg, Compare, CompareOpKind, Expr, IfExpr, Slice, UnaryOpKind,
};
use minijinja::machinery::{Span, parse_expr};
use minijinja::value::{Value as Inner, ValueKind};
use model::{Cause, Number};

use super::TABLES;
use crate::finding::{Place, shown, unknown_word};
use crate::functions::{self, FunctionDoc};

/// Expressions longer than this are refused.
const LONGEST: usize = 8 * 1024;

/// Expressions nested more deeply than this are refused; a chain of operators nests once for each.
const DEEPEST: usize = 100;

/// As written out anew. The middle of a chain of comparisons is written twice, so nested chains grow.
const LONGEST_WRITTEN: usize = 16 * LONGEST;

/// The tests after `is`.
const TESTS: &[&str] = &["defined", "undefined", "none", "blank"];

/// What an expression reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// Fields of the record, or of the line where there is one.
    pub fields: BTreeSet<Arc<str>>,
    /// Fields of the record by `record.name`.
    pub record: BTreeSet<Arc<str>>,
    /// Value maps by `lookup`, each with the place of its name.
    pub tables: Vec<(String, Place)>,
}

pub(crate) struct Desugared {
    pub text: String,
    pub reads: Reads,
}

/// Checks an expression and writes it out anew. Fails with everything wrong with it; places are line and column in
/// the expression.
pub(crate) fn desugar(text: &str) -> Result<Desugared, Vec<(Place, Cause)>> {
    if text.len() > LONGEST {
        return Err(vec![((1, 1), Cause::new("mapping.expression_too_long").with("most", LONGEST))]);
    }
    let tree = parse_expr(text).map_err(|error| vec![broken(text, &error)])?;
    let mut writer =
        Writer { text, out: String::new(), reads: Reads::default(), mistakes: Vec::new(), depth: 0 };
    writer.expr(&tree);
    match writer.mistakes.is_empty() {
        true => Ok(Desugared { text: writer.out, reads: writer.reads }),
        false => Err(writer.mistakes),
    }
}

/// The finding for a text that is no expression.
pub(crate) fn broken(text: &str, error: &minijinja::Error) -> (Place, Cause) {
    let reason = error.detail().map(shown).unwrap_or_else(|| error.kind().to_string());
    let place = error.range().map_or((1, 1), |range| place_of(text, range.start));
    (place, Cause::new("mapping.expression_broken").with("reason", reason))
}

fn place_of(text: &str, offset: usize) -> Place {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
}

struct Writer<'t> {
    text: &'t str,
    out: String,
    reads: Reads,
    mistakes: Vec<(Place, Cause)>,
    depth: usize,
}

impl Writer<'_> {
    fn expr(&mut self, expr: &Expr) {
        if self.depth == DEEPEST || self.out.len() > LONGEST_WRITTEN {
            return self.too_deep(expr.span());
        }
        self.depth += 1;
        self.node(expr);
        self.depth -= 1;
    }

    /// Said once; what lies deeper is not looked at.
    fn too_deep(&mut self, span: Span) {
        let cause = Cause::new("mapping.expression_too_deep").with("most", DEEPEST);
        if !self.mistakes.iter().any(|(_, known)| *known == cause) {
            self.mistake(span, cause);
        }
    }

    fn node(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(var) => self.variable(var.id, var.span()),
            Expr::Const(constant) => self.constant(&constant.value, constant.span(), ""),
            Expr::Slice(slice) => self.slice(slice),
            Expr::UnaryOp(unary) => self.unary(&unary.op, &unary.expr, unary.span()),
            Expr::BinOp(binary) => self.binary(binary.op, &binary.left, &binary.right, binary.span()),
            Expr::Compare(chain) => self.chain(chain),
            Expr::IfExpr(choice) => self.choice(choice),
            Expr::Filter(filter) => {
                let args: Vec<&Expr> = filter.expr.iter().collect();
                self.call(filter.name, filter.span(), args, &filter.args);
            }
            Expr::Test(test) => self.test(test.name, &test.expr, &test.args, test.span()),
            Expr::GetAttr(member) => self.member(&member.expr, member.name),
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(name) if name.value.as_str().is_some() => {
                    self.member(&item.expr, name.value.as_str().unwrap_or_default());
                }
                subscript => self.wrapped(&["", "[", "]"], &[&item.expr, subscript]),
            },
            Expr::Call(call) => self.called(&call.expr, &call.args, call.span()),
            Expr::List(list) => self.sequence(&list.items),
            Expr::Tuple(tuple) => self.sequence(&tuple.items),
            Expr::Map(map) => {
                self.out.push('{');
                for (key, value) in map.keys.iter().zip(&map.values) {
                    self.wrapped(&["", ": ", ", "], &[key, value]);
                }
                self.out.push('}');
            }
        }
    }

    fn slice(&mut self, slice: &Slice) {
        self.expr(&slice.expr);
        self.out.push('[');
        self.optional(slice.start.as_ref());
        self.out.push(':');
        self.optional(slice.stop.as_ref());
        self.out.push(':');
        self.optional(slice.step.as_ref());
        self.out.push(']');
    }

    fn unary(&mut self, op: &UnaryOpKind, inner: &Expr, span: Span) {
        match (op, inner) {
            (UnaryOpKind::Not, inner) => self.wrapped(&["(not ", ")"], &[inner]),
            (UnaryOpKind::Neg, Expr::Const(constant)) if constant.value.is_number() => {
                self.constant(&constant.value, constant.span(), "-");
            }
            (UnaryOpKind::Neg, inner) if is_whole(inner) => self.wrapped(&["(-", ")"], &[inner]),
            (UnaryOpKind::Neg, _) => self.arithmetic("-", "neg", span),
        }
    }

    /// `a < b < c` as `a < b and b < c`.
    fn chain(&mut self, chain: &Compare) {
        let mut left = &chain.expr;
        self.out.push('(');
        for (n, link) in chain.ops.iter().enumerate() {
            self.out.push_str(if n > 0 { " and " } else { "" });
            self.comparison(link.op, left, &link.expr);
            left = &link.expr;
        }
        self.out.push(')');
    }

    fn choice(&mut self, choice: &IfExpr) {
        self.wrapped(&["(", " if ", ""], &[&choice.true_expr, &choice.test_expr]);
        if let Some(otherwise) = &choice.false_expr {
            self.wrapped(&[" else ", ""], &[otherwise]);
        }
        self.out.push(')');
    }

    /// Functions are called by their names, and nothing else can be called.
    fn called(&mut self, what: &Expr, args: &[CallArg], span: Span) {
        match what {
            Expr::Var(name) => self.call(name.id, span, Vec::new(), args),
            Expr::GetAttr(method) => {
                let cause = Cause::new("mapping.method_call").with("function", shown(method.name));
                self.mistake(span, cause);
            }
            _ => self.mistake(span, Cause::new("mapping.not_callable")),
        }
    }

    /// Writes parts with expressions between them.
    fn wrapped(&mut self, parts: &[&str], inner: &[&Expr]) {
        for (n, part) in parts.iter().enumerate() {
            self.out.push_str(part);
            if let Some(expr) = inner.get(n) {
                self.expr(expr);
            }
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn sequence(&mut self, items: &[Expr]) {
        self.out.push('[');
        for item in items {
            self.expr(item);
            self.out.push_str(", ");
        }
        self.out.push(']');
    }

    fn variable(&mut self, name: &str, span: Span) {
        match name {
            // Which fields to ask the source for must be known.
            "record" => self.mistake(span, Cause::new("mapping.whole_record")),
            "line_number" => {}
            name => {
                self.reads.fields.insert(name.into());
            }
        }
        self.out.push_str(name);
    }

    fn member(&mut self, of: &Expr, name: &str) {
        match of {
            Expr::Var(var) if var.id == "record" => {
                self.reads.record.insert(name.into());
                self.out.push_str("record");
            }
            of => self.expr(of),
        }
        self.out.push('[');
        self.quoted(name);
        self.out.push(']');
    }

    fn constant(&mut self, value: &Inner, span: Span, sign: &str) {
        match value.kind() {
            ValueKind::String => self.quoted(value.as_str().unwrap_or_default()),
            ValueKind::Number if value.is_integer() => self.out.push_str(&format!("({sign}{value})")),
            ValueKind::Number => {
                let range = span.start_offset as usize..span.end_offset as usize;
                let written = self.text.get(range).unwrap_or_default().replace('_', "");
                match Number::parse(format!("{sign}{written}")) {
                    Some(number) => self.out.push_str(&format!("__exact(\"{number}\")")),
                    None => {
                        self.mistake(span, Cause::new("mapping.bad_number").with("number", shown(&written)))
                    }
                }
            }
            ValueKind::Bool => self.out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::None => self.out.push_str("none"),
            _ => self.mistake(span, Cause::new("mapping.not_callable")),
        }
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }

    fn binary(&mut self, op: BinOpKind, left: &Expr, right: &Expr, span: Span) {
        let (sign, function) = match op {
            BinOpKind::ScAnd => return self.wrapped(&["(", " and ", ")"], &[left, right]),
            BinOpKind::ScOr => return self.wrapped(&["(", " or ", ")"], &[left, right]),
            BinOpKind::Concat => return self.wrapped(&["__concat(", ", ", ")"], &[left, right]),
            BinOpKind::Eq => return self.comparison(CompareOpKind::Eq, left, right),
            BinOpKind::Ne => return self.comparison(CompareOpKind::Ne, left, right),
            BinOpKind::Lt => return self.comparison(CompareOpKind::Lt, left, right),
            BinOpKind::Lte => return self.comparison(CompareOpKind::Lte, left, right),
            BinOpKind::Gt => return self.comparison(CompareOpKind::Gt, left, right),
            BinOpKind::Gte => return self.comparison(CompareOpKind::Gte, left, right),
            BinOpKind::In => return self.comparison(CompareOpKind::In, left, right),
            BinOpKind::Add => (" + ", "add"),
            BinOpKind::Sub => (" - ", "sub"),
            BinOpKind::Mul => (" * ", "mul"),
            BinOpKind::Rem => (" % ", "rem"),
            BinOpKind::Div | BinOpKind::FloorDiv => return self.arithmetic("/", "div", span),
            BinOpKind::Pow => return self.arithmetic("**", "mul", span),
        };
        match is_whole(left) && is_whole(right) {
            true => self.wrapped(&["(", sign, ")"], &[left, right]),
            false => self.arithmetic(sign.trim(), function, span),
        }
    }

    fn comparison(&mut self, op: CompareOpKind, left: &Expr, right: &Expr) {
        let function = match op {
            CompareOpKind::Eq => "__eq(",
            CompareOpKind::Ne => "__ne(",
            CompareOpKind::Lt => "__lt(",
            CompareOpKind::Lte => "__lte(",
            CompareOpKind::Gt => "__gt(",
            CompareOpKind::Gte => "__gte(",
            CompareOpKind::In => "__in(",
            CompareOpKind::NotIn => "__not_in(",
        };
        self.wrapped(&[function, ", ", ")"], &[left, right]);
    }

    fn test(&mut self, name: &str, expr: &Expr, args: &[CallArg], span: Span) {
        if !TESTS.contains(&name) || !args.is_empty() {
            return self.mistake(span, unknown_word("word", name, TESTS).with("key", "is"));
        }
        self.wrapped(&[&format!("__is_{name}("), ")"], &[expr]);
    }

    fn call(&mut self, name: &str, span: Span, first: Vec<&Expr>, rest: &[CallArg]) {
        let Some(function) = functions::by_name(name) else {
            return self.mistake(span, unknown_word("function", name, &functions::names()));
        };
        let mut args = first;
        for arg in rest {
            match arg {
                CallArg::Pos(expr) => args.push(expr),
                _ => {
                    let cause = Cause::new("mapping.argument_by_name").with("function", name);
                    return self.mistake(span, cause.with("usage", function.usage()));
                }
            }
        }
        if args.len() < function.least || args.len() > function.most {
            let cause = Cause::new("mapping.argument_count").with("function", name);
            return self.mistake(span, cause.with("usage", function.usage()).with("count", args.len()));
        }
        self.write_call(function, &args, span);
    }

    fn write_call(&mut self, function: &FunctionDoc, args: &[&Expr], span: Span) {
        self.out.push_str(&format!("__{}(", function.name));
        if function.name == "lookup" {
            match args[0] {
                Expr::Const(table) if table.value.as_str().is_some() => {
                    let name = table.value.as_str().unwrap_or_default().to_owned();
                    self.reads.tables.push((name, self.place(table.span())));
                }
                _ => self.mistake(span, Cause::new("mapping.lookup_name_not_written")),
            }
            self.out.push_str(TABLES);
            self.out.push_str(", ");
        }
        for arg in args {
            self.expr(arg);
            self.out.push_str(", ");
        }
        self.out.push(')');
    }

    fn arithmetic(&mut self, operator: &str, function: &str, span: Span) {
        let cause =
            Cause::new("mapping.arithmetic_operator").with("operator", operator).with("function", function);
        self.mistake(span, cause);
    }

    fn mistake(&mut self, span: Span, cause: Cause) {
        self.mistakes.push((self.place(span), cause));
    }

    fn place(&self, span: Span) -> Place {
        place_of(self.text, span.start_offset as usize)
    }
}

/// Whether the expression can be nothing but a whole number, so that the engine's operators are exact on it.
fn is_whole(expr: &Expr) -> bool {
    match expr {
        Expr::Const(constant) => constant.value.is_integer(),
        Expr::Var(var) => var.id == "line_number",
        Expr::UnaryOp(unary) => matches!(unary.op, UnaryOpKind::Neg) && is_whole(&unary.expr),
        Expr::BinOp(binary) => {
            use BinOpKind::{Add, Mul, Rem, Sub};
            matches!(binary.op, Add | Sub | Mul | Rem) && is_whole(&binary.left) && is_whole(&binary.right)
        }
        Expr::Call(call) => match &call.expr {
            Expr::Var(name) => functions::by_name(name.id).is_some_and(|function| function.whole),
            _ => false,
        },
        Expr::Filter(filter) => functions::by_name(filter.name).is_some_and(|function| function.whole),
        _ => false,
    }
}
