//! What answers to what is sent in say in their headers, whichever address it came to.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use model::ReceiptId;

/// The header with the id under which what was kept can be traced at once.
const RECEIPT: HeaderName = HeaderName::from_static("x-qiao-receipt");

/// After how many seconds it may be sent again, where there is no room for it now.
const AGAIN: &str = "5";

/// The answer, with the receipt of what was kept, and when to come again where its status puts the sender off.
pub(crate) fn headed(mut response: Response, kept: Option<ReceiptId>) -> Response {
    if let Some(receipt) = kept.and_then(|receipt| HeaderValue::from_str(&receipt.told()).ok()) {
        response.headers_mut().insert(RECEIPT, receipt);
    }
    if matches!(response.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(AGAIN));
    }
    response
}
