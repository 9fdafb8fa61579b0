//! Files between the stand-ins of both vendors, through the connectors and the engine: both ways, in parts, under faults.

use serde_json::{Value, json};

use crate::company::{Company, Fate};

const THERE: &str = "
files:
  - { from: contract__c, to: attachments, limit: 12 MB }
";

const BACK: &str = "kind: flow
name: back
title: { zh: 金蝶客户 → 客户, en: Customers back }
source: { connection: erp, object: BD_Customer, within: 60s, history: true, open: \"true\", reread: 60s }
target: { connection: crm, object: AccountObj, match: [account_no], create: never }
map:
  account_no: FNumber
files:
  - { from: attachments, to: photos__c }
";

/// One customer, and the flow back beside the customers' flow there where it is wanted.
async fn open(back: bool) -> Company {
    let there = include_str!("../../flows/customers.yaml").to_owned() + THERE;
    let mut texts = vec![
        ("connection", "crm", include_str!("../../flows/crm.yaml").to_owned()),
        ("connection", "erp", include_str!("../../flows/erp.yaml").to_owned()),
        ("flow", "customers", there),
    ];
    if back {
        texts.push(("flow", "back", BACK.to_owned()));
    }
    Company::open(1, texts).await
}

impl Company {
    /// The one customer in the CRM.
    fn account(&self) -> Value {
        self.read("fxiaoke/AccountObj")[0].clone()
    }

    /// A salesperson adds a file to the customer: its content, or its length.
    fn attach_in_crm(&self, name: &str, content: Value) {
        let mut file = json!({ "name": name });
        let member = if content.is_string() { "content" } else { "bytes" };
        file[member] = content;
        let path = self.control("POST", "fxiaoke/files", &file)["path"].clone();
        let account = self.account();
        let mut entries = account["contract__c"].as_array().cloned().unwrap_or_default();
        entries.push(json!({ "name": name, "path": path }));
        let id = account["_id"].as_str().unwrap().to_owned();
        let changed =
            self.control("POST", &format!("fxiaoke/AccountObj/{id}"), &json!({ "contract__c": entries }));
        assert_eq!(changed["error"], Value::Null, "{changed}");
    }

    /// Names and sizes of what hangs at documents in the ERP.
    fn in_erp(&self) -> Vec<(String, u64)> {
        let hung = self.read("kingdee-k3cloud/BOS_Attachment");
        let shown = |file: &Value| {
            let text = |name: &str| file[name].as_str().map_or_else(|| file[name].to_string(), str::to_owned);
            (text("FAttachmentName"), text("FAttachmentSize").parse().unwrap())
        };
        hung.as_array().unwrap().iter().map(shown).collect()
    }
}

const PART: usize = 4 << 20;

#[tokio::test(start_paused = true)]
async fn a_scan_in_the_crm_hangs_at_the_customer_in_the_erp_in_parts() {
    let world = open(false).await;
    world.attach_in_crm("合同.pdf", json!(9_000_000));
    world.attach_in_crm("开户证明.txt", json!("证明正文"));
    world.run(120).await;
    assert_eq!(world.in_erp(), [("合同.pdf".into(), 9_000_000), ("开户证明.txt".into(), 12)]);
    let files = world.read("kingdee-k3cloud/files");
    let text = files.as_array().unwrap().iter().find(|file| file["name"] == "开户证明.txt").unwrap();
    assert_eq!(text["text"], "证明正文");
    let calls = world.way.calls.lock().unwrap().clone();
    let parts: Vec<usize> = calls
        .iter()
        .filter(|(operation, _)| *operation == "AttachmentUpload")
        .map(|(_, bytes)| *bytes)
        .collect();
    assert_eq!(parts.len(), 4, "three parts and one");
    assert!(parts.iter().all(|bytes| *bytes < PART * 4 / 3 + 2000), "{parts:?}");
    // Nothing goes twice, whatever changes.
    world.attach_in_crm("补充协议.txt", json!("补充"));
    world.run(120).await;
    assert_eq!(world.in_erp().len(), 3);
    let sent = world.way.calls.lock().unwrap().iter().filter(|(name, _)| *name == "AttachmentUpload").count();
    assert_eq!(sent, 5);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_at_the_last_part_makes_no_second_file() {
    for (fate, at) in [(Fate::Lost, 0), (Fate::Lost, 1), (Fate::Swallowed, 0), (Fate::Swallowed, 1)] {
        let world = open(false).await;
        world.run(60).await;
        world.attach_in_crm("合同.pdf", json!(PART + 1));
        // Of two parts the first or the last.
        world.way.skip("AttachmentUpload", at, fate);
        world.run(900).await;
        assert_eq!(world.in_erp(), [("合同.pdf".into(), PART as u64 + 1)], "{fate:?} at part {at}");
        assert_eq!(world.tasks("customers").await.last().unwrap(), "files synced", "{fate:?} at part {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_download_that_is_cut_off_is_begun_anew() {
    let world = open(false).await;
    world.fate("/media/download", &[Fate::Cut]);
    world.attach_in_crm("合同.txt", json!("合同正文"));
    world.run(200).await;
    assert_eq!(world.in_erp(), [("合同.txt".into(), 12)]);
    assert_eq!(world.tasks("customers").await.last().unwrap(), "files synced");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_too_large_is_told_with_its_name_and_record() {
    let world = open(false).await;
    world.attach_in_crm("全景图.tif", json!((12 << 20) + 1));
    world.attach_in_crm("合同.txt", json!("合同正文"));
    world.run(120).await;
    assert_eq!(world.in_erp(), [("合同.txt".into(), 12)]);
    let number = world.account()["account_no"].as_str().unwrap().to_owned();
    let failed = format!(
        "“{number}”的附件“全景图.tif”没有传过去：附件“全景图.tif”超过了 12582912 字节的上限，没有传送。"
    );
    let tasks = world.tasks("customers").await;
    assert!(tasks.contains(&"deliver synced".to_owned()), "{tasks:?}");
    assert!(tasks.contains(&format!("files failed {failed}")), "{tasks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_picture_in_the_erp_comes_back_to_the_crm_once_and_what_came_from_there_does_not() {
    for fate in [None, Some(Fate::Lost), Some(Fate::Swallowed)] {
        let world = open(true).await;
        world.attach_in_crm("合同.txt", json!("合同正文"));
        world.run(120).await;
        assert_eq!(world.in_erp().len(), 1);
        let number = world.account()["account_no"].as_str().unwrap().to_owned();
        if let Some(fate) = fate {
            world.fate("/cgi/crm/v2/data/update", &[fate]);
        }
        let picture = json!({ "name": "门头.png", "bytes": 300_000 });
        let hung = world.control("POST", &format!("kingdee-k3cloud/BD_Customer/{number}/attach"), &picture);
        assert!(hung["id"].is_string(), "{hung}");
        world.run(900).await;
        let photos = world.account()["photos__c"].clone();
        let photos = photos.as_array().unwrap();
        assert_eq!(photos.len(), 1, "{fate:?}: {photos:?}");
        assert_eq!((&photos[0]["ext"], &photos[0]["isImage"]), (&json!("png"), &json!(true)), "{fate:?}");
        assert_eq!(world.in_erp().len(), 2, "{fate:?}");
        assert_eq!(world.tasks("back").await.last().unwrap(), "files synced", "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_content_stands_in_the_records_of_calls() {
    let world = open(false).await;
    world.attach_in_crm("证明.txt", json!("绝密的正文"));
    world.run(120).await;
    assert_eq!(world.in_erp().len(), 1);
    let account = world.account()["account_no"].as_str().unwrap().to_owned();
    let story = format!("{:?}", world.seams.store.trace(&account, 5).await.unwrap());
    assert!(story.contains("AttachmentUpload") && story.contains("证明.txt"), "{story}");
    let content = "57ud5a+G55qE5q2j5paH";
    assert!(!story.contains("绝密的正文") && !story.contains(content), "{story}");
}
