//! Nango's "one date per finished run": a run that died at 90 % had kept nothing.

use super::{Book, SOURCES, Source};

async fn company(source: Source) -> Book {
    let rows = match source {
        Source::Fxiaoke => 1_000,
        // Pages are of 2,000 heads here, and spans of 2,000 records there.
        Source::Kingdee | Source::StandardErp => 5_000,
    };
    Book::before(source, rows).await.0
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_dies_near_its_end_goes_on_there() {
    for source in SOURCES {
        let whole = company(source).await;
        whole.run(900).await;
        let pages = whole.pages();
        whole.has_seen(whole.there().keys(), "without a death").await;

        let book = company(source).await;
        let at = pages * 8 / 10;
        book.run_until_it_dies(source.paging(), at).await;
        let left = book.unseen(book.there().keys()).await.len();
        assert!(left > 0, "{source:?}: it died before its end");
        book.forget_calls();
        book.run(900).await;
        book.has_seen(book.there().keys(), "after it died").await;
        // What was read is not read again; the look at what changed meanwhile is.
        let again = book.pages();
        assert!(again < pages, "{source:?}: {again} of {pages} pages were asked for after the death");
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_dies_again_and_again_comes_to_its_end() {
    for source in SOURCES {
        let book = company(source).await;
        for answered in [1, 2, 1, 3, 1, 2] {
            book.run_until_it_dies(source.paging(), answered).await;
        }
        book.run(900).await;
        book.has_seen(book.there().keys(), "after six deaths").await;
    }
}
