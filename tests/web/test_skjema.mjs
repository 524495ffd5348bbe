import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { api, citizen, demand, done, forms, login, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const KARI = '21876010019', OLA = '14828440013', PER = '01817530075', NORA = '06868031180';
const FORM = '/nesodden/skjema/garasje';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
const HOSTILE = '<script>alert(1)</script> \'"; DROP TABLE utkast; -- {navn} %s ../../x';
const pdf = (name) => ({ name, mimeType: 'application/pdf', buffer: PDF });

// ------------------------------------------------------------------ the archive, as its administrator sees it

async function count(list) {
  return (await api(`${list}?$top=1&$count=true`)).count;
}

async function begin() {
  await forms('garasje');
  writeFileSync(path.join(server.screens, 'proeve.json'), JSON.stringify(proeve()));
  samdrift(['form', 'add', server.dir, path.join(server.screens, 'proeve.json'), '--municipality', 'nesodden']);
}

// A form of all types of fields, without login.
function proeve() {
  const text = (s) => ({ nb: s, nn: s, se: s, en: s });
  const types = ['text', 'long_text', 'email', 'phone', 'national_id', 'org_number', 'name', 'address', 'property', 'date',
    'number', 'money', 'choice', 'choices', 'yes_no', 'file'];
  const field = (type) => ({ id: type, type, label: text(type), required: type === 'name', sensitivity: 'personal',
    ...(type.startsWith('choice') ? { choices: ['a', 'b'].map((value) => ({ value, text: text(value) })) } : {}),
    ...(type === 'file' ? { multiple: true, max_length: 1 << 20 } : {}) });
  return { id: 'proeve', version: 1, title: text('Alle felt'), lead: text('Prøve'), declaration: text('Jeg bekrefter'),
    next: text('Ingenting'), theme: 'kultur-idrett-og-fritid', level: 'none', for: ['self'], answer_days: 5,
    steps: [{ id: 'alt', title: text('Alt'), fields: types.map(field) }],
    archive: { arkivdel: 'Sakarkiv', title: text('Prøve'), hjemmel: 'Offentleglova § 13', unit: 'Prøve' } };
}

async function fill(page, values) {
  for (const [id, value] of Object.entries(values))
    await page.fill(`[id="${id}"]`, value);
}

const ABOUT = { navn: 'Kari Nordmann', 'adresse-gate': 'Fjordveien 4', 'adresse-postnr': '1450', 'adresse-poststed': 'Nesoddtangen',
  epost: 'kari@example.com' };
const BUILDING = { 'eiendom-gnr': '7', 'eiendom-bnr': '70', lengde: '6,5', bredde: '5', hoyde: '4', avstand: '5' };

// From the beginning to the page before sending.
async function toCheck(page, who = KARI) {
  await citizen(page, who, `${FORM}/start`);
  await fill(page, ABOUT);
  await press(page);
  await fill(page, BUILDING);
  await page.check('#tiltak');
  await press(page);
  await page.setInputFiles('#situasjonskart', pdf('kart.pdf'));
  await press(page);
  demand(page.url().endsWith('/sjekk'), page.url());
}

// ------------------------------------------------------------------ journeys

await test('forms are put into use, and told on the front page', async () => {
  await begin();
  const page = await open();
  await page.goto('/nesodden/');
  await press(page, 'main >> text=Søknad om garasje');
  demand(page.url().endsWith(FORM), page.url());
  demand(await page.isVisible('text=Logg inn og begynn'), 'says that a login is needed');
  await screens('skjema-liste', '/nesodden/skjema');
  await screens('skjema-om', FORM);
});

await test('how our forms decide, for all to read', async () => {
  await forms('barnehage');
  const page = await open();
  await page.goto('/nesodden/skjema');
  await press(page, 'main >> text=Hvordan skjemaene våre avgjør');
  await screens('skjema-regler', '/nesodden/skjemaregler');
  await press(page, 'main >> text=Søknad om garasje');
  const text = await page.innerText('main');
  for (const what of ['«Avstand til nabogrensen i meter» er mindre enn 4', '«Har naboen samtykket skriftlig?» er Nei',
    '«Lengde i meter» × «Bredde i meter»', 'Ingen svar gjør at det du sender, skjermes', '21 dager'])
    demand(text.includes(what), `${what}: ${text}`);
  await screens('skjema-regler-garasje', '/nesodden/skjemaregler/garasje');
  await page.goto('/nesodden/skjema/barnehage');
  await press(page, 'main >> text=Slik avgjør skjemaet hva det spør om');
  demand((await page.innerText('main')).includes('skjermes det du sendte, etter'), 'what screens');
  await screen(page, 'skjema-regler-barnehage');
  await page.goto('/nesodden/skjemaregler/proeve');
  demand((await page.innerText('main')).includes('Alle får de samme spørsmålene'), 'no rules');
  demand((await page.goto('/nesodden/skjemaregler/finnes_ikke')).status() === 404, 'no such form');
});

for (const [width, js] of [[1280, false], [320, false], [1280, true], [320, true]]) {
  await test(`a garage, from login to receipt, at ${width} px ${js ? 'with' : 'without'} scripts`, async () => {
    const page = await open({ width, js });
    const name = `${width}-${js ? 'js' : 'uten'}`;
    await citizen(page, KARI, `${FORM}/start`);
    await screen(page, `skjema-steg-1-${name}`);
    await fill(page, { ...ABOUT, 'adresse-postnr': '14', epost: 'kari' });
    await press(page);
    demand((await page.title()).startsWith('Feil: '), await page.title());
    demand(await page.inputValue('#epost') === 'kari', 'what was typed stays');
    await screen(page, `skjema-feil-${name}`);
    await fill(page, ABOUT);
    await press(page);
    await press(page);
    const colour = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).color);
    demand(await colour('#tiltak-feil') === await colour('#lengde-feil'), 'what is wrong looks so in a group too');
    await fill(page, { ...BUILDING, avstand: '2' });
    await page.check('#tiltak');
    await press(page);
    demand(await page.isVisible('text=førte til flere spørsmål'), 'the question of the neighbour');
    await page.check('#samtykke');
    await screen(page, `skjema-steg-2-${name}`);
    await press(page);
    await page.setInputFiles('#situasjonskart', pdf('kart.pdf'));
    await page.setInputFiles('#tegninger', [pdf('a.pdf'), pdf('b.pdf')]);
    await press(page);
    demand(await page.isVisible('text=32,5'), 'the area is computed');
    await screen(page, `skjema-sjekk-${name}`);
    await press(page);
    demand((await page.title()).startsWith('Feil: '), 'the declaration is demanded');
    await page.check('#erklaering');
    await press(page);
    demand(page.url().includes('/kvittering/'), page.url());
    await screen(page, `kvittering-${name}`);
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
    const copy = await (await fetch(`${page.url()}/pdf`, { headers: { cookie } })).text();
    demand(copy.startsWith('%PDF-'), 'the copy is a PDF');
  });
}

await test('each page in all languages', async () => {
  const page = await open();
  await toCheck(page);
  for (const step of ['1', '2', '3', 'sjekk'])
    await screens(`skjema-${step}`, `${FORM}/${step}`, { page });
  await page.check('#erklaering');
  await press(page);
  await screens('kvittering', new URL(page.url()).pathname, { page });
});

await test('what was sent is in the archive', async () => {
  const { results } = await api("sakarkiv/saksmappe?$filter=contains(tittel,'gnr/bnr 7/70')");
  demand(results.length === 5, `${results.length} cases`);
  demand(results[0].tittel === 'Garasje – gnr/bnr 7/70' && results[0].administrativEnhet === 'Bygg og eiendom', JSON.stringify(results[0]));
  const letters = readdirSync(path.join(server.dir, 'utboks/nesodden/byggesak'));
  demand(letters.length === 5, `${letters.length} in the outbox`);
  const letter = readFileSync(path.join(server.dir, 'utboks/nesodden/byggesak', letters[0]), 'utf8');
  demand(!letter.includes('Kari') && !letter.includes(KARI), 'no personal data');
});

await test('double click, two tabs, back button: one case', async () => {
  const page = await open();
  await toCheck(page);
  const before = await count('sakarkiv/saksmappe');
  const second = await page.context().newPage();
  await second.goto(`${FORM}/sjekk`);
  for (const tab of [page, second])
    await tab.check('#erklaering');
  await Promise.all([press(page), press(second)]);
  demand(page.url() === second.url() && page.url().includes('/kvittering/'), `${page.url()} ${second.url()}`);
  await page.goBack();
  await page.goto(`${FORM}/sjekk`);
  demand(await page.isVisible('text=noe påbegynt skjema'), 'nothing is left to send');
  demand(await count('sakarkiv/saksmappe') === before + 1, 'one case');
});

await test('the login ends in mid-form: nothing is lost', async () => {
  const page = await open();
  await citizen(page, KARI, `${FORM}/start`);
  const other = await page.context().newPage();
  await other.goto(`${server.idporten}/session/end`);
  await press(other, 'text=Logg ut av ID-porten');
  await fill(page, { ...ABOUT, navn: 'Kari Sesilie' });
  await press(page);
  await press(page, 'text=Logg inn med ID-porten');
  await page.fill('#who', KARI);
  await press(page, 'text=MinID');
  demand(page.url().endsWith('/1') && await page.inputValue('#navn') === 'Kari Sesilie', page.url());
  demand(await page.isVisible('text=Innloggingen var utløpt'), 'says so');
  await press(page);
  demand(page.url().endsWith('/2'), page.url());
});

await test('save and continue later', async () => {
  const page = await open();
  await citizen(page, KARI, `${FORM}/start`);
  await fill(page, { navn: 'Kari Senere' });
  await press(page, 'text=Lagre og fortsett senere');
  demand(page.url().endsWith(FORM), page.url());
  await press(page, 'text=Fortsett der du slapp');
  demand(await page.inputValue('#navn') === 'Kari Senere', 'what was saved');
});

await test('wrong files are refused with a remedy', async () => {
  const page = await open();
  await page.goto('/nesodden/skjema/proeve/start');
  const give = async (file) => {
    await page.setInputFiles('#file', file);
    await press(page);
    return page.innerText('.ds-error-summary');
  };
  demand((await give({ name: 'kart.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ ikke en PDF') })).includes('ikke det navnet sier'), 'content');
  // Put together here: this file must not be taken for a virus itself.
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  demand((await give({ name: 'regning.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([PDF, Buffer.from(eicar)]) })).includes('inneholder et virus'), 'virus');
  demand((await give({ name: 'virus.exe', mimeType: 'application/pdf', buffer: PDF })).includes('type vi ikke tar imot'), 'kind');
  demand((await give({ name: 'stor.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc((1 << 20) + 1, 'x') })).includes('Høyst 1 MB'), 'size');
  demand((await give(Array.from({ length: 12 }, (_, i) => pdf(`${i}.pdf`)))).includes('plass til 10 filer'), 'number');
  demand(await page.locator('text=Lagt ved').count() === 10, 'ten were taken');
  await press(page, 'text=Fjern 3.pdf');
  demand(await page.locator('text=Lagt ved').count() === 9 && await page.isHidden('text=Fjern 3.pdf'), 'one was removed');
  await screen(page, 'skjema-filer');
  await page.fill('#name', 'Kari');
  await Promise.all([page.waitForEvent('load'), page.locator('#text').press('Enter')]);
  demand(page.url().endsWith('/sjekk'), `Enter goes on: ${page.url()}`);
  await page.goBack();
  demand(await page.locator('text=Lagt ved').count() === 9, 'and removes nothing');
});

await test('hostile text in every field', async () => {
  const page = await open();
  await page.goto('/nesodden/skjema/proeve/start');
  for (const input of await page.locator('main form input:is([type=text],[type=email],[type=tel]), main form textarea').all())
    await input.fill(HOSTILE.slice(0, await input.getAttribute('maxlength') ?? 200));
  await page.check('#choices');
  await press(page);
  demand(await page.inputValue('#text') === HOSTILE, 'kept as typed');
  demand(await page.locator('main script').count() === 0, 'no markup of it');
  await screen(page, 'skjema-fiendtlig');
  await fill(page, { email: '', phone: '', national_id: '', org_number: '', 'address-gate': '', 'address-postnr': '', 'address-poststed': '',
    'property-gnr': '', 'property-bnr': '', 'property-fnr': '', 'property-snr': '', date: '', 'date-maaned': '', 'date-aar': '',
    number: '', money: '' });
  await press(page);
  demand(page.url().endsWith('/sjekk'), page.url());
  await page.check('#erklaering');
  await press(page);
  demand(page.url().includes('/kvittering/'), page.url());
  const stranger = await open();
  await citizen(stranger, KARI, new URL(page.url()).pathname);
  demand((await stranger.innerText('h1')).includes('finnes ikke') || await stranger.isHidden('text=Kvitteringsnummer'), 'not another\'s receipt');
});

await test('a draft is looked at by employees, put into force, and retired', async () => {
  const page = await open();
  await login(page, 'saksbehandler', '/nesodden/');
  const file = path.join(server.screens, 'garasje.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync('data/skjema/garasje.json', 'utf8')), version: 9 }));
  const form = (...args) => samdrift(['form', ...args, '--municipality', 'nesodden']);
  form('add', server.dir, file, '--draft');
  await page.goto(`${FORM}/forhaandsvis`);
  const text = await page.innerText('main');
  demand(text.includes('Utkast') && text.includes('Har naboen samtykket skriftlig?'), text);
  await screen(page, 'skjema-forhaandsvis');
  const citizenPage = await open();
  await citizen(citizenPage, PER, '/nesodden/');
  demand((await citizenPage.goto(`${FORM}/forhaandsvis`)).status() === 403, 'not for citizens');
  form('publish', server.dir, 'garasje');
  await page.goto(`${FORM}/forhaandsvis`);
  demand((await page.innerText('main')).includes('I bruk'), 'in use');
  form('retire', server.dir, 'garasje');
  await citizenPage.goto(`${FORM}/start`);
  demand((await citizenPage.innerText('main')).includes('kan ikke lenger begynnes på'), 'cannot be begun');
  await screens('skjema-tatt-ut', FORM, { page: citizenPage });
  form('add', server.dir, 'data/skjema/garasje.json');
});

const form = (...args) => samdrift(['form', ...args, '--municipality', 'nesodden']);
// The garage form as version n, changed.
function edition(version, change) {
  const file = path.join(server.screens, `garasje-${version}.json`), made = JSON.parse(readFileSync('data/skjema/garasje.json', 'utf8'));
  change(made);
  writeFileSync(file, JSON.stringify({ ...made, version }));
  return file;
}

await test('what was begun is finished after the form is taken out of use, also after a lost login', async () => {
  const page = await open();
  await toCheck(page, OLA);
  form('retire', server.dir, 'garasje');
  await page.reload();
  demand((await page.innerText('main')).includes('Du kan gjøre ferdig det du har begynt på. Send det før'), 'until when');
  await screens('skjema-sjekk-tatt-ut', `${FORM}/sjekk`, { page });
  await page.goto('/nesodden/');
  demand(!(await page.innerText('main')).includes('Søknad om garasje'), 'not offered');
  await page.goto(FORM);
  await screen(page, 'skjema-tatt-ut-begynt');
  await page.goto(`${FORM}/2`);
  const other = await page.context().newPage();
  await other.goto(`${server.idporten}/session/end`);
  await press(other, 'text=Logg ut av ID-porten');
  await page.fill('#lengde', '7');
  await press(page);
  await press(page, 'text=Logg inn med ID-porten');
  await page.fill('#who', OLA);
  await press(page, 'text=MinID');
  demand(await page.inputValue('#lengde') === '7', 'what was typed is there after the login');
  await press(page);
  await page.goto(`${FORM}/sjekk`);
  await page.check('#erklaering');
  await press(page);
  demand(page.url().includes('/kvittering/'), page.url());
  await page.goto(`${FORM}/1`);
  demand((await page.innerText('main')).includes('kan ikke lenger begynnes på'), 'sent, and over');
  form('add', server.dir, 'data/skjema/garasje.json');
});

await test('a new version that the old may not be sent beside: the answers that fit go over to it', async () => {
  const page = await open({ width: 320 });
  await toCheck(page, NORA);
  const sending = await open();
  await sending.context().addCookies(await page.context().cookies());
  await sending.goto(`${FORM}/sjekk`);
  await sending.check('#erklaering');
  form('add', server.dir, edition(10, (f) => {
    f.drafts = 'move';
    f.steps[1].fields.find((x) => x.id === 'hoyde').max = 3;
    f.steps.splice(2, 1);
  }));
  await press(sending);
  demand(sending.url().endsWith('/1') && (await sending.innerText('main, [role=status]')), 'not sent');
  demand((await sending.innerText('[role=status]')).includes('ny utgave av skjemaet'), 'told');
  await screen(sending, 'skjema-ny-utgave');
  await page.goto(`${FORM}/2`);
  demand(await page.inputValue('#lengde') === '6,5' && await page.inputValue('#hoyde') === '', 'what fits');
  await page.fill('#hoyde', '2,5');
  await press(page);
  demand(page.url().endsWith('/sjekk'), page.url());
  await page.check('#erklaering');
  await press(page);
  demand(page.url().includes('/kvittering/'), page.url());
});

await done();
