// A stand-in for ID-porten and Ansattporten: npm oidc-provider with their claims and levels. It demands
// PKCE, and tells lies on request, to see that they are not believed.
//
//   node idporten.mjs KEYFILE          prints {"url"}; writes the private key of client samdrift-ansatt
//   POST /start {"base": server}       makes the provider, for that server
//   POST /lie {"lie": "nonce"}         what the next tokens are wrong in; "" tells the truth again
//
// Its login page asks who one is (a national id number, or a name for employees) and how one logs in.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import Provider, { interactionPolicy } from 'oidc-provider';
import { SignJWT, decodeJwt, importJWK } from 'jose';

const LEVELS = { substantial: 'idporten-loa-substantial', high: 'idporten-loa-high' };
const jwk = (kid) => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid, alg: 'RS256', use: 'sig' });
const own = jwk('op'), stranger = jwk('op'), client = jwk('samdrift-ansatt');
writeFileSync(process.argv[2], JSON.stringify(client), { mode: 0o600 });

let provider, url, lie = '', asked = {};

const lies = {
  signature: (c) => [c, stranger],
  issuer: (c) => [{ ...c, iss: 'https://evil.example' }, own],
  audience: (c) => [{ ...c, aud: 'somebody-else' }, own],
  audiences: (c) => [{ ...c, aud: [c.aud, 'somebody-else'] }, own],
  nonce: (c) => [{ ...c, nonce: 'x' }, own],
  expired: (c) => [{ ...c, iat: c.iat - 7200, exp: c.iat - 3600 }, own],
  level: (c) => [{ ...c, acr: 'idporten-loa-low' }, own],
  onbehalfof: (c) => [{ ...c, aud_onbehalfof: '999999999' }, own],
  pid: (c) => [{ ...c, pid: '12345678901' }, own],
};

// The id_token again: with the claims this provider's library does not know, and with the lie.
async function resign(token) {
  let claims = decodeJwt(token), key = own;
  if (asked.onbehalfof)
    claims.aud_onbehalfof = asked.onbehalfof;
  if (lie)
    [claims, key] = lies[lie](claims);
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'op' }).sign(await importJWK(key, 'RS256'));
}

function policy() {
  const base = interactionPolicy.base();
  base.get('login').checks.add(new interactionPolicy.Check('level', 'a higher level is wanted', (ctx) =>
    ctx.oidc.params.acr_values === LEVELS.high && ctx.oidc.session.acr !== LEVELS.high));
  return base;
}

function configuration(base) {
  const common = { redirect_uris: [`${base}/logg-inn/svar`], post_logout_redirect_uris: [`${base}/logg-ut`],
    backchannel_logout_uri: `${base}/logg-ut/tilbyder`, backchannel_logout_session_required: true };
  return {
    clients: [
      { ...common, client_id: 'samdrift', client_secret: 'en hemmelighet', token_endpoint_auth_method: 'client_secret_basic' },
      { ...common, client_id: 'samdrift-ansatt', token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ kty: 'RSA', kid: client.kid, n: client.n, e: client.e, alg: 'RS256', use: 'sig' }] } },
    ],
    jwks: { keys: [own] },
    cookies: { keys: [randomBytes(16).toString('hex')], names: { session: '_op', interaction: '_op_i', resume: '_op_r' } },
    acrValues: Object.values(LEVELS),
    claims: { openid: ['sub', 'acr', 'sid'], profile: ['pid', 'preferred_username', 'locale'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true, methods: ['S256'] },
    extraParams: ['onbehalfof'],
    ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 600, AccessToken: 600 },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, pid: id, preferred_username: id, locale: 'nb' }) }),
    interactions: { policy: policy(), url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => {
        ctx.body = `<!doctype html><html lang="nb"><title>Logg ut</title><h1>ID-porten</h1>${form}
          <button form="op.logoutForm" name="logout" value="yes">Logg ut av ID-porten</button>`;
      } } },
    // Without scripts the consent of our own clients is given.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  };
}

function start(base) {
  provider = new Provider(url, configuration(base));
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth')
      asked = { onbehalfof: ctx.query.onbehalfof };
    await next();
    if (ctx.path === '/token' && ctx.body?.id_token)
      ctx.body.id_token = await resign(ctx.body.id_token);
  });
  provider.on('server_error', (ctx, error) => console.error(error));
}

const read = async (request) => {
  let text = '';
  for await (const piece of request)
    text += piece;
  return text;
};

async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="nb"><title>ID-porten</title><h1>ID-porten</h1>
      <p id="asked">${details.params.acr_values ?? ''} ${details.params.ui_locales ?? ''}</p>
      <form method="post"><input id="who" name="who"><button name="level" value="substantial">MinID</button>
      <button name="level" value="high">BankID</button><button name="level" value="">Avbryt</button></form>`);
    return;
  }
  const form = new URLSearchParams(await read(request));
  const result = form.get('level')
    ? { login: { accountId: form.get('who'), acr: LEVELS[form.get('level')], amr: ['test'] } }
    : { error: 'access_denied', error_description: 'broken off' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = createServer(async (request, response) => {
  try {
    if (request.url === '/start') {
      start(JSON.parse(await read(request)).base);
      response.end();
    } else if (request.url === '/lie') {
      ({ lie } = JSON.parse(await read(request)));
      response.end();
    } else if (request.url.startsWith('/interaction/')) {
      await interaction(request, response);
    } else {
      provider.callback()(request, response);
    }
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  url = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ url }));
});
