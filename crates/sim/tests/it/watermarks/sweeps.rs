//! Sweeps of ids (清点) against the stand-ins: a row that no cursor could see is found and read, by itself, at night; what is
//! gone is told and nothing else; a list that ends short says nothing.

use std::time::Duration;

use engine::connection::TokenBox;
use engine::reconcile::{SweepAsk, SweepOutcome, sweep};
use engine::setup::Setup;
use model::reconciliation::RunState;
use model::sweep::{ObjectOf, Sweep};
use std::sync::Arc;

use super::{Book, SOURCES, Source, delete};

/// Longer ago than any overlap reaches.
pub const HOURS_AGO: i64 = 5 * 3_600_000;

impl Book {
    pub fn of(&self) -> ObjectOf {
        (self.source.connection().into(), self.source.object().into())
    }

    pub async fn swept(&self, deep: bool, goes_on: bool) -> Sweep {
        let tokens = Arc::new(TokenBox::new(self.seams.store.clone()));
        let setup = Setup::load(&self.seams, &tokens, None).await.unwrap();
        let ask = SweepAsk { deep: Some(deep), owner: "乙".into(), goes_on };
        match sweep(&self.seams, &setup, &self.of(), &ask, &|_| {}).await.unwrap() {
            SweepOutcome::Swept(sweep) => *sweep,
            other => panic!("it can be swept: {other:?}"),
        }
    }

    /// What the source has no more, by its ids.
    pub async fn gone(&self) -> Vec<String> {
        let gone = self.seams.store.gone(&self.of(), "", 1_000).await.unwrap();
        gone.into_iter().map(|one| one.id).collect()
    }
}

/// A company whose every row is known, long enough ago.
pub async fn company(source: Source, rows: usize) -> Book {
    let book = Book::with(source, 5, ", history: true, within: 10m, sweep: 1d").await;
    (0..rows).for_each(|_| _ = book.make());
    book.run(1_300).await;
    book.rest(Duration::from_secs(3_600)).await;
    book.run(120).await;
    book.has_seen(book.there().keys(), "from the beginning").await;
    book
}

/// There, here, missing, behind, gone.
fn counts(sweep: &Sweep) -> [u64; 5] {
    assert_eq!(sweep.state, RunState::Done, "{:?}", sweep.cause);
    let sum = sweep.sum;
    [sum.there, sum.here, sum.missing, sum.behind, sum.gone]
}

#[tokio::test(start_paused = true)]
async fn a_row_that_no_cursor_could_see_is_found_by_the_nightly_sweep() {
    for source in SOURCES {
        let book = company(source, 30).await;
        let all = book.there().len() as u64;
        let missed = book.commit(HOURS_AGO);
        book.run(3_600).await;
        assert_eq!(book.unseen([&missed]).await.len(), 1, "{source:?}: the cursor passed it by");
        // Nobody asks: it is found in the night, and read.
        book.run(24 * 3_600).await;
        let sweeps = book.seams.store.sweeps(Some(&book.of()), 10).await.unwrap();
        assert_eq!(sweeps.len(), 1, "{source:?}: one night has passed");
        assert_eq!(counts(&sweeps[0]), [all + 1, all, 1, 0, 0], "{source:?}");
        let at_night = (sweeps[0].started.0 + 8 * 3_600_000).rem_euclid(86_400_000) / 3_600_000;
        assert!((2..4).contains(&at_night), "{source:?}: at {at_night} o'clock");
        book.has_seen([&missed], "by the sweep").await;
        book.run(24 * 3_600).await;
        let next = book.seams.store.sweeps(Some(&book.of()), 1).await.unwrap().remove(0);
        assert_eq!(counts(&next), [all + 1, all + 1, 0, 0, 0], "{source:?}: all is known");
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_no_cursor_could_see_is_found_too() {
    for source in SOURCES {
        let book = company(source, 30).await;
        let all = book.there().len() as u64;
        let id = book.make();
        book.run(130).await;
        book.rest(Duration::from_secs(8 * 3_600)).await;
        book.run(130).await;
        // Somebody whose clock is hours behind saves the row: later than it was made, earlier than any read looks.
        book.skew(-HOURS_AGO);
        super::touch(&mut book.vendor(), source, book.now().0, &id, "几小时前的修改");
        book.skew(0);
        book.run(600).await;
        assert_eq!(book.unseen([&id]).await.len(), 1, "{source:?}: the cursor passed it by");
        assert_eq!(counts(&book.swept(false, false).await), [all + 1, all + 1, 0, 1, 0], "{source:?}");
        book.run(120).await;
        book.has_seen([&id], "by the sweep").await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_at_the_source_is_told_and_never_voided() {
    for source in SOURCES {
        let book = company(source, 120).await;
        let all = book.there().len() as u64;
        let goes: Vec<String> = book.made_here().into_iter().take(2).collect();
        goes.iter().for_each(|id| delete(&mut book.vendor(), source, book.now().0, id));
        for (round, deep) in [false, true, false].into_iter().enumerate() {
            let sweep = book.swept(deep, false).await;
            assert_eq!(counts(&sweep), [all - 2, all, 0, 0, 2], "{source:?}, round {round}");
            assert_eq!(book.gone().await, goes, "{source:?}");
        }
        book.run(600).await;
        for id in &goes {
            let known = book.record(id).await.expect("it is known still");
            assert!(!known.void, "{source:?}: a sweep voids nothing");
        }
        // Somebody looked at one of them.
        let rested =
            engine::reconcile::let_rest(&book.seams, &book.of(), &goes[..1], "合并客户", "张三").await;
        assert_eq!(rested.unwrap(), 1);
        assert_eq!(counts(&book.swept(false, false).await), [all - 2, all - 1, 0, 0, 1], "{source:?}");
        let log = book.seams.store.audit_log(None, 1).await.unwrap().remove(0);
        assert_eq!((log.by.as_str(), &*log.what.code), ("张三", "audit.gone_rests"));
    }
}

#[tokio::test(start_paused = true)]
async fn where_much_is_gone_the_sweep_asks_first() {
    for source in SOURCES {
        let book = company(source, 60).await;
        let all = book.there().len() as u64;
        let goes: Vec<String> = book.made_here().into_iter().take(30).collect();
        goes.iter().for_each(|id| delete(&mut book.vendor(), source, book.now().0, id));
        let asks = book.swept(false, false).await;
        let cause = asks.cause.clone().unwrap();
        assert_eq!((asks.state, &*cause.code), (RunState::Asks, "sweep.much_is_gone"), "{source:?}");
        assert_eq!(book.gone().await, [""; 0], "{source:?}: nothing is kept of it");
        // It goes on when a person says so, and not by itself.
        book.run(36 * 3_600).await;
        let still = book.swept(false, false).await;
        assert_eq!((still.id, still.state), (asks.id, RunState::Asks), "{source:?}");
        let done = book.swept(false, true).await;
        assert_eq!(done.id, asks.id);
        assert_eq!(counts(&done), [all - 30, all, 0, 0, 30], "{source:?}");
        assert_eq!(book.gone().await, goes, "{source:?}");
        assert!(!book.record(&goes[0]).await.unwrap().void, "{source:?}: nothing is voided");
    }
}
