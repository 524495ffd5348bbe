// From a journalpost in the archive over the archivist's approval to the public journal.
import { demand, done, login, open, press, screen, screens, server, test } from './browser.mjs';

const R = 'https://rel.arkivverket.no/noark5/v5/api/';
const AUTH = `Basic ${Buffer.from(`admin@example.com:${server.password}`).toString('base64')}`;

async function api(method, url, body, type = 'application/vnd.noark5+json') {
  const reply = await fetch(url.split('{')[0], { method, headers: { Authorization: AUTH, ...(body && { 'Content-Type': type }) },
    body: body && JSON.stringify(body) });
  demand(reply.ok, `${method} ${url}: ${reply.status} ${await reply.clone().text()}`);
  return reply.json();
}
const make = (parent, name, values) => api('POST', parent._links[R + name + '/'].href, values);
const code = (kode) => ({ kode });

const entry = await api('GET', `${server.url}/nesodden/noark5/`);
const root = await api('GET', entry._links[`${R}arkivstruktur/`].href);
const arkiv = await make(root, 'arkivstruktur/ny-arkiv', { tittel: 'Innsyn' });
const del = await make(arkiv, 'arkivstruktur/ny-arkivdel', { tittel: 'Innsyn' });
const sak = await make(del, 'sakarkiv/ny-saksmappe', { tittel: 'Garasje på gnr 41 bnr 17', administrativEnhet: 'Plan og bygg' });

async function journalpost(values, sender) {
  const post = await make(sak, 'sakarkiv/ny-journalpost', { journalposttype: code('I'), ...values });
  await make(post, 'arkivstruktur/ny-korrespondansepartperson', { navn: sender, korrespondanseparttype: code('EA') });
  return api('PATCH', post._links.self.href, { journalstatus: code('J') }, 'application/merge-patch+json');
}
const screening = (...kinds) => ({ skjerming: { tilgangsrestriksjon: code('P'), skjermingshjemmel: 'Offl. § 13',
  skjermingMetadata: kinds.map(code) } });
const open1 = await journalpost({ tittel: 'Søknad om garasje fra Kari Nordmann' }, 'Kari Nordmann');
const secret = await journalpost({ tittel: 'Klage på støy og helse', ...screening('TRO', 'NA') }, 'Ola Hemmelig');
for (let i = 0; i < 3; i++)
  await journalpost({ tittel: `Merknad ${i} fra nabo` }, 'Siri Li');

const queue = '/nesodden/arkivar/publisering';

await test('who is no archivist does not come in', async () => {
  const page = await open();
  await page.goto(queue);
  demand(page.url().includes('/logg-inn'), page.url());
  await login(page, 'saksbehandler', '/nesodden/');
  const reply = await page.goto(queue);
  demand(reply.status() === 403, `${reply.status()}`);
});

await test('the archivist sees the public\'s view and publishes', async () => {
  const page = await open();
  await login(page, 'arkivar', '/nesodden/');
  await press(page, 'main >> text=Arkivarens arbeidsplass');
  await press(page, 'main >> text=Til publisering');
  demand(page.url().endsWith(queue), page.url());
  await screens('publisering', queue, { page });
  await screens('publisering-en', `${queue}/${secret.systemID}`, { page });
  await page.goto(`${queue}/${open1.systemID}`);
  demand(await page.inputValue('#tittel') === 'Søknad om garasje fra [[Kari Nordmann]]', 'the name is marked');
  await press(page, 'main button[value=publiser]');
  demand((await page.innerText('[role=status]')).includes('er lagt ut'), 'said so');
});

await test('a screened word does not come back in a title', async () => {
  const page = await open({ width: 320 });
  await login(page, 'arkivar', `${queue}/${secret.systemID}`);
  const sections = await page.locator('.sd-beside > section').allInnerTexts();
  demand(sections[0].includes('Ola Hemmelig') && !sections[1].includes('Hemmelig'), 'side by side');
  await page.fill('#tittel', 'Klage fra Hemmelig');
  await press(page, 'main button[value=publiser]');
  await screen(page, 'publisering-feil-320');
  demand((await page.innerText('.ds-error-summary')).includes('skjermet'), 'why');
  demand(await page.inputValue('#tittel') === 'Klage fra Hemmelig', 'what was typed stays');
  await page.fill('#tittel', 'Klage');
  await press(page, 'main button[value=publiser]');
  demand(await page.isVisible('[role=status]'), 'published');
});

await test('several at once; none chosen is said', async () => {
  const page = await open();
  await login(page, 'arkivar', queue);
  await press(page);
  await screen(page, 'publisering-ingen-valgt');
  const boxes = page.locator('main input[name=post]');
  demand(await boxes.count() === 3, `${await boxes.count()} wait`);
  for (const box of await boxes.all())
    await box.check();
  await press(page);
  demand((await page.innerText('[role=status]')).includes('Publisert: 3'), await page.innerText('[role=status]'));
  await screen(page, 'publisering-tom');
});

await test('a citizen finds it: front page, words, property, entry, case', async () => {
  const page = await open();
  await page.goto('/nesodden/');
  demand(await page.locator('text=Til publisering').count() === 0, 'not told of the desk');
  await press(page, 'main >> text=Innsyn i postjournalen');
  await screen(page, 'innsyn-alle');
  await page.fill('#q', 'garasje -merknad');
  await press(page);
  demand(await page.locator('tbody tr').count() > 0, 'found');
  await page.fill('#q', '41/17');
  await press(page);
  demand(await page.locator('tbody tr').count() === 5, 'by property');
  await press(page, 'tbody >> text=Søknad om garasje');
  demand((await page.getAttribute('link[rel=canonical]', 'href')).endsWith(`/nesodden/innsyn/${open1.systemID}`), 'canonical');
  demand(!(await page.content()).includes('[['), 'no marks are shown');
  await press(page, 'main >> text=Dokumenter i saken');
  demand(await page.locator('tbody tr').count() === 5, 'the case');
  demand(!(await page.content()).includes('Hemmelig'), 'withheld');
});

await test('every page of the journal', async () => {
  await screens('innsyn', '/nesodden/innsyn?q=garasje');
  await screens('innsyn-tomt', '/nesodden/innsyn?q=finnesikke');
  await screens('innsyn-feil', '/nesodden/innsyn?fra-dag=31&fra-maaned=2&fra-aar=2026');
  const page = await open();
  await page.goto('/nesodden/innsyn?q=garasje&fra-dag=&type=');
  demand(!await page.isVisible('#fra'), 'filters stay away until they are asked for');
  await page.goto('/nesodden/innsyn?fra-dag=31&fra-maaned=2&fra-aar=2026');
  demand(await page.isVisible('#fra') && await page.inputValue('#fra') === '31', 'what is wrong is seen');
  demand((await page.innerText('.ds-error-summary')).includes('Fra og med: skriv en dato som finnes'), 'and told');
  await page.goto('/nesodden/innsyn?q=garasje&type=I');
  demand(await page.isVisible('#type'), 'what narrows the search is seen');
  await screens('innsyn-dag', '/nesodden/innsyn?dag=2001-01-01');
  await screens('innsyn-en', `/nesodden/innsyn/${secret.systemID}`);
  const year = new Date().getFullYear();
  await screens('innsyn-sak', `/nesodden/innsyn/sak/${sak.saksaar ?? year}/${sak.sakssekvensnummer}`);
  await screens('innsyn-om', '/nesodden/innsyn/om');
});

await test('withdrawn: gone at once', async () => {
  const page = await open();
  await login(page, 'arkivar', `${queue}/${open1.systemID}`);
  await press(page, 'main button[value=trekk]');
  const reply = await page.goto(`/nesodden/innsyn/${open1.systemID}`);
  demand(reply.status() === 404, `${reply.status()}`);
});

await done();
