"""A browser without scripts, for tests in Python: cookies, redirects, the forms of a page.

    page = Visitor().get(url)
    page = page.send({'navn': 'Kari'}, files={'kart': ('kart.pdf', b'%PDF…')})   its first form in <main>, with what stands in it
"""
import html
import html.parser
import http.client
import re
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


class Visitor:
    def __init__(self):
        self.cookies, self.connections = {}, {}

    def get(self, url):
        return self.ask('GET', url)

    def once(self, method, url, body, type):
        parts = urllib.parse.urlsplit(url)
        if parts.netloc not in self.connections:
            self.connections[parts.netloc] = http.client.HTTPConnection(parts.netloc, timeout=120)
        connection, kept = self.connections[parts.netloc], self.cookies.setdefault(parts.netloc, {})
        headers = {'Cookie': '; '.join(f'{name}={value}' for name, value in kept.items()),
                   'Origin': f'{parts.scheme}://{parts.netloc}', 'Accept': 'text/html'}
        if type:
            headers['Content-Type'] = type
        connection.request(method, parts.path + ('?' + parts.query if parts.query else ''), body, headers)
        reply = connection.getresponse()
        text = reply.read()
        for cookie in reply.headers.get_all('Set-Cookie') or []:
            name, _, value = cookie.split(';')[0].partition('=')
            kept[name] = value
            if not value or 'Max-Age=0' in cookie:
                kept.pop(name)
        return reply, text

    def ask(self, method, url, body=None, type=None):
        for _ in range(REDIRECTS_MAX):
            reply, text = self.once(method, url, body, type)
            if reply.status not in (302, 303):
                return Page(self, url, reply.status, text.decode('utf-8', 'replace'))
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
