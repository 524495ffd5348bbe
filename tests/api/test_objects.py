"""Create, read, replace, merge, move, expand, refer, delete: chapter 1.3."""
import unittest

from samdrift import MERGE, NOARK, N, R, SKJERMING, Case, World, code, cut, unique


class Create(Case):
    def template(self, thing, name):
        reply = self.admin.ask('GET', self.admin.href(thing, name))
        self.assertEqual(reply.status, 200)
        return reply

    def test_template_has_no_self_and_no_etag(self):
        reply = self.template(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        self.assertNotIn('self', reply.json['_links'])
        self.assertIsNone(reply.headers['ETag'])

    def test_template_values_can_be_posted_back(self):
        for thing, name in ((self.world.arkiv, 'arkivstruktur/ny-arkivdel'),
                            (self.world.arkivdel, 'arkivstruktur/ny-mappe'),
                            (self.world.arkivdel, 'sakarkiv/ny-saksmappe'),
                            (self.world.arkivdel, 'arkivstruktur/ny-registrering')):
            with self.subTest(name):
                data = self.template(thing, name).json
                data.pop('_links')
                made = self.admin.create(thing, name, {**data, 'tittel': unique()})
                for key, value in data.items():
                    self.assertEqual(made[key], value, key)

    def test_template_links_to_code_lists(self):
        links = self.template(self.world.arkivdel, 'sakarkiv/ny-saksmappe').json['_links']
        self.assertIn(R + 'metadata/saksstatus/', links)

    def test_answer_of_create(self):
        reply = self.admin.post(self.world.package, 'arkivstruktur/ny-arkiv', {'tittel': 'Et arkiv'})
        self.assertEqual(reply.status, 201)
        self.assertTrue(reply.headers['Content-Type'].startswith(NOARK))
        self.assertEqual(reply.headers['Location'], cut(reply.json['_links']['self']['href']))
        again = self.admin.ask('GET', reply.headers['Location'])
        self.assertEqual(again.json, reply.json)
        self.assertTrue(again.headers['ETag'])

    def test_server_values(self):
        arkiv = self.world.arkiv
        self.assertRegex(arkiv['systemID'], '^[0-9a-f]{8}-[0-9a-f]{4}-7')
        self.assertRegex(arkiv['opprettetDato'], r'T.*[+-]\d\d:\d\d$')
        self.assertEqual(arkiv['opprettetAv'], 'admin@example.com')
        self.assertIn('referanseOpprettetAv', arkiv)
        self.assertEqual(arkiv['arkivstatus']['kode'], 'O')
        self.assertNotIn('endretDato', arkiv)

    def test_entity_relation_equals_self(self):
        links = self.world.arkiv['_links']
        self.assertEqual(links[R + 'arkivstruktur/arkiv/']['href'], links['self']['href'])

    def test_server_values_of_the_client_are_ignored(self):
        made = self.admin.create(self.world.package, 'arkivstruktur/ny-arkiv',
                                 {'tittel': 'x', 'opprettetAv': 'Kong Salomo',
                                  'systemID': '11111111-1111-1111-1111-111111111111'})
        self.assertEqual(made['opprettetAv'], 'admin@example.com')
        self.assertNotEqual(made['systemID'], '11111111-1111-1111-1111-111111111111')

    def test_code_name_is_filled_in(self):
        mappe = self.world.mappe(dokumentmedium=code('F'))
        self.assertEqual(mappe['dokumentmedium'], {'kode': 'F', 'kodenavn': 'Fysisk medium'})

    def test_unknown_code(self):
        text = self.refused(self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe',
                                            {'tittel': 'x', 'dokumentmedium': code('ZZ')}), 400)
        self.assertIn('dokumentmedium', text)
        self.assertIn('Cannot find code', text)

    def test_missing_field(self):
        self.assertIn('tittel', self.refused(self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', {}), 400))

    def test_blank_counts_as_missing(self):
        for blank in ('', '  ', '\u00a0', '\u200a\u2003'):
            self.refused(self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', {'tittel': blank}), 400)

    def test_null_counts_as_absent(self):
        mappe = self.world.mappe(beskrivelse=None)
        self.assertNotIn('beskrivelse', mappe)

    def test_unknown_field(self):
        text = self.refused(self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe',
                                            {'tittel': 'x', 'titel': 'y'}), 400)
        self.assertIn('titel', text)

    def test_wrong_type(self):
        for value in (1, True, {'a': 1}, ['x']):
            with self.subTest(value):
                self.refused(self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', {'tittel': value}), 400)

    def test_lists_of_strings(self):
        mappe = self.world.mappe(noekkelord=['garasje', 'tomt'], oppbevaringssted=['Kjeller', 'Loft'])
        self.assertEqual(mappe['noekkelord'], ['garasje', 'tomt'])
        self.assertEqual(mappe['oppbevaringssted'], ['Kjeller', 'Loft'])

    def test_dates_come_back_as_they_were_sent(self):
        for text in ('1865-02-13T00:00:00+01:00', '2020-01-01T00:00:00Z', '2020-06-30T12:30:15.5-03:00'):
            with self.subTest(text):
                sak = self.world.sak(saksdato=text)
                self.assertEqual(sak['saksdato'], text)
                self.assertEqual(self.admin.again(sak)['saksdato'], text)

    def test_date_without_zone(self):
        self.refused(self.admin.post(self.world.arkivdel, 'sakarkiv/ny-saksmappe',
                                     {'tittel': 'x', 'saksdato': '2020-01-01T00:00:00'}), 400)

    def test_groups_come_back(self):
        gradering = {'graderingskode': code('F'), 'graderingsdato': '1865-02-13T00:00:00+01:00', 'gradertAv': 'Kari'}
        made = self.world.new_arkivdel(gradering=gradering)
        self.assertEqual(made['gradering']['graderingsdato'], gradering['graderingsdato'])
        self.assertEqual(made['gradering']['gradertAv'], 'Kari')

    def test_unicode(self):
        for text in ('Æ Ø Å é ß', 'Emoji 🏡🇳🇴', 'Čáhci', 'a\u0301'):
            self.assertEqual(self.world.mappe(tittel=text)['tittel'], text)

    def test_numbers_survive(self):
        mappe = self.world.mappe()
        posisjon = self.admin.create(mappe, 'arkivstruktur/ny-posisjon',
                                     {'koordinatsystem': code('EPSG:4326'), 'x': 1.01, 'y': 59.900001, 'z': 0})
        self.assertEqual((posisjon['x'], posisjon['y']), (1.01, 59.900001))

    def test_every_member_of_the_hierarchy(self):
        world = World(self.admin)
        self.admin.create(world.arkiv, 'arkivstruktur/ny-arkivskaper', {'arkivskaperID': '1', 'arkivskaperNavn': 'N'})
        under = self.admin.create(world.klasse, 'arkivstruktur/ny-klasse', {'klasseID': 'L', 'tittel': 't'})
        mappe = world.mappe(parent=under)
        undermappe = self.admin.create(mappe, 'arkivstruktur/ny-mappe', {'tittel': 'under'})
        registrering = world.registrering(undermappe)
        dokument = world.dokument(registrering)
        objekt = world.objekt(dokument)
        self.admin.create(objekt, 'arkivstruktur/ny-konvertering',
                          {'konvertertFraFormat': code('x-fmt/111'), 'konvertertTilFormat': code('fmt/101')})
        self.admin.create(mappe, 'arkivstruktur/ny-merknad', {'merknadstekst': 'Husk'})
        for thing, relation, back in ((under, 'arkivstruktur/overklasse', world.klasse),
                                      (undermappe, 'arkivstruktur/overmappe', mappe),
                                      (registrering, 'arkivstruktur/mappe', undermappe),
                                      (objekt, 'arkivstruktur/dokumentbeskrivelse', dokument)):
            with self.subTest(relation):
                up = self.admin.get(self.admin.href(self.admin.again(thing), relation))
                self.assertEqual(up['systemID'], back['systemID'])

    def test_parts(self):
        mappe = self.world.mappe()
        for role in ('KLI', 'PAA', 'FORM', 'ADV'):
            part = self.admin.create(mappe, 'arkivstruktur/ny-partperson',
                                     {'navn': 'Ola', 'partRolle': code(role),
                                      'personidentifikator': [{'foedselsnummer': '01017012345'}],
                                      'postadresse': {'adresselinje1': 'Veien 1', 'postnr': {'kode': '1450'},
                                                      'poststed': 'Nesoddtangen'},
                                      'kontaktinformasjon': {'epostadresse': 'ola@example.com'}})
            self.assertEqual(part['partRolle']['kode'], role)
            self.assertEqual(part['postadresse']['landkode']['kode'], 'NO')
        self.admin.create(mappe, 'arkivstruktur/ny-partenhet',
                          {'navn': 'Bygg AS', 'partRolle': code('KLI'),
                           'enhetsidentifikator': {'organisasjonsnummer': '974761076'}})
        parts, count = self.admin.find(mappe, 'arkivstruktur/part')
        self.assertEqual((len(parts), count), (5, 5))

    def test_correspondents(self):
        journalpost = self.world.journalpost(self.world.sak())
        for kind, data in (('person', {'navn': 'Kari'}), ('enhet', {'navn': 'AS'}),
                           ('intern', {'saksbehandler': 'Per'})):
            part = self.admin.create(journalpost, f'arkivstruktur/ny-korrespondansepart{kind}',
                                     {**data, 'korrespondanseparttype': code('EA')})
            self.assertIn(f'{R}arkivstruktur/korrespondansepart{kind}/', part['_links'])
        self.assertEqual(self.admin.find(journalpost, 'arkivstruktur/korrespondansepart')[1], 3)

    def test_national_identifiers(self):
        for thing in (self.world.mappe(), self.world.registrering(self.world.mappe())):
            for name, data in (('bygning', {'bygningsnummer': 1}),
                               ('enhetsidentifikator', {'organisasjonsnummer': '974761076'}),
                               ('matrikkel', {'kommunenummer': '3212', 'gaardsnummer': 1, 'bruksnummer': 2}),
                               ('foedselsnummer', {'foedselsnummer': '01017012345'}),
                               ('dnummer', {'dNummer': '41017012345'}),
                               ('plan', {'kommunenummer': '3212', 'planidentifikasjon': 'P1'}),
                               ('posisjon', {'koordinatsystem': code('EPSG:4326'), 'x': 1.5, 'y': 2.5})):
                with self.subTest(name):
                    made = self.admin.create(thing, f'arkivstruktur/ny-{name}', data)
                    for key, value in data.items():
                        if not isinstance(value, dict):
                            self.assertEqual(made[key], value)
            self.assertEqual(self.admin.find(thing, 'arkivstruktur/nasjonalidentifikator')[1], 7)

    def test_strings_as_objects(self):
        mappe = self.world.mappe()
        word = self.admin.create(mappe, 'ny-noekkelord', {'noekkelord': 'tomt'}, space=N)
        self.assertIn('self', word['_links'])
        self.assertEqual(self.admin.again(mappe)['noekkelord'], ['tomt'])
        self.assertEqual(self.admin.delete(word).status, 204)
        self.assertNotIn('noekkelord', self.admin.again(mappe))

    def test_sakarkiv_objects(self):
        sak = self.world.sak()
        journalpost = self.world.journalpost(sak)
        notat = self.admin.create(sak, 'sakarkiv/ny-arkivnotat', {'tittel': 'Notat'})
        flyt = self.admin.create(notat, 'sakarkiv/ny-dokumentflyt', {'flytTil': 'Leder'})
        self.assertIn('flytSendtDato', flyt)
        self.assertEqual(flyt['flytFra'], 'admin@example.com')
        self.admin.create(journalpost, 'sakarkiv/ny-avskrivning', {'avskrivningsmaate': code('TE')})
        self.admin.create(sak, 'sakarkiv/ny-presedens', {'tittel': 'P', 'rettskildefaktor': 'Dom',
                                                         'presedensDato': '2020-01-01T00:00:00Z'})

    def test_meetings(self):
        links = self.world.arkivdel['_links']
        names = [name for name in links if 'ny-moetemappe' in name]
        self.assertTrue(names, sorted(links))
        moete = self.admin.create(self.world.arkivdel, names[0],
                                  {'tittel': 'Møte', 'moetenummer': '1', 'utvalg': 'Plan',
                                   'moetedato': '2020-01-01T00:00:00Z'})
        self.assertEqual(moete['moetenummer'], '1')

    def test_idempotency_key(self):
        data = {'tittel': unique('En gang')}
        first = self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', data, **{'Idempotency-Key': 'k-1'})
        second = self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', data, **{'Idempotency-Key': 'k-1'})
        self.assertEqual(first.json['systemID'], second.json['systemID'])


class Change(Case):
    def test_put_replaces(self):
        mappe = self.world.mappe(beskrivelse='før', offentligTittel='o')
        data = self.admin.again(mappe)
        data.pop('offentligTittel')
        data['beskrivelse'] = 'etter'
        reply = self.admin.put(mappe, data)
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json['beskrivelse'], 'etter')
        self.assertNotIn('offentligTittel', reply.json)
        self.assertEqual(reply.json['endretAv'], 'admin@example.com')

    def test_put_without_mandatory(self):
        self.refused(self.admin.put(self.world.mappe(), {'beskrivelse': 'x'}), 400)

    def test_put_leaves_lists_left_out(self):
        mappe = self.world.mappe(noekkelord=['a'])
        data = self.admin.again(mappe)
        data.pop('noekkelord')
        self.assertEqual(self.admin.put(mappe, data).json['noekkelord'], ['a'])

    def test_put_accepts_what_was_read(self):
        for thing in (self.world.arkiv, self.world.arkivdel, self.world.mappe(), self.world.sak(),
                      self.world.journalpost(self.world.sak())):
            before = self.admin.again(thing)
            reply = self.admin.put(thing, before)
            self.assertEqual(reply.status, 200, repr(reply))
            for key in before:
                if key not in ('_links', 'endretDato', 'endretAv', 'referanseEndretAv'):
                    self.assertEqual(reply.json[key], before[key], key)

    def test_put_keeps_server_values(self):
        mappe = self.world.mappe()
        data = {**self.admin.again(mappe), 'mappeID': '1/1', 'opprettetAv': 'x'}
        reply = self.admin.put(mappe, data)
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json['mappeID'], mappe['mappeID'])
        self.assertEqual(reply.json['opprettetAv'], mappe['opprettetAv'])

    def test_patch_changes_and_removes(self):
        mappe = self.world.mappe(beskrivelse='før', offentligTittel='o')
        reply = self.admin.patch(mappe, {'beskrivelse': None, 'offentligTittel': 'ny'})
        self.assertEqual(reply.status, 200)
        self.assertNotIn('beskrivelse', reply.json)
        self.assertEqual(reply.json['offentligTittel'], 'ny')
        self.assertEqual(reply.json['tittel'], mappe['tittel'])

    def test_patch_merges_groups(self):
        mappe = self.world.mappe(skjerming=SKJERMING)
        reply = self.admin.patch(mappe, {'skjerming': {'skjermingshjemmel': 'ny hjemmel'}})
        self.assertEqual(reply.json['skjerming']['skjermingshjemmel'], 'ny hjemmel')
        self.assertEqual(reply.json['skjerming']['tilgangsrestriksjon']['kode'], 'P')
        self.assertNotIn('skjerming', self.admin.patch(mappe, {'skjerming': None}).json)

    def test_patch_cannot_remove_mandatory(self):
        self.refused(self.admin.patch(self.world.mappe(), {'tittel': None}), 400)

    def test_patch_media_type(self):
        url = self.admin.self_of(self.world.mappe())
        self.status(self.admin.ask('PATCH', url, b'{"beskrivelse": "x"}', {'Content-Type': 'text/plain'}), 415)
        self.status(self.admin.ask('PATCH', url, b'{"beskrivelse": "x"}', {'Content-Type': MERGE}), 200)


class Etag(Case):
    def test_each_change_gives_a_new_one(self):
        mappe = self.world.mappe()
        before = self.admin.etag(mappe)
        reply = self.admin.patch(mappe, {'beskrivelse': '1'})
        self.assertNotEqual(before, self.admin.etag(mappe))
        self.assertEqual(reply.headers['ETag'], self.admin.etag(mappe))

    def test_right_one_is_accepted(self):
        for header in ('ETag', 'If-Match'):
            mappe = self.world.mappe()
            self.assertEqual(self.admin.patch(mappe, {'beskrivelse': '1'},
                                              **{header: self.admin.etag(mappe)}).status, 200)

    def test_old_one_is_refused(self):
        for header, status in (('ETag', 409), ('If-Match', 412)):
            with self.subTest(header):
                mappe = self.world.mappe()
                old = self.admin.etag(mappe)
                self.admin.patch(mappe, {'beskrivelse': '1'})
                self.refused(self.admin.patch(mappe, {'beskrivelse': '2'}, **{header: old}), status)
                self.refused(self.admin.put(mappe, self.admin.again(mappe), **{header: old}), status)
                self.refused(self.admin.delete(mappe, **{header: old}), status)
                self.assertEqual(self.admin.again(mappe)['beskrivelse'], '1')

    def test_star(self):
        self.assertEqual(self.admin.patch(self.world.mappe(), {'beskrivelse': '1'}, **{'If-Match': '*'}).status, 200)

    def test_not_modified(self):
        mappe = self.world.mappe()
        reply = self.admin.ask('GET', self.admin.self_of(mappe), headers={'If-None-Match': self.admin.etag(mappe)})
        self.status(reply, 200, 304)


class Move(Case):
    def test_by_patch_to_self(self):
        target = self.world.mappe()
        thing = self.world.registrering(self.world.mappe())
        reply = self.admin.patch(thing, {'_links': {R + 'arkivstruktur/mappe/': {'href': self.admin.self_of(target)}}})
        self.assertEqual(reply.status, 200, repr(reply))
        up = self.admin.get(self.admin.href(reply.json, 'arkivstruktur/mappe'))
        self.assertEqual(up['systemID'], target['systemID'])

    def test_by_patch_to_sub_collection(self):
        target = self.world.mappe()
        thing = self.world.registrering(self.world.mappe())
        href = self.admin.href(target, 'arkivstruktur/registrering')
        reply = self.admin.patch(thing, {'_links': {R + 'arkivstruktur/mappe/': {'href': href}}})
        self.assertEqual(reply.status, 200, repr(reply))

    def test_by_ref(self):
        target = self.world.mappe()
        thing = self.world.registrering(self.world.mappe())
        url = self.admin.href(thing, 'arkivstruktur/mappe').rstrip('/') + '/$ref'
        reply = self.admin.ask('PUT', url + '?$id=' + self.admin.self_of(target))
        self.assertEqual(reply.status, 204, repr(reply))
        self.assertEqual(self.admin.find(target, 'arkivstruktur/registrering')[1], 1)

    def test_journalpost_gets_a_new_number(self):
        a, b = self.world.sak(), self.world.sak()
        self.world.journalpost(b)
        thing = self.world.journalpost(a)
        reply = self.admin.patch(thing, {'_links': {R + 'arkivstruktur/mappe/': {'href': self.admin.self_of(b)}}})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertEqual(reply.json['journalpostnummer'], 2)
        self.assertEqual(reply.json['registreringsID'], b['mappeID'] + '-2')
        self.assertEqual(reply.json['journalsekvensnummer'], thing['journalsekvensnummer'])

    def test_not_into_itself(self):
        mappe = self.world.mappe()
        under = self.admin.create(mappe, 'arkivstruktur/ny-mappe', {'tittel': 'u'})
        reply = self.admin.patch(mappe, {'_links': {R + 'arkivstruktur/overmappe/': {'href': self.admin.self_of(under)}}})
        self.status(reply, 400, 409)

    def test_unknown_target(self):
        thing = self.world.registrering(self.world.mappe())
        reply = self.admin.patch(thing, {'_links': {R + 'arkivstruktur/mappe/': {
            'href': self.admin.self_of(self.world.mappe())[:-13] + '000000000000/'}}})
        self.status(reply, 400, 404)


class References(Case):
    def ref(self, thing, relation, method, target):
        url = self.admin.href(self.admin.again(thing), relation).rstrip('/') + '/$ref?$id=' + self.admin.self_of(target)
        return self.admin.ask(method, url)

    def test_dokument_in_two_registreringer(self):
        a, b = (self.world.registrering(self.world.mappe()) for _ in range(2))
        dokument = self.world.dokument(a)
        self.assertEqual(self.ref(b, 'arkivstruktur/dokumentbeskrivelse', 'POST', dokument).status, 204)
        self.assertEqual(self.admin.find(dokument, 'arkivstruktur/registrering')[1], 2)
        self.assertEqual(self.ref(b, 'arkivstruktur/dokumentbeskrivelse', 'DELETE', dokument).status, 204)
        self.assertEqual(self.admin.find(dokument, 'arkivstruktur/registrering')[1], 1)

    def test_no_document_comes_loose(self):
        """Neither when all links of a registrering go at once, nor when they are replaced."""
        a = self.world.registrering(self.world.mappe())
        dokument = self.world.dokument(a)
        other = self.world.dokument(self.world.registrering(self.world.mappe()))
        url = self.admin.href(self.admin.again(a), 'arkivstruktur/dokumentbeskrivelse').rstrip('/') + '/$ref'
        self.refused(self.admin.ask('DELETE', url), 409)
        self.refused(self.ref(a, 'arkivstruktur/dokumentbeskrivelse', 'PUT', other), 409)
        self.assertEqual(self.admin.find(dokument, 'arkivstruktur/registrering')[1], 1)
        self.assertEqual(self.admin.find(a, 'arkivstruktur/dokumentbeskrivelse')[1], 1)

    def test_links_are_logged(self):
        """What a $ref adds and takes away, both with the systemID of the other."""
        a, b = (self.world.registrering(self.world.mappe()) for _ in range(2))
        one, two = (self.world.dokument(a) for _ in range(2))
        for dokument in (one, two):
            self.assertEqual(self.ref(b, 'arkivstruktur/dokumentbeskrivelse', 'POST', dokument).status, 204)
        self.assertEqual(self.ref(b, 'arkivstruktur/dokumentbeskrivelse', 'PUT', two).status, 204)
        url = self.admin.href(self.admin.again(b), 'arkivstruktur/dokumentbeskrivelse').rstrip('/') + '/$ref'
        self.assertEqual(self.admin.ask('DELETE', url).status, 204)
        self.assertEqual(self.admin.find(b, 'arkivstruktur/dokumentbeskrivelse')[1], 0)
        entries, _ = self.admin.find(self.admin.again(b), 'loggingogsporing/endringslogg', orderby='systemID')
        one, two = one['systemID'], two['systemID']
        self.assertEqual([(e.get('tidligereVerdi'), e.get('nyVerdi')) for e in entries if e['referanseMetadata'] ==
                          'dokumentbeskrivelse'], [(None, one), (None, two), (None, two), (one, None), (two, None)])

    def test_screening_goes_with_the_link(self):
        """A document is screened by each case it is in, and no longer when it is taken out of it."""
        a = self.world.registrering(self.world.mappe())
        b = self.world.registrering(self.world.mappe(skjerming=SKJERMING))
        dokument = self.world.dokument(a)
        url = self.admin.href(self.admin.again(b), 'arkivstruktur/dokumentbeskrivelse').rstrip('/') + '/$ref'
        self.assertEqual(self.ref(b, 'arkivstruktur/dokumentbeskrivelse', 'POST', dokument).status, 204)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(dokument)).status, 404)
        self.assertEqual(self.admin.ask('DELETE', url).status, 204)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(dokument)).status, 200)

    def test_secondary_classification(self):
        world = World(self.admin)
        sak, other = world.sak(parent=world.klasse), world.new_klasse()
        self.assertEqual(self.ref(sak, 'sakarkiv/sekundaerklassifikasjon', 'POST', other).status, 204)
        found, count = self.admin.find(sak, 'sakarkiv/sekundaerklassifikasjon')
        self.assertEqual((count, found[0]['systemID']), (1, other['systemID']))

    def test_period_references_keep_step(self):
        world = World(self.admin)
        a, b = world.new_arkivdel(), world.new_arkivdel()
        name = R + 'arkivstruktur/nestearkivdel/'
        self.assertEqual(self.admin.patch(a, {'_links': {name: {'href': self.admin.self_of(b)}}}).status, 200)
        self.assertEqual(self.admin.get(self.admin.href(self.admin.again(b), 'arkivstruktur/forrigearkivdel'))['systemID'],
                         a['systemID'])
        self.assertEqual(self.admin.again(b)['referanseForloeper'], a['systemID'])

    def test_presedens_seen_from_both_sides(self):
        sak = self.world.sak()
        presedens = self.admin.create(sak, 'sakarkiv/ny-presedens', {'tittel': 'P', 'rettskildefaktor': 'Dom'})
        journalpost = self.world.journalpost(sak)
        self.assertEqual(self.ref(presedens, 'sakarkiv/journalpost', 'POST', journalpost).status, 204)
        self.assertEqual(self.admin.find(journalpost, 'sakarkiv/presedens')[1], 1)

    def test_wrong_kind_of_target(self):
        registrering = self.world.registrering(self.world.mappe())
        self.status(self.ref(registrering, 'arkivstruktur/dokumentbeskrivelse', 'POST', self.world.arkiv), 400, 404)


class Cross(Case):
    def test_whole_life(self):
        a, b, c = (self.world.mappe() for _ in range(3))
        prefix = self.admin.get(self.admin.href(a, 'arkivstruktur/ny-kryssreferanse'))['url']
        made = self.admin.ask('POST', prefix + self.admin.self_of(b))
        self.assertEqual(made.status, 201, repr(made))
        self.refused(self.admin.ask('POST', prefix + self.admin.self_of(b)), 400)
        to = self.admin.get(self.admin.href(made.json, 'arkivstruktur/mappe'))
        self.assertEqual(to['systemID'], b['systemID'])
        change = self.admin.ask('PUT', self.admin.self_of(made.json).rstrip('/') + '/$ref?$id=' + self.admin.self_of(c))
        self.status(change, 200, 204)
        self.assertEqual(self.admin.find(a, 'arkivstruktur/kryssreferanse')[1], 1)
        self.assertEqual(self.admin.delete(made.json).status, 204)
        self.assertEqual(self.admin.find(a, 'arkivstruktur/kryssreferanse')[1], 0)


class Expand(Case):
    def test_mappe_to_saksmappe(self):
        mappe = self.world.mappe()
        reply = self.admin.ask('PUT', self.admin.href(mappe, 'sakarkiv/utvid-til-saksmappe'), {'tittel': mappe['tittel']})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertEqual(reply.json['systemID'], mappe['systemID'])
        self.assertNotEqual(self.admin.self_of(reply.json), self.admin.self_of(mappe))
        self.assertIn('sakssekvensnummer', reply.json)
        self.assertIn(R + 'sakarkiv/saksmappe/', reply.json['_links'])

    def test_registrering_to_journalpost(self):
        sak = self.world.sak()
        registrering = self.world.registrering(sak)
        url = self.admin.href(registrering, 'sakarkiv/utvid-til-journalpost')
        reply = self.admin.ask('PUT', url, {'tittel': registrering['tittel'], 'journalposttype': code('I')})
        self.assertEqual(reply.status, 200, repr(reply))
        self.assertIn('journalsekvensnummer', reply.json)

    def test_only_below_a_saksmappe(self):
        registrering = self.world.registrering(self.world.mappe())
        self.refused(self.admin.post(registrering, 'sakarkiv/utvid-til-journalpost',
                                     {'journalposttype': code('I')}), 409)


class Delete(Case):
    def test_gone(self):
        mappe = self.world.mappe()
        reply = self.admin.delete(mappe)
        self.assertEqual((reply.status, reply.body), (204, b''))
        self.refused(self.admin.ask('GET', self.admin.self_of(mappe)), 404)
        self.refused(self.admin.delete(mappe), 404)

    def test_with_children(self):
        mappe = self.world.mappe()
        self.world.registrering(mappe)
        self.refused(self.admin.delete(mappe), 409)

    def test_bulk_by_filter(self):
        mappe = self.world.mappe()
        for _ in range(3):
            self.world.registrering(mappe, beskrivelse='slettes')
        self.world.registrering(mappe)
        url = self.admin.href(mappe, 'arkivstruktur/registrering') + "?$filter=beskrivelse eq 'slettes'"
        for unsure in ('', '&bekreft=2'):
            asked = self.admin.ask('DELETE', url + unsure)
            self.refused(asked, 409)
            self.assertIn('3', asked.json['feil']['beskrivelse'])
            self.assertEqual(self.admin.find(mappe, 'arkivstruktur/registrering')[1], 4)
        self.status(self.admin.ask('DELETE', url + '&bekreft=3'), 204)
        self.assertEqual(self.admin.find(mappe, 'arkivstruktur/registrering')[1], 1)

    def test_bulk_needs_a_filter(self):
        self.status(self.admin.ask('DELETE', self.admin.href(self.world.mappe(), 'arkivstruktur/registrering')), 400, 405)


class Errors(Case):
    def beskrivelse(self, language):
        reply = self.admin.post(self.world.arkivdel, 'arkivstruktur/ny-mappe', {}, **{'Accept-Language': language})
        return self.refused(reply, 400)

    def test_norwegian(self):
        for language in ('nb', 'no', 'nn-NO', 'nb-NO,en;q=0.5', ''):
            self.assertIn('obligatorisk', self.beskrivelse(language))

    def test_english(self):
        for language in ('en', 'en-GB,nb;q=0.4', 'EN'):
            self.assertIn('mandatory', self.beskrivelse(language))

    def test_names_field_rule_and_remedy(self):
        text = self.beskrivelse('en')
        self.assertIn('tittel', text)
        self.assertIn('Send the field', text)

    def test_not_json(self):
        url = self.admin.href(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        for body in (b'', b'{', b'[]', b'"x"', b'{"a":1,"a":2}', b'{"tittel":"\xff"}', b'{} {}', b'[' * 1000,
                     b'{"tittel":' + b'{"a":' * 100 + b'1' + b'}' * 101):
            with self.subTest(body[:20]):
                self.refused(self.admin.ask('POST', url, body, {'Content-Type': NOARK}), 400)

    def test_wrong_media_type(self):
        url = self.admin.href(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        self.refused(self.admin.ask('POST', url, b'{"tittel":"x"}', {'Content-Type': 'text/xml'}), 415)

    def test_plain_json_is_accepted(self):
        url = self.admin.href(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        self.assertEqual(self.admin.ask('POST', url, b'{"tittel":"x"}', {'Content-Type': 'application/json'}).status, 201)

    def test_bad_identifier(self):
        url = self.admin.self_of(self.world.mappe())
        for bad in ('0', 'x' * 36, '%00', "'; DROP TABLE mappe; --", '../../etc/passwd'):
            reply = self.admin.ask('GET', url[:url.rstrip('/').rfind('/') + 1] + bad + '/')
            self.status(reply, 400, 404)


if __name__ == '__main__':
    unittest.main()
