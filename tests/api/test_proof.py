"""The log proves itself: proofs are checked offline, and whatever is removed or altered behind Samdrift's
back is named by verify."""
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import unittest

from samdrift import Case, N, Server, World, run


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


class Values(Case):
    """Values of lists are objects too: what is done to them through their owner stands in the log, so that verify
    takes none of it for tampering."""

    def setUp(self):
        self.mappe = self.world.mappe(noekkelord=['a'])

    def words(self):
        return {word['noekkelord']: word['systemID'] for word in self.admin.find(self.admin.again(self.mappe), 'noekkelord',
                                                                                 space=N)[0]}

    def events(self, id):
        """What the log says of an object, the oldest first."""
        found, _ = self.admin.find(self.admin.root('loggingogsporing'), 'loggingogsporing/hendelseslogg',
                                   filter=f"referanseArkivenhet eq '{id}'")
        return ''.join(event['hendelsetype']['kode'] for event in sorted(found, key=lambda event: event['systemID']))

    def clean(self):
        findings = json.loads(run('verify', self.server.dir, '--municipality', 'nesodden', '--json', check=False).stdout)
        self.assertFalse({id for id in self.seen for f in findings['findings'] if id in f['where']}, findings)

    def test_through_the_owner(self):
        self.admin.create(self.mappe, 'ny-noekkelord', {'noekkelord': 'b'}, space=N)
        first = self.words()
        self.seen = set(first.values())
        self.clean()
        self.assertEqual(self.admin.patch(self.mappe, {'noekkelord': ['b', 'c', 'c']}).status, 200)
        second = self.words()
        self.seen |= set(second.values())
        self.clean()
        self.assertEqual(second['b'], first['b'])
        self.assertEqual([self.events(id) for id in (first['a'], first['b'], second['c'])], ['CD', 'CU', 'C'])
        self.assertEqual(self.admin.delete(self.mappe).status, 204)
        self.clean()
        self.assertEqual(self.events(first['b']), 'CUD')


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
        world.dokument(cls.registrering)
        world.journalpost(world.sak())
        world.mappe(tittel='den siste')
        cls.heads = cls.server.home / 'topper.json'
        cls.heads.write_text(run('proof', 'head', cls.server.dir).stdout)
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

    def rows(self, query):
        url = os.environ.get('SAMDRIFT_TEST_PG', '')
        if not url:
            base = sqlite3.connect(pathlib.Path(self.server.dir) / 'kommune' / 'nesodden.db')
            found = base.execute(query).fetchall()
            base.close()
            return found
        database = [line for line in (self.server.dir / 'samdrift.conf').read_text().splitlines()
                    if line.startswith('store')][0].partition('= ')[2]
        text = f'SET search_path TO k_nesodden; SELECT json_agg(row_to_json(q)) FROM ({query}) q'
        done = subprocess.run(['psql', '-qtAX', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', text], check=True,
                              capture_output=True, text=True)
        return [list(row.values()) for row in json.loads(done.stdout)]

    def found(self, heads=None):
        return {(f['what'], f['where']) for f in json.loads(
            run('verify', self.server.dir, '--municipality', 'nesodden', *(['--heads', heads] if heads else []), '--json',
                check=False).stdout)['findings']}

    def altered(self, do, undo, heads=None):
        self.assertEqual(self.found(), set())
        self.sql(*do)
        try:
            return self.found(heads)
        finally:
            self.sql(*undo)
            self.assertEqual(self.found(), set())

    def test_altered_entry(self):
        nr = self.rows('SELECT min(loggnr) FROM logg WHERE loggnr > 40 AND nyverdi IS NOT NULL')[0][0]
        found = self.altered([f"UPDATE logg SET nyverdi = 'x' || nyverdi WHERE loggnr = {nr}"],
                             [f'UPDATE logg SET nyverdi = substr(nyverdi, 2) WHERE loggnr = {nr}'])
        self.assertEqual([what for what, _ in found], ['log-altered'])
        self.assertIn(f'nr. {nr} ', found.pop()[1])

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

    def test_removed_or_altered_beside_the_chain(self):
        """What stands beside the entries is held against them too: one row of each kind."""
        id = self.mappe['systemID']
        cases = [
            ('tree-altered', 'loggtre 0',
             "UPDATE loggtre SET hash = CASE substr(hash, 1, 1) WHEN 'f' THEN 'e' ELSE 'f' END || substr(hash, 2) WHERE nr = 0"),
            ('tree-altered', 'loggtre 0', 'DELETE FROM loggtre WHERE nr = 0'),
            ('log-end', 'loggslutt', 'DELETE FROM loggslutt'),
            ('log-end', 'loggslutt', 'UPDATE loggslutt SET antall = antall - 1'),
            ('log-altered', 'logg nr. 40', 'UPDATE logg SET endretdato_t = endretdato_t + 1 WHERE loggnr = 40'),
            ('access-altered', 'logg nr. 40', 'UPDATE logg SET vern = vern + 1 WHERE loggnr = 40'),
            ('access-altered', f'mappe {id}', f"UPDATE mappe SET vern = vern + 1 WHERE systemid = '{id}'"),
            ('row-altered', f'mappe {id}', f"UPDATE mappe SET opprettetdato_t = opprettetdato_t + 1 WHERE systemid = '{id}'"),
            ('row-unreadable', 'mappe id ', f"UPDATE mappe SET type = 'x' WHERE systemid = '{id}'"),
            ('row-altered', 'verdi ', "UPDATE verdi SET verdi = 'villa' WHERE verdi = 'tomt'"),
            ('row-missing', '', "DELETE FROM verdi WHERE verdi = 'tomt'"),
            ('row-orphan', 'dokumentbeskrivelse ', 'DELETE FROM registrering_dokumentbeskrivelse'),
            ('number-behind', 'teller saksmappe/', "UPDATE teller SET verdi = verdi - 1 WHERE serie LIKE 'saksmappe/%'"),
            ('number-behind', 'teller journal/', "DELETE FROM teller WHERE serie LIKE 'journal/%'"),
            ('number-behind', 'teller journalpost/', "DELETE FROM teller WHERE serie LIKE 'journalpost/%'"),
            ('row-altered', 'bruker ', "UPDATE bruker SET brukernavn = 'x'"),
            ('log-missing', 'merknad ', 'INSERT INTO merknad(systemid, type, versjon, vern, merknadstekst)'
                                        " VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 'merknad', 1, 0, 'x')"),
        ]
        for what, where, statement in cases:
            with self.subTest(statement):
                table = re.search('(?:UPDATE|FROM|INTO) (\\w+)', statement)[1]
                found = self.altered([f'CREATE TABLE gjemt AS SELECT * FROM {table}', statement],
                                     [f'DELETE FROM {table}', f'INSERT INTO {table} SELECT * FROM gjemt', 'DROP TABLE gjemt'])
                self.assertTrue([w for w in found if w[0] == what and w[1].startswith(where)], found)

    def test_chain_written_anew(self):
        """All leaves computed again after a change, with signed heads at the whole blocks only: the tree over the
        leaves is another."""
        base = self.rows('SELECT systemid, type, referansearkivenhet, referansemetadata, endretdato, endretav,'
                         ' referanseendretav, tidligereverdi, nyverdi, hendelsetype, beskrivelse, hendelsedato, avtrykk,'
                         ' loggnr FROM logg ORDER BY loggnr')
        leaf, changes = '', []
        for *fields, nr in base:
            if nr == 40:
                fields[8] = 'noe annet'
            parts = [str(nr), leaf, *(text or '' for text in fields)]
            body = b'\0' + b''.join(len(p.encode()).to_bytes(4, 'big') + p.encode() for p in parts)
            leaf = hashlib.sha256(body).hexdigest()
            changes.append(f"UPDATE logg SET blad = '{leaf}' WHERE loggnr = {nr}")
        found = self.altered(['CREATE TABLE gjemt AS SELECT * FROM logg', 'CREATE TABLE topper AS SELECT * FROM tretopp',
                              'CREATE TABLE slutt AS SELECT * FROM loggslutt', 'DELETE FROM tretopp',
                              "UPDATE logg SET nyverdi = 'noe annet' WHERE loggnr = 40", *changes,
                              f"UPDATE loggslutt SET blad = '{leaf}'"],
                             ['DELETE FROM logg', 'INSERT INTO logg SELECT * FROM gjemt', 'DROP TABLE gjemt',
                              'DELETE FROM loggslutt', 'INSERT INTO loggslutt SELECT * FROM slutt', 'DROP TABLE slutt',
                              'INSERT INTO tretopp SELECT * FROM topper', 'DROP TABLE topper'], heads=self.heads)
        self.assertEqual({what for what, _ in found}, {'tree-altered', 'log-other'})

    def test_rolled_back(self):
        """An older copy of the database is whole in itself; heads kept outside name it."""
        size = self.rows('SELECT antall FROM loggslutt')[0][0]
        leaf = self.rows(f'SELECT blad FROM logg WHERE loggnr = {size - 1}')[0][0]
        last = self.rows(f'SELECT type FROM logg WHERE loggnr = {size}')[0][0]
        self.assertEqual(last, 'hendelseslogg')
        statements = ['CREATE TABLE gjemt AS SELECT * FROM logg', 'CREATE TABLE topper AS SELECT * FROM tretopp',
                      'CREATE TABLE slutt AS SELECT * FROM loggslutt', 'CREATE TABLE igjen AS SELECT * FROM mappe',
                      'DELETE FROM tretopp', f'DELETE FROM logg WHERE loggnr = {size}',
                      f"UPDATE loggslutt SET antall = {size - 1}, blad = '{leaf}'",
                      "DELETE FROM mappe WHERE tittel = 'den siste'"]
        undo = ['DELETE FROM logg', 'INSERT INTO logg SELECT * FROM gjemt', 'DROP TABLE gjemt',
                'DELETE FROM loggslutt', 'INSERT INTO loggslutt SELECT * FROM slutt', 'DROP TABLE slutt',
                'DELETE FROM mappe', 'INSERT INTO mappe SELECT * FROM igjen', 'DROP TABLE igjen',
                'INSERT INTO tretopp SELECT * FROM topper', 'DROP TABLE topper']
        self.assertEqual(self.found(self.heads), set())
        self.assertEqual(self.altered(statements, undo), set())
        self.assertEqual(self.altered(statements, undo, heads=self.heads), {('log-rolled-back', f'tretopp {size}')})

    def test_heads_of_another(self):
        """Heads signed with another key, and what is no head."""
        forged = json.loads(self.heads.read_text())
        for head in forged:
            head['signatur'] = '0' * 128
        other = self.server.home / 'andre.json'
        other.write_text(json.dumps(forged))
        self.assertEqual([what for what, _ in self.found(other)], ['head-foreign'])
        other.write_text(json.dumps(forged[0] | {'kommune': 'annen'}))
        self.assertEqual(self.found(other), set())
        for text in ('', '{}', '[1]', 'x', '[{"kommune":"nesodden"}]'):
            other.write_text(text)
            self.assertEqual(run('verify', self.server.dir, '--heads', other, check=False).returncode, 3, text)

    def test_other_head(self):
        """Whoever can write the whole chain anew cannot sign it."""
        found = self.altered(['UPDATE tretopp SET antall = antall - 1'], ['UPDATE tretopp SET antall = antall + 1'])
        self.assertEqual([what for what, _ in found], ['head-unsigned'])


if __name__ == '__main__':
    unittest.main()
