"""Questions: the table of chapter 1.4."""
import unittest
import urllib.parse

from samdrift import Case, World, code, wait_for
from test_documents import pdf


class Asked(Case):
    """A little world whose answers are known: three mapper and two saksmapper with parts and words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        world = cls.w = World(cls.admin)
        cls.tag = world.arkiv['systemID'][-12:]
        tag = cls.tag
        cls.a = world.mappe(tittel=f'Alfa {tag}', beskrivelse='første', noekkelord=['interesting', 'rar'])
        cls.b = world.mappe(tittel=f'Beta {tag}', beskrivelse="O'Hara", dokumentmedium=code('F'))
        cls.c = world.mappe(tittel=f'Ærfugl {tag}')
        cls.s = world.sak(tittel=f'Sak en {tag}', saksdato='2020-05-17T12:30:45Z')
        cls.t = world.sak(tittel=f'Sak to {tag}', saksdato='2021-01-01T00:30:00+01:00')
        admin = cls.admin
        admin.create(cls.a, 'arkivstruktur/ny-partperson', {
            'navn': 'Eksempel Ola', 'partRolle': code('ADV'),
            'personidentifikator': [{'foedselsnummer': '01017012345'}]})
        admin.create(cls.b, 'arkivstruktur/ny-partenhet', {
            'navn': 'Eksempel AS', 'partRolle': code('KLI'),
            'enhetsidentifikator': {'organisasjonsnummer': '974761076'}})
        admin.create(cls.a, 'arkivstruktur/ny-merknad', {'merknadstekst': 'god', 'merknadstype': code('MS')})
        admin.create(cls.a, 'arkivstruktur/ny-merknad', {'merknadstekst': 'grei', 'merknadstype': code('MS')})
        admin.create(cls.b, 'arkivstruktur/ny-merknad', {'merknadstekst': 'dårlig', 'merknadstype': code('ML')})
        admin.create(cls.a, 'arkivstruktur/ny-matrikkel', {'kommunenummer': '3212', 'gaardsnummer': 7,
                                                           'bruksnummer': 70})
        admin.create(cls.b, 'arkivstruktur/ny-posisjon', {'koordinatsystem': code('EPSG:4326'), 'x': 10.65, 'y': 59.8})

    def titles(self, filter=None, **options):
        """First words of the titles found among the five, in order."""
        only = f"contains(tittel,'{self.tag}')"
        options['filter'] = f'{only} and ({filter})' if filter else only
        found, count = self.admin.find(self.w.package, 'arkivstruktur/mappe', **options)
        self.assertGreaterEqual(count, len(found))
        return [thing['tittel'].rsplit(' ', 1)[0] for thing in found]

    def found(self, filter, *names):
        self.assertEqual(sorted(self.titles(filter)), sorted(names), filter)

    def bad(self, filter):
        reply = self.admin.query(self.w.package, 'arkivstruktur/mappe', filter=filter)
        return self.refused(reply, 400)


class Filter(Asked):
    def test_comparisons(self):
        self.found(f"tittel eq 'Alfa {self.tag}'", 'Alfa')
        self.found(f"tittel ne 'Alfa {self.tag}'", 'Beta', 'Ærfugl', 'Sak en', 'Sak to')
        self.found("beskrivelse gt 'a'", 'Alfa')
        self.found('saksaar gt 1900', 'Sak en', 'Sak to')
        self.found('saksaar ge 1900 and saksaar le 9999', 'Sak en', 'Sak to')
        self.found('saksaar lt 1900')

    def test_upper_case_operators(self):
        self.found(f"tittel EQ 'Alfa {self.tag}' OR tittel EQ 'Beta {self.tag}'", 'Alfa', 'Beta')

    def test_null(self):
        self.found('saksaar ne null', 'Sak en', 'Sak to')
        self.found('saksaar eq null and beskrivelse eq null', 'Ærfugl')

    def test_logic_and_parentheses(self):
        self.found(f"tittel eq 'Alfa {self.tag}' or tittel eq 'Beta {self.tag}' and beskrivelse eq 'x'", 'Alfa')
        self.found(f"(tittel eq 'Alfa {self.tag}' or tittel eq 'Beta {self.tag}') and beskrivelse eq 'første'", 'Alfa')
        self.found("not contains(tittel,'Sak')", 'Alfa', 'Beta', 'Ærfugl')

    def test_in(self):
        self.found(f"tittel in ('Alfa {self.tag}', 'Beta {self.tag}')", 'Alfa', 'Beta')

    def test_quotes(self):
        self.found("beskrivelse eq 'O''Hara'", 'Beta')
        self.found('beskrivelse eq "første"', 'Alfa')

    def test_codes(self):
        self.found("dokumentmedium/kode eq 'F'", 'Beta')
        self.found("dokumentmedium/kodenavn eq 'Fysisk medium'", 'Beta')
        self.found("saksstatus/kode eq 'B'", 'Sak en', 'Sak to')

    def test_text_functions(self):
        for filter in ("contains(beskrivelse,'ørs')", "startswith(beskrivelse,'før')", "endswith(beskrivelse,'ste')",
                       "length(beskrivelse) eq 6 and beskrivelse ne 'O''Hara'", "indexof(beskrivelse,'rst') eq 2",
                       "substring(beskrivelse,2) eq 'rste'", "substring(beskrivelse,0,2) eq 'fø'",
                       "toupper(beskrivelse) eq 'FØRSTE'", "tolower(beskrivelse) eq 'første'",
                       "trim(concat(' ',beskrivelse)) eq 'første'", "concat(beskrivelse,'!') eq 'første!'"):
            with self.subTest(filter):
                self.found(filter, 'Alfa')

    def test_case_matters_in_contains(self):
        self.found("contains(tittel,'alfa')")
        self.found("contains(tolower(tittel),'alfa')", 'Alfa')

    def test_wildcards_are_literal(self):
        self.found("contains(tittel,'%')")
        self.found("startswith(tittel,'_lfa')")

    def test_dates(self):
        self.found('year(saksdato) eq 2020', 'Sak en')
        self.found('month(saksdato) eq 5 and day(saksdato) eq 17', 'Sak en')
        self.found('saksdato eq 2020-05-17T12:30:45Z', 'Sak en')
        self.found('saksdato eq 2020-05-17T14:30:45%2B02:00'.replace('%2B', '+'), 'Sak en')
        self.found('saksdato lt 2020-12-31T23:45:00Z', 'Sak en', 'Sak to')
        self.found('saksdato ge 2021-01-01', 'Sak to')
        self.found('second(saksdato) eq 45', 'Sak en')
        self.found('minute(saksdato) eq 30', 'Sak en', 'Sak to')

    def test_number_functions(self):
        only = "nasjonalidentifikator/any(n: round(n/Default.PosisjonType/x) eq {})"
        self.found(only.format(11), 'Beta')
        self.found(only.replace('round', 'floor').format(10), 'Beta')
        self.found(only.replace('round', 'ceiling').format(11), 'Beta')

    def test_paths_to_many_mean_any(self):
        self.found("contains(part/navn,'Eksempel')", 'Alfa', 'Beta')
        self.found("part/partRolle/kode eq 'ADV'", 'Alfa')
        self.found("noekkelord/noekkelord eq 'interesting'", 'Alfa')
        self.found("nasjonalidentifikator/koordinatsystem/kode eq 'EPSG:4326'", 'Beta')
        self.found('nasjonalidentifikator/gaardsnummer eq 7', 'Alfa')

    def test_any(self):
        self.found("merknad/any(m: m/merknadstype/kode eq 'MS')", 'Alfa')
        self.found("merknad/any(m: m/merknadstekst eq 'god' and m/merknadstype/kode eq 'ML')")
        self.found('merknad/any()', 'Alfa', 'Beta')
        self.found('not merknad/any()', 'Ærfugl', 'Sak en', 'Sak to')

    def test_all(self):
        self.found("merknad/any() and merknad/all(m: m/merknadstype/kode eq 'MS')", 'Alfa')
        self.found("merknad/all(m: m/merknadstype/kode eq 'XX')", 'Ærfugl', 'Sak en', 'Sak to')

    def test_any_over_strings(self):
        self.found("noekkelord/any(n: n eq 'rar')", 'Alfa')

    def test_casts(self):
        self.found("part/any(p: p/Default.PartEnhetType/organisasjonsnummer eq '974761076')", 'Beta')
        self.found("part/any(p: p/Default.PartPersonType/foedselsnummer eq '01017012345')", 'Alfa')
        self.found("part/any(p: p/Default.PartPersonType/navn eq 'Eksempel AS')")

    def test_count_of_children(self):
        self.found('merknad/$count eq 2', 'Alfa')

    def test_up(self):
        self.found(f"arkivdel/systemID eq '{self.w.arkivdel['systemID']}'", 'Alfa', 'Beta', 'Ærfugl', 'Sak en', 'Sak to')
        self.found(f"arkivdel/arkiv/tittel eq '{self.w.arkiv['tittel']}'", 'Alfa', 'Beta', 'Ærfugl', 'Sak en', 'Sak to')
        self.found("arkivdel/arkiv/tittel eq 'x'")

    def test_system_id(self):
        self.found(f"systemID eq '{self.a['systemID']}'", 'Alfa')

    def test_creator(self):
        self.assertEqual(len(self.titles("opprettetAv eq 'admin@example.com'")), 5)


class Refused(Asked):
    def test_unknown_name_with_position(self):
        text = self.bad("titel eq 'x'")
        self.assertIn('titel', text)
        self.assertRegex(text, r'\b1\b')
        self.assertRegex(self.bad("tittel eq 'x' and finnesikke gt 1"), r'\b19\b')

    def test_unknown_function(self):
        self.assertIn('tull', self.bad("tull(tittel) eq 'x'"))

    def test_broken(self):
        for filter in ('tittel', "tittel eq", "eq 'x'", "(tittel eq 'x'", "tittel eq 'x')", 'tittel = 1', "1 2 3",
                       "tittel eq 'x' and", "merknad/any(m: )", 'merknad/any(m m)', 'contains(tittel)', 'a/b/c/d eq 1'):
            with self.subTest(filter):
                self.bad(filter)

    def test_depth(self):
        self.bad('(' * 2000 + "tittel eq 'x'" + ')' * 2000)

    def test_many_terms(self):
        filter = ' or '.join(f"tittel eq '{i}'" for i in range(300))
        reply = self.admin.query(self.w.package, 'arkivstruktur/mappe', filter=filter)
        self.status(reply, 200, 400, 414)

    def test_injection(self):
        for filter in ("tittel eq 'x'' OR 1=1 --'", "tittel eq '\\'; DROP TABLE mappe; --'"):
            reply = self.admin.query(self.w.package, 'arkivstruktur/mappe', filter=filter)
            self.status(reply, 200, 400)
            if reply.status == 200:
                self.assertEqual(reply.json['count'], 0)

    def test_unknown_option(self):
        reply = self.admin.ask('GET', self.admin.href(self.w.package, 'arkivstruktur/mappe') + '?$tull=1')
        self.refused(reply, 400)

    def test_bad_numbers(self):
        for option in ('top', 'skip'):
            for value in ('-1', 'x', '1.5', '99999999999999999999'):
                with self.subTest(option + value):
                    self.refused(self.admin.query(self.w.package, 'arkivstruktur/mappe', **{option: value}), 400)

    def test_stray_quote_is_forgiven(self):
        reply = self.admin.query(self.w.package, 'arkivstruktur/mappe', filter="nasjonalidentifikator/x gt 1.0'")
        self.assertEqual(reply.status, 200, repr(reply))


class Pages(Asked):
    def test_order(self):
        self.assertEqual(self.titles(orderby='tittel'), ['Alfa', 'Beta', 'Sak en', 'Sak to', 'Ærfugl'])
        self.assertEqual(self.titles(orderby='tittel desc')[0], 'Ærfugl')
        self.assertEqual(self.titles(orderby='saksaar desc, tittel asc')[:2], ['Sak en', 'Sak to'])

    def test_top_and_skip(self):
        self.assertEqual(self.titles(orderby='tittel', top=2), ['Alfa', 'Beta'])
        self.assertEqual(self.titles(orderby='tittel', top=2, skip=2), ['Sak en', 'Sak to'])

    def test_count_is_the_total(self):
        _, count = self.admin.find(self.w.arkivdel, 'arkivstruktur/mappe', top=1)
        self.assertEqual(count, 5)

    def test_top_zero(self):
        found, count = self.admin.find(self.w.arkivdel, 'arkivstruktur/mappe', top=0)
        self.assertEqual((found, count), ([], 5))

    def test_empty_has_no_results(self):
        page = self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', filter="tittel eq 'nei'").json
        self.assertEqual(page['count'], 0)
        self.assertNotIn('results', page)
        self.assertIn('self', page['_links'])

    def test_nested_lists_have_self_and_next_only(self):
        page = self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', top=2).json
        self.assertTrue(set(page['_links']) <= {'self', 'next'})

    def test_next_leads_through_all(self):
        url = self.admin.href(self.w.arkivdel, 'arkivstruktur/mappe') + '?$top=2&$orderby=tittel desc'
        seen, pages = [], 0
        while url and pages < 9:
            page = self.admin.get(url)
            seen += [thing['systemID'] for thing in page.get('results', [])]
            url, pages = page['_links'].get('next', {}).get('href'), pages + 1
        self.assertEqual(len(seen), 5)
        self.assertEqual(len(set(seen)), 5)

    def test_links_are_literal_and_stable(self):
        page = self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', top=2, filter="tittel ne 'x'").json
        href = page['_links']['self']['href']
        self.assertIn('$top=2', href)
        self.assertEqual(self.admin.get(href)['_links']['self']['href'], href)

    def test_page_size_is_limited(self):
        reply = self.admin.query(self.w.package, 'arkivstruktur/mappe', top=1000000)
        if reply.status == 200:
            self.assertLessEqual(len(reply.json.get('results', [])), 10000)
        else:
            self.refused(reply, 400)

    def test_select(self):
        found, _ = self.admin.find(self.w.arkivdel, 'arkivstruktur/mappe', select='tittel', top=1)
        self.assertIn('tittel', found[0])
        self.assertNotIn('opprettetAv', found[0])
        self.refused(self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', select='tull'), 400)

    def test_count_option_and_segment(self):
        found, count = self.admin.find(self.w.arkivdel, 'arkivstruktur/mappe', count='true')
        self.assertEqual(count, 5)

    def test_expand(self):
        found, _ = self.admin.find(self.w.arkivdel, 'arkivstruktur/mappe', expand='merknad',
                                   filter=f"tittel eq 'Alfa {self.tag}'")
        self.assertEqual(len(found[0]['merknad'] if isinstance(found[0]['merknad'], list)
                             else found[0]['merknad']['results']), 2)

    def test_expand_two_levels(self):
        registrering = self.w.registrering(self.c)
        self.w.dokument(registrering)
        for expand in ('registrering/dokumentbeskrivelse', 'registrering($expand=dokumentbeskrivelse)'):
            reply = self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', expand=expand,
                                     filter=f"tittel eq 'Ærfugl {self.tag}'")
            self.status(reply, 200)
            self.assertIn('dokumentnummer', reply.body.decode())

    def test_expand_depth_and_names(self):
        self.refused(self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', expand='tull'), 400)
        self.refused(self.admin.query(self.w.arkivdel, 'arkivstruktur/mappe', expand='/'.join(['undermappe'] * 30)), 400)


class Wire(Asked):
    """Clients encode queries in odd ways."""

    def count(self, query):
        reply = self.admin.ask('GET', self.admin.href(self.w.package, 'arkivstruktur/mappe') + '?' + query)
        self.assertEqual(reply.status, 200, repr(reply))
        return reply.json['count']

    def test_whole_query_quoted(self):
        plain = f"$filter=tittel eq 'Alfa {self.tag}'&$top=1"
        self.assertEqual(self.count(urllib.parse.quote_plus(plain)), 1)

    def test_quoted_twice(self):
        value = urllib.parse.quote_plus(f"tittel eq 'Alfa {self.tag}'")
        self.assertEqual(self.count(urllib.parse.quote_plus(f'$filter={value}')), 1)

    def test_usual(self):
        self.assertEqual(self.count('%24filter=' + urllib.parse.quote(f"tittel eq 'Alfa {self.tag}'")), 1)
        self.assertEqual(self.count('$filter=' + urllib.parse.quote_plus(f"tittel eq 'Alfa {self.tag}'")), 1)


class Search(Asked):
    def search(self, words, name='arkivstruktur/mappe'):
        found, _ = self.admin.find(self.w.package, name, search=words, top=1000)
        return {thing['systemID'] for thing in found}

    def test_title(self):
        sak = self.w.sak(tittel='Søknad om garasje på Fjellstrand')
        for words in ('garasje', 'Garasje', 'garasjen', "'garasje'", 'garasje fjellstrand'):
            with self.subTest(words):
                self.assertIn(sak['systemID'], self.search(words))

    def test_stems(self):
        sak = self.w.sak(tittel='Reguleringsplaner for båthavner')
        for words in ('båthavn', 'båthavnene', 'reguleringsplan'):
            with self.subTest(words):
                self.assertIn(sak['systemID'], self.search(words))

    def test_norwegian_letters_are_letters(self):
        sak = self.w.sak(tittel='Møre')
        self.assertIn(sak['systemID'], self.search('møre'))
        self.assertIn(sak['systemID'], self.search('MØRE'))
        self.assertNotIn(sak['systemID'], self.search('more'))
        baat = self.w.sak(tittel='Tårn')
        self.assertNotIn(baat['systemID'], self.search('tarn'))

    def test_name_of_part(self):
        self.assertIn(self.a['systemID'], self.search('Eksempel Ola'))

    def test_words_of_documents(self):
        for content, type, word in ((pdf('Takvinkelen er trettifire'), 'application/pdf', 'takvinkel'),
                                    ('Nabovarsel til Solåsen'.encode(), 'text/plain', 'nabovarsel')):
            with self.subTest(type):
                journalpost = self.w.journalpost(self.w.sak())
                dokument = self.w.dokument(journalpost)
                self.assertEqual(self.admin.upload(dokument, content, type).status, 201)
                self.assertTrue(wait_for(lambda: dokument['systemID'] in
                                         self.search(word, 'arkivstruktur/dokumentbeskrivelse')))

    def test_together_with_filter(self):
        found, count = self.admin.find(self.w.package, 'arkivstruktur/mappe', search='alfa',
                                       filter=f"contains(tittel,'{self.tag}')")
        self.assertEqual((count, found[0]['systemID']), (1, self.a['systemID']))

    def test_odd_words(self):
        for words in ('"', "'", '*', 'a AND', '-', 'NEAR(', ')', 'æ' * 500, 'mappe:x', ''):
            with self.subTest(words):
                self.status(self.admin.query(self.w.package, 'arkivstruktur/mappe', search=words), 200, 400)

    def test_follows_changes(self):
        mappe = self.w.mappe(tittel='Kranglefant')
        self.admin.patch(mappe, {'tittel': 'Flodhest'})
        self.assertNotIn(mappe['systemID'], self.search('kranglefant'))
        self.assertIn(mappe['systemID'], self.search('flodhest'))
        self.admin.delete(mappe)
        self.assertNotIn(mappe['systemID'], self.search('flodhest'))


if __name__ == '__main__':
    unittest.main()
