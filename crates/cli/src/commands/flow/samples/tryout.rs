//! The functions of a flow around its samples: run in this thread, with the sample's own links and without any system.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use contract::Clock;
use contract::functions::{
    Call, Denied, Function, Functions, Host, HttpReply, HttpRequest, Level, Limits, LinkQuestion, Linked,
    Output, Surroundings, Work,
};
use functions::Scripts;
use mapping::{Files, Sample, SampleFunctions};
use model::flow::{Flow, ValueMap};
use model::{AnswerClass, Cause, Map, Value};

use super::Beside;
use crate::clock::{SystemChance, SystemClock};

/// The functions of one flow, read from the files beside it.
pub(super) struct Tryout<'t> {
    scripts: Scripts,
    flow: String,
    before_mapping: Option<Function>,
    after_mapping: Option<Function>,
    map: &'t dyn Fn(&str) -> Option<ValueMap>,
    files: &'t Beside<'t>,
}

impl<'t> Tryout<'t> {
    pub fn of(flow: &Flow, files: &'t Beside<'t>, map: &'t dyn Fn(&str) -> Option<ValueMap>) -> Tryout<'t> {
        let named = |path: &Option<String>| {
            let path = path.as_deref()?;
            files.load(path).map(|text| Function::new(path, text))
        };
        Tryout {
            scripts: Scripts::inline(Arc::new(SystemClock)),
            flow: flow.name.to_string(),
            before_mapping: named(&flow.functions.before_mapping),
            after_mapping: named(&flow.functions.after_mapping),
            map,
            files,
        }
    }

    fn call(&self, function: &Function, sample: &Sample, work: Work<'_>) -> Result<Output, Cause> {
        let mut about = Map::with_capacity(1);
        about.push("flow", self.flow.clone());
        let texts = self.files.texts.iter().filter(|file| file.text.kind == "values");
        let maps = texts.filter_map(|file| Some((file.text.name.clone(), (self.map)(&file.text.name)?)));
        let host = Arc::new(Alone { links: sample.links.clone(), maps: maps.collect() });
        let around = Surroundings { host, chance: Arc::new(SystemChance) };
        let (limits, now) = (Limits::default(), SystemClock.now());
        let call = Call { function, work, about: &about, limits, now, measure: false };
        // Everything that it may ask for is answered at once, so that it is through when it is polled once.
        let mut calling = pin!(self.scripts.call(call, around));
        match calling.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ran) => ran.output.map_err(|fault| fault.cause),
            Poll::Pending => Err(Cause::new("function.broken").with("name", &function.name)),
        }
    }
}

impl SampleFunctions for Tryout<'_> {
    fn before_mapping<'s>(&self, sample: &Sample, record: Value<'s>) -> Result<Value<'s>, Cause> {
        let (Some(function), Value::Map(map)) = (&self.before_mapping, &record) else { return Ok(record) };
        let output = self.call(function, sample, Work::BeforeMapping { record: map })?;
        Ok(Value::Map(output.into_map().unwrap_or_default()))
    }

    fn after_mapping<'s>(
        &self,
        sample: &Sample,
        record: &Value<'_>,
        document: Map<'s>,
    ) -> Result<Map<'s>, Cause> {
        let (Some(function), Some(record)) = (&self.after_mapping, record.as_map()) else {
            return Ok(document);
        };
        let output = self.call(function, sample, Work::AfterMapping { record, document: &document })?;
        Ok(output.into_map().unwrap_or_default())
    }
}

/// Answers from the sample and the folder alone.
struct Alone {
    links: Vec<(String, String, Value<'static>)>,
    maps: Vec<(String, ValueMap)>,
}

#[async_trait]
impl Host for Alone {
    async fn http(&self, request: HttpRequest) -> Result<HttpReply, Denied> {
        let cause = Cause::new("cli.function.offline").with("url", request.url);
        Err(Denied { cause, class: AnswerClass::Config })
    }

    /// What the sample says stands at the target, as id and as number; backwards nothing is known.
    async fn links(&self, questions: Vec<LinkQuestion>) -> Result<Vec<Linked>, Denied> {
        let answer = |question: LinkQuestion| {
            let is_meant = |(object, known, _): &&(String, String, _)| {
                !question.backwards && *object == question.object && *known == question.known
            };
            let value = self.links.iter().find(is_meant).and_then(|(_, _, value)| value.plain());
            match value {
                Some(value) => Linked::One { id: value.to_string(), number: Some(value.to_string()) },
                None => Linked::Nothing,
            }
        };
        Ok(questions.into_iter().map(answer).collect())
    }

    fn value_map(&self, name: &str, option: &str) -> Result<Option<Value<'static>>, Denied> {
        match self.maps.iter().find(|(known, _)| known == name) {
            Some((_, map)) => Ok(map.sent(option).cloned()),
            None => {
                let cause = Cause::new("engine.function_no_values").with("values", name);
                Err(Denied { cause, class: AnswerClass::Rejected })
            }
        }
    }

    /// A sample tells what becomes of it, and no more.
    fn log(&self, _: Level, _: &str) {}
}
