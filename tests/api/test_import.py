"""Deposits taken in: real extracts and ones made here, through the REST interface; interrupted, repeated, damaged."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import samdrift
from extract import Extract, large, tar
from samdrift import ROOT, Server, run

SHARED = pathlib.Path(os.environ.get('SAMDRIFT_SHARED', ROOT.parent / 'shared'))
SAMPLES = SHARED / 'samples'
FAMILIES = ('arkiv', 'arkivskaper', 'arkivdel', 'klassifikasjonssystem', 'klasse', 'mappe', 'registrering',
            'dokumentbeskrivelse', 'dokumentobjekt')


class Import(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.work = cls.server.home / 'inn'
        cls.municipalities = iter(('nesodden', 'aas'))

    def bring(self, path, *options, municipality='nesodden', status=0):
        done = run('deposit', 'import', self.server.dir, path, '--municipality', municipality, '--json', *options,
                   check=False)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        return json.loads(done.stdout)

    def notes(self, told):
        return {(f['id'], f['path']): f['count'] for f in told['findings']}

    def admin(self, municipality='nesodden'):
        return self.server.client('aas' if municipality == 'aas' else 'admin', municipality)

    def fresh(self):
        """Another co-operation, so that nothing is there already."""
        self.server = Server(users=True)
        self.addCleanup(self.server.close)
        self.work = self.server.home / 'inn'
        return self.admin()

    def counts(self, admin):
        package = admin.root('arkivstruktur')
        return {name: admin.find(package, f'arkivstruktur/{name}', top=1)[1] for name in FAMILIES}

    def thing(self, admin, name, title, kind='tittel'):
        found, count = admin.find(admin.root('arkivstruktur'), f'arkivstruktur/{name}', filter=f"{kind} eq '{title}'")
        self.assertEqual(count, 1, f'{name} {title}')
        return found[0]

    def sound(self):
        done = run('verify', self.server.dir, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


class Everything(Import):
    """One extract with a bit of everything, looked at from the outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        e = cls.extract = Extract()
        shared = e.beskrivelse('delt.txt')
        first = e.journalpost('første', 1, e.beskrivelse('en.txt') + shared, more=(
            '<merknad><merknadstekst>Viktig</merknadstekst><merknadsdato>2020-02-02T00:00:00Z</merknadsdato>'
            '<merknadRegistrertAv>Per</merknadRegistrertAv></merknad>'), parts=(
            '<korrespondansepart><korrespondanseparttype>Mottaker</korrespondanseparttype>'
            '<korrespondansepartNavn>Åse Bjørnstad</korrespondansepartNavn><postadresse>Veien 1</postadresse>'
            '<postadresse>Oppgang B</postadresse><postnummer>1450</postnummer><poststed>Nesoddtangen</poststed>'
            '<telefonnummer>1</telefonnummer><telefonnummer>2</telefonnummer><telefonnummer>3</telefonnummer>'
            '<saksbehandler>Gro Dahl</saksbehandler></korrespondansepart>'
            '<korrespondansepart><korrespondanseparttype>Intern mottaker</korrespondanseparttype>'
            '<korrespondansepartNavn>Gro Dahl</korrespondansepartNavn><saksbehandler>Gro Dahl</saksbehandler>'
            '</korrespondansepart>'))
        rich = ('<noekkelord>garasje</noekkelord><noekkelord>tomt</noekkelord>'
                f'<referanseArkivdel>{e.id("Del A")}</referanseArkivdel>'
                '<virksomhetsspesifikkeMetadata><x:eget xmlns:x="urn:x">Fritt <x:a>1 &amp; 2</x:a> &lt; tekst</x:eget>'
                '</virksomhetsspesifikkeMetadata>'
                '<part><partID>7</partID><partNavn>Nabo AS</partNavn><partRolle>Gjenboer</partRolle></part>'
                f'<kryssreferanse><referanseTilMappe>{e.id("andre")}</referanseTilMappe></kryssreferanse>'
                f'<kryssreferanse><referanseTilMappe>{e.id("finnes ikke")}</referanseTilMappe></kryssreferanse>'
                '<skjerming><tilgangsrestriksjon>Personalsaker</tilgangsrestriksjon><skjermingshjemmel>§ 13'
                '</skjermingshjemmel><skjermingMetadata>Skjerming navn part i sak</skjermingMetadata></skjerming>')
        first = first.replace('<registreringsID>', 'Løs tekst<registreringsID>')
        one = e.sak('rik', 41, first + e.journalpost('uten', 2, shared), rich).replace(
            '<saksstatus>', f'<eget farge="blå">Noe <i>eget</i></eget><saksstatus>').replace(
            '</mappe>', f'<referanseSekundaerKlassifikasjon>{e.id("klasse S1")}</referanseSekundaerKlassifikasjon></mappe>')
        two = e.sak('andre', 42)
        system = e.klasse('1', e.klasse('11', one)), e.klasse('1', e.klasse('11', two))
        e.change('rik', 'tittel', 'Før', 'Etter')
        e.change('rik', 'tittel', 'Før', 'Etter')
        arkiv = e.arkiv(e.arkivdel('Del A', e.system('Nøkkel', system[0]) + e.system('Sekundær', e.klasse('S1', '')))
                        + e.arkivdel('Del B', e.system('Nøkkel', system[1])))
        cls.folder = e.write(cls.work / 'alt', arkiv)
        (cls.folder / 'ekstra.txt').write_text('ikke referert')
        cls.told = json.loads(run('deposit', 'import', cls.server.dir, cls.folder, '--municipality', 'nesodden',
                                  '--json').stdout)

    def setUp(self):
        self.client = self.admin()
        self.rik = self.thing(self.client, 'mappe', 'Sak rik')

    def test_counts(self):
        self.assertEqual(self.counts(self.client), {
            'arkiv': 1, 'arkivskaper': 1, 'arkivdel': 2, 'klassifikasjonssystem': 2, 'klasse': 3, 'mappe': 2,
            'registrering': 2, 'dokumentbeskrivelse': 2, 'dokumentobjekt': 2})
        self.assertEqual(self.told['before'], {'klassifikasjonssystem': 1, 'klasse': 2, 'dokumentbeskrivelse': 1,
                                               'dokumentobjekt': 1})
        self.sound()

    def test_values_are_kept(self):
        e, rik = self.extract, self.rik
        self.assertEqual(rik['systemID'], e.id('rik'))
        self.assertEqual((rik['mappeID'], rik['saksaar'], rik['sakssekvensnummer']), ('2020/41', 2020, 41))
        self.assertEqual((rik['opprettetDato'], rik['opprettetAv']), ('2020-01-02T08:00:00+01:00', 'Kari'))
        self.assertEqual((rik['avsluttetDato'], rik['avsluttetAv']), ('2021-12-31T15:00:00+01:00', 'Ola'))
        self.assertEqual(rik['saksstatus'], {'kode': 'A', 'kodenavn': 'Avsluttet'})
        self.assertEqual(rik['noekkelord'], ['garasje', 'tomt'])
        self.assertEqual(rik['saksdato'], '2020-01-02T00:00:00')
        self.assertEqual(rik['skjerming']['tilgangsrestriksjon']['kode'], 'P')
        self.assertEqual(rik['virksomhetsspesifikkeMetadata'],
                         {'uttrekk-1:xml': '<x:eget xmlns:x="urn:x">Fritt <x:a>1 &amp; 2</x:a> &lt; tekst</x:eget>'})

    def test_parts(self):
        post = self.thing(self.client, 'registrering', 'Søknad første')
        parts = {}
        for part in self.client.find(post, 'arkivstruktur/korrespondansepart')[0]:
            parts[part['navn']] = part
        outside = parts['Åse Bjørnstad']
        self.assertEqual((outside['postadresse']['adresselinje1'], outside['postadresse']['adresselinje2'],
                          outside['postadresse']['postnr']['kode'], outside['saksbehandler']),
                         ('Veien 1', 'Oppgang B', '1450', 'Gro Dahl'))
        self.assertEqual(outside['kontaktinformasjon'], {'telefon': '1', 'mobiltelefon': '2'})
        self.assertEqual(parts['Gro Dahl']['korrespondanseparttype']['kode'], 'IM')
        part = self.client.find(self.rik, 'arkivstruktur/part')[0][0]
        self.assertEqual((part['partID'], part['navn'], part['partRolle']['kodenavn']), ('7', 'Nabo AS', 'Gjenboer'))
        self.assertEqual(self.client.find(post, 'arkivstruktur/merknad')[0][0]['merknadRegistrertAv'], 'Per')

    def test_documents(self):
        post, other = (self.thing(self.client, 'registrering', f'Søknad {name}') for name in ('første', 'uten'))
        shared = [d['systemID'] for p in (post, other)
                  for d in self.client.find(p, 'arkivstruktur/dokumentbeskrivelse')[0] if 'delt' in d['tittel']]
        self.assertEqual(shared, [self.extract.id('dokument delt.txt')] * 2)
        objekt = self.client.get(f'{self.client.base}arkivstruktur/dokumentobjekt/{self.extract.id("objekt en.txt")}/')
        self.assertEqual(self.client.ask('GET', self.client.href(objekt, 'arkivstruktur/fil')).body,
                         self.extract.documents['dokumenter/en.txt'])
        self.assertEqual((objekt['format']['kode'], objekt['mimeType']), ('x-fmt/111', 'text/plain'))
        proof = self.client.ask('GET', f'{self.server.url}/nesodden/bevis/{objekt["systemID"]}/')
        self.assertEqual(proof.json['oppfoering']['nyVerdi'], objekt['sjekksum'])

    def test_relations(self):
        klasse = self.client.get(self.client.href(self.rik, 'arkivstruktur/klasse'))
        self.assertEqual(klasse['systemID'], self.extract.id('klasse 11'))
        arkivdel = self.client.get(self.client.href(self.rik, 'arkivstruktur/arkivdel'))
        self.assertEqual(arkivdel['systemID'], self.extract.id('Del A'))
        other = self.client.get(self.client.href(self.thing(self.client, 'mappe', 'Sak andre'), 'arkivstruktur/arkivdel'))
        self.assertEqual(other['systemID'], self.extract.id('Del B'))
        second = self.client.find(self.rik, 'sakarkiv/sekundaerklassifikasjon')[0]
        self.assertEqual([k['systemID'] for k in second], [self.extract.id('klasse S1')])
        cross = self.client.find(self.rik, 'arkivstruktur/kryssreferanse')[0]
        self.assertEqual(len(cross), 1)

    def test_change_log(self):
        entries, count = self.client.find(self.rik, 'loggingogsporing/endringslogg')
        self.assertEqual(count, 2)
        self.assertEqual((entries[0]['endretAv'], entries[0]['endretDato'], entries[0]['tidligereVerdi']),
                         ('Kari', '2020-05-06T07:08:09+02:00', 'Før'))
        events, _ = self.client.find(self.rik, 'loggingogsporing/hendelseslogg')
        self.assertEqual([(e['hendelsetype']['kode'], e['beskrivelse']) for e in events], [('C', 'Importert')])

    def test_nothing_is_left_out_silently(self):
        self.assertEqual(self.notes(self.told), {
            ('BAD_VALUE', 'korrespondansepartenhet/telefonnummer'): 1,
            ('NO_PLACE', 'journalpost/#tekst'): 1, ('NO_PLACE', 'saksmappe/eget'): 1, ('NO_PLACE', 'saksmappe/eget/@farge'): 1,
            ('NO_OBJECT', 'kryssreferanse/tilmappe'): 1,
            ('NEW_CODE', 'partenhet/kode/partrolle'): 1, ('FILE_KEPT', ''): 1})
        kept = [f for f in self.told['findings'] if f['path'] == 'saksmappe/eget'][0]['examples'][0]
        self.assertEqual((kept['value'], kept['systemID'], kept['file']),
                         ('Noe <i>eget</i>', self.extract.id('rik'), 'arkivstruktur.xml'))
        line = [i for i, text in enumerate((self.folder / 'arkivstruktur.xml').read_text().split('\n'), 1) if '<eget' in text]
        self.assertEqual([kept['line']], line)
        self.assertTrue((self.server.dir / 'blob' / 'nesodden_innlesing').is_dir())

    def test_numbers_go_on(self):
        def make(parent, name, **data):
            seen = self.client.get(self.client.self_of(parent), **bring)
            return self.client.create(seen, name, {'tittel': 'Ny', **data}, **bring)
        bring, made = {'X-Samdrift-Import': 'ja'}, []
        made.append(make(self.thing(self.client, 'arkiv', 'Nesodden sakarkiv'), 'arkivstruktur/ny-arkivdel'))
        made.append(make(made[0], 'sakarkiv/ny-saksmappe', saksaar=2020))
        self.assertEqual(made[-1]['mappeID'], '2020/43')
        made.append(make(self.rik, 'sakarkiv/ny-journalpost', journalaar=2020))
        self.assertEqual((made[-1]['journalsekvensnummer'], made[-1]['journalpostnummer']), (3, 3))
        for thing in reversed(made):
            self.assertEqual(self.client.delete(thing, **{'X-Samdrift-Korrigering': 'ja'}).status, 204)

    def test_again(self):
        """The same package changes nothing, as a folder, a tar and a DIAS folder."""
        before = self.counts(self.client), self.client.again(self.rik)
        dias = self.work / 'dias'
        shutil.copytree(self.folder, dias / 'content')
        for path in (self.folder, tar(self.folder, self.work / 'a.tar', '.'), dias):
            told = self.bring(path)
            self.assertEqual((told['again'], told['id'], told['made']), (True, self.told['id'], self.told['made']))
        self.assertEqual((self.counts(self.client), self.client.again(self.rik)), before)


class Packages(Import):
    def test_tar_and_dias(self):
        e = large(self.work / 'u', 3, 2)
        inside = self.work / 'pakke' / 'content'
        shutil.copytree(self.work / 'u', inside)
        told = self.bring(tar(self.work / 'pakke', self.work / 'p.tar', e.id('pakke')))
        self.assertEqual((told['made']['saksmappe'], told['made']['journalpost'], told['documents'], told['entries']),
                         (3, 6, 6, 6))
        self.sound()

    def test_dry_run(self):
        admin = self.fresh()
        large(self.work / 'u', 2, 2)
        told = self.bring(self.work / 'u', '--dry-run')
        self.assertEqual((told['dry_run'], told['made']['journalpost'], told['entries']), (True, 4, 4))
        self.assertEqual(set(self.counts(admin).values()), {0})
        self.assertEqual(list((self.server.dir / 'blob').glob('*/??/*')), [])
        self.assertEqual(self.bring(self.work / 'u')['made'], told['made'])

    def tells_the_same(self, folder, **how):
        """A dry run, then the real one. -> what they told"""
        same = ('again', 'made', 'before', 'documents', 'bytes', 'entries', 'references', 'files', 'findings')
        before = self.counts(self.admin())
        dry = self.bring(folder, '--dry-run', **how)
        self.assertEqual(self.counts(self.admin()), before)
        real = self.bring(folder, **how)
        self.assertEqual({key: dry[key] for key in same}, {key: real[key] for key in same})
        return real

    def test_a_dry_run_looks_at_the_archive(self):
        """What is there already, what belongs to another object, values that differ, references to nothing, codes that are new."""
        self.fresh()
        e = Extract(11)
        lost = f'<kryssreferanse><referanseTilMappe>{e.id("finnes ikke")}</referanseTilMappe></kryssreferanse>'
        there = f'<kryssreferanse><referanseTilMappe>{e.id("to")}</referanseTilMappe></kryssreferanse>'
        shared = e.beskrivelse('delt.txt')
        one = e.sak('en', 1, e.journalpost('p1', 1, shared) + e.journalpost('p2', 2, shared), lost + there)
        two = e.sak('to', 2)
        e.change('en', 'tittel', 'a', 'b')
        system = [e.system('Emner', e.klasse('1', inside)) for inside in (one, two)]
        e.write(self.work / 'a', e.arkiv(e.arkivdel('A', system[0]) + e.arkivdel('B', system[1])))
        told = self.tells_the_same(self.work / 'a')
        self.assertEqual(told['before'], {'klassifikasjonssystem': 1, 'klasse': 1, 'dokumentbeskrivelse': 1, 'dokumentobjekt': 1})
        self.assertEqual(self.notes(told), {('NO_OBJECT', 'kryssreferanse/tilmappe'): 1})
        # Later: the same sak with another title, and sak "to" in another arkivdel; both twice within the package.
        moved = e.arkivdel('C', e.system('Andre emner', e.klasse('9', two + e.sak('tre', 3).replace('Avsluttet<', 'Egen status<'))))
        text = e.arkiv(e.arkivdel('A', system[0].replace('Sak en', 'Sak én')) + e.arkivdel('B', system[1]) + moved)
        e.write(self.work / 'b', text)
        told = self.tells_the_same(self.work / 'b')
        # The kryssreferanse to nothing went the first time, and comes and goes again.
        self.assertEqual(told['made'], {'arkivdel': 1, 'klassifikasjonssystem': 1, 'klasse': 1, 'saksmappe': 2, 'kryssreferanse': 1})
        self.assertEqual(self.notes(told), {
            ('NO_OBJECT', 'kryssreferanse/tilmappe'): 1, ('DIFFERS', 'saksmappe/tittel'): 1, ('TWIN', 'saksmappe/systemID'): 1, ('NEW_CODE', 'saksmappe/kode/saksstatus'): 1})
        self.assertTrue(self.tells_the_same(self.work / 'b')['again'])
        self.sound()

    def test_references_of_what_is_there(self):
        """A later deposit that gives a mappe another secondary klasse, and a kryssreferanse another end: told, in both runs."""
        self.fresh()
        e = Extract(13)

        def package(name, klasse, other):
            sak = e.sak('en', 1, '', f'<kryssreferanse><referanseTilMappe>{e.id(other)}</referanseTilMappe></kryssreferanse>')
            sak = sak.replace('</mappe>', f'<referanseSekundaerKlassifikasjon>{e.id(klasse)}'
                              '</referanseSekundaerKlassifikasjon></mappe>')
            first = e.system('Emner', e.klasse('1', sak + e.sak('to', 2) + e.sak('tre', 3)))
            second = e.system('Andre', e.klasse('S1', '') + e.klasse('S2', ''))
            return e.write(self.work / name, e.arkiv(e.arkivdel('A', first + second)))
        told = self.tells_the_same(package('a', 'klasse S1', 'to'))
        self.assertEqual((told['references'], self.notes(told)), (2, {}))
        told = self.tells_the_same(package('b', 'klasse S2', 'tre'))
        self.assertEqual((told['references'], told['made'], self.notes(told)), (0, {}, {
            ('DIFFERS', 'saksmappe/sekundaerklassifikasjon'): 1, ('DIFFERS', 'kryssreferanse/tilmappe'): 1}))
        told = self.tells_the_same(package('c', 'klasse S1', 'finnes ikke'))
        self.assertEqual(self.notes(told), {('NO_OBJECT', 'kryssreferanse/tilmappe'): 1})
        self.sound()

    def test_a_dry_run_compares_two_places_of_the_package(self):
        """The same klassifikasjonssystem in three arkivdeler, told differently: text, date, list, a value that one lacks."""
        self.fresh()
        e = Extract(12)

        def klasse(n):
            words = ('', '<noekkelord>hus</noekkelord>', '<noekkelord>hus</noekkelord><noekkelord>hage</noekkelord>')[n]
            text = e.klasse('1', e.klasse('11', e.sak(f's{n}', n + 1))).replace('Klasse 11', f'Klasse 11 {"ABA"[n]}')
            text = text.replace('</tittel><oppr', f'</tittel>{words}<oppr', 1)
            return text.replace('2020-01-02T08:00:00', '2020-01-02T09:00:00', 1) if n == 1 else text
        systems = [e.system('Emner', klasse(n)) for n in range(3)]
        systems[2] = systems[2].replace('<tittel>Emner</tittel>', '<tittel>Emner</tittel><beskrivelse>Ny</beskrivelse>')
        e.write(self.work / 'u', e.arkiv(''.join(e.arkivdel(name, s) for name, s in zip('ABC', systems))))
        told = self.tells_the_same(self.work / 'u')
        self.assertEqual(told['before'], {'klassifikasjonssystem': 2, 'klasse': 4})
        self.assertEqual(self.notes(told), {
            ('DIFFERS', 'klasse/tittel'): 1, ('DIFFERS', 'klasse/noekkelord'): 2, ('DIFFERS', 'klasse/opprettetDato'): 1,
            ('DIFFERS', 'klassifikasjonssystem/beskrivelse'): 1})

    def test_damaged_documents(self):
        admin = self.fresh()
        e = large(self.work / 'u', 1, 4)
        documents = self.work / 'u' / 'dokumenter'
        (documents / '1.txt').write_bytes(b'Innholdet i 1.txT.\n')
        (documents / '2.txt').unlink()
        (documents / '3.txt').unlink()
        (documents / '3.txt').symlink_to('/etc/hostname')
        for options in (['--dry-run'], []):
            told = self.bring(self.work / 'u', *options, status=1)
            self.assertEqual(self.notes(told), {('DOCUMENT_CHANGED', 'dokumentobjekt/referanseDokumentfil'): 1,
                                                ('FILE_TOLD', 'dokumentobjekt/sjekksum'): 1,
                                                ('DOCUMENT_MISSING', 'dokumentobjekt/referanseDokumentfil'): 1,
                                                ('FILE_REFUSED', 'dokumentobjekt/referanseDokumentfil'): 1})
        changed = admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id("objekt 1.txt")}/')
        self.assertEqual(admin.ask('GET', admin.href(changed, 'arkivstruktur/fil')).body, b'Innholdet i 1.txT.\n')
        self.sound()

    def test_documents_that_come_later(self):
        """The package comes again, with what was missing: those documents are taken in, and nothing else changes."""
        admin = self.fresh()
        e = large(self.work / 'u', 1, 4)
        whole = self.work / 'hel'
        shutil.copytree(self.work / 'u', whole)
        documents = self.work / 'u' / 'dokumenter'
        (documents / '1.txt').unlink()
        (documents / '2.txt').unlink()
        (documents / '2.txt').symlink_to('/etc/hostname')
        (documents / '3.txt').unlink()
        first = self.bring(self.work / 'u', status=1)
        before = self.counts(admin)
        (whole / 'dokumenter' / '3.txt').write_bytes(b'noe annet')
        still = {('DOCUMENT_CHANGED', 'dokumentobjekt/referanseDokumentfil'): 1}
        for options, supplied in ((['--dry-run'], 2), ([], 2), ([], 0)):
            told = self.bring(whole, *options, status=1)
            self.assertEqual((told['again'], told['supplied'], told['documents'], self.notes(told)), (True, supplied, 3, still))
        (whole / 'dokumenter' / '3.txt').write_bytes(e.documents['dokumenter/3.txt'])
        told = self.bring(whole)
        self.assertEqual((told['supplied'], told['documents'], told['findings'], told['made']), (1, 4, [], first['made']))
        self.assertEqual(self.counts(admin), before)
        for name in ('1.txt', '2.txt', '3.txt'):
            it = admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id("objekt " + name)}/')
            self.assertEqual(admin.ask('GET', admin.href(it, 'arkivstruktur/fil')).body, e.documents[f'dokumenter/{name}'])
            self.assertEqual(it['format']['kode'], 'x-fmt/111')
        self.assertEqual(self.bring(whole)['supplied'], 0)
        self.sound()

    def test_document_that_comes_when_its_object_is_deleted(self):
        """What was missing, and was then deleted as missing, is not waited for; the others come."""
        admin = self.fresh()
        e = large(self.work / 'u', 1, 3)
        whole = self.work / 'hel'
        shutil.copytree(self.work / 'u', whole)
        for name in ('1.txt', '2.txt'):
            (self.work / 'u' / 'dokumenter' / name).unlink()
        self.bring(self.work / 'u', status=1)
        gone = admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id("objekt 1.txt")}/')
        self.assertEqual(admin.ask('DELETE', admin.href(gone, 'self')).status, 204)
        for options, supplied in ((['--dry-run'], 1), ([], 1), ([], 0)):
            told = self.bring(whole, *options)
            self.assertEqual((told['supplied'], told['findings']), (supplied, []))
        it = admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id("objekt 2.txt")}/')
        self.assertEqual(admin.ask('GET', admin.href(it, 'arkivstruktur/fil')).body, e.documents['dokumenter/2.txt'])
        self.sound()

    def test_wrong_documents_that_come_right_later(self):
        """Files that are not what their checksum or size tells are replaced when the package comes with those that are."""
        admin = self.fresh()
        e = Extract(3)
        posts = ''.join(e.journalpost(f'p{n}', n, e.beskrivelse(f'{n}.txt')) for n in range(1, 6))
        text = e.arkiv(e.arkivdel('Del', e.sak('s', 1, posts)))
        content = {n: e.documents[f'dokumenter/{n}.txt'] for n in range(1, 6)}
        sha = {n: hashlib.sha256(content[n]).hexdigest() for n in content}
        md5 = hashlib.md5(content[2]).hexdigest()
        text = text.replace(f'{sha[2]}</sjekksum><sjekksumAlgoritme>SHA-256', f'{md5}</sjekksum><sjekksumAlgoritme>MD5')
        text = text.replace(f'<sjekksum>{sha[3]}</sjekksum><sjekksumAlgoritme>SHA-256</sjekksumAlgoritme>', '')
        text = text.replace(f'{sha[4]}</sjekksum><sjekksumAlgoritme>SHA-256', f'{sha[4]}</sjekksum><sjekksumAlgoritme>CRC')
        whole, folder = e.write(self.work / 'hel', text), self.work / 'u'
        shutil.copytree(whole, folder)
        (folder / 'dokumenter' / '1.txt').write_bytes(b'%PDF-1.4 feil fil')
        (folder / 'dokumenter' / '2.txt').write_bytes(b'feil')
        (folder / 'dokumenter' / '3.txt').write_bytes(b'feil')
        wrong = ('DOCUMENT_CHANGED', 'dokumentobjekt/referanseDokumentfil')
        told = self.bring(folder, status=1)
        self.assertEqual(self.notes(told), {
            wrong: 3, ('FILE_TOLD', 'dokumentobjekt/sjekksum'): 2, ('FILE_TOLD', 'dokumentobjekt/filstoerrelse'): 3,
            ('SUM_OTHER', 'dokumentobjekt/sjekksumAlgoritme'): 1, ('SUM_UNKNOWN', 'dokumentobjekt/sjekksum'): 1,
            ('SUM_UNKNOWN', 'dokumentobjekt/sjekksumAlgoritme'): 1})
        self.assertEqual([x['value'] for f in told['findings'] if f['id'] == wrong[0] for x in f['examples']],
                         [f'dokumenter/{n}.txt' for n in (1, 2, 3)])
        # The same wrong files again: told again, nothing changed.
        for _ in range(2):
            again = self.bring(folder, status=1)
            self.assertEqual((again['replaced'], self.notes(again)), (0, {wrong: 3}))
        (folder / 'dokumenter' / '1.txt').write_bytes(content[1])
        for options, replaced in ((['--dry-run'], 1), ([], 1), ([], 0)):
            again = self.bring(folder, *options, status=1)
            self.assertEqual((again['replaced'], again['documents'], self.notes(again)), (replaced, 5, {wrong: 2}))
        again = self.bring(whole)
        self.assertEqual((again['replaced'], again['supplied'], again['documents'], again['bytes'], again['findings'],
                          again['notes']),
                         (2, 0, 5, sum(map(len, content.values())), [], {'SUM_OTHER': 1, 'SUM_UNKNOWN': 2}))
        for n in content:
            it = admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id(f"objekt {n}.txt")}/')
            self.assertEqual(admin.ask('GET', admin.href(it, 'arkivstruktur/fil')).body, content[n])
            self.assertEqual((it['sjekksum'], it['filstoerrelse'], it['format']['kode'], it['mimeType']),
                             (sha[n], len(content[n]), 'x-fmt/111', 'text/plain'))
        log = {(x['referanseMetadata'], x['tidligereVerdi'], x['nyVerdi'])
               for x in admin.find(admin.get(f'{admin.base}arkivstruktur/dokumentobjekt/{e.id("objekt 1.txt")}/'),
                                   'loggingogsporing/endringslogg')[0]}
        self.assertIn(('sjekksum', hashlib.sha256(b'%PDF-1.4 feil fil').hexdigest(), sha[1]), log)
        proof = admin.ask('GET', f'{self.server.url}/nesodden/bevis/{e.id("objekt 1.txt")}/')
        self.assertEqual(proof.json['oppfoering']['nyVerdi'], sha[1])
        self.sound()

    def test_a_folder_of_documents_by_another_spelling(self):
        self.fresh()
        large(self.work / 'u', 1, 2)
        (self.work / 'u' / 'dokumenter').rename(self.work / 'u' / 'Dokumenter')
        told = self.bring(self.work / 'u')
        self.assertEqual((told['documents'], self.notes(told)), (2, {}))

    def test_a_tar_that_is_cut_off(self):
        self.fresh()
        large(self.work / 'u', 1, 2)
        path = tar(self.work / 'u', self.work / 'p.tar')
        whole = path.read_bytes()
        path.write_bytes(whole[:whole.rindex(b'Innholdet i') - 100])
        told = self.bring(path, status=1)
        self.assertEqual(self.notes(told)[('TAR_DAMAGED', '')], 1)

    def test_names_that_steer_a_terminal(self):
        """What comes from the package is shown without control characters, be it told or complained of."""
        self.fresh()
        large(self.work / 'styr', 1, 1)
        (self.work / 'styr' / '\x1b]0;eid\x07.txt').write_text('x')
        (self.work / 'styr' / '\u009b31m.txt').write_text('x')
        done = run('deposit', 'import', self.server.dir, self.work / 'styr', '--municipality', 'nesodden', check=False)
        self.assertIn('?]0;eid?.txt', done.stdout)
        self.assertIn('?31m.txt', done.stdout)
        gone = run('deposit', 'import', self.server.dir, self.work / '\x1b[31mborte', '--municipality', 'nesodden', check=False)
        self.assertIn('?[31mborte', gone.stderr)
        self.assertNotRegex(done.stdout + done.stderr + gone.stdout + gone.stderr, '[\x1b\x07\x80-\x9f]')

    def test_where_the_extract_lies(self):
        large(self.work / 'ytre' / 'levert' / 'uttrekk', 1, 1)
        (self.work / 'ytre' / 'LES.txt').write_text('hei')
        done = run('deposit', 'import', self.server.dir, self.work / 'ytre', '--municipality', 'frogn', check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('levert/uttrekk', done.stderr)

    def test_a_fault_far_out_stores_nothing(self):
        """Too much text beside elements, after more than a batch: found before the first object is stored."""
        admin = self.fresh()
        large(self.work / 'u', 400, 4)
        before = self.counts(admin)
        path = self.work / 'u' / 'arkivstruktur.xml'
        path.write_text(path.read_text().replace('</arkivdel>', 'x' * (9 << 20) + '</arkivdel>'))
        done = run('deposit', 'import', self.server.dir, self.work / 'u', '--municipality', 'nesodden', check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('more than 8 MiB of text', done.stderr)
        self.assertEqual(self.counts(admin), before)

    def test_faults(self):
        e = Extract(9)
        good = e.arkiv(e.arkivdel('Del', e.sak('s', 1)))
        cases = {'tom': ('', 'line 1: The file holds no XML'),
                 'avkortet': (good[:len(good) // 2], 'the file may be cut off (oppr)'),
                 'annet': ('<arkivdel/>', 'line 1: The root element must be <arkiv>, not <arkivdel>'),
                 'tagg': (good.replace('Sak s</tittel>', 'Sak s</titel>'), 'Start tag and end tag differ (tittel, titel)'),
                 'og': (good.replace('Sak s', 'Sak & s'), "'&' must be written &amp;"),
                 'doctype': ('<!DOCTYPE a [<!ENTITY x "y">]>' + good.split('\n', 1)[1], 'line 1: A document type (DOCTYPE)')}
        for name, (text, said) in cases.items():
            with self.subTest(name=name):
                folder = self.work / f'feil-{name}'
                folder.mkdir(parents=True)
                (folder / 'arkivstruktur.xml').write_text(text)
                done = run('deposit', 'import', self.server.dir, folder, '--municipality', 'frogn', '--json', check=False)
                self.assertEqual(done.returncode, 1, done.stdout)
                told = json.loads(done.stderr)['error']['text']
                self.assertIn('arkivstruktur.xml, line', told)
                self.assertIn(said, told)
        (self.work / 'uten').mkdir()
        for path, municipality, status in ((self.work / 'uten', 'frogn', 1), (self.work / 'borte', 'frogn', 1),
                                           (self.work, 'oslo', 1)):
            done = run('deposit', 'import', self.server.dir, path, '--municipality', municipality, check=False)
            self.assertEqual(done.returncode, status)
        self.assertEqual(run('deposit', 'import', self.server.dir, self.work, check=False).returncode, 2)

    def test_nothing_is_stored_of_a_broken_package(self):
        """However far into it the fault lies, and in whichever of the two files that are taken in."""
        admin = self.fresh()
        large(self.work / 'u', 300, 4)
        for name, end in (('arkivstruktur.xml', '</arkiv>'), ('endringslogg.xml', '</endringslogg>')):
            path = self.work / 'u' / name
            whole = path.read_text()
            path.write_text(whole.replace(end, ''))
            done = run('deposit', 'import', self.server.dir, self.work / 'u', '--municipality', 'nesodden', check=False)
            self.assertEqual((done.returncode, name in done.stderr), (1, True))
            self.assertEqual(set(self.counts(admin).values()), {0})
            path.write_text(whole)
        self.assertEqual(self.bring(self.work / 'u')['made']['journalpost'], 1200)

    def test_graded_material_stays_graded(self):
        """A gradering, as version 5.0 and older ones write it, of a mappe, a journalpost and another registrering."""
        self.fresh()
        e = Extract(21)

        def grading(element):
            return (f'<gradering><{element}>Begrenset (sikkerhetsgrad)</{element}><graderingsdato>2020-02-02T10:00:00+01:00'
                    '</graderingsdato><gradertAv>Sjefen</gradertAv></gradering>')
        new, old, plain = (e.journalpost(name, n).replace('<registreringsID>', grading(element) + '<registreringsID>')
                           for n, (name, element) in enumerate((('ny', 'grad'), ('gammel', 'gradering'), ('notat', 'grad')), 1))
        plain = plain.replace('xsi:type="journalpost"', 'xsi:type="arkivnotat"').replace(
            plain[plain.index('<journalaar>'):plain.index('</registrering>')], '')
        e.write(self.work / 'u', e.arkiv(e.arkivdel('Del', e.sak('s', 1, new + old + plain, grading('grad')))))
        told = self.bring(self.work / 'u')
        self.assertEqual(self.notes(told), {})
        cleared = self.server.client('admin')
        for name, family in (('s', 'mappe'), ('ny', 'registrering'), ('gammel', 'registrering'), ('notat', 'registrering')):
            path = f'arkivstruktur/{family}/{e.id(name)}/'
            thing = cleared.ask('GET', f'{cleared.base}{path}')
            self.assertEqual(thing.status, 200, thing.body)
            grade = thing.json['gradering']
            self.assertEqual((grade['graderingskode']['kode'], grade['gradertAv']), ('B', 'Sjefen'))

    def test_old_ids_and_loose_documents(self):
        """Noark 3.x: ids of any text, always the same UUID; a dokumentobjekt on the registrering itself."""
        e = Extract(7)
        admin = self.admin('aas')
        objekt = e.document('løs.txt').replace(e.identity('objekt løs.txt'), '')
        text = e.arkiv(e.arkivdel('Gammel', e.sak('gammel', 1, e.journalpost('gammel post', 1, objekt))))
        text = text.replace(e.id('gammel'), 'sak.17').replace('xsi:type="journalpost"', 'xsi:type="n5:journalpost"')
        e.change('gammel', 'tittel', 'a', 'b')
        e.changes[0] = e.changes[0].replace(e.id('gammel'), 'sak.17')
        e.write(self.work / 'gammel', text)
        told = self.bring(self.work / 'gammel', municipality='aas')
        self.assertEqual(self.notes(told), {('MADE_ID', 'saksmappe/systemID'): 1,
                                            ('MADE_DOCUMENT', 'dokumentbeskrivelse/dokumentobjekt'): 1})
        sak = self.thing(admin, 'mappe', 'Sak gammel')
        self.assertEqual(admin.find(sak, 'loggingogsporing/endringslogg')[1], 1)
        post = admin.find(sak, 'arkivstruktur/registrering')[0][0]
        document = admin.find(post, 'arkivstruktur/dokumentbeskrivelse')[0][0]
        self.assertEqual(admin.find(document, 'arkivstruktur/dokumentobjekt')[1], 1)

    def test_next_deposit_of_the_same_archive(self):
        """What both hold is one; a value that differs stays as the archive has it and is told."""
        admin = self.fresh()
        first, second = Extract(5), Extract(5)
        first.write(self.work / 'a', first.arkiv(first.arkivdel('Del', first.system('N', first.klasse('1', first.sak('en', 1))))))
        text = second.arkiv(second.arkivdel('Del', second.system('N', second.klasse('1', second.sak('en', 1)))))
        text = text.replace('Klasse 1', 'Klasse én').replace('</klasse>', second.sak('to', 2) + '</klasse>')
        second.write(self.work / 'b', text)
        self.bring(self.work / 'a')
        told = self.bring(self.work / 'b')
        self.assertEqual((told['made'], self.notes(told)), ({'saksmappe': 1}, {('DIFFERS', 'klasse/tittel'): 1}))
        self.assertEqual(self.thing(admin, 'klasse', '1', 'klasseID')['tittel'], 'Klasse 1')
        self.sound()


class Watched(Import):
    """What an import has done so far, seen from outside."""

    def asked(self, sqlite, postgres):
        """The first column of what the database of Nesodden answers; nothing before it has the table."""
        if os.environ.get('SAMDRIFT_TEST_PG', ''):
            base = [line.split('=', 1)[1].strip() for line in (self.server.dir / 'samdrift.conf').read_text().splitlines()
                    if line.startswith('store')][0]
            done = subprocess.run(['psql', '-qXtA', '-d', base, '-c', postgres], capture_output=True, text=True)
            return done.stdout.split()
        try:
            with sqlite3.connect(f'file:{self.server.dir}/kommune/nesodden.db?mode=ro', uri=True) as db:
                return [row[0] for row in db.execute(sqlite)]
        except sqlite3.OperationalError:
            return []

    def started(self):
        """How far the import has come, as its row tells."""
        return int((self.asked('SELECT startet FROM innlesing', 'SELECT startet FROM k_nesodden.innlesing') or [0])[0])

    def indexes(self):
        names = self.asked("SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'",
                           "SELECT indexname FROM pg_indexes WHERE schemaname = 'k_nesodden'")
        return {name for name in names if not name.startswith('innlesing')}

    def kill(self, folder, point):
        """An import of the folder, killed when it has stored so many objects. -> was it?"""
        process = subprocess.Popen([str(samdrift.PROGRAM), 'deposit', 'import', str(self.server.dir), str(folder),
                                    '--municipality', 'nesodden'], stdout=subprocess.DEVNULL)
        while process.poll() is None and self.started() < point:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        return process.returncode == -9


class Interrupted(Watched):
    def test_killed_and_gone_on(self):
        """kill -9 four times on its way; then the archive is the one of an import in peace."""
        admin = self.admin()
        large(self.work / 'stor', 150, 4)
        kills = []
        for point in (300, 1000, 1700, 2400):
            kills.append(self.kill(self.work / 'stor', point))
            self.sound()
        told = self.bring(self.work / 'stor')
        self.assertIn(True, kills)
        self.assertEqual((told['made']['saksmappe'], told['made']['journalpost'], told['made']['dokumentobjekt'],
                          told['documents'], told['entries'], told['before']), (150, 600, 600, 600, 600, {}))
        quiet = json.loads(run('deposit', 'import', self.server.dir, self.work / 'stor', '--municipality', 'aas',
                               '--json').stdout)
        self.assertEqual((quiet['made'], quiet['entries']), (told['made'], told['entries']))
        other = self.admin('aas')
        self.assertEqual(self.counts(admin), self.counts(other))
        for name in ('mappe', 'registrering', 'dokumentbeskrivelse', 'dokumentobjekt'):
            self.assertEqual(self.listed(admin, name), self.listed(other, name))
        self.sound()

    def test_the_world_fails(self):
        """A full disk, a failed flush, a kill in the middle: told plainly; the same command goes on, to the same end."""
        self.fresh()
        folder, want = self.work / 'u', None
        large(folder, 60, 4)
        plans = [('nesodden', '', ''), ('aas', 'blob.write:full:100', 'storage is full'),
                 ('frogn', 'blob.flush:flush:50', 'answered with an error'), ('vestby', 'store.commit:kill:2', None),
                 ('oppegaard', 'store.done:kill:1', None)]
        if not self.server.bucket:              # which names what it keeps by itself
            plans.append(('ski', 'blob.named:kill:120', None))
        for municipality, plan, says in plans:
            with self.subTest(plan=plan):
                command = [str(samdrift.PROGRAM), 'deposit', 'import', str(self.server.dir), str(folder), '--municipality',
                           municipality]
                done = subprocess.run(command, capture_output=True, text=True, timeout=120,
                                      env={**os.environ, 'SAMDRIFT_FAULT': plan})
                if plan:
                    self.assertIn(f'fault: {plan.rsplit(":", 1)[0].replace(":", " ")}', done.stderr)
                    self.assertEqual(done.returncode, 3 if says else -9)
                if says:
                    self.assertRegex(done.stderr, says)
                told = self.bring(folder, municipality=municipality)
                told = {key: told[key] for key in ('made', 'before', 'documents', 'bytes', 'entries', 'findings')}
                want = want or told
                self.assertEqual(told, want)
        self.sound()

    def test_a_package_beside_one_that_was_interrupted(self):
        """The next package tells that another was not ended, until it is."""
        self.fresh()
        large(self.work / 'a', 300, 4)
        other = Extract(31)
        other.write(self.work / 'b', other.arkiv(other.arkivdel('Del', other.sak('s', 1))))
        done = subprocess.run([str(samdrift.PROGRAM), 'deposit', 'import', str(self.server.dir), str(self.work / 'a'),
                               '--municipality', 'nesodden'], capture_output=True, text=True, timeout=120,
                              env={**os.environ, 'SAMDRIFT_FAULT': 'store.commit:kill:3'})
        self.assertEqual(done.returncode, -9)
        told = self.bring(self.work / 'b', '--dry-run')
        self.assertEqual(self.notes(told), {('UNFINISHED', ''): 1})
        self.assertIn(str(self.work / 'a'), told['findings'][0]['examples'][0]['value'])
        self.bring(self.work / 'a')
        self.assertEqual(self.notes(self.bring(self.work / 'b', '--dry-run')), {})

    def listed(self, admin, name):
        things, package = {}, admin.root('arkivstruktur')
        for skip in range(0, 1000, 500):
            for thing in admin.find(package, f'arkivstruktur/{name}', top=500, skip=skip, orderby='systemID')[0]:
                thing.pop('_links')
                things[thing['systemID']] = thing
        return things


class Large(Watched):
    def package(self, seed):
        """Few objects in many bytes; a case of more than a batch, whose screening comes after what it screens."""
        e = Extract(seed)
        posts = ''.join(e.journalpost(f'post {n}', n, e.beskrivelse(f'{n}.txt')) for n in range(1, 801))
        screened = ('<skjerming><tilgangsrestriksjon>Unntatt etter offentleglova § 13</tilgangsrestriksjon>'
                    '<skjermingshjemmel>Offl. § 13</skjermingshjemmel></skjerming>')
        room = f'<!--{"-".join(["x" * 99] * 9000)}-->\n' * 20
        return e.write(self.work / f'del{seed}', e.arkiv(room + e.arkivdel(f'Del {seed}', e.sak('sak', 1, posts + screened))))

    def test_a_document_of_more_than_a_batch_has_its_checksum_in_the_log(self):
        """It is stored before its file is read; what is proved of it is in the log all the same."""
        admin = self.fresh()
        e = Extract(7)
        room = ''.join(f'<konvertering>{e.identity(f"k{n}")}<konvertertDato>2020-01-03T00:00:00+01:00</konvertertDato>'
                       '<konvertertAv>Kari</konvertertAv></konvertering>' for n in range(5100))
        text = e.arkiv(e.arkivdel('Del', e.sak('s', 1, e.journalpost('p', 1, e.beskrivelse('1.txt')))))
        told = self.bring(e.write(self.work / 'u', text.replace('</dokumentobjekt>', room + '</dokumentobjekt>')))
        self.assertEqual((told['made']['konvertering'], told['documents'], told['findings']), (5100, 1, []))
        self.assertEqual(admin.ask('GET', f'{self.server.url}/nesodden/bevis/{e.id("objekt 1.txt")}/').status, 200)
        self.sound()

    def test_the_indexes_of_an_empty_archive_are_made_last(self):
        self.sound()
        before = self.indexes()
        self.assertIn('registrering_tittel', before)
        self.assertTrue(self.kill(self.package(1), 300))
        without = self.indexes()
        self.assertTrue({'registrering_tittel', 'logg_referansearkivenhet'}.isdisjoint(without))
        self.assertIn('registrering_mappe_id', without)
        self.sound()            # opens the archive
        self.assertEqual(self.indexes(), before)
        self.bring(self.work / 'del1')
        self.assertEqual(self.indexes(), before)
        self.sound()

    def test_a_late_screening_reaches_the_log(self):
        self.package(2)
        shutil.copytree(self.work / 'del2', self.work / 'alene')
        told = self.bring(self.work / 'alene', municipality='aas')
        self.assertEqual(told['made']['journalpost'], 800)
        self.sound()


@unittest.skipUnless(SAMPLES.is_dir(), 'the samples are not here (SAMDRIFT_SHARED)')
class Real(Import):
    """Extracts of other systems. m, r, d as in deposit.md 3.2."""

    def real(self, name, counts, documents, entries=0, status=0, municipality='nesodden'):
        admin = self.admin(municipality)
        before = self.counts(admin)
        told = self.bring(SAMPLES / name, municipality=municipality, status=status)
        after = self.counts(admin)
        self.assertEqual({k: after[k] - before[k] for k in ('mappe', 'registrering', 'dokumentbeskrivelse')},
                         dict(zip(('mappe', 'registrering', 'dokumentbeskrivelse'), counts)))
        self.assertEqual((told['documents'], told['entries']), (documents, entries))
        self.assertTrue(self.bring(SAMPLES / name, municipality=municipality, status=status)['again'])
        self.assertEqual(self.counts(admin), after)
        return told

    def test_documaster_mixed(self):
        self.real('documaster-valid-mixed/extraction', (7, 7, 7), 7, 69)
        self.assertEqual(self.admin().find(self.admin().root('sakarkiv'), 'sakarkiv/journalpost', top=1)[1] >= 3, True)

    def test_documaster_case(self):
        self.real('documaster-valid-case/extraction', (2, 3, 3), 3, 36)

    def test_documaster_without_journals(self):
        self.real('documaster-missing-optional-journals/extraction', (1, 2, 2), 2, 23)

    def test_documaster_incomplete(self):
        done = run('deposit', 'import', self.server.dir, SAMPLES / 'documaster-incomplete-structure/extraction',
                   '--municipality', 'frogn', check=False)
        self.assertEqual(done.returncode, 1)

    def test_arkade(self):
        told = self.real('arkade-small', (1, 2, 2), 2)
        self.assertIn(('MADE_ID', 'saksmappe/systemID'), self.notes(told))
        self.real('arkade-noark5archive', (2, 4, 4), 0, status=1)

    def test_noark5_tester(self):
        told = self.real('n5tester-enkel', (1, 2, 1), 1, municipality='aas')
        self.assertEqual(told['made']['arkivnotat'], 1)

    def tearDown(self):
        self.sound()


if __name__ == '__main__':
    unittest.main()
