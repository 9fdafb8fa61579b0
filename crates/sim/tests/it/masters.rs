//! Base data of the ERP from end to end: given to further organisations (分配), with groups (分组) that are made for it,
//! in batches that are carried out later; whatever becomes of the calls.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::company::{Company, Fate};

const CUSTOMERS: usize = 4;

/// The customers' flow with these options and a group that the ERP does not know.
async fn open(options: &str) -> Company {
    let flow = include_str!("../../flows/customers.yaml")
        .replace("  match: [FNumber]\n", &format!("  match: [FNumber]\n  options: {options}\n"))
        .replace(
            "map:\n  FNumber: account_no\n",
            "map:\n  FNumber: account_no\n  FGroup.FNumber: { value: 华东 }\n",
        );
    Company::open(
        CUSTOMERS,
        vec![
            ("connection", "crm", include_str!("../../flows/crm.yaml").to_owned()),
            ("connection", "erp", include_str!("../../flows/erp.yaml").to_owned()),
            ("flow", "customers", flow),
        ],
    )
    .await
}

/// For each number of a customer of the CRM: organisation, status and group of each that the ERP has.
fn in_erp(company: &Company) -> BTreeMap<String, Vec<String>> {
    let accounts = company.read("fxiaoke/AccountObj");
    let number = |account: &Value| account["account_no"].as_str().unwrap().to_owned();
    let mut found: BTreeMap<String, Vec<String>> =
        accounts.as_array().unwrap().iter().map(|account| (number(account), Vec::new())).collect();
    for customer in company.read("kingdee-k3cloud/BD_Customer").as_array().unwrap() {
        if let Some(of_number) = found.get_mut(customer["FNumber"].as_str().unwrap()) {
            let told =
                ["FUseOrgId", "FDocumentStatus", "FGroup"].map(|name| customer[name].as_str().unwrap());
            of_number.push(told.join(" "));
        }
    }
    found.values_mut().for_each(|of_number| of_number.sort());
    found
}

/// All customers stand there like that, and no task is left undone.
async fn check(company: &Company, expected: &[&str], how: &str) {
    let tasks = company.tasks("customers").await;
    let found = in_erp(company);
    assert_eq!(found.len(), CUSTOMERS);
    for (number, of_number) in found {
        assert_eq!(of_number, expected, "{how}: {number}: {tasks:?}");
    }
    assert!(tasks.iter().all(|task| task.ends_with(" synced")), "{how}: {tasks:?}");
}

const FATES: [Option<Fate>; 3] = [None, Some(Fate::Lost), Some(Fate::Swallowed)];

#[tokio::test(start_paused = true)]
async fn a_customer_is_given_to_another_organisation_once() {
    for fate in FATES {
        let company = open("{ allocate_to: [\"101\"], make_groups: true }").await;
        company.fate("Allocate", fate.as_slice());
        company.run(900).await;
        check(&company, &["100 C 华东", "101 C 华东"], &format!("{fate:?}")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_is_made_once_for_all_that_go_to_it() {
    for fate in FATES {
        let company = open("{ make_groups: true }").await;
        company.fate("GroupSave", fate.as_slice());
        company.run(900).await;
        check(&company, &["100 C 华东"], &format!("{fate:?}")).await;
        let groups = company.read("kingdee-k3cloud/BD_CustomerGroup");
        let made = groups.as_array().unwrap().iter().filter(|group| group["FNumber"] == "华东").count();
        assert_eq!(made, 1, "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_carried_out_later_makes_each_customer_once() {
    for operation in ["BatchSave", "QueryAsyncResult"] {
        for fate in FATES {
            let company = open("{ async_batch: true, make_groups: true }").await;
            company.fate(operation, fate.as_slice());
            company.run(1200).await;
            check(&company, &["100 C 华东"], &format!("{operation} {fate:?}")).await;
            // Where the answer of the batch itself was lost, all that it made is found by its key.
            let is_asked_after = company.calls_of("QueryAsyncResult") > 0;
            assert!(is_asked_after || operation == "BatchSave", "{operation} {fate:?}");
        }
    }
}
