// The database of time zones in a module: the names of the zones, the table of where each begins, and the zones.

const MAGIC = 'TZif';
/** Bytes of a header of RFC 9636, and where its counts stand. */
const HEADER = 44;
const COUNTS = { universal: 20, standard: 24, leaps: 28, times: 32, types: 36, letters: 40 };
/** The zone whose name comes first. */
const FIRST_NAME = 'Africa/Abidjan';

/**
 * The database as texts: the zones, and before them their names with the table, which refers to the names. None
 * when the module has no database, or another form of it.
 */
export function zones(bytes) {
  const start = bytes.indexOf(FIRST_NAME);
  const [first, last] = [bytes.indexOf(MAGIC), bytes.lastIndexOf(MAGIC)];
  if (start < 0 || first < start) return [];
  return [{ bytes: bytes.subarray(first, endOf(bytes, last)) }, { bytes: bytes.subarray(start, first), refersToItself: true }];
}

/** Where a zone ends, from where its second header stands. */
function endOf(bytes, header) {
  const count = (name) => bytes.readUInt32BE(header + COUNTS[name]);
  const data = count('times') * 9 + count('types') * 6 + count('letters') + count('leaps') * 12 + count('standard') + count('universal');
  // Behind the data a rule stands in a line of its own.
  return bytes.indexOf('\n', header + HEADER + data + 1) + 1;
}
