// Parts a module in two: what its first use calls, and the rest, which is loaded when it is first called.
//
// The first part holds memory, tables and data, but for large texts, and tables of classes of characters, that only
// the rest reads. In place of a function of the rest it has a stub, which asks for the rest when it is not there (the
// import `load`), and calls the function through a table of its own.
// The rest imports what it needs of the first part. Both parts together do what the module did.
import { concatenated, constant, number, sized, vector } from './bytes.mjs';
import { classes } from './classes.mjs';
import { FUNCTION, GLOBAL, MEMORY, TABLE, read, renumbered, write, writtenData, writtenExports, writtenImport } from './module.mjs';

/** The module name of imports between the parts. */
export const PART = 'part';
/** Exports of the first part begin with this; the functions of the module itself do not. */
const SHARED = '$';
/** A function that is not longer than this costs less than its stub. */
const SMALL = 8;
/** A piece of data that is not longer than this costs more than it spares: each has a header, and what is left too. */
const SMALL_PIECE = 32;

/**
 * The two parts of a module, as bytes; `isFirst` tells by its number whether the first use calls a function.
 * `texts` are large constants of the program, which go with the functions that read them; one may be several
 * constants of which some hold addresses of others (`refersToItself`), or a table of which code may have an entry's
 * address (`isTable`).
 */
export function split(bytes, isFirst, texts = []) {
  const module = read(bytes);
  const parting = part(module, isFirst, beginnings(module, texts));
  Object.assign(parting, partData(module, parting, texts));
  return { first: firstPart(module, parting), rest: restPart(module, parting) };
}

/** Which functions go where, and which of them are reached from the other part. */
function part(module, isFirst, beginnings) {
  const own = module.importedFunctions;
  const isMoved = module.bodies.map(({ bytes, names, addresses }, index) => {
    const isBound = names.some(({ isReference }) => isReference);
    // However small it is, what reads a text takes it along.
    const isWorth = bytes.length > SMALL || addresses.some((address) => beginnings.has(address));
    return !isFirst(own + index) && isWorth && !isBound;
  });
  const moves = (index) => index >= own && isMoved[index - own];
  const entries = new Set();
  const shared = new Set();
  const reached = (index) => moves(index) && entries.add(index);
  module.exports.forEach(({ kind, index }) => kind === FUNCTION && reached(index));
  module.elements.forEach(({ names }) => names.forEach(({ index }) => reached(index)));
  if (module.start !== undefined) reached(module.start);
  module.bodies.forEach(({ names }, at) => {
    for (const { index } of names) {
      if (!isMoved[at]) reached(index);
      else if (!moves(index)) shared.add(index);
    }
  });
  const ascending = (one, other) => one - other;
  const moved = isMoved.flatMap((is, at) => (is ? [own + at] : []));
  return { own, moves, moved, entries: [...entries].sort(ascending), shared: [...shared].sort(ascending) };
}

/** Where in memory texts begin. */
function beginnings(module, texts) {
  const found = texts.map(({ bytes }) => find(module.data, bytes)).filter(Boolean);
  return new Set(found.map(({ segment, offset }) => segment.at + offset));
}

/** Segments of data of the first part and of the rest, where the texts go that only functions of the rest name. */
function partData(module, { own, moves }, texts) {
  const ofFirst = module.bodies.filter((_, at) => !moves(own + at)).flatMap(({ addresses }) => addresses);
  const inData = module.data.flatMap(words);
  const unread = [...texts.flatMap((text) => unreadText(module.data, text, ofFirst, inData)), ...unreadClasses(module.data, ofFirst, inData)];
  const taken = joined(unread).filter(({ length }) => length > SMALL_PIECE);
  return {
    firstData: module.data.flatMap((segment) => without(segment, taken)),
    restData: taken.map((span) => ({ at: span.at, bytes: viewed(module.data, span) })),
  };
}

/** Where a text stands, when nothing of the first part reads it. */
function unreadText(data, { bytes, refersToItself, isTable }, ofFirst, inData) {
  const found = find(data, bytes);
  if (!found) return [];
  const span = { at: found.segment.at + found.offset, length: bytes.length };
  const isWithin = within(span);
  // Who reads a text has its beginning; numbers within it are numbers that happen to lie there. Of constants
  // that stand together each is read by its own beginning: those that others name, and the first that names others.
  const inside = refersToItself ? inData.filter(({ at, word }) => isWithin(at) && isWithin(word)) : [];
  const constants = new Set([span.at, ...inside.slice(0, 1).map(({ at }) => at), ...inside.map(({ word }) => word)]);
  const isInCode = ofFirst.some((address) => (refersToItself || isTable ? isWithin(address) : address === span.at));
  const isRead = isInCode || inData.some(({ at, word }) => constants.has(word) && !(refersToItself && isWithin(at)));
  return isRead ? [] : [span];
}

/** Lists of classes that no function of the first part names, with those of their parts that nothing else names. */
function unreadClasses(data, ofFirst, inData) {
  let lists = classes(data);
  for (;;) {
    const isOfList = ({ at }) => lists.some((list) => within(list)(at));
    const isNamed = namedIn([...ofFirst, ...inData.filter((one) => !isOfList(one)).map(({ word }) => word)]);
    const unread = lists.filter((list) => !isNamed(list));
    const parts = new Map(unread.flatMap(({ parts }) => parts).map((part) => [part.at, part]));
    if (unread.length === lists.length) return [...unread, ...[...parts.values()].filter((part) => !isNamed(part))];
    // A list that stays may name others.
    lists = unread;
  }
}

/** Tells whether one of these addresses lies in a span. */
function namedIn(addresses) {
  const sorted = Uint32Array.from(addresses).sort();
  return ({ at, length }) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low < sorted.length && sorted[low] < at + length;
  };
}

/** Spans in order; those that touch are one. What lies in another already is left out. */
function joined(spans) {
  const all = [];
  for (const { at, length } of spans.toSorted((one, other) => one.at - other.at)) {
    const last = all.at(-1);
    const end = last ? last.at + last.length : -1;
    if (at > end) all.push({ at, length });
    else last.length = Math.max(end, at + length) - last.at;
  }
  return all;
}

const within = ({ at, length }) => (address) => address >= at && address < at + length;

/** A segment in the pieces that are left when spans are taken out of it. */
function without({ at, bytes }, spans) {
  const inside = spans.filter((span) => span.at >= at && span.at < at + bytes.length);
  const ends = [at, ...inside.map((span) => span.at + span.length)];
  const pieces = ends.map((start, index) => ({ at: start, bytes: bytes.subarray(start - at, (inside[index]?.at ?? at + bytes.length) - at) }));
  return pieces.filter((piece) => piece.bytes.length > 0);
}

function viewed(data, { at, length }) {
  const segment = data.find((one) => within({ at: one.at, length: one.bytes.length })(at));
  return segment.bytes.subarray(at - segment.at, at - segment.at + length);
}

function find(segments, text) {
  for (const segment of segments) {
    const offset = Buffer.from(segment.bytes.buffer, segment.bytes.byteOffset, segment.bytes.length).indexOf(text);
    if (offset >= 0) return { segment, offset };
  }
  return undefined;
}

/** Numbers in data that may be addresses, each with where it stands. */
function words({ at, bytes }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length >> 2 }, (_, index) => ({ at: at + index * 4, word: view.getUint32(index * 4, true) }));
}

function firstPart(module, { own, moves, entries, shared, firstData }) {
  const slots = new Map(entries.map((index, slot) => [index, slot]));
  const present = module.functions.flatMap((_, at) => (!moves(own + at) || slots.has(own + at) ? [own + at] : []));
  // One import more than before: `load`.
  const numbers = new Map(present.map((index, at) => [index, own + 1 + at]));
  const numberOf = (index) => (index < own ? index : numbers.get(index));
  const tableNumber = module.imports.filter(({ kind }) => kind === TABLE).length + module.tables.length;
  const loaded = globalCount(module);
  const stub = (index) => {
    const type = module.functions[index - own];
    const parameters = Array.from({ length: module.types[type].parameters }, (_, at) => [0x20, ...number(at)]);
    return [
      0, ...[0x23, ...number(loaded)], 0x45, 0x04, 0x40, 0x10, ...number(own), 0x0b, ...parameters.flat(),
      0x41, ...constant(slots.get(index)), 0x11, ...number(type), ...number(tableNumber), 0x0b,
    ];
  };
  const body = (index) => (moves(index) ? stub(index) : renumbered(module.bodies[index - own], numberOf));
  const imports = module.imports.map((one) => writtenImport(one.module, one.name, one.kind, one.description));
  const exports = module.exports.map((one) => (one.kind === FUNCTION ? { ...one, index: numberOf(one.index) } : one));
  return write({
    type: vector([...module.types.map((type) => type.bytes), [0x60, 0, 0]]),
    import: vector([...imports, writtenImport(PART, 'load', FUNCTION, number(module.types.length))]),
    function: vector(present.map((index) => number(module.functions[index - own]))),
    table: vector([...module.tables, [0x70, 1, ...number(entries.length), ...number(entries.length)]]),
    memory: module.memory,
    global: vector([...module.globals, [0x7f, 1, 0x41, 0, 0x0b]]),
    export: writtenExports([...exports, ...sharedExports(module, shared, numberOf)]),
    start: module.start === undefined ? undefined : number(numberOf(module.start)),
    element: vector(module.elements.map((one) => renumbered(one, numberOf))),
    dataCount: module.hasDataCount ? number(firstData.length) : undefined,
    code: vector(present.map((index) => sized(body(index)))),
    data: writtenData(firstData),
  });
}

function globalCount(module) {
  return module.imports.filter(({ kind }) => kind === GLOBAL).length + module.globals.length;
}

/** Names of what the rest uses of the first part: short, as there are thousands. */
const names = {
  function: (index) => `${SHARED}${index.toString(36)}`,
  table: (index) => `${SHARED}T${index}`,
  global: (index) => `${SHARED}G${index}`,
  memory: `${SHARED}M`,
};

function sharedExports(module, shared, numberOf) {
  const indices = (count) => Array.from({ length: count }, (_, index) => index);
  return [
    { name: names.memory, kind: MEMORY, index: 0 },
    ...indices(module.tables.length + 1).map((index) => ({ name: names.table(index), kind: TABLE, index })),
    ...indices(globalCount(module) + 1).map((index) => ({ name: names.global(index), kind: GLOBAL, index })),
    ...shared.map((index, at) => ({ name: names.function(at), kind: FUNCTION, index: numberOf(index) })),
  ];
}

function restPart(module, { own, moved, entries, shared, restData }) {
  if (module.imports.some(({ kind }) => kind !== FUNCTION)) throw new Error('only functions can be imported');
  const numbers = new Map([...shared, ...moved].map((index, at) => [index, at]));
  const numberOf = (index) => numbers.get(index);
  const typeOf = (index) => (index < own ? [...module.imports[index].description] : number(module.functions[index - own]));
  const slotTable = [0x70, 1, ...number(entries.length), ...number(entries.length)];
  const slotNumber = module.tables.length;
  const imported = [
    writtenImport(PART, names.memory, MEMORY, module.memory.subarray(1)),
    ...[...module.tables, slotTable].map((table, index) => writtenImport(PART, names.table(index), TABLE, table)),
    ...module.globalTypes.map((type, index) => writtenImport(PART, names.global(index), GLOBAL, type)),
    ...shared.map((index, at) => writtenImport(PART, names.function(at), FUNCTION, typeOf(index))),
  ];
  const filled = entries.map((index) => number(numberOf(index)));
  return write({
    type: vector(module.types.map((type) => type.bytes)),
    import: vector(imported),
    function: vector(moved.map((index) => number(module.functions[index - own]))),
    // Into the table of the stubs, from its first slot on.
    element: vector([concatenated([[2], number(slotNumber), [0x41, 0, 0x0b], [0], vector(filled)])]),
    code: vector(moved.map((index) => sized(renumbered(module.bodies[index - own], numberOf)))),
    data: restData.length > 0 ? writtenData(restData) : undefined,
  });
}

/** Name of the export that says, by another value than 0, that the rest is there. */
export const loadedExport = (bytes) => names.global(globalCount(read(bytes)));
