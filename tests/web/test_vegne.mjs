// For whom one acts: oneself, a child, a company; what the registers (tools/register.py) say decides.
import { citizen, demand, done, forms, open, press, registers, screen, screens, test } from './browser.mjs';

const KARI = '21876010019', OLA = '14828440013', ADA = '02851970110', PER = '01817530075', SOL = '09919030078', NORA = '06868031180';
const CHOOSE = '/nesodden/paa-vegne-av';

async function choose(page, name) {
  await page.check(`label:has-text("${name}") >> xpath=.. >> input`);
  await press(page);
}

for (const [width, js] of [[1280, false], [320, true]])
  await test(`a child, a company and oneself, at ${width} px ${js ? 'with' : 'without'} scripts`, async () => {
    const page = await open({ width, js });
    await citizen(page, KARI, '/nesodden/');
    await press(page, 'text=Bytt hvem du handler for');
    demand(page.url().includes(CHOOSE), page.url());
    demand(await page.isChecked('input[value=meg]'), 'oneself at first');
    const text = await page.innerText('main');
    demand(text.includes('Ada Nordmann') && text.includes('født 2019') && text.includes('foreldreansvar'), text);
    demand(text.includes('FJELLSTRAND BYGG AS') && text.includes('daglig leder') && text.includes('NORDMANN KONSULT'), text);
    demand(!text.includes('Eva') && !text.includes('GAMMELT'), 'neither the grown child nor the role that ended');
    demand(!(await page.content()).match(/\b\d{11}\b/), 'no national id number on the page');
    await screen(page, `vegne-velg-${width}`);
    await choose(page, 'Ada Nordmann');
    demand(page.url().endsWith('/nesodden/'), page.url());
    demand((await page.innerText('header')).includes('Du handler for Ada Nordmann (foreldreansvar)'), 'why, on each page');
    await screen(page, `vegne-barn-${width}`);
    await page.goto('/nesodden/skjema');
    demand((await page.innerText('header')).includes('Ada Nordmann'), 'on the next page too');
    await page.goto(CHOOSE);
    await choose(page, 'FJELLSTRAND BYGG AS');
    demand((await page.innerText('header')).includes('FJELLSTRAND BYGG AS (daglig leder)'), 'the company');
    await page.goto(CHOOSE);
    await choose(page, 'Meg selv');
    demand(!(await page.innerText('header')).includes('Du handler for'), 'oneself again');
  });

await test('the page in all languages', async () => {
  const page = await open();
  await citizen(page, KARI, '/nesodden/');
  await screens('vegne', CHOOSE, { page });
});

await test('nobody to act for', async () => {
  const page = await open();
  await citizen(page, PER, CHOOSE);
  demand(await page.locator('main input[type=radio]').count() === 1, 'only oneself');
  await page.click('summary');
  await screen(page, 'vegne-ingen');
});

await test('nothing chosen, and a right that ended meanwhile', async () => {
  const page = await open();
  await citizen(page, OLA, CHOOSE);
  const ada = 'label:has-text("Ada Nordmann") >> xpath=.. >> input';
  await page.check(ada);
  await registers({ lose: ADA });
  await press(page);
  demand((await page.innerText('.ds-error-summary')).includes('sier ikke lenger'), 'told');
  demand(await page.locator(ada).count() === 0, 'no longer offered');
  await registers({ keep: true });
});

await test('registers that are away, slow, cut, too large or lying: one acts for oneself', async () => {
  const page = await open();
  await citizen(page, KARI, '/nesodden/');
  for (const how of ['borte', 'treg', 'kuttet', 'stor', 'en_annen']) {
    await registers({ fail: { folkeregister: how } });
    await page.goto(CHOOSE);
    const text = await page.innerText('main');
    demand(text.includes('svarer ikke nå') && text.includes('om barna dine'), `${how}: told`);
    demand(!text.includes('Ada') && text.includes('FJELLSTRAND BYGG'), `${how}: companies, no children`);
  }
  await screen(page, 'vegne-borte');
  await registers({ fail: { enhetsregister: 'borte' } });
  await page.goto(CHOOSE);
  demand((await page.innerText('main')).includes('om rollene dine'), 'the other register');
  await choose(page, 'Ada Nordmann');
  await registers({ fail: {} });
});

await test('the choice is worth nothing to the next who logs in over the same session', async () => {
  const page = await open();
  await citizen(page, KARI, CHOOSE);
  await choose(page, 'FJELLSTRAND BYGG AS');
  const ours = (await page.context().cookies()).filter((c) => c.name.startsWith('__Host-samdrift'));
  await page.context().clearCookies(); // ID-porten has forgotten Kari
  await page.context().addCookies(ours);
  await page.goto('/nesodden/');
  demand((await page.innerText('header')).includes('FJELLSTRAND'), 'our session goes on');
  await citizen(page, PER, '/nesodden/');
  demand(!(await page.innerText('header')).includes('FJELLSTRAND'), 'Per acts for himself');
});

// ------------------------------------------------------------------ forms

const GARAGE = '/nesodden/skjema/garasje', PLACE = '/nesodden/skjema/barnehage';
const PDF = { name: 'kart.pdf', mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n') };

async function fill(page, values) {
  for (const [id, value] of Object.entries(values))
    await page.fill(`[id="${id}"]`, value);
}

async function filledIn(page, values) {
  for (const [id, value] of Object.entries(values)) {
    const got = await page.inputValue(`[id="${id}"]`);
    demand(got === value, `${id}: "${got}", not "${value}"`);
  }
}

// From the first step of the garage form to what is to be checked.
async function toCheck(page) {
  await fill(page, { epost: 'kari@example.com' });
  await press(page);
  await fill(page, { lengde: '6', bredde: '4', hoyde: '3', avstand: '5' });
  await page.check('#tiltak');
  await press(page);
  await page.setInputFiles('#situasjonskart', PDF);
  await press(page);
  demand(page.url().endsWith('/sjekk'), page.url());
}

async function send(page) {
  await page.check('#erklaering');
  await press(page);
}

await test('for oneself: name, address and property are there, and where they came from', async () => {
  await forms('garasje', 'barnehage');
  const page = await open();
  await citizen(page, NORA, GARAGE);
  demand((await page.innerText('main')).includes('Du handler for\nDeg selv'), 'for whom');
  await press(page, 'main >> text=Begynn');
  await filledIn(page, { navn: 'Nora Nilsen', 'adresse-gate': 'Skogveien 5', 'adresse-postnr': '1450',
    'adresse-poststed': 'NESODDTANGEN', kontakt: 'Nora Nilsen' });
  demand((await page.innerText('main')).split('Hentet fra Folkeregisteret').length === 4, 'three are fetched');
  await screen(page, 'vegne-skjema-1');
  await fill(page, { 'adresse-gate': 'Et annet sted 1', epost: 'kari@example.com' });
  await press(page);
  await filledIn(page, { 'eiendom-gnr': '7', 'eiendom-bnr': '75' });
  demand((await page.innerText('main')).includes('Hentet fra Matrikkelen'), 'the cadastre');
  await page.goto(`${GARAGE}/1`);
  demand((await page.innerText('main')).split('Hentet fra Folkeregisteret').length === 3, 'what was changed is her own');
});

await test('for a company: its name, address, contact and property; the case is its', async () => {
  const page = await open();
  await citizen(page, KARI, CHOOSE);
  await choose(page, 'FJELLSTRAND BYGG AS');
  await page.goto(`${GARAGE}/start`);
  await filledIn(page, { navn: 'FJELLSTRAND BYGG AS', 'adresse-gate': 'Fjellstrandveien 14', kontakt: 'Kari Nordmann' });
  await screen(page, 'vegne-virksomhet');
  await toCheck(page);
  await send(page);
  demand(page.url().includes('/kvittering/'), page.url());
  const receipt = page.url();
  await page.goto(CHOOSE);
  await choose(page, 'Meg selv');
  await page.goto(receipt);
  demand(await page.isHidden('text=Kvitteringsnummer'), 'not her own');
  await page.goto(CHOOSE);
  await choose(page, 'FJELLSTRAND BYGG AS');
  await page.goto(receipt);
  demand(await page.isVisible('text=Kvitteringsnummer'), 'the company\'s');
});

await test('for a child: locked answers, which no sender can change', async () => {
  const page = await open({ js: true });
  await citizen(page, KARI, `${PLACE}/start`);
  demand(page.url().includes('paa-vegne-av'), 'a child must be chosen');
  await press(page); // oneself
  demand((await page.innerText('main')).includes('gjelder ikke den du handler for'), 'told');
  await screen(page, 'vegne-feil-aktoer');
  await press(page, 'main a.ds-button');
  await choose(page, 'Ada Nordmann');
  demand(page.url().endsWith('/barnehage/1'), page.url());
  const text = await page.innerText('main');
  demand(text.includes('Ada Nordmann (Hentet fra Folkeregisteret.)') && text.includes(ADA), text);
  demand(await page.locator('[id=barn_navn]').count() === 0, 'not asked');
  await screen(page, 'vegne-laast');
  await page.evaluate(() => document.querySelector('main form').insertAdjacentHTML('beforeend',
    '<input name="vist" value="barn_navn"><input name="barn_navn" value="En Annen">'));
  await page.locator('main form input[type=radio]').last().check();
  await press(page);
  await page.goto(`${PLACE}/1`);
  demand((await page.innerText('main')).includes('Ada Nordmann (Hentet'), 'still Ada');
});

await test('the right ends before it is sent; then the register is away', async () => {
  const page = await open();
  await citizen(page, KARI, CHOOSE);
  await choose(page, 'FJELLSTRAND BYGG AS');
  await page.goto(`${GARAGE}/start`);
  await toCheck(page);
  await registers({ lose: '311000004' });
  await send(page);
  demand((await page.innerText('.ds-error-summary')).includes('sier ikke lenger at du kan handle for FJELLSTRAND BYGG AS'), 'gone');
  await screen(page, 'vegne-mistet');
  await registers({ keep: true, fail: { enhetsregister: 'borte' } });
  await send(page);
  demand((await page.innerText('.ds-error-summary')).includes('Svarene er lagret. Send på nytt'), 'away');
  await registers({ fail: {} });
  await send(page);
  demand(page.url().includes('/kvittering/'), page.url());
});

await test('registers that are away: the form says so, and works', async () => {
  const fails = { borte: '05818030136', treg: '05828030207', kuttet: '05838030388', stor: '05848030459', en_annen: '05878032006' };
  for (const [how, who] of Object.entries(fails)) {
    const page = await open();
    await citizen(page, who, '/nesodden/');
    await registers({ fail: { folkeregister: how, matrikkel: how === 'en_annen' ? 'kuttet' : how } });
    await page.goto(`${GARAGE}/start`);
    await registers({ fail: {} });
    const text = await page.innerText('main');
    demand(text.includes('Vi fikk ikke svar fra Folkeregisteret') && text.includes('Vi fikk ikke svar fra Matrikkelen'), `${how}: told`);
    await filledIn(page, { navn: '', 'adresse-gate': '' });
    if (how === 'borte')
      await screen(page, 'vegne-skjema-borte');
    await fill(page, { navn: 'Per', 'adresse-gate': 'a', 'adresse-postnr': '1450', 'adresse-poststed': 'b', epost: 'p@example.com' });
    await press(page);
    demand(page.url().endsWith('/2'), `${how}: ${page.url()}`);
  }
});

await test('a protected address is neither shown nor filled in', async () => {
  const page = await open();
  await citizen(page, SOL, `${GARAGE}/start`);
  await filledIn(page, { navn: 'Sol Skjermet', 'adresse-gate': '', 'adresse-poststed': '' });
  demand(!(await page.content()).includes('Hemmelig vei'), 'not on the page');
});

await done();
