//! Where the calls of one connection may go.

use std::net::IpAddr;

use model::connection::Connection;
use reqwest::Url;
use url::Host;

use super::address::Reach;
use super::failure::reason;
use crate::manifest::{Setting, SettingKind};

/// The hosts of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    places: Vec<Place>,
    proxy: Option<Url>,
}

/// A host that calls may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// As it stands in a parsed address: lower case, international names in ASCII, IPv6 in brackets. `.example.com`
    /// stands for every host below that domain.
    host: String,
    /// `None` allows every port.
    port: Option<u16>,
}

impl Rules {
    /// The hosts of the connection's addresses (or their defaults), each with its port, and those of its `hosts`
    /// (`erp.local`, `erp.local:8443`, `*.fxiaoke.com`). All of them were typed by an administrator.
    pub(super) fn of(connection: &Connection, settings: &[Setting]) -> Rules {
        let addresses =
            settings.iter().filter(|setting| setting.kind == SettingKind::Url).filter_map(|setting| {
                let value = connection.setting(&setting.name).or(setting.default.as_deref())?;
                let url = Url::parse(value).ok()?;
                Some(Place { host: url.host_str()?.to_owned(), port: url.port_or_known_default() })
            });
        let servers = settings
            .iter()
            .filter(|setting| setting.kind == SettingKind::Host)
            .filter_map(|setting| connection.setting(&setting.name).or(setting.default.as_deref()))
            .filter_map(|host| Place::server(host, connection.setting("port")));
        let places = addresses
            .chain(servers)
            .chain(connection.hosts.iter().filter_map(|host| Place::parse(host)))
            .collect();
        let proxy = connection.setting("proxy").and_then(|proxy| Url::parse(proxy).ok());
        Rules { places, proxy }
    }

    pub(super) fn proxy(&self) -> Option<Url> {
        self.proxy.clone()
    }

    /// Whether a call may go to this address; the word for why not.
    pub(super) fn admit(&self, url: &Url) -> Result<(), &'static str> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(reason::SCHEME);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(reason::ADDRESS);
        }
        let host = url.host_str().ok_or(reason::ADDRESS)?;
        let port = url.port_or_known_default();
        let place = self.places.iter().find(|place| place.admits(host, port)).ok_or(reason::NOT_LISTED)?;
        match literal(url) {
            Some(address) => reach(address, place.is_exact()),
            None => Ok(()),
        }
    }

    /// Where a server that is not spoken to over HTTP is, as it stands in an address, where it may be spoken to; the word
    /// for why not.
    pub(super) fn admit_server(&self, host: &str, port: u16) -> Result<Host<String>, &'static str> {
        let host = match host.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => host.to_owned(),
        };
        let url = Url::parse(&format!("http://{host}:{port}/")).map_err(|_| reason::ADDRESS)?;
        // A port that is the usual one of HTTP is not written in an address, and known all the same.
        self.admit(&url)?;
        url.host().map(|host| host.to_owned()).ok_or(reason::ADDRESS)
    }

    /// Whether this address, to which the name resolves, may be dialled; the word for why not.
    pub(super) fn admit_address(&self, name: &str, address: IpAddr) -> Result<(), &'static str> {
        let is_proxy = self.proxy.as_ref().and_then(Url::host_str).is_some_and(|proxy| proxy == name);
        let named = is_proxy || self.places.iter().any(|place| place.is_exact() && place.host == name);
        reach(address, named)
    }
}

/// Whether a text can stand in a connection's `hosts`.
pub(crate) fn is_host(text: &str) -> bool {
    Place::parse(text).is_some()
}

fn reach(address: IpAddr, named: bool) -> Result<(), &'static str> {
    match (Reach::of(address), named) {
        (Reach::Public, _) | (Reach::Private, true) => Ok(()),
        (Reach::Private, false) => Err(reason::PRIVATE),
        (Reach::Never, _) => Err(reason::NEVER),
    }
}

/// The address, where the host is written as one; the parser has already read forms such as `0x7f.1`.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

impl Place {
    /// A server that is not spoken to over HTTP, at that port, or at any where none is named.
    fn server(host: &str, port: Option<&str>) -> Option<Place> {
        let place = Place::parse(host).filter(Place::is_exact)?;
        match port {
            None => Some(place),
            Some(port) => Some(Place { port: Some(port.parse().ok()?), ..place }),
        }
    }

    /// Takes `host`, `host:port` or `*.domain`. `None` when it is none of them.
    fn parse(text: &str) -> Option<Place> {
        let text = text.trim();
        let (wild, text) = match text.strip_prefix("*.") {
            Some(domain) => (".", domain),
            None => ("", text),
        };
        let text = match text.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => text.to_owned(),
        };
        let url = Url::parse(&format!("http://{text}/")).ok()?;
        let has_port = text.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
        let is_only_host = url.path() == "/" && url.query().is_none() && url.username().is_empty();
        let host = url.host_str().filter(|_| is_only_host)?;
        let port = if has_port { url.port_or_known_default() } else { None };
        Some(Place { host: format!("{wild}{host}"), port })
    }

    fn is_exact(&self) -> bool {
        !self.host.starts_with('.')
    }

    fn admits(&self, host: &str, port: Option<u16>) -> bool {
        let host_fits = match self.is_exact() {
            true => self.host == host,
            false => host.ends_with(&self.host),
        };
        host_fits && (self.port.is_none() || self.port == port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchanges::connection;
    use crate::manifest::Words;

    fn rules(base_url: &str, hosts: &[&str]) -> Rules {
        let setting = Setting {
            name: "base_url".into(),
            title: Words::default(),
            kind: SettingKind::Url,
            required: true,
            default: Some("https://open.fxiaoke.com".into()),
            example: None,
            help: Words::default(),
        };
        let mut connection = connection("fxiaoke", &[("base_url", base_url)], &[]);
        connection.hosts = hosts.iter().map(|host| (*host).into()).collect();
        Rules::of(&connection, &[setting])
    }

    #[test]
    fn only_hosts_that_an_administrator_typed_are_admitted() {
        use reason::{ADDRESS, NEVER, NOT_LISTED, SCHEME};
        let hosts = ["ERP.example.com:8443", "*.fxiaoke.com", "10.0.0.5", "::1", "169.254.169.254"];
        for (base_url, url, outcome) in [
            ("", "https://open.fxiaoke.com/cgi/x", Ok(())),
            ("https://crm.example.com", "https://open.fxiaoke.com/x", Ok(())),
            ("https://crm.example.com", "https://crm.example.com/x", Ok(())),
            ("https://crm.example.com", "https://CRM.example.com:443/x", Ok(())),
            ("https://crm.example.com", "http://crm.example.com/x", Err(NOT_LISTED)),
            ("http://192.168.1.9:8080", "http://192.168.1.9:8080/k3cloud/", Ok(())),
            ("http://192.168.1.9:8080", "http://192.168.1.9:22/", Err(NOT_LISTED)),
            ("http://127.0.0.1:9000", "http://2130706433:9000/", Ok(())),
            ("", "https://erp.example.com:8443/", Ok(())),
            ("", "https://erp.example.com/", Err(NOT_LISTED)),
            ("", "https://a.fxiaoke.com/", Ok(())),
            ("", "https://evil-fxiaoke.com/", Err(NOT_LISTED)),
            ("", "https://fxiaoke.com.evil.example/", Err(NOT_LISTED)),
            ("", "http://10.0.0.5:1234/", Ok(())),
            ("", "http://10.0.0.6/", Err(NOT_LISTED)),
            ("", "http://[::1]:8080/", Ok(())),
            ("", "http://127.0.0.1/", Err(NOT_LISTED)),
            ("", "http://169.254.169.254/latest/meta-data", Err(NEVER)),
            ("", "ftp://open.fxiaoke.com/", Err(SCHEME)),
            ("", "file:///etc/passwd", Err(SCHEME)),
            ("", "https://user:pass@open.fxiaoke.com/", Err(ADDRESS)),
        ] {
            let rules = rules(base_url, &hosts);
            assert_eq!(rules.admit(&Url::parse(url).unwrap()), outcome, "{base_url} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_told() {
        for host in
            ["erp.local", "erp.local:8443", "*.fxiaoke.com", "10.0.0.5", "::1", "[::1]:80", "金蝶.公司.cn"]
        {
            assert!(is_host(host), "{host}");
        }
        for host in
            ["", " ", "https://erp.local", "erp.local/k3cloud", "a b", "me@erp.local", "erp.local:port"]
        {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn a_name_may_resolve_to_a_private_address_only_when_it_is_named_itself() {
        let rules = rules("https://erp.corp.example", &["*.fxiaoke.com"]);
        for (name, address, outcome) in [
            ("erp.corp.example", "192.168.1.9", Ok(())),
            ("erp.corp.example", "8.8.8.8", Ok(())),
            ("erp.corp.example", "169.254.169.254", Err(reason::NEVER)),
            ("erp.corp.example", "::ffff:169.254.169.254", Err(reason::NEVER)),
            ("a.fxiaoke.com", "10.0.0.1", Err(reason::PRIVATE)),
            ("a.fxiaoke.com", "127.0.0.1", Err(reason::PRIVATE)),
            ("a.fxiaoke.com", "47.95.1.1", Ok(())),
        ] {
            assert_eq!(rules.admit_address(name, address.parse().unwrap()), outcome, "{name} {address}");
        }
    }
}
