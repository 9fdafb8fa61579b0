//! Finding links by either side, and lines by theirs.

use model::LinkId;
use model::link::{FileLink, KnownBy, LineLink, LinkSide};

use super::given::*;
use crate::store::{
    FileChange, Lease, LineChange, LinkChange, LinkRef, LinkSides, Linked, Opening, Settlement,
};

fn targets(ids: &[&str]) -> LinkSides {
    LinkSides { connection: erp(), object: customers(), ids: ids.iter().map(|id| (*id).into()).collect() }
}

pub async fn links_are_found_by_either_side_in_order(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2"]).await;
    let one = carry_over(&store, &lease, "1", "100001").await;
    let two = carry_over(&store, &lease, "2", "100002").await;
    let by_source = store.by_source(&[side("2"), side("3"), side("1")]).await.unwrap();
    assert_eq!(
        by_source.iter().map(|link| link.as_ref().map(|link| link.id)).collect::<Vec<_>>(),
        [Some(two), None, Some(one)]
    );
    let by_target = store.by_target(&targets(&["100009", "100002"])).await.unwrap();
    assert_eq!(by_target, [None, by_source[0].clone()]);
    let elsewhere = LinkSides { object: "BD_Supplier".into(), ..targets(&["100001"]) };
    assert_eq!(store.by_target(&elsewhere).await.unwrap(), [None]);
}

pub async fn a_side_without_an_object_gives_the_first_filled_link(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let task = ready(&store, &["1"]).await.remove(0);
    let opening = |object: &str| Opening { target_object: object.into(), ..creation(&task, "1") };
    let openings = vec![opening("BD_Supplier"), opening("BD_Customer"), opening("BD_Other")];
    let opened = store.open(&lease, openings).await.unwrap();
    let any = LinkSide { target_object: None, ..side("1") };
    let first = store.by_source(std::slice::from_ref(&any)).await.unwrap().remove(0).unwrap();
    assert_eq!(first.id, opened[0].link, "none is filled: the first");
    for n in [2, 1] {
        let target = format!("10000{n}");
        let filling = Settlement { link: Some(fills(opened[n].link, &target, &target)), ..synced(&task) };
        settle(&store, &lease, vec![filling]).await;
        let found = store.by_source(std::slice::from_ref(&any)).await.unwrap().remove(0).unwrap();
        assert_eq!(found.id, opened[n].link, "the first that is filled");
    }
}

fn one(id: &str, number: &str) -> Linked {
    Linked::One { id: id.into(), number: Some(number.into()) }
}

fn line(id: &str) -> Linked {
    Linked::One { id: id.into(), number: None }
}

pub async fn what_stands_at_the_other_side_is_found_from_both(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2"]).await;
    carry_over(&store, &lease, "1", "100001").await;
    let asked = [
        (account_there("1", KnownBy::Id), one("100001", "CUST-1")),
        (account_there("KH-1", KnownBy::Number), one("100001", "CUST-1")),
        (customer("100001", KnownBy::Id), one("1", "KH-1")),
        (customer("CUST-1", KnownBy::Number), one("1", "KH-1")),
        (account_there("2", KnownBy::Id), Linked::Nothing),
        (account_there("1", KnownBy::Number), Linked::Nothing),
        (customer("CUST-1", KnownBy::Id), Linked::Nothing),
    ];
    let (asked, expected): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
    assert_eq!(store.other_sides(&asked).await.unwrap(), expected);
    let any = asked.iter().map(|asked| model::link::Referent { object: None, ..asked.clone() });
    assert_eq!(store.other_sides(&any.collect::<Vec<_>>()).await.unwrap(), expected, "whatever the object");
    let elsewhere =
        asked.iter().map(|asked| model::link::Referent { connection: "oa".into(), ..asked.clone() });
    let found = store.other_sides(&elsewhere.collect::<Vec<_>>()).await.unwrap();
    assert!(found.iter().all(|found| *found == Linked::Nothing), "{found:?}");
}

pub async fn a_number_of_several_records_leads_nowhere_unless_the_others_are_void(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let twin = |id: &str, version: i64, void: bool| crate::store::Incoming {
        number: Some("KH-9".into()),
        void,
        ..incoming(id, version, &format!("客户{id}"))
    };
    take_in(&store, vec![twin("1", 1, false), twin("2", 1, false)]).await;
    carry_over(&store, &lease, "1", "100001").await;
    carry_over(&store, &lease, "2", "100002").await;
    let asked = [account_there("KH-9", KnownBy::Number)];
    assert_eq!(store.other_sides(&asked).await.unwrap(), [Linked::Several]);
    take_in(&store, vec![twin("1", 2, true)]).await;
    assert_eq!(store.other_sides(&asked).await.unwrap(), [one("100002", "CUST-2")]);
}

async fn lines_of(store: &Fresh, lease: &Lease, link: LinkId, lines: Vec<LineChange>) {
    let task = task_of(store, "1").await;
    let change = LinkChange { link: LinkRef::Known(link), fill: None, agreed: None, lines };
    settle(store, lease, vec![Settlement { link: Some(change), ..synced(&task) }]).await;
}

pub async fn lines_are_linked_with_their_document_and_found_from_both_sides(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1", "2"]).await;
    let link = carry_over(&store, &lease, "1", "100001").await;
    let other = carry_over(&store, &lease, "2", "100002").await;
    let elsewhere = LineChange { list: "FT_BD_CUSTBANK".into(), ..contact_lines(true, &[("b1", "7001")]) };
    lines_of(&store, &lease, link, vec![contact_lines(true, &[("l2", "8002"), ("l1", "8001")]), elsewhere])
        .await;
    let of = |list: &str, line: &str, row: &str| LineLink {
        list: list.into(),
        line: line.into(),
        row: row.into(),
    };
    let expected =
        vec![of("FT_BD_CUSTBANK", "b1", "7001"), of(CONTACTS, "l1", "8001"), of(CONTACTS, "l2", "8002")];
    assert_eq!(store.lines(&[other, link]).await.unwrap(), [vec![], expected]);
    let contacts = || KnownBy::LineOf(CONTACTS.into());
    let asked = [
        account_there("l2", contacts()),
        customer("8001", contacts()),
        customer("7001", contacts()),
        account_there("l2", KnownBy::Id),
    ];
    assert_eq!(
        store.other_sides(&asked).await.unwrap(),
        [line("8002"), line("l1"), Linked::Nothing, Linked::Nothing]
    );
}

pub async fn a_line_has_one_row_and_a_row_one_line(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    ready(&store, &["1"]).await;
    let link = carry_over(&store, &lease, "1", "100001").await;
    for (change, expected) in [
        (contact_lines(false, &[("l1", "8001"), ("l2", "8002")]), "l1=8001 l2=8002"),
        (contact_lines(false, &[("l3", "8003")]), "l1=8001 l2=8002 l3=8003"),
        (contact_lines(false, &[("l4", "8001")]), "l2=8002 l3=8003 l4=8001"),
        (contact_lines(false, &[("l4", "8004")]), "l2=8002 l3=8003 l4=8004"),
        (contact_lines(true, &[("l2", "8003"), ("l3", "8002")]), "l2=8003 l3=8002"),
        (contact_lines(false, &[("l5", "8003"), ("l6", "8003")]), "l3=8002 l6=8003"),
        (contact_lines(true, &[]), ""),
    ] {
        lines_of(&store, &lease, link, vec![change]).await;
        let lines = store.lines(&[link]).await.unwrap().remove(0);
        let told: Vec<String> = lines.iter().map(|link| format!("{}={}", link.line, link.row)).collect();
        assert_eq!(told.join(" "), expected);
    }
}

fn file(line: &str, handle: &str, target: &str) -> FileLink {
    FileLink {
        place: "FSaleOrderEntry.attachments".into(),
        line: line.into(),
        handle: handle.into(),
        target: target.into(),
        name: "合同.pdf".into(),
        size: (line == "a").then_some(2048),
    }
}

pub async fn files_that_were_brought_over_are_known_by_their_place(fresh: Making<'_>) {
    let store = fresh().await;
    let lease = lease(&store).await;
    let tasks = ready(&store, &["1", "2"]).await;
    let one = carry_over(&store, &lease, "1", "100001").await;
    let two = carry_over(&store, &lease, "2", "100002").await;
    let notes = |link, files: Vec<FileLink>| Settlement {
        files: Some(FileChange { link, files }),
        ..synced(&tasks[0])
    };
    let batch = vec![notes(two, vec![file("a", "N_1", "f-1"), file("b", "N_1", "f-2")]), notes(one, vec![])];
    settle(&store, &lease, batch).await;
    // Noted again, under another handle of the target; and one more.
    settle(&store, &lease, vec![notes(two, vec![file("b", "N_1", "f-9"), file("a", "N_0", "f-3")])]).await;
    let known = store.files(&[one, two]).await.unwrap();
    let expected = vec![file("a", "N_0", "f-3"), file("a", "N_1", "f-1"), file("b", "N_1", "f-9")];
    assert_eq!(known, [Vec::new(), expected]);
}
