//! A very small ERP: it answers the two reads over its rows, and shifts, repeats and lies as it is told.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use contract::connector::Refusal;
use contract::transport::{Answer, Call};
use contract::wire::Tokens;
use contract::{Chance, Clock, Wire};
use model::connection::Connection;

use super::*;

pub(super) struct Erp {
    pub wire: ScriptedWire,
    /// Id and time of change.
    pub rows: Mutex<Vec<(String, i64)>>,
    pub calls: AtomicUsize,
    /// Before the call of that number, the row of that id changes and leaves every window.
    pub leaves: Vec<(usize, &'static str)>,
    /// Whether another comes for each that leaves, so that there are as many.
    pub others_come: bool,
    /// What is added to every `totalNum`; without it none is said.
    pub lie: Option<i64>,
    /// Most rows of a page, whatever is asked for.
    pub most: usize,
    pub ignores_offset: bool,
}

impl Erp {
    pub(super) fn new(rows: impl IntoIterator<Item = (String, i64)>) -> Erp {
        Erp {
            wire: wire(&[]),
            rows: Mutex::new(rows.into_iter().collect()),
            calls: AtomicUsize::new(0),
            leaves: Vec::new(),
            others_come: false,
            lie: Some(0),
            most: usize::MAX,
            ignores_offset: false,
        }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn batch(&self, query: &dyn Fn(&str) -> i64) -> String {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut rows = self.rows.lock().unwrap();
        for (_, id) in self.leaves.iter().filter(|(at, _)| *at == number) {
            rows.iter_mut().filter(|(known, _)| known == id).for_each(|(_, changed)| *changed = i64::MAX);
            if self.others_come {
                let within = rows.iter().map(|(_, changed)| *changed).min().unwrap_or_default();
                rows.push((format!("另来{number}"), within));
            }
        }
        let window = query("startTime")..=query("endTime");
        let found: Vec<_> = rows.iter().filter(|(_, changed)| window.contains(changed)).collect();
        let offset = if self.ignores_offset { 0 } else { usize::try_from(query("offset")).unwrap() };
        let limit = usize::try_from(query("limit")).unwrap().min(self.most);
        let row = |(id, changed): &(String, i64)| {
            format!(
                r#"{{"masterFieldVal":{{"id":"{id}","no":"NO-{id}","changed":{changed}}},"detailFieldVals":{{"lines":[{{"lineId":"{id}-1"}}]}}}}"#
            )
        };
        let page: Vec<String> = found.iter().skip(offset).take(limit).map(|found| row(found)).collect();
        let total =
            self.lie.map(|lie| format!(r#""totalNum":{},"#, found.len() as i64 + lie)).unwrap_or_default();
        format!(r#"{{"code":"0","data":{{{total}"dataList":[{}]}}}}"#, page.join(","))
    }
}

#[async_trait]
impl Wire for Erp {
    fn connection(&self) -> &Connection {
        self.wire.connection()
    }

    fn clock(&self) -> &dyn Clock {
        self.wire.clock()
    }

    fn chance(&self) -> &dyn Chance {
        self.wire.chance()
    }

    async fn send(&self, call: Call) -> Result<Answer, Refusal> {
        let url = url::Url::parse(&call.url).unwrap();
        let query = |name: &str| {
            let value = url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
            value.parse::<i64>().unwrap()
        };
        assert!(url.path().ends_with("/queryMasterBatch"), "{url}");
        Ok(Answer { status: 200, headers: Vec::new(), body: self.batch(&query).into() })
    }

    fn tokens(&self) -> &dyn Tokens {
        self.wire.tokens()
    }
}
