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
