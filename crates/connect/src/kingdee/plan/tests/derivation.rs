//! Derived documents (下推).

use super::*;

fn parent(rule: Option<&str>, rows: &[&str]) -> Derived {
    Derived {
        object: "SAL_SaleOrder".into(),
        id: "100001".into(),
        number: Some("XSDD000001".into()),
        rule: rule.map(str::to_owned),
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        known: vec!["100700".into()],
    }
}

fn push(parent: &Derived) -> Ask<'_> {
    Ask {
        object: "SAL_OUTSTOCK",
        create: r#"{"FNote":"不会发送"}"#,
        status: Some("audited"),
        derived: Some(parent),
        ..NOTHING
    }
}

#[test]
fn a_derivation_is_planned_alone_and_says_from_what_by_which_rule() {
    let whole = parent(Some("SaleOrder-OutStock"), &[]);
    check(&push(&whole), "derive");
    let step = planned(&push(&whole)).unwrap().remove(0);
    assert_eq!((step.object.as_str(), &step.id, &step.number), ("SAL_OUTSTOCK", &None, &None));
    assert_eq!(
        step.document,
        r#"{"Ids":"100001","Numbers":[],"EntryIds":"","RuleId":"SaleOrder-OutStock","TargetBillTypeId":"","TargetOrgId":0,"TargetFormId":"SAL_OUTSTOCK","IsEnableDefaultRule":"false","IsDraftWhenSaveFail":"false","CustomParams":{}}"#
    );
    assert_eq!(step.options, r#"{"from":"SAL_SaleOrder","of":"XSDD000001","known":["100700"]}"#);
}

#[test]
fn named_rows_are_pushed_without_the_whole_and_no_rule_is_the_usual_one() {
    let rows = parent(None, &["501", "503"]);
    let document = documents(&push(&rows)).remove(0);
    assert!(document.starts_with(r#"{"Ids":"","Numbers":[],"EntryIds":"501,503","RuleId":"""#), "{document}");
    assert!(document.contains(r#""IsEnableDefaultRule":"true""#), "{document}");
}

#[test]
fn what_was_derived_is_brought_on_like_any_other_document() {
    let whole = parent(None, &[]);
    let ask = Ask {
        mapped: r#"{"FNote":"请下午送货"}"#,
        changed: &["FNote"],
        observed: Some(("draft", false, r#"{"FNote":" "}"#)),
        ..push(&whole)
    };
    check(&ask, "update Submit Audit");
}
