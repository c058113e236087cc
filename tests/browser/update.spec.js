// A newer version of the page while it is open: it is told of, taken when the user wants it, and the work stays.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';
import { RULES, addFiles, rule } from './page.js';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml' };

/** Serves the release folder; from `publish()` on as a newer version. */
async function site() {
  const dist = process.env.RULESMITH_DIST ?? 'dist';
  let newer = false;
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const file = join(dist, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    const changed = {
      'sw.js': (text) => text.replace(/const VERSION = "/, '$&newer-'),
      'index.html': (text) => text.replace('<head>', '<head><meta name="version" content="newer">'),
    };
    const change = newer && Object.entries(changed).find(([name]) => file.endsWith(name))?.[1];
    if (change) return response.end(change(readFileSync(file, 'utf8')));
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, publish: () => { newer = true; }, close: () => server.close() };
}

test('a newer version is offered while the page is open, and the work stays', async ({ browser }) => {
  const { address, publish, close } = await site();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await expect(page.locator('.rule')).toHaveCount(RULES);
  await addFiles(page, [{ name: 'mine.yaml', text: rule('Mine') }]);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  publish();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().then(() => undefined));
  await expect(page.locator('.status')).toContainText('A newer version of this page is ready');
  // Until it is taken, the old version goes on, whole.
  await expect(page.locator('meta[name=version]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(page.locator('meta[name=version]')).toHaveCount(1);
  await expect(page.locator('.rule')).toHaveCount(RULES + 1);
  await context.close();
  close();
});
