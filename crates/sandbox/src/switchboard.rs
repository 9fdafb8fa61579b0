//! The switches of one stand-in and the positions they are in.

use crate::stand_in::Switch;

/// Every switch begins at its first value.
#[derive(Debug, Clone)]
pub struct Switchboard {
    switches: &'static [Switch],
    positions: Vec<usize>,
}

impl Switchboard {
    pub fn new(switches: &'static [Switch]) -> Switchboard {
        Switchboard { switches, positions: vec![0; switches.len()] }
    }

    pub fn list(&self) -> Vec<Switch> {
        self.switches.to_vec()
    }

    /// The value a switch has now; `None` when there is no such switch.
    pub fn value(&self, name: &str) -> Option<&'static str> {
        let at = self.switches.iter().position(|switch| switch.name == name)?;
        self.switches[at].values.get(self.positions[at]).copied()
    }

    /// Whether a switch has that value now. Ask only for switches and values of the list: anything else is `false`.
    pub fn is(&self, name: &str, value: &str) -> bool {
        assert!(
            self.switches.iter().any(|switch| switch.name == name && switch.values.contains(&value)),
            "no switch {name} with a value {value}"
        );
        self.value(name) == Some(value)
    }

    /// Sets a switch; `false` when the name or the value is unknown.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let Some(at) = self.switches.iter().position(|switch| switch.name == name) else {
            return false;
        };
        match self.switches[at].values.iter().position(|known| *known == value) {
            Some(position) => {
                self.positions[at] = position;
                true
            }
            None => false,
        }
    }
}
