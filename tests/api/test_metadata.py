"""Code lists, own fields (VSM), users and units, logs: 1.8–1.10, 2.7."""
import unittest

from samdrift import R, Case, code, unique

LISTS = '''arkivdelstatus arkivstatus avskrivningsmaate dokumentmedium dokumentstatus dokumenttype
elektronisksignatursikkerhetsnivaa elektronisksignaturverifisert flytstatus format graderingskode hendelsetype
journalposttype journalstatus kassasjonsvedtak klassifikasjonstype koordinatsystem korrespondanseparttype land
mappetype merknadstype partrolle postnummer presedensstatus saksstatus skjermingdokument skjermingmetadata
slettingstype tilgangskategori tilgangsrestriksjon tilknyttetregistreringsom variantformat'''.split()


class CodeLists(Case):
    def test_all_are_there(self):
        page = self.admin.root('metadata')
        for name in LISTS:
            with self.subTest(name):
                self.assertTrue(self.admin.has(page, f'metadata/{name}'))
                self.assertTrue(self.admin.has(page, f'metadata/ny-{name}'))
                reply = self.leser.ask('GET', self.admin.href(page, f'metadata/{name}'))
                self.assertEqual(reply.status, 200)

    def codes(self, name):
        found, count = self.leser.find(self.leser.root('metadata'), f'metadata/{name}')
        self.assertEqual(len(found), count, 'a list stands on one page')
        return {entry['kode']: entry['kodenavn'] for entry in found}

    def test_values(self):
        self.assertEqual(self.codes('journalstatus')['J'], 'Journalført')
        self.assertEqual(self.codes('dokumentmedium'), {'F': 'Fysisk medium', 'E': 'Elektronisk arkiv',
                                                        'B': 'Blandet fysisk og elektronisk arkiv'})
        self.assertTrue({'fmt/95', 'fmt/354', 'av/0', 'x-fmt/111'} <= set(self.codes('format')))
        self.assertIn('EPSG:4326', self.codes('koordinatsystem'))

    def test_new_use_change_delete(self):
        page = self.admin.root('metadata')
        made = self.admin.create(page, 'metadata/ny-dokumenttype', {'kode': 'KART', 'kodenavn': 'Kart',
                                                                   'beskrivelse': 'Situasjonskart'})
        dokument = self.world.dokument(self.world.registrering(self.world.mappe()), dokumenttype=code('KART'))
        self.assertEqual(dokument['dokumenttype']['kodenavn'], 'Kart')
        data = self.admin.again(made)
        self.assertEqual(self.admin.put(made, {**data, 'kodenavn': 'Kart og plan'}).status, 200)
        other = self.admin.create(page, 'metadata/ny-dokumenttype', {'kode': 'X1', 'kodenavn': 'Ubrukt'})
        self.assertEqual(self.admin.delete(other).status, 204)

    def test_unique(self):
        page = self.admin.root('metadata')
        self.refused(self.admin.post(page, 'metadata/ny-saksstatus', {'kode': 'B', 'kodenavn': 'Noe annet'}), 400)

    def test_outdated_is_refused_in_new_values(self):
        page = self.admin.root('metadata')
        made = self.admin.create(page, 'metadata/ny-dokumenttype', {'kode': 'GML', 'kodenavn': 'Gammel'})
        dokument = self.world.dokument(self.world.registrering(self.world.mappe()), dokumenttype=code('GML'))
        self.assertEqual(self.admin.put(made, {**self.admin.again(made), 'utdatert': '2020-01-01T00:00:00Z'}).status, 200)
        registrering = self.world.registrering(self.world.mappe())
        self.refused(self.admin.post(registrering, 'arkivstruktur/ny-dokumentbeskrivelse',
                                     {'tittel': 'x', 'dokumenttype': code('GML')}), 400)
        self.assertEqual(self.admin.put(dokument, self.admin.again(dokument)).status, 200, 'old values stay')

    def test_same_code_in_two_lists(self):
        dokument = self.world.dokument(self.world.registrering(self.world.mappe()), dokumenttype=code('B'),
                                       dokumentstatus=code('B'))
        self.assertEqual(dokument['dokumenttype']['kodenavn'], 'Brev')
        self.assertEqual(dokument['dokumentstatus']['kodenavn'], 'Dokumentet er under redigering')

    def test_only_administrators(self):
        url = self.admin.href(self.admin.root('metadata'), 'metadata/ny-land')
        self.refused(self.saksbehandler.ask('POST', url, {'kode': 'XX', 'kodenavn': 'x'}), 403)

    def test_each_municipality_has_its_own(self):
        self.admin.create(self.admin.root('metadata'), 'metadata/ny-land', {'kode': 'QQ', 'kodenavn': 'Nesoddland'})
        found, _ = self.aas.find(self.aas.root('metadata'), 'metadata/land')
        self.assertNotIn('QQ', [entry['kode'] for entry in found])


class Vsm(Case):
    def field(self, type='string', **data):
        name = f'vnd-test{type}-v1:felt{unique("").split("-")[0].strip()}'
        return self.admin.create(self.admin.root('metadata'), 'metadata/ny-virksomhetsspesifikkeMetadata',
                                 {'navn': name, 'type': type, **data})

    def with_value(self, name, value):
        return self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe',
                               {'tittel': 'x', 'virksomhetsspesifikkeMetadata': {name: value}})

    def test_each_type(self):
        for type, good, bad in (('string', 'x', 1), ('integer', 7, '7'), ('decimal', 1.5, 'x'), ('boolean', True, 1),
                                ('date', '2020-01-01+01:00', 'i går'), ('datetime', '2020-01-01T00:00:00Z', '2020'),
                                ('uri', 'https://example.com/', 5)):
            with self.subTest(type):
                name = self.field(type)['navn']
                reply = self.with_value(name, good)
                self.assertEqual(reply.status, 201, repr(reply))
                self.assertEqual(reply.json['virksomhetsspesifikkeMetadata'], {name: good})
                self.refused(self.with_value(name, bad), 400)

    def test_unknown_field(self):
        self.refused(self.with_value('n5t-v1:bogus', 'x'), 400)

    def test_outdated_field(self):
        name = self.field(utdatert='2020-01-01T00:00:00Z')['navn']
        self.refused(self.with_value(name, 'x'), 400)

    def test_names(self):
        page = self.admin.root('metadata')
        for bad in ('x', 'A-v1:x', 'a-v1:', 'a-v1:x y', 'a:b', 'vnd-Å-v1:x'):
            self.refused(self.admin.post(page, 'metadata/ny-virksomhetsspesifikkeMetadata',
                                         {'navn': bad, 'type': 'string'}), 400)

    def test_unique(self):
        name = self.field()['navn']
        self.refused(self.admin.post(self.admin.root('metadata'), 'metadata/ny-virksomhetsspesifikkeMetadata',
                                     {'navn': name, 'type': 'string'}), 400)

    def test_nested_values_do_not_exist(self):
        name = self.field()['navn']
        for bad in ({'a': 1}, ['x']):
            self.refused(self.with_value(name, bad), 400)

    def test_merge_and_filter(self):
        one, two = self.field()['navn'], self.field('integer')['navn']
        mappe = self.with_value(one, 'tusenfryd').json
        reply = self.admin.patch(mappe, {'virksomhetsspesifikkeMetadata': {two: 4}})
        self.assertEqual(reply.json['virksomhetsspesifikkeMetadata'], {one: 'tusenfryd', two: 4})
        package = self.admin.root('arkivstruktur')
        for filter in (f"{one} eq 'tusenfryd'", f'{two} gt 3 and {two} lt 5'):
            found, count = self.admin.find(package, 'arkivstruktur/mappe', filter=filter)
            self.assertEqual((count, found[0]['systemID']), (1, mappe['systemID']), filter)

    def test_on_the_other_classes(self):
        name = self.field()['navn']
        value = {'virksomhetsspesifikkeMetadata': {name: 'x'}}
        registrering = self.world.registrering(self.world.mappe(), **value)
        dokument = self.world.dokument(registrering, **value)
        part = self.admin.create(self.world.mappe(), 'arkivstruktur/ny-partenhet', {'navn': 'x', **value})
        for thing in (registrering, dokument, part):
            self.assertEqual(thing['virksomhetsspesifikkeMetadata'], {name: 'x'})


class Admin(Case):
    def test_user_appears_at_first_login(self):
        found, _ = self.leser.find(self.admin.root('admin'), 'admin/bruker', filter="brukerNavn eq 'leser@example.com'")
        self.assertEqual(len(found), 1)

    def test_creator_is_that_user(self):
        mappe = self.world.mappe(by=self.saksbehandler)
        found, _ = self.admin.find(self.admin.root('admin'), 'admin/bruker',
                                   filter="brukerNavn eq 'saksbehandler@example.com'")
        self.assertEqual(mappe['referanseOpprettetAv'], found[0]['systemID'])

    def test_units_and_users(self):
        page = self.admin.root('admin')
        over = self.admin.create(page, 'admin/ny-administrativenhet', {
            'administrativEnhetNavn': unique('Teknisk'), 'administrativEnhetsstatus': 'Aktiv'})
        enhet = self.admin.create(page, 'admin/ny-administrativenhet', {
            'administrativEnhetNavn': unique('Byggesak'), 'administrativEnhetsstatus': 'Aktiv',
            'referanseOverordnetEnhet': over['systemID']})
        self.assertEqual(enhet['referanseOverordnetEnhet'], over['systemID'])
        bruker = self.admin.create(page, 'admin/ny-bruker', {'brukerNavn': unique('person') + '@example.com'})
        url = self.admin.href(enhet, 'admin/bruker').rstrip('/') + '/$ref?$id=' + self.admin.self_of(bruker)
        self.assertEqual(self.admin.ask('POST', url).status, 204)
        self.assertEqual(self.admin.find(bruker, 'admin/administrativenhet')[1], 1)

    def test_only_administrators(self):
        self.refused(self.arkivar.ask('POST', self.admin.href(self.admin.root('admin'), 'admin/ny-bruker'),
                                      {'brukerNavn': 'x'}), 403)
        self.assertFalse(self.arkivar.has(self.arkivar.root('admin'), 'admin/ny-bruker'))


class Logs(Case):
    def entries(self, thing, name='endringslogg', **options):
        found, _ = self.admin.find(self.admin.again(thing), f'loggingogsporing/{name}', top=100, **options)
        return found

    def test_one_entry_an_attribute(self):
        mappe = self.world.mappe(tittel='før', beskrivelse='b')
        self.arkivar.patch(mappe, {'tittel': 'etter', 'beskrivelse': None})
        entries = {entry['referanseMetadata']: entry for entry in self.entries(mappe) if entry.get('referanseMetadata')}
        self.assertEqual((entries['tittel']['tidligereVerdi'], entries['tittel']['nyVerdi']), ('før', 'etter'))
        self.assertEqual(entries['tittel']['endretAv'], 'arkivar@example.com')
        self.assertEqual(entries['tittel']['referanseArkivenhet'], mappe['systemID'])
        self.assertIn('beskrivelse', entries)

    def test_nothing_changed_nothing_logged(self):
        mappe = self.world.mappe()
        before = len(self.entries(mappe))
        self.admin.put(mappe, self.admin.again(mappe))
        self.assertEqual(len(self.entries(mappe)), before)

    def test_codes(self):
        sak = self.world.sak()
        self.admin.patch(sak, {'saksstatus': code('U')})
        self.assertTrue([entry for entry in self.entries(sak) if 'saksstatus' in entry.get('referanseMetadata', '')])

    def test_events(self):
        mappe = self.world.mappe()
        self.admin.patch(mappe, {'tittel': 'ny'})
        kinds = [entry['hendelsetype']['kode'] for entry in self.entries(mappe, 'hendelseslogg')
                 if 'hendelsetype' in entry]
        self.assertIn('C', kinds)
        self.assertIn('U', kinds)

    def test_deletion_is_kept(self):
        mappe = self.world.mappe()
        self.admin.delete(mappe)
        found, _ = self.admin.find(self.admin.root('loggingogsporing'), 'loggingogsporing/hendelseslogg',
                                   filter=f"referanseArkivenhet eq '{mappe['systemID']}' and hendelsetype/kode eq 'D'")
        self.assertEqual(len(found), 1)

    def test_clients_may_add(self):
        mappe = self.world.mappe()
        made = self.saksbehandler.create(self.saksbehandler.again(mappe), 'loggingogsporing/ny-endringslogg',
                                         {'referanseMetadata': 'tittel', 'tidligereVerdi': 'a', 'nyVerdi': 'b'})
        self.assertEqual(made['endretAv'], 'saksbehandler@example.com')
        self.assertEqual(made['referanseArkivenhet'], mappe['systemID'])

    def test_nobody_changes_it(self):
        mappe = self.world.mappe()
        self.admin.patch(mappe, {'tittel': 'ny'})
        entry = self.entries(mappe)[0]
        self.status(self.admin.delete(entry), 403, 405, 409)
        self.status(self.admin.patch(entry, {'nyVerdi': 'x'}), 403, 405, 409)


if __name__ == '__main__':
    unittest.main()
