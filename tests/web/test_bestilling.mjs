// From the public journal to an answer: the basket, the order by a secret link, its clock, the archivist's answer, the
// appeal. What can go wrong: a wrong or foreign key, the form sent twice, an entry withdrawn meanwhile, answered twice.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { demand, done, login, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const R = 'https://rel.arkivverket.no/noark5/v5/api/';
const AUTH = `Basic ${Buffer.from(`admin@example.com:${server.password}`).toString('base64')}`;
const BASKET = '/nesodden/innsyn/bestilling';

async function api(method, url, body, type = 'application/vnd.noark5+json') {
  const reply = await fetch(url.split('{')[0], { method, headers: { Authorization: AUTH, ...(body && { 'Content-Type': type }) },
    body: typeof body === 'string' ? body : body && JSON.stringify(body) });
  demand(reply.ok, `${method} ${url}: ${reply.status} ${await reply.clone().text()}`);
  return reply.json();
}
const make = (parent, name, values, type) => api('POST', parent._links[R + name + '/'].href, values, type);
const code = (kode) => ({ kode });

const entry = await api('GET', `${server.url}/nesodden/noark5/`);
const root = await api('GET', entry._links[`${R}arkivstruktur/`].href);
const arkiv = await make(root, 'arkivstruktur/ny-arkiv', { tittel: 'Bestillinger' });
const del = await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Sakarkiv' });
const sak = await make(del, 'sakarkiv/ny-saksmappe', { tittel: 'Brygge på 7/71', administrativEnhet: 'Plan og bygg' });

async function journalpost(tittel, more = {}) {
  const post = await make(sak, 'sakarkiv/ny-journalpost', { tittel, journalposttype: code('I'), ...more });
  await make(post, 'arkivstruktur/ny-korrespondansepartperson', { navn: 'Siri Li', korrespondanseparttype: code('EA') });
  for (const title of ['Søknad', 'Tegning']) {
    const doc = await make(post, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: title });
    await make(doc, 'arkivstruktur/fil', `${title}: bryggen blir tolv meter.\n`, 'text/plain');
  }
  return api('PATCH', post._links.self.href, { journalstatus: code('J') }, 'application/merge-patch+json');
}
const brygge = await journalpost('Søknad om brygge');
const stoey = await journalpost('Klage på støy fra brygge', { skjerming: { tilgangsrestriksjon: code('P'),
  skjermingshjemmel: 'Offl. § 14', skjermingMetadata: [code('NA')] } });
const trukket = await journalpost('Merknad til brygge');
samdrift(['form', 'add', server.dir, path.resolve('data/skjema/innsyn.json'), '--municipality', 'nesodden']);

async function publish(page, post) {
  await login(page, 'arkivar', `/nesodden/arkivar/publisering/${post.systemID}`);
  await press(page, 'main button[value=publiser]');
}
const publishing = await open();
for (const post of [brygge, stoey, trukket])
  await publish(publishing, post);

// The clock is moved in the database.
function sql(statement) {
  execFileSync('python3', ['-c', 'import sqlite3, sys; b = sqlite3.connect(sys.argv[1]); b.execute(sys.argv[2]); b.commit()',
    `${server.dir}/kommune/nesodden.db`, statement]);
}

async function choose(page, ...posts) {
  for (const post of posts) {
    await page.goto(`/nesodden/innsyn/${post.systemID}`);
    await press(page, 'main button[name=post]');
  }
  await page.goto(BASKET);
}
const status = (page) => page.innerText('[role=status]');
let link;

for (const js of [false, true])
  await test(`from the list to the order, js: ${js}`, async () => {
    const page = await open({ width: js ? 1280 : 320, js });
    await page.goto('/nesodden/innsyn?q=brygge&');
    await press(page, `main button[value="${brygge.systemID}"]`);
    demand(page.url().endsWith('/nesodden/innsyn?q=brygge&'), `back at the list: ${page.url()}`);
    demand((await status(page)).includes('er lagt i bestillingen'), await status(page));
    await screen(page, `bestilling-liste-${js ? 1280 : 320}`);
    await press(page, `main button[value="${stoey.systemID}"]`);
    await press(page, 'main >> text=Se bestillingen (2)');
    await screen(page, `bestilling-kurv-${js ? 1280 : 320}`);
    await page.fill('#epost', 'journalist.example.com');
    await press(page, 'main >> text=Send kravet om innsyn');
    demand((await page.innerText('.ds-error-summary')).includes('E-postadressen'), 'the address is wrong');
    await screen(page, `bestilling-feil-${js ? 1280 : 320}`);
    await page.fill('#epost', 'journalist@example.com');
    await page.fill('#ord', 'Gjerne tegningene.');
    await press(page, 'main >> text=Send kravet om innsyn');
    demand((await status(page)).includes('Kravet er sendt'), await status(page));
    link = new URL(page.url()).pathname;
    demand(/bestilling\/[0-9a-f]{48}$/.test(link), link);
    demand((await page.innerText('main')).includes(page.url()), 'the link is shown');
    await screen(page, `bestilling-status-${js ? 1280 : 320}`);
    await page.goto(BASKET);
    demand((await page.innerText('main')).includes('Bestillingen er tom'), 'the basket is empty');
    await screen(page, `bestilling-tom-${js ? 1280 : 320}`);
  });

await test('the same form sent twice is one order; the key is told nowhere', async () => {
  const page = await open();
  await choose(page, brygge);
  const [form] = await page.locator(`form[action="${BASKET}"]`).all();
  const fields = await form.evaluate((f) => [...f.elements].filter((e) => e.name).map((e) => [e.name, e.value]));
  const Cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const send = () => fetch(server.url + BASKET, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual',
    headers: { Cookie, Origin: server.url } });
  const replies = await Promise.all([send(), send()]);
  const leads = replies.map((r) => `${r.status} ${r.headers.get('location')}`);
  demand(leads[0] === leads[1] && leads[0].startsWith('303'), leads.join(' | '));
  const reply = await page.goto(replies[0].headers.get('location'));
  demand(reply.headers()['referrer-policy'] === 'strict-origin', 'Referer');
  demand(reply.headers()['cache-control'].includes('no-store'), 'caches');
  demand(await page.locator('meta[name=robots][content=noindex]').count() === 1, 'robots');
  demand(await page.locator('.ds-card').count() === 1, 'one item');
});

await test('a wrong key is no page, and neither is that of another municipality', async () => {
  const page = await open();
  for (const address of [`${link.slice(0, -1)}x`, link.replace('nesodden', 'frogn'), `${link}/1/1`, `${link}/9/1`, `${link}/x/y`]) {
    const reply = await page.goto(address);
    demand(reply.status() === 404, `${address}: ${reply.status()}`);
  }
});

await test('withdrawn meanwhile: told in the basket, and after the order', async () => {
  const page = await open();
  await choose(page, brygge, trukket);
  const archivist = await open();
  await login(archivist, 'arkivar', `/nesodden/arkivar/publisering/${trukket.systemID}`);
  await press(archivist, 'main button[value=trekk]');
  await page.reload();
  demand((await page.innerText('table')).includes('ikke lenger i postjournalen'), 'told in the basket');
  await screen(page, 'bestilling-trukket');
  await press(page, 'main >> text=Send kravet om innsyn');
  demand((await status(page)).endsWith('ikke ble med: 1.'), await status(page));
  await page.goBack();
  await choose(page, brygge);
  await press(page, 'main button[name=post]');
  demand((await page.innerText('main')).includes('Bestillingen er tom'), 'removed');
});

const QUEUE = '/nesodden/arkivar/innsynskrav';
const number = async (page) => (await page.innerText('dd')).trim();

await test('overdue: told to whoever asked, and in the queue', async () => {
  const page = await open({ width: 320 });
  await choose(page, brygge);
  await press(page, 'main >> text=Send kravet om innsyn');
  const case_ = await number(page);
  sql(`UPDATE innsynskrav SET mottatt = mottatt - 864000000000, frist = frist - 864000000000 WHERE saksnummer = '${case_}'`);
  await page.reload();
  demand((await page.innerText('main')).includes('regnes som et avslag'), 'counts as a refusal');
  await screen(page, 'bestilling-fristen-ute-320');
  await page.fill('#ord', 'Ingen har svart.');
  await press(page, 'main >> text=Send klage');
  demand((await status(page)).includes('Klagen er sendt'), await status(page));
  await screen(page, 'bestilling-klaget-320');
  const archivist = await open();
  await login(archivist, 'arkivar', '/nesodden/arkivar');
  await press(archivist, 'main >> text=Innsynskrav');
  const first = await archivist.innerText('tbody tr:first-child');
  demand(first.includes('Fristen er ute') && first.includes(case_), first);
  await screens('innsynskrav-koe', QUEUE, { page: archivist });
});

await test('the archivist gives one, refuses another with reasons; each once', async () => {
  const page = await open(), archivist = await open();
  await page.goto(link);
  const case_ = await number(page);
  await login(archivist, 'arkivar', QUEUE);
  await press(archivist, `tbody >> text="${case_}"`);
  const order = archivist.url();
  await screens('innsynskrav-sak', new URL(order).pathname, { page: archivist });
  await press(archivist, 'main >> text=Svar på 2026/1-1');
  await press(archivist, 'main >> text=Send svaret');
  demand((await archivist.innerText('.ds-error-summary')).includes('Velg en avgjørelse'), 'nothing chosen');
  await archivist.check('input[value=gitt]');
  await press(archivist, 'main >> text=Send svaret');
  await screen(archivist, 'innsynskrav-feil');
  demand((await archivist.innerText('.ds-error-summary')).includes('Velg dokumentene'), 'no document');
  await archivist.locator('input[name=dokumenter]').first().check();
  await press(archivist, 'main >> text=Send svaret');
  demand((await status(archivist)).includes('er sendt og journalført'), await status(archivist));
  await press(archivist, 'main >> text=Svar på 2026/1-2');
  await screens('innsynskrav-svar', new URL(archivist.url()).pathname, { page: archivist });
  demand(await archivist.inputValue('#hjemmel') === 'Offl. § 14', 'as it is screened');
  await archivist.check('input[value=avslag]');
  await archivist.fill('#grunn', 'Dokumentet er et utkast.');
  await press(archivist, 'main >> text=Send svaret');
  demand((await archivist.innerText('.ds-error-summary')).includes('merinnsyn'), 'extended access must be considered');
  demand(await archivist.inputValue('#grunn') === 'Dokumentet er et utkast.', 'what was typed stays');
  await archivist.fill('#merinnsyn', 'Vurdert: nei.');
  await press(archivist, 'main >> text=Send svaret');
  await screen(archivist, 'innsynskrav-besvart');
  await archivist.goto(`${order}/2`);
  demand((await status(archivist)).includes('besvart allerede'), 'once');
  await archivist.goto(`${QUEUE}?vis=besvart`);
  demand((await archivist.innerText('tbody')).includes(case_), 'among the answered');
});

await test('who asked fetches what was given, and nothing else; closed, it is gone', async () => {
  const page = await open({ width: 320 });
  await page.goto(link);
  demand((await page.innerText('main')).includes('Offl. § 14'), 'the basis');
  await screen(page, 'bestilling-besvart-320');
  await screens('bestilling-besvart', link);
  const fetched = await fetch(server.url + await page.getAttribute('.ds-card a', 'href'));
  demand(fetched.status === 200 && (await fetched.text()).includes('tolv meter'), 'the document');
  demand(fetched.headers.get('content-disposition').startsWith('attachment') && fetched.headers.get('x-robots-tag') === 'noindex',
    'to be saved, not found');
  for (const other of ['/1/2', '/2/1', '/1/0', '/3/1'])
    demand((await fetch(server.url + link + other)).status === 404, other);
  const archivist = await open();
  await login(archivist, 'arkivar', QUEUE);
  await archivist.goto(`${QUEUE}?vis=besvart`);
  await press(archivist, 'tbody a');
  await press(archivist, 'main >> text=Steng tilgangen');
  demand((await fetch(server.url + await page.getAttribute('.ds-card a', 'href'))).status === 404, 'closed');
});

await test('a document is opened to all by a decision of its own; one with a national id number never', async () => {
  const fresh = await journalpost('Tegninger til brygge', {});
  const secret = await make(fresh, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: 'Attest' });
  await make(secret, 'arkivstruktur/fil', 'Attest for 01020300163.\n', 'text/plain');
  const archivist = await open();
  await publish(archivist, fresh);
  await archivist.goto(`/nesodden/arkivar/publisering/${fresh.systemID}`);
  await archivist.check(`input[value="${secret.systemID}"]`);
  await press(archivist, 'main button[value=dokumenter]');
  demand((await archivist.innerText('.ds-error-summary')).includes('fødselsnummer'), 'refused');
  await screen(archivist, 'dokumenter-feil');
  await archivist.uncheck(`input[value="${secret.systemID}"]`);
  await archivist.locator('input[name=dokumenter]').first().check();
  await press(archivist, 'main button[value=dokumenter]');
  demand((await status(archivist)).includes('er lagret'), await status(archivist));
  demand(await archivist.locator('input[name=dokumenter]').first().isChecked(), 'as decided');
  await screens('dokumenter-valg', `/nesodden/arkivar/publisering/${fresh.systemID}`, { page: archivist });
  const page = await open({ width: 320 });
  await page.goto(`/nesodden/innsyn/${fresh.systemID}`);
  demand(await page.locator('main li a[href*="/dokument/"]').count() === 1, 'one is open');
  demand(!(await page.innerText('main')).includes('Attest'), 'the others have no title');
  await screens('dokumenter', `/nesodden/innsyn/${fresh.systemID}`);
  const got = await fetch(server.url + await page.getAttribute('main li a[href*="/dokument/"]', 'href'));
  demand(got.status === 200 && (await got.text()).includes('tolv meter'), 'the document');
  demand((await fetch(`${server.url}/nesodden/innsyn/${fresh.systemID}/dokument/3`)).status === 404, 'the other');
});

await test('every page of the order', async () => {
  await screens('bestilling-kurv', BASKET);
  await screens('bestilling-status', link);
  await screens('bestilling-journal', '/nesodden/innsyn?q=brygge');
  await screens('bestilling-en', `/nesodden/innsyn/${brygge.systemID}`);
  await screens('bestilling-forside', '/nesodden/');
});

await done();
