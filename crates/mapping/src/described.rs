//! A flow held against the objects that people described: what it reads and writes must be fields of them.
//!
//! Systems that tell what their objects are like are asked elsewhere; a description by hand is all that is known of the
//! others, so that a name it does not have is a mistake before the first record comes.

use model::object::{Detail, Field, Object, Part};
use model::{Cause, Path};

use crate::compile::{Compiled, Origin, Rule};
use crate::expression::Expression;
use crate::finding::{Finding, Findings, Place, nearest, shown};
use crate::route::Route;

/// What leads to the header's fields, in a record that is a line.
const MASTER: &str = "master";

impl Compiled {
    /// What the flow names that its source or its target, as described, does not have; `None` for a side that is not
    /// described. In the order of the text.
    pub fn misfits(&self, source: Option<&Object>, target: Option<&Object>) -> Vec<Finding> {
        let mut findings = Findings::default();
        if let Some(object) = source {
            Reading { object, compiled: self, findings: &mut findings }.all();
        }
        if let Some(object) = target {
            written(object, &self.rules, &mut findings);
        }
        findings.into_sorted()
    }
}

/// What a flow reads of a described source.
struct Reading<'r> {
    object: &'r Object,
    compiled: &'r Compiled,
    findings: &'r mut Findings,
}

impl<'r> Reading<'r> {
    fn all(&mut self) {
        let (compiled, flow) = (self.compiled, self.compiled.flow());
        let conditions = [
            (&compiled.scope, &flow.scope),
            (&compiled.open, &flow.source.open),
            (&compiled.closed, &flow.target.closed),
        ];
        for (expression, text) in conditions {
            if let (Some(expression), Some(text)) = (expression, text) {
                self.expression(expression, None, text.at);
            }
        }
        if let Some(derive) = &flow.target.derive {
            self.path(&derive.by, derive.at);
        }
        self.rules(&compiled.rules, None);
        for name in &flow.source.fields {
            self.field(name, None, (1, 1));
        }
        for (name, _) in &flow.write_back {
            self.field(name, None, (1, 1));
        }
    }

    /// `lines` says whose fields are read where no other record is meant.
    fn rules(&mut self, rules: &'r [Rule], lines: Option<&'r Detail>) {
        for rule in rules {
            match &rule.origin {
                Origin::Constant(_) => {}
                Origin::Expression(expression) => self.expression(expression, lines, rule.at),
                Origin::Lines { route, id, rules } => self.lines(route, id.as_ref(), rules, rule.at),
                Origin::Path(route)
                | Origin::Values { route, .. }
                | Origin::Reference { route, .. }
                | Origin::Counterpart { route, .. } => self.route(route, lines, rule.at),
            }
        }
    }

    fn lines(&mut self, route: &Route, id: Option<&Route>, rules: &'r [Rule], at: Place) {
        let list = route.record_field(false).unwrap_or_default();
        let includes = &self.compiled.flow().source.include;
        if includes.iter().any(|include| include.name == list) {
            return;
        }
        let Some(detail) = self.object.detail(list) else {
            let code = match self.object.field(list) {
                Some(_) => Cause::new("mapping.object_list"),
                None => unknown(list, &self.names()),
            };
            self.findings.error(at, of(code, self.object, list));
            return;
        };
        if let Some(id) = id {
            self.route(id, Some(detail), at);
        }
        self.rules(rules, Some(detail));
    }

    fn route(&mut self, route: &Route, lines: Option<&Detail>, at: Place) {
        match (route.record_field(lines.is_some()), route.line_field(lines.is_some()), lines) {
            (Some(field), ..) => self.field(field, route.below(), at),
            (None, Some(field), Some(detail)) => self.line_field(field, detail, at),
            _ => {}
        }
    }

    fn path(&mut self, path: &Path, at: Place) {
        self.route(&Route::new(path, false), None, at);
    }

    fn expression(&mut self, expression: &Expression, lines: Option<&Detail>, at: Place) {
        let reads = expression.reads();
        for field in &reads.record {
            self.field(field, None, at);
        }
        for field in &reads.fields {
            match lines {
                Some(detail) => self.line_field(field, detail, at),
                None => self.field(field, None, at),
            }
        }
    }

    fn field(&mut self, name: &str, below: Option<&str>, at: Place) {
        let includes = &self.compiled.flow().source.include;
        let is_list =
            self.object.detail(name).is_some() || includes.iter().any(|include| include.name == name);
        let of_header = matches!(self.object.part, Part::Lines(_)) && name == MASTER;
        let (name, is_field) = match below.filter(|_| of_header) {
            Some(below) => {
                let whole = format!("{MASTER}.{below}");
                let is_field = self.object.field(&whole).is_some();
                (whole, is_field)
            }
            None => (name.to_owned(), of_header || self.object.field(name).is_some()),
        };
        if !is_field && !is_list {
            self.findings.error(at, of(unknown(&name, &self.names()), self.object, &name));
        }
    }

    fn line_field(&mut self, name: &str, detail: &Detail, at: Place) {
        if !detail.fields.iter().any(|field| field.name == name) {
            let known: Vec<&str> = names(&detail.fields).collect();
            self.findings
                .error(at, of(unknown(name, &known), self.object, &format!("{}.{name}", detail.name)));
        }
    }

    fn names(&self) -> Vec<&'r str> {
        all_names(self.object)
    }
}

/// What a flow writes of a described target.
fn written(object: &Object, rules: &[Rule], findings: &mut Findings) {
    if matches!(object.part, Part::Lines(_)) {
        findings.error((1, 1), place(Cause::new("mapping.object_read_only"), object));
        return;
    }
    for rule in rules {
        let Some(first) = rule.to.first().map(|first| &**first) else { continue };
        let cause = match (&rule.origin, object.detail(first), object.field(first)) {
            (Origin::Lines { rules, .. }, Some(detail), _) => {
                written_lines(object, detail, rules, findings);
                continue;
            }
            (Origin::Lines { .. }, None, Some(_)) => Cause::new("mapping.object_list"),
            (_, Some(_), _) => Cause::new("mapping.object_is_list"),
            (_, None, Some(_)) => continue,
            (_, None, None) => unknown(first, &all_names(object)),
        };
        findings.error(rule.at, of(cause, object, first));
    }
}

fn written_lines(object: &Object, detail: &Detail, rules: &[Rule], findings: &mut Findings) {
    let known: Vec<&str> = names(&detail.fields).collect();
    for rule in rules {
        let Some(first) = rule.to.first().map(|first| &**first).filter(|first| !known.contains(first)) else {
            continue;
        };
        findings.error(rule.at, of(unknown(first, &known), object, &format!("{}.{first}", detail.name)));
    }
}

fn all_names(object: &Object) -> Vec<&str> {
    names(&object.fields).chain(object.details.iter().map(|detail| detail.name.as_str())).collect()
}

fn names(fields: &[Field]) -> impl Iterator<Item = &str> {
    fields.iter().map(|field| field.name.as_str())
}

/// The cause for a name that is none of these, but for whose it is.
fn unknown(name: &str, known: &[&str]) -> Cause {
    match nearest(name, known) {
        Some(nearest) => Cause::new("mapping.object_field_near").with("nearest", nearest),
        None => Cause::new("mapping.object_field"),
    }
}

fn of(cause: Cause, object: &Object, field: &str) -> Cause {
    place(cause, object).with("field", shown(field))
}

fn place(cause: Cause, object: &Object) -> Cause {
    cause.with("connection", &object.connection).with("object", &object.name)
}
