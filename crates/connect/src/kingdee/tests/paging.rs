//! A small table behind a wire: pages of any size give the same documents.

use std::sync::{LazyLock, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use contract::connector::{PageAsk, Refusal};
use contract::transport::{Answer, Call};
use contract::wire::{Tokens, Wire};
use contract::{Chance, Clock};
use model::Timestamp;
use model::connection::Connection;
use proptest::prelude::*;

use super::*;

/// Customers with ids from 1 and so many banks each; answers queries of heads and banks.
struct Table {
    inner: ScriptedWire,
    banks: Vec<usize>,
    queries: Mutex<usize>,
}

impl Table {
    fn new(banks: Vec<usize>) -> Table {
        let connection = connection(
            "kingdee-k3cloud",
            &[
                ("base_url", "https://erp.example.com/k3cloud"),
                ("acct_id", "1"),
                ("username", "u"),
                ("app_id", "1_x"),
                ("sign_in", "signed_headers"),
            ],
            &[("app_secret", "s")],
        );
        Table { inner: ScriptedWire::new(connection), banks, queries: Mutex::default() }
    }

    fn rows(&self, filter: &str, keys: &str, limit: usize) -> String {
        let after = filter.split("FCUSTID > ").nth(1).map_or(0, number);
        let these: Option<Vec<usize>> = filter
            .split("FCUSTID in (")
            .nth(1)
            .map(|rest| rest.split(')').next().unwrap().split(',').map(|id| id.parse().unwrap()).collect());
        let rows: Vec<String> = match these {
            None => (after + 1..=self.banks.len()).take(limit).map(head).collect(),
            Some(ids) => ids.into_iter().flat_map(|id| self.bank_rows(id)).collect(),
        };
        assert_eq!(keys.split(',').count(), if keys.contains("FBANKCODE") { 3 } else { 8 });
        format!("[{}]", rows.join(","))
    }

    fn bank_rows(&self, id: usize) -> Vec<String> {
        match self.banks[id - 1] {
            0 => vec![format!("[{id},0,null]")],
            count => (1..=count).map(|row| format!(r#"[{id},{},"账号{row}"]"#, id * 100 + row)).collect(),
        }
    }
}

fn head(id: usize) -> String {
    format!(r#"[{id},"C{id}","客户{id}","C","A","2026-06-01T00:30:00",null,null]"#)
}

fn number(text: &str) -> usize {
    text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[async_trait]
impl Wire for Table {
    fn connection(&self) -> &Connection {
        self.inner.connection()
    }

    fn clock(&self) -> &dyn Clock {
        self.inner.clock()
    }

    fn chance(&self) -> &dyn Chance {
        self.inner.chance()
    }

    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        *self.queries.lock().unwrap() += 1;
        let body = json::read_bytes(&call.body).unwrap().into_owned();
        let data = body.get("data").unwrap();
        let text = |name: &str| data.get(name).and_then(Value::plain).unwrap().into_owned();
        let rows = self.rows(&text("FilterString"), &text("FieldKeys"), text("Limit").parse().unwrap());
        Ok(Answer { status: 200, headers: Vec::new(), body: Bytes::from(rows) })
    }

    fn tokens(&self) -> &dyn Tokens {
        self.inner.tokens()
    }
}

fn walked(banks: &[usize], size: usize) -> Vec<String> {
    let table = Table::new(banks.to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        static CONNECTOR: LazyLock<Arc<dyn Connector>> = LazyLock::new(kingdee);
        let fields = texts(&["FT_BD_CUSTBANK.FBANKCODE"]);
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let ask = PageAsk {
                object: "BD_Customer",
                fields: &fields,
                filter: None,
                from: Timestamp(0),
                to: Timestamp(1_780_246_800_000),
                after: after.as_deref(),
                size,
            };
            let page = CONNECTOR.page(&table, &ask).await.unwrap();
            all.extend(page.found.into_iter().map(|found| json::write(&Value::Map(found.body))));
            match page.next {
                Some(next) => after = Some(next),
                None => return all,
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn documents_do_not_depend_on_the_size_of_pages(
        banks in prop::collection::vec(0..5_usize, 0..30),
        size in 1..12_usize,
    ) {
        let all = walked(&banks, size);
        prop_assert_eq!(&all, &walked(&banks, 2000));
        prop_assert_eq!(all.len(), banks.len());
    }
}
