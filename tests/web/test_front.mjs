import { demand, done, open, press, samdrift, screens, server, test } from './browser.mjs';

await test('front page of the co-operation', async () => {
  const page = await open();
  await page.goto('/');
  demand(await page.title() === 'IKT Follo', await page.title());
  await press(page, 'main >> text=Nesodden');
  demand(page.url().endsWith('/nesodden/'), page.url());
  demand((await page.innerText('h1')).includes('Nesodden kommune'), 'h1');
  await screens('samarbeid', '/');
});

await test('front page of a municipality', async () => {
  samdrift(['municipality', 'set', server.dir, 'aas', '--language', 'nn', '--notice', 'Kok vatnet i <Ås> & omegn']);
  const page = await open({ lang: 'no' });
  await page.goto('/aas/');
  demand(await page.getAttribute('html', 'lang') === 'nn', 'the main language of the municipality');
  demand((await page.innerText('.ds-alert')).includes('Kok vatnet i <Ås> & omegn'), 'notice');
  await screens('kommune', '/aas/');
  samdrift(['municipality', 'set', server.dir, 'aas', '--language', 'nb', '--notice', '']);
});

await test('language: by the browser, by choice, kept', async () => {
  const page = await open({ lang: 'se' });
  await page.goto('/nesodden/');
  demand(await page.getAttribute('html', 'lang') === 'se', 'of the browser');
  await press(page, 'text=English');
  demand(await page.getAttribute('html', 'lang') === 'en', 'chosen');
  await page.goto('/nesodden/tilgjengelighet');
  demand(await page.getAttribute('html', 'lang') === 'en', 'kept');
  await page.goto('/nesodden/sok?q=a%26b&spraak=nn');
  demand(await page.inputValue('#q') === 'a&b', 'query');
  await press(page, 'text=Bokmål');
  demand(await page.inputValue('#q') === 'a&b', 'the query stays with another language');
});

await test('search, accessibility, pages that are not there', async () => {
  await screens('sok', '/nesodden/sok?q=garasje');
  await screens('tilgjengelighet', '/nesodden/tilgjengelighet');
  await screens('finnes-ikke', '/nesodden/finnes-ikke');
  const page = await open();
  for (const address of ['/aas/finnes-ikke/her', '/aas/skjema/finnes-ikke/1', '/aas/innsyn/finnes-ikke']) {
    const gone = await page.goto(`${address}?spraak=nn`);
    demand(gone.status() === 404 && await page.getAttribute('html', 'lang') === 'nn', `${address}: in the language that is asked for`);
    demand(await page.innerText('.sd-site') === 'Ås kommune', `${address}: of the municipality`);
    await press(page, 'nav >> text=English');
    demand(await page.getAttribute('html', 'lang') === 'en', `${address}: in another language`);
    await press(page, 'nav >> text=Bokmål');
  }
  const reply = await page.goto('/ingen-slik-kommune/');
  demand(reply.status() === 404, `${reply.status()}`);
  await press(page, 'main >> text=Forsiden');
  demand(await page.title() === 'IKT Follo', await page.title());
});

await test('whom to turn to: the municipality, else the co-operation', async () => {
  const page = await open();
  for (const [address, who] of [['/nesodden/', 'nesodden'], ['/aas/', 'follo'], ['/', 'follo'], ['/nesodden/tilgjengelighet', 'nesodden']]) {
    await page.goto(address);
    demand(await page.isVisible(`footer a[href="mailto:postmottak@${who}.example"]`), address);
  }
  demand(await page.locator('main a[href="mailto:postmottak@nesodden.example"]').count() === 1, 'where obstacles are told of');
});

await test('keyboard: the first stop leads past the header', async () => {
  const page = await open();
  await page.goto('/nesodden/');
  await page.keyboard.press('Tab');
  demand(await page.evaluate(() => document.activeElement.hash) === '#innhold', 'skip link');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  demand(await page.evaluate(() => document.activeElement.id) === 'q', 'the search box comes next');
});

await test('a page with all it loads is light', async () => {
  const page = await open();
  const sizes = [];
  page.on('requestfinished', (r) => sizes.push(r.sizes().then((s) => s.responseBodySize + s.responseHeadersSize)));
  await page.goto('/nesodden/', { waitUntil: 'networkidle' });
  const all = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
  demand(all > 5000 && all < 60 * 1024, `${all} bytes`);
  console.log(`# ${all} bytes with style sheets and icon`);
});

await test('prints without what only a screen needs', async () => {
  const page = await open();
  await page.goto('/nesodden/');
  await page.emulateMedia({ media: 'print' });
  for (const part of ['.sd-languages', '.sd-who', '.sd-search'])
    demand(!await page.isVisible(part), part);
  demand(await page.isVisible('h1'), 'h1');
  await page.goto('/nesodden/innsyn/om/finnes-ikke');
  demand(await page.locator('main .ds-button').count() === 1 && !await page.isVisible('main .ds-button'), 'nor what is pressed');
});

await done();
