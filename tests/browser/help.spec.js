// Every place says what it is for and names its documentation; the guide has the part that it names.
import { expect, test } from '@playwright/test';
import { open } from './page.js';

test('every place links to its part of the guide, which is there', async ({ page, request }) => {
  await open(page);
  const guide = await (await request.get('./guide.html')).text();
  const places = await page.locator('nav.story a').evaluateAll((links) => links.map((link) => link.getAttribute('href').split('/')[1]));
  expect(places.length).toBeGreaterThan(10);
  const titles = new Set();
  for (const place of places) {
    await page.evaluate((id) => { location.hash = `#/${id}`; }, place);
    const link = page.locator('.docs a').first();
    await expect(link).toHaveText(/^Guide: ./);
    const part = (await link.getAttribute('href')).split('#')[1];
    expect(guide, `${place} names ${part}`).toContain(`id="${part}"`);
    await expect(page.locator('.place-head > p').first()).not.toBeEmpty();
    titles.add(await page.locator('#place-title').textContent());
    for (const address of await page.locator('.docs a').evaluateAll((links) => links.slice(1).map((link) => link.href))) {
      expect(address).toMatch(/^https:\/\/learn\.microsoft\.com\//);
    }
  }
  expect(titles.size).toBe(places.length);
});

test('the guide has its pictures, which are loaded with it and are there without a network from then on', async ({ page, context }) => {
  const asked = [];
  context.on('request', (request) => /\/guide\/.*\.png$/.test(request.url()) && asked.push(request.url()));
  await page.goto('./');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  expect(asked).toEqual([]);
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto('./guide.html');
  const pictures = page.locator('img');
  expect(await pictures.count()).toBeGreaterThan(8);
  const kept = async () => {
    const [name] = (await caches.keys()).filter((one) => one.startsWith('rulesmith-'));
    const keys = await (await caches.open(name)).keys();
    return keys.filter(({ url }) => /\/guide\/.*\.png$/.test(url)).length;
  };
  const files = await pictures.evaluateAll((all) => new Set(all.map((one) => one.src)).size);
  await expect.poll(() => page.evaluate(kept)).toBe(files);
  await context.setOffline(true);
  await page.reload();
  for (const one of await pictures.all()) {
    await one.scrollIntoViewIfNeeded();
    await expect.poll(() => one.evaluate((image) => image.complete && image.naturalWidth)).toBe(1280);
    expect(await one.getAttribute('alt')).not.toBe('');
  }
  expect(errors).toEqual([]);
});
