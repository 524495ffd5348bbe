"""Debian's glewlwyd as a second provider, made by other people in another language than the stand-in."""
import gzip
import http.cookiejar
import json
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

SCHEMA = pathlib.Path('/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz')
USER, PASSWORD = 'line.larsen', 'et passord til'
SETTINGS = '''
port = {port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "/usr/share/glewlwyd/webapp/"
log_mode = "console"
log_level = "ERROR"
cookie_domain = "127.0.0.1"
cookie_secure = 0
session_expiration = 3600
session_key = "GLEWLWYD2_SESSION_ID"
admin_session_authentication = "cookie"
profile_session_authentication = "cookie"
login_api_enabled = true
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3" path = "{home}/glewlwyd.db" }};
'''
PROVIDER = '''
[provider.glewlwyd]
name = Glewlwyd
url = {url}/api/oidc
for = ansatt
client_id = samdrift
client_secret = "en-annen-hemmelighet"
level = substantial
'''


def found():
    return bool(shutil.which('glewlwyd')) and SCHEMA.exists()


class Glewlwyd:
    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-glewlwyd-'))
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            port = s.getsockname()[1]
        self.url = f'http://127.0.0.1:{port}'
        with sqlite3.connect(self.home / 'glewlwyd.db') as database:
            database.executescript(gzip.decompress(SCHEMA.read_bytes()).decode())
        (self.home / 'conf').write_text(SETTINGS.format(port=port, home=self.home))
        self.process = subprocess.Popen(['glewlwyd', '-c', str(self.home / 'conf')], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.conf = PROVIDER.format(url=self.url)

    def ask(self, path, data):
        request = urllib.request.Request(f'{self.url}/api/{path}', json.dumps(data).encode(),
                                         {'Content-Type': 'application/json'})
        self.opener.open(request, timeout=30).close()

    def log_in(self):
        for _ in range(200):
            try:
                return self.ask('auth/', {'username': 'admin', 'password': 'password'})
            except urllib.error.URLError:
                time.sleep(0.05)
        raise AssertionError('glewlwyd does not answer')

    def start(self, base):
        """Makes provider, client and person."""
        key = subprocess.run(['openssl', 'genrsa', '2048'], check=True, capture_output=True, text=True).stdout
        public = subprocess.run(['openssl', 'rsa', '-pubout'], check=True, capture_output=True, text=True,
                                input=key).stdout
        flags = {'allow-non-oidc': False, 'auth-type-code-enabled': True, 'auth-type-id-token-enabled': True,
                 'pkce-allowed': True, 'pkce-method-plain-allowed': False, 'refresh-token-rolling': True,
                 'jwks-show': True, **{f'auth-type-{kind}-enabled': False
                                       for kind in ('token', 'none', 'password', 'client', 'refresh')}}
        self.log_in()
        self.ask('mod/plugin/', {'module': 'oidc', 'name': 'oidc', 'display_name': 'oidc', 'enabled': True, 'parameters': {
            **flags, 'iss': f'{self.url}/api/oidc', 'jwt-type': 'rsa', 'jwt-key-size': '256', 'key': key, 'cert': public,
            'access-token-duration': 3600, 'refresh-token-duration': 3600, 'code-duration': 600,
            'subject-type': 'public', 'scope': [], 'additional-parameters': [], 'name-claim': 'no', 'email-claim': 'no',
            'scope-claim': 'no', 'oauth-par-request_uri-prefix': 'urn:ietf:params:oauth:request_uri:',
            'claims': [{'name': 'preferred_username', 'user-property': 'username', 'type': 'string', 'mandatory': True,
                        'scope': ['openid']}]}})
        self.ask('client/', {'client_id': 'samdrift', 'client_name': 'Samdrift', 'confidential': True, 'enabled': True,
                             'client_secret': 'en-annen-hemmelighet', 'redirect_uri': [f'{base}/logg-inn/svar'],
                             'authorization_type': ['code'], 'scope': ['openid'],
                             'token_endpoint_auth_method': ['client_secret_basic']})
        self.ask('user/', {'username': USER, 'name': 'Line', 'password': PASSWORD, 'email': 'line@example.com',
                           'enabled': True, 'scope': ['openid', 'g_profile']})

    def facts(self):
        return {'url': self.url, 'user': USER, 'password': PASSWORD}

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.home)
