// A Chromium with an empty profile, and its memory as the operating system sees it.
import { readFileSync, readdirSync } from 'node:fs';
import { chromium } from '@playwright/test';

const MEGABYTE = 1e6;

/** Processes by number: parent, command line, resident bytes. */
function processes() {
  const all = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      all.set(Number(name), { parent: Number(fields[1]), command, bytes: Number(fields[21]) * 4096 });
    } catch {
      // It has ended meanwhile.
    }
  }
  return all;
}

/** Resident bytes of the renderers below this process. */
function rendererBytes() {
  const all = processes();
  const ours = (one) => {
    for (let parent = one.parent; parent > 1; parent = all.get(parent)?.parent ?? 0) {
      if (parent === process.pid) return true;
    }
    return false;
  };
  let bytes = 0;
  for (const one of all.values()) {
    if (one.command.includes('--type=renderer') && ours(one)) bytes += one.bytes;
  }
  return bytes;
}

/** Samples the renderers' memory until it is stopped. */
export class Memory {
  constructor() {
    this.idle = rendererBytes();
    this.peak = this.idle;
    this.timer = setInterval(() => (this.peak = Math.max(this.peak, rendererBytes())), 100);
  }

  /** Bytes above those at the start: now, and at the peak. */
  async stop() {
    clearInterval(this.timer);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return { held: rendererBytes() - this.idle, peak: this.peak - this.idle };
  }
}

/** Runs something with a page of a fresh browser. */
export async function withPage(address, use) {
  const browser = await chromium.launch({
    executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`,
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    if (address) await page.goto(address);
    return await use(page);
  } finally {
    await browser.close();
  }
}

export const version = async () => {
  const browser = await chromium.launch({ executablePath: `/usr/bin/${process.env.RULESMITH_CHROMIUM ?? 'chromium'}`, args: ['--no-sandbox'] });
  const text = browser.version();
  await browser.close();
  return text;
};

export const megabytes = (bytes) => bytes / MEGABYTE;
