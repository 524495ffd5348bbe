"""SIMULATORS of Folkeregisteret, Enhetsregisteret and Matrikkelen, for tests and for make demo. They hold made-up persons
with synthetic national id numbers (the month raised by 80, as Skatteetaten's Tenor has them), and refuse a request that is
not as the real service documents it. Nothing here speaks to the real registers.

    with Registers() as registers:
        registers.conf()                        lines for samdrift.conf
        registers.fail(folkeregister='borte')   borte, treg, kuttet, stor, en_annen; '' is well again
        registers.calls                         {'folkeregister': 3, …}
        registers.lose('02851970110')           the child has no foreldreansvar any more; keep() undoes it

The same by HTTP for journeys in a browser: POST /styr {"fail": {…}} or {"lose": …} or {"keep": true}.
Run alone it prints its settings and serves until it is stopped.
"""
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse

KARI, OLA, SOL, PER, NORA = '21876010019', '14828440013', '09919030078', '01817530075', '06868031180'
LARS = '05878032006'
ADA, JON, VOKSEN = '02851970110', '11892270033', '03830170013'
BYGG, KONSULT, GAMMELT = '311000004', '311000012', '311000020'
TOKEN = 'proevetoken'
PARTS = {'identifikasjonsnummer', 'status', 'navn', 'bostedsadresse', 'adressebeskyttelse', 'familierelasjon', 'foedsel',
         'foreldreansvar'}


def now(**members):
    return [{'ajourholdstidspunkt': '2024-01-02T03:04:05+01:00', 'erGjeldende': True, 'kilde': 'Synutopia', **members}]


def road(name, number, postnr, sted, kommune='3212'):
    return {'kommunenummer': kommune, 'adressenavn': name, 'adressenummer': {'husnummer': str(number)},
            'poststed': {'poststedsnavn': sted, 'postnummer': postnr}}


def person(fornavn, etternavn, born, address=None, grade='ugradert', **more):
    home = {'bostedsadresse': now(vegadresse=address, adressegradering=grade)} if address else {}
    return {'status': now(status='bosatt'), 'navn': now(fornavn=fornavn, etternavn=etternavn),
            'foedsel': now(foedselsdato=born, foedselsaar=born[:4]), **home, **more}


def children(role, *pids):
    return [entry for pid in pids
            for entry in now(relatertPerson=pid, relatertPersonsRolle='barn', minRolleForPerson=role)]


def parents(*pids):
    return [entry for pid in pids for entry in now(ansvar='felles', ansvarlig=pid)]


HOME = road('Fjellstrandveien', 12, '1458', 'FJELLSTRAND')
PERSONS = {
    KARI: person('Kari', 'Nordmann', '1960-07-21', HOME, familierelasjon=children('mor', ADA, JON, VOKSEN)),
    OLA: person('Ola', 'Nordmann', '1984-02-14', HOME, familierelasjon=children('far', ADA, JON)),
    SOL: person('Sol', 'Skjermet', '1990-11-09', road('Hemmelig vei', 1, '1450', 'NESODDTANGEN'), 'fortrolig',
                adressebeskyttelse=now(graderingsnivaa='fortrolig')),
    PER: person('Per', 'Hansen', '1975-01-01', road('Storgata', 3, '1430', 'ÅS', '3218')),
    NORA: person('Nora', 'Nilsen', '1980-06-06', road('Skogveien', 5, '1450', 'NESODDTANGEN')),
    LARS: person('Lars', 'Lie', '1980-07-05', road('Storgata', 9, '1430', 'ÅS', '3218')),
    ADA: person('Ada', 'Nordmann', '2019-05-02', HOME, foreldreansvar=parents(KARI, OLA)),
    JON: person('Jon', 'Nordmann', '2022-09-11', HOME, foreldreansvar=parents(KARI, OLA)),
    VOKSEN: person('Eva', 'Nordmann', '2001-03-03', HOME),
}


def company(orgnr, navn, form, **more):
    return {'organisasjonsnummer': orgnr, 'navn': navn, 'organisasjonsform': {'kode': form},
            'forretningsadresse': {'land': 'Norge', 'landkode': 'NO', 'postnummer': '1458', 'poststed': 'FJELLSTRAND',
                                   'adresse': ['Fjellstrandveien 14'], 'kommune': 'NESODDEN', 'kommunenummer': '3212'}, **more}


COMPANIES = {
    BYGG: company(BYGG, 'FJELLSTRAND BYGG AS', 'AS'),
    KONSULT: company(KONSULT, 'NORDMANN KONSULT', 'ENK'),
    GAMMELT: company(GAMMELT, 'GAMMELT AS', 'AS', slettedato='2020-01-31'),
}


def role(code, text, left=False):
    return {'fratraadt': left, 'avregistrert': False, 'type': {'kode': code, 'beskrivelse': text}}


ROLES = {
    KARI: {BYGG: [role('LEDE', 'Styrets leder'), role('DAGL', 'Daglig leder')], KONSULT: [role('INNH', 'Innehaver')],
           GAMMELT: [role('DAGL', 'Daglig leder', left=True)]},
    OLA: {BYGG: [role('MEDL', 'Styremedlem')]},
    NORA: {BYGG: [role('DAGL', 'Daglig leder')]},
}


def unit(gnr, bnr, address, kommune='3212'):
    return {'kommunenummer': kommune, 'gardsnummer': gnr, 'bruksnummer': bnr, 'festenummer': 0, 'seksjonsnummer': 0,
            'adresse': address}


UNITS = {KARI: [unit(7, 70, HOME), unit(44, 2, road('Hytteveien', 9, '1540', 'VESTBY', '3216'), '3216')],
         OLA: [unit(7, 71, road('Fjellstrandveien', 14, '1458', 'FJELLSTRAND')),
               unit(7, 72, road('Fjellstrandveien', 16, '1458', 'FJELLSTRAND'))],
         NORA: [unit(7, 75, road('Skogveien', 5, '1450', 'NESODDTANGEN'))],
         BYGG: [unit(7, 73, road('Fjellstrandveien', 18, '1458', 'FJELLSTRAND'))]}


class Refused(Exception):
    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def need(truth, why, status=400):
    if not truth:
        raise Refused(status, why)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve(b'')

    def do_POST(self):
        self.serve(self.rfile.read(int(self.headers.get('Content-Length', 0))))

    def serve(self, body):
        registers, path = self.server.registers, urllib.parse.urlsplit(self.path)
        service, _, rest = path.path.removeprefix('/').partition('/')
        try:
            if service == 'styr':
                registers.steer(json.loads(body))
                return self.answer(200, b'{}')
            need(service in SERVICES, 'no such service', 404)
            registers.calls[service] += 1
            need(self.headers.get('Accept') == 'application/json', 'Accept', 406)
            need(not re.search(r'\d{11}', self.path), 'a national id number in an address')
            told = SERVICES[service](self, '/' + rest, urllib.parse.parse_qs(path.query), body)
            self.tell(registers.failing.get(service, ''), json.dumps(told, ensure_ascii=False).encode())
        except Refused as refused:
            self.answer(refused.status, json.dumps({'feilmelding': str(refused)}).encode())

    def tell(self, how, content):
        if how == 'borte':
            self.answer(503, b'')
        elif how == 'treg':
            time.sleep(8)
            self.close_connection = True
        elif how == 'kuttet':
            self.answer(200, content[:len(content) // 2])
        elif how == 'stor':
            self.answer(200, content + b' ' * (1 << 20))
        elif how == 'en_annen':
            other = {KARI: PER, PER: KARI, LARS: PER, BYGG: KONSULT, '"bruksnummer": 70': '"bruksnummer": 99999999'}
            text = content.decode()
            self.answer(200, re.sub('|'.join(other), lambda m: other[m.group()], text).encode())
        else:
            self.answer(200, content)

    def answer(self, status, content):
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # ------------------------------------------------------------------ the services

    def folkeregister(self, path, query, body):
        need((self.command, path) == ('POST', '/v1/personer/bulkoppslag'), 'no such resource', 404)
        need(self.headers.get('Authorization') == f'Bearer {self.server.registers.token}', 'token', 401)
        need(self.headers.get('Content-Type') == 'application/json', 'Content-Type', 415)
        parts = set(query.get('part', []))
        need(parts <= PARTS and set(query) <= {'part'}, f'part: {sorted(parts - PARTS)}')
        asked = json.loads(body)
        need(set(asked) == {'foedselsEllerDNummer'} and 0 < len(asked['foedselsEllerDNummer']) <= 1000, 'the body')
        return {'oppslag': [{'foedselsEllerDNummer': pid, 'folkeregisterperson': self.document(pid, parts)}
                            for pid in asked['foedselsEllerDNummer'] if pid in PERSONS]}

    def document(self, pid, parts):
        whole = {'identifikasjonsnummer': now(foedselsEllerDNummer=pid, status='iBruk', identifikatortype='foedselsnummer'),
                 **PERSONS[pid]}
        if pid in self.server.registers.lost:
            whole.pop('foreldreansvar', None)
        return {name: value for name, value in whole.items() if not parts or name in parts}

    def enhetsregister(self, path, query, body):
        if path == '/autorisert-api/personer/rolleutskrift':
            need(self.command == 'POST' and self.headers.get('Content-Type') == 'text/plain', 'POST text/plain', 415)
            need(self.headers.get('Authorization') == f'Bearer {self.server.registers.token}', 'token', 401)
            roles = ROLES.get(body.decode())
            need(roles is not None, 'nobody', 404)
            return {'enheter': [{'organisasjonsnummer': orgnr, 'navn': COMPANIES[orgnr]['navn'], 'roller': held}
                                for orgnr, held in roles.items() if orgnr not in self.server.registers.lost]}
        found = re.fullmatch(r'/api/enheter/(\d{9})', path)
        need(found and self.command == 'GET' and found.group(1) in COMPANIES, 'no such unit', 404)
        return COMPANIES[found.group(1)]

    def matrikkel(self, path, query, body):
        if path == '/v1/eierforhold':
            need(self.command == 'POST' and self.headers.get('Content-Type') == 'text/plain', 'POST text/plain', 415)
            return {'matrikkelenheter': UNITS.get(body.decode(), [])}
        found = re.fullmatch(r'/v1/matrikkelenheter/(\d{4})/(\d+)/(\d+)/(\d+)/(\d+)', path)
        need(found and self.command == 'GET', 'no such resource', 404)
        for held in UNITS.values():
            for one in held:
                if [str(one[name]) for name in ('kommunenummer', 'gardsnummer', 'bruksnummer', 'festenummer',
                                                'seksjonsnummer')] == list(found.groups()):
                    return one
        raise Refused(404, 'no such property')


SERVICES = {'folkeregister': Handler.folkeregister, 'enhetsregister': Handler.enhetsregister, 'matrikkel': Handler.matrikkel}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that leaves is no fault here."""


class Registers:
    def __init__(self, home, port=0):
        """home: a folder for the file of the access token"""
        self.token, self.failing, self.lost, self.calls = TOKEN, {}, set(), dict.fromkeys(SERVICES, 0)
        self.file = home / 'register.token'
        self.file.write_text(TOKEN + '\n', encoding='utf-8')
        self.server = Server(('127.0.0.1', port), Handler)
        self.server.registers = self
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def conf(self):
        return '\n[register]\n' + ''.join(f'{name} = {self.url}/{name}\n' for name in SERVICES) + \
            f'folkeregister_token = {self.file}\nenhetsregister_token = {self.file}\nrest_seconds = 1\n'

    def fail(self, **how):
        self.failing = how

    def lose(self, who):
        self.lost.add(who)

    def keep(self):
        self.lost.clear()

    def steer(self, told):
        if 'fail' in told:
            self.fail(**told['fail'])
        if 'lose' in told:
            self.lose(told['lose'])
        if told.get('keep'):
            self.keep()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    import pathlib
    import tempfile
    with tempfile.TemporaryDirectory(prefix='samdrift-register-') as home, Registers(pathlib.Path(home)) as registers:
        print(registers.conf(), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == '__main__':
    main()
