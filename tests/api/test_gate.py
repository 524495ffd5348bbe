"""One gate: roles, access rules, screening and the walls between municipalities."""
import itertools
import unittest

from samdrift import NOARK, R, SKJERMING, Case, World, code, cut, wait_for

HIDDEN = (404,)


class Roles(Case):
    def test_leser_reads_only(self):
        mappe = self.world.mappe()
        self.assertEqual(self.leser.again(mappe)['systemID'], mappe['systemID'])
        for reply in (self.leser.patch(mappe, {'tittel': 'x'}), self.leser.put(mappe, {'tittel': 'x'}),
                      self.leser.delete(mappe),
                      self.leser.ask('POST', self.admin.href(mappe, 'arkivstruktur/ny-registrering'), {'tittel': 'x'})):
            self.refused(reply, 403)

    def test_saksbehandler_registers(self):
        sak = self.world.sak(by=self.saksbehandler)
        self.world.journalpost(sak, by=self.saksbehandler)

    def test_arkiv_is_the_administrators(self):
        url = self.admin.href(self.world.package, 'arkivstruktur/ny-arkiv')
        for client in (self.arkivar, self.saksbehandler, self.integrasjon):
            self.refused(client.ask('POST', url, {'tittel': 'x'}), 403)
            self.refused(client.patch(self.world.arkiv, {'tittel': 'x'}), 403)

    def test_klasse_is_the_arkivars(self):
        world = World(self.admin)
        url = self.admin.href(world.system, 'arkivstruktur/ny-klasse')
        self.refused(self.saksbehandler.ask('POST', url, {'klasseID': 'x', 'tittel': 'x'}), 403)
        self.assertEqual(self.arkivar.ask('POST', url, {'klasseID': 'x', 'tittel': 'x'}).status, 201)

    def test_links_follow_the_role(self):
        mappe = self.world.mappe()
        for client, may in ((self.leser, False), (self.saksbehandler, True)):
            self.assertEqual(client.has(client.again(mappe), 'arkivstruktur/ny-registrering'), may)

    def test_no_role_no_entry(self):
        stranger = self.server.client('leser', 'aas')
        self.status(stranger.ask('GET', stranger.base + 'arkivstruktur/'), 403, 404)


class Screening(Case):
    """What is screened is not there for those without clearance, whichever way they ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.w = World(cls.admin)
        cls.own = world.new_arkivdel()
        cls.open_ = world.sak(tittel='Åpen nabosak', parent=cls.own)
        cls.sak = world.sak(tittel='Hemmelig personalsak', parent=cls.own, skjerming=SKJERMING)
        cls.journalpost = world.journalpost(cls.sak, tittel='Hemmelig klage')
        cls.part = world.avsender(cls.journalpost, navn='Hemmelige Hansen')
        cls.dokument = world.dokument(cls.journalpost, tittel='Hemmelig dokument')
        cls.objekt = cls.admin.upload(cls.dokument, b'Ordet er ugletryne', 'text/plain').json
        cls.things = [cls.sak, cls.journalpost, cls.part, cls.dokument, cls.objekt]

    def test_object(self):
        for thing in self.things:
            self.refused(self.leser.ask('GET', self.admin.self_of(thing)), 404)
            self.assertEqual(self.arkivar.ask('GET', self.admin.self_of(thing)).status, 200)

    def test_colleague_without_clearance(self):
        self.refused(self.kollega.ask('GET', self.admin.self_of(self.sak)), 404)

    def test_maker_has_clearance(self):
        sak = self.w.sak(by=self.saksbehandler, skjerming=SKJERMING)
        self.assertEqual(self.saksbehandler.ask('GET', self.admin.self_of(sak)).status, 200)
        self.refused(self.kollega.ask('GET', self.admin.self_of(sak)), 404)

    def test_list_and_count(self):
        found, count = self.leser.find(self.own, 'arkivstruktur/mappe')
        self.assertEqual(([thing['systemID'] for thing in found], count), ([self.open_['systemID']], 1))
        self.assertEqual(self.arkivar.find(self.own, 'arkivstruktur/mappe')[1], 2)

    def test_top_lists(self):
        for name, thing in (('arkivstruktur/mappe', self.sak), ('arkivstruktur/registrering', self.journalpost),
                            ('arkivstruktur/dokumentbeskrivelse', self.dokument),
                            ('arkivstruktur/dokumentobjekt', self.objekt)):
            with self.subTest(name):
                filter = f"systemID eq '{thing['systemID']}'"
                self.assertEqual(self.leser.find(self.w.package, name, filter=filter)[1], 0)
                self.assertEqual(self.arkivar.find(self.w.package, name, filter=filter)[1], 1)

    def test_filter_cannot_ask_around(self):
        for filter in ("mappe/tittel eq 'Hemmelig personalsak'", "korrespondansepart/any(k: k/navn eq 'Hemmelige Hansen')",
                       "true eq true or tittel eq 'Hemmelig klage'"):
            reply = self.leser.query(self.w.package, 'arkivstruktur/registrering', filter=filter)
            if reply.status == 200:
                self.assertNotIn(self.journalpost['systemID'], reply.body.decode())

    def test_filter_on_open_object_over_hidden_child(self):
        mappe = self.w.mappe(tittel='Åpen mappe med skjult innhold')
        self.w.registrering(mappe, tittel='Skjult xyzzy', skjerming=SKJERMING)
        filter = f"systemID eq '{mappe['systemID']}' and contains(registrering/tittel,'xyzzy')"
        self.assertEqual(self.leser.find(self.w.package, 'arkivstruktur/mappe', filter=filter)[1], 0)
        self.assertEqual(self.arkivar.find(self.w.package, 'arkivstruktur/mappe', filter=filter)[1], 1)
        count = f"systemID eq '{mappe['systemID']}' and registrering/$count eq 0"
        self.assertEqual(self.leser.find(self.w.package, 'arkivstruktur/mappe', filter=count)[1], 1)

    def test_search(self):
        for word, name in (('personalsak', 'arkivstruktur/mappe'), ('klage', 'arkivstruktur/registrering'),
                           ('hansen', 'arkivstruktur/registrering')):
            with self.subTest(word):
                self.assertEqual(self.leser.find(self.w.package, name, search=word,
                                                 filter="contains(tittel,'Hemmelig')")[1], 0)
                self.assertGreater(self.arkivar.find(self.w.package, name, search=word)[1], 0)

    def test_search_in_documents(self):
        def hits(client):
            return client.find(self.w.package, 'arkivstruktur/dokumentbeskrivelse', search='ugletryne')[1]
        self.assertTrue(wait_for(lambda: hits(self.arkivar)))
        self.assertEqual(hits(self.leser), 0)

    def test_expand(self):
        mappe = self.w.mappe()
        self.w.registrering(mappe, tittel='Skjult plugh', skjerming=SKJERMING)
        reply = self.leser.query(self.w.arkivdel, 'arkivstruktur/mappe', expand='registrering',
                                 filter=f"systemID eq '{mappe['systemID']}'")
        self.assertEqual(reply.json['count'], 1)
        self.assertNotIn('plugh', reply.body.decode())

    def test_download(self):
        fil = self.admin.href(self.objekt, 'arkivstruktur/fil')
        self.refused(self.leser.ask('GET', fil), 404)
        self.refused(self.leser.ask('GET', self.admin.href(self.dokument, 'arkivstruktur/fil')), 404)
        self.assertEqual(self.arkivar.ask('GET', fil).body, b'Ordet er ugletryne')

    def test_sub_collections_of_hidden(self):
        for thing, name in ((self.sak, 'arkivstruktur/registrering'), (self.journalpost, 'arkivstruktur/korrespondansepart'),
                            (self.dokument, 'arkivstruktur/dokumentobjekt')):
            reply = self.leser.ask('GET', self.admin.href(thing, name))
            if reply.status == 200:
                self.assertEqual(reply.json['count'], 0)
            else:
                self.refused(reply, 404)

    def test_log(self):
        reply = self.leser.query(self.leser.root('loggingogsporing'), 'loggingogsporing/hendelseslogg',
                                 filter=f"referanseArkivenhet eq '{self.sak['systemID']}'")
        self.assertEqual(reply.json['count'], 0)

    def test_cross_reference(self):
        mappe = self.w.mappe()
        prefix = self.admin.get(self.admin.href(mappe, 'arkivstruktur/ny-kryssreferanse'))['url']
        made = self.admin.ask('POST', prefix + self.admin.self_of(self.sak)).json
        reply = self.leser.ask('GET', self.admin.self_of(made))
        if reply.status == 200 and self.leser.has(reply.json, 'arkivstruktur/mappe'):
            self.refused(self.leser.ask('GET', self.leser.href(reply.json, 'arkivstruktur/mappe')), 404)

    def test_change_of_hidden(self):
        for reply in (self.kollega.patch(self.sak, {'tittel': 'x'}), self.kollega.delete(self.sak),
                      self.kollega.ask('POST', self.admin.href(self.sak, 'sakarkiv/ny-journalpost'), {'tittel': 'x'})):
            self.refused(reply, 404)

    def test_lifting_shows_all_again(self):
        sak = self.w.sak(skjerming=SKJERMING)
        registrering = self.w.registrering(sak)
        self.refused(self.leser.ask('GET', self.admin.self_of(registrering)), 404)
        self.assertEqual(self.arkivar.patch(sak, {'skjerming': None}).status, 200)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(sak)).status, 200)

    def test_screening_later_hides_what_lies_below(self):
        sak = self.w.sak()
        registrering = self.w.registrering(sak)
        dokument = self.w.dokument(registrering)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(dokument)).status, 200)
        self.assertEqual(self.arkivar.patch(sak, {'skjerming': SKJERMING}).status, 200)
        for thing in (sak, registrering, dokument):
            self.refused(self.leser.ask('GET', self.admin.self_of(thing)), 404)

    def test_screening_that_has_ended(self):
        sak = self.w.sak(skjerming={**SKJERMING, 'skjermingOpphoererDato': '2001-01-01T00:00:00Z'})
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(sak)).status, 200)

    def test_grading(self):
        sak = self.w.sak(gradering={'graderingskode': code('F')})
        self.refused(self.leser.ask('GET', self.admin.self_of(sak)), 404)


class Rules(Case):
    """tilgang: rules of the municipality's own."""

    def rule(self, **data):
        package = self.admin.root('admin')
        made = self.admin.create(package, 'admin/ny-tilgang', {
            'rolle': 'leser', 'tilgangskategori': code('M'), 'les': True, 'ny': False, 'endre': False, 'slett': False, **data})
        self.addCleanup(self.admin.delete, made)
        return made

    def test_one_unit_closed_to_a_role(self):
        mappe, other = self.world.mappe(), self.world.mappe()
        self.rule(les=False, referanseArkivenhet=mappe['systemID'])
        self.refused(self.leser.ask('GET', self.admin.self_of(mappe)), 404)
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(other)).status, 200)
        self.assertEqual(self.saksbehandler.ask('GET', self.admin.self_of(mappe)).status, 200)

    def test_it_covers_what_lies_below(self):
        mappe = self.world.mappe()
        registrering = self.world.registrering(mappe)
        self.rule(les=False, referanseArkivenhet=mappe['systemID'])
        self.refused(self.leser.ask('GET', self.admin.self_of(registrering)), 404)

    def test_clearance_for_a_restriction(self):
        sak = self.world.sak(skjerming=SKJERMING)
        self.refused(self.leser.ask('GET', self.admin.self_of(sak)), 404)
        made = self.rule(tilgangsrestriksjon=code('P'))
        self.assertEqual(self.leser.ask('GET', self.admin.self_of(sak)).status, 200)
        self.assertEqual(self.admin.delete(made).status, 204)
        self.refused(self.leser.ask('GET', self.admin.self_of(sak)), 404)

    def test_only_administrators_make_them(self):
        url = self.admin.href(self.admin.root('admin'), 'admin/ny-tilgang')
        self.refused(self.arkivar.ask('POST', url, {'rolle': 'leser'}), 403)


class Walls(Case):
    """Ås and Nesodden know nothing of each other."""

    def test_other_municipality_by_address(self):
        mappe = self.world.mappe()
        url = self.admin.self_of(mappe)
        self.status(self.aas.ask('GET', url), 403, 404)
        self.status(self.aas.ask('GET', url.replace('/nesodden/', '/aas/')), 404)
        self.status(self.aas.ask('PATCH', url, {'tittel': 'x'}), 403, 404)
        self.status(self.aas.ask('DELETE', url), 403, 404)

    def test_packages_of_another(self):
        for package in ('arkivstruktur', 'sakarkiv', 'metadata', 'admin', 'loggingogsporing'):
            url = self.admin.href(self.admin.root(), package)
            self.status(self.aas.ask('GET', url), 403, 404)

    def test_search_finds_nothing(self):
        self.world.sak(tittel='Kvitrende nesodding')
        self.assertEqual(self.aas.find(self.aas.root('arkivstruktur'), 'arkivstruktur/mappe', search='kvitrende')[1], 0)

    def test_reference_across(self):
        aas = World(self.aas)
        registrering = self.world.registrering(self.world.mappe())
        dokument = aas.dokument(aas.registrering(aas.mappe()))
        url = self.admin.href(registrering, 'arkivstruktur/dokumentbeskrivelse').rstrip('/')
        self.status(self.admin.ask('POST', f'{url}/$ref?$id={self.aas.self_of(dokument)}'), 400, 403, 404)

    def test_move_across(self):
        aas = World(self.aas)
        mappe = aas.mappe()
        registrering = self.world.registrering(self.world.mappe())
        reply = self.admin.patch(registrering, {'_links': {R + 'arkivstruktur/mappe/': {'href': self.aas.self_of(mappe)}}})
        self.status(reply, 400, 403, 404)

    def test_role_is_of_one_municipality(self):
        frogn = self.server.client('admin', 'frogn')
        package = frogn.root('arkivstruktur')
        self.assertNotIn(R + 'arkivstruktur/ny-arkiv/', package['_links'])
        self.refused(frogn.ask('POST', frogn.base + 'arkivstruktur/ny-arkiv/', {'tittel': 'x'}), 403)

    def test_same_document_in_both(self):
        aas = World(self.aas)
        content = b'likt innhold'
        a = self.admin.upload(self.world.dokument(self.world.registrering(self.world.mappe())), content).json
        b = self.aas.upload(aas.dokument(aas.registrering(aas.mappe())), content).json
        self.assertEqual(a['sjekksum'], b['sjekksum'])
        self.status(self.aas.ask('GET', self.admin.href(a, 'arkivstruktur/fil')), 403, 404)

    def test_user_sees_only_own_users(self):
        found, _ = self.aas.find(self.aas.root('admin'), 'admin/bruker', top=1000)
        self.assertFalse([bruker for bruker in found if bruker['brukerNavn'] == 'arkivar@example.com'])


class Routes(Case):
    """Every route of the table, called anonymously, from another municipality and with too small a role."""

    def paths(self):
        things = {'id': self.world.mappe()['systemID'], 'kommune': 'nesodden'}
        table = self.anonymous.ask('GET', self.server.url + '/openapi.json').json
        for path, methods in table['paths'].items():
            for method in methods:
                if method.upper() in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE'):
                    filled = path
                    while '{' in filled:
                        name = filled[filled.index('{') + 1:filled.index('}')]
                        filled = filled.replace('{' + name + '}', things.get(name, things['id']))
                    if not filled.startswith('/nesodden'):
                        filled = '/nesodden/noark5' + filled
                    yield method.upper(), filled

    def test_all(self):
        free, seen = set(), 0
        for method, path in self.paths():
            body = b'{}' if method in ('POST', 'PUT', 'PATCH') else None
            headers = {'Content-Type': NOARK} if body else {}
            seen += 1
            with self.subTest(f'{method} {path}'):
                reply = self.anonymous.ask(method, self.server.url + path, body, headers)
                if reply.status < 300:
                    free.add(path)
                else:
                    self.assertIn(reply.status, (401, 404, 405), repr(reply))
                if path in free:
                    continue
                reply = self.aas.ask(method, self.server.url + path, body, headers)
                self.assertIn(reply.status, (403, 404, 405), repr(reply))
                if method != 'GET':
                    reply = self.leser.ask(method, self.server.url + path, body, headers)
                    self.assertIn(reply.status, (400, 403, 404, 405, 409, 415), repr(reply))
        self.assertGreater(seen, 100)
        for path in free:
            self.assertRegex(path, r'/noark5/?$|login|well-known|oauth|openid|openapi|helse|token|jwks|system')


if __name__ == '__main__':
    unittest.main()
