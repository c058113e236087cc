// The tables of character classes in a module: regular expressions know hundreds by name, and the first use needs
// none of them. They are found by their form, as the library that brings them is not ours.

/** Bytes of an entry of a list: where a name is and its length, where its ranges are and their number. */
const ENTRY = 16;
/** Bytes of a range: its first and its last character. */
const RANGE = 8;
/** A list has at least so many entries; fewer numbers in a row may look like one by chance. */
const FEWEST = 16;
const LONGEST_NAME = 64;
const LAST_CHARACTER = 0x10ffff;

/** Lists of classes in segments of data, `{ at, length, tables }`: tables are the ranges that a list names. */
export function classes(segments) {
  return segments.flatMap((segment) => listsOf(segment, reach(segments)));
}

/** A view of the bytes from an address on; none where the segments have not so many. */
function reach(segments) {
  return (address, length) => {
    const holder = segments.find(({ at, bytes }) => address >= at && address + length <= at + bytes.length);
    return holder && Buffer.from(holder.bytes.buffer, holder.bytes.byteOffset + address - holder.at, length);
  };
}

function listsOf({ at, bytes }, view) {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lists = [];
  for (let offset = -at & 3; offset + ENTRY <= bytes.length; offset += 4) {
    const tables = [];
    let before;
    for (let place = offset; place + ENTRY <= bytes.length; place += ENTRY) {
      const [name, nameLength, table, count] = [0, 4, 8, 12].map((word) => words.getUint32(place + word, true));
      const text = nameLength > 0 && nameLength <= LONGEST_NAME && view(name, nameLength);
      if (!text || (before && before.compare(text) >= 0) || !isTable(table, count, view)) break;
      tables.push({ at: table, length: count * RANGE });
      before = text;
    }
    if (tables.length >= FEWEST) {
      lists.push({ at: at + offset, length: tables.length * ENTRY, tables });
      offset += tables.length * ENTRY - 4;
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
