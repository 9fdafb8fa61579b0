//! The records, and the flow that carries them.

use std::fmt::Write;

use bytes::Bytes;

pub const RECORDS: usize = 20_000;
pub const PAGE: usize = 500;
pub const BATCH: usize = 100;

/// Plain fields beside the id and the number, which are fields too.
pub const TEXTS: usize = 20;
pub const AMOUNTS: usize = 8;

/// The pages as a system would answer them: each a JSON list of records.
pub fn pages() -> Vec<Bytes> {
    let numbers: Vec<usize> = (0..RECORDS).collect();
    numbers.chunks(PAGE).map(page).collect()
}

fn page(numbers: &[usize]) -> Bytes {
    let records: Vec<String> = numbers.iter().map(|number| record(*number)).collect();
    Bytes::from(format!("[{}]", records.join(",")))
}

fn record(number: usize) -> String {
    let mut text = format!(r#"{{"_id":"64f0c1{number:018}","account_no":"KH-{number:08}""#);
    for field in 0..TEXTS {
        write!(text, r#","text_{field:02}":"客户资料 {field:02} {number:06}""#).expect("a String takes all");
    }
    for field in 0..AMOUNTS {
        write!(text, r#","amount_{field}":{number}.{field}5"#).expect("a String takes all");
    }
    text.push_str(
        r#","rows":[{"item":"A-1","quantity":2,"price":10.10},{"item":"A-2","quantity":1,"price":99.90}]}"#,
    );
    text
}

/// What is computed: target, expression. The bare loop does the same by hand.
const COMPUTED: &[(&str, &str)] = &[
    ("FUpper", "upper(account_no)"),
    ("FJoined", "text_00 ~ '-' ~ text_01"),
    ("FEither", "text_02 or text_03"),
    ("FTriple", "mul(amount_0, 3)"),
    ("FRounded", "round(amount_1, 1)"),
    ("FSize", "'大' if amount_2 > 5000 else '小'"),
    ("FPart", "substring(text_04, 0, 4)"),
    ("FClean", "replace(trim(text_05), ' ', '')"),
];

pub const CRM: &str = "kind: connection\nname: crm\nconnector: vendor\n";
pub const ERP: &str = "kind: connection\nname: erp\nconnector: vendor\n";

pub fn flow() -> String {
    let mut text = String::from(
        "kind: flow\nname: customers\nsource: { connection: crm, object: AccountObj, within: 60s, history: true }\n\
         target: { connection: erp, object: BD_Customer, key: FNumber }\nmap:\n  FId: _id\n  FNumber: account_no\n",
    );
    for field in 0..TEXTS {
        writeln!(text, "  FText{field}: text_{field:02}").expect("a String takes all");
    }
    for field in 0..AMOUNTS {
        writeln!(text, "  FAmount{field}: amount_{field}").expect("a String takes all");
    }
    for (target, expression) in COMPUTED {
        writeln!(text, "  {target}: {{ expr: \"{expression}\" }}").expect("a String takes all");
    }
    text + "  FEntity: { lines: rows, map: { FItem: item, FQty: quantity, FPrice: price } }\n"
}
