// Lighthouse: accessibility and best practices 100 on the pages most people see. The reports are kept as
// build/screens/lighthouse-*.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import lighthouse from 'lighthouse';
import { citizen, demand, done, samdrift, server, test } from './browser.mjs';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const CATEGORIES = ['accessibility', 'best-practices'];
const PAGES = {
  fellesskap: '/', kommune: '/nesodden', skjema: '/nesodden/skjema/garasje', steg: '/nesodden/skjema/garasje/1',
  journal: '/nesodden/innsyn', 'min-side': '/nesodden/min-side',
};

async function freePort() {
  const taken = net.createServer();
  await new Promise((ready) => taken.listen(0, '127.0.0.1', ready));
  const { port } = taken.address();
  await new Promise((ready) => taken.close(ready));
  return port;
}

async function measure(port, name, address) {
  const { lhr, report } = await lighthouse(server.url + address, { port, onlyCategories: CATEGORIES, output: 'json',
    logLevel: 'error', disableStorageReset: true });
  writeFileSync(path.join(server.screens, `lighthouse-${name}.json`), report);
  for (const id of CATEGORIES) {
    const { score, auditRefs } = lhr.categories[id];
    const wrong = auditRefs.map((ref) => lhr.audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
    console.log(`# ${name} ${id} ${Math.round(score * 100)}`);
    demand(score === 1, `${name}: ${id} ${score}: ${wrong.map((audit) => `${audit.id} (${audit.title})`).join(', ')}`);
  }
}

const home = mkdtempSync(path.join(os.tmpdir(), 'samdrift-lighthouse-'));
const port = await freePort();
const browser = await chromium.launchPersistentContext(home, { executablePath: server.chromium, baseURL: server.url, locale: 'nb',
  args: ['--no-sandbox', `--remote-debugging-port=${port}`] });

const addForm = () => samdrift(['form', 'add', server.dir, 'data/skjema/garasje.json', '--municipality', 'nesodden']);

async function makeArchive() {
  const headers = { Authorization: `Basic ${Buffer.from(`admin@example.com:${server.password}`).toString('base64')}`,
    'Content-Type': 'application/vnd.noark5+json' };
  const make = async (address, tittel) => (await fetch(address, { method: 'POST', headers, body: JSON.stringify({ tittel }) })).json();
  const arkiv = await make(`${server.url}/nesodden/noark5/arkivstruktur/ny-arkiv`, 'Nesodden');
  await make(arkiv._links['https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/ny-arkivdel/'].href, 'Sakarkiv');
}

async function begin() {
  try {
    addForm();
  } catch {
    await makeArchive();   // no journey was here before
    addForm();
  }
  const page = await browser.newPage();
  await citizen(page, '21876010019', '/nesodden/skjema/garasje/start');
  await page.close();
}

await begin();
for (const [name, address] of Object.entries(PAGES))
  await test(`${name} has 100 for ${CATEGORIES.join(' and ')}`, () => measure(port, name, address));
await browser.close();
rmSync(home, { recursive: true });
await done();
