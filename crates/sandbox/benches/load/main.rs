//! Whether the stand-ins keep up: 5,000 customers and 60,000 orders of five lines in both systems, through the
//! in-process entry that the simulator uses. Prints how many calls a second of processor time each kind of call makes,
//! the caller's own reading and writing of JSON included.
//!
//! `cargo bench -p sandbox` (`-- 6000` for fewer orders).

mod callers;

use sandbox::{Sandbox, Setting};
use serde_json::{Value, json};

use callers::{Crm, Erp, START_MS};

const CUSTOMERS: usize = 5_000;
const LINES: usize = 5;

/// The fields that are asked for.
const FIELDS: &[&str] = &[
    "_id",
    "name",
    "account_id",
    "order_id",
    "product_id",
    "quantity",
    "order_amount",
    "owner",
    "life_status",
    "last_modified_time",
];

fn main() {
    let orders = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(60_000);
    let setting = Setting { seed: 1, customers: CUSTOMERS, now_ms: START_MS };
    let mut sandbox = timed("company of 5,000 customers", 1, || Sandbox::with_orders(&setting, 0));
    crm(&mut sandbox, orders);
    erp(&mut sandbox, orders);
    println!("resident memory: {} MB", resident_mb());
}

/// Does it, and prints how much processor time `count` calls took.
fn timed<T>(what: &str, count: usize, work: impl FnOnce() -> T) -> T {
    let begin_ns = processor_ns();
    let done = work();
    let taken_ns = processor_ns() - begin_ns;
    let rate = count as u128 * 1_000_000_000 / u128::from(taken_ns.max(1));
    println!("{what:<58} {:>8} ms {rate:>9}/s", taken_ns / 1_000_000);
    done
}

/// The time that this process has run on a processor: neighbours on the machine do not count.
fn processor_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or_default()
}

fn resident_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * 4 / 1024
}

fn crm(sandbox: &mut Sandbox, orders: usize) {
    let mut crm = Crm::open(sandbox);
    let (accounts, products) = (crm.ids("AccountObj"), crm.ids("ProductObj"));
    let ids: Vec<String> = timed("crm: create an order of five lines", orders, || {
        let order = |n: usize| {
            let lines: Vec<Value> = (0..LINES)
                .map(|line| {
                    json!({ "product_id": products[(n + line) % products.len()], "quantity": "3",
                    "sales_price": "12.50", "product_price": "12.50", "subtotal": "37.50" })
                })
                .collect();
            json!({ "name": format!("SO-{n:06}"), "account_id": accounts[n % accounts.len()], "order_time": START_MS,
                "order_amount": "187.50", "details": lines })
        };
        (0..orders).map(|n| crm.create_order(order(n))).collect()
    });
    let window = |from: i64, to: i64| json!([{ "field_name": "last_modified_time", "operator": "BETWEEN", "field_values": [from, to] }]);
    let middle = START_MS + orders as i64 * 50;
    timed("crm: page of 100 by last_modified_time, narrow window", 500, || {
        (0..500).for_each(|n| {
            assert!(crm.query("SalesOrderObj", window(middle + n, middle + n + 5_000), FIELDS) > 0)
        });
    });
    timed("crm: page of 100 by last_modified_time, all, by _id", 500, || {
        (0..500).for_each(|_| assert_eq!(crm.query("SalesOrderObj", window(0, i64::MAX - 1), FIELDS), 100));
    });
    timed("crm: the same with all fields", 100, || {
        (0..100).for_each(|_| assert_eq!(crm.query("SalesOrderObj", window(0, i64::MAX - 1), &[]), 100));
    });
    timed("crm: lines of 20 orders in one call", 1_000, || {
        for n in 0..1_000 {
            let wanted: Vec<&String> = ids.iter().cycle().skip(n * 7).take(20).collect();
            let filter = json!([{ "field_name": "order_id", "operator": "IN", "field_values": wanted }]);
            assert_eq!(crm.query("SalesOrderProductObj", filter, FIELDS), 20 * LINES);
        }
    });
    timed("crm: order by its number", 5_000, || {
        for n in 0..5_000 {
            let filter = json!([{ "field_name": "name", "operator": "EQ", "field_values": [format!("SO-{:06}", n % orders)] }]);
            assert_eq!(crm.query("SalesOrderObj", filter, FIELDS), 1);
        }
    });
    timed("crm: update an order", 5_000, || (0..5_000).for_each(|n| crm.update(&ids[n % ids.len()])));
}

fn erp(sandbox: &mut Sandbox, orders: usize) {
    let mut erp = Erp::open(sandbox);
    let audited = orders / 10;
    timed("erp: save an order of five lines", orders, || (0..orders).for_each(|n| erp.save_order(n, LINES)));
    timed("erp: submit and audit an order", audited, || {
        for n in 0..audited {
            erp.step("Submit", n);
            erp.step("Audit", n);
        }
    });
    timed("erp: deliver an order at the screen", audited, || (0..audited).for_each(|n| erp.deliver(n)));
    let filters = |n: usize| {
        let (from, to) = (erp_time(n), erp_time(n + 50));
        [
            (
                "erp: page by FModifyDate, narrow window",
                format!("FModifyDate >= '{from}' and FModifyDate < '{to}'"),
            ),
            (
                "erp: the same, or by FApproveDate",
                format!(
                    "(FModifyDate >= '{from}' and FModifyDate < '{to}') or (FApproveDate >= '{from}' and FApproveDate < '{to}')"
                ),
            ),
            ("erp: order by its number", format!("FBillNo = 'XS{n:06}'")),
            ("erp: order by our key", format!("F_QIAO_ExtId = 'crm-{n}'")),
            ("erp: page of all by FModifyDate, by FID", "FModifyDate >= '2000-01-01'".to_owned()),
        ]
    };
    for kind in 0..5 {
        let what = filters(0)[kind].0;
        timed(what, 500, || {
            for n in 0..500 {
                assert!(erp.query("SAL_SaleOrder", &filters(n * 97 % (orders - 60))[kind].1) > 0, "{what}");
            }
        });
    }
    timed("erp: deliveries of an order", 500, || {
        for n in 0..500 {
            let filter = format!("FSoorDerno = 'XS{:06}'", n % audited);
            assert_eq!(erp.query("SAL_OUTSTOCK", &filter), LINES);
        }
    });
}

/// The wall clock of the server when the order of that number was saved: one a second.
fn erp_time(n: usize) -> String {
    let at =
        jiff::Timestamp::from_millisecond(START_MS + n as i64 * 1_000).expect("a moment of this century");
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
