//! Who gives a command, for the audit log.

use clap::Args;

use crate::config::surroundings;

#[derive(Debug, Args)]
pub struct Who {
    #[arg(long, env = "QIAO_USER", value_name = "NAME")]
    by: Option<String>,
}

impl Who {
    /// The name that was given, else the user of this machine.
    pub fn name(&self) -> String {
        let known = || surroundings::variable("USER").or_else(|| surroundings::variable("LOGNAME"));
        self.by.clone().or_else(known).unwrap_or_else(|| "qiao".to_owned())
    }
}
