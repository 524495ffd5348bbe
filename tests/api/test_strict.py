"""Rows of 4.5: the default passes the public tester, a strict municipality follows the text."""
import unittest

from samdrift import CONF, SKJERMING, Case, World, code, shared

STRICT = CONF + 'strict = ja\n'


class Both(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strict = shared('strict', STRICT).client('admin')
        cls.strict_arkivar = shared('strict').client('arkivar')
        cls.lenient_world, cls.strict_world = World(cls.admin), World(cls.strict)

    def made(self, reply):
        self.assertEqual(reply.status, 201, repr(reply))
        return reply.json

    def both(self, relation, data, parent='mappe'):
        """-> (default reply, strict reply) of the same request"""
        replies = []
        for client, world in ((self.admin, self.lenient_world), (self.strict, self.strict_world)):
            thing = getattr(world, parent)() if parent != 'arkivdel' else world.arkivdel
            replies.append(client.ask('POST', client.href(thing, relation), data))
        return replies

    def row(self, relation, data, parent='mappe'):
        default, strict = self.both(relation, data, parent)
        self.made(default)
        self.refused(strict, 400)

    def test_plan_with_three_places(self):
        self.row('arkivstruktur/ny-plan', {'kommunenummer': '0101', 'fylkesnummer': '01', 'planidentifikasjon': '1',
                                           'landkode': {'kode': 'NO', 'kodenavn': 'Norway'}})

    def test_invalid_identifiers(self):
        self.row('arkivstruktur/ny-foedselsnummer', {'foedselsnummer': '03030303033'})
        self.row('arkivstruktur/ny-dnummer', {'dNummer': '01010101011'})
        self.row('arkivstruktur/ny-enhetsidentifikator', {'organisasjonsnummer': '02020202022'})

    def test_skjerming_without_metadata(self):
        skjerming = {key: value for key, value in SKJERMING.items() if key != 'skjermingMetadata'}
        self.row('arkivstruktur/ny-mappe', {'tittel': 'x', 'skjerming': skjerming}, 'arkivdel')

    def test_client_sends_sletting(self):
        sletting = {'slettingstype': code('SP'), 'slettetDato': '1880-01-01T00:00:00+01:00', 'slettetAv': 'Kari'}
        for client, world, kept in ((self.admin, self.lenient_world, True), (self.strict, self.strict_world, False)):
            made = client.create(world.arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'x', 'sletting': sletting})
            self.assertEqual('sletting' in made, kept)

    def test_name_of_a_land(self):
        mappe = self.lenient_world.mappe()
        made = self.admin.create(mappe, 'arkivstruktur/ny-plan', {'planidentifikasjon': '1',
                                                                 'landkode': {'kode': 'NO', 'kodenavn': 'Norway'}})
        self.assertEqual(made['landkode'], {'kode': 'NO', 'kodenavn': 'Norway'})

    def test_stray_quote_in_a_filter(self):
        filter = "nasjonalidentifikator/x gt 1.0'"
        self.assertEqual(self.admin.query(self.lenient_world.package, 'arkivstruktur/mappe', filter=filter).status, 200)
        self.refused(self.strict.query(self.strict_world.package, 'arkivstruktur/mappe', filter=filter), 400)

    def test_deleting_what_is_journalfoert(self):
        for client, world, status in ((self.admin, self.lenient_world, 204), (self.strict, self.strict_world, 409)):
            journalpost = world.journalpost(world.sak(), journalstatus=code('J'))
            self.assertEqual(client.delete(journalpost).status, status)

    def test_mime_type_syntax(self):
        for client, world, status in ((self.admin, self.lenient_world, 200),):
            objekt = client.upload(world.dokument(world.registrering(world.mappe())), b'x', 'text/plain').json
            reply = client.put(objekt, {**client.again(objekt), 'mimeType': 'application/xml modified'})
            self.assertEqual(reply.status, status)
            self.assertNotIn('modified', reply.json['mimeType'])

    def test_dates_are_echoed_in_both(self):
        for client, world in ((self.admin, self.lenient_world), (self.strict, self.strict_world)):
            self.assertEqual(world.sak(saksdato='2020-01-01T00:00:00.000-01:00')['saksdato'],
                             '2020-01-01T00:00:00.000-01:00')

    def test_two_arkivskapere_of_one_id(self):
        data = {'arkivskaperID': '123456789', 'arkivskaperNavn': 'x'}
        for client, world in ((self.admin, self.lenient_world), (self.strict, self.strict_world)):
            for _ in range(2):
                client.create(world.package, 'arkivstruktur/ny-arkivskaper', data)


if __name__ == '__main__':
    unittest.main()
