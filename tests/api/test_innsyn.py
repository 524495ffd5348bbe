"""The public journal: what is screened, withheld or a national id number is in no public byte; a name is not found
after a year. Records are made over the API and published on the archivist's pages; the clock is moved in the database."""
import json
import pathlib
import re
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

from samdrift import CONF, PASSWORD, Case, Server, World, code, run
from visitor import Visitor

POSTS = 200
YEAR = 366 * 86400 * 1000000
ATOM = '{http://www.w3.org/2005/Atom}'


def national_id(n):
    """A synthetic one (day + 40) with right control digits."""
    digits = [int(c) for c in f'410199{n % 1000:03}']
    k1 = -sum(a * b for a, b in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits)) % 11
    k2 = -sum(a * b for a, b in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), digits + [k1])) % 11
    return national_id(n + 1) if 10 in (k1, k2) else ''.join(map(str, digits + [k1, k2]))


class Innsyn(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(CONF)
        cls.admin = cls.server.client('admin')
        cls.arkivar = cls.server.client('arkivar')
        cls.browser, cls.public = Visitor(cls.server.url), Visitor(cls.server.url)
        cls.browser.login('arkivar@example.com', PASSWORD)
        cls.world_ = World(cls.admin)
        cls.secrets, cls.names, cls.posts = [], [], []
        cls.saker = [cls.world_.sak(tittel=f'Byggesak {n} på gnr 7 bnr {n + 1}', administrativEnhet='Plan og bygg')
                     for n in range(10)]
        for n in range(POSTS):
            cls.posts.append(cls.make(n))
        cls.publish_all()
        cls.attach_documents()
        cls.take_orders()
        cls.order = cls.place_order()

    @classmethod
    def attach_documents(cls):
        """One in five has two documents: an open one, which is published, and one whose title and words are secret."""
        cls.open_documents, queue = [], '/nesodden/arkivar/publisering'
        for n in range(0, POSTS, 5):
            ids = [cls.document(cls.posts[n], f'Skriv {n}', f'Innhold{n}aapent\n'),
                   cls.document(cls.posts[n], f'Skjult{n}tittel', f'Innhold{n}skjult {national_id(n)}\n', skjerming={
                       'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13', 'skjermingMetadata': [code('TD')]})]
            cls.secrets += [f'Skjult{n}tittel', f'Innhold{n}skjult']
            path = f'{queue}/{cls.posts[n]["systemID"]}'
            page = cls.browser.page(path)
            if 'value="dokumenter"' not in page:
                continue                # with a national id number in its title it is not published
            for chosen, status in ((ids[1:], 422), (ids[:1], 303)):
                reply = cls.browser.send_with(page, 'value="dokumenter"', path,
                                              [('handling', 'dokumenter')] + [('dokumenter', id) for id in chosen])
                # what is screened with its journalpost cannot be published either
                if reply.status != status and n % 4 == 0:
                    raise AssertionError(repr(reply))
            if n % 4 == 0:
                cls.open_documents.append((f'/nesodden/innsyn/{cls.posts[n]["systemID"]}/dokument/1', f'Innhold{n}aapent'))

    @classmethod
    def document(cls, post, title, content, **more):
        doc = cls.admin.create(post, 'arkivstruktur/ny-dokumentbeskrivelse', {'tittel': title, **more})
        reply = cls.admin.upload(doc, content.encode(), 'text/plain')
        if reply.status != 201:
            raise AssertionError(repr(reply))
        return doc['systemID']

    @classmethod
    def take_orders(cls):
        cls.admin.create(cls.world_.arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Sakarkiv'})
        form = pathlib.Path(__file__).resolve().parents[2] / 'data' / 'skjema' / 'innsyn.json'
        run('form', 'add', cls.server.dir, form, '--municipality', 'nesodden')

    @classmethod
    def choose(cls, visitor, n):
        path, basket = f'/nesodden/innsyn/{cls.posts[n]["systemID"]}', '/nesodden/innsyn/bestilling'
        visitor.send(visitor.page(path), f'{basket}/legg-i', [('post', cls.posts[n]['systemID'])])
        return visitor.page(basket)

    @classmethod
    def place_order(cls):
        """-> the address of the order"""
        visitor = Visitor(cls.server.url)
        for n in (0, 1, 2, 4):
            page = cls.choose(visitor, n)
        reply = visitor.send_with(page, 'name="navn"', '/nesodden/innsyn/bestilling', [('epost', 'kari@example.com')])
        if reply.status != 303:
            raise AssertionError(repr(reply))
        return reply.headers['Location']

    @classmethod
    def tearDownClass(cls):
        if cls.server.close() != 0:
            raise AssertionError('the server did not end well')

    @classmethod
    def make(cls, n):
        """One in four open, screened in words, with a withheld sender, or with a national id number."""
        kind, name = n % 4, f'Navnesen{n}q'
        values = {'tittel': f'Søknad {n} fra Kari {name} om garasje'}
        if kind == 1:
            values['offentligTittel'] = f'Søknad {n} om noe'
            values['tittel'] = f'Søknad {n} om hemmelig{n}z noe'
            cls.secrets.append(f'hemmelig{n}z')
        if kind in (1, 2):
            marks = ['TRO'] if kind == 1 else ['NA']
            values['skjerming'] = {'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13',
                                   'skjermingMetadata': [code(mark) for mark in marks]}
        if kind == 3:
            values['tittel'] = f'Søknad {n} for {national_id(n)}'
            cls.secrets.append(national_id(n))
        if kind < 3:
            (cls.secrets if kind == 2 else cls.names).append(name)
        post = cls.world_.journalpost(cls.saker[n % 10], **values)
        cls.world_.avsender(post, navn=f'Kari {name}')
        reply = cls.admin.patch(cls.admin.again(post), {'journalstatus': code('J')})
        if reply.status != 200:
            raise AssertionError(repr(reply))
        return reply.json

    @classmethod
    def publish_all(cls):
        queue = '/nesodden/arkivar/publisering'
        while ids := cls.waiting(queue):
            page, fields = cls.browser.page(queue), [('post', id) for id in ids]
            reply = cls.browser.send(page, queue, fields)
            if reply.status != 303:
                raise AssertionError(repr(reply))

    @classmethod
    def waiting(cls, queue):
        """Boxes of the first page of the queue that has any."""
        for side in range(1, POSTS // 20 + 2):
            ids = re.findall('name="post" value="([^"]+)"', cls.browser.page(f'{queue}?side={side}'))
            if ids:
                return ids
        return []

    def found(self, **query):
        feed = self.public.go('GET', '/nesodden/innsyn/json?' + urllib.parse.urlencode(query))
        self.assertEqual(feed.status, 200, repr(feed))
        return [item['id'] for item in json.loads(feed.body)['items']]

    def everything(self):
        """All that the public can reach, by following its pages."""
        front = '/nesodden/innsyn'
        pages = [f'{front}?side={n}' for n in range(1, POSTS // 25 + 2)] + [f'{front}/atom', f'{front}/json', '/nesodden/']
        pages += [f'{front}/bestilling', self.order]
        bodies, seen = [], set(pages)
        while pages:
            body = self.public.page(pages.pop())
            bodies.append(body)
            more = {href for href in re.findall(r'(/nesodden/innsyn/[-0-9a-f]{36})', body)}
            more |= {href for href in re.findall(r'(/nesodden/innsyn/sak/\d+/\d+)', body)}
            more |= {href for href in re.findall(r'(/nesodden/innsyn/[-0-9a-f]{36}/dokument/\d+)', body)}
            pages += more - seen
            seen |= more
        return '\n'.join(bodies), len(seen)

    def test_1_nothing_screened_in_any_public_byte(self):
        text, pages = self.everything()
        self.assertGreater(pages, POSTS * 3 // 4)
        for name in self.names[:3]:
            self.assertTrue(name in text, name)
        self.assertEqual([secret for secret in self.secrets if secret.lower() in text.lower()], [])
        for path, words in self.open_documents:
            self.assertTrue(words in text, words)
            self.assertEqual(self.public.go('GET', path[:-1] + '2').status, 404, path)

    def test_2_nothing_screened_is_found(self):
        for secret in self.secrets[::7]:
            self.assertEqual(self.found(q=secret), [], secret)
            self.assertTrue('Ingen dokumenter passer' in self.public.page('/nesodden/innsyn?q=' + secret))
        for secret in self.secrets[:3]:
            self.assertEqual(len(self.found(q=f'søknad 1 -{secret}')), len(self.found(q='søknad 1')))

    def test_3_words_filters_feeds(self):
        id = self.posts[0]['systemID']
        self.assertEqual(self.found(q=self.names[0]), [id])
        self.assertIn(id, self.found(q='"søknad 0"'))
        self.assertEqual(len(self.found(q='7/1')), 20)
        self.assertEqual(self.found(q='7/999'), [])
        self.assertEqual(self.found(q='garasje', type='U'), [])
        self.assertEqual(self.found(q='garasje', dag='2001-01-01'), [])
        feed = ET.fromstring(self.public.go('GET', '/nesodden/innsyn/atom?q=garasje').body)
        self.assertEqual(len(feed.findall(f'{ATOM}entry')), 50)
        self.assertEqual(self.public.go('GET', '/nesodden/innsyn/json?dag=2026-02-31').status, 400)
        self.assertEqual(self.public.go('GET', '/nesodden/innsyn?dag=2026-02-31').status, 422)
        self.assertEqual(self.public.go('GET', '/nesodden/innsyn/sak/2026/99999').status, 404)

    def test_4_the_public_has_no_way_in(self):
        for path in '/nesodden/arkivar/publisering', f'/nesodden/arkivar/publisering/{self.posts[0]["systemID"]}':
            self.assertEqual(self.public.go('GET', path).status, 303, path)
        refused = self.posts[3]['systemID']
        self.assertEqual(self.public.go('GET', f'/nesodden/innsyn/{refused}').status, 404)

    def test_5_screened_afterwards_is_gone_at_once(self):
        post, name = self.posts[4], self.names[2]
        self.assertEqual(self.found(q=name), [post['systemID']])
        reply = self.admin.patch(self.admin.again(post), {'skjerming': {
            'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13', 'skjermingMetadata': [code('TRO')]}})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertEqual(self.found(q=name), [])
        self.assertEqual(self.public.go('GET', f'/nesodden/innsyn/{post["systemID"]}').status, 404)
        self.assertFalse(name in self.everything()[0])

    def test_5a_an_order_is_answered_and_appealed(self):
        case = re.search(r'<dd>(2\d{3}/\d+)</dd>', self.public.page(self.order))[1]
        self.assertEqual(self.public.go('GET', self.order.replace('bestilling/', 'bestilling/0')).status, 404)
        self.server.sql(f"UPDATE innsynskrav SET mottatt = mottatt - {YEAR // 30}, frist = frist - {YEAR // 30}"
                 f" WHERE saksnummer = '{case}'")
        page = self.public.page(self.order)
        self.assertTrue('regnes som et avslag' in page, 'overdue')
        reply = self.public.send(page, f'{self.order}/klage', [('ord', 'Ingen svarer')])
        self.assertEqual(reply.status, 303)
        self.assertTrue('Klagen ligger i sak' in self.public.page(self.order))
        documents = re.findall('name="dokumenter" value="([^"]*)"', self.browser.page(self.item(1)))
        for fields, status in (([], 422), ([('utfall', 'avslag'), ('hjemmel', 'Oppdiktet § 1')], 422),
                               ([('utfall', 'gitt')], 422), ([('utfall', 'gitt'), ('dokumenter', documents[0])], 303)):
            reply = self.browser.send(self.browser.page(self.item(1)), self.item(1), fields)
            self.assertEqual(reply.status, status, fields)
        self.assertEqual(self.browser.go('GET', self.item(1)).status, 303, 'answered once')
        given = re.search(f'{self.order}/1/1', self.public.page(self.order))[0]
        got = self.public.go('GET', given)
        self.assertEqual((got.status, got.body), (200, b'Innhold0aapent\n'))
        self.assertEqual(self.public.go('GET', given[:-1] + '2').status, 404)
        self.server.sql('UPDATE innsynspost SET aapen_til = 1 WHERE aapen_til > 0')
        self.assertEqual(self.public.go('GET', given).status, 404, 'for a time only')
        self.assertTrue('kan ikke hentes lenger' in self.public.page(self.order))

    def item(self, nr):
        """The archivist's page of an item of the one order there is."""
        queue = '/nesodden/arkivar/innsynskrav'
        return re.search(f'{queue}/[-0-9a-f]{{36}}', self.browser.page(queue))[0] + f'/{nr}'

    def test_2b_limits_of_an_order_and_of_a_session(self):
        visitor, basket = Visitor(self.server.url), '/nesodden/innsyn/bestilling'
        for n in [n for n in range(POSTS) if n % 4 != 3][:21]:
            page = self.choose(visitor, n)
        self.assertEqual(len(re.findall('<button[^>]* name="post"', page)), 20)
        sent = []
        for _ in range(11):
            sent.append(visitor.send_with(page, 'name="navn"', basket, []).status)
            page = self.choose(visitor, 0)
        self.assertEqual(sent, [303] * 10 + [422])

    def test_5b_the_key_is_in_no_log(self):
        log = (self.server.home / 'log').read_text()
        self.assertTrue('/innsyn/bestilling/{noekkel}' in log and self.order.rpartition('/')[2] not in log, 'the key')

    def test_6_after_a_year_names_are_shown_and_not_found(self):
        self.server.sql(f'UPDATE innfoersel SET publisert = publisert - {YEAR}')
        for name in self.names[::9]:
            self.assertEqual(self.found(q=name), [], name)
        self.assertEqual(len(self.found(q='garasje')), 50)
        self.assertEqual(len(self.found(q=f'garasje -{self.names[0]}')), 50)
        page = self.public.page(f'/nesodden/innsyn/{self.posts[0]["systemID"]}')
        self.assertTrue(self.names[0] in page and 'content="noindex"' in page)


if __name__ == '__main__':
    unittest.main()
