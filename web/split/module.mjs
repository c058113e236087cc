// A WebAssembly module as its sections, with the places where each names functions, so that functions can be
// numbered anew. Knows the instructions that Rust compiles to; anything else is an error of the build.
import { Reader, concatenated, constant, number, sized, text, vector } from './bytes.mjs';

export const FUNCTION = 0;
export const TABLE = 1;
export const MEMORY = 2;
export const GLOBAL = 3;

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, dataCount: 12 };
/** Bytes at the beginning of memory that no data is in: Rust's stack. */
const STACK = 0x100000;
/** The order in which sections stand. */
const ORDER = ['type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start', 'element', 'dataCount', 'code', 'data'];

/** Reads the sections of a module. Bytes that no function number is in are kept as they are. */
export function read(bytes) {
  const reader = new Reader(bytes, MAGIC.length);
  const raw = {};
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const content = reader.take(reader.number());
    const name = Object.keys(SECTION).find((key) => SECTION[key] === id);
    if (name) raw[name] = content;
  }
  const section = (name, item) => {
    if (!raw[name]) return [];
    const inside = new Reader(raw[name]);
    return inside.vector(() => item(inside));
  };
  const imports = section('import', imported);
  return {
    types: section('type', functionType),
    imports,
    importedFunctions: imports.filter(({ kind }) => kind === FUNCTION).length,
    functions: section('function', (inside) => inside.number()),
    tables: section('table', (inside) => copied(inside, skipTable)),
    memory: raw.memory,
    globals: section('global', (inside) => copied(inside, () => {
      inside.skip(2);
      skipConstant(inside);
    })),
    globalTypes: section('global', (inside) => {
      const type = inside.take(2);
      skipConstant(inside);
      return type;
    }),
    exports: section('export', (inside) => ({ name: inside.text(), kind: inside.byte(), index: inside.number() })),
    start: raw.start && new Reader(raw.start).number(),
    elements: section('element', element),
    bodies: section('code', body),
    hasDataCount: raw.dataCount !== undefined,
    data: section('data', segment),
  };
}

/** Puts the sections of a module together; an absent or empty one is left out. */
export function write(sections) {
  const present = ORDER.filter((name) => sections[name]?.length > 0);
  return concatenated([MAGIC, ...present.flatMap((name) => [[SECTION[name]], sized(sections[name])])]);
}

/** Segments of data, each where it begins in memory; what writes them needs to say how many there are. */
export function writtenData(segments) {
  return vector(segments.map(({ at, bytes }) => concatenated([[0, 0x41], constant(at), [0x0b], sized(bytes)])));
}

/** Bytes with other numbers in place of those of their functions. */
export function renumbered({ bytes, names }, numberOf) {
  const parts = [];
  let from = 0;
  for (const { at, end, index } of names) {
    parts.push(bytes.subarray(from, at), number(numberOf(index)));
    from = end;
  }
  return concatenated([...parts, bytes.subarray(from)]);
}

export const writtenImport = (module, name, kind, description) => concatenated([text(module), text(name), [kind], description]);
export const writtenExport = (name, kind, index) => concatenated([text(name), [kind], number(index)]);
export const writtenExports = (exports) => vector(exports.map(({ name, kind, index }) => writtenExport(name, kind, index)));

function copied(reader, skip) {
  const start = reader.at;
  skip(reader);
  return reader.bytes.subarray(start, reader.at);
}

/** A function type: its bytes, and how many parameters it takes. */
function functionType(reader) {
  let parameters = 0;
  const bytes = copied(reader, () => {
    reader.skip(1);
    parameters = reader.number();
    reader.skip(parameters);
    reader.skip(reader.number());
  });
  return { bytes, parameters };
}

function skipLimits(reader) {
  const flags = reader.byte();
  reader.skipNumber();
  if (flags & 1) reader.skipNumber();
}

function skipTable(reader) {
  if (reader.byte() === 0x40) throw new Error('a table with a first value is not known');
  skipLimits(reader);
}

function imported(reader) {
  const one = { module: reader.text(), name: reader.text(), kind: reader.byte() };
  one.description = copied(reader, () => {
    if (one.kind === FUNCTION) reader.skipNumber();
    else if (one.kind === TABLE) skipTable(reader);
    else if (one.kind === MEMORY) skipLimits(reader);
    else reader.skip(2);
  });
  return one;
}

/** The names of functions in an expression up to its end. */
function skipConstant(reader, names = []) {
  for (let depth = 1; depth > 0; ) depth += instruction(reader, names);
}

/** A segment of elements and the functions that it names. */
function element(reader) {
  const names = [];
  const start = reader.at;
  const flags = reader.number();
  const isActive = !(flags & 1);
  if (isActive && flags & 2) reader.skipNumber();
  if (isActive) skipConstant(reader, names);
  if (flags & 3) reader.skip(1);
  reader.vector(() => (flags & 4 ? skipConstant(reader, names) : named(reader, names)));
  return relative(reader, start, names);
}

/** A segment of data that is there from the start: where it begins in memory, and its bytes. */
function segment(reader) {
  if (reader.byte() !== 0 || reader.byte() !== 0x41) throw new Error('a segment of data is not at a fixed place');
  const at = reader.number();
  reader.skip(1);
  return { at, bytes: reader.take(reader.number()) };
}

/** A function: where its instructions begin, the functions that it names, and numbers that may be addresses. */
function body(reader) {
  const names = [];
  const addresses = [];
  const end = reader.number() + reader.at;
  const start = reader.at;
  reader.vector(() => {
    reader.skipNumber();
    reader.skip(1);
  });
  const code = reader.at - start;
  while (reader.at < end) instruction(reader, names, addresses);
  if (reader.at !== end) throw new Error(`an instruction was not understood at ${start}`);
  return { ...relative(reader, start, names), code, addresses };
}

function relative(reader, start, names) {
  const moved = names.map(({ at, end, index, isReference }) => ({ at: at - start, end: end - start, index, isReference }));
  return { bytes: reader.bytes.subarray(start, reader.at), names: moved };
}

function named(reader, names, isReference = false) {
  const at = reader.at;
  const index = reader.number();
  names.push({ at, end: reader.at, index, isReference });
}

const BLOCKS = new Set([0x02, 0x03, 0x04]);
/** What follows an instruction: one number each. */
const ONE_NUMBER = new Set([0x0c, 0x0d, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0x42, 0xd0]);
const NOTHING = new Set([0x00, 0x01, 0x05, 0x0f, 0x1a, 0x1b, 0xd1]);

/** Passes an instruction; 1 when it opens a block, -1 when it ends one. */
function instruction(reader, names, addresses) {
  const code = reader.byte();
  if (BLOCKS.has(code)) reader.skipNumber();
  else if (code === 0x0b) return -1;
  else if (code === 0x10 || code === 0x12) named(reader, names);
  else if (code === 0xd2) named(reader, names, true);
  else if (code === 0x11 || code === 0x13) skipNumbers(reader, 2);
  else if (code === 0x0e) skipNumbers(reader, reader.number() + 1);
  else if (code === 0x1c) reader.skip(reader.number());
  else if (code === 0x41) noteAddress(reader.signed(), addresses);
  else if (ONE_NUMBER.has(code)) reader.skipNumber();
  else if (code >= 0x28 && code <= 0x3e) {
    reader.skipNumber();
    noteAddress(reader.number(), addresses);
  }
  else if (code === 0x43) reader.skip(4);
  else if (code === 0x44) reader.skip(8);
  else if (code === 0xfc) skipNumbers(reader, bulkNumbers(reader.number()));
  else if (code === 0xfd) skipVector(reader, reader.number(), addresses);
  else if (!NOTHING.has(code) && !(code >= 0x45 && code <= 0xc4)) throw new Error(`instruction ${code.toString(16)} is not known`);
  return BLOCKS.has(code) ? 1 : 0;
}

/** Keeps a number that may be an address: a constant, or what is added to one. */
function noteAddress(value, addresses) {
  // Smaller numbers lie in the stack.
  if (value >= STACK) addresses?.push(value);
}

function skipNumbers(reader, count) {
  for (; count > 0; count -= 1) reader.skipNumber();
}

/** Numbers behind an instruction on memories and tables as a whole. */
function bulkNumbers(code) {
  if (code <= 7) return 0;
  return [8, 10, 12, 14].includes(code) ? 2 : 1;
}

/** Passes what follows an instruction on 128 bits. */
function skipVector(reader, code, addresses) {
  const hasAddress = code <= 11 || (code >= 84 && code <= 93);
  const hasLane = (code >= 21 && code <= 34) || (code >= 84 && code <= 91);
  if (hasAddress) {
    reader.skipNumber();
    noteAddress(reader.number(), addresses);
  }
  if (hasLane) reader.skip(1);
  if (code === 12 || code === 13) reader.skip(16);
}
