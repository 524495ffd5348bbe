// What the journeys share: a real Chromium, TAP, and the checks every screen must pass.
//
//   import { test, open, press, screen, screens, server, samdrift, login } from './browser.mjs';
//   await test('a citizen does this', async () => { const page = await open({ width: 320 }); … });
//
// screen(page, 'name') checks what the page shows now and keeps it as build/screens/name.{png,html};
// screens('name', '/path', {page}) does so in four languages, light and dark, narrow and wide. The kept
// HTML is put before the Nu validator when all journeys have run (run.py).
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// {url, dir, program, password, screens, …}: see run.py
export const server = JSON.parse(process.env.SAMDRIFT_WEB);
const LANGUAGES = ['nb', 'nn', 'se', 'en'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// Not to be decided by a program, and why it is right here.
const EXPLAINED = {};
mkdirSync(server.screens, { recursive: true });

let engine, failed = 0, number = 0;
const opened = [];

export async function test(name, run) {
  try {
    await run();
    console.log(`ok ${++number} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${++number} - ${name}`);
    console.log(String(error.stack || error).split('\n').slice(0, 12).map((line) => `# ${line}`).join('\n'));
  }
  while (opened.length)
    await opened.pop().close();
}

export function demand(truth, what) {
  if (!truth)
    throw new Error(what);
}

export async function done() {
  await engine?.close();
  console.log(`1..${number}`);
  process.exitCode = failed ? 1 : 0;
}

// A page of a browser of its own: no cookies. js: false shows that no function needs a script.
export async function open({ width = 1280, scheme = 'light', lang = 'nb', js = false } = {}) {
  engine ??= await chromium.launch({ executablePath: server.chromium, args: ['--no-sandbox'] });
  const context = await engine.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, locale: lang,
    javaScriptEnabled: js, baseURL: server.url, ignoreHTTPSErrors: true });
  context.setDefaultTimeout(15000);
  opened.push(context);
  const page = await context.newPage();
  page.on('console', (m) => m.type() === 'error' && !/status of (4|5)\d\d/.test(m.text()) && page.problems.push(m.text()));
  page.problems = [];
  page.look = { width, scheme, lang, js };
  return page;
}

// axe waits for timers, which do not run where scripts are off: the same page where they are on.
async function scripted(page) {
  if (page.look.js)
    return page;
  const html = await page.content();
  const twin = await open({ ...page.look, js: true });
  await twin.context().addCookies(await page.context().cookies());
  await twin.route(page.url().split('#')[0], (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
  await twin.goto(page.url().split('#')[0]);
  return twin;
}

// By keyboard, as anybody must be able to: follows the link or presses the button. The next page is there after it.
export async function press(page, selector = 'main button[type=submit]:not([hidden])') {
  await Promise.all([page.waitForEvent('load'), page.locator(selector).first().press('Enter')]);
}

function told(found) {
  return found.map((f) => `${f.id}: ${f.help}\n  ${f.nodes.slice(0, 3).map((n) =>
    `${n.html} ${n.any.concat(n.all, n.none).map((c) => c.message).join('; ')}`).join('\n  ')}`).join('\n');
}

async function check(page, name) {
  const twin = await scripted(page);
  await examine(twin, name);
  demand(page.problems.length === 0, `${name}: ${page.problems.join('; ')}`);
  if (twin !== page)
    await twin.context().close();
}

async function examine(page, name) {
  if (!await page.evaluate(() => Boolean(window.axe)))
    await page.evaluate(axe);
  const result = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
  demand(result.violations.length === 0, `${name}: axe\n${told(result.violations)}`);
  const open = result.incomplete.filter((f) => !EXPLAINED[f.id]);
  demand(open.length === 0, `${name}: axe could not decide\n${told(open)}`);
  const facts = await page.evaluate(() => ({ h1: document.querySelectorAll('h1').length,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    lang: document.documentElement.lang, title: document.title, text: document.body.innerText }));
  demand(facts.h1 === 1, `${name}: ${facts.h1} h1`);
  demand(facts.over <= 0, `${name}: scrolls sideways by ${facts.over} px`);
  demand(LANGUAGES.includes(facts.lang) && facts.title, `${name}: lang "${facts.lang}", title "${facts.title}"`);
  demand(!facts.text.includes('{}'), `${name}: a text was not filled in`);
}

const file = (name) => path.join(server.screens, name);

export async function screen(page, name) {
  await check(page, name);
  writeFileSync(file(`${name}.html`), await page.content());
  await page.screenshot({ path: file(`${name}.png`), fullPage: true });
}

// Each language light and wide, then dark and narrow. page: whose login to use.
export async function screens(name, address, { page } = {}) {
  const looking = await open({ js: true });
  if (page)
    await looking.context().addCookies(await page.context().cookies());
  for (const lang of LANGUAGES) {
    await looking.emulateMedia({ colorScheme: 'light' });
    await looking.setViewportSize({ width: 1280, height: 900 });
    const reply = await looking.goto(`${address}${address.includes('?') ? '&' : '?'}spraak=${lang}`);
    demand(await looking.getAttribute('html', 'lang') === lang, `${name}: not in ${lang}`);
    writeFileSync(file(`${name}-${lang}.html`), await reply.text());
    await check(looking, `${name} ${lang} light 1280`);
    if (lang === 'nb')
      await looking.screenshot({ path: file(`${name}-${lang}-1280.png`), fullPage: true });
    await looking.emulateMedia({ colorScheme: 'dark' });
    await looking.setViewportSize({ width: 320, height: 900 });
    await check(looking, `${name} ${lang} dark 320`);
    if (lang === 'se')
      await looking.screenshot({ path: file(`${name}-${lang}-320.png`), fullPage: true });
  }
  await looking.context().close();
}

// The command line; -> what it wrote.
export function samdrift(args, input = '') {
  return execFileSync(server.program, args, { input, encoding: 'utf8', stdio: 'pipe' });
}

// As a citizen, at the stand-in of ID-porten; ends at `to`.
export async function citizen(page, who, to) {
  await page.goto(`/logg-inn?til=${encodeURIComponent(to)}`);
  await press(page, 'text=Logg inn med ID-porten');
  await page.waitForSelector('#who');
  await page.fill('#who', who);
  await press(page, 'text=MinID');
}

// Tells the simulated registers (tools/register.py) how to behave.
export async function registers(told) {
  await fetch(`${server.registers}/styr`, { method: 'POST', body: JSON.stringify(told) });
}

// The archive of Nesodden, as its administrator sees it.
export async function api(address, body) {
  const credentials = Buffer.from(`admin@example.com:${server.password}`).toString('base64');
  const url = address.startsWith('http') ? address : `${server.url}/nesodden/noark5/${address}`;
  const reply = await fetch(url, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body),
    headers: { Authorization: `Basic ${credentials}`, 'Content-Type': 'application/vnd.noark5+json' } });
  demand(reply.ok, `${address}: ${reply.status}`);
  return reply.json();
}

// The arkivdel that the shipped forms open cases in, and those forms.
export async function forms(...names) {
  const { count } = await api("arkivstruktur/arkivdel?$filter=tittel eq 'Sakarkiv'&$top=1&$count=true");
  if (!count) {
    const arkiv = await api('arkivstruktur/ny-arkiv', { tittel: 'Nesodden' });
    await api(arkiv._links['https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/ny-arkivdel/'].href, { tittel: 'Sakarkiv' });
  }
  for (const name of names)
    samdrift(['form', 'add', server.dir, `data/skjema/${name}.json`, '--municipality', 'nesodden']);
}

// The one-time code of a base32 secret now, or some steps of 30 seconds from now.
export function totp(secret, steps = 0) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// Logs in with a local account, once; after that the page gets the same session.
const sessions = new Map();
export async function login(page, name, to = '/') {
  if (sessions.has(name)) {
    await page.context().addCookies(sessions.get(name));
    await page.goto(to);
    return;
  }
  try {
    samdrift(['user', 'reset-code', server.dir, '--name', `${name}@example.com`]);
  } catch {
    // none was set up yet
  }
  await page.goto(`/logg-inn?til=${encodeURIComponent(to)}`);
  await page.fill('#bruker', `${name}@example.com`);
  await page.fill('#passord', server.password);
  await press(page);
  await page.waitForSelector('#kode');
  await page.fill('#kode', totp(await page.locator('dd').first().textContent()));
  await press(page);
  sessions.set(name, await page.context().cookies());
}
