"""A browser without scripts, for tests in Python: cookies, redirects, the forms of a page.

    page = Visitor().get(url)
    page = page.send({'navn': 'Kari'}, files={'kart': ('kart.pdf', b'%PDF…')})   its first form in <main>, with what stands in it

What is not followed: one request, one reply.

    visitor = Visitor(url)
    reply = visitor.send(visitor.page('/nesodden/innsyn'), action, [('post', id)])   the form of the page with that action
"""
import base64
import hashlib
import hmac
import html
import html.parser
import http.client
import re
import struct
import time
import urllib.parse
import uuid

REDIRECTS_MAX = 12


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go and what stands in them."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == 'form':
            self.forms.append({'action': a.get('action') or '', 'method': a.get('method', 'get'),
                               'files': a.get('enctype') == 'multipart/form-data', 'fields': []})
        elif tag == 'input' and self.forms and a.get('name'):
            chosen = a.get('type') not in ('radio', 'checkbox', 'file') or 'checked' in a
            if chosen:
                self.forms[-1]['fields'].append((a['name'], a.get('value', '')))


class Page:
    def __init__(self, visitor, url, status, text):
        self.visitor, self.url, self.status, self.text = visitor, url, status, text

    def value(self, name):
        """What stands in the input of that name."""
        found = re.search(rf'<input[^>]*\bname="{re.escape(name)}"[^>]*>', self.text)
        value = found and re.search(r'\bvalue="([^"]*)"', found.group())
        return html.unescape(value.group(1)) if value else ''

    def radio(self, label):
        """The value of the radio with that label."""
        found = re.search(r'<label[^>]*\bfor="([^"]+)"[^>]*>' + re.escape(html.escape(label)), self.text)
        field = re.search(rf'<input[^>]*\bid="{re.escape(found.group(1))}"[^>]*>', self.text).group()
        return re.search(r'\bvalue="([^"]*)"', field).group(1)

    def main(self):
        start = self.text.find('<main')
        return self.text[start if start >= 0 else 0:]

    def send(self, values, files=None):
        """The first POST form: what stands there, with these values instead."""
        form = next(f for f in Forms(self.main()).forms if f['method'] == 'post')
        fields = [pair for pair in form['fields'] if pair[0] not in values]
        fields += [(name, v) for name, value in values.items() for v in (value if isinstance(value, list) else [value])]
        url = urllib.parse.urljoin(self.url, form['action'])
        if not form['files']:
            return self.visitor.ask('POST', url, urllib.parse.urlencode(fields).encode(),
                                    'application/x-www-form-urlencoded')
        boundary = uuid.uuid4().hex
        return self.visitor.ask('POST', url, multipart(boundary, fields, files or {}), f'multipart/form-data; boundary={boundary}')


def multipart(boundary, fields, files):
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for name, (filename, content) in files.items():
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
                     'Content-Type: application/octet-stream\r\n\r\n'.encode() + content + b'\r\n')
    return b''.join(parts) + f'--{boundary}--\r\n'.encode()


def totp(secret):
    """The one-time code of a base32 secret now."""
    mac = hmac.new(base64.b32decode(secret), struct.pack('>Q', int(time.time()) // 30), hashlib.sha1).digest()
    return f'{(struct.unpack(">I", mac[mac[19] & 15:][:4])[0] & 0x7fffffff) % 1000000:06}'


class Reply:
    def __init__(self, reply):
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()

    def __repr__(self):
        return f'{self.status} {self.body[:600]!r}'


class Visitor:
    def __init__(self, base=''):
        self.base, self.cookies, self.connections = base, {}, {}

    def close(self):
        while self.connections:
            self.connections.popitem()[1].close()

    def get(self, url):
        return self.ask('GET', url)

    def once(self, method, url, body, type, more=()):
        """With these header fields more. Sent again once, when a kept connection turns out to be closed."""
        parts = urllib.parse.urlsplit(url)
        kept = self.cookies.setdefault(parts.hostname, {})
        headers = {'Cookie': '; '.join(f'{name}={value}' for name, value in kept.items()), **dict(more)}
        if type:
            headers['Content-Type'] = type
        target = parts.path + ('?' + parts.query if parts.query else '')
        again = parts.netloc in self.connections
        connection = self.connections.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=120))
        try:
            connection.request(method, target, body, headers)
            reply = Reply(connection.getresponse())
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connections.pop(parts.netloc).close()
            if not again:
                raise
            return self.once(method, url, body, type, more)
        self.keep(kept, reply.headers.get_all('Set-Cookie') or [])
        return reply

    @staticmethod
    def keep(kept, cookies):
        for cookie in cookies:
            name, _, value = cookie.split(';')[0].partition('=')
            kept[name] = value
            if not value or 'Max-Age=0' in cookie:
                kept.pop(name)

    def ask(self, method, url, body=None, type=None):
        for _ in range(REDIRECTS_MAX):
            parts = urllib.parse.urlsplit(url)
            reply = self.once(method, url, body, type, {'Origin': f'{parts.scheme}://{parts.netloc}', 'Accept': 'text/html'})
            if reply.status not in (302, 303):
                return Page(self, url, reply.status, reply.body.decode('utf-8', 'replace'))
            url = urllib.parse.urljoin(url, reply.headers['Location'])
            method, body, type = 'GET', None, None
        raise AssertionError(f'too many redirects, at last to {url}')

    def log_in(self, url, who):
        """At the stand-in for ID-porten, by the page that demands it."""
        page = self.get(url)
        found = re.search(r'href="(/logg-inn/idporten[^"]*)"', page.text)
        page = self.get(urllib.parse.urljoin(page.url, html.unescape(found.group(1))))
        return self.ask('POST', page.url, urllib.parse.urlencode({'who': who, 'level': 'substantial'}).encode(),
                        'application/x-www-form-urlencoded')

    # ------------------------------------------------------------------ one request, one reply, no more than is said

    def go(self, method, path, fields=None):
        url = urllib.parse.urljoin(self.base, path)
        if fields is None:
            return self.once(method, url, None, None)
        return self.once(method, url, urllib.parse.urlencode(fields).encode(), 'application/x-www-form-urlencoded')

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
        reply = self.send(page, '/logg-inn/kode', [('kode', totp(re.search(r'<dd>([A-Z2-7]+)</dd>', page)[1]))])
        if reply.status != 303:
            raise AssertionError(repr(reply))
