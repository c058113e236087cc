// After the build: the user guide as one page beside the page itself, so that it can be read without a
// network. Its text is docs/guide; links between its parts become places in the page. Pictures go into a folder
// of their own and are loaded when the guide is opened and they come into sight.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';

const docs = new URL('../docs/guide/', import.meta.url);
const staging = process.env.TRUNK_STAGING_DIR;
const part = (name) => name.replace(/\.md$/, '');
// The overview first, then in the order of its table.
const overview = readFileSync(new URL('README.md', docs), 'utf8');
const order = [...overview.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, name]) => name);
const unlisted = readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'README.md' && !order.includes(name));
if (unlisted.length > 0) {
  throw new Error(`docs/guide/README.md does not name ${unlisted.join(', ')}`);
}

/** Width and height of a PNG, which stand at the same place of every one: text must not move when it comes. */
function size(bytes) {
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Copies a picture beside the guide and gives its element. */
function picture(href, text) {
  const name = href.replace(/^.*\//, '');
  const from = new URL(href, docs);
  mkdirSync(join(staging, 'guide'), { recursive: true });
  copyFileSync(from, join(staging, 'guide', name));
  const { width, height } = size(readFileSync(from));
  const alt = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<img src="./guide/${name}" alt="${alt}" width="${width}" height="${height}" loading="lazy">`;
}

const marked = new Marked({
  walkTokens(token) {
    if (token.type !== 'link') return;
    const inside = token.href.match(/^([a-z-]+)\.md$/);
    if (inside) token.href = `#${inside[1]}`;
  },
  renderer: {
    // Documents that are not part of the guide are read in the repository.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return href.startsWith('#') ? `<a href="${href}">${text}</a>` : text;
    },
    image: ({ href, text }) => picture(href, text),
  },
});
const sections = ['README.md', ...order].map((name) => {
  const html = marked.parse(readFileSync(new URL(name, docs), 'utf8'));
  return `<section class="panel guide" id="${part(name)}">${html}</section>`;
});
const style = readdirSync(staging).find((name) => name.endsWith('.css'));
writeFileSync(
  join(staging, 'guide.html'),
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Rulesmith: user guide</title>
<link rel="icon" href="./icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="./${style}">
</head>
<body><main>${sections.join('\n')}</main></body>
</html>
`,
);
