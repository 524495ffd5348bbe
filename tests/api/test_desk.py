"""The archivist's pages from without: who comes in, what a word that is screened there does to the public journal, and
jobs that outlive their server. The journeys of people are in tests/web/test_arkivar.mjs."""
import hashlib
import json
import re

import samdrift
from deposits import Period, must
from samdrift import CONF, PASSWORD, Case, Server, World, code
from visitor import Visitor

DESK = '/nesodden/arkivar'
PAGES = ['', '/innkommet', '/avslutning', '/periode', '/uttrekk', '/kvalitet', '/kvalitet/restanser',
         '/kvalitet/restanser/csv', '/publisering']
OF_ONE = ['/innkommet/{}', '/skjerming/{}', '/sak/{}', '/dokument/{}', '/post/{}', '/publisering/{}']
FORMS = ['/innkommet/{}', '/skjerming/{}', '/sak/{}', '/avslutning', '/periode/{}', '/uttrekk', '/uttrekk/{}', '/kontroll/{}']


class AtDesk(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(CONF)
        cls.admin = cls.server.client('admin')
        cls.browsers = {name: Visitor(cls.server.url) for name in ('arkivar', 'saksbehandler', 'aas')}
        for name, browser in cls.browsers.items():
            browser.login(f'{name}@example.com', PASSWORD)
        cls.browser = cls.browsers['arkivar']
        cls.world_ = World(cls.admin)
        cls.sak = cls.world_.sak(parent=cls.world_.klasse, administrativEnhet='Plan og bygg')

    @classmethod
    def tearDownClass(cls):
        if cls.server.close() != 0:
            raise AssertionError('the server did not end well')


class Desk(AtDesk):
    def post(self, title, **values):
        post = self.world_.journalpost(self.sak, tittel=title, **values)
        self.world_.avsender(post)
        return post

    def test_who_comes_in(self):
        id = self.post('Hemmelig')['systemID']
        for path in PAGES + [page.format(id) for page in OF_ONE]:
            self.assertEqual(Visitor(self.server.url).go('GET', DESK + path).status, 303, path)
            for name in ('saksbehandler', 'aas'):
                reply = self.browsers[name].go('GET', DESK + path)
                self.assertEqual(reply.status, 403, f'{name} {path}')
                self.assertNotIn(b'Hemmelig', reply.body)
        for path in FORMS:
            reply = self.browser.go('POST', DESK + path.format(id), [('handling', 'lagre')])
            self.assertEqual(reply.status, 403, f'without the token of a form: {path}')

    def test_what_is_not_there(self):
        nobody = '01890a5d-ac96-774b-bcce-ffffffffffff'
        for path in OF_ONE + ['/periode/{}', '/uttrekk/{}', '/kontroll/{}', '/kontroll/{}/rapport', '/uttrekk/{}/pakke']:
            for id in nobody, 'x':
                self.assertEqual(self.browser.go('GET', DESK + path.format(id)).status, 404, path)
        self.assertEqual(self.browser.go('GET', DESK + '/skjerming/' + self.world_.arkivdel['systemID']).status, 404)
        self.assertEqual(self.browser.go('GET', DESK + '/sak/' + self.post('x')['systemID']).status, 404)

    def test_a_screened_word_is_in_no_public_byte(self):
        post = must(self.admin.patch(self.post('Klage på legekontor Zyx'), {'journalstatus': code('J')}))
        place = f'{DESK}/publisering/{post["systemID"]}'
        fields = [('tittel', 'Klage på legekontor Zyx'), ('sakstittel', self.sak['tittel']), ('handling', 'publiser')]
        self.assertEqual(self.browser.send(self.browser.page(place), place, fields).status, 303)
        public = Visitor(self.server.url)
        self.assertIn('Zyx', public.page('/nesodden/innsyn?q=klage'))
        place = f'{DESK}/skjerming/{post["systemID"]}'
        fields = [('restriksjon', 'P'), ('hjemmel', '13_PERSON'), ('visning', 'ord'), ('skjul', '3'), ('dokument', 'H'),
                  ('handling', 'lagre')]
        tried = self.browser.send(self.browser.page(place), place, fields[:-1] + [('handling', 'vis')])
        self.assertEqual(tried.status, 200)
        self.assertIn('Klage på legekontor *****', tried.body.decode())
        self.assertIn('Zyx', public.page('/nesodden/innsyn?q=klage'), 'nothing was saved')
        self.assertEqual(self.browser.send(self.browser.page(place), place, fields).status, 303)
        self.assertNotIn('Zyx', public.page('/nesodden/innsyn?q=klage'))
        self.assertIn(post['systemID'], self.browser.page(f'{DESK}/kvalitet/endret-etter-publisering'))

    def test_csv_runs_no_formula(self):
        must(self.admin.patch(self.post('=HYPERLINK("http://x";"y")'), {'journalstatus': code('J')}))
        reply = self.browser.go('GET', f'{DESK}/kvalitet/restanser/csv')
        self.assertEqual(reply.headers['Content-Type'], 'text/csv; charset=utf-8')
        self.assertIn('"\'=HYPERLINK(""http://x"";""y"")"', reply.body.decode('utf-8-sig'))

    def test_csv_of_more_than_a_request_may_hold(self):
        most = 20000
        place, text = f'{DESK}/kvalitet/uten-klasse/csv', 'Om saken. ' * 200
        before = len(self.browser.go('GET', place).body.splitlines())
        self.server.sql(f"""INSERT INTO mappe(systemid, type, tittel, beskrivelse, saksstatus, opprettetdato, opprettetdato_t)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most + 10}) SELECT 'mange' || i, 'saksmappe',
            'Sak ' || i, '{text}', 'B', '2026-01-01T00:00:00Z', 1767225600000000 FROM n""")
        try:
            reply = self.browser.go('GET', place)
        finally:
            self.server.sql("DELETE FROM mappe WHERE systemid LIKE 'mange%'")
        self.assertEqual(reply.status, 200)
        ids = [line.split(b';')[0].decode().strip('"') for line in reply.body.splitlines()[before:]]
        self.assertTrue(ids == [f'mange{i + 1}' for i in range(most + 1 - before)], (before, len(ids), ids[:2], ids[-2:]))

    def test_two_register_the_same(self):
        id = self.post('Nabovarsel')['systemID']
        place, fields = f'{DESK}/innkommet/{id}', [('tittel', 'Nabovarsel'), ('handling', 'journalfoer')]
        page = self.browser.page(place)
        self.assertEqual(self.browser.send(page, place, fields).status, 303)
        again = self.browser.send(page, place, fields)
        self.assertEqual(again.status, 422)
        self.assertIn('noen andre har endret', again.body.decode())


class Jobs(AtDesk):
    def ended(self, path):
        def look():
            page = self.browser.page(path)
            return page if '<progress' not in page else None
        return samdrift.wait_for(look, 60)

    def order(self, period):
        place = f'{DESK}/uttrekk'
        fields = [('arkivdel', period.arkivdel['systemID']), ('format', 'sip'), ('noark', '5.0'), ('handling', 'lag')]
        return self.browser.send(self.browser.page(place), place, fields).headers['Location']

    def test_files_the_server_lacks(self):
        """It is not in the package, and the page says what to do about it."""
        period = Period(self.admin)
        period.case('U')
        period.close()
        place = f'{DESK}/uttrekk'
        fields = [('arkivdel', period.arkivdel['systemID']), ('format', 'aip'), ('noark', '5.0'), ('handling', 'lag')]
        page = self.ended(self.browser.send(self.browser.page(place), place, fields).headers['Location'])
        self.assertIn('Ikke med i pakken', page)
        self.assertIn('systemhåndbok.pdf', page)
        self.assertNotIn('Ikke med i pakken', self.ended(self.order(period)))

    def test_jobs_outlive_the_server(self):
        period = Period(self.admin)
        period.case('I')
        period.close()
        place, page = f'{DESK}/uttrekk', self.browser.page(f'{DESK}/uttrekk')
        fields = [('arkivdel', period.arkivdel['systemID']), ('format', 'sip'), ('noark', '5.0'), ('handling', 'lag')]
        made, again = (self.browser.send(page, place, fields).headers['Location'] for _ in range(2))
        self.assertEqual(made, again, 'a double click is one order')
        sum = re.search('[0-9a-f]{64}', self.ended(made).split('SHA-256')[1])[0]
        self.assertEqual(hashlib.sha256(self.browser.go('GET', made + '/pakke').body).hexdigest(), sum)
        jobs = self.server.client('arkivar').get(self.server.url + '/nesodden/uttrekk/')['uttrekk']
        self.assertIn(made.rsplit('/', 1)[1], [job['id'] for job in jobs], 'the same job for systems')
        check = self.browser.send(self.browser.page(made), made, [('handling', 'valider')]).headers['Location']
        second = self.order(period)
        self.server.stop(9)
        self.server.start()
        self.browser.base = self.server.url
        self.browser.close()
        self.assertIn('SHA-256', self.ended(second))
        page = self.ended(check)
        self.assertIn('/rapport', page)
        report = self.browser.go('GET', check + '/rapport')
        self.assertIn('sandbox', report.headers['Content-Security-Policy'])
        self.assertTrue(re.search(rb'N5\.\d+', report.body))
        for place in check, made:
            asks = self.browser.send(self.browser.page(place), place, [('handling', 'slett')]).headers['Location']
            question = self.browser.page(asks)
            self.assertIn('slettes for godt', question)
            self.assertEqual(self.browser.send(question, place, [('handling', 'behold')]).headers['Location'], place)
            self.assertEqual(self.browser.go('GET', place).status, 200, 'nothing is deleted by asking')
            self.assertEqual(self.browser.send(question, place, [('handling', 'slett-ja')]).status, 303)
            self.assertEqual(self.browser.go('GET', place).status, 404)
        left = [path for path in (self.server.dir / 'uttrekk' / 'nesodden').iterdir()]
        self.assertNotIn(made.rsplit('/', 1)[1], [path.name for path in left], json.dumps([path.name for path in left]))
