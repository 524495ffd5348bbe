// The archivist's desk: what waits, quality lists.
import { demand, done, login, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const R = 'https://rel.arkivverket.no/noark5/v5/api/';
// A municipality of its own, so that what waits here is what is made here.
const home = '/vestby';
const desk = `${home}/arkivar`;
for (const [name, role] of [['sjef', 'arkivadministrator'], ['arkivarA', 'arkivar'], ['arkivarB', 'arkivar'], ['behandler', 'saksbehandler']])
  samdrift(['user', 'add', server.dir, '--name', `${name}@example.com`, '--role', role, '--municipality', 'vestby'],
    `${server.password}\n`);
const AUTH = `Basic ${Buffer.from(`sjef@example.com:${server.password}`).toString('base64')}`;

async function api(method, url, body, type = 'application/vnd.noark5+json') {
  const reply = await fetch(url.split('{')[0], { method, headers: { Authorization: AUTH, ...(body && { 'Content-Type': type }) },
    body: body && JSON.stringify(body) });
  demand(reply.ok, `${method} ${url}: ${reply.status} ${await reply.clone().text()}`);
  return reply.status === 204 ? null : reply.json();
}
const make = (parent, name, values) => api('POST', parent._links[R + name + '/'].href, values);
const patch = (thing, values) => api('PATCH', thing._links.self.href, values, 'application/merge-patch+json');
const code = (kode) => ({ kode });

const entry = await api('GET', `${server.url}${home}/noark5/`);
const root = await api('GET', entry._links[`${R}arkivstruktur/`].href);
const arkiv = await make(root, 'arkivstruktur/ny-arkiv', { tittel: 'Arkivar' });
const del = await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Byggesaker 2026' });
const system = await make(del, 'arkivstruktur/ny-klassifikasjonssystem', { tittel: 'Nøkkel' });
const klasse = await make(system, 'arkivstruktur/ny-klasse', { klasseID: '611', tittel: 'Byggesaker' });
const sak = await make(klasse, 'sakarkiv/ny-saksmappe', { tittel: 'Garasje på gnr 41 bnr 18', administrativEnhet: 'Plan og bygg' });

async function journalpost(parent, values, sender = 'Kari Nordmann') {
  const post = await make(parent, 'sakarkiv/ny-journalpost', { journalposttype: code('I'), ...values });
  await make(post, 'arkivstruktur/ny-korrespondansepartperson', { navn: sender, korrespondanseparttype: code('EA') });
  return post;
}
const registered = async (parent, values, sender) => patch(await journalpost(parent, values, sender), { journalstatus: code('J') });

// A download with the session of the page.
async function fetched(page, path) {
  const cookies = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  return fetch(server.url + path, { headers: { Cookie: cookies }, redirect: 'manual' });
}

const owed = await registered(sak, { tittel: 'Klage =1+1 på "vedtak"' });

await test('who is no archivist does not come in', async () => {
  const page = await open();
  for (const place of ['', '/kvalitet', '/kvalitet/restanser/csv']) {
    await page.goto(desk + place);
    demand(page.url().includes('/logg-inn'), page.url());
  }
  await login(page, 'behandler', `${home}/`);
  for (const place of ['', '/kvalitet', '/kvalitet/restanser/csv']) {
    const reply = await page.goto(desk + place);
    demand(reply.status() === 403, `${place}: ${reply.status()}`);
  }
});

await test('the front page counts what waits and leads there', async () => {
  const page = await open();
  await login(page, 'arkivarA', `${home}/`);
  await press(page, 'main >> text=Arkivarens arbeidsplass');
  demand(page.url().endsWith(desk), page.url());
  await screens('arkivar', desk, { page });
  await press(page, 'main >> text=Kvalitetslister');
  await screens('kvalitet', `${desk}/kvalitet`, { page });
});

await test('a quality list: found, put right, gone', async () => {
  const page = await open({ width: 320 });
  await login(page, 'arkivarA', `${desk}/kvalitet`);
  await press(page, 'main >> text=Restanser');
  await screen(page, 'kvalitet-restanser-320');
  demand((await page.innerText('main')).includes('Klage =1+1'), 'found');
  const csv = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    await (await fetched(page, `${desk}/kvalitet/restanser/csv`)).arrayBuffer());
  demand(csv.includes('"Klage =1+1 på ""vedtak"""') && csv.startsWith('\ufeff'), csv);
  await make(owed, 'sakarkiv/ny-avskrivning', { avskrivningsmaate: code('TE') });
  await page.reload();
  demand(!(await page.innerText('main')).includes('Klage =1+1'), 'gone');
  await screens('kvalitet-tom', `${desk}/kvalitet/uten-klasse`, { page });
  const reply = await page.goto(`${desk}/kvalitet/finnes-ikke`);
  demand(reply.status() === 404, `${reply.status()}`);
});

await done();
