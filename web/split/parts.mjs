// After the build: parts the modules of page and worker in what their first use calls and the rest.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, names, seen } from './first-use.mjs';
import { withRest, withRestOfPage } from './glue.mjs';
import { loadedExport, split } from './split.mjs';
import { tables } from './tables.mjs';
import { zones } from './zones.mjs';

/** Texts in the program that the first use does not read; those that it does read after all stay. */
const TEXTS = ['crates/kql-analysis/data', 'rules/key-vault', 'rules/managed-hsm'];
const root = new URL('../../', import.meta.url);
const read = (name) => readFileSync(join(folder, name));
const write = (name, content) => writeFileSync(join(folder, name), content);
const textsOf = (folder) => readdirSync(new URL(folder, root)).map((name) => readFileSync(new URL(`${folder}/${name}`, root)));
const texts = [...TEXTS.flatMap(textsOf), ...patterns()].map((bytes) => ({ bytes }));

if (seen) {
  part(names.page, seen.page, withRestOfPage);
  part(names.worker, seen.worker, withRest);
}

/** The patterns of user agents, which a build script writes; of an earlier build too, whose text is in no module. */
function patterns() {
  const build = join(process.env.CARGO_TARGET_DIR ?? new URL('target', root).pathname, 'wasm32-unknown-unknown/page/build');
  const crates = existsSync(build) ? readdirSync(build).filter((name) => name.startsWith('user-agents-')) : [];
  const files = crates.map((name) => join(build, name, 'out/patterns.json'));
  return files.filter(existsSync).map((file) => readFileSync(file));
}

function part({ script, module }, seen, withRest) {
  const whole = read(module);
  const { first, rest } = split(whole, (index) => seen.has(index), [...texts, ...zones(whole), ...tables(whole)]);
  const restName = module.replace('_bg.wasm', '_rest.wasm');
  write(script, withRest(read(script).toString(), restName, loadedExport(whole)));
  write(module, first);
  write(restName, rest);
}
