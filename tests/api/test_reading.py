"""leselogg: who has read what, where the municipality says so."""
import unittest

from samdrift import CONF, SKJERMING, USERS, Case, World, shared


class Reading(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = shared('leselogg', CONF + '[nesodden]\nleselogg = skjermet\n[aas]\nleselogg = ja\n')
        for name in USERS:
            setattr(cls, name, cls.server.client(name))
        cls.world_ = None

    def readers(self, admin, thing):
        events, _ = admin.find(thing, 'loggingogsporing/hendelseslogg')
        return [event['endretAv'] for event in events if event['hendelsetype']['kode'] == 'R']

    def test_screened_object(self):
        sak = self.world.sak(skjerming=SKJERMING)
        self.assertEqual(self.arkivar.ask('GET', self.admin.self_of(sak)).status, 200)
        self.assertEqual(self.readers(self.admin, sak), ['arkivar@example.com'])

    def test_who_was_refused_has_not_read(self):
        sak = self.world.sak(skjerming=SKJERMING)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(sak)).status, 404)
        self.assertEqual(self.readers(self.admin, sak), [])

    def test_open_object_only_where_all_is_logged(self):
        sak = self.world.sak()
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(sak)).status, 200)
        self.assertEqual(self.readers(self.admin, sak), [])
        sak = World(self.aas).sak()
        self.aas.again(sak)
        self.assertEqual(self.readers(self.aas, sak), ['aas@example.com'])

    def test_download(self):
        dokument = self.world.dokument(self.world.registrering(self.world.sak(skjerming=SKJERMING)))
        made = self.admin.upload(dokument, b'hemmelig', 'text/plain').json
        self.assertEqual(self.arkivar.ask('GET', self.admin.href(made, 'arkivstruktur/fil')).body, b'hemmelig')
        self.assertEqual(self.readers(self.admin, made), ['arkivar@example.com'])

    def test_lists_and_changes_are_no_reading(self):
        sak = self.world.sak(skjerming=SKJERMING)
        self.admin.find(self.world.package, 'arkivstruktur/mappe', filter=f"tittel eq '{sak['tittel']}'")
        self.assertEqual(self.admin.patch(sak, {'beskrivelse': 'x'}).status, 200)
        self.assertEqual(self.readers(self.admin, sak), [])


if __name__ == '__main__':
    unittest.main()
