// What regular expressions know of character classes by name, in a module: hundreds of tables, and the names by which
// they are asked for. The first use needs none of them. They are found by their form, as the library that brings them
// is not ours.

/** Bytes of an entry of a list: where a name is and its length, where its value is and the number of its parts. */
const ENTRY = 16;
/** Bytes of a range: its first and its last character. */
const RANGE = 8;
/** A list has at least so many entries; fewer numbers in a row may look like one by chance. */
const FEWEST = 16;
/** A list of lists may be shorter: each entry names a list. */
const FEWEST_LISTS = 4;
const LONGEST_NAME = 64;
const LAST_CHARACTER = 0x10ffff;

/**
 * Lists in segments of data, `{ at, length, parts }`: of classes, of the other names of a class, and of such lists;
 * parts are the names and ranges that a list names.
 */
export function classes(segments) {
  const view = reach(segments);
  const find = (fewest, partsOf) => segments.flatMap((segment) => listsOf(segment, view, fewest, partsOf));
  const table = (at, count) => isTable(at, count, view) && [{ at, length: count * RANGE }];
  const name = (at, length) => isName(at, length, view) && [{ at, length }];
  const lists = [...find(FEWEST, table), ...find(FEWEST, name)];
  const list = (at, count) => lists.some((one) => one.at === at && one.length === count * ENTRY) && [];
  return [...lists, ...find(FEWEST_LISTS, list)];
}

/** A view of the bytes from an address on; none where the segments have not so many. */
function reach(segments) {
  return (address, length) => {
    const holder = segments.find(({ at, bytes }) => address >= at && address + length <= at + bytes.length);
    return holder && Buffer.from(holder.bytes.buffer, holder.bytes.byteOffset + address - holder.at, length);
  };
}

/** Lists in a segment whose values are of a kind: `partsOf` gives the parts of one, or nothing when it is no such value. */
function listsOf({ at, bytes }, view, fewest, partsOf) {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lists = [];
  for (let offset = -at & 3; offset + ENTRY <= bytes.length; offset += 4) {
    const parts = [];
    let entries = 0;
    let before;
    for (let place = offset; place + ENTRY <= bytes.length; place += ENTRY) {
      const [name, length, value, count] = [0, 4, 8, 12].map((word) => words.getUint32(place + word, true));
      const text = length > 0 && length <= LONGEST_NAME && view(name, length);
      const parted = text && !(before && before.compare(text) >= 0) && partsOf(value, count);
      if (!parted) break;
      parts.push({ at: name, length }, ...parted);
      entries += 1;
      before = text;
    }
    if (entries >= fewest) {
      lists.push({ at: at + offset, length: entries * ENTRY, parts });
      offset += entries * ENTRY - 4;
    }
  }
  return lists;
}

/** Whether ranges stand there: in order, and apart from one another. */
function isTable(at, count, view) {
  const bytes = count > 0 && view(at, count * RANGE);
  if (!bytes) return false;
  let before = -1;
  for (let place = 0; place < bytes.length; place += RANGE) {
    const [first, last] = [bytes.readUInt32LE(place), bytes.readUInt32LE(place + 4)];
    if (first <= before || last < first || last > LAST_CHARACTER) return false;
    before = last;
  }
  return true;
}

/** Whether a name of letters, digits and marks stands there. */
function isName(at, length, view) {
  const text = length > 0 && length <= LONGEST_NAME && view(at, length);
  return Boolean(text) && /^[\w. -]+$/.test(text.toString('latin1'));
}
