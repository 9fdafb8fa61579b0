//! Airbyte #80152, #10782, #14732: rows stamped with the very instant at which a read ended are never read again.

use super::{Book, SOURCES};

#[tokio::test(start_paused = true)]
async fn a_row_at_the_boundary_instant_is_not_dropped() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let read = book.cursor().await;
        assert!(read.finished && read.to < book.now(), "{source:?}: a read ended: {read:?}");
        // Rows that come to stand there only now, and say that they were changed just when the last read ended: to the
        // millisecond, in the same second, and where the next read begins.
        let ago = book.now().0 - read.to.0;
        let mut rows = Vec::new();
        for at in [0, 1, -1, 999, -999] {
            rows.push(book.commit(ago + at));
        }
        let overlap = i64::try_from(source.overlap().as_millis()).unwrap();
        rows.push(book.commit(ago + overlap - 1_000));
        book.run(130).await;
        book.has_seen(&rows, "at the boundary").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_changed_again_in_the_instant_in_which_it_was_read_is_read_again() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let id = book.make();
        // The page is asked for, and in the same millisecond somebody saves the row once more.
        let touched = id.clone();
        book.run(130).await;
        book.meanwhile(source.paging(), 1, move |sandbox, now| {
            super::touch(sandbox, source, now, &touched, "同一毫秒内改名");
        });
        book.run(200).await;
        assert_eq!(book.there()[&id], "同一毫秒内改名");
        book.has_seen([&id], "changed as it was read").await;
    }
}
