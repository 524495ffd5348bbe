"""The log proves itself: proofs are checked offline, and whatever is removed or altered behind Samdrift's
back is named by verify."""
import json
import os
import pathlib
import sqlite3
import subprocess
import unittest

from samdrift import Case, Server, World, run


class Proofs(Case):
    def setUp(self):
        self.mappe = self.world.mappe()
        self.admin.patch(self.mappe, {'tittel': 'Ny tittel'})
        self.file = self.server.home / 'bevis.json'

    def bevis(self, id=''):
        return f'{self.server.url}/nesodden/bevis/{id}/' if id else f'{self.server.url}/nesodden/bevis/'

    def entry(self):
        return self.admin.find(self.admin.again(self.mappe), 'loggingogsporing/endringslogg')[0][0]

    def fetch(self, id):
        reply = self.admin.ask('GET', self.bevis(id))
        self.assertEqual(reply.status, 200, repr(reply))
        self.file.write_bytes(reply.body)
        return reply.json

    def check(self, *options, proof=None):
        if proof is not None:
            self.file.write_text(json.dumps(proof))
        done = run('proof', 'check', self.file, '--json', *options, check=False)
        told = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if told['verdict'] == 'holds' else 1)
        return told

    def test_an_entry(self):
        entry = self.entry()
        self.fetch(entry['systemID'])
        told = self.check()
        self.assertEqual((told['verdict'], told['what'], told['new']), ('holds', 'tittel', 'Ny tittel'))
        self.assertEqual(told['by'], 'admin@example.com')

    def test_many_entries_of_a_growing_log(self):
        """Sizes on both sides of a block of 256, and entries in the first, a middle and the last block."""
        for _ in range(3):
            for i in range(110):
                self.admin.patch(self.mappe, {'tittel': f'tittel {i}', 'beskrivelse': f'{i}'})
            entries, count = self.admin.find(self.admin.again(self.mappe), 'loggingogsporing/endringslogg')
            for entry in (entries[0], entries[-1], self.entry()):
                self.fetch(entry['systemID'])
                self.assertEqual(self.check()['verdict'], 'holds')

    def test_a_document(self):
        content = b'dette er dokumentet'
        for to in (self.world.dokument(self.world.registrering(self.mappe)),
                   self.world.objekt(self.world.dokument(self.world.registrering(self.mappe)))):
            objekt = self.admin.upload(to, content, 'text/plain').json
            self.fetch(objekt['systemID'])
            document = self.server.home / 'dokument'
            document.write_bytes(content)
            self.assertEqual(self.check('--document', document)['verdict'], 'holds')
            document.write_bytes(content + b'.')
            self.assertEqual(self.check('--document', document)['verdict'], 'document')

    def test_key(self):
        self.fetch(self.entry()['systemID'])
        right, wrong = self.server.home / 'key.pem', self.server.home / 'other.pem'
        right.write_text(run('proof', 'key', self.server.dir).stdout)
        subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', self.server.home / 'priv.pem'], check=True)
        subprocess.run(['openssl', 'pkey', '-in', self.server.home / 'priv.pem', '-pubout', '-out', wrong], check=True)
        self.assertEqual(self.check('--key', right)['verdict'], 'holds')
        self.assertFalse(self.check('--key', right)['key_of_proof'])
        self.assertEqual(self.check('--key', wrong)['verdict'], 'signature')

    def test_forged(self):
        proof = self.fetch(self.entry()['systemID'])
        changes = [('entry', ('oppfoering', 'nyVerdi'), 'Noe annet'), ('entry', ('oppfoering', 'endretAv'), 'x'),
                   ('entry', ('nr',), proof['nr'] + 1), ('entry', ('forrige',), 'a' * 64),
                   ('path', ('blad',), 'a' * 64), ('path', ('topp', 'rot'), 'b' * 64), ('path', ('vei',), []),
                   ('signature', ('topp', 'antall'), proof['topp']['antall'] + 1),
                   ('signature', ('topp', 'tid'), '2000-01-01T00:00:00Z'), ('signature', ('kommune',), 'aas'),
                   ('signature', ('topp', 'signatur'), '0' * 128), ('signature', ('noekkel',), 'x'),
                   ('malformed', ('vei',), 'x'), ('malformed', ('topp',), None), ('malformed', ('oppfoering',), [])]
        for verdict, path, value in changes:
            with self.subTest(path):
                forged = json.loads(json.dumps(proof))
                inner = forged
                for name in path[:-1]:
                    inner = inner[name]
                inner[path[-1]] = value
                self.assertEqual(self.check(proof=forged)['verdict'], verdict)
        for text in ('', '[]', '{}', 'null', '{"topp":{}}', 'x' * 100):
            self.file.write_text(text)
            self.assertEqual(self.check()['verdict'], 'malformed')

    def test_who_may(self):
        id = self.entry()['systemID']
        self.assertEqual(self.leser.ask('GET', self.bevis(id)).status, 200)
        self.assertEqual(self.server.client().ask('GET', self.bevis(id)).status, 401)
        self.refused(self.admin.ask('GET', self.bevis('01890a5d-ac96-774b-bcce-b302099a8057')), 404)
        hidden = self.world.sak(skjerming={'tilgangsrestriksjon': {'kode': 'P'}, 'skjermingshjemmel': 'Offl. § 13',
                                           'skjermingMetadata': [{'kode': 'TMO'}]})
        self.admin.patch(hidden, {'beskrivelse': 'x'})
        entry = self.admin.find(self.admin.again(hidden), 'loggingogsporing/endringslogg')[0][0]
        self.assertEqual(self.admin.ask('GET', self.bevis(entry['systemID'])).status, 200)
        self.refused(self.leser.ask('GET', self.bevis(entry['systemID'])), 404)

    def test_head(self):
        head = self.leser.ask('GET', self.bevis()).json
        self.assertEqual(head['kommune'], 'nesodden')
        self.assertGreater(head['antall'], 1)

    def test_unreadable(self):
        self.assertEqual(run('proof', 'check', '/finnes/ikke', check=False).returncode, 3)


class Tampering(unittest.TestCase):
    """Rows altered with SQL while nobody serves."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        admin = cls.server.client('admin')
        world = World(admin)
        cls.mappe = world.mappe(noekkelord=['tomt'])
        for i in range(300):
            admin.patch(cls.mappe, {'tittel': f'tittel {i}'})
        cls.registrering = world.registrering(cls.mappe)
        admin.ask('GET', f'{cls.server.url}/nesodden/bevis/')
        cls.server.stop()

    def sql(self, *statements):
        url = os.environ.get('SAMDRIFT_TEST_PG', '')
        if url:
            database = [line for line in (self.server.dir / 'samdrift.conf').read_text().splitlines()
                        if line.startswith('store')][0].partition('= ')[2]
            text = ';'.join(['SET search_path TO k_nesodden', *statements])
            subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', os.devnull, '-d', database, '-c', text], check=True)
        else:
            base = sqlite3.connect(pathlib.Path(self.server.dir) / 'kommune' / 'nesodden.db')
            for statement in statements:
                base.execute(statement)
            base.commit()
            base.close()

    def found(self):
        return {(f['what'], f['where']) for f in json.loads(
            run('verify', self.server.dir, '--municipality', 'nesodden', '--json', check=False).stdout)['findings']}

    def altered(self, do, undo):
        self.assertEqual(self.found(), set())
        self.sql(*do)
        try:
            return self.found()
        finally:
            self.sql(*undo)
            self.assertEqual(self.found(), set())

    def test_altered_entry(self):
        found = self.altered(["UPDATE logg SET nyverdi = 'x' || nyverdi WHERE loggnr = 40"],
                             ['UPDATE logg SET nyverdi = substr(nyverdi, 2) WHERE loggnr = 40'])
        self.assertEqual([what for what, _ in found], ['log-altered'])
        self.assertIn('nr. 40 ', found.pop()[1])

    def test_removed_entry(self):
        columns = ('systemid, type, versjon, vern, referansearkivenhet, referansemetadata, endretdato, endretdato_t, '
                   'endretav, referanseendretav, tidligereverdi, nyverdi, hendelsetype, hendelsetype_navn, beskrivelse, '
                   'hendelsedato, hendelsedato_t, loggnr, avtrykk, blad')
        found = self.altered(['CREATE TABLE gjemt AS SELECT * FROM logg WHERE loggnr = 50', 'DELETE FROM logg WHERE loggnr = 50'],
                             [f'INSERT INTO logg({columns}) SELECT {columns} FROM gjemt', 'DROP TABLE gjemt'])
        self.assertIn(('log-missing', 'logg nr. 50'), found)
        self.assertLessEqual({what for what, _ in found}, {'log-missing', 'log-other'})

    def test_removed_end(self):
        found = self.altered(['CREATE TABLE gjemt AS SELECT * FROM logg WHERE loggnr > 590',
                              'DELETE FROM logg WHERE loggnr > 590'],
                             ['INSERT INTO logg SELECT * FROM gjemt', 'DROP TABLE gjemt'])
        self.assertIn('log-missing', {what for what, _ in found})

    def test_altered_object(self):
        found = self.altered([f"UPDATE mappe SET tittel = 'x' || tittel WHERE systemid = '{self.mappe['systemID']}'"],
                             [f"UPDATE mappe SET tittel = substr(tittel, 2) WHERE systemid = '{self.mappe['systemID']}'"])
        self.assertEqual(found, {('row-altered', f"mappe {self.mappe['systemID']}")})

    def test_other_head(self):
        """Whoever can write the whole chain anew cannot sign it."""
        found = self.altered(['UPDATE tretopp SET antall = antall - 1'], ['UPDATE tretopp SET antall = antall + 1'])
        self.assertEqual([what for what, _ in found], ['head-unsigned'])


if __name__ == '__main__':
    unittest.main()
