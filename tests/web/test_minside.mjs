// My page: cases, letters, requests and messages of a person, and that nobody else sees them.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { citizen, demand, done, login, open, press, registers, samdrift, screen, screens, server, test } from './browser.mjs';

const KARI = '21876010019', OLA = '14828440013', PER = '01817530075';
const MINE = '/nesodden/min-side';
const R = 'https://rel.arkivverket.no/noark5/v5/api/';
const AUTH = `Basic ${Buffer.from(`admin@example.com:${server.password}`).toString('base64')}`;
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
const HOSTILE = '<script>alert(1)</script> \'"; DROP TABLE melding; -- %s';
const pdf = (name) => ({ name, mimeType: 'application/pdf', buffer: PDF });

// ------------------------------------------------------------------ the archive, as its administrator sees it

async function api(method, url, body, type = 'application/vnd.noark5+json') {
  const reply = await fetch(url.split('{')[0], { method, headers: { Authorization: AUTH, ...(body && { 'Content-Type': type }) },
    body: body && (Buffer.isBuffer(body) ? body : JSON.stringify(body)) });
  demand(reply.ok, `${method} ${url}: ${reply.status} ${await reply.clone().text()}`);
  return reply.status === 204 ? null : reply.json();
}
const link = (thing, name) => thing._links[`${R}${name}/`].href;
const make = (parent, name, values) => api('POST', link(parent, name), values);

function form(id, level) {
  const text = (s) => ({ nb: s, nn: s, se: s, en: s });
  return { id, version: 1, title: text(`Søknad om ${id}`), lead: text('Søk'), declaration: text('Jeg bekrefter'),
    next: text('Vi behandler søknaden.'), theme: 'bygg-og-eiendom', level, for: ['self', 'company'], answer_days: 21,
    steps: [{ id: 'alt', title: text('Om deg'), fields: [
      { id: 'navn', type: 'name', label: text('Navn'), required: true, sensitivity: 'personal' },
      { id: 'helse', type: 'text', label: text('Helse'), required: false, sensitivity: 'special' }] }],
    archive: { arkivdel: 'Min side', title: text(`${id} på Fjellstrand`), hjemmel: 'Offentleglova § 13', unit: 'Byggesak' } };
}

async function begin(kommune) {
  const entry = await api('GET', `${server.url}/${kommune}/noark5/`);
  const arkiv = await make(await api('GET', link(entry, 'arkivstruktur')), 'arkivstruktur/ny-arkiv', { tittel: 'Min side' });
  await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Min side' });
  for (const [id, level] of [['naust', 'substantial'], ['skjul', 'high']]) {
    writeFileSync(path.join(server.screens, `${id}.json`), JSON.stringify(form(id, level)));
    samdrift(['form', 'add', server.dir, path.join(server.screens, `${id}.json`), '--municipality', kommune]);
  }
}

// What the case worker's desk writes: a row of the room dialog.
function row(sql, ...values) {
  const program = 'import sqlite3, sys, json\ndb = sqlite3.connect(sys.argv[1], timeout=30)\n'
    + 'rows = db.execute(sys.argv[2], json.loads(sys.argv[3])).fetchall()\ndb.commit()\nprint(json.dumps(rows))';
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', program, path.join(server.dir, 'kommune/nesodden.db'), sql,
    JSON.stringify(values)], { encoding: 'utf8' }));
}
const now = () => Date.now() * 1000, days = (n) => n * 86400e6;
const newId = () => '01890a5d-ac96-774b-bcce-' + Math.random().toString(16).slice(2, 14).padEnd(12, '0');

// -> systemID of the case
async function apply(page, id = 'naust', helse = '') {
  await page.goto(`/nesodden/skjema/${id}/start`);
  await page.fill('#navn', 'Kari Nordmann');
  await page.fill('#helse', helse);
  await press(page);
  await page.check('#erklaering');
  await press(page);
  demand(page.url().includes('/kvittering/'), page.url());
  demand(await page.isVisible('text=Følg saken'), 'the way to the case');
  const [[mappe]] = row('SELECT mappe FROM innsending WHERE id = ?', page.url().split('/').pop());
  return mappe;
}

// A letter that was sent to the applicant of the case. -> {brev, dokument}
async function letter(sak, title, slag, klagefrist, ago = 0) {
  const mappe = await api('GET', `${server.url}/nesodden/noark5/sakarkiv/saksmappe/${sak}`);
  const post = await make(mappe, 'sakarkiv/ny-journalpost', { tittel: title, journalposttype: { kode: 'U' } });
  const doc = await make(post, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: title, dokumentstatus: { kode: 'F' } });
  await api('POST', link(doc, 'arkivstruktur/fil'), PDF, 'application/pdf');
  const [[eier]] = row('SELECT eier FROM sakspart WHERE mappe = ?', sak);
  const brev = newId();
  row('INSERT INTO brev VALUES (?, ?, ?, ?, ?, ?, ?, 0)', brev, sak, post.systemID, eier, slag, now() - days(ago),
    klagefrist ? now() - days(ago) + days(klagefrist) : 0);
  return brev;
}

function request(sak) {
  const [[eier]] = row('SELECT eier FROM sakspart WHERE mappe = ?', sak);
  const [[oppgave]] = row("SELECT id FROM oppgave WHERE mappe = ? AND slag = 'behandle'", sak);
  const id = newId();
  row("UPDATE oppgave SET pauset = ?, grunn = 'venter' WHERE id = ?", now(), oppgave);
  row("INSERT INTO mangel VALUES (?, ?, ?, ?, 'Vi mangler tegninger.', ?, ?, ?, 0, '', 0)", id, sak, oppgave, eier,
    'Situasjonskart\nSnitt', now() + days(14), now());
  return id;
}
const paused = (sak) => row('SELECT max(pauset) FROM oppgave WHERE mappe = ?', sak)[0][0];

async function kari(options = {}) {
  const page = await open(options);
  await citizen(page, KARI, MINE);
  return page;
}
const sakOf = (sak) => `${MINE}/sak/${sak}`;
const main = (page) => page.innerText('main');

// ------------------------------------------------------------------ journeys

let first;
await begin('nesodden');

await test('nobody is shown anything without a login; who has nothing is told so', async () => {
  const page = await open();
  await page.goto(MINE);
  demand(page.url().includes('/logg-inn'), page.url());
  await citizen(page, PER, '/nesodden/');
  await press(page, 'header >> text=Mine saker');
  demand(page.url().endsWith(MINE), page.url());
  const text = await main(page);
  demand(text.includes('Ingenting venter på deg') && text.includes('ingen saker som pågår') && text.includes('ingen brev'), text);
  await screens('minside-tom', MINE, { page });
  await screens('minside-alle-tom', '/min-side', { page });
});

for (const [width, js] of [[1280, false], [320, true]])
  await test(`from application to a case on my page, at ${width} px ${js ? 'with' : 'without'} scripts`, async () => {
    const page = await kari({ width, js });
    first = await apply(page);
    await page.goto(MINE);
    demand((await page.innerText('h1')).startsWith('Kari'), await page.innerText('h1'));
    demand((await main(page)).includes('naust på Fjellstrand') && (await main(page)).includes('Forventet svar innen'), await main(page));
    await press(page, `a[href$="${first}"]`);
    const text = await main(page);
    demand(text.includes('Mottatt') && text.includes('Byggesak') && text.includes('Du sendte: Søknad om naust'), text);
    demand(text.includes('Søker') && text.includes('Kari Nordmann'), text);
    await screen(page, `minside-sak-ny-${width}`);
    const file = await page.locator('main a[href*="/dokument/"]').first().getAttribute('href');
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
    demand((await (await fetch(server.url + file, { headers: { cookie } })).text()).startsWith('%PDF-'), 'her own document');
  });

await test('drafts wait, and are gone on with', async () => {
  const page = await kari();
  await page.goto('/nesodden/skjema/naust/start');
  await page.goto(MINE);
  await screen(page, 'minside-utkast');
  await press(page, 'main >> text=Fortsett: Søknad om naust');
  demand(page.url().endsWith('/skjema/naust/1'), page.url());
  await page.goto('/min-side');
  demand((await main(page)).includes('Nesodden kommune'), 'in all municipalities, with its name');
  await apply(page);
});

await test('a request is answered, and the clock goes on', async () => {
  const page = await kari();
  const about = request(first);
  await page.goto(MINE);
  await press(page, 'main >> text=Send det som mangler: naust');
  const text = await main(page);
  demand(text.includes('Vi mangler tegninger') && text.includes('Situasjonskart') && text.includes('Snitt'), text);
  await screens('minside-svar', new URL(page.url()).pathname + new URL(page.url()).search, { page });
  await press(page);
  demand((await page.innerText('.ds-error-summary')).includes('legg ved en fil'), 'something is demanded');
  await page.setInputFiles('#filer', [{ ...pdf('kart.pdf'), buffer: Buffer.from('MZ ikke en PDF') }]);
  await page.fill('#tekst', HOSTILE);
  await press(page);
  demand((await page.innerText('.ds-error-summary')).includes('ikke det navnet sier'), 'the content is looked at');
  demand(await page.inputValue('#tekst') === HOSTILE, 'what was typed stays');
  await screen(page, 'minside-svar-feil');
  await page.setInputFiles('#filer', [pdf('kart.pdf'), pdf('snitt.pdf')]);
  await press(page);
  demand((await page.innerText('[role=status]')).includes('kommet fram'), 'told');
  demand(paused(first) === 0, 'the clock goes');
  demand((await main(page)).includes('Du sendte: Svar på forespørsel') && !(await main(page)).includes('trenger mer fra deg'), await main(page));
  await page.goto(`${sakOf(first)}/melding/svar?gjelder=${about}`);
  demand((await main(page)).includes('venter ikke lenger på dette'), 'answered already');
});

await test('a letter with its appeal, in time and too late', async () => {
  const page = await kari();
  const brev = await letter(first, 'Vedtak om naust', 0, 21), late = await letter(first, 'Avslag på bod', 0, 21, 60);
  await page.goto(MINE);
  demand((await main(page)).includes('Du kan klage til og med') && (await main(page)).includes('Klagefristen var'), await main(page));
  demand(await page.locator('main >> text=/^Ny$/').count() === 2, 'two are new');
  await press(page, `main a[href$="${brev}"]`);
  demand((await page.innerText('h1')) === 'Vedtak om naust', 'the letter');
  await screens('minside-brev', new URL(page.url()).pathname, { page });
  await page.goto(MINE);
  demand(await page.locator('main >> text=/^Ny$/').count() === 1, 'one was opened');
  await page.goto(`${sakOf(first)}/brev/${brev}`);
  await press(page, 'main >> text=Klag på vedtaket');
  demand(!(await main(page)).includes('Klagefristen var'), 'in time');
  await page.fill('#tekst', 'Jeg er uenig i avstanden til naboen.');
  await press(page);
  demand((await page.innerText('[role=status]')).includes('Klagen er sendt'), 'told');
  await page.goto(`${sakOf(first)}/melding/klage?gjelder=${late}`);
  demand((await main(page)).includes('sende klagen likevel'), 'warned');
  await screen(page, 'minside-klage-sent');
  await page.fill('#tekst', 'Jeg var på sykehus.');
  await press(page);
  demand((await main(page)).split('Du sendte: Klage på vedtak').length === 3, 'both appeals are there');
  demand(row('SELECT count(*) FROM kryssreferanse')[0][0] === 2, 'each beside its decision');
  await screens('minside-sak', sakOf(first), { page });
  await screens('minside', MINE, { page });
  await screens('minside-alle', '/min-side', { page });
});

await test('double press, two tabs, back button: one question', async () => {
  const page = await kari();
  await page.goto(`${sakOf(first)}/melding/sporsmaal`);
  await page.fill('#tekst', 'Når kommer svaret?');
  const before = row('SELECT count(*) FROM melding')[0][0];
  const html = await page.content();
  const twin = await page.context().newPage();
  await twin.route('**/melding/sporsmaal', (route) => route.request().method() === 'GET'
    ? route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }) : route.continue());
  await twin.goto(`${sakOf(first)}/melding/sporsmaal`);
  await twin.fill('#tekst', 'Når kommer svaret?');
  await Promise.all([press(page), press(twin)]);
  demand(page.url() === twin.url() && page.url().endsWith(first), `${page.url()} ${twin.url()}`);
  await twin.goBack();
  demand(row('SELECT count(*) FROM melding')[0][0] === before + 1, 'one message');
});

await test('the login ends in mid-form: what was typed is kept', async () => {
  const page = await kari();
  await page.goto(`${sakOf(first)}/melding/sporsmaal`);
  const other = await page.context().newPage();
  await other.goto(`${server.idporten}/session/end`);
  await press(other, 'text=Logg ut av ID-porten');
  await page.fill('#tekst', 'Et langt spørsmål');
  await press(page);
  await press(page, 'text=Logg inn med ID-porten');
  await page.fill('#who', KARI);
  await press(page, 'text=MinID');
  demand(await page.inputValue('#tekst') === 'Et langt spørsmål', page.url());
  demand((await main(page)).includes('ikke sendt ennå'), 'says so');
  await press(page);
  demand((await page.innerText('[role=status]')).includes('Spørsmålet er sendt'), 'sent');
});

await test('another person and another municipality: not there', async () => {
  const [brev] = row('SELECT id FROM brev WHERE mappe = ?', first)[0];
  const page = await kari();
  await page.goto(sakOf(first));
  const file = await page.locator('main a[href*="/dokument/"]').first().getAttribute('href');
  for (const address of [sakOf(first), `${sakOf(first)}/brev/${brev}`, `${sakOf(first)}/melding/sporsmaal`, `${sakOf(first)}/lest`, file]) {
    demand((await page.goto(address.replace('/nesodden/', '/frogn/'))).status() === 404, `frogn: ${address}`);
    const per = await open();
    await citizen(per, PER, '/nesodden/');
    const cookie = (await per.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
    demand((await fetch(server.url + address, { headers: { cookie } })).status === 404, `Per: ${address}`);
    demand(!(await (await fetch(server.url + MINE, { headers: { cookie } })).text()).includes('naust'), 'nor in the list');
  }
  const employee = await open();
  await login(employee, 'saksbehandler', sakOf(first));
  demand((await main(employee)).includes('finnes ikke') || (await employee.innerText('h1')) !== 'naust på Fjellstrand', 'an employee is no party');
});

await test('acting for a company: its cases and not hers, and every page says so', async () => {
  const page = await kari();
  await page.goto('/nesodden/paa-vegne-av');
  await page.check('label:has-text("FJELLSTRAND BYGG AS") >> xpath=.. >> input');
  await press(page);
  await page.goto(MINE);
  demand((await page.innerText('h1')) === 'På vegne av FJELLSTRAND BYGG AS (daglig leder)', await page.innerText('h1'));
  demand(!(await main(page)).includes('naust'), 'not her own');
  demand((await page.goto(sakOf(first))).status() === 404, 'nor by its address');
  const sak = await apply(page);
  await page.goto(sakOf(sak));
  await screen(page, 'minside-paa-vegne');
  await press(page, 'main >> text=Still et spørsmål');
  await page.fill('#tekst', 'Når kommer dere på befaring?');
  await press(page);
  demand((await main(page)).includes('Du sendte: Spørsmål fra part'), await main(page));
  demand(row("SELECT count(*) FROM korrespondansepart WHERE navn = 'FJELLSTRAND BYGG AS' AND kontaktperson = 'Kari Nordmann'")[0][0] === 2,
    'the company asks, through her');
  await page.goto('/nesodden/paa-vegne-av');
  await page.check('input[value=meg]');
  await press(page);
  demand((await page.goto(sakOf(sak))).status() === 404, 'for herself she is no party of it');
});

await test('a case of a form that demands more is not told to a lower login', async () => {
  const page = await open();
  await page.goto(`/logg-inn?nivaa=hoyt&til=${MINE}`);
  await press(page, 'text=Logg inn med ID-porten');
  await page.fill('#who', KARI);
  await press(page, 'text=BankID');
  const sak = await apply(page, 'skjul', 'Bruker rullestol');
  await page.goto(sakOf(sak));
  demand((await page.innerText('h1')) === 'skjul på Fjellstrand', 'her own, though it is screened');
  const low = await kari();
  demand(!(await main(low)).includes('skjul') && (await main(low)).includes('Sak som krever BankID'), await main(low));
  await low.goto(sakOf(sak));
  demand(!low.url().includes(sak) || (await low.innerText('h1')) !== 'skjul på Fjellstrand', 'sent to log in higher');
});

// A journalpost of a case with its documents.
async function filed(mappe, title, values, documents = 1) {
  const post = await make(mappe, 'sakarkiv/ny-journalpost', { tittel: title, ...values });
  for (let i = 1; i <= documents; i++) {
    const doc = await make(post, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: `${title} ${i}`, dokumentstatus: { kode: 'F' } });
    await api('POST', link(doc, 'arkivstruktur/fil'), PDF, 'application/pdf');
  }
}

await test('the folder of the house: the owner sees what is not screened, the neighbour what is public', async () => {
  const entry = await api('GET', `${server.url}/nesodden/noark5/`);
  const { results } = await api('GET', `${link(await api('GET', link(entry, 'arkivstruktur')), 'arkivstruktur/arkivdel').split('{')[0]}?$filter=${
    encodeURIComponent("tittel eq 'Min side'")}`);
  const mappe = await make(results[0], 'sakarkiv/ny-saksmappe', { tittel: 'Tilbygg på huset', administrativEnhet: 'Byggesak' });
  await make(mappe, 'arkivstruktur/ny-matrikkel', { kommunenummer: '3212', gaardsnummer: 7, bruksnummer: 70 });
  await filed(mappe, 'Søknad om tilbygg', { journalposttype: { kode: 'I' }, journalstatus: { kode: 'J' } }, 3);
  await filed(mappe, 'Tillatelse', { journalposttype: { kode: 'U' }, journalstatus: { kode: 'E' } });
  await filed(mappe, 'Notat', { journalposttype: { kode: 'X' }, journalstatus: { kode: 'J' } });
  await filed(mappe, 'Uregistrert', { journalposttype: { kode: 'I' }, journalstatus: { kode: 'M' } });
  await filed(mappe, 'Legeerklæring', { journalposttype: { kode: 'I' }, journalstatus: { kode: 'J' }, skjerming: {
    tilgangsrestriksjon: { kode: 'P' }, skjermingshjemmel: 'Offl. § 13', skjermingMetadata: [{ kode: 'M' }], skjermingDokument: { kode: 'H' } } });
  const page = await kari();
  await press(page, 'main >> text=Eiendommene dine');
  demand((await main(page)).includes('7/70') && !(await main(page)).includes('44/2'), await main(page));
  await screens('minside-eiendommer', new URL(page.url()).pathname, { page });
  await press(page, 'main >> text=Gnr/bnr 7/70');
  const text = await main(page);
  demand(text.includes('4 dokumenter i alt') && text.includes('Tillatelse'), text);
  demand(!text.includes('Notat') && !text.includes('Uregistrert') && !text.includes('Legeerklæring'), text);
  await screens('minside-hus', new URL(page.url()).pathname, { page });
  const file = await page.locator('main a[href*="/dokument/"]').first().getAttribute('href');
  const as = async (who) => ({ cookie: (await who.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ') });
  demand((await (await fetch(server.url + file, { headers: await as(page) })).text()).startsWith('%PDF-'), 'the owner opens it');
  const ola = await open();
  await citizen(ola, OLA, `${MINE}/eiendom/7-70`);
  demand(ola.url().includes('/innsyn?q=7%2F70') && !(await main(ola)).includes('Tilbygg'), ola.url());
  demand((await fetch(server.url + file, { headers: await as(ola) })).status === 404, 'the neighbour does not');
  await registers({ fail: { matrikkel: 'borte' } });
  const per = await open();   // the register keeps what it said of Kari for some minutes
  await citizen(per, PER, `${MINE}/eiendom`);
  demand((await main(per)).includes('Matrikkelen svarer ikke'), 'told');
  await registers({ fail: {} });
});

await test('who has read the case', async () => {
  const page = await kari();
  await page.goto(`${sakOf(first)}/lest`);
  demand(!(await main(page)).includes('saksbehandler@'), 'not yet');
  const employee = await open();
  await login(employee, 'saksbehandler', `/nesodden/saksbehandler/sak/${first}`);
  await page.goto(sakOf(first));
  await press(page, 'main >> text=Hvem har sett på saken');
  demand((await main(page)).includes('saksbehandler@example.com'), await main(page));
  await screens('minside-lest', new URL(page.url()).pathname, { page });
  demand(!(await main(page)).includes('minside') && !(await main(page)).includes('skjemamottak'), await main(page));
});

await done();
