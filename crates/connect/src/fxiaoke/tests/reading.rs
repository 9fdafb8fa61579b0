//! Windows, counts, records by id and by key.

use std::collections::BTreeMap;

use contract::connector::{Found, LookupAsk, PageAsk};
use model::{AnswerClass, Timestamp};
use proptest::prelude::*;

use super::crm::{Crm, VoidedRows};
use super::*;

const BOTH: [VoidedRows; 2] = [VoidedRows::Shown, VoidedRows::Hidden];

fn row(id: &str, modified: i64, life_status: &str) -> Map<'static> {
    map(&format!(
        r#"{{"_id":"{id}","account_no":"KH-{id}","name":"客户{id}","last_modified_time":{modified},"life_status":"{life_status}"}}"#
    ))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Walks a window to its end; how often each id was seen.
async fn walk(crm: &Crm, (from, to): (i64, i64), size: usize) -> BTreeMap<String, usize> {
    let mut seen = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let ask = PageAsk {
            object: "AccountObj",
            fields: &[],
            filter: None,
            from: Timestamp(from),
            to: Timestamp(to),
            after: after.as_deref(),
            size,
        };
        let page = fxiaoke().page(crm, &ask).await.unwrap();
        page.found.into_iter().for_each(|found| *seen.entry(found.id).or_default() += 1);
        match page.next {
            Some(next) => after = Some(next),
            None => return seen,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Times from a handful of values make many ties; pages may be smaller than a tie.
    #[test]
    fn every_record_of_a_window_is_seen_whatever_the_page_size_and_the_ties(
        times in prop::collection::vec((0i64..6, prop::bool::weighted(0.2)), 0..60),
        window in (0i64..6, 0i64..6),
        size in 1usize..12,
        voided in prop::sample::select(BOTH.to_vec()),
    ) {
        let window = (window.0.min(window.1), window.0.max(window.1));
        let rows: Vec<Map> = (times.iter().enumerate())
            .map(|(n, (time, void))| row(&format!("{:024x}", n * 7919 % 61), *time, if *void { "invalid" } else { "normal" }))
            .collect();
        let mut wanted: Vec<String> = (rows.iter().zip(&times))
            .filter(|(_, (time, _))| (window.0..=window.1).contains(time))
            .map(|(row, _)| row.get("_id").and_then(Value::as_text).unwrap().to_owned())
            .collect();
        wanted.sort();
        let crm = Crm::new(rows, voided);
        let seen = run(walk(&crm, window, size));
        prop_assert_eq!(seen.keys().cloned().collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn a_window_with_more_rows_than_offsets_reach_is_read_to_its_end() {
    let rows = (0..10_250).map(|n| row(&format!("{n:024x}"), 1_597_652_454_276, "normal")).collect();
    let crm = Crm::new(rows, VoidedRows::Hidden);
    let seen = run(walk(&crm, (1_597_652_454_276, 1_597_652_454_276), 100));
    assert_eq!((seen.len(), seen.values().max()), (10_250, Some(&1)));
}

#[tokio::test]
async fn a_page_asks_for_the_closed_window_the_flows_filter_and_the_fields_it_needs() {
    let wire = signed_in(&[]).answering(NOTHING);
    let ask = PageAsk {
        object: "object_8Kx2a__c",
        fields: &strings(&["field_n5V1I__c", "account_id__r"]),
        filter: Some(r#"[{"field_name":"record_type","field_values":["default__c"],"operator":"EQ"}]"#),
        from: Timestamp(1_700_000_000_000),
        to: Timestamp(1_700_003_600_000),
        after: Some("all:5f3a"),
        size: 1000,
    };
    let page = fxiaoke().page(&wire, &ask).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("void:"), "the voided rows are looked for apart");
    let sent = wire.sent();
    assert_eq!(path(&sent[1]), "/cgi/crm/custom/v2/data/query");
    assert_eq!(
        inner(&sent[1]),
        concat!(
            r#"{"dataObjectApiName":"object_8Kx2a__c","find_explicit_total_num":false,"#,
            r#""search_query_info":{"limit":100,"offset":0,"filters":["#,
            r#"{"field_name":"record_type","field_values":["default__c"],"operator":"EQ"},"#,
            r#"{"field_name":"last_modified_time","field_values":["1700000000000"],"operator":"GTE"},"#,
            r#"{"field_name":"last_modified_time","field_values":["1700003600000"],"operator":"LTE"},"#,
            r#"{"field_name":"_id","field_values":["5f3a"],"operator":"GT"}],"#,
            r#""orders":[{"fieldName":"_id","isAsc":true}],"#,
            r#""fieldProjection":["_id","account_id","account_id__r","field_n5V1I__c","is_deleted","last_modified_time","life_status","lock_status","name"]}}"#,
        )
    );
}

#[tokio::test]
async fn the_second_look_for_voided_rows_is_left_out_where_it_is_of_no_use() {
    let by_status = r#"[{"field_name":"life_status","field_values":["normal"],"operator":"EQ"}]"#;
    for (settings, filter) in [(vec![("voided", "shown")], None), (vec![], Some(by_status))] {
        let wire = signed_in(&settings).answering(NOTHING);
        let (from, to) = (Timestamp(0), Timestamp(1));
        let ask = PageAsk { object: "AccountObj", fields: &[], filter, from, to, after: None, size: 100 };
        assert_eq!(fxiaoke().page(&wire, &ask).await.unwrap().next, None);
        no_problems(&wire);
    }
}

#[tokio::test]
async fn a_vendor_that_does_not_page_is_told_instead_of_read_for_ever() {
    let answer = r#"{"errorCode":0,"data":{"dataList":[{"_id":"5f3a"}],"limit":1}}"#;
    let wire = signed_in(&[]).answering(answer);
    let (from, to) = (Timestamp(0), Timestamp(1));
    let ask = PageAsk {
        object: "AccountObj",
        fields: &[],
        filter: None,
        from,
        to,
        after: Some("all:5f3a"),
        size: 1,
    };
    let refusal = fxiaoke().page(&wire, &ask).await.unwrap_err();
    assert_eq!((refusal.class, &*refusal.cause.code), (AnswerClass::Config, "fxiaoke.no_progress"));
}

#[tokio::test]
async fn decimals_arrive_as_the_vendor_wrote_them() {
    let answer = r#"{"errorCode":0,"data":{"dataList":[{"_id":"1","order_amount":"200.00","discount":"95.0","weight":12345678901234567.10,"last_modified_time":1597652454276}],"limit":100}}"#;
    let wire = signed_in(&[]).answering(answer);
    let (from, to) = (Timestamp(0), Timestamp(1));
    let ask =
        PageAsk { object: "SalesOrderObj", fields: &[], filter: None, from, to, after: None, size: 100 };
    let page = fxiaoke().page(&wire, &ask).await.unwrap();
    assert_eq!(
        json::write(&Value::Map(page.found[0].body.clone())),
        r#"{"_id":"1","order_amount":"200.00","discount":"95.0","weight":12345678901234567.10,"last_modified_time":1597652454276}"#
    );
    assert_eq!(page.found[0].version, Some(1_597_652_454_276));
}

#[tokio::test]
async fn a_count_is_right_whether_plain_queries_show_voided_rows_or_not() {
    for voided in BOTH {
        let rows =
            (0..7).map(|n| row(&n.to_string(), n, if n % 3 == 0 { "invalid" } else { "normal" })).collect();
        let crm = Crm::new(rows, voided);
        let count = async |filter| {
            let (from, to) = (Timestamp(1), Timestamp(5));
            let ask = contract::connector::CountAsk { object: "AccountObj", filter, from, to };
            fxiaoke().count(&crm, &ask).await.unwrap()
        };
        assert_eq!(count(None).await, 5, "{voided:?}");
        let normal = r#"[{"field_name":"life_status","field_values":["normal"],"operator":"EQ"}]"#;
        assert_eq!(count(Some(normal)).await, 4, "{voided:?}");
    }
}

fn ids(found: &[Found]) -> Vec<&str> {
    let mut ids: Vec<&str> = found.iter().map(|found| &*found.id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn records_are_got_by_id_voided_ones_too_and_absent_ones_are_absent() {
    for voided in BOTH {
        let rows = (0..250)
            .map(|n| row(&format!("{n:03}"), n, if n % 10 == 0 { "invalid" } else { "normal" }))
            .collect();
        let crm = Crm::new(rows, voided);
        for (wanted, expected) in [
            (vec!["001"], vec!["001"]),
            (vec!["010"], vec!["010"]),
            (vec!["999"], vec![]),
            (vec!["001", "010", "999"], vec!["001", "010"]),
            (
                vec!["001", "002", "003", "004", "005", "010", "999"],
                vec!["001", "002", "003", "004", "005", "010"],
            ),
            (vec![], vec![]),
        ] {
            let found = fxiaoke().get(&crm, "AccountObj", &strings(&wanted), &[]).await.unwrap();
            assert_eq!(ids(&found), expected, "{voided:?} {wanted:?}");
        }
        let all: Vec<String> = (0..250).map(|n| format!("{n:03}")).collect();
        let before = crm.queries();
        let found = fxiaoke().get(&crm, "AccountObj", &all, &[]).await.unwrap();
        assert_eq!(ids(&found), all.iter().map(String::as_str).collect::<Vec<_>>(), "{voided:?}");
        assert!(crm.queries() - before <= 12, "{} queries for 250 ids", crm.queries() - before);
        assert_eq!(found.iter().filter(|found| found.void).count(), 25);
    }
}

#[tokio::test]
async fn a_look_up_gives_every_record_to_the_keys_it_has() {
    for voided in BOTH {
        let mut rows: Vec<Map> = (0..300).map(|n| row(&format!("{n:03}"), n, "normal")).collect();
        for (n, row) in rows.iter_mut().enumerate() {
            row.set("account_no", format!("KH-{}", n % 150));
            row.set("account_type", (n % 2).to_string());
        }
        rows[7].set("life_status", "invalid");
        let crm = Crm::new(rows, voided);
        let by = strings(&["account_no"]);
        let keys: Vec<Vec<String>> = (0..151).map(|n| vec![format!("KH-{n}")]).collect();
        let ask = LookupAsk { object: "AccountObj", by: &by, keys: &keys, fields: &[] };
        let hits = fxiaoke().lookup(&crm, &ask).await.unwrap();
        assert_eq!(hits.len(), 151);
        assert_eq!(ids(&hits[3]), ["003", "153"]);
        assert_eq!(ids(&hits[149]), ["149", "299"]);
        assert!(hits[150].is_empty());

        let by = strings(&["account_no", "account_type"]);
        let keys = [strings(&["KH-7", "1"]), strings(&["KH-8", "1"]), strings(&["KH-8", "0"])];
        let ask = LookupAsk { object: "AccountObj", by: &by, keys: &keys, fields: &strings(&["tel"]) };
        let hits = fxiaoke().lookup(&crm, &ask).await.unwrap();
        assert!(ids(&hits[0]).contains(&"157") && hits[1].is_empty(), "{voided:?}");
        assert_eq!(ids(&hits[2]), ["008", "158"]);
    }
}

#[tokio::test]
async fn a_voided_record_is_found_by_its_key_when_no_other_has_it() {
    for voided in BOTH {
        let crm = Crm::new(vec![row("1", 1, "invalid"), row("2", 1, "normal")], voided);
        let by = strings(&["account_no"]);
        let keys = [strings(&["KH-1"]), strings(&["KH-2"])];
        let ask = LookupAsk { object: "AccountObj", by: &by, keys: &keys, fields: &[] };
        let hits = fxiaoke().lookup(&crm, &ask).await.unwrap();
        assert_eq!((ids(&hits[0]), hits[0][0].void), (vec!["1"], true), "{voided:?}");
        assert_eq!((ids(&hits[1]), hits[1][0].void), (vec!["2"], false));
    }
}

#[tokio::test]
async fn a_failed_look_up_says_nothing_about_any_key() {
    let wire = signed_in(&[]).answering(r#"{"errorCode":50009}"#);
    let by = strings(&["account_no"]);
    let keys = [strings(&["KH-1"])];
    let ask = LookupAsk { object: "AccountObj", by: &by, keys: &keys, fields: &[] };
    assert_eq!(fxiaoke().lookup(&wire, &ask).await.unwrap_err().class, AnswerClass::Transient);
    let wire = signed_in(&[]).answering(r#"{"errorCode":0,"data":{"dataList":[{"name":"没有编号"}]}}"#);
    assert_eq!(&*fxiaoke().lookup(&wire, &ask).await.unwrap_err().cause.code, "fxiaoke.unreadable");
}
