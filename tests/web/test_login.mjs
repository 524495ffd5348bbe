import { demand, done, login, open, press, samdrift, screen, screens, server, test, totp } from './browser.mjs';

let secret, used;

await test('password, then the app is set up, then out', async () => {
  const page = await open({ width: 320 });
  await page.goto('/nesodden/');
  await press(page, 'text=Logg inn');
  await screen(page, 'logg-inn-320');
  await page.fill('#bruker', 'kollega@example.com');
  await page.fill('#passord', server.password);
  await press(page);
  await screen(page, 'engangskode-oppsett');
  secret = await page.locator('dd').first().textContent();
  await page.fill('#kode', '000000');
  await press(page);
  demand((await page.title()).startsWith('Feil: '), await page.title());
  await screen(page, 'engangskode-feil');
  used = totp(secret);
  await page.fill('#kode', used);
  await press(page);
  demand(page.url().endsWith('/nesodden/'), page.url());
  demand((await page.innerText('.sd-who')).includes('kollega@example.com'), 'name in the header');
  await press(page, 'text=Logg ut');
  demand((await page.innerText('[role=status]')).includes('logget ut'), 'said so');
  demand(await page.isVisible('text=Logg inn'), 'out');
  await page.reload();
  demand(await page.locator('[role=status]').count() === 0, 'said once');
});

await test('a wrong password: summary first, with focus, linked to the field', async () => {
  const page = await open({ js: true });
  await page.goto('/logg-inn?til=/nesodden/');
  await page.fill('#bruker', 'kollega@example.com');
  await page.fill('#passord', 'galt passord');
  await press(page);
  demand(await page.evaluate(() => document.activeElement.className) === 'ds-error-summary', 'focus');
  await screen(page, 'logg-inn-feil');
  await page.click('.ds-error-summary a');
  demand(await page.evaluate(() => document.activeElement.id) === 'bruker', 'the link leads to the field');
  demand(await page.inputValue('#bruker') === 'kollega@example.com', 'what was typed stays');
  demand(await page.inputValue('#passord') === '', 'but not the password');
});

await test('a used code is refused; the session gets a new name at each step', async () => {
  const page = await open();
  const token = async () => (await page.context().cookies()).find((c) => c.name === '__Host-samdrift')?.value;
  await page.goto('/logg-inn?til=/nesodden/');
  const first = await token();
  await page.fill('#bruker', 'kollega@example.com');
  await page.fill('#passord', server.password);
  await press(page);
  const second = await token();
  await page.fill('#kode', used);
  await press(page);
  demand(await page.isVisible('.ds-error-summary'), 'a code twice');
  await page.fill('#kode', totp(secret, 1));
  await press(page);
  demand(page.url().endsWith('/nesodden/'), page.url());
  const third = await token();
  demand(first && second && third && new Set([first, second, third]).size === 3, 'new tokens');
  const cookie = (await page.context().cookies()).find((c) => c.name === '__Host-samdrift');
  demand(cookie.httpOnly && cookie.secure && cookie.sameSite === 'Lax' && cookie.path === '/', JSON.stringify(cookie));
});

await test('comes back to where one was going, and nowhere else', async () => {
  for (const bad of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const page = await open();
    await page.goto(`/logg-inn?til=${encodeURIComponent(bad)}`);
    demand(await page.getAttribute('main input[name=til]', 'value') === '/', bad);
  }
});

await test('a form sent from elsewhere, without or with an old token, is refused', async () => {
  const page = await open();
  await page.goto('/logg-inn');
  const cookies = await page.context().cookies();
  const Cookie = cookies.map((c) => `${c.name}=${c.value}`).join('; ');
  const send = (headers, form) => fetch(`${server.url}/logg-inn`, { method: 'POST', redirect: 'manual',
    headers: { Cookie, ...headers }, body: new URLSearchParams(form) });
  const token = await page.getAttribute('main input[name=_token]', 'value');
  const nonce = await page.getAttribute('main input[name=_nonce]', 'value');
  const form = { bruker: 'x', passord: 'y', _token: token, _nonce: nonce };
  demand((await send({}, form)).status === 422, 'right, but for the password');
  demand((await send({}, { ...form, _token: '' })).status === 403, 'no token');
  demand((await send({}, { ...form, _token: token.replace(/./, (c) => (c === '0' ? '1' : '0')) })).status === 403, 'wrong token');
  demand((await send({ Origin: 'https://evil.example' }, form)).status === 403, 'another origin');
  demand((await send({ Origin: 'null' }, form)).status === 403, 'no origin');
  demand((await send({ 'Sec-Fetch-Site': 'cross-site' }, form)).status === 403, 'cross-site');
  demand((await send({ Origin: server.url }, { ...form, _token: 'x' })).status === 303, 'ours, but old: kept');
  demand((await send({ Cookie: '' }, form)).status === 403, 'no cookie');
  demand((await send({}, { ...form, _nonce: 'x' })).status === 400, 'nonce');
});

await test('a form that had grown old: what was typed is kept, and sent with one press', async () => {
  const page = await open({ width: 320 });
  await page.goto('/logg-inn?til=/vestby/');
  await page.fill('#bruker', 'Åse & "co"');
  await page.context().clearCookies();
  await press(page);
  demand(page.url().endsWith('/fortsett'), page.url());
  await screen(page, 'fortsett');
  await press(page);
  demand(await page.inputValue('#bruker') === 'Åse & "co"', 'kept');
  demand(await page.isVisible('.ds-error-summary'), 'and taken as sent');
});

await test('a lost phone: the next login sets up a new one', async () => {
  samdrift(['user', 'reset-code', server.dir, '--name', 'kollega@example.com']);
  const page = await open();
  await login(page, 'kollega', '/ski/');
  demand(page.url().endsWith('/ski/'), page.url());
  await screens('innlogget', '/nesodden/', { page });
});


await test('login page', () => screens('logg-inn', '/logg-inn?til=/nesodden/'));

await done();
