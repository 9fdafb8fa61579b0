//! Certificates that are trusted and that are not.

use std::sync::Arc;

use contract::transport::{Network, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;

use super::host::{Host, Then};
use super::{HttpNetwork, OK, allowing, call, not_sent, transport};

pub(super) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(super) fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server with a certificate for this name, good from the year 2000 until the first of January of `year`.
pub(super) fn server(authority: &Authority, name: &str, year: i32) -> TlsAcceptor {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(year, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

pub(super) fn trusting(authority: &Authority) -> HttpNetwork {
    let registry = Arc::new(crate::registry(None).unwrap());
    HttpNetwork::new(registry, Some(authority.pem().as_bytes())).unwrap()
}

#[tokio::test]
async fn only_a_good_certificate_of_a_trusted_authority_is_accepted() {
    let (ours, strangers) = (authority("桥公司 CA"), authority("别家 CA"));
    for (issuer, name, year, outcome) in [
        (&ours, "127.0.0.1", 2090, None),
        (&ours, "127.0.0.1", 2001, Some("certificate_expired")),
        (&ours, "erp.example.com", 2090, Some("certificate_other_name")),
        (&strangers, "127.0.0.1", 2090, Some("certificate_unknown_issuer")),
    ] {
        let host = Host::with_tls(OK, server(issuer, name, year)).await;
        let transport = trusting(&ours).transport(&allowing(&["127.0.0.1"]));
        let answer = transport.send(&call(format!("https://127.0.0.1:{}/", host.port))).await;
        let expected = outcome
            .map(|reason| TransportError::Certificate { host: "127.0.0.1".into(), reason: reason.into() });
        assert_eq!(answer.err(), expected, "{name} {year}");
        assert_eq!(host.requests().len(), usize::from(outcome.is_none()), "{name} {year}");
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_when_it_is_given() {
    let ours = authority("桥公司 CA");
    let host = Host::with_tls(OK, server(&ours, "127.0.0.1", 2090)).await;
    let error = transport().send(&call(format!("https://127.0.0.1:{}/", host.port))).await.unwrap_err();
    assert_eq!(error.cause().code, "transport.certificate_unknown_issuer");
    assert!(!error.may_have_arrived());
}

#[tokio::test]
async fn https_to_a_port_for_http_is_told_as_such() {
    let host = Host::answering("HTTP/1.1 400 Bad Request\r\n\r\n", Then::Unasked).await;
    let error = transport().send(&call(format!("https://127.0.0.1:{}/", host.port))).await.unwrap_err();
    assert_eq!(error, not_sent("no_tls"));
}

#[test]
fn a_file_without_certificates_is_no_authority() {
    for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nzzz\n-----END CERTIFICATE-----\n"] {
        let registry = Arc::new(crate::registry(None).unwrap());
        let error = HttpNetwork::new(registry, Some(text.as_bytes())).err();
        assert_eq!(
            error.map(|cause| cause.code.into_owned()).as_deref(),
            Some("transport.authority"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn until_when_a_host_s_certificate_is_good_is_known_once_it_was_called() {
    let ours = authority("桥公司 CA");
    let network = trusting(&ours);
    let host = Host::with_tls(OK, server(&ours, "127.0.0.1", 2090)).await;
    let transport = network.transport(&allowing(&["127.0.0.1"]));
    assert_eq!(transport.certificates(), []);
    transport.send(&call(format!("https://127.0.0.1:{}/", host.port))).await.unwrap();
    let until = model::Timestamp(3_786_912_000_000);
    let seen = contract::transport::Certificate { host: "127.0.0.1".into(), until };
    assert_eq!(transport.certificates(), [seen]);
    assert!(network.authority_until().is_some_and(|until| until.0 > 0));
    let plain = Host::answering(OK, Then::Close).await;
    let other = super::network().transport(&allowing(&["127.0.0.1"]));
    other.send(&call(plain.url("/"))).await.unwrap();
    assert_eq!(other.certificates(), []);
}
