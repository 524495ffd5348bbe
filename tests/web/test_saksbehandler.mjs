// The case worker's desk: from the unit's list to a case, and what must not be seen.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { citizen, demand, done, login, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const KARI = '21876010019', NORA = '06868031180', BYGG = '311000004';
const DESK = '/nesodden/saksbehandler';
const R = 'https://rel.arkivverket.no/noark5/v5/api/';
const AUTH = `Basic ${Buffer.from(`admin@example.com:${server.password}`).toString('base64')}`;

// ------------------------------------------------------------------ the archive, as its administrator sees it

async function api(method, url, body, type = 'application/vnd.noark5+json') {
  const reply = await fetch(url.split('{')[0], { method, headers: { Authorization: AUTH, ...(body && { 'Content-Type': type }) },
    body: body && JSON.stringify(body) });
  demand(reply.ok, `${method} ${url}: ${reply.status} ${await reply.clone().text()}`);
  return reply.status === 204 ? null : reply.json();
}
const link = (thing, name) => thing._links[`${R}${name}/`].href;
const make = (parent, name, values) => api('POST', link(parent, name), values);
const change = (thing, values) => api('PATCH', thing._links.self.href, values, 'application/merge-patch+json');
const entry = await api('GET', `${server.url}/nesodden/noark5/`);
const structure = await api('GET', link(entry, 'arkivstruktur'));
const admin = await api('GET', link(entry, 'admin'));

async function find(list, filter) {
  const page = await api('GET', `${list.split('{')[0]}?$filter=${encodeURIComponent(filter)}`);
  return (page.results ?? [])[0];
}

// A form of three questions; an answer to the last screens the journalpost.
function form() {
  const text = (s) => ({ nb: s, nn: s, se: s, en: s });
  const field = (id, type, more) => ({ id, type, label: text(id), required: true, sensitivity: 'personal', ...more });
  return { id: 'brygge', version: 1, title: text('Søknad om brygge'), lead: text('Søk'), declaration: text('Jeg bekrefter'),
    next: text('Vi behandler søknaden.'), theme: 'bygg-og-eiendom', level: 'substantial', for: ['self', 'company'], answer_days: 21,
    steps: [{ id: 'alt', title: text('Brygga'), fields: [field('navn', 'name'), field('sted', 'text', { sensitivity: 'open' }),
      field('helse', 'text', { required: false, sensitivity: 'special' })] }],
    archive: { arkivdel: 'Brygger', title: text('Brygge – {sted}'), hjemmel: 'Offentleglova § 13', unit: 'Havn' } };
}

async function begin() {
  const arkiv = await make(structure, 'arkivstruktur/ny-arkiv', { tittel: 'Brygger' });
  await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Brygger' });
  writeFileSync(path.join(server.screens, 'brygge.json'), JSON.stringify(form()));
  samdrift(['form', 'add', server.dir, path.join(server.screens, 'brygge.json'), '--municipality', 'nesodden']);
  for (const name of ['vedtak', 'avslag', 'forelopig', 'mangelbrev', 'svar'])
    samdrift(['letter', 'add', server.dir, `data/brevmal/${name}.json`, '--municipality', 'nesodden']);
}

async function actFor(page, name) {
  await page.goto('/nesodden/paa-vegne-av');
  await page.check(`label:has-text("${name}") >> xpath=.. >> input`);
  await press(page);
}

// -> case number
async function apply(sted, helse = '', company = '') {
  const page = await open();
  await citizen(page, KARI, '/nesodden/');
  if (company)
    await actFor(page, company);
  await page.goto('/nesodden/skjema/brygge/start');
  await page.fill('#navn', company || 'Kari Nordmann');
  await page.fill('#sted', sted);
  await page.fill('#helse', helse);
  await press(page);
  await page.check('main input[type=checkbox]');
  await press(page);
  demand(page.url().includes('/kvittering/'), page.url());
  return page.locator('dd').nth(1).innerText();
}

// The employee has been here, so the archive knows the bruker; the administrator tells the unit.
async function into(unit, name) {
  const page = await open();
  await login(page, name, DESK);
  const bruker = await find(link(admin, 'admin/bruker'), `brukerNavn eq '${name}@example.com'`);
  const enhet = await find(link(admin, 'admin/administrativenhet'), `administrativEnhetNavn eq '${unit}'`)
    ?? await make(admin, 'admin/ny-administrativenhet', { administrativEnhetNavn: unit, administrativEnhetsstatus: 'Aktiv' });
  await api('POST', `${link(bruker, 'admin/administrativenhet').split('{')[0]}$ref`, { '@odata.id': enhet._links.self.href },
    'application/json');
}

async function desk(name, to = DESK, options = {}) {
  const page = await open(options);
  await login(page, name, to);
  return page;
}
// What a browser would keep as a file, with the login of the page.
async function download(page, address) {
  const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  return fetch(`${server.url}${address}`, { headers: { cookie } });
}
const TAKE = 'main >> text=Ta valgte';
const status = (page) => page.innerText('[role=status]');

// ------------------------------------------------------------------ journeys

let first, second, screened;
await begin();
await into('Havn', 'saksbehandler');
await into('Havn', 'kollega');
await into('Arkiv', 'arkivar');
first = await apply('Fjellstrand');
second = await apply('Flaskebekk');
screened = await apply('Svestad', 'Bruker rullestol');

await test('who has no role does not come in', async () => {
  const page = await open();
  await page.goto(DESK);
  demand(page.url().includes('/logg-inn'), page.url());
  await login(page, 'leser', '/nesodden/');
  demand(await page.locator('text=Oppgaver og saker').count() === 0, 'not told of the desk');
  demand((await page.goto(DESK)).status() === 403, 'a reader');
  demand((await (await desk('saksbehandler')).goto('/frogn/saksbehandler')).status() === 403, 'another municipality');
});

await test('an employee finds the desk; empty lists speak', async () => {
  const page = await desk('kollega', '/nesodden/');
  await press(page, 'main >> text=Oppgaver og saker');
  demand((await page.innerText('main')).includes('Du har ingen åpne oppgaver'), 'said so');
  await screens('saksbehandler-tom', DESK, { page });
  await page.goto(`${DESK}?naar=forfalt`);
  demand((await page.innerText('main')).includes('Ingen oppgaver her'), 'said so');
});

await test('the unit\'s tasks are taken from the list, none chosen is said', async () => {
  const page = await desk('saksbehandler', `${DESK}?hvem=enheten`);
  demand(await page.locator('tbody tr').count() === 3, `${await page.locator('tbody tr').count()} tasks`);
  await screens('saksbehandler-enhet', `${DESK}?hvem=enheten`, { page });
  await press(page, TAKE);
  await screen(page, 'saksbehandler-ingen-valgt');
  demand(await page.isVisible('.ds-error-summary'), 'none chosen');
  await page.check(`tr:has-text("${first}") input`);
  await page.check(`tr:has-text("${screened}") input`);
  await press(page, TAKE);
  demand((await status(page)).includes('Tatt: 2'), await status(page));
  demand(await page.locator('tbody tr').count() === 2, 'mine');
  await screen(page, 'saksbehandler-mine');
  const csv = await download(page, `${DESK}/oppgaver.csv?hvem=meg&naar=alle`);
  const lines = await csv.text();
  demand(lines.includes(`"${first}";"Brygge – Fjellstrand";"Havn"`), lines);
});

await test('one of two who reach for a task gets it', async () => {
  const late = await desk('kollega', `${DESK}?hvem=enheten`);
  await late.check(`tr:has-text("${second}") input`);
  const quick = await desk('saksbehandler', `${DESK}?hvem=enheten`);
  await quick.check(`tr:has-text("${second}") input`);
  await press(quick, TAKE);
  await press(late, TAKE);
  demand((await status(late)).includes('Tatt av andre før deg: 1'), await status(late));
});

await test('a task is given on, waits, goes on and is done; pressed twice does no harm', async () => {
  const page = await desk('saksbehandler');
  await press(page, `tr:has-text("${second}") >> text=Behandle søknad`);
  await screens('saksbehandler-oppgave', new URL(page.url()).pathname, { page });
  await press(page, 'button[value=vent]');
  await screen(page, 'saksbehandler-oppgave-feil');
  demand((await page.innerText('.ds-error-summary')).includes('Skriv hva saken venter på'), 'why');
  await page.fill('#grunn', 'Kartet fra søkeren');
  await press(page, 'button[value=vent]');
  demand((await page.innerText('main')).includes('Klokka står siden'), 'waits');
  await press(page, 'button[value=fortsett]');
  await press(page, 'button[value=gi]');
  demand(await page.isVisible('.ds-error-summary'), 'nobody chosen');
  const choices = await page.locator('#til option').allInnerTexts();
  demand(new Set(choices).size === choices.length, `each once: ${choices}`);
  await page.selectOption('#til', { label: 'kollega@example.com' });
  await press(page, 'button[value=gi]');
  demand((await status(page)).includes('kollega@example.com har oppgaven'), await status(page));
  const other = await desk('kollega');
  await press(other, `tr:has-text("${second}") >> text=Behandle søknad`);
  const twin = await desk('kollega', new URL(other.url()).pathname);
  await press(other, 'button[value=ferdig]');
  await press(twin, 'button[value=vent]');
  demand((await status(twin)).includes('allerede endret'), await status(twin));
});

await test('the case: facts, deadline with its reckoning, journal, documents', async () => {
  const page = await desk('saksbehandler');
  await press(page, `tr:has-text("${first}") >> text=${first}`);
  const text = await page.innerText('main');
  for (const what of [first, 'saksbehandler@example.com', 'Havn', 'dager etter', 'Ikke avskrevet', 'Kari Nordmann', 'Søknad om brygge'])
    demand(text.includes(what), `${what} is on the page`);
  await screen(page, 'saksbehandler-sak');
  const file = await download(page, await page.getAttribute('#journal a >> nth=0', 'href'));
  demand(file.ok && (await file.text()).startsWith('%PDF-'), 'the document');
  demand(file.headers.get('content-disposition') === 'inline', 'shown in the browser');
  await press(page, 'main >> text=Historikk');
  demand((await page.innerText('main')).includes('Opprettet'), 'events');
  await screens('saksbehandler-historikk', new URL(page.url()).pathname, { page });
  await press(page, 'main >> text=Endringer');
  demand((await page.innerText('main')).includes('saksansvarlig'), 'the case got somebody responsible');
});

await test('what is screened stays hidden: entry, documents, case', async () => {
  const page = await desk('saksbehandler');
  await press(page, `tr:has-text("${screened}") >> text=${screened}`);
  const place = new URL(page.url()).pathname;
  demand((await page.innerText('#journal')).includes('Ingen journalposter du kan se'), await page.innerText('#journal'));
  const archivist = await desk('arkivar', place);
  demand((await archivist.innerText('#journal')).includes('Offentleglova § 13'), 'shown plainly to the archivist');
  await screens('saksbehandler-sak-skjermet', place, { page: archivist });
  const document = await archivist.getAttribute('#journal a >> nth=0', 'href');
  demand((await page.goto(document)).status() === 404, 'the document');
  const sak = await find(link(structure, 'arkivstruktur/mappe'), `systemID eq '${place.split('/').pop()}'`);
  await change(sak, { skjerming: { tilgangsrestriksjon: { kode: 'P' }, skjermingshjemmel: 'Offl. § 13',
    skjermingMetadata: [{ kode: 'TMO' }] }, referanseSaksansvarlig: sak.referanseOpprettetAv, saksansvarlig: sak.opprettetAv });
  const task = await archivist.getAttribute('#oppgaver a >> nth=0', 'href');
  demand((await page.goto(place)).status() === 404, 'the case');
  demand((await page.goto(`${place}/historikk`)).status() === 404, 'its history');
  demand((await page.goto(task)).status() === 404, 'its task');
  await page.goto(`${DESK}/sok?q=${screened}`);
  demand((await page.innerText('main')).includes('Ingen saker passer'), 'not found');
  await page.goto(DESK);
  demand(await page.locator('tbody tr').count() === 1, 'not listed');
  demand((await page.innerText('main')).includes('Mine oppgaver (1)'), 'not counted');
});

// -> the draft, with those blocks filled in
async function write(page, kind, blocks) {
  await press(page, 'main >> text=Skriv brev');
  await page.check(`main input[value=${kind}]`);
  await press(page);
  for (const [id, text] of Object.entries({ ...blocks, navn: 'Amina Ali' }))
    await page.fill(`[id="${id}"]`, text);
}
const GROUNDS = { 'b-faktum': 'Brygga er 20 meter.', 'b-regler': 'Plan- og bygningsloven § 1-8.', 'b-hensyn': 'Strandsonen er vernet.' };
const SEE = 'button[value=vis]';
const at = (page) => new URL(page.url()).pathname;

await test('what is missing is asked for: incomplete is told, the clock stands, and goes on', async () => {
  const page = await desk('saksbehandler');
  await press(page, `tr:has-text("${first}") >> text=${first}`);
  const sak = at(page);
  await press(page, 'main >> text=Be om det som mangler');
  demand(await page.isChecked('input[value=mangelbrev]'), 'the template is chosen');
  await screens('saksbehandler-brev-valg', `${sak}/brev`, { page });
  await press(page);
  await screens('saksbehandler-brev', at(page), { page });
  await page.fill('#b-hjelp', 'Ring oss.');
  await press(page, SEE);
  await screen(page, 'saksbehandler-brev-feil');
  const summary = await page.innerText('.ds-error-summary');
  demand(summary.includes('Fyll ut: Dette mangler') && summary.includes('Fyll ut: Navnet ditt'), summary);
  await page.fill('[id="b-mangler"]', 'Situasjonskart\nNabovarsel');
  await page.fill('#navn', 'Amina Ali');
  await press(page, SEE);
  await screens('saksbehandler-brev-vis', at(page), { page });
  demand((await page.innerText('article')).includes('Situasjonskart'), 'the letter');
  const pdf = await download(page, await page.getAttribute('main >> text=Brevet som PDF', 'href'));
  demand((await pdf.text()).startsWith('%PDF-'), 'the letter as PDF');
  await press(page, 'button[value=send]');
  demand((await status(page)).includes('sendt og journalført'), await status(page));
  await page.goto(sak);
  demand((await page.innerText('#oppgaver')).includes('På vent'), 'the clock stands');
  demand((await page.innerText('#journal')).includes('Vi trenger mer: Brygge'), 'it is in the journal');
  await screen(page, 'saksbehandler-sak-venter');

  const kari = await open();
  await citizen(kari, KARI, '/nesodden/min-side');
  await press(kari, 'main >> text=Send det som mangler');
  demand((await kari.innerText('main')).includes('Situasjonskart'), 'the party is told what');
  await kari.fill('#tekst', 'Kartet er det samme som i fjor.');
  await press(kari);
  await page.reload();
  demand((await page.innerText('#brev')).includes('Besvart'), 'answered');
  demand(!(await page.innerText('#oppgaver')).includes('På vent'), 'the clock goes on');

  await write(page, 'mangelbrev', { 'b-mangler': 'Snitt' });
  await press(page, SEE);
  await press(page, 'button[value=send]');
  await page.goto(sak);
  await press(page, 'main >> text=Vent ikke lenger');
  demand((await status(page)).includes('Klokka går igjen'), await status(page));
});

await test('a decision: another approves it; it comes back, goes again, and of two approvers one is first', async () => {
  const page = await desk('saksbehandler');
  await press(page, `tr:has-text("${first}") >> text=${first}`);
  const sak = at(page);
  await write(page, 'vedtak', { ...GROUNDS, 'b-hensyn': '' });
  await press(page, SEE);
  const summary = await page.innerText('.ds-error-summary');
  demand(summary.includes('Fyll ut: Vedtak') && summary.includes('Fyll ut: Vurderingen') && !summary.includes('Faktum'), summary);
  await page.fill('#b-vedtak', 'Søknaden er innvilget.');
  await page.fill('#b-hensyn', GROUNDS['b-hensyn']);
  await press(page, SEE);
  const letter = at(page);
  demand(await page.locator('button[value=send]').count() === 0, 'not by oneself');
  await press(page, 'button[value=til-godkjenning]');
  demand(await page.isVisible('.ds-error-summary'), 'nobody chosen');
  await page.selectOption('#til', { label: 'kollega@example.com' });
  await press(page, 'button[value=til-godkjenning]');
  demand((await status(page)).includes('sendt til godkjenning'), await status(page));
  const other = await desk('kollega', DESK, { js: true });
  await press(other, 'tr:has-text("Godkjenne brev") >> text=Godkjenne brev');
  await press(other, 'main >> text=Se brevet');
  await screens('saksbehandler-brev-godkjenning', letter, { page: other });
  await press(other, 'button[value=returner]');
  demand((await other.innerText('.ds-error-summary')).includes('hva som må endres'), 'a remark is asked for');
  await other.fill('#merknad', 'Hvilken frist gjelder?');
  await press(other, 'button[value=returner]');
  await page.goto(sak);
  await press(page, '#brev tr:has-text("Utkast") >> text=Vedtak');
  demand((await page.innerText('main')).includes('Hvilken frist gjelder?'), 'the remark');
  await page.fill('#b-vedtak', 'Søknaden er innvilget. Brygga skal være ferdig innen tre år.');
  await press(page, SEE);
  await page.selectOption('#til', 'enheten');
  await press(page, 'button[value=til-godkjenning]');
  const late = await desk('arkivar', letter), quick = await desk('kollega', letter), twin = await desk('kollega', letter);
  for (const [who, name] of [[late, 'Arne Arkivar'], [quick, 'Kari Leder'], [twin, 'Kari Leder']])
    await who.fill('#navn', name);
  await press(quick, 'button[value=send]');
  await press(twin, 'button[value=send]');
  await press(late, 'button[value=send]');
  demand((await status(twin)).includes('sendt og journalført'), await status(twin));
  demand((await status(late)).includes('Kari Leder var før deg'), await status(late));
  await screens('saksbehandler-brev-sendt', letter, { page });
  await page.goto(sak);
  const text = await page.innerText('main');
  for (const what of ['Besvart med brev', 'Avskrevet', 'Vedtak: Brygge – Fjellstrand', 'Klagefrist', 'Utført'])
    demand(text.includes(what), `${what} is on the page`);
  demand(await page.locator('#journal tbody tr').count() === 5, 'sent once');
  await screens('saksbehandler-sak-avgjort', sak, { page });

  const kari = await open();
  await citizen(kari, KARI, '/nesodden/min-side');
  await press(kari, 'main >> text=Vedtak: Brygge – Fjellstrand');
  demand((await kari.innerText('main')).includes('Klag'), 'the party has the decision, and may appeal');
  await page.reload();
  demand((await page.innerText('#brev')).includes('Åpnet'), 'the case worker sees that it is opened');
});

await test('a letter to a company: told by its number, and read by another who acts for it', async () => {
  const number = await apply('Torvet', '', 'FJELLSTRAND BYGG AS');
  const page = await desk('saksbehandler', `${DESK}/sok?q=${number}`);
  await press(page, `tbody >> text=${number}`);
  const sak = at(page);
  demand((await page.innerText('#parter')).includes(`Organisasjonsnummer ${BYGG}`), await page.innerText('#parter'));
  await write(page, 'svar', { 'b-tekst': 'Brygga er ledig.' });
  await screens('saksbehandler-brev-virksomhet', at(page), { page });
  await press(page, SEE);
  await press(page, 'button[value=send]');
  const folder = await api('GET', `${link(structure, 'arkivstruktur/mappe').split('{')[0]}?$filter=${
    encodeURIComponent(`systemID eq '${sak.split('/').pop()}'`)}&$expand=registrering($expand=korrespondansepart)`);
  const parties = folder.results[0].registrering.flatMap((r) => r.korrespondansepart);
  const to = parties.filter((p) => p.korrespondanseparttype.kode === 'EM');
  demand(to.length === 1 && to[0].enhetsidentifikator?.organisasjonsnummer === BYGG && to[0].navn === 'FJELLSTRAND BYGG AS',
    JSON.stringify(to));
  const nora = await open();
  await citizen(nora, NORA, '/nesodden/min-side');
  demand(!(await nora.innerText('main')).includes('Brygge'), 'it is not her own');
  await actFor(nora, 'FJELLSTRAND BYGG AS');
  await nora.goto('/nesodden/min-side');
  await press(nora, 'main >> text=Svar: Brygge – Torvet');
  const pdf = await download(nora, await nora.getAttribute('main .ds-list a', 'href'));
  demand(pdf.ok && (await pdf.text()).startsWith('%PDF-'), 'the company has the letter');
});

const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
const upload = (name, buffer = PDF) => ({ name, mimeType: 'application/octet-stream', buffer });

await test('attachments: documents of the case and one\'s own files; wrong ones are told; the party gets them', async () => {
  const number = await apply('Ursvik');
  const page = await desk('saksbehandler', `${DESK}/sok?q=${number}`);
  await press(page, `tbody >> text=${number}`);
  await write(page, 'svar', { 'b-tekst': 'Se tegningen.' });
  await press(page, 'button[value=vedlegg]');
  const place = at(page), twin = await desk('saksbehandler', place);
  await screens('saksbehandler-vedlegg', place, { page });
  await page.setInputFiles('#nye', [upload('virus.exe'), upload('tegning.docx'), upload('tom.pdf', Buffer.alloc(0))]);
  await press(page);
  await screen(page, 'saksbehandler-vedlegg-feil');
  const wrong = await page.innerText('.ds-error-summary');
  for (const what of ['virus.exe er av en type', 'tegning.docx er ikke det navnet sier', 'tom.pdf er tom'])
    demand(wrong.includes(what), wrong);
  await page.check('label:has-text("Søknad om brygge") >> xpath=.. >> input');
  await page.setInputFiles('#nye', Array.from({ length: 10 }, (_, i) => upload(`kart-${i}.pdf`)));
  await press(page);
  demand((await page.innerText('.ds-error-summary')).includes('kart-9.pdf er ett for mye'), 'too many');
  demand(await page.isChecked('label:has-text("Søknad om brygge") >> xpath=.. >> input'), 'what was chosen stays');
  await page.setInputFiles('#nye', [upload('Tegning av brygga.pdf'), upload('<b>ord.pdf')]);
  await press(page);
  demand((await status(page)).includes('Vedleggene er lagret'), await status(page));
  demand(await page.inputValue('#b-tekst') === 'Se tegningen.', 'the text stays');
  await twin.setInputFiles('#nye', upload('annet.pdf'));
  await press(twin);
  demand((await twin.innerText('.ds-error-summary')).includes('Noen har lagret'), 'two windows');
  await page.goto(place);
  await page.uncheck('label:has-text("<b>ord") >> xpath=.. >> input');
  await screen(page, 'saksbehandler-vedlegg-valgt');
  await press(page);
  await screens('saksbehandler-brev-vedlegg', at(page), { page });
  await press(page, SEE);
  await screen(page, 'saksbehandler-brev-vedlegg-vis');
  demand((await page.innerText('article')).includes('Vedlegg\n\nSøknad om brygge\nTegning av brygga'), await page.innerText('article'));
  for (const i of [1, 2]) {
    const file = await download(page, `${place}/${i}`);
    demand(file.headers.get('content-type') === 'application/pdf' && (await file.text()).startsWith('%PDF-'), `attachment ${i}`);
  }
  demand((await download(page, `${place}/3`)).status === 404, 'no such attachment');
  await press(page, 'button[value=send]');
  demand((await status(page)).includes('sendt og journalført'), await status(page));
  await page.goto(place);
  demand(page.url().endsWith('/vis'), 'what is sent is sent');
  const kari = await open({ width: 320 });
  await citizen(kari, KARI, '/nesodden/min-side');
  await press(kari, 'main >> text=Svar: Brygge – Ursvik');
  await screen(kari, 'minside-brev-vedlegg');
  const links = await kari.locator('main .ds-list a').allInnerTexts();
  demand(JSON.stringify(links) === JSON.stringify(['Svar: Brygge – Ursvik', 'Søknad om brygge', 'Tegning av brygga']), `${links}`);
  for (const a of await kari.locator('main .ds-list a').all())
    demand((await (await download(kari, await a.getAttribute('href'))).text()).startsWith('%PDF-'), 'the party has the file');
});

await test('two windows and the back button lose nothing', async () => {
  const page = await desk('saksbehandler', DESK, { width: 320 });
  await page.goto(`${DESK}/sok?q=${second}`);
  await press(page, `tbody >> text=${second}`);
  await write(page, 'svar', { 'b-tekst': 'Første' });
  await press(page, 'button[value=lagre]');
  const place = at(page), twin = await desk('saksbehandler', place);
  await page.fill('#b-tekst', 'Andre');
  await press(page, 'button[value=lagre]');
  await twin.fill('#b-tekst', 'Tredje');
  await press(twin, 'button[value=lagre]');
  await screen(twin, 'saksbehandler-brev-to-vinduer');
  demand((await twin.innerText('.ds-error-summary')).includes('Noen har lagret'), 'told');
  demand(await twin.inputValue('#b-tekst') === 'Tredje', 'what was typed stays');
  await press(twin, 'button[value=lagre]');
  await page.goto(place);
  demand(await page.inputValue('#b-tekst') === 'Tredje', 'stored when sent again');
  await press(page, SEE);
  await press(page, 'button[value=send]');
  await page.goBack();
  await page.goto(place);
  demand(page.url().endsWith('/vis') && (await page.innerText('main')).includes('Sendt'), 'sent is sent');
  const other = await desk('saksbehandler', place.replace(/[^/]*$/, '00000000-0000-7000-8000-000000000000'));
  demand((await other.reload()).status() === 404, 'no such letter');
});

await test('a letter of a hidden case is hidden', async () => {
  const page = await desk('arkivar', `${DESK}/sok?q=${screened}`);
  await press(page, `tbody >> text=${screened}`);
  await write(page, 'svar', { 'b-tekst': 'Hemmelig' });
  await press(page, 'button[value=lagre]');
  const other = await desk('saksbehandler');
  for (const what of ['', '/vis', '/pdf'])
    demand((await other.goto(`${at(page)}${what}`)).status() === 404, `hidden: ${what}`);
  await page.fill('#b-tekst', 'Fortsatt hemmelig');
  await press(page, 'button[value=slett]');
  demand((await page.innerText('h1')) === 'Slette utkastet?', 'asked first');
  await screens('brev-slett', new URL(page.url()).pathname + new URL(page.url()).search, { page });
  await press(page, 'text=Behold utkastet');
  demand((await page.inputValue('#b-tekst')) === 'Fortsatt hemmelig', 'kept, with what was typed');
  await press(page, 'button[value=slett]');
  await press(page, 'main >> text=Slett utkastet');
  demand((await status(page)).includes('slettet'), await status(page));
});

await test('cases are found by number and by words', async () => {
  const page = await desk('saksbehandler', DESK, { width: 320 });
  await page.fill('#q', 'brygge');
  await press(page, 'search button');
  demand(await page.locator('tbody tr').count() >= 2, 'by words');
  await screens('saksbehandler-sok', `${DESK}/sok?q=brygge`, { page });
  await page.goto(`${DESK}/sok?q=${first.slice(2)}`);
  demand(await page.locator('tbody tr').count() === 1, 'by number');
  await page.goto(`${DESK}/sok?q=finnesikke`);
  await screen(page, 'saksbehandler-sok-tomt');
  await page.goto(`${DESK}/sok?q=%22%28%5D%27`);
  await screen(page, 'saksbehandler-sok-tegn');
  demand((await page.goto(`${DESK}/sak/00000000-0000-7000-8000-000000000000`)).status() === 404, 'no such case');
});

await done();
