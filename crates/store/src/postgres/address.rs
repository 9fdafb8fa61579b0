//! Where a database is and who asks for it: `postgres://user:password@host:port/database?…`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How long a connection may take to be made, and what was sent over it may go unheard of.
const PATIENCE: Duration = Duration::from_secs(10);

/// The address of a database. It may hold a password, and is never shown with one.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Box<Config>);

impl Address {
    /// Reads an address as PostgreSQL's own programs do; `postgresql://` is the same.
    /// The error says what is wrong with it, without repeating it.
    pub fn new(url: &str) -> Result<Address, String> {
        if !Address::is_meant(url) {
            return Err("it does not begin with postgres://".into());
        }
        let mut config = Config::from_str(url).map_err(|error| cause(&error))?;
        if config.get_hosts().is_empty() {
            return Err("it names no host".into());
        }
        config.connect_timeout(PATIENCE).keepalives_idle(Duration::from_secs(60)).tcp_user_timeout(PATIENCE);
        if config.get_application_name().is_none() {
            config.application_name("qiao");
        }
        Ok(Address(Box::new(config)))
    }

    /// Whether the text is meant as such an address.
    pub fn is_meant(url: &str) -> bool {
        url.starts_with("postgres://") || url.starts_with("postgresql://")
    }

    /// The same database, where statements see the schema of that quoted name and no other.
    pub(crate) fn in_schema(&self, quoted: &str) -> Address {
        let mut config = self.0.clone();
        // The server splits options at blanks that have no backslash before them.
        let path = quoted.replace('\\', "\\\\").replace(' ', "\\ ");
        let before = self.0.get_options().unwrap_or_default();
        config.options(format!("{before} -c search_path={path}").trim());
        Address(config)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0
    }
}

/// What is wrong, without the words around it.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("postgres://")?;
        for (n, host) in self.0.get_hosts().iter().enumerate() {
            let port = self.0.get_ports().get(n).or(self.0.get_ports().last()).unwrap_or(&5432);
            let comma = if n > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{comma}{}:{port}", path.display())?,
            }
        }
        write!(f, "/{}", self.0.get_dbname().or(self.0.get_user()).unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_user_and_password() {
        for (url, shown) in [
            ("postgres://qiao:geheim@db.example/qiao", "postgres://db.example:5432/qiao"),
            ("postgresql://qiao:geheim@127.0.0.1:5499/桥?sslmode=disable", "postgres://127.0.0.1:5499/桥"),
            ("postgres://qiao:geheim@%2Frun%2Fpostgresql/qiao", "postgres:///run/postgresql:5432/qiao"),
            ("postgres://geheim@db.example", "postgres://db.example:5432/geheim"),
        ] {
            let address = Address::new(url).unwrap();
            assert_eq!((address.to_string(), format!("{address:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for url in
            ["postgres://", "postgres://qiao:geheim@:x/", "postgres://h/d?geheim=1", "mysql://geheim@h/d"]
        {
            let reason = Address::new(url).unwrap_err();
            assert!(!reason.is_empty() && !reason.contains("geheim@"), "{url}: {reason}");
        }
    }
}
