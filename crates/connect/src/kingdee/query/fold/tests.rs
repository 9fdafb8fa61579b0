use model::json;
use proptest::prelude::*;

use super::super::super::form::presets;
use super::super::columns::select;
use super::*;

fn customer() -> Form {
    presets().form("BD_Customer").unwrap()
}

fn rows(text: &str) -> Vec<Vec<Value<'_>>> {
    let Value::List(rows) = json::read(text).unwrap() else { panic!("no rows") };
    rows.into_iter().map(|row| row.as_list().unwrap().to_vec()).collect()
}

fn asked(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn body(found: &Found) -> String {
    json::write(&Value::Map(found.body.clone()))
}

/// Head columns: FCUSTID, FNumber, FName, FDocumentStatus, FForbidStatus, FModifyDate, FApproveDate, FForbidDate, then asked ones.
const HEADS: &str = r#"[
    [100321,"CUST0001","上海启明机械有限公司","C","A","2026-06-01T09:12:44.72","2026-06-01T10:00:00",null,"603"," "],
    [100322,"CUST0002","苏州工业园区华立电子","A","B","2026-06-01T10:00:00",null,null,null,"0512-6666"]]"#;

#[test]
fn a_customer_with_three_banks_is_one_record() {
    let form = customer();
    let selection = select(&form, &asked(&["FCreateOrgId", "FTEL", "FBANKCODE", "FCURRENCYID_FNumber"]));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mut fold = Fold::new(&form, &selection, &zone);
    rows(HEADS).iter().for_each(|row| fold.head(row));
    let banks = r#"[[100321,7,"6222 0001","PRE001"],[100321,8,"6222 0002"," "],[100321,9,"6222 0003","PRE007"],
        [100322,0,null,null],[999,10,"of nobody",null]]"#;
    rows(banks).iter().for_each(|row| fold.row(0, row));
    let found = fold.finish();
    assert_eq!(found.len(), 2);
    assert_eq!(
        body(&found[0]),
        r#"{"FCreateOrgId":{"FNumber":"603"},"FTEL":"","FT_BD_CUSTBANK":[{"FENTRYID":7,"FBANKCODE":"6222 0001","FCURRENCYID":{"FNumber":"PRE001"},"FCURRENCYID_FNumber":"PRE001"},{"FENTRYID":8,"FBANKCODE":"6222 0002","FCURRENCYID":{"FNumber":""},"FCURRENCYID_FNumber":""},{"FENTRYID":9,"FBANKCODE":"6222 0003","FCURRENCYID":{"FNumber":"PRE007"},"FCURRENCYID_FNumber":"PRE007"}]}"#
    );
    assert_eq!(
        body(&found[1]),
        r#"{"FCreateOrgId":{"FNumber":null},"FTEL":"0512-6666","FT_BD_CUSTBANK":[]}"#
    );
}

#[test]
fn the_id_of_a_row_stands_under_every_name_it_was_asked_by() {
    let form = customer();
    let selection = select(&form, &asked(&["FT_BD_CUSTBANK.FEntryID", "FBANKCODE"]));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mut fold = Fold::new(&form, &selection, &zone);
    rows(HEADS).iter().for_each(|row| fold.head(row));
    rows(r#"[[100321,7,"6222"]]"#).iter().for_each(|row| fold.row(0, row));
    let bank = r#"{"FENTRYID":7,"FEntryID":7,"FBANKCODE":"6222"}"#;
    assert_eq!(body(&fold.finish()[0]), format!(r#"{{"FT_BD_CUSTBANK":[{bank}]}}"#));
}

#[test]
fn whether_a_document_is_closed_is_told_where_its_form_knows() {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let order = presets().form("SAL_SaleOrder").unwrap();
    let selection = select(&order, &[]);
    let mut fold = Fold::new(&order, &selection, &zone);
    let orders = r#"[[1,"S1","C","A","B",null,null,null],[2,"S2","C","A","A",null,null,null],[3,"S3","C","A",null,null,null,null]]"#;
    rows(orders).iter().for_each(|row| fold.head(row));
    let closed: Vec<Option<bool>> = fold.finish().iter().map(|found| found.closed).collect();
    assert_eq!(closed, [Some(true), Some(false), None]);
    let form = customer();
    let selection = select(&form, &[]);
    let mut fold = Fold::new(&form, &selection, &zone);
    rows(HEADS).iter().for_each(|row| fold.head(row));
    assert!(fold.finish().iter().all(|found| found.closed.is_none()));
}

#[test]
fn number_name_status_and_version_are_told_apart_from_the_body() {
    let form = customer();
    let selection = select(&form, &[]);
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mut fold = Fold::new(&form, &selection, &zone);
    rows(HEADS).iter().for_each(|row| fold.head(row));
    let found = fold.finish();
    let first = &found[0];
    assert_eq!(
        (&*first.id, first.number.as_deref(), first.name.as_deref()),
        ("100321", Some("CUST0001"), Some("上海启明机械有限公司"))
    );
    assert_eq!(first.version, Some(1_780_279_200_000), "the later of modification and approval");
    assert_eq!((first.status.as_deref(), first.void), (Some("audited"), false));
    assert_eq!((found[1].status.as_deref(), found[1].void), (Some("saved"), true));
    assert_eq!(body(first), "{}");
}

#[test]
fn a_head_that_is_repeated_is_one_document() {
    let form = customer();
    let selection = select(&form, &asked(&["FTEL"]));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mut fold = Fold::new(&form, &selection, &zone);
    rows(HEADS).iter().chain(&rows(HEADS)).for_each(|row| fold.head(row));
    assert_eq!(fold.ids(), ["100321", "100322"]);
}

/// Documents with 0 to 5 banks and 0 to 4 contacts each.
fn shapes() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..6_usize, 0..5_usize), 0..12)
}

fn folded(shapes: &[(usize, usize)], page: usize) -> Vec<Found> {
    let form = customer();
    let selection = select(&form, &asked(&["FBANKCODE", "FNAME1"]));
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let mut fold = Fold::new(&form, &selection, &zone);
    let number = |n: usize| Value::from(i64::try_from(n).unwrap());
    let mut lists: [Vec<Vec<Value>>; 2] = Default::default();
    for (n, (banks, contacts)) in shapes.iter().enumerate() {
        fold.head(&[number(n + 1), Value::from(format!("C{n}"))]);
        for (list, count) in [banks, contacts].into_iter().enumerate() {
            let entry = |row: usize| vec![number(n + 1), number(row), Value::from(format!("{n}/{row}"))];
            lists[list].extend((1..=*count).map(|row| entry(n * 10 + row)));
            if *count == 0 {
                lists[list].push(vec![number(n + 1), number(0), Value::Null]);
            }
        }
    }
    for (list, rows) in lists.iter().enumerate() {
        // A keyset that begins a page with the last row of the one before must not double it.
        let mut begin = 0;
        while begin < rows.len() {
            let end = (begin + page).min(rows.len());
            rows[begin..end].iter().for_each(|row| fold.row(list, row));
            begin = if end == rows.len() || page == 1 { end } else { end - 1 };
        }
    }
    fold.finish()
}

proptest! {
    #[test]
    fn what_is_folded_does_not_depend_on_the_size_of_pages(shapes in shapes(), page in 1..7_usize) {
        let found = folded(&shapes, page);
        prop_assert_eq!(&found, &folded(&shapes, usize::MAX));
        prop_assert_eq!(found.len(), shapes.len());
        for (document, (banks, contacts)) in found.iter().zip(&shapes) {
            let length = |list: &str| document.body.get(list).and_then(Value::as_list).map_or(99, <[_]>::len);
            prop_assert_eq!((length("FT_BD_CUSTBANK"), length("FT_BD_CUSTCONTACT")), (*banks, *contacts));
        }
    }
}
