#!/usr/bin/python3
"""make demo: the Follo six, one garage case in Nesodden over the real interface, one line a step.

ONCE=1 ends at the end, with status 0 only if every step held; otherwise the server stays in the
foreground until Ctrl-C. PORT chooses the port; with ONCE=1 and PORT=8080 taken, a free one is used.
"""
import base64
import concurrent.futures
import hashlib
import html
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / 'tests'), str(ROOT / 'tests' / 'api'), str(ROOT / 'tools')]
import register  # noqa: E402
import visitor  # noqa: E402

PROGRAM = ROOT / 'build' / 'samdrift'
HOME = ROOT / 'demo'
LOG = HOME / 'server.log'
R = 'https://rel.arkivverket.no/noark5/v5/api/'
NOARK = 'application/vnd.noark5+json'
PASSWORD = 'garasjen på Nesodden'
PERSON = '21876010019'     # made up: the month is raised by 80
NEIGHBOUR = '14828440013'
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

    def ask(self, method, url, body=None, type=NOARK, key=None):
        """-> (status, body); a refusal is an answer too"""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        request = urllib.request.Request(url, body, {'Authorization': self.authorization}, method=method)
        if body is not None:
            request.add_header('Content-Type', type)
        if key:
            request.add_header('Idempotency-Key', key)
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
                                     ('leder@example.com', 'nesodden', 'arkivar'),
                                     ('revisor@example.com', 'nesodden', 'leser'),
                                     ('arkivar@example.com', 'aas', 'arkivar')):
        samdrift('user', 'add', HOME, '--name', name, '--municipality', municipality, '--role', role,
                 stdin=PASSWORD + '\n')
    with open(HOME / 'samdrift.conf', 'a', encoding='utf-8') as conf:
        conf.write('\n[nesodden]\nleselogg = ja\ncontact = postmottak@nesodden.example\n')
    step('Made five users: four in Nesodden, where reading is logged, one in Ås')


def provider():
    """The stand-in for ID-porten of the tests, where Node and its packages are there; -> (process, url) or None"""
    if not shutil.which('node') or not (ROOT / 'node_modules' / 'oidc-provider').is_dir():
        return None
    process = subprocess.Popen(['node', str(ROOT / 'tests/web/idporten.mjs'), str(HOME / 'idporten.jwk')], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    url = json.loads(process.stdout.readline())['url']
    with open(HOME / 'samdrift.conf', 'a') as conf:
        conf.write(f'\n[provider.idporten]\nname = ID-porten (prøve)\nurl = {url}\nfor = borger\n'
                   'client_id = samdrift\nclient_secret = "en hemmelighet"\n'
                   'acr_substantial = idporten-loa-substantial\nacr_high = idporten-loa-high\n')
    step(f'Started a stand-in for ID-porten at {url}')
    return process, url


def registers():
    simulated = register.Registers(HOME)
    with open(HOME / 'samdrift.conf', 'a', encoding='utf-8') as conf:
        conf.write(simulated.conf())
    step('Started simulators of Folkeregisteret, Enhetsregisteret and Matrikkelen: made-up persons')
    return simulated


def open_forms(admin, url, idporten):
    """The garage form, where cases are opened, and the stand-in for ID-porten told of the server."""
    arkiv = admin.create(admin.package('arkivstruktur'), 'arkivstruktur/ny-arkiv', {'tittel': 'Nesodden, skjema'})
    admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Sakarkiv'})
    samdrift('form', 'add', HOME, ROOT / 'data/skjema/garasje.json', '--municipality', 'nesodden')
    if idporten:
        base = json.dumps({'base': url}).encode()
        urllib.request.urlopen(urllib.request.Request(idporten[1] + '/start', base), timeout=60).close()


def fill_in(url):
    """Logs in, acts for a company, begins the garage form. -> its first step"""
    place = url + '/nesodden/paa-vegne-av?til=/nesodden/skjema/garasje/start'
    page = visitor.Visitor().log_in(place, PERSON)
    page = page.send({'hvem': page.radio('FJELLSTRAND BYGG AS')})
    demand('FJELLSTRAND BYGG AS (daglig leder)' in page.text, 'whom she acts for, and why')
    demand((page.value('navn'), page.value('adresse-gate'), page.value('kontakt')) ==
           ('FJELLSTRAND BYGG AS', 'Fjellstrandveien 14', 'Kari Nordmann'), 'name, address and contact are filled in')
    step('Kari logs in and acts for FJELLSTRAND BYGG AS, as its daglig leder; she opens the garage form: name and address '
         'are there from Enhetsregisteret, she herself from Folkeregisteret')
    page = page.send({'epost': 'kari@example.com'})
    demand((page.value('eiendom-gnr'), page.value('eiendom-bnr')) == ('7', '73'), 'gnr/bnr are filled in')
    step('On the next page gnr/bnr 7/73 are there from Matrikkelen')
    return page.send({'tiltak': 'garasje', 'lengde': '6,5', 'bredde': '5', 'hoyde': '4', 'avstand': '5'})


def send_form(page):
    """-> the receipt"""
    plan = pdf(['Situasjonskart'])
    refused = page.send({}, {'situasjonskart': ('kart.pdf', b'MZ this is no PDF')})
    demand(refused.status == 422 and 'ikke det navnet sier' in refused.text, 'a file that is no PDF')
    step('A file named .pdf that is none is refused, with what to do about it')
    page = refused.send({}, {'situasjonskart': ('kart.pdf', plan), 'tegninger': ('fasade.pdf', plan)})
    receipt = page.send({'erklaering': 'ja'})
    facts = dict(re.findall(r'<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>([^<]+)</dd>', receipt.text))
    demand('/kvittering/' in receipt.url and 'Saksnummer' in facts, f'a receipt: {receipt.url}')
    waiting = list((HOME / 'utboks/nesodden/byggesak').glob('*.json'))
    demand(len(waiting) == 1, 'one message waits')
    step(f'Sent it with two attachments: receipt {facts["Kvitteringsnummer"]}, case {facts["Saksnummer"]}, answer expected by '
         f'{facts["Forventet svar innen"]}; the message to the building system, which is not running, waits')
    return receipt


def employee(url, name):
    """Logs in with a password and a one-time code, which is set up. -> the list of tasks"""
    page = visitor.Visitor().get(f'{url}/logg-inn?til=/nesodden/saksbehandler')
    page = page.send({'bruker': f'{name}@example.com', 'passord': PASSWORD})
    return page.send({'kode': visitor.totp(re.search(r'<dd[^>]*>([A-Z2-7]{32})</dd>', page.text).group(1))})


def write(clerk, sak, kind, blocks):
    """-> the letter as it will be sent, or its draft with what is missing"""
    page = clerk.get(f'{sak}/brev').send({'mal': kind, 'maalform': 'nb'})
    return page.send({**blocks, 'navn': 'Amina Ali', 'handling': 'vis'})


def ask_for_more(url, receipt):
    """-> the case worker, and the address of the case at the desk"""
    for name in ('mangelbrev', 'vedtak'):
        samdrift('letter', 'add', HOME, ROOT / f'data/brevmal/{name}.json', '--municipality', 'nesodden')
    clerk = employee(url, 'saksbehandler').visitor
    page = clerk.get(f'{url}/nesodden/saksbehandler?hvem=enheten')
    page = page.send({'oppgave': re.search(r'name="oppgave" value="([^"]+)"', page.text).group(1)})
    sak = url + re.search(r'/nesodden/saksbehandler/sak/[0-9a-f-]{36}', page.text).group()
    page = write(clerk, sak, 'mangelbrev', {'b-mangler': 'Snitt gjennom garasjen'}).send({'handling': 'send'})
    demand('sendt og journalført' in page.text and 'På vent' in clerk.get(sak).text, 'the letter is sent and the clock stands')
    step('The case worker takes the task and asks for one missing part: the letter is in the journal, the clock stands')
    mine = receipt.visitor.get(f'{url}/nesodden/min-side')
    about = html.unescape(re.search(r'href="([^"]*/melding/svar[^"]*)"', mine.text).group(1))
    receipt.visitor.get(url + about).send({'tekst': 'Snittet er det samme som på tegningen.'})
    demand('På vent' not in clerk.get(sak).text, 'the clock goes on')
    step('The applicant answers on my page: the clock goes on')
    return clerk, sak


def decide(url, receipt, clerk, sak):
    texts = {'b-vedtak': 'Søknaden er innvilget.', 'b-faktum': 'Garasjen er 32,5 m².', 'b-regler': 'Plan- og bygningsloven § 20-4.'}
    page = write(clerk, sak, 'vedtak', texts)
    demand(page.status == 422 and 'Fyll ut: Vurderingen' in page.text, 'the decision lacks a part')
    step('A decision without the main considerations cannot be sent: the page says what is missing')
    page = page.send({**texts, 'b-hensyn': 'Avstanden til naboen er fem meter.', 'navn': 'Amina Ali', 'handling': 'vis'})
    page = page.send({'til': 'enheten', 'handling': 'til-godkjenning'})
    leader = employee(url, 'leder').visitor
    page = leader.get(page.url).send({'navn': 'Lars Leder', 'handling': 'send'})
    demand('sendt og journalført' in page.text, 'approved and sent')
    demand('Besvart med brev' in clerk.get(sak).text, 'the application is written off')
    demand('Vedtak:' in receipt.visitor.get(f'{url}/nesodden/min-side').text, 'the decision is on my page')
    for name in ('saksbehandler', 'leder'):   # for whoever tries it by hand
        samdrift('user', 'reset-code', HOME, '--name', f'{name}@example.com')
    step('Another approves it: locked as PDF/A, in the journal, on my page with its appeal date; the application is written off')


def file_house(admin):
    """A building case of 7/70 with twelve documents in six letters. -> systemIDs of the letters"""
    arkivdel = admin.find(admin.package('arkivstruktur'), 'arkivstruktur/arkivdel', filter="tittel eq 'Sakarkiv'")['results'][0]
    sak = admin.create(arkivdel, 'sakarkiv/ny-saksmappe', {'tittel': 'Tilbygg – gnr/bnr 7/70'})
    admin.create(sak, 'arkivstruktur/ny-matrikkel', {'kommunenummer': '3212', 'gaardsnummer': 7, 'bruksnummer': 70})
    posts = []
    for n in range(6):
        posts.append(admin.create(sak, 'sakarkiv/ny-journalpost', {
            'tittel': f'Brev {n + 1} – gnr/bnr 7/70', 'journalposttype': {'kode': 'I'}, 'journalstatus': {'kode': 'J'}}))
        admin.create(posts[n], 'arkivstruktur/ny-korrespondansepartperson',
                     {'navn': 'Kari Nordmann', 'korrespondanseparttype': {'kode': 'EA'}})
        for title in ('Brev', 'Tegning'):
            document = admin.create(posts[n], 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': title})
            admin.upload(document, pdf([title]), 'application/pdf')
    return [post['systemID'] for post in posts]


def house(admin, url):
    posts = file_house(admin)
    employee(url, 'leder').visitor.get(f'{url}/nesodden/arkivar/publisering').send({'post': posts[:5]})
    samdrift('user', 'reset-code', HOME, '--name', 'leder@example.com')
    place = f'{url}/nesodden/min-side/eiendom/7-70'
    mine, theirs = visitor.Visitor().log_in(place, PERSON), visitor.Visitor().log_in(place, NEIGHBOUR)
    public = len(re.findall(r'Brev \d – gnr/bnr 7/70</a>', theirs.main()))
    demand('12 dokumenter i alt' in mine.text and '/innsyn?' in theirs.url and public == 5, f'the folder of the house: {public} public, {theirs.url}')
    step(f'The folder of her house, 7/70: 12 documents for her as the owner; the neighbour sees the {public} that are public')


def citizen(admin, url, idporten):
    open_forms(admin, url, idporten)
    if idporten:
        receipt = send_form(fill_in(url))
        decide(url, receipt, *ask_for_more(url, receipt))
        house(admin, url)
    else:
        print('  (Node is not installed: nobody logs in and fills in a form)', flush=True)


def pages(url):
    with urllib.request.urlopen(url + '/nesodden/', timeout=60) as reply:
        text = reply.read().decode()
    demand('Nesodden kommune' in text, 'the front page of Nesodden')
    step(f'The front page of Nesodden: {len(text)} bytes of HTML, no script')


def tell_people(url, idporten):
    print(f'\nPages for people\n  The co-operation: {url}/\n  Nesodden:         {url}/nesodden/')
    if idporten:
        print(f'  As a citizen: "Logg inn med ID-porten (prøve)", number {PERSON}, MinID or BankID')
    print(f'  As an employee: saksbehandler@example.com, "{PASSWORD}"; the first login sets up one-time codes')


def serve(port):
    with open(LOG, 'a') as log:
        process = subprocess.Popen([str(PROGRAM), 'serve', str(HOME), '--listen', f'127.0.0.1:{port}', '--json'],
                                   stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
    line = process.stdout.readline()
    demand(line, f'the server did not start: {LOG.read_text().strip()}')
    return process, json.loads(line)['url']


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


def change(caller, thing, data):
    status, body = caller.ask('PATCH', thing['_links']['self']['href'], data, 'application/merge-patch+json')
    demand(status == 200, f'PATCH {data}: {status} {body[:300]!r}')
    return json.loads(body)


def last_year(admin):
    """A part of the archive with one case, as it stands when the year is over. -> (arkivdel, sak)"""
    arkiv = admin.create(admin.package('arkivstruktur'), 'arkivstruktur/ny-arkiv', {'tittel': 'Nesodden, i fjor'})
    admin.create(arkiv, 'arkivstruktur/ny-arkivskaper',
                 {'arkivskaperID': '944383565', 'arkivskaperNavn': 'Nesodden kommune'})
    arkivdel = admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Byggesaker i fjor'})
    system = admin.create(arkivdel, 'arkivstruktur/ny-klassifikasjonssystem', {'tittel': 'Gårds- og bruksnummer'})
    klasse = admin.create(system, 'arkivstruktur/ny-klasse', {'klasseID': '7/71', 'tittel': 'Fjellstrandveien 14'})
    sak = admin.create(klasse, 'sakarkiv/ny-saksmappe', {'tittel': 'Bod på Fjellstrandveien 14',
                                                         'administrativEnhet': 'Plan og bygg', 'saksansvarlig': 'Kari Nordmann'})
    for kind, party in (('I', 'EA'), ('U', 'EM')):
        post = admin.create(sak, 'sakarkiv/ny-journalpost', {'tittel': 'Om boden', 'journalposttype': {'kode': kind}})
        admin.create(post, 'arkivstruktur/ny-korrespondansepartperson',
                     {'navn': 'Ola Nordmann', 'korrespondanseparttype': {'kode': party}})
        paper = admin.create(post, 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': 'Brev om boden'})
        admin.upload(paper, f'Brev {kind}: boden blir 8 kvadratmeter.\n'.encode(), 'text/plain')
        if kind == 'I':
            admin.create(post, 'sakarkiv/ny-avskrivning', {'avskrivningsmaate': {'kode': 'BU'}})
        change(admin, post, {'journalstatus': {'kode': 'A'}})
    return arkivdel, sak


def incoming(admin, sak, title, words, **more):
    """A journalført letter with a document of these words."""
    post = admin.create(sak, 'sakarkiv/ny-journalpost', {'tittel': title, 'journalposttype': {'kode': 'I'}, **more})
    admin.create(post, 'arkivstruktur/ny-korrespondansepartperson',
                 {'navn': 'Kari Nordmann', 'korrespondanseparttype': {'kode': 'EA'}})
    paper = admin.create(post, 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': 'Brev'})
    admin.upload(paper, (words + '\n').encode(), 'text/plain')
    return change(admin, post, {'journalstatus': {'kode': 'J'}})


def publish(archivist):
    """All that can be. -> the titles that cannot"""
    queue = '/nesodden/arkivar/publisering'
    page = archivist.page(queue)
    ids = re.findall('name="post" value="([^"]+)"', page)
    archivist.send(page, queue, [('post', id) for id in ids])
    return archivist.page(queue)


def public_bytes(visitor):
    """Everything the public reaches from the journal."""
    pages, text = ['/nesodden/innsyn', '/nesodden/innsyn/atom', '/nesodden/innsyn/json', '/nesodden/'], ''
    seen = set(pages)
    while pages:
        body = visitor.page(pages.pop())
        more = set(re.findall(r'/nesodden/innsyn/(?:[-0-9a-f]{36}(?:/dokument/\d+)?|sak/\d+/\d+)', body)) - seen
        seen |= more
        pages += more
        text += body
    return text, len(seen)


def access(url, admin, sak):
    """A journalist reads the journal and orders a document; what is secret stays inside."""
    asked = incoming(admin, sak, 'Tegninger av garasjen', 'Garasjen blir 40 kvadratmeter.')
    incoming(admin, sak, 'Helseopplysninger om søkeren', 'Diagnosen er hemmelig.', offentligTittel='Vedlegg', skjerming={
        'tilgangsrestriksjon': {'kode': 'P'}, 'skjermingshjemmel': 'Offl. § 13', 'skjermingMetadata': [{'kode': 'TRO'}]})
    incoming(admin, sak, f'Attest for {PERSON}', f'Gjelder {PERSON}.')
    admin.create(admin.find(admin.package('arkivstruktur'), 'arkivstruktur/arkiv')['results'][0], 'arkivstruktur/ny-arkivdel',
                 {'tittel': 'Sakarkiv'})
    samdrift('form', 'add', HOME, ROOT / 'data' / 'skjema' / 'innsyn.json', '--municipality', 'nesodden')
    archivist, journalist, basket = visitor.Visitor(url), visitor.Visitor(url), '/nesodden/innsyn/bestilling'
    archivist.login('leder@example.com', PASSWORD)
    waiting = publish(archivist)
    demand(PERSON in waiting, 'the certificate waits')
    step('An archivist publishes the journal; a certificate with a national identity number stays in quarantine')
    journalist.send(journalist.page(f'/nesodden/innsyn/{asked["systemID"]}'), f'{basket}/legg-i', [('post', asked['systemID'])])
    order = journalist.send_with(journalist.page(basket), 'name="navn"', basket, []).headers['Location']
    due = re.search(r'<dt>Frist for svar</dt>\s*<dd>([^<]+)', journalist.page(order))[1]
    step(f'A journalist finds "{asked["tittel"]}" and orders it, without a name: answer due {due}')
    queue = '/nesodden/arkivar/innsynskrav'
    item = re.search(f'{queue}/[-0-9a-f]{{36}}', archivist.page(queue))[0] + '/1'
    page = archivist.page(item)
    document = re.search('name="dokumenter" value="([^"]+)"', page)[1]
    demand(archivist.send(page, item, [('utfall', 'gitt'), ('dokumenter', document)]).status == 303, 'the answer')
    given = journalist.go('GET', re.search(f'{order}/1/1', journalist.page(order))[0])
    demand(given.body == b'Garasjen blir 40 kvadratmeter.\n', 'the document')
    text, pages = public_bytes(journalist)
    secrets = ['Helseopplysninger', 'Diagnosen', PERSON]
    demand('Tegninger av garasjen' in text and not any(secret in text for secret in secrets), 'screened strings')
    step(f'The archivist gives it; the journalist fetches it. 0 screened strings in {pages} public pages')
    samdrift('user', 'reset-code', HOME, '--name', 'leder@example.com')


def deposit(admin):
    """-> the folder of the extract"""
    arkivdel, sak = last_year(admin)
    out = HOME / 'avlevering'
    args = ['deposit', 'export', HOME, '--municipality', 'nesodden', '--arkivdel', 'Byggesaker i fjor', '--json']
    done = subprocess.run([str(PROGRAM), *map(str, args), '--dry-run'], capture_output=True, text=True)
    reasons = json.loads(done.stdout)['reasons']
    demand(done.returncode == 1 and len(reasons) == 2, f'reasons: {done.stdout} {done.stderr}')
    step('Asked whether last year can be delivered: ' + ' '.join(reason['text'] for reason in reasons))
    change(admin, sak, {'saksstatus': {'kode': 'A'}})
    change(admin, arkivdel, {'arkivdelstatus': {'kode': 'P'}})
    schemas = ROOT.parent / 'shared' / 'schemas'
    told = json.loads(samdrift(*args, '--out', out, *(['--schemas', schemas] if schemas.exists() else [])))
    demand((told['registreringer'], told['dokumenter']) == (2, 2), f'extract: {told}')
    step(f'Closed it and made a Noark 5 extract: {told["registreringer"]} journalposter, {told["dokumenter"]} documents, '
         f'{told["endringer"]} changes, {len(list(out.rglob("*")))} files')
    return out


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


SUBMISSIONS, BEFORE_THE_KILL = 1000, 300


def submit(person, address, number, acknowledged):
    """Sent with one key until it is acknowledged, as a careful client does."""
    while True:
        try:
            status, body = person.ask('POST', address, {'tittel': f'Innsending {number}'}, key=f'innsending-{number}')
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
            continue
        demand(status in (201, 503), f'submission: {status} {body[:300]!r}')
        if status == 201:
            acknowledged.append(json.loads(body)['systemID'])
            return


def kill_among_submissions(server, person, sak):
    """The server is killed and started again while 16 clients send."""
    klasse = person.get(person.link(sak, 'arkivstruktur/klasse'))
    mappe = person.create(klasse, 'arkivstruktur/ny-mappe', {'tittel': 'Innsendinger'})
    address, acknowledged = person.link(mappe, 'arkivstruktur/ny-registrering'), []
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(submit, person, address, n, acknowledged) for n in range(SUBMISSIONS)]
        while len(acknowledged) < BEFORE_THE_KILL and not any(one.done() and one.exception() for one in sent):
            time.sleep(0.001)
        server.process.kill()
        server.process.wait()
        server.process, _ = serve(server.port)
        for one in sent:
            one.result()
    found, skip = [], 0
    while page := person.find(mappe, 'arkivstruktur/registrering', top='100', skip=str(skip)).get('results'):
        found += [thing['systemID'] for thing in page]
        skip += len(page)
    lost, double = set(acknowledged) - set(found), len(found) - SUBMISSIONS
    demand(not lost and not double and len(set(found)) == SUBMISSIONS, f'{len(found)} records, {len(lost)} lost, {double} double')
    step(f'Killed the server with -9 during {SUBMISSIONS} submissions: {len(found)} records, 0 lost, 0 double')


def readers(url, sak):
    """Four people read the case; the auditor asks who. -> an entry that tells of one of them"""
    address = sak['_links']['self']['href']
    for name in ('saksbehandler', 'leder', 'admin', 'revisor'):
        Caller(f'{url}/nesodden/noark5/', f'{name}@example.com').get(address)
    auditor = Caller(f'{url}/nesodden/noark5/', 'revisor@example.com')
    events = auditor.find(auditor.get(address), 'loggingogsporing/hendelseslogg', top='100')['results']
    read = [event for event in events if event['hendelsetype']['kode'] == 'R']
    names = sorted({event['endretAv'] for event in read})
    demand(len(names) == 4, f'readers: {names}')
    step('Who read the case? ' + ', '.join(names))
    status, proof = auditor.ask('GET', f'{url}/nesodden/bevis/{read[0]["systemID"]}/')
    demand(status == 200, f'proof: {status} {proof[:300]!r}')
    (HOME / 'bevis.json').write_bytes(proof)
    (HOME / 'nokkel.pem').write_text(samdrift('proof', 'key', HOME) + '\n')
    samdrift('proof', 'check', HOME / 'bevis.json', '--key', HOME / 'nokkel.pem')
    step(f'A proof of one entry, checked without the archive: {read[0]["endretAv"]} read it at {read[0]["endretDato"]}')
    return read[0]


def copy_without(entry):
    """What somebody with the database in his hands could do, done to a copy."""
    copy = HOME / 'kopi'
    (copy / 'kommune').mkdir(parents=True)
    shutil.copy(HOME / 'samdrift.conf', copy)
    shutil.copytree(HOME / 'blob', copy / 'blob')
    for path in (HOME / 'system.db', *(HOME / 'kommune').glob('*.db')):
        with sqlite3.connect(path) as source, sqlite3.connect(copy / path.relative_to(HOME)) as target:
            source.backup(target)
    with sqlite3.connect(copy / 'kommune' / 'nesodden.db') as database:
        gone = database.execute('DELETE FROM logg WHERE systemid = ?', (entry['systemID'],)).rowcount
    demand(gone == 1, 'one line removed')
    done = subprocess.run([str(PROGRAM), 'verify', copy], capture_output=True, text=True)
    found = [line for line in done.stdout.splitlines() if 'log-missing' in line]
    demand(done.returncode == 1 and found, f'verify: {done.stdout}{done.stderr}')
    print('    ' + found[0])
    step('Removed one line of the log in a copy: samdrift verify names it')


def extract():
    """An extract of another system where the shared samples are, else one made here. -> (folder, what it is)"""
    shared = pathlib.Path(os.environ.get('SAMDRIFT_SHARED', ROOT.parent / 'shared'))
    real = shared / 'samples' / 'documaster-valid-mixed' / 'extraction'
    if real.is_dir():
        return real, 'a real extract'
    sys.path.insert(0, str(ROOT / 'tests' / 'api'))
    import extract as maker
    maker.large(HOME / 'inn', 5)
    return HOME / 'inn', 'an extract'


def deposits():
    source, what = extract()
    told = json.loads(samdrift('deposit', 'import', HOME, source, '--municipality', 'frogn', '--json'))
    made = told['made']
    step(f'Imported {what} into Frogn: {made.get("saksmappe", 0) + made.get("mappe", 0)} mapper,'
         f' {made["journalpost"]} journalposter, {told["documents"]} documents, {told["entries"]} entries of its log')
    with sqlite3.connect(f'file:{HOME}/kommune/frogn.db?mode=ro', uri=True) as database:
        parts = [word for (id,) in database.execute('SELECT systemid FROM arkivdel ORDER BY id')
                 for word in ('--arkivdel', id)]
    out = HOME / 'frogn-uttrekk'
    told = json.loads(samdrift('deposit', 'export', HOME, '--municipality', 'frogn', *parts, '--out', out, '--json'))
    step(f'Exported its closed parts as Noark 5.0: {told["mapper"]} mapper, {told["dokumenter"]} documents')
    return out


def depot(out):
    conf = HOME / 'samdrift.conf'
    conf.write_text(conf.read_text().replace('kopi = ', f'kopi = {HOME / "annen-disk"}'))
    package = json.loads(samdrift('depot', 'add', HOME, out, '--municipality', 'frogn', '--agreement', '7/2026',
                                  '--json'))
    step(f'Took it into the depot in two copies: {package["files"]} files')
    victim = HOME / 'depot' / package['id'] / 'data' / out.name / 'arkivstruktur.xml'
    victim.chmod(0o600)
    with open(victim, 'r+b') as file:
        file.seek(1000)
        byte = file.read(1)[0]
        file.seek(1000)
        file.write(bytes([byte ^ 1]))
    done = subprocess.run([str(PROGRAM), 'depot', 'check', str(HOME)], capture_output=True, text=True)
    demand(done.returncode == 1 and victim.read_bytes() == (out / 'arkivstruktur.xml').read_bytes(), done.stderr)
    print('    ' + done.stdout.splitlines()[0])
    samdrift('depot', 'check', HOME)
    step('Flipped one bit of it: the check found it and took the file from the other copy')


class Serving:
    def __init__(self, port):
        self.process, self.url = serve(port)
        self.port = int(self.url.rpartition(':')[2])
        step(f'Started the server at {self.url}')


def main():
    server = idporten = simulated = None
    try:
        port = free_port(int(os.environ.get('PORT') or 8080))
        prepare()
        idporten = provider()
        simulated = registers()
        server = Serving(port)
        url = server.url
        base = f'{url}/nesodden/noark5/'
        admin, person = Caller(base, 'admin@example.com'), Caller(base, 'saksbehandler@example.com')
        sak, journalpost, made = archive(admin, person)
        find_again(person, sak, made)
        history(person, sak)
        walls(url, person, sak, journalpost, made)
        pages(url)
        citizen(admin, url, idporten)
        access(url, admin, sak)
        deposit(admin)
        kill_among_submissions(server, person, sak)
        copy_without(readers(url, sak))
        depot(deposits())
        if ONCE:
            server.process.send_signal(signal.SIGTERM)
            demand(server.process.wait(30) == 0, 'the server ends cleanly')
            server = None
            samdrift('verify', HOME)
            step('Stopped the server; samdrift verify finds nothing wrong')
            return 0
        tell_people(server.url, idporten)
        print(f'\nThe server is running.\n  Nesodden: {base}\n  Ås:       {url}/aas/noark5/\n'
              f'  OpenAPI:  {url}/openapi.json\n  Log:      {LOG.relative_to(ROOT)}\n'
              f'  Log in (Basic) as admin@example.com or saksbehandler@example.com, password "{PASSWORD}".\n'
              '  Stop with Ctrl-C.', flush=True)
        server.process.wait()
        return 0
    except Failed as failure:
        print('✗', failure, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if idporten:
            idporten[0].kill()
            idporten[0].wait()
        if simulated:
            simulated.close()
        if server is not None:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(30)


if __name__ == '__main__':
    sys.exit(main())
