//! The functions of ours that `prelude/qiao.js` builds on. A refusal becomes an error in the script that carries its
//! cause, so that it is told in the reader's language when nobody catches it.

mod ciphers;
mod dates;
mod decimals;
mod digests;
mod texts;
mod xml;

use std::sync::Arc;

use contract::functions::{Level, Linked};
use model::{Cause, Value, json};
use rquickjs::{Ctx, Exception, Function, Object};

use crate::budget::Budget;
use crate::input::write_exact;
use crate::reading::{Reader, Unread, is_bounded};
use crate::sentences::in_english;
use crate::shared::Shared;

pub(crate) use texts::{decode_body, in_base64};

type Js<T> = rquickjs::Result<T>;

/// Throws the cause as an error that names it by its place among the denied ones.
fn thrown<T>(ctx: &Ctx<'_>, shared: &Shared, result: Result<T, Cause>) -> Js<T> {
    let cause = match result {
        Ok(value) => return Ok(value),
        Err(cause) => cause,
    };
    let error = Exception::from_message(ctx.clone(), &in_english(&cause))?;
    error.set("code", cause.code.as_ref())?;
    error.set("denied", shared.refuse(cause))?;
    Err(error.throw())
}

/// The object that the prelude is called with.
pub(crate) fn functions<'js>(ctx: &Ctx<'js>, shared: &Shared, budget: &Arc<Budget>) -> Js<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    world(ctx, &native, shared)?;
    exact(ctx, &native, shared, budget)?;
    text(ctx, &native, shared)?;
    calendar(ctx, &native, shared)?;
    crypto(ctx, &native, shared)?;
    Ok(native)
}

/// Time, chance, the log and the questions to the host.
fn world<'js>(ctx: &Ctx<'js>, native: &Object<'js>, shared: &Shared) -> Js<()> {
    let own = shared.clone();
    let random = move |ctx: Ctx<'js>| {
        let drawn = own.around().map(|around| around.chance.next());
        // 53 bits: what fits into a double of [0, 1).
        thrown(&ctx, &own, drawn).map(|bits| (bits >> 11) as f64 / (1_u64 << 53) as f64)
    };
    native.set("random", Function::new(ctx.clone(), random)?)?;
    let own = shared.clone();
    let uuid = move |ctx: Ctx<'js>| {
        let drawn = own.around().map(|around| texts::uuid(around.chance.next(), around.chance.next()));
        thrown(&ctx, &own, drawn)
    };
    native.set("uuid", Function::new(ctx.clone(), uuid)?)?;
    let own = shared.clone();
    native.set("now", Function::new(ctx.clone(), move || own.now().0 as f64)?)?;
    let own = shared.clone();
    let log = move |level: String, text: String| {
        let level = match level.as_str() {
            "error" => Level::Error,
            "warn" => Level::Warn,
            _ => Level::Info,
        };
        own.log(level, &text);
    };
    native.set("log", Function::new(ctx.clone(), log)?)?;
    let own = shared.clone();
    let ask = move |ctx: Ctx<'js>, kind: String, question: String| {
        let number = own.ask(kind, question);
        thrown(&ctx, &own, number)
    };
    native.set("ask", Function::new(ctx.clone(), ask)?)?;
    let own = shared.clone();
    let value_map = move |ctx: Ctx<'js>, name: String, option: String| {
        let around = thrown(&ctx, &own, own.around())?;
        match around.host.value_map(&name, &option) {
            Ok(found) => Ok(found.map(|value| exact_text(&value))),
            Err(denied) => {
                let error = Exception::from_message(ctx.clone(), &in_english(&denied.cause))?;
                error.set("code", denied.cause.code.as_ref())?;
                error.set("denied", own.deny(denied))?;
                Err(error.throw())
            }
        }
    };
    native.set("valueMap", Function::new(ctx.clone(), value_map)?)?;
    let own = shared.clone();
    let held = move |ctx: Ctx<'js>, index: usize| {
        let bytes = own.held(index).ok_or_else(|| Cause::new("function.no_host"));
        thrown(&ctx, &own, bytes).map(|bytes| in_base64(&bytes))
    };
    native.set("held", Function::new(ctx.clone(), held)?)
}

fn exact_text(value: &Value) -> String {
    let mut out = String::new();
    write_exact(&mut out, value);
    out
}

/// A value of the script as ours.
fn read<'js>(
    ctx: &Ctx<'js>,
    shared: &Shared,
    budget: &Arc<Budget>,
    value: &rquickjs::Value<'js>,
) -> Js<Option<Value<'static>>> {
    let most = shared.limits().memory;
    match Reader::new(budget.clone(), most).read(value) {
        Ok(value) => Ok(value),
        Err(Unread::Refused(refused)) => thrown(ctx, shared, Err(refused.cause())),
        Err(Unread::TooLarge) => Err(Exception::throw_message(ctx, "out of memory")),
        Err(Unread::Thrown) => Err(rquickjs::Error::Exception),
    }
}

/// JSON, XML and decimals.
fn exact<'js>(ctx: &Ctx<'js>, native: &Object<'js>, shared: &Shared, budget: &Arc<Budget>) -> Js<()> {
    let own = shared.clone();
    let exact_json = move |ctx: Ctx<'js>, text: String| {
        let read = json::read(&text).map(|value| exact_text(&value)).map_err(|error| {
            Cause::new("function.not_json").with("line", error.line).with("column", error.column)
        });
        thrown(&ctx, &own, read)
    };
    native.set("exactJson", Function::new(ctx.clone(), exact_json)?)?;
    let own = shared.clone();
    let spending = budget.clone();
    let as_exact = move |ctx: Ctx<'js>, value: rquickjs::Value<'js>| {
        Ok::<_, rquickjs::Error>(read(&ctx, &own, &spending, &value)?.map(|value| json::write(&value)))
    };
    native.set("exactText", Function::new(ctx.clone(), as_exact)?)?;
    let own = shared.clone();
    let spending = budget.clone();
    let bounded = move |ctx: Ctx<'js>, value: rquickjs::Value<'js>| match is_bounded(&value, &spending)? {
        true => Ok(()),
        false => thrown(&ctx, &own, Err(Cause::new("function.result_deep"))),
    };
    native.set("bounded", Function::new(ctx.clone(), bounded)?)?;
    let own = shared.clone();
    let xml_read = move |ctx: Ctx<'js>, text: String, lists: Vec<String>, prefixes: bool| {
        let read = xml::read(&text, &xml::Reading { lists, prefixes }).map(|value| exact_text(&value));
        thrown(&ctx, &own, read)
    };
    native.set("xmlRead", Function::new(ctx.clone(), xml_read)?)?;
    let own = shared.clone();
    let spending = budget.clone();
    let xml_write = move |ctx: Ctx<'js>, value: rquickjs::Value<'js>, declaration: bool| {
        let value = read(&ctx, &own, &spending, &value)?.unwrap_or_default();
        thrown(&ctx, &own, xml::write(&value, declaration))
    };
    native.set("xmlWrite", Function::new(ctx.clone(), xml_write)?)?;
    let own = shared.clone();
    let decimal = move |ctx: Ctx<'js>, name: String, values: Vec<String>| {
        thrown(&ctx, &own, decimals::calculate(&name, &values))
    };
    native.set("decimal", Function::new(ctx.clone(), decimal)?)
}

/// Charsets and encodings. Bytes cross as Base64.
fn text<'js>(ctx: &Ctx<'js>, native: &Object<'js>, shared: &Shared) -> Js<()> {
    let own = shared.clone();
    let decode = move |ctx: Ctx<'js>, base64: String, charset: String| {
        thrown(&ctx, &own, texts::from_base64(&base64).and_then(|bytes| texts::decode(&bytes, &charset)))
    };
    native.set("decode", Function::new(ctx.clone(), decode)?)?;
    let own = shared.clone();
    let encode = move |ctx: Ctx<'js>, text: String, charset: String| {
        thrown(&ctx, &own, texts::encode(&text, &charset).map(|bytes| in_base64(&bytes)))
    };
    native.set("encode", Function::new(ctx.clone(), encode)?)?;
    let own = shared.clone();
    let from_base64 = move |ctx: Ctx<'js>, text: String| {
        thrown(&ctx, &own, texts::from_base64(&text).map(|bytes| in_base64(&bytes)))
    };
    native.set("fromBase64", Function::new(ctx.clone(), from_base64)?)?;
    let own = shared.clone();
    let from_hex = move |ctx: Ctx<'js>, text: String| {
        thrown(&ctx, &own, texts::from_hex(&text).map(|bytes| in_base64(&bytes)))
    };
    native.set("fromHex", Function::new(ctx.clone(), from_hex)?)?;
    let own = shared.clone();
    let to_hex =
        move |ctx: Ctx<'js>, base64: String| thrown(&ctx, &own, texts::from_base64(&base64).map(hex::encode));
    native.set("toHex", Function::new(ctx.clone(), to_hex)?)?;
    let own = shared.clone();
    let length = move |ctx: Ctx<'js>, base64: String| {
        thrown(&ctx, &own, texts::from_base64(&base64).map(|bytes| bytes.len()))
    };
    native.set("bytesLength", Function::new(ctx.clone(), length)?)?;
    native.set("percent", Function::new(ctx.clone(), |text: String| texts::percent(&text))?)
}

fn calendar<'js>(ctx: &Ctx<'js>, native: &Object<'js>, shared: &Shared) -> Js<()> {
    let own = shared.clone();
    let read = move |ctx: Ctx<'js>, text: String, zone: String| {
        thrown(&ctx, &own, dates::milliseconds(&text, &zone)).map(|at| at.map(|at| at as f64))
    };
    native.set("dateRead", Function::new(ctx.clone(), read)?)?;
    let own = shared.clone();
    let format = move |ctx: Ctx<'js>, text: String, pattern: String, zone: String| {
        thrown(&ctx, &own, dates::format(&text, &pattern, &zone))
    };
    native.set("dateFormat", Function::new(ctx.clone(), format)?)?;
    let own = shared.clone();
    let add = move |ctx: Ctx<'js>, text: String, count: f64, unit: String, zone: String| {
        let later = dates::later(&text, count, &unit, &zone);
        thrown(&ctx, &own, later).map(|at| at as f64)
    };
    native.set("dateAdd", Function::new(ctx.clone(), add)?)
}

fn crypto<'js>(ctx: &Ctx<'js>, native: &Object<'js>, shared: &Shared) -> Js<()> {
    let own = shared.clone();
    let digest = move |ctx: Ctx<'js>, name: String, payload: String, is_base64: bool| {
        let bytes = if is_base64 { texts::from_base64(&payload) } else { Ok(payload.into_bytes()) };
        let made = bytes.and_then(|bytes| digests::digest(&name, &bytes)).map(|digest| in_base64(&digest));
        thrown(&ctx, &own, made)
    };
    native.set("digest", Function::new(ctx.clone(), digest)?)?;
    let own = shared.clone();
    let hmac = move |ctx: Ctx<'js>, name: String, key: String, payload: String| {
        let made = texts::from_base64(&key)
            .and_then(|key| digests::hmac(&name, &key, &texts::from_base64(&payload)?))
            .map(|code| in_base64(&code));
        thrown(&ctx, &own, made)
    };
    native.set("hmac", Function::new(ctx.clone(), hmac)?)?;
    let own = shared.clone();
    let aes = move |ctx: Ctx<'js>,
                    encrypting: bool,
                    mode: String,
                    key: String,
                    iv: String,
                    payload: String,
                    aad: String| {
        let direction = if encrypting { ciphers::Direction::Encrypt } else { ciphers::Direction::Decrypt };
        let made = (|| {
            let secret = ciphers::Secret {
                key: texts::from_base64(&key)?,
                iv: texts::from_base64(&iv)?,
                aad: texts::from_base64(&aad)?,
            };
            ciphers::aes(direction, &mode, &secret, &texts::from_base64(&payload)?)
        })();
        thrown(&ctx, &own, made.map(|bytes| in_base64(&bytes)))
    };
    native.set("aes", Function::new(ctx.clone(), aes)?)
}

/// A link as the script sees it: null, or its id and number.
pub(crate) fn linked_value(linked: &Linked) -> Result<Value<'static>, Cause> {
    match linked {
        Linked::Nothing => Ok(Value::Null),
        Linked::One { id, number } => {
            let mut map = model::Map::with_capacity(2);
            map.push("id", id.clone());
            map.push("number", number.clone().map_or(Value::Null, Value::from));
            Ok(Value::Map(map))
        }
        Linked::Several => Err(Cause::new("function.several_linked")),
    }
}
