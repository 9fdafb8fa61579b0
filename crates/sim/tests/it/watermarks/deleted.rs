//! Nango: an incomplete fetch that is taken for the whole deletes what it did not show.

use super::shifting::calls_before;
use super::{Book, SOURCES, Source, delete};

fn many(source: Source) -> usize {
    match source {
        Source::Fxiaoke | Source::StandardErp => 350,
        Source::Kingdee => 2_300,
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_deleted_in_the_middle_of_a_walk_hides_no_other() {
    for source in SOURCES {
        let (book, made) = Book::before(source, many(source)).await;
        let deleted: Vec<String> = made[..40].to_vec();
        let goes = deleted.clone();
        book.meanwhile(source.paging(), calls_before(source) + 1, move |sandbox, now| {
            goes.iter().for_each(|id| delete(sandbox, source, now, id));
        });
        book.run(900).await;
        let there = book.there();
        assert!(deleted.iter().all(|id| !there.contains_key(id)));
        book.has_seen(&made[40..], "others were deleted meanwhile").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_that_a_list_no_longer_shows_is_not_voided() {
    for source in SOURCES {
        let book = Book::with(source, 5, ", within: 10m, sweep: 1d").await;
        book.run(70).await;
        let made: Vec<String> = (0..5).map(|_| book.make()).collect();
        book.run(130).await;
        book.has_seen(&made, "as they were made").await;
        delete(&mut book.vendor(), source, book.now().0, &made[2]);
        // Lists are short of it from now on, also those of the open windows, of a new walk and of the sweep at night.
        book.run(2 * 86_400).await;
        let known = book.record(&made[2]).await.expect("it is known still");
        assert!(!known.void, "{source:?}: a list that is short voids nothing");
        assert!(!book.record(&made[3]).await.unwrap().void);
    }
}
