//! Airbyte #84400, #21500: times of one second, of which many rows are; a rounding "fix" there made the losses permanent.

use super::{Book, SOURCES, Source};

/// More than a page holds.
fn many(source: Source) -> usize {
    match source {
        Source::Fxiaoke | Source::StandardErp => 350,
        Source::Kingdee => 2_300,
    }
}

#[tokio::test(start_paused = true)]
async fn more_rows_of_one_second_than_a_page_holds_are_all_read() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let rows: Vec<String> = (0..many(source)).map(|_| book.make()).collect();
        book.forget_calls();
        book.run(300).await;
        assert!(book.pages() > 3, "{source:?}: {} pages", book.pages());
        book.has_seen(&rows, "of one second").await;
    }
}
