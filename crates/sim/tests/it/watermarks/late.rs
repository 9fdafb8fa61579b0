//! Airbyte #85918, #70257: a transaction that stamps its rows and commits minutes later; the cursor has passed them by then.

use super::{Book, SOURCES};

#[tokio::test(start_paused = true)]
async fn a_row_committed_late_is_read() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let overlap = i64::try_from(source.overlap().as_millis()).unwrap();
        let mut late = Vec::new();
        // Each comes to stand there when reads have passed its time by up to nearly the overlap.
        for seconds in [5, 30, 70, overlap / 1_000 - 65] {
            late.push(book.commit(seconds * 1_000));
            book.run(65).await;
        }
        assert!(book.cursor().await.to > book.now() - std::time::Duration::from_secs(120));
        book.has_seen(&late, "committed late").await;
    }
}
