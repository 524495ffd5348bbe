"""Numbers, freezing, closing, periods, inheritance, deletion, transitions: chapter 3."""
import concurrent.futures
import datetime
import unittest

from samdrift import SKJERMING, Case, World, code, unique

YEAR = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).year


class Numbers(Case):
    def test_saksmappe(self):
        sak = self.world.sak()
        self.assertEqual(sak['saksaar'], YEAR)
        self.assertEqual(sak['mappeID'], f'{YEAR}/{sak["sakssekvensnummer"]}')
        self.assertEqual(self.world.sak()['sakssekvensnummer'], sak['sakssekvensnummer'] + 1)

    def test_journalpost(self):
        sak = self.world.sak()
        first, second = self.world.journalpost(sak), self.world.journalpost(sak)
        self.assertEqual(first['journalaar'], YEAR)
        self.assertEqual((first['journalpostnummer'], second['journalpostnummer']), (1, 2))
        self.assertEqual(second['journalsekvensnummer'], first['journalsekvensnummer'] + 1)
        self.assertEqual(second['registreringsID'], sak['mappeID'] + '-2')

    def test_dokumentnummer(self):
        journalpost = self.world.journalpost(self.world.sak())
        one, two = self.world.dokument(journalpost), self.world.dokument(journalpost)
        self.assertEqual((one['dokumentnummer'], two['dokumentnummer']), (1, 2))
        self.assertEqual(one['tilknyttetRegistreringSom']['kode'], 'H')
        self.assertEqual(two['tilknyttetRegistreringSom']['kode'], 'V')

    def test_sixteen_at_once(self):
        """Journal numbers under load: none twice, none left out."""
        saker = [self.world.sak() for _ in range(4)]

        def make(i):
            return self.saksbehandler.create(saker[i % 4], 'sakarkiv/ny-journalpost',
                                             {'tittel': f'Samtidig {i}', 'journalposttype': code('I')})
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            made = list(pool.map(make, range(96)))
        series = sorted(thing['journalsekvensnummer'] for thing in made)
        self.assertEqual(series, list(range(series[0], series[0] + 96)))
        for sak in saker:
            found, _ = self.admin.find(sak, 'arkivstruktur/registrering', top=100)
            self.assertEqual(sorted(thing['journalpostnummer'] for thing in found), list(range(1, 25)))

    def test_refused_create_leaves_no_gap(self):
        before = self.world.sak()['sakssekvensnummer']
        self.refused(self.admin.post(self.world.arkivdel, 'sakarkiv/ny-saksmappe', {'beskrivelse': 'uten tittel'}), 400)
        self.refused(self.admin.post(self.world.arkivdel, 'sakarkiv/ny-saksmappe',
                                     {'tittel': 'x', 'saksstatus': code('ZZ')}), 400)
        self.assertEqual(self.world.sak()['sakssekvensnummer'], before + 1)


class Defaults(Case):
    def test_codes(self):
        sak = self.world.sak()
        journalpost = self.world.journalpost(sak)
        dokument = self.world.dokument(journalpost)
        objekt = self.world.objekt(dokument)
        for thing, name, kode in ((self.world.arkiv, 'arkivstatus', 'O'), (self.world.arkivdel, 'arkivdelstatus', 'A'),
                                  (sak, 'saksstatus', 'B'), (sak, 'dokumentmedium', 'E'),
                                  (dokument, 'dokumentstatus', 'B'), (objekt, 'variantformat', 'P')):
            self.assertEqual(thing[name]['kode'], kode, name)
            self.assertTrue(thing[name]['kodenavn'])

    def test_persons_and_dates(self):
        sak = self.world.sak(by=self.saksbehandler)
        self.assertEqual(sak['saksansvarlig'], 'saksbehandler@example.com')
        self.assertEqual(sak['saksdato'], sak['opprettetDato'])
        self.assertEqual(self.world.arkivdel['arkivperiodeStartDato'], self.world.arkivdel['opprettetDato'])

    def test_journaldato_comes_with_status(self):
        journalpost = self.world.journalpost(self.world.sak(), journalstatus=code('M'))
        self.assertNotIn('journaldato', journalpost)
        reply = self.admin.patch(journalpost, {'journalstatus': code('J')})
        self.assertIn('journaldato', reply.json)


class Inheritance(Case):
    def test_medium_and_place(self):
        arkivdel = self.world.new_arkivdel(dokumentmedium=code('B'), oppbevaringssted=['Kjeller'])
        mappe = self.world.mappe(parent=arkivdel)
        self.assertEqual(mappe['dokumentmedium']['kode'], 'B')
        self.assertEqual(mappe['oppbevaringssted'], ['Kjeller'])
        self.assertEqual(self.world.mappe(parent=arkivdel, dokumentmedium=code('F'))['dokumentmedium']['kode'], 'F')

    def test_skjerming_down_to_documents(self):
        sak = self.world.sak(skjerming=SKJERMING)
        journalpost = self.world.journalpost(sak)
        dokument = self.world.dokument(journalpost)
        for thing in (journalpost, dokument):
            self.assertEqual(thing['skjerming']['tilgangsrestriksjon']['kode'], 'P')

    def test_skjerming_ends_after_its_years(self):
        skjerming = self.world.sak(skjerming=SKJERMING)['skjerming']
        self.assertTrue(skjerming['skjermingOpphoererDato'].startswith(str(YEAR + 60)))

    def test_kassasjon_arkivdel_wins_over_klasse(self):
        world = World(self.admin)
        kassasjon = {'kassasjonsvedtak': code('K'), 'bevaringstid': 10, 'kassasjonsdato': '2040-01-01T00:00:00Z'}
        klasse = world.new_klasse(kassasjon={**kassasjon, 'bevaringstid': 5})
        self.assertEqual(world.mappe(parent=klasse)['kassasjon']['bevaringstid'], 5)
        self.assertEqual(self.admin.patch(world.arkivdel, {'kassasjon': kassasjon}).status, 200)
        self.assertEqual(world.mappe(parent=klasse)['kassasjon']['bevaringstid'], 10)

    def test_journalenhet(self):
        sak = self.world.sak(journalenhet='Byggesak')
        self.assertEqual(self.world.journalpost(sak)['journalenhet'], 'Byggesak')


class Structure(Case):
    def test_arkivdel_with_system_takes_no_mappe(self):
        world = World(self.admin)
        before = self.admin.href(world.arkivdel, 'arkivstruktur/ny-mappe')
        world.system
        self.refused(self.admin.ask('POST', before, {'tittel': 'x'}), 409)
        self.assertFalse(self.admin.has(self.admin.again(world.arkivdel), 'arkivstruktur/ny-mappe'))

    def test_klasse_holds_one_kind(self):
        world = World(self.admin)
        url = self.admin.href(world.klasse, 'arkivstruktur/ny-klasse')
        world.mappe(parent=world.klasse)
        self.refused(self.admin.ask('POST', url, {'klasseID': 'x', 'tittel': 'x'}), 409)

    def test_arkiv_holds_one_kind(self):
        arkiv = self.admin.create(self.world.package, 'arkivstruktur/ny-arkiv', {'tittel': 'Enten eller'})
        url = self.admin.href(arkiv, 'arkivstruktur/ny-arkiv')
        self.admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Del'})
        self.refused(self.admin.ask('POST', url, {'tittel': 'Under'}), 409)

    def test_underarkiv(self):
        arkiv = self.admin.create(self.world.package, 'arkivstruktur/ny-arkiv', {'tittel': 'Over'})
        under = self.admin.create(arkiv, 'arkivstruktur/ny-arkiv', {'tittel': 'Under'})
        over = self.admin.get(self.admin.href(under, 'arkivstruktur/overarkiv'))
        self.assertEqual(over['systemID'], arkiv['systemID'])
        self.assertEqual(self.admin.find(arkiv, 'arkivstruktur/underarkiv')[1], 1)

    def test_avskrivning_only_of_incoming(self):
        journalpost = self.world.journalpost(self.world.sak(), 'U')
        if self.admin.has(journalpost, 'sakarkiv/ny-avskrivning'):
            self.refused(self.admin.post(journalpost, 'sakarkiv/ny-avskrivning', {'avskrivningsmaate': code('TE')}), 409)


class Frozen(Case):
    def test_klasse_id(self):
        klasse = World(self.admin).klasse
        reply = self.arkivar.patch(klasse, {'klasseID': 'annen'})
        if reply.status == 200:
            self.assertEqual(reply.json['klasseID'], klasse['klasseID'])
        else:
            self.refused(reply, 409)

    def closed_sak(self):
        world = World(self.admin)
        sak = world.sak(parent=world.klasse)
        reply = self.arkivar.patch(sak, {'saksstatus': code('A')})
        self.assertEqual(reply.status, 200, repr(reply))
        return reply.json

    def test_title_of_a_closed_sak(self):
        sak = self.closed_sak()
        for change in ({'tittel': 'x'}, {'saksdato': '2001-01-01T00:00:00Z'}, {'saksansvarlig': 'x'},
                       {'administrativEnhet': 'x'}, {'dokumentmedium': code('F')}):
            with self.subTest(change):
                text = self.refused(self.arkivar.patch(sak, change), 409)
                self.assertIn(next(iter(change)), text)

    def test_the_rest_stays_open(self):
        sak = self.closed_sak()
        for change in ({'beskrivelse': 'x'}, {'utlaantTil': 'Kari', 'utlaantDato': '2020-01-01T00:00:00Z'}):
            self.assertEqual(self.arkivar.patch(sak, change).status, 200)

    def test_archived_journalpost(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.world.avsender(journalpost)
        reply = self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertIn('arkivertDato', reply.json)
        self.assertEqual(reply.json['arkivertAv'], 'arkivar@example.com')
        for change in ({'tittel': 'x'}, {'dokumentetsDato': '2001-01-01T00:00:00Z'},
                       {'journaldato': '2001-01-01T00:00:00Z'}):
            with self.subTest(change):
                self.refused(self.arkivar.patch(journalpost, change), 409)

    def test_documents_are_finished_with_it(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.world.avsender(journalpost)
        dokument = self.world.dokument(journalpost)
        self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        self.assertEqual(self.admin.again(dokument)['dokumentstatus']['kode'], 'F')

    def test_dokumentflyt(self):
        flyt = self.admin.create(self.world.journalpost(self.world.sak()), 'sakarkiv/ny-dokumentflyt', {'flytTil': 'A'})
        data = self.admin.again(flyt)
        data['flytMottattDato'] = data['flytSendtDato']
        self.assertEqual(self.admin.put(flyt, data).status, 200)


class Closing(Case):
    def test_needs_primary_class(self):
        self.refused(self.arkivar.patch(self.world.sak(), {'saksstatus': code('A')}), 409)

    def classed(self):
        world = World(self.admin)
        return world, world.sak(parent=world.klasse)

    def test_needs_finished_registreringer(self):
        world, sak = self.classed()
        world.journalpost(sak, 'U', journalstatus=code('R'))
        self.refused(self.arkivar.patch(sak, {'saksstatus': code('A')}), 409)

    def test_needs_written_off_restanser(self):
        world, sak = self.classed()
        journalpost = world.journalpost(sak)
        world.avsender(journalpost)
        self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        self.assertIn('avskr', self.refused(self.arkivar.patch(sak, {'saksstatus': code('A')}), 409).lower())
        self.arkivar.create(self.arkivar.again(journalpost), 'sakarkiv/ny-avskrivning', {'avskrivningsmaate': code('TE')})
        self.assertEqual(self.arkivar.patch(sak, {'saksstatus': code('A')}).status, 200)

    def test_needs_archive_format(self):
        world, sak = self.classed()
        journalpost = world.journalpost(sak, 'X')
        dokument = world.dokument(journalpost)
        self.admin.upload(dokument, b'MZ\x90\x00' + bytes(100))
        self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        self.refused(self.arkivar.patch(sak, {'saksstatus': code('A')}), 409)

    def test_what_is_set(self):
        world, sak = self.classed()
        closed = self.arkivar.patch(sak, {'saksstatus': code('A')}).json
        self.assertEqual(closed['avsluttetAv'], 'arkivar@example.com')
        self.assertTrue(closed['avsluttetDato'].startswith(str(YEAR)))

    def test_by_date(self):
        world, sak = self.classed()
        closed = self.arkivar.patch(sak, {'avsluttetDato': '1999-01-01T00:00:00Z'})
        self.assertEqual(closed.status, 200, repr(closed))
        self.assertEqual(closed.json['saksstatus']['kode'], 'A')
        self.assertTrue(closed.json['avsluttetDato'].startswith(str(YEAR)))

    def test_closed_takes_nothing_new(self):
        world, sak = self.classed()
        url = self.arkivar.href(sak, 'sakarkiv/ny-journalpost')
        closed = self.arkivar.patch(sak, {'saksstatus': code('A')}).json
        self.assertFalse(self.arkivar.has(closed, 'sakarkiv/ny-journalpost'))
        self.refused(self.arkivar.ask('POST', url, {'tittel': 'x', 'journalposttype': code('I')}), 409)

    def test_saksbehandler_may_not_close(self):
        world, sak = self.classed()
        self.refused(self.saksbehandler.patch(sak, {'saksstatus': code('A')}), 403)

    def test_reopen(self):
        world, sak = self.classed()
        self.arkivar.patch(sak, {'saksstatus': code('A')})
        self.status(self.saksbehandler.patch(sak, {'saksstatus': code('B')}), 403, 409)
        reply = self.arkivar.patch(sak, {'saksstatus': code('B')})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertNotIn('avsluttetDato', reply.json)

    def test_arkiv(self):
        arkiv = self.admin.create(self.world.package, 'arkivstruktur/ny-arkiv', {'tittel': 'Lukkes'})
        url = self.admin.href(arkiv, 'arkivstruktur/ny-arkivdel')
        closed = self.admin.patch(arkiv, {'arkivstatus': code('A')}).json
        self.assertIn('avsluttetDato', closed)
        self.assertFalse(self.admin.has(closed, 'arkivstruktur/ny-arkivdel'))
        self.refused(self.admin.ask('POST', url, {'tittel': 'x'}), 409)


class Periods(Case):
    def test_overlap(self):
        world = World(self.admin)
        old, new = world.new_arkivdel(), world.new_arkivdel()
        sak = world.sak(parent=old)
        ny = self.arkivar.href(old, 'arkivstruktur/ny-mappe')
        name = 'https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/nestearkivdel/'
        reply = self.admin.patch(old, {'arkivdelstatus': code('O'), '_links': {name: {'href': self.admin.self_of(new)}}})
        self.assertEqual(reply.status, 200, repr(reply))
        self.refused(self.arkivar.ask('POST', ny, {'tittel': 'x'}), 409)
        world.journalpost(sak, by=self.saksbehandler)
        moved = self.admin.get(self.admin.href(self.admin.again(sak), 'arkivstruktur/arkivdel'))
        self.assertEqual(moved['systemID'], new['systemID'])

    def test_not_closed_with_open_mapper(self):
        world = World(self.admin)
        arkivdel = world.new_arkivdel()
        mappe = world.mappe(parent=arkivdel)
        self.refused(self.admin.patch(arkivdel, {'arkivdelstatus': code('P')}), 409)
        self.assertEqual(self.arkivar.patch(mappe, {'avsluttetDato': '2020-01-01T00:00:00Z'}).status, 200)
        reply = self.admin.patch(arkivdel, {'arkivdelstatus': code('P')})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertIn('arkivperiodeSluttDato', reply.json)


class SharedSystem(Case):
    def test_the_next_period_keeps_no_arkivdel_open(self):
        """Periods that go on with the same klassifikasjonssystem: each has the cases that were made in it."""
        world = World(self.admin)
        own = world.sak(administrativEnhet='Skole', saksansvarlig='Rektor')
        newer = world.new_arkivdel()
        link = 'https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/klassifikasjonssystem/'
        self.status(self.admin.patch(newer, {'_links': {link: {'href': self.admin.self_of(world.system)}}}), 200)
        theirs = world.sak(parent=world.klasse)
        for thing, arkivdel in ((own, world.arkivdel), (theirs, newer)):
            self.assertIn(thing['systemID'], self.refused(self.admin.patch(arkivdel, {'arkivdelstatus': code('P')}), 409))
            self.status(self.admin.patch(thing, {'saksstatus': code('U')}), 200)
            self.status(self.admin.patch(arkivdel, {'arkivdelstatus': code('P')}), 200)


    def test_a_case_that_grows_in_the_overlap_goes_on_in_the_next_period(self):
        world = World(self.admin)
        grows, stays = (world.sak(parent=world.klasse, administrativEnhet='Skole', saksansvarlig='Rektor') for _ in range(2))
        newer = world.new_arkivdel()
        rel = 'https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/'
        for thing, name, target, more in ((newer, 'klassifikasjonssystem', world.system, {}),
                                          (world.arkivdel, 'nestearkivdel', newer, {'arkivdelstatus': code('O')})):
            self.status(self.admin.patch(thing, {'_links': {f'{rel}{name}/': {'href': self.admin.self_of(target)}}, **more}), 200)
        world.journalpost(grows)
        self.status(self.admin.patch(stays, {'saksstatus': code('U')}), 200)
        self.status(self.admin.patch(world.arkivdel, {'arkivdelstatus': code('P')}), 200)
        self.assertIn(grows['systemID'], self.refused(self.admin.patch(newer, {'arkivdelstatus': code('P')}), 409))


class Transitions(Case):
    def test_journalpost_forwards(self):
        journalpost = self.world.journalpost(self.world.sak(), 'U', journalstatus=code('R'))
        self.world.avsender(journalpost, type='EM')
        for kode in ('F', 'G', 'E', 'J'):
            self.assertEqual(self.saksbehandler.patch(journalpost, {'journalstatus': code(kode)}).status, 200, kode)

    def test_backwards_needs_arkivar(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.world.avsender(journalpost)
        self.saksbehandler.patch(journalpost, {'journalstatus': code('J')})
        self.refused(self.saksbehandler.patch(journalpost, {'journalstatus': code('M')}), 409)
        self.assertEqual(self.arkivar.patch(journalpost, {'journalstatus': code('M')}).status, 200)

    def test_archived_does_not_lapse(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.world.avsender(journalpost)
        self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        self.refused(self.arkivar.patch(journalpost, {'journalstatus': code('U')}), 409)

    def test_archiving_needs_a_correspondent(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.refused(self.arkivar.patch(journalpost, {'journalstatus': code('A')}), 409)


class Deletion(Case):
    def test_journalfoert_is_kept(self):
        sak = self.world.sak()
        journalpost = self.world.journalpost(sak, journalstatus=code('J'))
        self.refused(self.arkivar.delete(journalpost), 409)
        self.refused(self.arkivar.delete(sak), 409)

    def test_reserved_may_go(self):
        journalpost = self.world.journalpost(self.world.sak(), 'U', journalstatus=code('R'))
        self.assertEqual(self.arkivar.delete(journalpost).status, 204)

    def test_sak_that_ever_held_a_journalfoert(self):
        sak = self.world.sak()
        journalpost = self.world.journalpost(sak, journalstatus=code('J'))
        self.assertEqual(self.admin.delete(journalpost).status, 204, 'administrator corrects')
        self.refused(self.arkivar.delete(sak), 409)
        self.assertEqual(self.admin.delete(sak).status, 204)

    def test_correction_is_logged(self):
        journalpost = self.world.journalpost(self.world.sak(), journalstatus=code('J'))
        self.admin.delete(journalpost)
        found, _ = self.admin.find(self.admin.root('loggingogsporing'), 'loggingogsporing/hendelseslogg',
                                   filter=f"referanseArkivenhet eq '{journalpost['systemID']}' and hendelsetype/kode eq 'D'")
        self.assertEqual(len(found), 1)

    def test_archived_document(self):
        journalpost = self.world.journalpost(self.world.sak())
        self.world.avsender(journalpost)
        dokument = self.world.dokument(journalpost)
        objekt = self.admin.upload(dokument, b'arkivert', 'text/plain').json
        self.arkivar.patch(journalpost, {'journalstatus': code('A')})
        for thing in (dokument, objekt):
            self.refused(self.arkivar.delete(thing), 409)

    def test_earlier_version_may_go_the_last_not(self):
        dokument = self.world.dokument(self.world.registrering(self.world.mappe()))
        old = self.admin.upload(dokument, b'en', 'text/plain').json
        self.admin.upload(dokument, b'to', 'text/plain')
        self.assertEqual(self.arkivar.delete(old).status, 204)

    def test_closed_mappe(self):
        world = World(self.admin)
        sak = world.sak(parent=world.klasse)
        self.arkivar.patch(sak, {'saksstatus': code('A')})
        self.refused(self.arkivar.delete(sak), 409)

    def test_arkivdel_only_by_administrator(self):
        arkivdel = self.world.new_arkivdel()
        self.refused(self.arkivar.delete(arkivdel), 403)
        self.assertEqual(self.admin.delete(arkivdel).status, 204)


if __name__ == '__main__':
    unittest.main()
