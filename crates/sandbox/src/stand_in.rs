//! What every stand-in is: one vendor's system as a state machine from request to reply.

use crate::faults::Conditions;

/// One HTTP call as it reached the vendor.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// The full path as the caller sent it, with any prefix the stand-in is mounted under: signatures cover it.
    /// Without the query.
    pub full_path: String,
    /// The path below the mount prefix, beginning with `/`.
    pub path: String,
    /// The raw query text, without `?`.
    pub query: String,
    /// Names as sent; compare them without case through [`Request::header`].
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// A call to `full_path` (with its query after `?`, if any), not yet mounted: the path below the mount is the
    /// full path.
    pub fn new(
        method: &str,
        full_path: &str,
        headers: Vec<(String, String)>,
        body: impl Into<Vec<u8>>,
    ) -> Request {
        let (path, query) = full_path.split_once('?').unwrap_or((full_path, ""));
        Request {
            method: method.into(),
            full_path: path.into(),
            path: path.into(),
            query: query.into(),
            headers,
            body: body.into(),
        }
    }

    /// The same call as seen below a mount prefix such as `/fxiaoke`; `None` when the path is not below it.
    pub fn below(&self, prefix: &str) -> Option<Request> {
        let rest = self.full_path.strip_prefix(prefix)?;
        let path = match rest {
            "" => "/".to_string(),
            _ if rest.starts_with('/') => rest.to_string(),
            _ => return None,
        };
        Some(Request { path, ..self.clone() })
    }

    /// The first value of a query parameter, percent-decoded. A `+` is a space, as in forms.
    pub fn parameter(&self, name: &str) -> Option<String> {
        form_pairs(self.query.as_bytes()).into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// The first header of that name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// The pairs of a query or of a form body (`application/x-www-form-urlencoded`), decoded, in their order. Bytes that
/// are no UTF-8 become replacement characters; a `%` without two hexadecimal digits stays as it is.
pub fn form_pairs(text: &[u8]) -> Vec<(String, String)> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (form_text(&pair[..at]), form_text(pair.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}

/// A part of a path, percent-decoded. Bytes that are no UTF-8 become replacement characters.
pub fn path_text(encoded: &str) -> String {
    decoded(encoded.as_bytes(), b'+')
}

fn form_text(encoded: &[u8]) -> String {
    decoded(encoded, b' ')
}

fn decoded(encoded: &[u8], plus: u8) -> String {
    let hex = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while at < encoded.len() {
        match (encoded[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => bytes.push(plus),
            (byte, ..) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the vendor answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply with a JSON body and that content type.
    pub fn json(status: u16, body: &serde_json::Value) -> Reply {
        Reply::text(status, "application/json; charset=utf-8", body.to_string())
    }

    pub fn text(status: u16, content_type: &str, body: impl Into<String>) -> Reply {
        Reply {
            status,
            headers: vec![("Content-Type".into(), content_type.into())],
            body: body.into().into_bytes(),
        }
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// A call that a system makes by itself: an event it reports to whoever subscribed. Always a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The number under which its answer is reported.
    pub number: u64,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// How long the system waits for the answer, in milliseconds; then it takes it that none came.
    pub patience_ms: u64,
}

/// The moment of one call: the vendor's clock, and chance. Nothing else in a stand-in may vary.
pub struct Moment<'a> {
    /// Milliseconds since 1970, by the vendor's own clock (the skew of the dial is already in it).
    pub now_ms: i64,
    pub chance: &'a mut Chance,
    /// The faults drawn for this call that only the vendor itself can act out.
    pub conditions: Conditions,
}

/// One vendor's system.
pub trait StandIn: Send {
    /// The connector folder it stands in for, which is also its path prefix: `fxiaoke`, `kingdee-k3cloud`, `dingtalk`.
    fn system(&self) -> &'static str;

    /// Answers one call and changes what it changes. Must be a function of its state and the arguments alone.
    fn answer(&mut self, call: &Request, moment: &mut Moment) -> Reply;

    /// The name under which calls of this kind are counted: the path, unless the system names operations otherwise.
    fn operation(&self, call: &Request) -> String {
        call.path.clone()
    }

    /// The code with which a reply refuses its call, for the counts; `None` for a success. By default the HTTP status.
    fn refusal(&self, reply: &Reply) -> Option<String> {
        (reply.status >= 400).then(|| reply.status.to_string())
    }

    /// Whether the call would change business data. Only such calls are applied late or answered into the void.
    fn changes(&self, call: &Request) -> bool;

    /// What the settings form of a connection to this system needs, with `base` the address it is served at
    /// (`http://127.0.0.1:8080/fxiaoke`): one JSON object, printed by `qiao sandbox`.
    fn connection(&self, base: &str) -> serde_json::Value;

    /// The switches for protocol facts nobody is sure of (each L fact), by name, with the values they may take.
    /// The first value is the default.
    fn switches(&self) -> Vec<Switch>;

    /// The value a switch has now; `None` when the name is unknown.
    fn switch(&self, name: &str) -> Option<&'static str> {
        let _ = name;
        None
    }

    /// Sets a switch. `false` when the name or value is unknown.
    fn set_switch(&mut self, name: &str, value: &str) -> bool;

    /// The calls of its own that are due. Each is made once, and its answer told by [`StandIn::outgoing_answered`].
    fn take_outgoing(&mut self, now_ms: i64) -> Vec<Outgoing> {
        let _ = now_ms;
        Vec::new()
    }

    /// When its next own call is due.
    fn next_outgoing(&self) -> Option<i64> {
        None
    }

    /// What came back of one of its own calls; `None` when nothing did.
    fn outgoing_answered(&mut self, number: u64, now_ms: i64, answer: Option<&Reply>) {
        let _ = (number, now_ms, answer);
    }

    /// Test access below `/_sandbox/<system>/…`: reading whole tables, editing as a user of the vendor's own screens
    /// would (with the vendor's rules about modification times). `path` is what follows `/_sandbox/<system>`; a body
    /// of `null` means a GET. `None` when the path is unknown.
    fn control(
        &mut self,
        path: &str,
        body: &serde_json::Value,
        moment: &mut Moment,
    ) -> Option<serde_json::Value>;
}

/// A protocol fact that nobody is sure of. The simulator draws one of the values at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    pub name: &'static str,
    pub values: &'static [&'static str],
    /// One English sentence: what is not known, with the protocol section.
    pub about: &'static str,
}

/// A small seeded generator (SplitMix64): the same seed gives the same sequence on every machine and version.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; `bound` must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    /// True `per_million` times in a million.
    pub fn happens(&mut self, per_million: u32) -> bool {
        per_million > 0 && self.below(1_000_000) < u64::from(per_million)
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// Lower-case hexadecimal text of that many characters.
    pub fn hex(&mut self, characters: usize) -> String {
        let mut text = String::with_capacity(characters + 16);
        while text.len() < characters {
            text.push_str(&format!("{:016x}", self.draw()));
        }
        text.truncate(characters);
        text
    }
}
