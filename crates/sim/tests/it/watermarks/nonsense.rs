//! A vendor that answers HTTP 200 and nothing that makes sense: what it did not show is not taken for read.

use super::{Book, SOURCES};

const HALF_AN_HOUR: u64 = 1_800;

#[tokio::test(start_paused = true)]
async fn a_source_that_answers_nonsense_for_an_hour_moves_no_cursor_and_loses_no_row() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let mut rows = vec![book.make()];
        book.run(120).await;
        let before = book.cursor().await;
        book.babble(true);
        rows.push(book.make());
        book.run(HALF_AN_HOUR).await;
        rows.push(book.make());
        book.run(HALF_AN_HOUR).await;
        assert_eq!(book.cursor().await, before, "{source:?}: nothing was read");
        let records = book.unseen(&rows[..1]).await;
        assert!(records.is_empty(), "{source:?}: what was known is as it was: {records:?}");
        let open = book.seams.store.alerts(true, 10).await.unwrap();
        let told: Vec<_> = open.iter().map(|alert| (alert.seen.kind.name(), &*alert.seen.subject)).collect();
        assert_eq!(told, [("connection_down", source.connection())], "{source:?}: people are told");
        book.babble(false);
        book.run(900).await;
        book.has_seen(&rows, "after an hour of nonsense").await;
        let open = book.seams.store.alerts(true, 10).await.unwrap();
        assert!(open.is_empty(), "{source:?}: {open:?}");
    }
}
