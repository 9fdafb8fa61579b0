//! Reading: windows of any size, that move and lie while they are read.

use std::collections::BTreeSet;

use contract::connector::{LookupAsk, PageAsk};
use model::Timestamp;

use super::erp::Erp;
use super::*;

const BEGIN: i64 = 1_780_272_000_000;

/// So many rows, a second apart.
fn rows(count: i64) -> impl Iterator<Item = (String, i64)> {
    (0..count).map(|n| (format!("R{n:06}"), BEGIN + n * 1_000))
}

/// The ids of a whole walk, and how many pages it took; each page is asked for as the engine asks.
async fn walked(erp: &Erp, object: &str, size: usize) -> Result<(Vec<String>, usize), Refusal> {
    let (mut ids, mut pages, mut after) = (Vec::new(), 0, None);
    loop {
        let ask = PageAsk {
            object,
            fields: &[],
            filter: None,
            from: Timestamp(0),
            to: Timestamp(BEGIN + 100_000_000),
            after: after.as_deref(),
            size,
        };
        let page = super::erp().page(erp, &ask).await?;
        ids.extend(page.found.into_iter().map(|found| found.id));
        pages += 1;
        match page.next {
            None => return Ok((ids, pages)),
            next => after = next,
        }
    }
}

fn all(count: i64) -> Vec<String> {
    rows(count).map(|(id, _)| id).collect()
}

#[tokio::test]
async fn a_window_of_any_size_is_read_whole_and_once() {
    for (count, size) in [(0, 10), (1, 10), (10, 10), (11, 10), (2_000, 100), (2_001, 100), (12_345, 500)] {
        let erp = Erp::new(rows(count));
        let (ids, pages) = walked(&erp, "Order", size).await.unwrap();
        assert_eq!(ids, all(count), "{count} {size}");
        assert!(pages <= 1 + count as usize / 500, "{count}: {pages} pages");
        assert!(erp.calls() <= 3 * (count as usize / size) + 100, "{count}: {} calls", erp.calls());
    }
}

#[tokio::test]
async fn what_is_stamped_with_one_moment_is_read_whole() {
    let erp = Erp::new((0..5_000).map(|n| (format!("R{n}"), BEGIN + 500)));
    let (ids, _) = walked(&erp, "Order", 500).await.unwrap();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 5_000);
    assert_eq!(ids.len(), 5_000);
}

#[tokio::test]
async fn a_row_that_leaves_while_its_window_is_read_hides_no_other() {
    for call in 1..4 {
        for leaves in ["R000000", "R000009", "R000019", "R000029"] {
            let erp = Erp { leaves: vec![(call, leaves)], ..Erp::new(rows(30)) };
            let (ids, _) = walked(&erp, "Order", 10).await.unwrap();
            let missing: Vec<_> =
                all(30).into_iter().filter(|id| !ids.contains(id) && id != leaves).collect();
            assert_eq!(missing, [""; 0], "{leaves} leaves before call {call}");
        }
    }
}

#[tokio::test]
async fn a_row_that_leaves_while_another_comes_hides_no_other() {
    for call in 1..4 {
        for leaves in ["R000000", "R000009", "R000019", "R000028"] {
            let erp = Erp { leaves: vec![(call, leaves)], others_come: true, ..Erp::new(rows(30)) };
            let (ids, _) = walked(&erp, "Order", 10).await.unwrap();
            let missing: Vec<_> =
                all(30).into_iter().filter(|id| !ids.contains(id) && id != leaves).collect();
            assert_eq!(missing, [""; 0], "{leaves} leaves before call {call}, and there are as many");
        }
    }
}

#[tokio::test]
async fn a_total_that_lies_or_is_not_there_keeps_nothing_from_being_read() {
    for lie in [Some(-7), Some(3), Some(400), None] {
        let erp = Erp { lie, ..Erp::new(rows(30)) };
        assert_eq!(walked(&erp, "Order", 10).await.unwrap().0, all(30), "{lie:?}");
    }
}

#[tokio::test]
async fn a_system_with_shorter_pages_than_were_asked_for_is_read_to_its_end() {
    let erp = Erp { most: 7, ..Erp::new(rows(30)) };
    assert_eq!(walked(&erp, "Order", 10).await.unwrap().0, all(30));
}

#[tokio::test]
async fn a_system_that_passes_over_the_offset_is_told_on_instead_of_read_for_ever() {
    let erp = Erp { ignores_offset: true, ..Erp::new(rows(30)) };
    let refusal = walked(&erp, "Order", 10).await.unwrap_err();
    assert_eq!(&*refusal.cause.code, "erp.offset_ignored");
    assert!(erp.calls() < 200, "{}", erp.calls());
}

#[tokio::test]
async fn lines_are_found_again_among_the_bills() {
    let erp = Erp::new(rows(250));
    let (ids, _) = walked(&erp, "Line", 100).await.unwrap();
    assert_eq!((ids.len(), &*ids[7]), (250, "R000007-1"));
    let found = super::erp().get(&erp, "Line", &["R000007-1".into(), "没有".into()], &[]).await.unwrap();
    let found: Vec<&str> = found.iter().map(|found| &*found.id).collect();
    assert_eq!(found, ["R000007-1"]);
}

#[tokio::test]
async fn a_key_is_looked_for_through_everything_unless_the_connection_says_otherwise() {
    let erp = Erp::new(rows(4_321));
    let (by, keys) = (["no".to_owned()], [vec!["NO-R000000".to_owned()], vec!["NO-R004320".to_owned()]]);
    let ask = LookupAsk { object: "Order", by: &by, keys: &keys, fields: &[] };
    let hits = super::erp().lookup(&erp, &ask).await.unwrap();
    let ids: Vec<&str> = hits.iter().flatten().map(|found| &*found.id).collect();
    assert_eq!(ids, ["R000000", "R004320"]);
}
