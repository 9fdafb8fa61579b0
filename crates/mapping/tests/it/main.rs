//! The mapping engine from outside: texts in, documents and findings out.

mod alerts;
mod environments;
mod explaining;
mod files;
mod findings;
mod flows;
mod mapping_records;
mod objects;
mod outlining;
mod properties;
mod reference;
mod sampling;
mod values;

use std::collections::BTreeMap;

use mapping::{Compiled, Files, Finding, Resolve, Text};
use model::binding::Kind;
use model::flow::{Counterpart, Flow, Reference, ValueMap, Wanted};
use model::{Catalogue, Lang, Value, json};

/// A flow with the parts that every flow needs; `rest` is added below.
fn flow_text(rest: &str) -> String {
    format!(
        "kind: flow\nname: customers-to-erp\nsource: {{ connection: crm, object: AccountObj }}\n\
         target: {{ connection: erp, object: BD_Customer, key: FNumber }}\n{rest}"
    )
}

/// Files in memory.
#[derive(Default)]
struct Shelf(BTreeMap<&'static str, &'static str>);

impl Files for Shelf {
    fn load(&self, relative: &str) -> Option<String> {
        self.0.get(relative).map(|text| (*text).to_owned())
    }
}

fn customer_types(name: &str) -> Option<ValueMap> {
    let pairs = [("1", "直销"), ("2", "渠道")].map(|(option, value)| (option.to_owned(), Value::from(value)));
    (name == "customer-type").then(|| ValueMap { pairs: pairs.to_vec(), ..ValueMap::default() })
}

fn read_flow(text: &str) -> Result<Flow, Vec<Finding>> {
    match mapping::read(text, &Shelf::default())? {
        Text::Flow(flow) => Ok(flow),
        other => panic!("no flow: {other:?}"),
    }
}

/// Compiles a flow that must be right.
fn compiled(text: &str) -> Compiled {
    let flow = read_flow(text).unwrap_or_else(|findings| panic!("{}", told(&findings, Lang::En)));
    mapping::compile(flow, &customer_types).unwrap_or_else(|findings| panic!("{}", told(&findings, Lang::En)))
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    catalogue.add(mapping::sentences());
    catalogue
}

/// Findings as a person reads them.
fn told(findings: &[Finding], lang: Lang) -> String {
    let catalogue = catalogue();
    let line = |finding: &Finding| {
        let (line, column) = finding.at;
        format!("{line}:{column} {:?} {}\n", finding.severity, catalogue.text(&finding.cause, lang))
    };
    findings.iter().map(line).collect()
}

/// Links in memory: what stands at the target for an id at the source.
#[derive(Default)]
struct Linked(BTreeMap<(&'static str, &'static str), &'static str>);

impl Resolve for Linked {
    fn reference(&self, reference: &Reference, id: &str) -> Option<Value<'static>> {
        let found =
            self.0.iter().find(|((object, known), _)| *object == reference.object.as_str() && *known == id);
        found.map(|(_, value)| match reference.want {
            Wanted::Number => Value::from((*value).to_owned()),
            Wanted::Id => Value::from(format!("id of {value}")),
        })
    }

    /// 王强 is bound in the ERP, and so is his department.
    fn counterpart(&self, counterpart: &Counterpart, id: &str) -> Option<Value<'static>> {
        let bound = [(Kind::Person, "1000", "S001"), (Kind::Department, "1001", "BM01")];
        let is_meant = |(kind, known, _): &&(Kind, &str, &str)| *kind == counterpart.kind && *known == id;
        let (_, _, number) =
            bound.iter().find(is_meant).filter(|_| counterpart.connection.as_str() == "erp")?;
        Some(match counterpart.want {
            Wanted::Number => Value::from(*number),
            Wanted::Id => Value::from(format!("id of {number}")),
        })
    }
}

fn linked() -> Linked {
    Linked(BTreeMap::from([(("AccountObj", "a1"), "CUST0001"), (("PersonnelObj", "1000"), "S001")]))
}

/// The mapped document of a record as JSON; the codes and fields of the problems where there are some.
fn mapped(flow: &Compiled, record: &str) -> Result<String, Vec<String>> {
    let record = json::read(record).unwrap();
    let mapped = flow.map(&record, &linked());
    match mapped.problems.is_empty() {
        true => Ok(json::write(&Value::Map(mapped.document))),
        false => Err(mapped.problems.iter().map(cause_line).collect()),
    }
}

fn cause_line(cause: &model::Cause) -> String {
    format!("{} {}", cause.code, cause.param("field").unwrap_or("-"))
}
