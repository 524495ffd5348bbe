// For whom one acts: oneself, a child, a company; what the registers (tools/register.py) say decides.
import { citizen, demand, done, open, press, registers, screen, screens, test } from './browser.mjs';

const KARI = '21876010019', OLA = '14828440013', ADA = '02851970110', PER = '01817530075';
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

await done();
