//! One breaker for each flow of a lane: a flow whose setting is wrong must not keep the lane busy, nor stop the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use model::{AnswerClass, FlowName, Timestamp};

use crate::connection::{Admission, Breaker};

#[derive(Default)]
pub(crate) struct Brakes(Mutex<BTreeMap<FlowName, Arc<Breaker>>>);

impl Brakes {
    pub fn note(&self, flow: &FlowName, class: Option<AnswerClass>, now: Timestamp) {
        self.of(flow).note(class, now);
    }

    pub fn admission(&self, flow: &FlowName, now: Timestamp) -> Admission {
        self.of(flow).admission(now)
    }

    /// The flows that are braked.
    pub fn braked(&self) -> Vec<FlowName> {
        self.each(|breaker| breaker.open_for().is_some())
    }

    /// The flows of which something went well, and which are not braked.
    pub fn free(&self) -> Vec<FlowName> {
        self.each(Breaker::is_proven)
    }

    fn each(&self, is_meant: impl Fn(&Breaker) -> bool) -> Vec<FlowName> {
        let flows = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        flows.iter().filter(|(_, breaker)| is_meant(breaker)).map(|(flow, _)| flow.clone()).collect()
    }

    fn of(&self, flow: &FlowName) -> Arc<Breaker> {
        let mut flows = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        flows.entry(flow.clone()).or_insert_with(|| Arc::new(Breaker::of_flow())).clone()
    }
}
