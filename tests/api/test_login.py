"""Basic, tokens, foreign issuers, the limit on failures: 1.6 and 4.2."""
import base64
import json
import unittest
import urllib.parse

from samdrift import CONF, PASSWORD, Case, Client, Server, cut


def basic(name, password):
    return 'Basic ' + base64.b64encode(f'{name}:{password}'.encode()).decode()


class Login(Case):
    def discovery(self, server=None):
        anonymous = (server or self.server).client()
        reply = anonymous.ask('GET', anonymous.href(anonymous.root(), 'login/oidc'))
        self.assertEqual(reply.status, 200, repr(reply))
        return reply.json

    def token(self, server=None, authorization=None, **form):
        anonymous = (server or self.server).client()
        headers = {'Content-Type': 'application/x-www-form-urlencoded'}
        if authorization:
            headers['Authorization'] = authorization
        return anonymous.ask('POST', self.discovery(server)['token_endpoint'], urllib.parse.urlencode(form).encode(), headers)

    def password(self, **more):
        return self.token(grant_type='password', username='leser@example.com', password=PASSWORD,
                          client_id='nikita-client', **more)


class Basic(Login):
    def try_login(self, name, password):
        return self.anonymous.ask('GET', self.admin.href(self.admin.root(), 'arkivstruktur'),
                                  headers={'Authorization': basic(name, password)})

    def test_right(self):
        self.assertEqual(self.try_login('leser@example.com', PASSWORD).status, 200)

    def test_wrong(self):
        for name, password in (('leser@example.com', 'feil'), ('ingen@example.com', PASSWORD), ('', ''),
                               ('leser@example.com', '')):
            reply = self.try_login(name, password)
            self.refused(reply, 401)
            self.assertIn('WWW-Authenticate', reply.headers)

    def test_nonsense_headers(self):
        for value in ('Basic', 'Basic !!!', 'Basic ' + base64.b64encode(b'x').decode(), 'Bearer', 'Bearer x.y.z',
                      'Digest a=b', 'x' * 5000):
            reply = self.anonymous.ask('GET', self.admin.base + 'arkivstruktur/', headers={'Authorization': value})
            self.status(reply, 400, 401, 431)

    def test_login_page(self):
        anonymous = self.anonymous
        href = anonymous.href(anonymous.root(), 'login/rfc7617')
        self.assertEqual(anonymous.ask('GET', href).status, 200)
        self.assertEqual(self.leser.ask('GET', href).status, 200)


class Tokens(Login):
    def test_discovery(self):
        document = self.discovery()
        for name in ('issuer', 'token_endpoint', 'jwks_uri', 'grant_types_supported'):
            self.assertTrue(document[name], name)
        keys = self.anonymous.ask('GET', document['jwks_uri']).json['keys']
        self.assertEqual(keys[0]['kty'], 'RSA')
        self.assertNotIn('d', keys[0], 'the private part stays inside')

    def test_password_grant(self):
        reply = self.password()
        self.assertEqual(reply.status, 200, repr(reply))
        for name in ('access_token', 'token_type', 'expires_in', 'refresh_token', 'refresh_expires_in'):
            self.assertIn(name, reply.json)
        self.assertEqual(reply.headers['Cache-Control'], 'no-store')

    def test_token_opens(self):
        client = Client(self.admin.base, token=self.password().json['access_token'])
        self.assertIn('arkivstruktur', json.dumps(client.root()))
        self.assertEqual(client.find(client.root('arkivstruktur'), 'arkivstruktur/arkiv', top=1)[0][:0], [])

    def test_token_has_the_rights_of_its_person(self):
        client = Client(self.admin.base, token=self.password().json['access_token'])
        self.refused(client.ask('POST', client.base + 'arkivstruktur/ny-arkiv/', {'tittel': 'x'}), 403)

    def test_refresh_once(self):
        first = self.password().json
        second = self.token(grant_type='refresh_token', refresh_token=first['refresh_token'])
        self.assertEqual(second.status, 200, repr(second))
        self.assertNotEqual(second.json['refresh_token'], first['refresh_token'])
        again = self.token(grant_type='refresh_token', refresh_token=first['refresh_token'])
        self.assertEqual(again.status, 400)
        self.assertEqual(again.json['error'], 'invalid_grant')

    def test_client_credentials(self):
        reply = self.token(authorization=basic('integrasjon@example.com', PASSWORD), grant_type='client_credentials')
        self.assertEqual(reply.status, 200, repr(reply))
        client = Client(self.admin.base, token=reply.json['access_token'])
        self.assertIn('arkivstruktur', json.dumps(client.root()))

    def test_wrong(self):
        for form, error in (({'grant_type': 'password', 'username': 'arkivar@example.com', 'password': 'x'}, 'invalid_grant'),
                            ({'grant_type': 'tull'}, 'unsupported_grant_type'),
                            ({}, 'invalid_request'),
                            ({'grant_type': 'refresh_token', 'refresh_token': 'x'}, 'invalid_grant')):
            reply = self.token(**form)
            self.assertIn(reply.status, (400, 401))
            self.assertEqual(reply.json['error'], error)

    def test_forged_tokens(self):
        head, body, signature = self.password().json['access_token'].split('.')

        def b64(data):
            return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b'=').decode()
        claims = json.loads(base64.urlsafe_b64decode(body + '=='))
        for token in (f'{head}.{b64({**claims, "sub": "x"})}.{signature}', f'{b64({"alg": "none"})}.{body}.',
                      f'{b64({"alg": "HS256"})}.{body}.{signature}', f'{head}.{body}.{signature[:-4]}AAAA',
                      f'{head}.{body}', '..', f'{head}.{body}.{signature}.x'):
            reply = Client(self.admin.base, token=token).ask('GET', self.admin.base + 'arkivstruktur/')
            self.refused(reply, 401)


class Settings(Login):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed = Server(CONF.replace('password_grant = ja', 'password_grant = nei'))

    @classmethod
    def tearDownClass(cls):
        cls.closed.close()

    def test_password_grant_is_off_unless_configured(self):
        reply = self.token(self.closed, grant_type='password', username='leser@example.com', password=PASSWORD)
        self.assertEqual(reply.status, 400)
        self.assertEqual(reply.json['error'], 'unsupported_grant_type')
        self.assertNotIn('password', self.discovery(self.closed)['grant_types_supported'])

    def test_z_failures_are_limited(self):
        client = self.closed.client()
        url = client.base + 'arkivstruktur/'
        seen = [client.ask('GET', url, headers={'Authorization': basic('kollega@example.com', f'feil {i}')}).status
                for i in range(14)]
        self.assertEqual(seen[0], 401)
        self.assertEqual(seen[-1], 429)
        reply = client.ask('GET', url, headers={'Authorization': basic('kollega@example.com', PASSWORD)})
        self.refused(reply, 429)
        self.assertGreater(int(reply.headers['Retry-After']), 0)

    def test_users_change_while_serving(self):
        from samdrift import run
        server = self.closed
        run('user', 'add', server.dir, '--name', 'ny@example.com', '--municipality', 'nesodden', '--role', 'leser',
            stdin='et nytt passord\n')
        client = Client(server.client('leser').base, 'ny@example.com', 'et nytt passord')
        self.assertEqual(client.ask('GET', client.base + 'arkivstruktur/').status, 200)
        run('user', 'remove', server.dir, '--name', 'ny@example.com', '--municipality', 'nesodden')
        from samdrift import wait_for
        self.assertTrue(wait_for(lambda: client.ask('GET', client.base + 'arkivstruktur/').status in (401, 403, 404), 5))


if __name__ == '__main__':
    unittest.main()
