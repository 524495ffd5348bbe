"""A person's browser without a screen: cookies and forms, for tests that are about more than what is shown."""
import base64
import hashlib
import hmac
import http.cookies
import re
import struct
import time
import urllib.parse

from samdrift import Client


def totp(secret):
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack('>Q', int(time.time()) // 30), hashlib.sha1).digest()
    return f'{(struct.unpack(">I", mac[mac[19] & 15:][:4])[0] & 0x7fffffff) % 1000000:06}'


class Browser(Client):
    """Keeps cookies, sends forms with what their page holds."""

    def __init__(self, url):
        super().__init__(url + '/')
        self.cookies = {}

    def go(self, method, path, fields=None):
        headers = {'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())}
        body = urllib.parse.urlencode(fields) if fields is not None else None
        reply = self.ask(method, path, body, headers, 'application/x-www-form-urlencoded' if body is not None else None)
        for line in reply.headers.get_all('Set-Cookie') or []:
            self.cookies.update({name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()})
        return reply

    def page(self, path):
        return self.go('GET', path).body.decode()

    def send_with(self, page, sign, action, fields):
        """The form of the page that holds the sign, filled in."""
        form = next(form for form in re.findall(r'<form.*?</form>', page, re.S) if sign in form)
        hidden = re.findall('type="hidden" name="([^"]*)" value="([^"]*)"', form)
        return self.go('POST', action, hidden + fields)

    def send(self, page, action, fields):
        """The form of the page with that action."""
        return self.send_with(page, f'action="{action}"', action, fields)

    def login(self, name, password):
        """A local account that has no one-time codes yet: sets them up."""
        page = self.page('/logg-inn')
        self.send(page, '/logg-inn', [('bruker', name), ('passord', password)])
        page = self.page('/logg-inn/kode')
        secret = re.search(r'<dd>([A-Z2-7]+)</dd>', page)[1]
        reply = self.send(page, '/logg-inn/kode', [('kode', totp(secret))])
        if reply.status != 303:
            raise AssertionError(repr(reply))
