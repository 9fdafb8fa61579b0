//! Senders whose signatures are known by name, as their documents describe them.

use std::time::Duration;

use model::hook::{Algorithm, Encoding, KeyForm, Part, Piece, Signature, Stamp};

/// The names.
pub(super) const SENDERS: &[&str] = &["github", "shopify", "standard-webhooks", "stripe", "woocommerce"];

const WITHIN: Duration = Duration::from_secs(300);

/// The signature of a known sender, and the header with the id of its event.
///
/// | name | source |
/// |---|---|
/// | `github` | docs.github.com, "Validating webhook deliveries" |
/// | `shopify` | shopify.dev, "Deliver webhooks through HTTPS", "Verify the webhook" |
/// | `standard-webhooks` | standardwebhooks.com, "Signature scheme"; Svix and many others send so |
/// | `stripe` | docs.stripe.com, "Verify webhook signatures manually" |
/// | `woocommerce` | developer.woocommerce.com, "Webhooks" |
pub(super) fn sender(name: &str) -> Option<(Signature, Option<&'static str>)> {
    let part = |header: &str, prefix: &str, separator| Part {
        header: header.into(),
        prefix: prefix.into(),
        separator,
    };
    let signed = |part, encoding| Signature {
        part,
        algorithm: Algorithm::Sha256,
        encoding,
        key: KeyForm::Text,
        over: vec![Piece::Body],
        timestamp: None,
    };
    let dot = || Piece::Text(".".into());
    Some(match name {
        "github" => {
            let signature = signed(part("x-hub-signature-256", "sha256=", None), Encoding::Hex);
            (signature, Some("x-github-delivery"))
        }
        "shopify" => {
            let signature = signed(part("x-shopify-hmac-sha256", "", None), Encoding::Base64);
            (signature, Some("x-shopify-webhook-id"))
        }
        "woocommerce" => {
            let signature = signed(part("x-wc-webhook-signature", "", None), Encoding::Base64);
            (signature, Some("x-wc-webhook-delivery-id"))
        }
        "standard-webhooks" => {
            let stamp = Stamp { part: part("webhook-timestamp", "", None), within: WITHIN };
            let signature = Signature {
                key: KeyForm::Base64,
                over: vec![Piece::Event, dot(), Piece::Timestamp, dot(), Piece::Body],
                timestamp: Some(stamp),
                ..signed(part("webhook-signature", "v1,", Some(' ')), Encoding::Base64)
            };
            (signature, Some("webhook-id"))
        }
        "stripe" => {
            let stamp = Stamp { part: part("stripe-signature", "t=", Some(',')), within: WITHIN };
            let signature = Signature {
                over: vec![Piece::Timestamp, dot(), Piece::Body],
                timestamp: Some(stamp),
                ..signed(part("stripe-signature", "v1=", Some(',')), Encoding::Hex)
            };
            (signature, None)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_signature() {
        for name in SENDERS {
            let (signature, event) = sender(name).unwrap_or_else(|| panic!("{name}"));
            assert!(signature.over.contains(&Piece::Body), "{name}");
            assert_eq!(signature.timestamp.is_some(), signature.over.contains(&Piece::Timestamp), "{name}");
            assert!(!signature.over.contains(&Piece::Event) || event.is_some(), "{name}");
        }
        assert!(sender("pigeon").is_none());
    }
}
