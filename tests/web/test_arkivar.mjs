// The archivist's desk: what waits, quality lists.
import { createHash } from 'node:crypto';
import { demand, done, login, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const R = 'https://rel.arkivverket.no/noark5/v5/api/';
// A municipality of its own, so that what waits here is what is made here.
const home = '/vestby';
const desk = `${home}/arkivar`;
for (const [name, role] of [['sjef', 'arkivadministrator'], ['arkivarA', 'arkivar'], ['arkivarB', 'arkivar'], ['behandler', 'saksbehandler'], ['leser', 'leser']])
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

// Who has been here is known to the archive.
await fetch(`${server.url}${home}/noark5/arkivstruktur/arkiv`, { headers: { Authorization: `Basic ${Buffer.from(`leser@example.com:${server.password}`).toString('base64')}` } });
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

const closed = ['', '/innkommet', `/innkommet/${owed.systemID}`, `/skjerming/${owed.systemID}`, `/sak/${sak.systemID}`, '/avslutning',
  '/periode', '/uttrekk', '/kvalitet', '/kvalitet/restanser/csv'];
await test('who is no archivist does not come in', async () => {
  const page = await open();
  for (const place of closed) {
    await page.goto(desk + place);
    demand(page.url().includes('/logg-inn'), page.url());
  }
  await login(page, 'behandler', `${home}/`);
  for (const place of closed) {
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
  await page.goto(`${home}/innsyn`);
  await press(page, 'header >> text=Arkivarens arbeidsplass');
  demand(page.url().endsWith(desk), 'from anywhere');
  const behandler = await open();
  await login(behandler, 'behandler', `${home}/`);
  demand(await behandler.isHidden('header >> text=Arkivarens arbeidsplass'), 'for archivists alone');
  await press(behandler, 'header >> text=Oppgaver og saker');
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

async function upload(post, text) {
  const doc = await make(post, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: 'Brev <i>' });
  const reply = await fetch(doc._links[`${R}arkivstruktur/fil/`].href, { method: 'POST', body: text,
    headers: { Authorization: AUTH, 'Content-Type': 'text/plain', 'Content-Disposition': 'attachment; filename="brev æ.txt"' } });
  demand(reply.ok, await reply.text());
  return doc;
}
const incoming = '/vestby/arkivar/innkommet';
const first = await journalpost(sak, { tittel: 'Søknad om garasje' });
const doc = await upload(first, 'Jeg søker om garasje.');
const second = await journalpost(sak, { tittel: 'Nabomerknad' }, 'Siri Li');
await upload(second, 'Jeg vil ikke ha den.');

await test('intake: registered, next one straight after, undone', async () => {
  const page = await open();
  await login(page, 'arkivarA', desk);
  await press(page, 'main >> text=Innkommet');
  await screens('innkommet', incoming, { page });
  await press(page, 'tbody >> text=Søknad om garasje');
  await screens('innkommet-en', `${incoming}/${first.systemID}`, { page });
  const people = await page.locator('#person option').allInnerTexts();
  demand(people.includes('behandler@example.com') && !people.some((name) => /^leser|^(minside|skjemamottak|husmappe)$/.test(name)),
    `those who work on cases: ${people}`);
  await page.goto(`${incoming}/${first.systemID}?spraak=en`);
  const english = await page.innerText('main');
  demand(english.includes('Incoming document, registered for the time being') && !english.includes('Midlertidig'), english);
  await page.goto(`${incoming}/${first.systemID}?spraak=nb`);
  const file = await fetched(page, `${desk}/dokument/${doc.systemID}`);
  demand(await file.text() === 'Jeg søker om garasje.' && file.headers.get('Content-Disposition').startsWith('attachment'), 'opened');
  await page.fill('#tittel', '');
  await page.fill('#klasse', '999');
  await press(page, 'main button[value=journalfoer]');
  demand((await page.innerText('.ds-error-summary')).includes('Skriv en tittel'), 'no title');
  await page.fill('#tittel', 'Søknad om garasje på 41/18');
  await press(page, 'main button[value=journalfoer]');
  await screen(page, 'innkommet-feil');
  demand((await page.innerText('.ds-error-summary')).toLowerCase().includes('klasse'), 'no such class');
  demand(await page.inputValue('#tittel') === 'Søknad om garasje på 41/18', 'what was typed stays');
  await page.fill('#klasse', '611');
  await page.selectOption('#person', { label: 'arkivarA@example.com' });
  await press(page, 'main button[value=journalfoer]');
  demand((await page.innerText('[role=status]')).includes('er journalført'), 'said so');
  demand((await page.innerText('main')).includes('Nabomerknad') && page.url().includes(second.systemID), 'the next one');
  await screen(page, 'innkommet-neste');
  await press(page, 'main button[value=angre]');
  demand((await page.innerText('[role=status]')).includes('angret'), 'undone');
  await press(page, 'main button[value=journalfoer]');
  const now = await api('GET', first._links.self.href);
  demand(now.journalstatus.kode === 'J' && now.tittel.endsWith('41/18'), JSON.stringify(now));
});

await test('two archivists at once: the second is told, and nothing is lost', async () => {
  const one = await open(), two = await open({ width: 320 });
  await login(one, 'arkivarA', `${incoming}/${second.systemID}`);
  await login(two, 'arkivarB', `${incoming}/${second.systemID}`);
  await one.fill('#offentlig', 'Merknad fra nabo');
  await press(one, 'main button[value=journalfoer]');
  await two.fill('#tittel', 'Nabomerknad til garasje');
  await press(two, 'main button[value=journalfoer]');
  await screen(two, 'innkommet-samtidig-320');
  demand((await two.innerText('.ds-error-summary')).includes('noen andre'), 'told');
  demand(await two.inputValue('#tittel') === 'Nabomerknad til garasje', 'kept');
  await press(two, 'main button[value=lagre]');
  const now = await api('GET', second._links.self.href);
  demand(now.tittel === 'Nabomerknad til garasje' && now.journalstatus.kode === 'J', JSON.stringify(now));
});

const health = await journalpost(sak, { tittel: 'Klage på legen til Ola Nilsen' }, 'Ida Bø');
await upload(health, 'Legen min ...');
const screening = `${desk}/skjerming/${health.systemID}`;

await test('screening: tried by ticking, nothing saved, then saved', async () => {
  const page = await open();
  await login(page, 'arkivarA', `${incoming}/${health.systemID}`);
  await press(page, 'main .sd-links >> text=Skjerming');
  await screens('skjerming', screening, { page });
  await page.selectOption('#restriksjon', 'P');
  await page.check('input[name=visning][value=ord]');
  await press(page, 'main button[value=vis]');
  await screen(page, 'skjerming-feil');
  const errors = await page.innerText('.ds-error-summary');
  demand(errors.includes('Velg hjemmel') && errors.includes('minst ett ord'), errors);
  await page.selectOption('#hjemmel', '13_PERSON');
  await page.check('input[name=skjul][value="2"]');
  await page.check('input[name=navn][value="4"]');
  await page.check('input[name=navn][value="5"]');
  await page.check('input[name=metadata][value=NA]');
  await page.check('input[name=dokument][value=H]');
  await press(page, 'main button[value=vis]');
  await screen(page, 'skjerming-vis');
  const [full, then] = await page.locator('.sd-beside > section').allInnerTexts();
  demand(then.includes('Klage på ***** til Ola Nilsen') && !then.includes('legen') && !then.includes('Ida'), then);
  demand(full.includes('legen') && full.includes('Ida Bø'), full);
  demand(!(await api('GET', health._links.self.href)).skjerming, 'nothing saved');
  demand(await page.isChecked('input[name=skjul][value="2"]'), 'what was chosen stays');
  await press(page, 'main button[value=lagre]');
  demand((await page.innerText('[role=status]')).includes('lagret'), 'saved');
  const { skjerming, offentligTittel } = await api('GET', health._links.self.href);
  demand(offentligTittel === 'Klage på ***** til Ola Nilsen', offentligTittel);
  demand(skjerming.skjermingshjemmel === 'Offentleglova § 13 første ledd, jf. forvaltningsloven § 13 første ledd nr. 1', JSON.stringify(skjerming));
  demand(Number(skjerming.skjermingOpphoererDato.slice(0, 4)) === new Date().getFullYear() + 60, JSON.stringify(skjerming));
  demand(await page.isChecked('input[name=skjul][value="2"]') && !await page.isChecked('input[name=skjul][value="3"]'), 'read back');
  demand(await page.isChecked('input[name=navn][value="4"]'), 'the name is remembered');
});

await test('screening with scripts and narrow; ended; of a case and a document; another basis', async () => {
  const page = await open({ width: 320, js: true });
  await login(page, 'arkivarB', screening);
  await screen(page, 'skjerming-320');
  await page.selectOption('#hjemmel', '');
  await page.fill('#annen', 'Offl. § 99');
  await page.fill('input[name=til-dag]', '31');
  await page.fill('input[name=til-maaned]', '2');
  await press(page, 'main button[value=lagre]');
  demand((await page.innerText('.ds-error-summary')).includes('dato som finnes'), 'date');
  await page.fill('input[name=til-dag]', '1');
  await press(page, 'main button[value=lagre]');
  demand((await api('GET', health._links.self.href)).skjerming.skjermingshjemmel === 'Offl. § 99', 'own words');
  await page.selectOption('#restriksjon', '');
  await press(page, 'main button[value=lagre]');
  demand((await page.innerText('.ds-error-summary')).includes('Velg tilgangsrestriksjon'), 'half a screening');
  await page.check('input[name=visning][value=hel]');
  await page.uncheck('input[name=metadata][value=NA]');
  await page.check('input[name=dokument][value=""]');
  await press(page, 'main button[value=lagre]');
  demand(!(await api('GET', health._links.self.href)).skjerming, 'ended');
  await screens('skjerming-sak', `${desk}/skjerming/${sak.systemID}`, { page });
  await screens('skjerming-dokument', `${desk}/skjerming/${doc.systemID}`, { page });
  const reply = await page.goto(`${desk}/skjerming/${klasse.systemID}`);
  demand(reply.status() === 404, `${reply.status()}`);
  await make(health, 'sakarkiv/ny-avskrivning', { avskrivningsmaate: code('TE') });
  await patch(health, { journalstatus: code('J') });
});

await test('closing: chosen together, each told of; a case opened again', async () => {
  const page = await open();
  await login(page, 'arkivarA', `${desk}/avslutning`);
  await screens('avslutning-tom', `${desk}/avslutning`, { page });
  for (const post of [first, second])
    await make(post, 'sakarkiv/ny-avskrivning', { avskrivningsmaate: code('TE') });
  const hindered = await make(klasse, 'sakarkiv/ny-saksmappe', { tittel: 'Naust', administrativEnhet: 'Plan og bygg' });
  const out = await make(hindered, 'sakarkiv/ny-journalpost', { tittel: 'Vedtak', journalposttype: code('U') });
  await make(out, 'arkivstruktur/ny-korrespondansepartperson', { navn: 'Siri Li', korrespondanseparttype: code('EM') });
  await make(out, 'arkivstruktur/ny-dokumentbeskrivelse', { tittel: 'Vedtak' });
  await patch(out, { journalstatus: code('J') });
  await page.goto(`${desk}/avslutning`);
  await screens('avslutning', `${desk}/avslutning`, { page });
  await press(page);
  demand((await page.innerText('.ds-error-summary')).includes('minst én sak'), 'none chosen');
  for (const box of await page.locator('main input[name=sak]').all())
    await box.check();
  await press(page);
  await screen(page, 'avslutning-utfall');
  const told = await page.locator('tbody tr').allInnerTexts();
  demand(told.some((row) => row.includes('Ikke avsluttet') && row.includes('mangler arkivformat')), told.join('; '));
  demand(told.some((row) => /\tAvsluttet/.test(row)), told.join('; '));
  await page.goto(`${desk}/sak/${sak.systemID}`);
  await screens('sak', `${desk}/sak/${sak.systemID}`, { page });
  await press(page, 'main button[value=gjenaapne]');
  demand((await page.innerText('[role=status]')).includes('gjenåpnet'), 'open again');
  await page.goto(`${desk}/sak/${hindered.systemID}`);
  await press(page, 'main button[value=avslutt]');
  demand((await page.innerText('.ds-error-summary')).includes('mangler arkivformat'), 'why not');
  await screen(page, 'sak-hindret');
  for (const [lang, words] of [['nn', 'Kan ikkje avsluttast'], ['se', 'Ii sáhte loahpahuvvot'], ['en', 'Cannot be closed']]) {
    await page.goto(`${desk}/sak/${hindered.systemID}?spraak=${lang}`);
    await press(page, 'main button[value=avslutt]');
    demand((await page.innerText('.ds-error-summary')).includes(words), `${lang}: ${await page.innerText('.ds-error-summary')}`);
  }
});

await test('a period: hindered, soft split, closed by the administrator alone', async () => {
  const page = await open();
  await login(page, 'arkivarA', `${desk}/periode`);
  await screens('periode', `${desk}/periode`, { page });
  const place = `${desk}/periode/${del.systemID}`;
  await page.goto(place);
  demand((await page.innerText('main')).includes('arkivadministrator'), 'who may');
  demand(await page.locator('tbody >> text=Naust').count() === 1, 'what hinders');
  const chief = await open();
  await login(chief, 'sjef', place);
  await screens('periode-hindret', place, { page: chief });
  await press(chief, 'main >> text=Start overlappingsperiode');
  await press(chief);
  await screen(chief, 'periode-mykt-feil');
  const next = await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Byggesaker 2027' });
  await chief.goto(`${place}?til=O`);
  await screens('periode-mykt', `${place}?til=O`, { page: chief });
  await chief.selectOption('#arvtaker', { label: 'Byggesaker 2027 (Arkivar)' });
  await chief.check('#bekreft');
  await press(chief);
  demand((await chief.innerText('[role=status]')).includes('har begynt'), 'soft');
  const now = await api('GET', del._links.self.href);
  demand(now.arkivdelstatus.kode === 'O' && now.referanseArvtaker === next.systemID, JSON.stringify(now));
  const empty = await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Tomt 2025' });
  await chief.goto(`${desk}/periode/${empty.systemID}?til=P`);
  await screen(chief, 'periode-skarpt');
  await press(chief);
  demand((await chief.innerText('.ds-error-summary')).includes('Bekreft'), 'confirm');
  await chief.check('#bekreft');
  await press(chief);
  demand((await api('GET', empty._links.self.href)).arkivdelstatus.kode === 'P', 'closed');
  await screen(chief, 'periode-avsluttet');
});

// Reloads until the job is over.
async function over(page) {
  for (let i = 0; i < 120 && await page.locator('progress').count() > 0; i++) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  demand(await page.locator('progress').count() === 0, 'it ends');
}

async function closedPeriod() {
  const own = await make(root, 'arkivstruktur/ny-arkiv', { tittel: 'Avlevering' });
  await make(own, 'arkivstruktur/ny-arkivskaper', { arkivskaperID: '943485437', arkivskaperNavn: 'Vestby kommune' });
  const period = await make(own, 'arkivstruktur/ny-arkivdel', { tittel: 'Personal 2020' });
  const kept = await make(await make(period, 'arkivstruktur/ny-klassifikasjonssystem', { tittel: 'Nøkkel' }),
    'arkivstruktur/ny-klasse', { klasseID: '400', tittel: 'Personal' });
  const old = await make(kept, 'sakarkiv/ny-saksmappe', { tittel: 'Permisjon', administrativEnhet: 'Personal',
    saksansvarlig: 'Kari Nordmann' });
  const letter = await journalpost(old, { tittel: 'Søknad om permisjon', dokumentetsDato: '2020-11-20T00:00:00+01:00' });
  await upload(letter, 'Jeg søker permisjon.');
  await make(letter, 'sakarkiv/ny-avskrivning', { avskrivningsmaate: code('TE') });
  await patch(letter, { journalstatus: code('A') });
  await patch(old, { saksstatus: code('A') });
  return patch(period, { arkivdelstatus: code('P') });
}

let tar;
await test('an extract: what hinders it first, then made, fetched and validated', async () => {
  await closedPeriod();
  const page = await open();
  await login(page, 'arkivarA', `${desk}/uttrekk`);
  await screens('uttrekk-tom', `${desk}/uttrekk`, { page });
  await press(page, 'main button[value=proev]');
  demand((await page.innerText('.ds-error-summary')).includes('velg minst én'), 'none chosen');
  await screen(page, 'uttrekk-feil');
  await page.getByLabel('Byggesaker 2026', { exact: true }).check();
  await press(page, 'main button[value=proev]');
  await over(page);
  await screens('uttrekk-avvist', page.url(), { page });
  demand((await page.innerText('main')).includes('Arkivdelen er ikke avsluttet'), 'reasons');
  await press(page, 'tbody >> text=saksmappe');
  demand(page.url().includes('/arkivar/sak/'), 'leads to what hinders');
  await page.goto(`${desk}/uttrekk`);
  await page.getByLabel('Personal 2020', { exact: true }).check();
  await press(page, 'main button[value=proev]');
  await over(page);
  await screen(page, 'uttrekk-proevd');
  await press(page, 'main button[value=lag]');
  await over(page);
  await screens('uttrekk-ferdig', page.url(), { page });
  const text = await page.innerText('main');
  const sum = /[0-9a-f]{64}/.exec(text)[0];
  tar = Buffer.from(await (await fetched(page, new URL(page.url()).pathname + '/pakke')).arrayBuffer());
  demand(createHash('sha256').update(tar).digest('hex') === sum, 'the checksum is that of the package');
  await press(page, 'main button[value=valider]');
  await over(page);
  await screens('validering', page.url(), { page });
  // Without the official schemas beside the server two of them are missing in the package.
  demand(/Feil\s+[02]\s/.test(await page.innerText('main')), await page.innerText('main'));
  const report = await fetched(page, new URL(page.url()).pathname + '/rapport');
  demand(report.headers.get('Content-Security-Policy').includes('sandbox') && (await report.text()).includes('Permisjon') === false
    && report.status === 200, 'the report');
  await press(page, 'main >> text=Vis rapporten');
  await screen(page, 'valideringsrapport');
});

await test('packages from elsewhere; failures are told plainly; history; deleted', async () => {
  const page = await open({ width: 320, js: true });
  await login(page, 'arkivarB', `${desk}/uttrekk`);
  await press(page, 'main form[enctype] button');
  demand((await page.innerText('.ds-error-summary')).includes('velg filen'), 'no file');
  await page.setInputFiles('#pakke', { name: 'søppel.tar', mimeType: 'application/x-tar', buffer: Buffer.from('ikke en tar') });
  await press(page, 'main form[enctype] button');
  await over(page);
  await screen(page, 'validering-feilet-320');
  demand((await page.innerText('main')).includes('ikke en pakke som kan leses'), 'why');
  await press(page, 'main button[value=slett]');
  demand((await page.innerText('h1')) === 'Slette valideringen?', 'asked first');
  await press(page, 'main button[value=behold]');
  await press(page, 'main button[value=slett]');
  await press(page, 'main button[value=slett-ja]');
  demand((await page.innerText('[role=status]')).includes('Slettet'), 'deleted');
  await page.setInputFiles('#pakke', { name: 'pakke.tar', mimeType: 'application/x-tar', buffer: tar });
  await press(page, 'main form[enctype] button');
  await over(page);
  demand((await page.innerText('main')).includes('Vis rapporten'), 'an uploaded one');
  await page.goto(`${desk}/uttrekk`);
  await page.evaluate(() => { const box = document.querySelector('[name=arkivdel]'); box.checked = true;
    box.value = '01890a5d-ac96-774b-bcce-ffffffffffff'; });
  await press(page, 'main button[value=lag]');
  await over(page);
  demand((await page.innerText('main')).includes('finnes ikke lenger'), 'the failing extract');
  await screen(page, 'uttrekk-feilet-320');
  await press(page, 'main button[value=slett]');
  demand((await page.innerText('h1')) === 'Slette uttrekket?', 'asked first');
  await screens('uttrekk-slett', new URL(page.url()).pathname + new URL(page.url()).search, { page });
  await press(page, 'main button[value=slett-ja]');
  await screens('uttrekk', `${desk}/uttrekk`, { page });
  const reply = await page.goto(`${desk}/uttrekk/01890a5d-ac96-774b-bcce-ffffffffffff`);
  demand(reply.status() === 404, `${reply.status()}`);
});

await done();
