// What a script finds beside its language: `qiao`, `console`, and the bridge by which the runtime calls it. Runs after
// guard.js; what it leaves behind is frozen, so that no call finds what another one changed.
(function (native) {
  "use strict";
  const hidden = Symbol("base64");
  const MARK = "\u0000";

  /** Bytes, which a script can pass on but not count through. */
  class Bytes {
    constructor(base64) { Object.defineProperty(this, hidden, { value: base64 }); Object.freeze(this); }
    get length() { return native.bytesLength(this[hidden]); }
    text(charset = "utf-8") { return native.decode(this[hidden], String(charset)); }
    base64() { return this[hidden]; }
    hex() { return native.toHex(this[hidden]); }
    toString() { return this.text(); }
    toJSON() { return MARK + "b:" + this[hidden]; }
  }
  /** A number that keeps all its digits when it is written as JSON. */
  class Exact {
    constructor(text) { Object.defineProperty(this, "text", { value: text }); Object.freeze(this); }
    toString() { return this.text; }
    toJSON() { return MARK + "n:" + this.text; }
  }

  // The engine's own writer never stops by itself: what it is given is looked at first.
  const nativeStringify = JSON.stringify;
  const bounded = { stringify(value, replacer, space) {
    if (typeof value === "object" && value !== null) native.bounded(value);
    return nativeStringify(value, replacer, space);
  } }.stringify;
  Object.defineProperty(JSON, "stringify", { value: bounded, writable: true, configurable: true, enumerable: false });

  const isBytes = (value) => value instanceof Bytes;
  const payload = (value) => {
    if (isBytes(value)) return [value.base64(), true];
    if (value === undefined || value === null) throw new TypeError("text or bytes are needed, and there is nothing");
    return [String(value), false];
  };
  const asBytes = (value) => {
    const [text, isBase64] = payload(value);
    return isBase64 ? text : native.encode(text, "utf-8");
  };
  const shape = (base64, as) => {
    switch (as) {
      case "base64": return base64;
      case "hex": return native.toHex(base64);
      case "bytes": return new Bytes(base64);
      default: return native.decode(base64, as);
    }
  };
  const plain = (value) => (value === undefined || value === null ? "" : String(value));

  // Questions that take time.
  const waiting = new Map();
  const ask = (kind, question) => new Promise((resolve, reject) => {
    const denied = new Error("");
    const number = native.ask(kind, nativeStringify(question));
    waiting.set(number, { resolve, reject, denied });
  });
  const answer = (number, text) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (asked) asked.resolve(JSON.parse(text));
  };
  const deny = (number, index, code, message) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (!asked) return;
    const denied = asked.denied;
    Object.defineProperty(denied, "message", { value: message });
    Object.defineProperty(denied, "code", { value: code, enumerable: true });
    Object.defineProperty(denied, "denied", { value: index });
    asked.reject(denied);
  };

  const dressBytes = (holder) => {
    if (typeof holder.bytes === "number") {
      const index = holder.bytes;
      Object.defineProperty(holder, "bytes", {
        enumerable: false, configurable: true, get: () => new Bytes(native.held(index)),
      });
    }
    return holder;
  };
  const jsonBody = (body) => (body === undefined || body === null || typeof body === "string" || isBytes(body)
    ? [body, false] : [native.exactText(body), true]);

  const http = async (request) => {
    const asked = typeof request === "string" ? { url: request } : request;
    if (typeof asked !== "object" || asked === null || !asked.url) throw new TypeError("qiao.http needs a url");
    const [body, isJson] = jsonBody(asked.json !== undefined ? native.exactText(asked.json) : asked.body);
    const headers = {};
    for (const name of Object.keys(asked.headers || {})) headers[name] = plain(asked.headers[name]);
    const typed = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
    if (!typed && (isJson || asked.json !== undefined)) headers["Content-Type"] = "application/json";
    const reply = await ask("http", {
      method: plain(asked.method || (body === undefined || body === null ? "GET" : "POST")).toUpperCase(),
      url: plain(asked.url), headers, body: body === null ? undefined : body, timeout: asked.timeout,
    });
    reply.ok = reply.status >= 200 && reply.status < 300;
    Object.defineProperty(reply, "json", { value: () => JSON.parse(native.exactJson(reply.text)) });
    return dressBytes(reply);
  };

  const question = (object, known, options, backwards) => ({
    object: plain(object), known: plain(known), by: options && options.by === "number" ? "number" : "id",
    target: options && options.target !== undefined ? plain(options.target) : undefined, backwards,
  });

  const note = (level) => (...texts) => native.log(level, texts.map((one) => {
    if (typeof one === "string") return one;
    if (one instanceof Error) return String(one);
    return typeof one === "object" && one !== null ? native.exactText(one) : String(one);
  }).join(" "));

  const digest = (name) => (data, as = "hex") => shape(native.digest(name, ...payload(data)), as);
  const decimals = (name) => (...values) => native.decimal(name, values.map((value) =>
    value === undefined || value === null ? "" : String(value)));

  const qiao = {
    /** A line of the log of this attempt. */
    log: note("info"), warn: note("warn"), error: note("error"),
    http,
    link: (object, known, options) => ask("link", question(object, known, options, false)),
    linked: (object, known, options) => ask("link", question(object, known, options, true)),
    valueMap: (name, option) => {
      const found = native.valueMap(plain(name), plain(option));
      return found === undefined ? undefined : JSON.parse(found);
    },
    uuid: () => native.uuid(),
    number: (value) => new Exact(native.decimal("number", [String(value)])),
    json: {
      parse: (text) => JSON.parse(native.exactJson(String(text))),
      stringify: (value) => native.exactText(value),
    },
    xml: {
      parse: (text, options) => JSON.parse(native.xmlRead(String(text),
        ((options && options.lists) || []).map(String), !(options && options.prefixes === false))),
      stringify: (value, options) => native.xmlWrite(value,
        !(options && options.declaration === false)),
    },
    text: {
      decode: (bytes, charset = "utf-8") => {
        if (!isBytes(bytes)) throw new TypeError("qiao.text.decode needs bytes");
        return bytes.text(charset);
      },
      encode: (text, charset = "utf-8") => new Bytes(native.encode(plain(text), String(charset))),
    },
    base64: {
      encode: (data) => asBytes(data),
      decode: (text, as = "utf-8") => shape(native.fromBase64(plain(text)), as),
    },
    hex: {
      encode: (data) => native.toHex(asBytes(data)),
      decode: (text, as = "utf-8") => shape(native.fromHex(plain(text)), as),
    },
    url: {
      encode: (text) => native.percent(plain(text)),
      decode: (text) => decodeURIComponent(plain(text).replace(/\+/g, " ")),
      query: (fields) => Object.keys(fields).filter((name) => fields[name] !== undefined)
        .map((name) => native.percent(name) + "=" + native.percent(plain(fields[name]))).join("&"),
    },
    date: {
      now: () => native.now(),
      parse: (value, zone = "Asia/Shanghai") => {
        const at = native.dateRead(plain(value), plain(zone));
        if (at === undefined) throw new RangeError("not a date: " + plain(value).slice(0, 40));
        return at;
      },
      format: (value, pattern = "yyyy-MM-dd HH:mm:ss", zone = "Asia/Shanghai") =>
        native.dateFormat(plain(value), plain(pattern), plain(zone)),
      add: (value, count, unit, zone = "Asia/Shanghai") =>
        native.dateAdd(plain(value), Number(count), plain(unit), plain(zone)),
    },
    decimal: {
      add: decimals("add"), sub: decimals("sub"), mul: decimals("mul"), div: decimals("div"), rem: decimals("rem"),
      round: decimals("round"), abs: decimals("abs"), neg: decimals("neg"),
      compare: (one, other) => Number(native.decimal("compare", [String(one), String(other)])),
      sum: (list, field) => native.decimal("sum", list.map((one) => plain(field === undefined ? one : one[field]))),
    },
    crypto: {
      md5: digest("md5"), sha1: digest("sha1"), sha256: digest("sha256"), sha512: digest("sha512"), sm3: digest("sm3"),
      hmac: (name, key, data, as = "hex") => shape(native.hmac(plain(name), asBytes(key), asBytes(data)), as),
      encrypt: (how) => shape(native.aes(true, plain(how.mode || "cbc"), asBytes(how.key),
        how.iv === undefined ? "" : asBytes(how.iv), asBytes(how.data),
        how.aad === undefined ? "" : asBytes(how.aad)), how.as || "base64"),
      decrypt: (how) => shape(native.aes(false, plain(how.mode || "cbc"), asBytes(how.key),
        how.iv === undefined ? "" : asBytes(how.iv),
        isBytes(how.data) ? how.data.base64() : native.fromBase64(plain(how.data)),
        how.aad === undefined ? "" : asBytes(how.aad)), how.as || "utf-8"),
    },
  };
  const console = { log: qiao.log, info: qiao.log, debug: qiao.log, warn: qiao.warn, error: qiao.error };
  Object.defineProperty(globalThis, "console", { value: console, enumerable: false });

  const bridge = {
    load: (factory) => typeof factory() === "function",
    start: (factory, input) => {
      const main = factory();
      if (typeof main !== "function") return [false, undefined];
      const result = main(dressBytes(input), qiao);
      return [true, result !== null && typeof result === "object" && typeof result.then === "function"
        ? Promise.resolve(result) : result];
    },
    forget: () => waiting.clear(),
    answer, deny,
  };

  // Everything that a script can reach is frozen from here on.
  const met = new Set();
  const rest = [globalThis, qiao, Bytes, Exact, (function* () {}).constructor, (async () => {}).constructor,
    (async function* () {}).constructor, [][Symbol.iterator](), new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](), ""[Symbol.iterator](), "".matchAll(/x/g)];
  while (rest.length > 0) {
    const one = rest.pop();
    if ((typeof one !== "object" && typeof one !== "function") || one === null || met.has(one)) continue;
    met.add(one);
    for (const key of Reflect.ownKeys(one)) {
      const found = Reflect.getOwnPropertyDescriptor(one, key);
      rest.push(found.value, found.get, found.set);
    }
    rest.push(Reflect.getPrototypeOf(one));
    Object.freeze(one);
  }
  return bridge;
})
