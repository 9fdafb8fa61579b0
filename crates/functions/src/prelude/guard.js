// Makes the language safe to run unattended: bounds what the interrupt handler of the engine does not reach, and takes
// time and chance from outside. Runs once in a fresh context, before anything else.
(function (native) {
  "use strict";
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const LONGEST = 1000000;

  const tooLong = () => new RangeError("the list is longer than " + LONGEST);
  const hide = (holder, name, value) =>
    defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });

  // Loops over `length` that are written in C and never ask whether they should stop (quickjs-ng#1674).
  const unstoppable = ["join", "toLocaleString", "reverse", "toReversed", "concat", "slice", "splice", "toSpliced",
    "shift", "unshift", "fill", "copyWithin", "includes", "indexOf", "lastIndexOf", "with", "sort", "toSorted"];
  for (const name of unstoppable) {
    const original = Array.prototype[name];
    if (typeof original !== "function") continue;
    const bounded = {
      [name](...given) {
        if (this !== null && this !== undefined && this.length > LONGEST) throw tooLong();
        for (let n = 0; n < given.length; n++) {
          const one = given[n];
          if (typeof one === "object" && one !== null && Array.isArray(one) && one.length > LONGEST) throw tooLong();
        }
        return apply(original, this, given);
      },
    }[name];
    hide(Array.prototype, name, bounded);
  }
  const arrayToString = Array.prototype.toString;
  hide(Array.prototype, "toString", { toString() {
    if (this !== null && this !== undefined && this.length > LONGEST) throw tooLong();
    return apply(arrayToString, this, []);
  } }.toString);

  // Flattening lists of lists of the same lists takes for ever and needs no memory; here it is steps that can be stopped.
  const flatten = (list, depth, into) => {
    for (let n = 0; n < list.length; n++) {
      if (!(n in list)) continue;
      if (depth > 0 && Array.isArray(list[n])) flatten(list[n], depth - 1, into);
      else into[into.length] = list[n];
    }
    return into;
  };
  hide(Array.prototype, "flat", { flat(depth = 1) { return flatten(this, Number(depth) || 0, []); } }.flat);

  // A long text sought in a long text takes the product of both, and asks nobody.
  for (const name of ["indexOf", "lastIndexOf", "includes", "split", "replace", "replaceAll"]) {
    const original = String.prototype[name];
    hide(String.prototype, name, { [name](...given) {
      const sought = given[0];
      if (typeof sought === "string" && sought.length > 1000 && sought.length * this.length > 500000000) {
        throw new RangeError("the text that is sought is too long");
      }
      return apply(original, this, given);
    } }[name]);
  }

  const NativeArray = Array;
  const BoundedArray = function (...items) {
    if (items.length === 1 && typeof items[0] === "number" && items[0] > LONGEST) throw tooLong();
    return construct(NativeArray, items, new.target || NativeArray);
  };
  for (const key of ownKeys(NativeArray)) {
    if (key === "prototype" || key === Symbol.species) continue;
    defineProperty(BoundedArray, key, getOwnPropertyDescriptor(NativeArray, key));
  }
  defineProperty(BoundedArray, "prototype", { value: NativeArray.prototype, writable: false });
  hide(NativeArray.prototype, "constructor", BoundedArray);
  hide(globalThis, "Array", BoundedArray);

  // One seed, one history.
  hide(Math, "random", { random() { return native.random(); } }.random);

  // Dates read the clock that the call was given; local time is China's, wherever the machine stands.
  const OFFSET = 8 * 3600000;
  const NativeDate = Date;
  const proto = NativeDate.prototype;
  const original = {};
  for (const name of ownKeys(proto)) if (typeof name === "string") original[name] = proto[name];
  const time = (date) => apply(original.getTime, date, []);
  const shifted = (date) => new NativeDate(time(date) + OFFSET);
  const parts = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"];
  for (const part of parts) {
    hide(proto, "get" + part, { ["get" + part]() {
      return apply(original["getUTC" + part], shifted(this), []);
    } }["get" + part]);
    if (part === "Day") continue;
    hide(proto, "set" + part, { ["set" + part](...given) {
      const date = shifted(this);
      apply(original["setUTC" + part], date, given);
      return apply(original.setTime, this, [time(date) - OFFSET]);
    } }["set" + part]);
  }
  hide(proto, "getTimezoneOffset", { getTimezoneOffset() { return -480; } }.getTimezoneOffset);
  const written = (pattern) => function () {
    const at = time(this);
    return at === at ? native.dateFormat(String(at), pattern, "Asia/Shanghai") : "Invalid Date";
  };
  hide(proto, "toString", written("yyyy-MM-dd HH:mm:ss +08:00"));
  hide(proto, "toDateString", written("yyyy-MM-dd"));
  hide(proto, "toTimeString", written("HH:mm:ss +08:00"));
  hide(proto, "toLocaleString", written("yyyy-MM-dd HH:mm:ss"));
  hide(proto, "toLocaleDateString", written("yyyy-MM-dd"));
  hide(proto, "toLocaleTimeString", written("HH:mm:ss"));
  const parse = (text) => {
    const at = native.dateRead(String(text), "Asia/Shanghai");
    return at === undefined ? (/(GMT|UTC|Z|[+-]\d\d:?\d\d)\s*$/.test(text) ? NativeDate.parse(text) : NaN) : at;
  };
  const given = (values) => {
    if (values.length === 0) return native.now();
    if (values.length > 1) return apply(NativeDate.UTC, NativeDate, values) - OFFSET;
    if (values[0] instanceof NativeDate) return time(values[0]);
    return typeof values[0] === "string" ? parse(values[0]) : Number(values[0]);
  };
  const BoundDate = function (...values) {
    if (!new.target) return new BoundDate().toString();
    return construct(NativeDate, [given(values)], new.target);
  };
  hide(BoundDate, "now", { now() { return native.now(); } }.now);
  hide(BoundDate, "parse", { parse(text) { return parse(text); } }.parse);
  hide(BoundDate, "UTC", NativeDate.UTC);
  defineProperty(BoundDate, "name", { value: "Date" });
  defineProperty(BoundDate, "prototype", { value: proto, writable: false });
  hide(proto, "constructor", BoundDate);
  hide(globalThis, "Date", BoundDate);

  // No BigInt: its arithmetic cannot be stopped (quickjs#546).
  delete globalThis.BigInt;
  delete globalThis.eval;

  // Frozen prototypes would make `error.name = …` and `row.constructor = …` fail: a member of the same name could not be
  // assigned to what inherits from them. Where people do that, assigning makes a member of one's own.
  const assignable = (holder, name) => {
    const found = getOwnPropertyDescriptor(holder, name);
    if (found === undefined || !("value" in found)) return;
    defineProperty(holder, name, {
      get: () => found.value,
      set(value) {
        if (this === holder) throw new TypeError(name + " of the language cannot be replaced");
        defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
      enumerable: false, configurable: false,
    });
  };
  for (const name of ["constructor", "toString", "valueOf", "toLocaleString", "hasOwnProperty"]) {
    assignable(Object.prototype, name);
  }
  for (const kind of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    for (const name of ["name", "message", "toString"]) assignable(kind.prototype, name);
  }
})
