//! What the certificate of a mail server is held against: the machine's authorities and the private ones, as for calls
//! over HTTP.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// TLS that trusts the machine's authorities and these; where the machine has none, these only. `None` where there are
/// none at all.
pub(super) fn config(authorities: &[CertificateDer<'static>]) -> Option<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    of_machine(provider.clone(), authorities).or_else(|| of_these(provider, authorities))
}

fn of_machine(
    provider: Arc<CryptoProvider>,
    authorities: &[CertificateDer<'static>],
) -> Option<ClientConfig> {
    let verifier = Verifier::new_with_extra_roots(authorities.iter().cloned(), provider.clone()).ok()?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    // It verifies, with the machine's means; rustls calls every verifier but its own so.
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Some(builder.with_no_client_auth())
}

fn of_these(provider: Arc<CryptoProvider>, authorities: &[CertificateDer<'static>]) -> Option<ClientConfig> {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(authorities.iter().cloned());
    if trusted.is_empty() {
        return None;
    }
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(builder.with_root_certificates(trusted).with_no_client_auth())
}
