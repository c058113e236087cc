// Tables of Rust's standard library and of its readers of numbers in a module: powers by which a decimal number is
// read, and the other case of letters. They are found by what stands in them.

/** Exponents of the powers of five, the least one that is rounded up, and the bits of each. */
const FIVES = { from: -342, up: -27, to: 308, bits: 128n };
/** Exponents of ten that a real has. */
const TENS = 309;
/** The first letters that have another case, each with it; those of more than one letter have a number with a flag. */
const CASES = [[0xc0, 0xe0, 0xc1, 0xe1], [0xb5, 0x39c, 0xdf, 0x400000]];
/** Bytes of a letter with its other case. */
const PAIR = 8;

/** The tables, as texts that stand for themselves; those that the module has not are found nowhere in it. */
export function tables(bytes) {
  const all = [fives(), tens(), ...CASES.map((first) => cases(bytes, first))];
  return all.filter((table) => table.length > 0).map((table) => ({ bytes: table, isTable: true }));
}

/** The powers of five, each as its first 128 bits: the upper half before the lower one. */
function fives() {
  const exponents = Array.from({ length: FIVES.to - FIVES.from + 1 }, (_, index) => FIVES.from + index);
  const words = exponents.map(firstBits).flatMap((power) => [power >> 64n, power & 0xffffffffffffffffn]);
  return Buffer.from(BigUint64Array.from(words).buffer);
}

/** The first bits of a power of five. */
function firstBits(exponent) {
  const power = 5n ** BigInt(Math.abs(exponent));
  const length = BigInt(power.toString(2).length);
  const shift = FIVES.bits - length;
  if (exponent >= 0) return shift >= 0n ? power << shift : power >> -shift;
  const bits = (1n << (FIVES.bits - 1n + length)) / power;
  return exponent < FIVES.up ? bits : bits + 1n;
}

function tens() {
  return Buffer.from(Float64Array.from({ length: TENS }, (_, exponent) => Number(`1e${exponent}`)).buffer);
}

/** The letters with another case from the first ones on, in order. */
function cases(bytes, first) {
  const start = bytes.indexOf(Buffer.from(Uint32Array.from(first).buffer));
  if (start < 0) return Buffer.alloc(0);
  const letter = (at) => bytes.readUInt32LE(at);
  let end = start + PAIR;
  while (end + PAIR <= bytes.length && letter(end) > letter(end - PAIR) && letter(end) <= 0x10ffff) end += PAIR;
  return bytes.subarray(start, end);
}
