// A module that tells which of its functions are called: each calls `seen` with its number, once.
import { concatenated, constant, number, sized, vector } from './bytes.mjs';
import { FUNCTION, GLOBAL, read, renumbered, write, writtenData, writtenExports, writtenImport } from './module.mjs';

/** The module under which `seen` is imported. */
export const OBSERVER = 'observer';

/** The observed form of a module. Numbers that `seen` hears are those of the given module. */
export function observed(bytes) {
  const module = read(bytes);
  const own = module.importedFunctions;
  const numberOf = (index) => (index < own ? index : index + 1);
  const seenType = module.types.length;
  const seen = writtenImport(OBSERVER, 'seen', FUNCTION, number(seenType));
  const firstFlag = module.imports.filter(({ kind }) => kind === GLOBAL).length + module.globals.length;
  const bodies = module.bodies.map((body, index) => {
    const [flag, called] = [number(firstFlag + index), constant(own + index)];
    // If the flag is not set: set it, and tell the number.
    const note = [0x23, ...flag, 0x45, 0x04, 0x40, 0x41, 1, 0x24, ...flag, 0x41, ...called, 0x10, ...number(own), 0x0b];
    const { code, names } = body;
    const inside = names.map((name) => ({ ...name, at: name.at - code, end: name.end - code }));
    const rest = renumbered({ bytes: body.bytes.subarray(code), names: inside }, numberOf);
    return sized(concatenated([body.bytes.subarray(0, code), note, rest]));
  });
  const imports = module.imports.map((one) => writtenImport(one.module, one.name, one.kind, one.description));
  return write({
    type: vector([...module.types.map((type) => type.bytes), [0x60, 1, 0x7f, 0]]),
    import: vector([...imports, seen]),
    function: vector(module.functions.map(number)),
    table: vector(module.tables),
    memory: module.memory,
    global: vector([...module.globals, ...bodies.map(() => [0x7f, 1, 0x41, 0, 0x0b])]),
    export: writtenExports(module.exports.map((one) => (one.kind === FUNCTION ? { ...one, index: numberOf(one.index) } : one))),
    start: module.start === undefined ? undefined : number(numberOf(module.start)),
    element: vector(module.elements.map((one) => renumbered(one, numberOf))),
    dataCount: module.hasDataCount ? number(module.data.length) : undefined,
    code: vector(bodies),
    data: writtenData(module.data),
  });
}
