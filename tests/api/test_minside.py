"""My page from without, on the database of the run: a case is there for its party alone, a message is one journalpost,
and the folder of a house is its owner's. The journeys of people are in tests/web/test_minside.mjs."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import samdrift
from samdrift import CONF, Case, Server, World

ROOT = samdrift.ROOT
sys.path[:0] = [str(ROOT / 'tests'), str(ROOT / 'tools')]
import register  # noqa: E402
import visitor  # noqa: E402

KARI, OLA = '21876010019', '14828440013'
MINE = '/nesodden/min-side'
PROVIDER = '''
[provider.idporten]
name = ID-porten
url = {}
for = borger
client_id = samdrift
client_secret = "en hemmelighet"
acr_substantial = idporten-loa-substantial
acr_high = idporten-loa-high
'''


def form():
    def text(s):
        return dict.fromkeys(('nb', 'nn', 'se', 'en'), s)
    field = {'type': 'name', 'id': 'navn', 'label': text('Navn'), 'required': True, 'sensitivity': 'personal'}
    place = {'type': 'property', 'id': 'eiendom', 'label': text('Eiendom'), 'required': True, 'sensitivity': 'open'}
    return {'id': 'naust', 'version': 1, 'title': text('Naust'), 'lead': text('Søk'), 'declaration': text('Ja'), 'next': text('Vent'),
            'theme': 'bygg-og-eiendom', 'level': 'substantial', 'for': ['self'], 'answer_days': 21,
            'steps': [{'id': 'alt', 'title': text('Alt'), 'fields': [field, place]}],
            'archive': {'arkivdel': 'Naust', 'title': text('Naust'), 'hjemmel': 'Offentleglova § 13', 'unit': 'Byggesak'}}


@unittest.skipUnless(shutil.which('node') and (ROOT / 'node_modules/oidc-provider').is_dir(), 'node is not installed: tools/setup.sh')
class MyPage(Case):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-minside-'))
        cls.idporten = subprocess.Popen(['node', str(ROOT / 'tests/web/idporten.mjs'), str(cls.home / 'jwk')], cwd=ROOT,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        url = json.loads(cls.idporten.stdout.readline())['url']
        cls.registers = register.Registers(cls.home)
        cls.server = Server(CONF + PROVIDER.format(url) + cls.registers.conf())
        base = json.dumps({'base': cls.server.url}).encode()
        urllib.request.urlopen(urllib.request.Request(url + '/start', base), timeout=60).close()
        cls.admin = cls.server.client('admin')
        cls.world_ = World(cls.admin)
        cls.world_.new_arkivdel(tittel='Naust')
        (cls.home / 'naust.json').write_text(json.dumps(form()), encoding='utf-8')
        samdrift.run('form', 'add', cls.server.dir, cls.home / 'naust.json', '--municipality', 'nesodden')

    @classmethod
    def tearDownClass(cls):
        status = cls.server.close()
        cls.registers.close()
        cls.idporten.kill()
        cls.idporten.wait()
        cls.idporten.stdout.close()
        shutil.rmtree(cls.home)
        if status != 0:
            raise AssertionError('the server did not end well')

    def apply(self):
        """-> the applicant, and the address of the case"""
        page = visitor.Visitor().log_in(f'{self.server.url}/nesodden/skjema/naust/start', KARI)
        page = page.send({'navn': 'Kari Nordmann', 'eiendom-gnr': '7', 'eiendom-bnr': '70'}).send({'erklaering': 'ja'})
        return page.visitor, self.server.url + re.search(MINE + r'/sak/[0-9a-f-]{36}', page.text).group()

    def posts(self, sak):
        return self.admin.get(f'{self.server.url}/nesodden/noark5/arkivstruktur/mappe/{sak[-36:]}/registrering')['results']

    def test_a_case_is_its_partys(self):
        kari, sak = self.apply()
        self.assertIn('Du sendte: Naust', kari.get(sak).text)
        self.assertIn('Naust', kari.get(self.server.url + MINE).text)
        file = self.server.url + re.search(r'href="([^"]*/dokument/[^"]*)"', kari.get(sak).text).group(1)
        self.assertEqual(kari.get(file).status, 200)
        ola = visitor.Visitor().log_in(self.server.url + MINE, OLA).visitor
        self.assertNotIn('Naust', ola.get(self.server.url + MINE).text)
        for address in (sak, file, sak + '/melding/sporsmaal', sak + '/lest'):
            self.assertEqual(ola.get(address).status, 404, address)
            self.assertEqual(kari.get(address.replace('/nesodden/', '/frogn/')).status, 404, address)

    def test_a_message_is_one_journalpost(self):
        kari, sak = self.apply()
        page = kari.get(sak + '/melding/sporsmaal')
        for _ in range(2):   # the same form again
            self.assertEqual(page.send({'tekst': 'Når kommer svaret?'}).url, sak)
        self.assertEqual(len(self.posts(sak)), 2)
        refused = page.send({'tekst': ''})
        self.assertEqual(refused.status, 422)

    def test_the_folder_of_a_house(self):
        kari, sak = self.apply()
        post = self.posts(sak)[0]
        self.status(self.admin.patch(post, {'journalstatus': {'kode': 'J'}}), 200)
        page = kari.get(f'{self.server.url}{MINE}/eiendom/7-70')
        self.assertIn('Naust', page.main())
        file = self.server.url + re.search(r'href="([^"]*/dokument/[^"]*)"', page.text).group(1)
        self.assertEqual(kari.get(file).status, 200)
        ola = visitor.Visitor().log_in(f'{self.server.url}{MINE}/eiendom/7-70', OLA)
        self.assertIn('/innsyn', ola.url)
        self.assertEqual(ola.visitor.get(file).status, 404)
