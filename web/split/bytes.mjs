// Numbers and vectors of the WebAssembly binary format.

/** Reads forth through bytes. */
export class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned number. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A signed number. */
  signed() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return byte < 64 ? value : value - scale * 128;
    }
  }

  /** Passes a number of any kind. */
  skipNumber() {
    while (this.byte() >= 128);
  }

  skip(count) {
    this.at += count;
  }

  take(count) {
    return this.bytes.subarray(this.at, (this.at += count));
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  /** Reads as many things as the number in front says. */
  vector(read) {
    return Array.from({ length: this.number() }, (_, index) => read(index));
  }
}

export function number(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** A signed number, as constants are written; for numbers that are not negative. */
export function constant(value) {
  const bytes = number(value);
  return bytes.at(-1) < 64 ? bytes : [...bytes.slice(0, -1), bytes.at(-1) | 128, 0];
}

export function text(value) {
  const bytes = new TextEncoder().encode(value);
  return [...number(bytes.length), ...bytes];
}

export function concatenated(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Things with their number in front; each thing is bytes. */
export function vector(things) {
  return concatenated([number(things.length), ...things]);
}

/** Bytes with their length in front. */
export function sized(bytes) {
  return concatenated([number(bytes.length), bytes]);
}
