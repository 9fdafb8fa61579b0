//! The recorded samples of a flow.

use mapping::SampleOutcome;

use super::*;

const FLOW: &str = "scope: life_status == 'normal'\nmap:\n  FNumber: { from: no, required: true }\n  FPrice: price\n  \
                    FParent: { from: parent, reference: AccountObj, later: true }\n  \
                    FSaler: { from: owner, person: erp }\n  FEntity: { lines: items, map: { FQty: qty } }\n";

fn run(samples: &str) -> Vec<SampleOutcome> {
    let flow = compiled(&flow_text(FLOW));
    let samples =
        mapping::samples(samples, None).unwrap_or_else(|findings| panic!("{}", told(&findings, Lang::En)));
    samples.iter().map(|sample| flow.run_sample(sample)).collect()
}

#[test]
fn samples_that_agree_pass() {
    let outcomes = run(r#"
tests:
  - name: 正常客户
    record: { no: C1, price: 10.10, life_status: normal, parent: p1, owner: ["1000"], items: [{ qty: 1.50 }] }
    links: { AccountObj: { p1: CUST0001 } }
    people: { erp: { "1000": S001 } }
    expect: { FNumber: C1, FPrice: 10.10, FParent: CUST0001, FSaler: S001, FEntity: [{ FQty: 1.50 }] }
  - { record: { life_status: invalid }, skipped: true }
  - { record: { life_status: normal }, problem: mapping.required }
  - { record: { no: C1, owner: "1000", life_status: normal }, departments: { erp: { "1000": S001 } }, problem: mapping.person_not_bound }
"#);
    assert_eq!(
        outcomes.iter().map(|outcome| (&*outcome.name, outcome.passed())).collect::<Vec<_>>(),
        [("正常客户", true), ("2", true), ("3", true), ("4", true)]
    );
}

#[test]
fn samples_that_differ_say_where() {
    let outcomes = run(r#"
tests:
  - record: { no: C1, price: 10.10, life_status: normal, items: [{ qty: 1 }, { qty: 2 }] }
    expect: { FNumber: C2, FPrice: 10.1, FEntity: [{ FQty: 1 }, { FQty: 3 }], FName: 启明 }
  - { record: { life_status: invalid }, expect: { FNumber: C1 } }
  - { record: { no: C1, life_status: normal }, skipped: true }
  - { record: { no: C1, life_status: normal }, problem: mapping.required }
  - { record: { life_status: normal }, expect: { FNumber: C1 } }
"#);
    let shown = |value: &Option<Value>| value.as_ref().map_or("-".into(), json::write);
    let differences: Vec<String> = outcomes[0]
        .differences
        .iter()
        .map(|difference| {
            format!("{}: {} / {}", difference.field, shown(&difference.expected), shown(&difference.found))
        })
        .collect();
    assert_eq!(
        differences,
        ["FNumber: \"C2\" / \"C1\"", "FPrice: 10.1 / 10.10", "FEntity.1.FQty: 3 / 2", "FName: \"启明\" / -"]
    );
    assert!(outcomes[1].scope_differs && outcomes[2].scope_differs);
    assert_eq!(outcomes[3].differences[0].field, "problem");
    assert_eq!(cause_line(&outcomes[4].problems[0]), "mapping.required FNumber");
    assert!(outcomes.iter().all(|outcome| !outcome.passed()));
}

#[test]
fn a_sample_that_states_nothing_or_too_much_is_a_mistake() {
    let findings = mapping::samples(
        "tests:\n  - { record: { a: 1 } }\n  - { name: 二, record: { a: 1 }, skipped: true, expect: {} }\n",
        None,
    )
    .unwrap_err();
    assert_eq!(
        findings.iter().map(|finding| (finding.at, &*finding.cause.code)).collect::<Vec<_>>(),
        [((2, 5), "mapping.sample_outcomes"), ((3, 5), "mapping.sample_outcomes")]
    );
}
