"""samdrift deposit export: extracts valid by the official schemas in every version, packages, refusals."""
import atexit
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

import deposits
import samdrift
from deposits import XSI, Extract, Period, digest, dias_schema, local, must, official, xmllint
from samdrift import Case, KeptDocuments, code, run

VERSIONS = ('5.0', '4.0', '3.1')
FILES = ('arkivstruktur', 'endringslogg', 'loependeJournal', 'offentligJournal')
SCHEMAS = ('--schemas', deposits.SCHEMAS) if deposits.SCHEMAS.exists() else ()


class Exports(Case):
    """One filled and closed period, and what is made of it, for all the tests here."""
    filled, made = [], {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-export-'))
        atexit.register(shutil.rmtree, cls.home, ignore_errors=True)   # other modules use what is made here

    @property
    def period(self):
        if not self.filled:
            self.filled.append(Period(self.admin).fill())
            self.filled[0].close()
        return self.filled[0]

    def export(self, *options, period=None, name='uttrekk', check=True):
        """-> (folder, what it told)"""
        out = self.home / f'{name}{len(list(self.home.iterdir()))}'
        arkivdel = (period or self.period).arkivdel['systemID']
        done = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel', arkivdel, '--out', out,
                   '--json', *options, check=check)
        return out, json.loads(done.stdout) if done.stdout else done

    def extract(self, version='5.0'):
        if version not in self.made:
            out, told = self.export('--noark', version, *SCHEMAS, name='v')
            self.made[version] = (Extract(out), told)
        return self.made[version][0]

    def told(self, version='5.0'):
        self.extract(version)
        return self.made[version][1]


class Valid(Exports):
    def test_by_the_official_schemas(self):
        for version in VERSIONS:
            for name in FILES:
                with self.subTest(version=version, file=name):
                    schema = official(version, name)
                    self.assertEqual(xmllint(schema, self.extract(version).folder / f'{name}.xml'), '')

    def test_arkivuttrekk_by_addml(self):
        for addml in ('8.2', '8.3'):
            schema = deposits.SCHEMAS / 'addml' / f'v{addml}' / 'addml.xsd'
            if not schema.exists():
                self.skipTest('addml.xsd is not beside the project')
            self.assertEqual(xmllint(schema, self.extract().folder / 'arkivuttrekk.xml'), '')

    def test_official_schemas_go_in_as_they_are(self):
        for name in (*FILES, 'metadatakatalog'):
            self.assertEqual(digest(official('5.0', name)), digest(self.extract().folder / f'{name}.xsd'))

    def test_by_the_schemas_of_the_model(self):
        for version in VERSIONS:
            out, told = self.export('--noark', version)
            self.assertEqual(told['left_out'], '')
            for name in FILES:
                with self.subTest(version=version, file=name):
                    self.assertEqual(xmllint(out / f'{name}.xsd', out / f'{name}.xml'), '')
            self.assertEqual(xmllint(out / 'addml.xsd', out / 'arkivuttrekk.xml'), '')

    def test_packages_by_the_schemas_that_are_made(self):
        out, told = self.export('--format', 'aip')
        self.assertEqual(told['left_out'], 'systemhåndbok.pdf ead.xsd eac-cpf.xsd')
        unpacked = self.home / 'made'
        with tarfile.open(next(out.rglob('*.tar'))) as archive:
            archive.extractall(unpacked)
        top = next(unpacked.iterdir())
        administrative = top / 'administrative_metadata'
        for schema, document in ((top / 'dias-mets.xsd', top / 'dias-mets.xml'),
                                 (administrative / 'addml.xsd', administrative / 'arkivuttrekk.xml'),
                                 (administrative / 'dias-premis.xsd', administrative / 'dias-premis.xml'),
                                 (administrative / 'dias-premis.xsd', top / 'log.xml')):
            with self.subTest(document=document.name):
                self.assertEqual(xmllint(schema, document), '')
                broken = self.home / 'broken.xml'
                text = document.read_text(encoding='utf-8')
                broken.write_text(text[:text.rindex('</')] + '<x/>' + text[text.rindex('</'):], encoding='utf-8')
                self.assertIn('not expected', xmllint(schema, broken))

    def test_our_validator_finds_nothing(self):
        for version in VERSIONS:
            for form in ('folder', 'sip', 'aip'):
                with self.subTest(version=version, form=form):
                    out, _ = self.export('--noark', version, '--format', form, *SCHEMAS)
                    done = run('deposit', 'validate', out, '--json', *SCHEMAS, check=False)
                    found = [f for t in json.loads(done.stdout)['tests'] for f in t['findings']]
                    # What no program can make: the handbook of an AIP, and schemas that are not installed.
                    missing = ('ead.xsd', 'eac-cpf.xsd', 'systemhåndbok.pdf') if form == 'aip' else ()
                    missing += () if SCHEMAS else ('.xsd',)
                    found = [f for f in found if not f.get('place', '').endswith(missing)]
                    self.assertEqual((found, done.returncode if SCHEMAS else 0), ([], 0))

    def test_business_metadata_by_its_own_schema(self):
        folder = self.extract().folder
        wrapper = self.home / 'wrapper.xsd'
        wrapper.write_text(f'''<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.arkivverket.no/standarder/noark5/arkivstruktur"
 schemaLocation="{folder}/arkivstruktur.xsd"/>
<xs:import namespace="urn:samdrift:vsm:nesodden" schemaLocation="{folder}/virksomhetsspesifikkeMetadata.xsd"/>
</xs:schema>''')
        self.assertEqual(xmllint(wrapper, folder / 'arkivstruktur.xml'), '')
        text = (folder / 'arkivstruktur.xml').read_text(encoding='utf-8')
        bad = self.home / 'bad.xml'
        self.assertIn('>3</vsm:', text)
        bad.write_text(text.replace('>3</vsm:', '>tre</vsm:'), encoding='utf-8')
        self.assertIn('tre', xmllint(wrapper, bad))


class Content(Exports):
    def element(self, name, element, title):
        return next(e for e in self.extract().all(name, element) if Extract.get(e, 'tittel') == title)

    def test_counts_are_told(self):
        extract, told = self.extract(), self.told()
        self.assertEqual(len(extract.all('arkivstruktur', 'mappe')), told['mapper'])
        self.assertEqual(len(extract.all('arkivstruktur', 'registrering')), told['registreringer'])
        self.assertEqual(len(extract.all('arkivstruktur', 'dokumentobjekt')), told['dokumenter'])
        self.assertEqual(len(extract.all('endringslogg', 'endring')), told['endringer'])
        self.assertEqual(len(extract.documents()), told['dokumenter'])
        self.assertGreater(told['registreringer'], 10)

    def test_arkivuttrekk_stands_where_readers_look(self):
        extract, told = self.extract(), self.told()
        ns = {'a': 'http://www.arkivverket.no/standarder/addml'}
        top = extract.root('arkivuttrekk').find('a:dataset/a:dataObjects/a:dataObject', ns)
        info = top.find('a:properties/a:property', ns)
        parts = info.findall('a:properties/a:property', ns)
        self.assertEqual(parts[0].find('a:properties/a:property/a:value', ns).text, '5.0')
        additional = {p.get('name'): p for p in parts[1].findall('a:properties/a:property', ns)}
        split = [p.find('a:value', ns).text for p in additional['periode'].findall('a:properties/a:property', ns)]
        self.assertEqual(split, ['skarpt', 'skarpt'])
        value = {name: p.findtext('a:value', None, ns) for name, p in additional.items()}
        self.assertEqual(value['antallDokumentfiler'], str(told['dokumenter']))
        for name in ('inneholderSkjermetInformasjon', 'omfatterDokumenterSomErKassert',
                     'inneholderDokumenterSomSkalKasseres', 'inneholderVirksomhetsspesifikkeMetadata'):
            self.assertEqual(value[name], 'true', name)
        objects = top.findall('a:dataObjects/a:dataObject', ns)
        self.assertEqual([o.get('name') for o in objects], list(FILES))
        for thing in objects:
            counts = {p.findtext('a:value', None, ns): p.findall('a:properties/a:property', ns)[1].findtext('a:value', None, ns)
                      for p in thing.iter('{%s}property' % ns['a']) if p.get('name') == 'numberOfOccurrences'}
            for what, n in counts.items():
                self.assertEqual(len(extract.all(thing.get('name'), what)), int(n), what)

    def test_checksums_of_all_files(self):
        extract = self.extract()
        summed = set()
        for file in (p for p in extract.all('arkivuttrekk', 'property') if p.get('name') == 'file'):
            values = [e.text for e in file.iter() if local(e) == 'value']
            if len(values) > 1:
                self.assertEqual(values[-1], digest(extract.folder / values[0]), values[0])
                summed.add(values[0])
        rest = set(extract.files()) - set(extract.documents()) - {'arkivuttrekk.xml', 'addml.xsd'}
        self.assertEqual(summed, rest)

    def test_every_document_is_there_and_whole(self):
        extract = self.extract()
        seen = []
        for thing in extract.all('arkivstruktur', 'dokumentobjekt'):
            path = Extract.get(thing, 'referanseDokumentfil')
            self.assertEqual(digest(extract.folder / path), Extract.get(thing, 'sjekksum'))
            self.assertEqual(str((extract.folder / path).stat().st_size), Extract.get(thing, 'filstoerrelse'))
            self.assertEqual(path.rpartition('.')[2], Extract.get(thing, 'format'))
            self.assertEqual(Extract.get(thing, 'sjekksumAlgoritme'), 'SHA-256')
            seen.append(path)
        self.assertEqual(sorted(seen), extract.documents())

    def test_identifiers_are_unique(self):
        for version in VERSIONS:
            ids = self.extract(version).values('arkivstruktur', 'systemID')
            self.assertEqual(len(ids), len(set(ids)))

    def test_a_shared_document_stands_below_each(self):
        title = self.period.shared['tittel']
        both = [e for e in self.extract().all('arkivstruktur', 'dokumentbeskrivelse') if Extract.get(e, 'tittel') == title]
        ids = [Extract.get(e, 'systemID') for e in both]
        self.assertEqual(len(set(ids)), 2)
        self.assertIn(self.period.shared['systemID'], ids)
        sums = [Extract.get(e, 'dokumentobjekt/sjekksum') for e in both]
        self.assertEqual(sums[0], sums[1])
        self.assertNotEqual(*[Extract.get(e, 'dokumentobjekt/systemID') for e in both])

    def test_what_has_lapsed_has_no_files(self):
        lapsed = self.element('arkivstruktur', 'dokumentbeskrivelse', self.period.lapsed['tittel'])
        self.assertEqual([local(e) for e in lapsed if local(e) == 'dokumentobjekt'], [])
        self.assertIn('Utgår', self.extract().values('arkivstruktur', 'journalstatus'))

    def test_what_is_disposed_of_is_told_without_files(self):
        gone = [e for e in self.extract().all('arkivstruktur', 'dokumentbeskrivelse')
                if Extract.get(e, 'utfoertKassasjon/kassertDato')]
        self.assertEqual(len(gone), 1)
        self.assertIsNone(Extract.get(gone[0], 'dokumentobjekt/systemID'))

    def test_disposal_stands_on_every_level_of_what_goes(self):
        for mappe in self.extract().all('arkivstruktur', 'mappe'):
            due = Extract.get(mappe, 'kassasjon/kassasjonsvedtak')
            below = [e for e in mappe.iter() if local(e) in ('registrering', 'dokumentbeskrivelse')]
            self.assertEqual({Extract.get(e, 'kassasjon/kassasjonsvedtak') for e in below} - {due}, set())
        self.assertEqual(set(self.extract().values('arkivstruktur', 'kassasjonsvedtak')), {'Kasseres'})

    def test_nothing_is_empty(self):
        for name in FILES:
            for e in self.extract().root(name).iter():
                if len(e) == 0:
                    self.assertTrue((e.text or '').strip(), local(e))

    def test_unused_classes_are_there(self):
        self.assertIn(self.period.unused['systemID'], self.extract().values('arkivstruktur', 'systemID'))

    def test_a_rich_case(self):
        mappe = self.element('arkivstruktur', 'mappe', 'Garasje med alt')
        self.assertEqual(mappe.get(XSI + 'type'), 'saksmappe')
        for path, value in (('part/partNavn', 'Ola Nordmann'), ('part/postnummer', '1450'), ('part/partRolle', 'Klient'),
                            ('merknad/merknadstype', 'Merknad fra saksbehandler'), ('presedens/rettskildefaktor', 'Praksis'),
                            ('saksansvarlig', 'Per Hansen'), ('saksstatus', 'Avsluttet')):
            self.assertEqual(Extract.get(mappe, path), value, path)
        types = [e.get(XSI + 'type') for e in mappe if local(e) == 'registrering']
        self.assertEqual(types, ['journalpost', 'journalpost', 'arkivnotat'])
        first = next(e for e in mappe if local(e) == 'registrering')
        self.assertEqual(Extract.get(first, 'avskrivning/avskrivningsmaate'), 'Tatt til etterretning')
        self.assertEqual(Extract.get(first, 'dokumentetsDato'), '2026-11-20')
        self.assertEqual([e.text for e in first if local(e) == 'forfatter'], ['Ola', 'Kari'])
        parties = [Extract.get(e, 'korrespondansepartNavn') for e in first if local(e) == 'korrespondansepart']
        self.assertEqual(parties, ['Bygg & Sønn AS', 'Ola Nordmann', 'Kari Nordmann'])

    def test_an_older_version_has_its_own_names(self):
        old = self.extract('3.1')
        self.assertEqual(Extract.get(old.all('arkivstruktur', 'sakspart')[0], 'sakspartNavn'), 'Ola Nordmann')
        types = {e.get(XSI + 'type') for e in old.all('arkivstruktur', 'registrering')}
        self.assertEqual(types, {'journalpost', 'basisregistrering', 'moeteregistrering'})


class Journals(Exports):
    def test_sorted_and_alike(self):
        extract = self.extract()
        keys = {}
        for name in ('loependeJournal', 'offentligJournal'):
            keys[name] = [(int(Extract.get(e, 'journalpost/journalaar')), int(Extract.get(e, 'journalpost/journalsekvensnummer')))
                          for e in extract.all(name, 'journalregistrering')]
            self.assertEqual(keys[name], sorted(keys[name]))
            self.assertEqual(Extract.get(extract.root(name), 'journalhode/antallJournalposter'), str(len(keys[name])))
        self.assertEqual(*keys.values())
        posts = [e for e in extract.all('arkivstruktur', 'registrering') if e.get(XSI + 'type') == 'journalpost']
        self.assertEqual(len(keys['loependeJournal']), len(posts))

    def test_what_is_screened_is_not_public(self):
        folder = self.extract().folder
        running = (folder / 'loependeJournal.xml').read_text(encoding='utf-8')
        public = (folder / 'offentligJournal.xml').read_text(encoding='utf-8')
        for secret in ('Hemmelig Navn', 'Hemmelig Avsender'):
            self.assertIn(secret, running)
            self.assertNotIn(secret, public)
        self.assertIn('<offentligTittel>Elevsak *****</offentligTittel>', public)
        self.assertIn('<offentligTittel>*****</offentligTittel>', public)
        self.assertIn('<korrespondansepartNavn>*****</korrespondansepartNavn>', public)

    def test_a_screened_class_is_left_out(self):
        period = Period(self.admin)
        klasse = period.new_klasse(klasseID='01017012345', skjerming={
            'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13', 'skjermingMetadata': [code('KID')]})
        period.case('I', parent=klasse)
        period.close()
        extract = Extract(self.export(period=period)[0])
        self.assertEqual(extract.values('loependeJournal', 'klasseID'), ['01017012345'])
        self.assertEqual(extract.values('offentligJournal', 'klasseID'), [])

    def sound(self, out):
        """Our own validator finds nothing."""
        done = run('deposit', 'validate', out, '--json', check=False)
        self.assertEqual([f for test in json.loads(done.stdout)['tests'] for f in test['findings']], [])

    def test_nothing_in_it(self):
        """A period without a mappe: still a whole extract."""
        period = Period(self.admin)
        period.close()
        out, told = self.export(*SCHEMAS, period=period)
        self.assertEqual((told['mapper'], told['dokumenter']), (0, 0))
        self.assertEqual([p.name for p in out.iterdir() if not p.name.endswith(('.xml', '.xsd'))], ['dokumenter'])
        if SCHEMAS:
            self.sound(out)

    def test_a_case_that_has_lapsed(self):
        """It is not open, and goes along with its metadata alone, in every version."""
        period = Period(self.admin)
        sak = period.sak(parent=period.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        post = period.journalpost(sak, 'U', journalstatus=code('R'))
        period.document(post, finish=True)
        must(self.admin.patch(post, {'journalstatus': code('U')}))
        must(self.admin.patch(sak, {'saksstatus': code('U')}))
        period.close()
        for version in VERSIONS:
            out, told = self.export('--noark', version, *SCHEMAS, period=period)
            self.assertEqual((told['mapper'], told['registreringer'], told['dokumenter']), (1, 1, 0))
            self.assertEqual(Extract(out).values('arkivstruktur', 'saksstatus'), ['Utgår'])
            for name in FILES:
                self.assertEqual(xmllint(out / f'{name}.xsd', out / f'{name}.xml'), '')
            if SCHEMAS:
                self.sound(out)

    def test_no_journals_without_journalposter(self):
        period = Period(self.admin)
        mappe = period.mappe(parent=period.klasse)
        must(self.admin.patch(mappe, {'avsluttetDato': '2026-11-11T00:00:00Z'}))
        period.close()
        out, told = self.export(period=period)
        self.assertEqual((told['mapper'], told['journalposter']), (1, 0))
        self.assertEqual([name for name in Extract(out).files() if 'ournal' in name], [])
        self.assertEqual(xmllint(out / 'endringslogg.xsd', out / 'endringslogg.xml'), '')


class Changes(Exports):
    def test_entries_are_about_what_is_there(self):
        extract = self.extract()
        ids = set(extract.values('arkivstruktur', 'systemID'))
        self.assertEqual(set(extract.values('endringslogg', 'referanseArkivenhet')) - ids, set())

    def test_values_are_told_by_name(self):
        found = {(Extract.get(e, 'referanseMetadata'), Extract.get(e, 'tidligereVerdi'), Extract.get(e, 'nyVerdi'))
                 for e in self.extract().all('endringslogg', 'endring')}
        for change in (('saksansvarlig', 'Kari Nordmann', 'Per Hansen'), ('saksstatus', 'Under behandling', 'Avsluttet'),
                       ('arkivdelstatus', 'Aktiv periode', 'Avsluttet periode'),
                       ('dokumentstatus', 'Dokumentet er under redigering', 'Dokumentet er ferdigstilt')):
            self.assertIn(change, found)


class Periods(Exports):
    def splits(self, folder):
        return [p[0].text for p in Extract(folder).all('arkivuttrekk', 'property') if p.get('name', '').endswith('Skille')]

    def test_a_soft_split(self):
        period = Period(self.admin)
        open_case = period.sak(administrativEnhet='Skole', saksansvarlig='Rektor')
        closed = period.sak(administrativEnhet='Skole', saksansvarlig='Rektor')
        nothing = period.mappe()
        next_part = period.new_arkivdel()
        link = 'https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/nestearkivdel/'
        must(self.admin.patch(period.arkivdel, {'arkivdelstatus': code('O'),
                                                '_links': {link: {'href': self.admin.self_of(next_part)}}}))
        moved = period.journalpost(open_case, 'X')
        period.document(moved)
        period.finished(moved, 'IA')
        for thing in (closed, nothing):
            must(self.admin.patch(thing, {'avsluttetDato': '2026-11-11T00:00:00Z'}, **{'X-Samdrift-Korriger': 'ja'}))
        must(self.admin.patch(period.arkivdel, {'arkivdelstatus': code('P')}))
        out, told = self.export(period=period)
        extract = Extract(out)
        self.assertEqual((told['mapper'], told['registreringer'], told['journalposter']), (2, 0, 1))
        self.assertEqual(extract.values('loependeJournal', 'registreringsID'), [moved['registreringsID']])
        self.assertEqual(self.splits(out), ['skarpt', 'mykt'])
        self.assertNotIn(moved['systemID'], extract.values('arkivstruktur', 'systemID'))
        must(self.admin.patch(open_case, {'avsluttetDato': '2026-11-12T00:00:00Z'}, **{'X-Samdrift-Korriger': 'ja'}))
        must(self.admin.patch(next_part, {'arkivdelstatus': code('P')}))
        after = Period.__new__(Period)
        after.arkivdel = next_part
        self.assertEqual(self.splits(self.export(period=after)[0]), ['mykt', 'skarpt'])
        both = self.export('--arkivdel', next_part['systemID'], period=period)[0]
        self.assertEqual(self.splits(both), ['skarpt', 'skarpt'], 'what splits them is inside the extract')

    def test_several_arkivdeler_of_one_arkiv(self):
        """They may share a klassifikasjonssystem: it stands in each, the second time as another unit."""
        period = Period(self.admin)
        first = period.case('I')
        other = period.new_arkivdel()
        link = 'https://rel.arkivverket.no/noark5/v5/api/arkivstruktur/klassifikasjonssystem/'
        must(self.admin.patch(other, {'_links': {link: {'href': self.admin.self_of(period.system)}}}))
        second = period.case('U')
        period.close()
        must(self.admin.patch(other, {'arkivdelstatus': code('P')}))
        after = Period.__new__(Period)
        after.arkivdel = other
        for part, its in ((period, first), (after, second)):
            alone, told = self.export(period=part)
            self.assertEqual((told['mapper'], Extract(alone).values('arkivstruktur', 'mappeID')), (1, [its['mappeID']]),
                             'each has the cases that were made in it')
        out, told = self.export('--arkivdel', other['systemID'], period=period)
        extract = Extract(out)
        self.assertEqual(told['mapper'], 2)
        ids = extract.values('arkivstruktur', 'systemID')
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(len(extract.all('arkivstruktur', 'klassifikasjonssystem')), 2)
        self.assertEqual(xmllint(out / 'arkivstruktur.xsd', out / 'arkivstruktur.xml'), '')

    def test_arkivdeler_of_two_arkiver(self):
        one, two = Period(self.admin), Period(self.admin)
        for period in (one, two):
            period.case('U')
            period.close()
        done = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--dry-run', '--json',
                   '--arkivdel', one.arkivdel['systemID'], '--arkivdel', two.arkivdel['tittel'], check=False)
        self.assertEqual([(r['reason'], r['systemID']) for r in json.loads(done.stdout)['reasons']],
                         [('ARKIV_OTHER', two.arkivdel['systemID'])])


class Same(Exports):
    def test_the_same_content_gives_the_same_bytes(self):
        for form in ('folder', 'sip', 'aip'):
            first, second = (self.export('--format', form, *SCHEMAS)[0] for _ in range(2))
            for name in Extract(first).files():
                self.assertEqual(digest(first / name), digest(second / name), name)
            self.assertEqual(Extract(first).files(), Extract(second).files())


class Beyond(Exports):
    """What the schemas have no element for."""

    def beyond(self, version='5.0'):
        """-> {path: [(type, {field: value})]} of everything in the elements tillegg"""
        found = {}
        for element in self.extract(version).all('arkivstruktur', 'tillegg'):
            for part in element.iter():
                if local(part) in ('tillegg', 'del', 'objekt'):
                    values = {e.attrib['felt']: e.text for e in part if local(e) == 'verdi'}
                    values.update({e.text: e.attrib['element'] for e in part if local(e) == 'sted'})
                    kind = Extract.get(part, 'type')
                    found.setdefault(part.attrib.get('sti', local(part)), []).append((kind, values))
        return found

    def test_identifiers(self):
        objects = dict(self.beyond()['objekt'])
        self.assertEqual(objects['bygning'], {'bygningsnummer': '10101'})
        self.assertEqual(objects['foedselsnummer'], {'foedselsnummer': deposits.FNR})
        self.assertEqual(objects['posisjon'], {'koordinatsystem': 'WGS84', 'x': '59.85', 'y': '10.66'})
        self.assertEqual({kind for kind, _ in self.beyond()['objekt']}, {
            'matrikkel', 'bygning', 'enhetsidentifikator', 'foedselsnummer', 'dnummer', 'plan', 'posisjon'})

    def test_parties(self):
        beyond = self.beyond()
        self.assertIn((None, {'forretningsadresse/adresselinje1': 'postadresse', 'forretningsadresse/poststed': 'poststed',
                              'forretningsadresse/landkode': 'land'}), beyond['korrespondansepart[1]'])
        kind, values = next((kind, values) for kind, values in beyond['korrespondansepart[2]'] if len(values) > 1)
        self.assertEqual(kind, 'korrespondansepartperson')
        self.assertEqual((values['personidentifikator/foedselsnummer'], values['personidentifikator/dNummer']),
                         (deposits.FNR, deposits.DNR))
        self.assertEqual((values['bostedsadresse/poststed'], values['kontaktinformasjon/mobiltelefon']),
                         ('Nesoddtangen', 'telefonnummer'))
        self.assertIn({'forretningsadresse/adresselinje2': 'postadresse', 'forretningsadresse/poststed': 'poststed',
                       'forretningsadresse/landkode': 'land', 'enhetsidentifikator/organisasjonsnummer': '944383565'},
                      [values for _, values in beyond['tillegg']])

    def test_documents(self):
        self.assertIn((None, {'eksternReferanse': 'E-17'}), self.beyond()['dokumentbeskrivelse[1]'])

    def test_an_address_is_not_mixed_with_another(self):
        """postnummer is of the address whose lines stand there, or nobody's."""
        parts = [p for p in self.extract().all('arkivstruktur', 'korrespondansepart') if Extract.get(p, 'poststed') == 'Ski']
        self.assertEqual([Extract.get(p, 'postnummer') for p in parts], [None])

    def test_what_an_older_version_has_no_element_for(self):
        """arkivnotat, part of a registrering: they came with 5.0."""
        kinds = [kind for kind, _ in self.beyond('3.1')['tillegg']]
        self.assertIn('arkivnotat', kinds)
        parts = [values['navn'] for kind, values in self.beyond('3.1')['objekt'] if kind == 'partperson']
        self.assertEqual(sorted(parts), ['Part i dokument', 'Part i post'])

    def test_by_its_schema(self):
        for version in VERSIONS:
            folder = self.extract(version).folder
            wrapper = self.home / f'tillegg{version}.xsd'
            wrapper.write_text(f'''<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.arkivverket.no/standarder/noark5/arkivstruktur"
 schemaLocation="{folder}/arkivstruktur.xsd"/>
<xs:import namespace="urn:samdrift:tillegg:1" schemaLocation="{folder}/samdriftTillegg.xsd"/></xs:schema>''')
            self.assertEqual(xmllint(wrapper, folder / 'arkivstruktur.xml'), '')
            text = (folder / 'arkivstruktur.xml').read_text(encoding='utf-8')
            bad = self.home / 'bad.xml'
            bad.write_text(text.replace('<t:verdi felt=', '<t:verdi pelt=', 1), encoding='utf-8')
            self.assertIn('pelt', xmllint(wrapper, bad))

    def test_what_stays_is_told(self):
        """By kind, with counts: in a dry run, in the summary and in the extract's own words to people."""
        stays = self.told()['not_exported']
        dry = json.loads(run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel',
                             self.period.arkivdel['systemID'], '--dry-run', '--json').stdout)
        self.assertEqual(dry['not_exported'], stays)
        self.assertEqual(stays['dokumentobjekt/mimeType'], len(self.extract().all('arkivstruktur', 'dokumentobjekt')))
        self.assertEqual(stays['merknad/referanseMerknadRegistrertAv'], 1)
        self.assertEqual(stays['arkivskaper/opprettetDato'], 1)
        self.assertGreater(stays['hendelseslogg'], 100)
        self.assertFalse([what for what in stays if 'identifikator' in what or 'adresse' in what or 'Metadata' in what])
        text = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel',
                   self.period.arkivdel['systemID'], '--dry-run').stdout
        self.assertIn(f"{stays['hendelseslogg']} hendelseslogg", text)


class Moved(Exports):
    def move(self, version):
        """A municipality that moves: out, into an empty installation, and out again. -> (extract, the second one)"""
        other = self.home / f'annet{version}'
        place = samdrift.new_database()
        run('init', other, *(['--store', place] if place else []))
        run('cooperation', 'load', other, samdrift.ROOT / 'data' / 'follo.json')
        here = self.extract(version).folder
        told = json.loads(run('deposit', 'import', other, '--municipality', 'nesodden', here, '--json').stdout)
        self.assertNotIn('NO_PLACE', [f['id'] for f in told['findings']])
        there = self.home / f'igjen{version}'
        run('deposit', 'export', other, '--municipality', 'nesodden', '--arkivdel', self.period.arkivdel['systemID'],
            '--out', there, '--noark', version, *SCHEMAS)
        return here, there

    def test_an_older_version_too(self):
        """What a version has no element for comes back too. (Its dokumentobjekt has no systemID: their files are others.)"""
        for version in ('4.0', '3.1'):
            here, there = self.move(version)
            text = [''.join(line for line in (folder / 'arkivstruktur.xml').read_text(encoding='utf-8').splitlines(True)
                            if '<referanseDokumentfil>' not in line) for folder in (here, there)]
            self.assertEqual(text[0].splitlines(), text[1].splitlines())

    def test_imported_elsewhere_it_gives_the_same_extract(self):
        here, there = self.move('5.0')
        self.assertEqual(Extract(here).files(), Extract(there).files())
        # The catalogue of business metadata is not part of an extract: what is known of a field is that it is text.
        differ = {name for name in Extract(here).files() if digest(here / name) != digest(there / name)}
        self.assertEqual(differ - {'virksomhetsspesifikkeMetadata.xsd', 'arkivuttrekk.xml'}, set())


class Dias(Exports):
    METS = '{http://arkivverket.no/standarder/METS}'

    def package(self, form='sip', *options):
        """-> (uuid, folder with the tar, folder it is unpacked in)"""
        if not SCHEMAS:
            self.skipTest('the official schemas are not beside the project')
        if (form, options) not in self.made:
            out, told = self.export('--format', form, *SCHEMAS, *options)
            unpacked = self.home / f'unpacked{len(self.made)}'
            with tarfile.open(out / f'{told["uuid"]}.tar') as tar:
                tar.extractall(unpacked)
                self.made[(form, options)] = (told['uuid'], out, unpacked / told['uuid'], tar.getnames())
        return self.made[(form, options)]

    def test_structure(self):
        uuid, out, unpacked, _ = self.package()
        self.assertEqual(Extract(out).files(), [f'{uuid}.tar', f'{uuid}.xml'])
        self.assertEqual(sorted(p.name for p in unpacked.iterdir()),
                         ['administrative_metadata', 'content', 'descriptive_metadata', 'dias-mets.xml', 'dias-mets.xsd',
                          'log.xml'])
        self.assertEqual(sorted(p.name for p in (unpacked / 'administrative_metadata').iterdir()),
                         ['addml.xsd', 'arkivuttrekk.xml', 'dias-premis.xml', 'dias-premis.xsd'])
        self.assertEqual(list((unpacked / 'descriptive_metadata').iterdir()), [])

    def test_aip_has_more(self):
        _, _, unpacked, names = self.package('aip')
        self.assertTrue((unpacked / 'administrative_metadata' / 'repository_operations').is_dir())
        self.assertEqual(ElementTree.parse(unpacked / 'dias-mets.xml').getroot().get('TYPE'), 'AIP')

    def test_descriptions_of_an_aip(self):
        """What the archive knows of the arkiv, its arkivdeler and arkivskapere."""
        _, _, unpacked, _ = self.package('aip')
        ead, eac = (ElementTree.parse(unpacked / 'descriptive_metadata' / name).getroot() for name in ('ead.xml', 'eac-cpf.xml'))
        values = [(local(e), e.text) for e in ead.iter() if e.text]
        self.assertIn(('unittitle', self.period.arkiv['tittel']), values)
        self.assertIn(('unitid', self.period.arkivdel['systemID']), values)
        self.assertIn(('corpname', 'Nesodden kommune'), values)
        self.assertIn(('extent', f'{len(Extract(unpacked / "content").documents())} dokumentfiler'), values)
        values = [(local(e), e.text) for e in eac.iter() if e.text]
        self.assertIn(('entityId', '944383565'), values)
        self.assertIn(('part', 'Nesodden kommune'), values)

    def test_the_handbook_of_an_aip(self):
        """Somebody's to write: it goes along where samdrift.conf tells of one, and is told when there is none."""
        period = Period(self.admin)
        period.case('U')
        period.close()
        self.assertIn('systemhåndbok.pdf', self.export('--format', 'aip', period=period)[1]['left_out'])
        self.assertNotIn('systemhåndbok.pdf', self.export('--format', 'sip', period=period)[1]['left_out'])
        settings = self.server.dir / 'samdrift.conf'
        before = settings.read_text()
        self.addCleanup(settings.write_text, before)
        book = self.home / 'bok.pdf'
        settings.write_text(f'{before}\n[deponering]\nsystemhaandbok = {book}\n')
        self.assertEqual(self.export('--format', 'aip', period=period, check=False)[1].returncode, 1)
        book.write_bytes(b'%PDF-1.7\n')
        out, told = self.export('--format', 'aip', period=period)
        self.assertNotIn('systemhåndbok.pdf', told['left_out'])
        with tarfile.open(out / f'{told["uuid"]}.tar') as tar:
            self.assertEqual(tar.extractfile(f'{told["uuid"]}/content/systemhåndbok.pdf').read(), b'%PDF-1.7\n')
            self.assertIn('content/systemhåndbok.pdf'.encode(), tar.extractfile(f'{told["uuid"]}/dias-mets.xml').read())

    def test_valid(self):
        uuid, out, unpacked, _ = self.package()
        premis = dias_schema('DIAS_PREMIS.xsd')
        self.assertEqual(xmllint(dias_schema('DIAS_METS.xsd'), unpacked / 'dias-mets.xml'), '')
        self.assertEqual(xmllint(premis, unpacked / 'log.xml'), '')
        self.assertEqual(xmllint(premis, unpacked / 'administrative_metadata' / 'dias-premis.xml'), '')
        self.assertEqual(xmllint(dias_schema('submissionDescription.xsd'), out / f'{uuid}.xml'), '')
        for name in FILES:
            self.assertEqual(xmllint(official('5.0', name), unpacked / 'content' / f'{name}.xml'), '')

    def test_mets_lists_every_file(self):
        _, _, unpacked, _ = self.package()
        listed = {}
        for file in ElementTree.parse(unpacked / 'dias-mets.xml').getroot().iter(self.METS + 'file'):
            href = file[0].get('{http://www.w3.org/1999/xlink}href')
            self.assertTrue(href.startswith('file:'))
            listed[href[5:]] = (file.get('CHECKSUM'), int(file.get('SIZE')))
        files = set(Extract(unpacked).files()) - {'dias-mets.xml'}
        self.assertEqual(set(listed), files)
        for name, (checksum, size) in listed.items():
            self.assertEqual((digest(unpacked / name), (unpacked / name).stat().st_size), (checksum, size), name)

    def test_the_description_sums_the_tar(self):
        uuid, out, unpacked, _ = self.package()
        files = [e for e in ElementTree.parse(out / f'{uuid}.xml').getroot().iter() if local(e) == 'file']
        self.assertEqual([e.get('CHECKSUM') for e in files],
                         [digest(out / f'{uuid}.tar'), digest(unpacked / 'dias-mets.xml')])
        self.assertEqual(files[0].get('SIZE'), str((out / f'{uuid}.tar').stat().st_size))

    def test_names_in_the_tar(self):
        uuid, _, _, names = self.package()
        self.assertTrue(all(name == uuid or name.startswith(uuid + '/') for name in names))
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(names[-1], f'{uuid}/dias-mets.xml')

    def test_uuid_may_be_told(self):
        told = '12345678-1234-4234-8234-123456789abc'
        self.assertEqual(self.package('sip', '--uuid', told)[0], told)


class Refused(Exports):
    def reasons(self, period, *options):
        done = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel',
                   period.arkivdel['systemID'], '--json', *(options or ('--dry-run',)), check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        reasons = [(r['reason'], r['systemID'], r['detail']) for r in json.loads(done.stdout)['reasons']]
        self.assertEqual(len(reasons), len(set(reasons)), 'each is told once')
        return set(reasons)

    def test_every_reason_is_told(self):
        period = Period(self.admin)
        case = period.sak(parent=period.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        post = period.journalpost(case, 'I')
        dokument = period.document(post)
        bare = period.dokument(post)
        raw = period.dokument(post)
        must(self.admin.upload(raw, b'MZ\x90\x00' + bytes(100)), 201)
        self.assertEqual(self.reasons(period), {
            ('ARKIVDEL_OPEN', period.arkivdel['systemID'], 'Aktiv periode'),
            ('SAKSSTATUS', case['systemID'], 'Under behandling'),
            ('JOURNALSTATUS', post['systemID'], self.admin.again(post)['journalstatus']['kodenavn']),
            ('NOT_SIGNED_OFF', post['systemID'], ''), ('NO_PARTY', post['systemID'], ''),
            *(('DOKUMENTSTATUS', d['systemID'], 'Dokumentet er under redigering') for d in (dokument, bare, raw)),
            ('NO_ARCHIVE_FORMAT', bare['systemID'], ''), ('NO_ARCHIVE_FORMAT', raw['systemID'], ''),
        } | (set() if 'journaldato' in self.admin.again(post) else {('MISSING', post['systemID'], 'journaldato')}))

    def test_what_is_open_or_empty(self):
        period = Period(self.admin)
        mappe = period.mappe(parent=period.klasse)
        sak = period.sak(parent=period.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        post = period.journalpost(sak, 'U')
        objekt = period.objekt(period.dokument(post), versjonsnummer=1, variantformat=code('A'))
        reasons = self.reasons(period)
        self.assertIn(('MAPPE_OPEN', mappe['systemID'], ''), reasons)
        self.assertIn(('NO_FILE', objekt['systemID'], ''), reasons)

    def test_a_mappe_without_klasse(self):
        period = Period(self.admin)
        loose = period.mappe()
        must(self.admin.patch(loose, {'avsluttetDato': '2026-11-11T00:00:00Z'}))
        period.case('U')
        period.close()
        self.assertEqual(self.reasons(period), {('MAPPE_WITHOUT_KLASSE', loose['systemID'], '')})

    def test_a_mappe_that_holds_two_kinds(self):
        period = Period(self.admin)
        mappe = period.mappe(parent=period.klasse)
        inner = period.mappe(parent=mappe)
        registrering = period.registrering(mappe)
        for thing in (inner, mappe):
            must(self.admin.patch(thing, {'avsluttetDato': '2026-11-11T00:00:00Z'}))
        period.close()
        del registrering
        self.assertEqual(self.reasons(period), {('MIXED', mappe['systemID'], 'mappe og registrering')})

    def test_nothing_is_made(self):
        period = Period(self.admin)
        period.case('I')
        out = self.home / 'never'
        self.assertIn(('ARKIVDEL_OPEN', period.arkivdel['systemID'], 'Aktiv periode'),
                      self.reasons(period, '--out', out))
        self.assertEqual(list(self.home.glob('never*')), [])

    def test_a_missing_element(self):
        period = Period(self.admin)
        sak = period.sak(parent=period.klasse)
        period.saker.append(sak)
        period.close()
        self.assertEqual(self.reasons(period), {('MISSING', sak['systemID'], 'administrativEnhet')})

    def test_lost_and_changed_documents(self):
        period = Period(self.admin)
        sak = period.case('UU')
        period.close()
        objekter = []
        for post in self.admin.find(sak, 'arkivstruktur/registrering')[0]:
            for dokument in self.admin.find(post, 'arkivstruktur/dokumentbeskrivelse')[0]:
                objekter += self.admin.find(dokument, 'arkivstruktur/dokumentobjekt')[0]
        lost, changed = objekter
        kept, names = KeptDocuments(self.server), (lost['sjekksum'], changed['sjekksum'])
        contents = [self.admin.ask('GET', self.admin.self_of(objekt) + 'fil/').body for objekt in objekter]
        try:
            kept.write(names[1], contents[1][:-1] + b'?')
            out = self.home / 'changed'
            self.assertEqual(self.reasons(period, '--out', out), {('FILE_CHANGED', changed['systemID'], names[1])})
            self.assertEqual(list(self.home.glob('changed*')), [])
            kept.write(names[1], contents[1][:-1])
            kept.remove(names[0])
            self.assertEqual(self.reasons(period), {('FILE_CHANGED', changed['systemID'], names[1]),
                                                    ('FILE_LOST', lost['systemID'], names[0])})
        finally:
            for name, content in zip(names, contents):
                kept.write(name, content)

    def test_values_an_older_version_does_not_know(self):
        period = Period(self.admin)
        sak = period.sak(parent=period.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        post = period.journalpost(sak, 'U')
        period.document(post)
        party = period.avsender(post, type='IK')
        period.finished(post, 'EM')
        period.saker.append(sak)
        period.close()
        self.assertEqual(self.reasons(period, '--noark', '3.1', '--dry-run'),
                         {('VALUE', party['systemID'], 'Intern kopimottaker')})
        self.export('--noark', '4.0', period=period)

    def test_wrong_use(self):
        period = Period(self.admin)
        taken = self.home / 'taken'
        taken.mkdir()
        base = ('deposit', 'export', self.server.dir, '--municipality', 'nesodden')
        known = ('--arkivdel', period.arkivdel['systemID'])
        for status, options in ((2, known), (2, ('--out', self.home / 'x')), (2, (*known, '--out', taken, '--noark', '6.0')),
                                (2, (*known, '--out', taken, '--format', 'zip')), (1, (*known, '--out', taken)),
                                (2, (*known, '--out', taken, '--uuid', 'x')),
                                (1, ('--arkivdel', 'Finnes ikke', '--out', self.home / 'x')),
                                (1, (*known, *known, '--out', self.home / 'x'))):
            done = run(*base, *options, check=False)
            self.assertEqual(done.returncode, status, f'{options} {done.stdout} {done.stderr}')
            self.assertTrue(done.stderr.strip())
        self.assertEqual(list(taken.iterdir()), [])

    def test_what_to_do_is_told(self):
        period = Period(self.admin)
        base = ('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--out')
        known = ('--arkivdel', period.arkivdel['systemID'])
        nothing = self.home / 'tom'
        nothing.mkdir()
        for options, words in (((self.home / 'x', *known, '--noark', '6'), ('--noark', '3.1')),
                               ((self.home / 'x', *known, '--format', 'zip'), ('--format', 'aip')),
                               ((self.home / 'x', *known, '--schemas', self.home / 'borte'), ('borte',)),
                               ((self.home / 'x', *known, '--schemas', nothing), ('tom', 'arkivstruktur.xsd')),
                               ((self.home / 'x', '--arkivdel', 'Finnes ikke'), ("'Finnes ikke'", 'systemID')),
                               ((nothing / 'a' / 'b', *known), ('tom/a/b', 'does not exist')),
                               ((nothing, *known), ('tom', 'exists'))):
            done = run(*base, *options, check=False)
            self.assertIn(done.returncode, (1, 2))
            for word in words:
                self.assertIn(word, done.stderr)
        self.assertEqual([list(nothing.iterdir()), (self.home / 'x').exists()], [[], False])

    def test_a_foreign_partial_is_left_alone(self):
        period = Period(self.admin)
        period.case('I')
        period.close()
        foreign = self.home / 'mine.partial'
        foreign.mkdir()
        (foreign / 'viktig').write_text('x')
        done = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel',
                   period.arkivdel['systemID'], '--out', self.home / 'mine', check=False)
        self.assertEqual(done.returncode, 1)
        self.assertTrue((foreign / 'viktig').exists())


class Interrupted(Exports):
    def test_leaves_no_package(self):
        """Killed at any time there is no PATH, and the next one makes it."""
        period = Period(self.admin)
        for _ in range(5):
            period.case('IUX')
        period.close()
        args = ['deposit', 'export', str(self.server.dir), '--municipality', 'nesodden', '--arkivdel',
                period.arkivdel['systemID'], '--format', 'sip', *map(str, SCHEMAS), '--out']
        for wait in (0.0, 0.02, 0.04, 0.06, 0.1):
            out = self.home / f'killed{wait}'
            process = subprocess.Popen([str(samdrift.PROGRAM), *args, str(out)], stdout=subprocess.DEVNULL)
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            process.wait()
            if process.returncode != 0:
                self.assertTrue(not out.exists() or len(list(out.iterdir())) == 2)
            partial = out.with_name(out.name + '.partial')
            if not out.exists():
                run(*args, out)
                self.assertFalse(partial.exists())
            self.assertEqual(len(list(out.iterdir())), 2)

    def test_ctrl_c_leaves_nothing(self):
        """Whenever it comes, there is a whole package or no trace of one."""
        for wait in (0.03, 0.05, 0.07, 0.09, 0.12, 0.15, 0.2, 0.3):
            out = self.home / f'stopped{wait}'
            process = subprocess.Popen([str(samdrift.PROGRAM), 'deposit', 'export', str(self.server.dir), '--municipality',
                                        'nesodden', '--arkivdel', self.period.arkivdel['systemID'], '--out', str(out)],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            words = process.communicate()[1]
            if process.returncode == 3:
                self.assertIn('interrupted', words)
            if process.returncode != 0:
                self.assertFalse(out.exists())
            self.assertFalse(out.with_name(out.name + '.partial').exists(), wait)


    def small_disk(self, name, size):
        folder = self.home / name
        folder.mkdir()
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', str(folder)], capture_output=True).returncode:
            self.skipTest('no disk can be made here (mount)')
        self.addCleanup(subprocess.run, ['umount', '-l', str(folder)], check=True)
        return folder

    def test_a_full_disk(self):
        """Wherever it gets full, nothing is left, and what is told is that."""
        disk = self.small_disk('disk', '16k')
        stopped = set()
        for size in ('16k', '72k', '160k', '300k', '500k', '900k'):
            subprocess.run(['mount', '-o', f'remount,size={size}', str(disk)], check=True)
            for form in ('folder', 'aip'):
                done = run('deposit', 'export', self.server.dir, '--municipality', 'nesodden', '--arkivdel',
                           self.period.arkivdel['systemID'], '--out', disk / 'ut', '--format', form, *SCHEMAS, '--json', check=False)
                if done.returncode == 0:
                    shutil.rmtree(disk / 'ut')
                    continue
                self.assertEqual((done.returncode, json.loads(done.stderr)['error']['code']), (3, 'NO_SPACE'), done.stderr)
                stopped.add(json.loads(done.stderr)['error']['text'].rpartition('/')[2])
                self.assertEqual(list(disk.iterdir()), [])
        self.assertGreater(len(stopped), 3, stopped)

    def test_two_to_one_place(self):
        """One at a time: what another is making is not taken for what an interrupted one left."""
        out = self.home / 'samme'
        command = ['deposit', 'export', str(self.server.dir), '--municipality', 'nesodden', '--arkivdel',
                   self.period.arkivdel['systemID'], '--out', str(out)]
        partial = out.with_name('samme.partial')
        first = subprocess.Popen([str(samdrift.PROGRAM), *command], stdout=subprocess.DEVNULL)
        samdrift.wait_for(lambda: first.poll() is not None or (partial / '.samdrift-uttrekk').exists() and
                          not first.send_signal(signal.SIGSTOP))
        try:
            if first.poll() is None:
                done = run(*command, check=False)
                self.assertEqual(done.returncode, 3)
                self.assertIn('another export', done.stderr)
        finally:
            first.send_signal(signal.SIGCONT)
        self.assertEqual(first.wait(), 0)
        self.assertTrue((out / 'arkivstruktur.xml').exists())
        self.assertFalse(partial.exists())


class Jobs(Exports):
    """Exports ordered of the server."""

    def test_a_full_disk(self):
        disk = Interrupted.small_disk(self, 'jobbdisk', '64k')
        server = samdrift.Server()
        self.addCleanup(server.close)
        server.stop()
        settings = server.dir / 'samdrift.conf'
        settings.write_text(f'{settings.read_text()}\n[deponering]\nmappe = {disk}\n')
        server.start()
        period = Period(server.client('admin'))
        period.case('IU')
        period.close()
        arkivar, url = server.client('arkivar'), server.url + '/nesodden/uttrekk/'
        job = arkivar.ask('POST', url, {'arkivdeler': [period.arkivdel['systemID']]}).json
        done = samdrift.wait_for(lambda: (lambda now: now if now['tilstand'] not in ('venter', 'gaar') else None)(
            arkivar.get(f'{url}{job["id"]}/')), 60)
        self.assertEqual((done['tilstand'], done['feil']), ('feilet', 'NO_SPACE'))
        self.assertEqual([p for p in disk.rglob('*') if p.is_file()], [])

    def url(self, id='', *more):
        return self.server.url + '/nesodden/uttrekk/' + ''.join(part + '/' for part in (id, *more) if part)

    def order(self, period, by=None, **data):
        reply = (by or self.arkivar).ask('POST', self.url(), {'arkivdeler': [period.arkivdel['systemID']], **data})
        self.status(reply, 202)
        self.assertEqual(reply.headers['Location'], self.url(reply.json['id']))
        return reply.json

    def ended(self, job):
        return samdrift.wait_for(lambda: (lambda now: now if now['tilstand'] not in ('venter', 'gaar') else None)(
            self.arkivar.get(self.url(job['id']))), 60)

    def test_made_fetched_and_deleted(self):
        period = Period(self.admin)
        period.case('IU')
        period.close()
        job = self.order(period)
        self.assertIn(job['tilstand'], ('venter', 'gaar'))
        done = self.ended(job)
        self.assertEqual((done['tilstand'], done['mapper'], done['dokumenter'], done['bestiller']),
                         ('ferdig', 1, 2, 'arkivar@example.com'))
        self.assertEqual(done['gjort'], done['totalt'])
        self.assertIn({'hva': 'dokumentobjekt/mimeType', 'antall': 2}, done['uteblitt'])
        tar = self.arkivar.ask('GET', done['_links']['pakke']['href'])
        description = self.arkivar.ask('GET', done['_links']['beskrivelse']['href'])
        self.assertEqual((tar.status, description.status), (200, 200))
        self.assertIn(done['uuid'] + '.tar', tar.headers['Content-Disposition'])
        path = self.home / 'fetched.tar'
        path.write_bytes(tar.body)
        self.assertIn(digest(path).encode(), description.body)
        with tarfile.open(path) as names:
            self.assertIn(f'{done["uuid"]}/content/arkivstruktur.xml', names.getnames())
        made = self.export('--format', 'sip', period=period)[0]
        self.assertEqual(digest(made / f'{done["uuid"]}.tar'), digest(path))
        self.assertIn(job['id'], [j['id'] for j in self.arkivar.get(self.url())['uttrekk']])
        self.status(self.arkivar.ask('DELETE', self.url(job['id'])), 204)
        self.refused(self.arkivar.ask('GET', self.url(job['id'])), 404)
        self.refused(self.arkivar.ask('GET', done['_links']['pakke']['href']), 404)
        self.assertFalse((self.server.dir / 'uttrekk' / 'nesodden' / job['id']).exists())

    def test_a_package_of_another_server(self):
        """One that made it and does not share its folder: the answer says so, and the row can be deleted."""
        period = Period(self.admin)
        period.case('U')
        period.close()
        done = self.ended(self.order(period))
        (self.server.dir / 'uttrekk' / 'nesodden' / done['id']).rename(self.home / done['id'])
        for name in ('pakke', 'beskrivelse'):
            self.assertIn('server', self.refused(self.arkivar.ask('GET', done['_links'][name]['href']), 404))
        self.status(self.arkivar.ask('DELETE', self.url(done['id'])), 204)

    def test_a_folder_that_servers_share(self):
        server, shared = samdrift.Server(), self.home / 'felles'
        self.addCleanup(server.close)
        server.stop()
        settings = server.dir / 'samdrift.conf'
        settings.write_text(f'{settings.read_text()}\n[deponering]\nmappe = {shared}\n')
        server.start()
        period = Period(server.client('admin'))
        period.case('U')
        period.close()
        arkivar, url = server.client('arkivar'), server.url + '/nesodden/uttrekk/'
        job = arkivar.ask('POST', url, {'arkivdeler': [period.arkivdel['systemID']]}).json
        done = samdrift.wait_for(lambda: (lambda now: now if now['tilstand'] == 'ferdig' else None)(
            arkivar.get(f'{url}{job["id"]}/')), 60)
        self.assertEqual(arkivar.ask('GET', done['_links']['pakke']['href']).status, 200)
        self.assertTrue((shared / 'nesodden' / job['id'] / f'{done["uuid"]}.tar').exists())

    @unittest.skipIf(os.environ.get('SAMDRIFT_TEST_PG'), 'the row is taken over in SQLite')
    def test_one_that_another_server_has_taken_over(self):
        """A server that has stood still does not end what is no longer its own."""
        period = Period(self.admin)
        for _ in range(10):
            period.case('IU')
        period.close()
        database = self.server.dir / 'kommune' / 'nesodden.db'
        with contextlib.closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as rows:
            for _ in range(20):
                taken = self.order(period)['id']
                while rows.execute('SELECT tilstand FROM uttrekk WHERE id = ?', (taken,)).fetchone()[0] == 0:
                    pass
                self.server.process.send_signal(signal.SIGSTOP)
                try:
                    mine = rows.execute("UPDATE uttrekk SET arbeider = 'en annen', puls = ? WHERE id = ? AND tilstand = 1",
                                        (1 << 62, taken)).rowcount == 1
                except sqlite3.OperationalError:        # it stopped in a write
                    mine = False
                self.server.process.send_signal(signal.SIGCONT)
                after = self.ended(self.order(period))  # they are made in turn
                self.assertEqual(after['tilstand'], 'ferdig')
                if mine:
                    break
            self.assertTrue(mine)
            self.assertEqual(rows.execute('SELECT tilstand, arbeider, ferdig FROM uttrekk WHERE id = ?', (taken,)).fetchone(),
                             (1, 'en annen', 0))

    def test_refused_with_reasons(self):
        period = Period(self.admin)
        for _ in range(120):
            period.mappe(parent=period.klasse)
        done = self.ended(self.order(period, format='aip', noark='4.0'))
        self.assertEqual((done['tilstand'], done['grunner'], done['format'], done['noark']), ('avvist', 121, 'aip', '4.0'))
        self.assertNotIn('pakke', done['_links'])
        page = self.arkivar.get(done['_links']['grunner']['href'])
        self.assertEqual(len(page['grunner']), 100)
        self.assertEqual((page['grunner'][0]['grunn'], page['grunner'][0]['systemID']),
                         ('ARKIVDEL_OPEN', period.arkivdel['systemID']))
        self.assertIn('Aktiv periode', page['grunner'][0]['tekst'])
        rest = self.arkivar.get(done['_links']['grunner']['href'] + page['neste'])
        self.assertEqual(len(rest['grunner']), 21)
        self.assertNotIn('neste', rest)

    def test_a_try(self):
        period = Period(self.admin)
        period.case('U')
        period.close()
        done = self.ended(self.order(period, proeve=True))
        self.assertEqual((done['tilstand'], done['proeve'], done['mapper']), ('ferdig', True, 1))
        self.assertNotIn('pakke', done['_links'])
        self.refused(self.arkivar.ask('GET', self.url(done['id'], 'pakke')), 404)

    def test_an_unknown_arkivdel_fails(self):
        reply = self.arkivar.ask('POST', self.url(), {'arkivdeler': ['Finnes ikke']})
        done = self.ended(self.status(reply, 202).json)
        self.assertEqual((done['tilstand'], done['feil']), ('feilet', 'NOT_FOUND'))

    def test_wrong_orders(self):
        for data in ({}, {'arkivdeler': []}, {'arkivdeler': [1]}, {'arkivdeler': 'x'}, {'arkivdeler': ['x'] * 65},
                     {'arkivdeler': ['x'], 'format': 'folder'}, {'arkivdeler': ['x'], 'noark': '2.0'},
                     {'arkivdeler': ['x'], 'proeve': 'ja'}, {'arkivdeler': ['x'], 'ukjent': 1}):
            self.refused(self.arkivar.ask('POST', self.url(), data), 400)
        self.refused(self.arkivar.ask('POST', self.url(), b'[]', type='application/json'), 400)
        self.refused(self.arkivar.ask('GET', self.url('x')), 404)
        self.refused(self.arkivar.ask('GET', self.url('12345678-1234-4234-8234-123456789abc')), 404)
        self.refused(self.arkivar.ask('GET', self.url('12345678-1234-4234-8234-123456789abc', 'grunner') + '?skip=x'), 400)

    def test_rights(self):
        period = Period(self.admin)
        self.refused(self.saksbehandler.ask('POST', self.url(), {'arkivdeler': [period.arkivdel['systemID']]}), 403)
        job = self.ended(self.order(period, proeve=True))
        for client, status in ((self.saksbehandler, 403), (self.leser, 403), (self.anonymous, 401), (self.aas, 403)):
            for url in (self.url(), self.url(job['id']), self.url(job['id'], 'grunner'), self.url(job['id'], 'pakke')):
                self.refused(client.ask('GET', url), status)
            self.refused(client.ask('DELETE', self.url(job['id'])), status)
        self.refused(self.aas.ask('GET', self.url(job['id']).replace('/nesodden/', '/aas/')), 404)

    def test_survives_a_restart(self):
        server = samdrift.Server()
        self.addCleanup(server.close)
        period = Period(server.client('admin'))
        for _ in range(3):
            period.case('IUX')
        period.close()
        arkivar = server.client('arkivar')
        body = {'arkivdeler': [period.arkivdel['systemID']]}
        jobs = [arkivar.ask('POST', server.url + '/nesodden/uttrekk/', body).json['id'] for _ in range(4)]
        # Of several servers over one database another would wait until it is sure that this one is gone.
        server.stop(signal.SIGTERM if os.environ.get('SAMDRIFT_TEST_PG') else signal.SIGKILL)
        server.start()
        arkivar = server.client('arkivar')
        for id in jobs:
            url = f'{server.url}/nesodden/uttrekk/{id}/'
            done = samdrift.wait_for(lambda: arkivar.get(url)['tilstand'] not in ('venter', 'gaar') and arkivar.get(url), 90)
            self.assertEqual(done['tilstand'], 'ferdig')
            self.assertEqual(arkivar.ask('GET', done['_links']['pakke']['href']).status, 200)


if __name__ == '__main__':
    unittest.main()
