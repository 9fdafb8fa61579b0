//! Attachments: parts up and down.

use contract::connector::{File, FileEntry, FilePlace, Refusal};

use super::*;

const ORDER: FilePlace<'_> =
    FilePlace { object: "SAL_SaleOrder", id: "100001", number: Some("XSDD000001"), field: None, row: None };

fn entry(size: Option<u64>) -> FileEntry {
    FileEntry { handle: "f-1".into(), name: "合同.pdf".into(), size }
}

fn part(text: &str, next: u64, is_last: bool, size: u64) -> String {
    use base64::Engine;
    let part = base64::engine::general_purpose::STANDARD.encode(text);
    format!(
        r#"{{"Result":{{"ResponseStatus":{{"IsSuccess":true,"MsgCode":0}},"StartIndex":{next},"IsLast":{is_last},"FileSize":{size},"FileName":"合同.pdf","FilePart":"{part}","Message":""}}}}"#
    )
}

fn refused<T>(outcome: Result<T, Refusal>) -> String {
    match outcome {
        Ok(_) => "done".into(),
        Err(refusal) => format!("{} {}", refusal.class.name(), refusal.cause.code),
    }
}

#[tokio::test]
async fn a_file_is_fetched_part_by_part() {
    let wire =
        wire(&[]).answering(&part("第一部分", 12, false, 24)).answering(&part("第二部分", 24, true, 24));
    let kingdee = kingdee();
    let mut file = kingdee.fetch(&wire, &entry(None), 1000).await.unwrap();
    assert_eq!(file.name, "合同.pdf");
    assert_eq!(data(&wire, "StartIndex"), ["0"], "only what is taken is fetched, but for the first part");
    assert_eq!(file.whole(1000).await.unwrap(), "第一部分第二部分");
    assert_eq!(data(&wire, "StartIndex"), ["0", "12"]);
    assert_eq!(calls(&wire)[0].0, "AttachmentDownLoad");
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_not_carried() {
    let silent = wire(&[]);
    assert_eq!(fetched(&silent, &entry(Some(11)), 10).await, "rejected connector.file_too_large");
    assert!(silent.sent().is_empty(), "its size is known");
    for answer in [part("甲", 3, false, 11), part("甲甲甲甲", 12, true, 0)] {
        let wire = wire(&[]).answering(&answer);
        let told = fetched(&wire, &entry(None), 10).await;
        assert_eq!(told, "rejected connector.file_too_large");
    }
}

#[tokio::test]
async fn parts_that_do_not_go_on_are_asked_for_again_later() {
    for answer in [
        part("甲", 0, false, 30),
        part("甲", 3, false, 30).replace("FilePart", "X"),
        // The end is missing.
        part("甲", 3, true, 30),
    ] {
        let wire = wire(&[]).answering(&answer);
        let told = fetched(&wire, &entry(None), 100).await;
        assert_eq!(told, "transient kingdee.file_part");
    }
}

fn file(bytes: usize) -> File<'static> {
    File::held("合同.pdf", vec![b'a'; bytes])
}

/// What a fetch comes to, its content taken.
async fn fetched(wire: &ScriptedWire, entry: &FileEntry, most: u64) -> String {
    let kingdee = kingdee();
    match kingdee.fetch(wire, entry, most).await {
        Ok(mut file) => refused(file.whole(most).await),
        Err(refusal) => refused::<()>(Err(refusal)),
    }
}

const TAKEN: &str =
    r#"{"Result":{"ResponseStatus":{"IsSuccess":true,"MsgCode":0},"FileId":"f-9","Message":""}}"#;

#[tokio::test]
async fn a_file_goes_up_in_parts_under_the_id_of_the_first() {
    let wire = wire(&[]).answering(TAKEN).answering(TAKEN);
    let id = kingdee().attach(&wire, &ORDER, file((4 << 20) + 1)).await.unwrap();
    assert_eq!(id, "f-9");
    assert_eq!(data(&wire, "IsLast"), ["false", "true"]);
    assert_eq!(data(&wire, "FileId"), ["", "f-9"]);
    assert_eq!(data(&wire, "SendByte")[1], "YQ==");
    assert_eq!(wire.sent().last().unwrap().timeout.as_secs(), 180, "the last part takes long");
    assert_eq!(
        (data(&wire, "InterId"), data(&wire, "EntryinterId")),
        (texts(&["100001"; 2]), texts(&["-1"; 2]))
    );
}

#[tokio::test]
async fn a_file_of_a_row_names_its_list_and_row() {
    let wire = wire(&[]).answering(TAKEN);
    let place = FilePlace { row: Some(("FSaleOrderEntry", "501")), ..ORDER };
    kingdee().attach(&wire, &place, file(1)).await.unwrap();
    assert_eq!(
        (data(&wire, "Entrykey"), data(&wire, "EntryinterId")),
        (texts(&["FSaleOrderEntry"]), texts(&["501"]))
    );
}

#[tokio::test]
async fn only_the_last_part_can_leave_it_unknown() {
    let first = wire(&[]).answering("<html>");
    assert_eq!(
        refused(kingdee().attach(&first, &ORDER, file((4 << 20) + 1)).await),
        "transient kingdee.not_json"
    );
    let last = wire(&[]).answering(TAKEN).answering("<html>");
    assert_eq!(
        refused(kingdee().attach(&last, &ORDER, file((4 << 20) + 1)).await),
        "unknown kingdee.not_json"
    );
    let field = FilePlace { field: Some("F_PAEZ_File"), ..ORDER };
    let none = wire(&[]);
    assert_eq!(refused(kingdee().attach(&none, &field, file(1)).await), "config connector.unsupported");
}

#[tokio::test]
async fn the_files_of_a_bill_are_listed_and_those_of_a_field_are_its_ids() {
    let hung = r#"[["100001"," ","-1","f-1","合同.pdf",2048],["100001","","-1","f-2","图纸.dwg"," "],
        ["100001","FSaleOrderEntry","501","f-5","行图.png",1]]"#;
    let wire_of_bill = wire(&[]).answering(hung);
    let files = kingdee().files(&wire_of_bill, &ORDER).await.unwrap();
    assert_eq!(files[0], FileEntry { handle: "f-1".into(), name: "合同.pdf".into(), size: Some(2048) });
    assert_eq!((files.len(), files[1].size), (2, None));
    assert_eq!(
        data(&wire_of_bill, "FilterString"),
        ["(FBillType = 'SAL_SaleOrder') and (FInterID = '100001')"]
    );
    let wire_of_row = wire(&[]).answering(hung);
    let place = FilePlace { row: Some(("FSaleOrderEntry", "501")), ..ORDER };
    let files = kingdee().files(&wire_of_row, &place).await.unwrap();
    assert_eq!(files.iter().map(|file| &*file.handle).collect::<Vec<_>>(), ["f-5"]);
    let wire_of_field = wire(&[]).answering(r#"[["f-3,f-4"]]"#);
    let place = FilePlace { field: Some("F_PAEZ_File"), ..ORDER };
    let files = kingdee().files(&wire_of_field, &place).await.unwrap();
    assert_eq!(files.iter().map(|file| &*file.handle).collect::<Vec<_>>(), ["f-3", "f-4"]);
    assert_eq!(data(&wire_of_field, "FilterString"), ["FID in (100001)"]);
}
