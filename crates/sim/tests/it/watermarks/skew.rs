//! Clocks that differ: the vendor stamps rows with its own, and windows are made of ours.

use super::{Book, SOURCES};

#[tokio::test(start_paused = true)]
async fn a_vendor_whose_clock_is_ahead_or_behind_loses_no_row() {
    for source in SOURCES {
        let most = i64::try_from(source.overlap().as_secs()).unwrap() - 65;
        for seconds in [most, 5, -5, -most] {
            let book = Book::open(source).await;
            book.skew(seconds * 1_000);
            let mut rows = Vec::new();
            for _ in 0..6 {
                rows.push(book.make());
                book.run(45).await;
            }
            // What a clock ahead stamped is read once ours says the same.
            book.run(300).await;
            book.has_seen(&rows, &format!("{seconds} s ahead")).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_whose_clock_is_put_right_loses_no_row() {
    for source in SOURCES {
        let most = i64::try_from(source.overlap().as_secs()).unwrap() - 65;
        let book = Book::open(source).await;
        let mut rows = Vec::new();
        // A clock ahead is put back: what it stamped lies in the future, and what comes next before that.
        for seconds in [most, 0, -most, 0, most] {
            book.skew(seconds * 1_000);
            rows.push(book.make());
            book.run(45).await;
        }
        book.run(300).await;
        book.has_seen(&rows, "put right").await;
    }
}
