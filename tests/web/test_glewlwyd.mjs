import { demand, done, open, server, test } from './browser.mjs';

// Its own pages need scripts of its own; what they do is asked for here, and the browser takes the rest.
await test(`an independent provider: Debian's glewlwyd${server.glewlwyd ? '' : ' # SKIP glewlwyd is not installed'}`, async () => {
  if (!server.glewlwyd)
    return;
  const { url, user, password } = server.glewlwyd;
  const page = await open();
  await page.goto('/logg-inn?til=/ski/');
  const cookies = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const begin = await fetch(`${server.url}/logg-inn/glewlwyd?til=/ski/`, { headers: { Cookie: cookies }, redirect: 'manual' });
  const asked = begin.headers.get('location');
  demand(asked.startsWith(`${url}/api/oidc/auth?`), asked);
  const ask = (method, path, body, Cookie = '') => fetch(`${url}/api/${path}`, { method, redirect: 'manual',
    headers: { 'Content-Type': 'application/json', Cookie }, body: JSON.stringify(body) });
  const login = await ask('POST', 'auth/', { username: user, password });
  const theirs = login.headers.get('set-cookie').split(';')[0];
  demand((await ask('PUT', 'auth/grant/samdrift', { scope: 'openid' }, theirs)).status === 200, 'consent');
  const back = (await fetch(`${asked}&g_continue`, { headers: { Cookie: theirs }, redirect: 'manual' })).headers.get('location');
  demand(back.startsWith(`${server.url}/logg-inn/svar?`) && back.includes('code='), back);
  await page.goto(back);
  demand(page.url() === `${server.url}/ski/`, page.url());
  demand((await page.innerText('.sd-who')).includes(user), 'logged in');
});

await done();
