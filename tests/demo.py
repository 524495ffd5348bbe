#!/usr/bin/python3
"""make demo: the Follo six, one garage case in Nesodden over the real interface, one line a step.

ONCE=1 ends at the end, with status 0 only if every step held; otherwise the server stays in the
foreground until Ctrl-C. PORT chooses the port; with ONCE=1 and PORT=8080 taken, a free one is used.
"""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / 'build' / 'samdrift'
HOME = ROOT / 'demo'
LOG = HOME / 'server.log'
R = 'https://rel.arkivverket.no/noark5/v5/api/'
NOARK = 'application/vnd.noark5+json'
PASSWORD = 'garasjen på Nesodden'
ONCE = os.environ.get('ONCE', '') not in ('', '0')


class Failed(Exception):
    pass


def step(text):
    print('✓', text, flush=True)


def demand(truth, text):
    if not truth:
        raise Failed(text)


def samdrift(*args, stdin=''):
    done = subprocess.run([str(PROGRAM), *map(str, args)], input=stdin, capture_output=True, text=True)
    demand(done.returncode == 0, f'samdrift {" ".join(map(str, args))}: {done.stderr.strip()}')
    return done.stdout.strip()


class Caller:
    def __init__(self, base, user):
        self.base = base
        credentials = base64.b64encode(f'{user}:{PASSWORD}'.encode()).decode()
        self.authorization = f'Basic {credentials}'

    def ask(self, method, url, body=None, type=NOARK):
        """-> (status, body); a refusal is an answer too"""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        request = urllib.request.Request(url, body, {'Authorization': self.authorization}, method=method)
        if body is not None:
            request.add_header('Content-Type', type)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def get(self, url):
        status, body = self.ask('GET', url)
        demand(status == 200, f'GET {url}: {status} {body[:300]!r}')
        return json.loads(body)

    def link(self, thing, name):
        links = thing['_links']
        demand(R + name + '/' in links, f'no link {name} in {sorted(links)}')
        return links[R + name + '/']['href'].split('{')[0]

    def package(self, name):
        return self.get(self.link(self.get(self.base), name))

    def create(self, thing, name, data):
        status, body = self.ask('POST', self.link(thing, name), data)
        demand(status == 201, f'POST {name}: {status} {body[:300]!r}')
        return json.loads(body)

    def upload(self, thing, content, type):
        status, body = self.ask('POST', self.link(thing, 'arkivstruktur/fil'), content, type)
        demand(status == 201, f'upload: {status} {body[:300]!r}')
        return json.loads(body)

    def find(self, thing, name, **options):
        query = '&'.join(f'${key}={urllib.parse.quote(value)}' for key, value in options.items())
        return self.get(self.link(thing, name) + '?' + query)


def pdf(lines):
    """A valid PDF of one page."""
    words = b' '.join(b'(%s) Tj 0 -20 Td' % line.encode('latin-1') for line in lines)
    stream = b'BT /F1 14 Tf 60 760 Td ' + words + b' ET'
    parts = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
             b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R '
             b'/Resources << /Font << /F1 5 0 R >> >> >>',
             b'<< /Length %d >>\nstream\n%s\nendstream' % (len(stream), stream),
             b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>']
    out, places = b'%PDF-1.4\n', []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, part)
    table = b''.join(b'%010d 00000 n \n' % place for place in places)
    return out + (b'xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n'
                  % (len(parts) + 1, table, len(parts) + 1, len(out)))


def free_port(wanted):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(('127.0.0.1', wanted))
            return wanted
        except OSError:
            demand(ONCE, f'port {wanted} is taken: choose another with PORT=…')
            return 0


def prepare():
    if HOME.exists():
        shutil.rmtree(HOME)
    samdrift('init', HOME)
    step('Made a co-operation in demo/')
    loaded = json.loads(samdrift('cooperation', 'load', HOME, ROOT / 'data' / 'follo.json', '--json'))
    members = json.loads(samdrift('municipality', 'list', HOME, '--json'))
    demand(loaded['added'] == 6 and len(members) == 6, 'six municipalities')
    step('Loaded the Follo six: ' + ', '.join(member['name'] for member in members))
    for name, municipality, role in (('admin@example.com', 'nesodden', 'arkivadministrator'),
                                     ('saksbehandler@example.com', 'nesodden', 'saksbehandler'),
                                     ('arkivar@example.com', 'aas', 'arkivar')):
        samdrift('user', 'add', HOME, '--name', name, '--municipality', municipality, '--role', role,
                 stdin=PASSWORD + '\n')
    step('Made three users: two in Nesodden, one in Ås')


def serve(port):
    with open(LOG, 'w') as log:
        process = subprocess.Popen([str(PROGRAM), 'serve', str(HOME), '--listen', f'127.0.0.1:{port}', '--json'],
                                   stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
    line = process.stdout.readline()
    demand(line, f'the server did not start: {LOG.read_text().strip()}')
    url = json.loads(line)['url']
    step(f'Started the server at {url}')
    return process, url


def archive(admin, person):
    package = admin.package('arkivstruktur')
    arkiv = admin.create(package, 'arkivstruktur/ny-arkiv', {'tittel': 'Nesodden kommunes sakarkiv'})
    admin.create(arkiv, 'arkivstruktur/ny-arkivskaper',
                 {'arkivskaperID': '944383565', 'arkivskaperNavn': 'Nesodden kommune'})
    arkivdel = admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Byggesaker 2020–'})
    system = admin.create(arkivdel, 'arkivstruktur/ny-klassifikasjonssystem',
                          {'tittel': 'Gårds- og bruksnummer', 'klassifikasjonstype': {'kode': 'GBN'}})
    klasse = admin.create(system, 'arkivstruktur/ny-klasse', {'klasseID': '7/70', 'tittel': 'Fjellstrandveien 12'})
    step('Set up arkiv, arkivskaper, arkivdel, klassifikasjonssystem and klasse 7/70')
    klasse = person.get(klasse['_links']['self']['href'])
    sak = person.create(klasse, 'sakarkiv/ny-saksmappe', {'tittel': 'Garasje på Fjellstrandveien 12'})
    step(f'Opened saksmappe {sak["mappeID"]}: {sak["tittel"]}')
    journalpost = person.create(sak, 'sakarkiv/ny-journalpost', {
        'tittel': 'Søknad om oppføring av garasje', 'journalposttype': {'kode': 'I'}, 'journalstatus': {'kode': 'J'},
        'dokumentetsDato': '2026-11-20T00:00:00+01:00'})
    person.create(journalpost, 'arkivstruktur/ny-korrespondansepartperson', {
        'navn': 'Kari Nordmann', 'korrespondanseparttype': {'kode': 'EA'},
        'postadresse': {'adresselinje1': 'Fjellstrandveien 12', 'postnr': {'kode': '1458'}, 'poststed': 'Fjellstrand'}})
    step(f'Registered incoming journalpost {journalpost["registreringsID"]} from Kari Nordmann')
    letter = person.create(journalpost, 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': 'Søknad'})
    made = person.upload(letter, pdf(['Søknad om garasje', 'Mønehøyden blir 4,95 meter.']), 'application/pdf')
    note = person.create(journalpost, 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': 'Nabovarsel'})
    person.upload(note, 'Naboene er varslet og har ingen merknader.\n'.encode(), 'text/plain')
    step(f'Uploaded two documents: {made["format"]["kodenavn"]} ({made["filstoerrelse"]} bytes) and a text')
    return sak, journalpost, made


def find_again(person, sak, made):
    package = person.package('arkivstruktur')
    found = person.find(package, 'arkivstruktur/mappe', search='garasjer')
    demand(sak['systemID'] in [thing['systemID'] for thing in found.get('results', [])], 'the case by its title')
    step('Found the case by searching for "garasjer"')
    for _ in range(200):
        page = person.find(package, 'arkivstruktur/dokumentbeskrivelse', search='mønehøyde')
        if page['count']:
            break
        time.sleep(0.1)
    demand(page['count'] == 1, 'the document by a word inside the PDF')
    step('Found the document by "mønehøyde", a word inside the PDF')
    status, content = person.ask('GET', person.link(made, 'arkivstruktur/fil'))
    demand(status == 200 and hashlib.sha256(content).hexdigest() == made['sjekksum'], 'download')
    step('Downloaded it again; its SHA-256 is the one the archive tells')


def history(person, sak):
    status, body = person.ask('PATCH', sak['_links']['self']['href'], {'offentligTittel': 'Garasje'},
                              'application/merge-patch+json')
    demand(status == 200, f'PATCH: {status} {body[:300]!r}')
    thing = json.loads(body)
    changes = person.find(thing, 'loggingogsporing/endringslogg')
    events = person.find(thing, 'loggingogsporing/hendelseslogg')
    demand(changes['count'] >= 1 and events['count'] >= 1, 'history')
    for event in events['results']:
        kind = event.get('hendelsetype', {}).get('kodenavn', '')
        print(f'    {event["endretDato"]}  {kind:10} {event["endretAv"]} {event.get("referanseMetadata", "")}')
    step(f'Its history: {changes["count"]} entries in endringslogg, {events["count"]} in hendelseslogg')


def walls(url, person, sak, journalpost, made):
    aas = Caller(f'{url}/aas/noark5/', 'arkivar@example.com')
    package = aas.package('arkivstruktur')
    for words in ('garasjer', 'mønehøyde', 'Kari Nordmann'):
        for name in ('mappe', 'registrering', 'dokumentbeskrivelse'):
            count = aas.find(package, 'arkivstruktur/' + name, search=words)['count']
            demand(count == 0, f'Ås finds {count} of "{words}"')
    step('Ås searches for the same words and finds nothing')
    addresses = [thing['_links']['self']['href'] for thing in (sak, journalpost, made)]
    addresses += [person.link(made, 'arkivstruktur/fil'), person.base + 'arkivstruktur/']
    for address in addresses:
        for tried in (address, address.replace('/nesodden/', '/aas/')):
            if tried == aas.base + 'arkivstruktur/':
                continue
            status, _ = aas.ask('GET', tried)
            demand(status in (403, 404), f'Ås gets {status} for {tried}')
    step(f'Ås asks for {len(addresses)} addresses of Nesodden and is refused each')


def main():
    process = None
    try:
        port = free_port(int(os.environ.get('PORT') or 8080))
        prepare()
        process, url = serve(port)
        base = f'{url}/nesodden/noark5/'
        admin, person = Caller(base, 'admin@example.com'), Caller(base, 'saksbehandler@example.com')
        sak, journalpost, made = archive(admin, person)
        find_again(person, sak, made)
        history(person, sak)
        walls(url, person, sak, journalpost, made)
        if ONCE:
            process.send_signal(signal.SIGTERM)
            demand(process.wait(30) == 0, 'the server ends cleanly')
            process = None
            samdrift('verify', HOME)
            step('Stopped the server; samdrift verify finds nothing wrong')
            return 0
        print(f'\nThe server is running.\n  Nesodden: {base}\n  Ås:       {url}/aas/noark5/\n'
              f'  OpenAPI:  {url}/openapi.json\n  Log:      {LOG.relative_to(ROOT)}\n'
              f'  Log in (Basic) as admin@example.com or saksbehandler@example.com, password "{PASSWORD}".\n'
              '  Stop with Ctrl-C.', flush=True)
        process.wait()
        return 0
    except Failed as failure:
        print('✗', failure, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


if __name__ == '__main__':
    sys.exit(main())
