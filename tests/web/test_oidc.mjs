import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { demand, done, open, press, samdrift, screen, screens, server, test } from './browser.mjs';

const KARI = '21876010019', OLA = '27876010114'; // synthetic: the month is raised by 80
const lie = (what) => fetch(`${server.idporten}/lie`, { method: 'POST', body: JSON.stringify({ lie: what }) });

// At the stand-in's own page.
async function identify(page, who, how) {
  await page.waitForSelector('#who');
  await page.fill('#who', who);
  await press(page, `text=${how}`);
}

async function citizen(page, who, how = 'MinID', to = '/nesodden/') {
  await page.goto(`/logg-inn?til=${encodeURIComponent(to)}`);
  await press(page, 'text=Logg inn med ID-porten');
  await identify(page, who, how);
}

await test('a citizen logs in and comes back', async () => {
  const page = await open({ lang: 'nn' });
  await page.goto('/nesodden/tilgjengelighet');
  await press(page, 'text=Logg inn');
  await screen(page, 'logg-inn-valg');
  await press(page, 'text=Logg inn med ID-porten');
  demand((await page.innerText('#asked')) === 'idporten-loa-substantial nn', 'level and language asked for');
  await identify(page, KARI, 'MinID');
  demand(page.url() === `${server.url}/nesodden/tilgjengelighet`, page.url());
  demand((await page.innerText('.sd-who')).includes('Du er logga inn'), 'logged in');
  demand(!(await page.content()).includes(KARI), 'the number is on no page');
});

await test('out: ours and the provider\'s; then the provider asks again', async () => {
  const page = await open();
  await citizen(page, KARI);
  await press(page, 'text=Logg ut');
  demand(page.url().startsWith(server.idporten), page.url());
  await press(page, 'text=Logg ut av ID-porten');
  demand((await page.innerText('[role=status]')).includes('logget ut'), 'said so');
  await page.goto('/logg-inn?til=/ski/');
  await press(page, 'text=Logg inn med ID-porten');
  demand(await page.isVisible('#who'), 'asked again');
});

await test('out at the provider ends ours', async () => {
  const page = await open();
  await citizen(page, OLA);
  await page.goto(`${server.idporten}/session/end`);
  await press(page, 'text=Logg ut av ID-porten');
  await page.goto('/nesodden/');
  demand(await page.isVisible('text=Logg inn'), 'logged out by the back channel');
});

await test('higher: the same person is asked for a stronger login', async () => {
  const page = await open();
  await citizen(page, KARI);
  await page.goto('/logg-inn/idporten?til=/ski/&nivaa=hoyt');
  demand((await page.innerText('#asked')).startsWith('idporten-loa-high'), 'level asked for');
  await identify(page, KARI, 'BankID');
  demand(page.url() === `${server.url}/ski/`, page.url());
});

await test('broken off at the provider', async () => {
  const page = await open({ width: 320 });
  await page.goto('/logg-inn?til=/vestby/');
  await press(page, 'text=Logg inn med ID-porten');
  await identify(page, '', 'Avbryt');
  await screen(page, 'innlogging-avbrutt');
  demand((await page.innerText('h1')) === 'Innloggingen ble avbrutt', await page.innerText('h1'));
});

for (const what of ['signature', 'issuer', 'audience', 'audiences', 'nonce', 'expired', 'onbehalfof', 'pid', 'level']) {
  await test(`a provider that lies is not believed: ${what}`, async () => {
    const page = await open();
    await lie(what);
    await citizen(page, OLA);
    await lie('');
    demand(page.url().startsWith(`${server.url}/logg-inn/svar`), page.url());
    demand((await page.innerText('h1')).startsWith(what === 'level' ? 'Innloggingen var ikke sikker nok' : 'Vi fikk ikke bekreftet'),
      await page.innerText('h1'));
    await page.goto('/nesodden/');
    demand(await page.isVisible('text=Logg inn'), 'not logged in');
  });
}

await test('the answer is of use once, to the session that began', async () => {
  const page = await open(), other = await open();
  await page.goto('/logg-inn?til=/nesodden/');
  let answer;
  page.on('request', (r) => { if (r.url().includes('/logg-inn/svar')) answer = r.url(); });
  await press(page, 'text=Logg inn med ID-porten');
  await identify(page, KARI, 'MinID');
  await other.goto('/nesodden/');
  await other.goto(answer);
  demand((await other.innerText('h1')).startsWith('Vi fikk ikke bekreftet'), 'another session');
  await page.goto(answer);
  demand((await page.innerText('h1')).startsWith('Vi fikk ikke bekreftet'), 'a second time');
  await page.goto('/logg-inn/svar');
  demand((await page.innerText('h1')).startsWith('Vi fikk ikke bekreftet'), 'nothing at all');
  await screen(page, 'innlogging-ikke-bekreftet');
});

await test('two windows log in at once', async () => {
  const page = await open();
  const second = await page.context().newPage();
  for (const [window, to] of [[page, '/ski/'], [second, '/vestby/']]) {
    await window.goto(`/logg-inn?til=${to}`);
    await press(window, 'text=Logg inn med ID-porten');
  }
  await identify(second, KARI, 'MinID');
  demand(second.url() === `${server.url}/vestby/`, second.url());
});

await test('an employee, by a provider that wants a signed statement instead of a secret', async () => {
  const page = await open();
  await page.goto('/logg-inn?til=/nesodden/');
  await press(page, 'text=Logg inn med Ansattporten');
  await identify(page, 'line@nesodden.example', 'BankID');
  demand((await page.innerText('.sd-who')).includes('line@nesodden.example'), 'name');
  const users = JSON.parse(samdrift(['user', 'list', server.dir, '--json']));
  demand(users.some((u) => u.name === 'line@nesodden.example'), 'the account is there to be given roles');
});

await test('the number of a citizen is nowhere in the clear', async () => {
  // Database and log, as they lie on the disk.
  const folder = path.dirname(server.dir);
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile())
      continue;
    const content = readFileSync(path.join(name.parentPath ?? name.path, name.name));
    demand(!content.includes(KARI) && !content.includes(OLA), name.name);
  }
});

await test('the choice of login, in all languages', () => screens('logg-inn-valg', '/logg-inn?til=/nesodden/'));
await done();
