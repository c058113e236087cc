// Pictures for the documents, as PNG files with at most 256 colours: a fifth of the size that the browser
// writes, and no difference to the eye for a page of text.
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

/** Writes what the page shows to docs/images. */
export async function picture(page, name) {
  const shot = await page.screenshot({ animations: 'disabled' });
  const blank = await page.context().newPage();
  const { width, height, palette, pixels } = await blank.evaluate(reduced, shot.toString('base64'));
  await blank.close();
  const indexes = Buffer.from(pixels, 'base64');
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, row) => Buffer.concat([Buffer.from([0]), indexes.subarray(row * width, (row + 1) * width)])),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const parts = [signature, chunk('IHDR', head), chunk('PLTE', Buffer.from(palette)), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))];
  writeFileSync(`docs/images/${name}.png`, Buffer.concat(parts));
}

function chunk(kind, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(kind), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The checksum of a chunk; Node has it only in its later versions. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** Runs in the browser: the picture's most frequent colours, and for each pixel the nearest of them. */
async function reduced(base64) {
  const SHADE = 150;
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const words = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const channels = (word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255];
  const far = (one, other) => one.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0);
  // The most frequent colours that are told apart: a rare one has its place, shades of one do not take it.
  const colours = [];
  for (const [word] of [...counts].sort((one, other) => other[1] - one[1])) {
    const colour = channels(word);
    if (colours.length < 256 && colours.every((known) => far(known, colour) > SHADE)) colours.push(colour);
  }
  const nearest = new Map();
  for (const word of counts.keys()) {
    const wanted = channels(word);
    let best = 0;
    let least = Infinity;
    colours.forEach((colour, index) => {
      const distance = far(colour, wanted);
      if (distance < least) [best, least] = [index, distance];
    });
    nearest.set(word, best);
  }
  let text = '';
  for (const word of words) text += String.fromCharCode(nearest.get(word));
  return { width, height, palette: colours.flat(), pixels: btoa(text) };
}
