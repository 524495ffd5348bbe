"""A closed period of an archive with all kinds of material, and what can be asked of an extract of it."""
import hashlib
import itertools
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import samdrift
from samdrift import N, World, code

SHARED = pathlib.Path(os.environ.get('SAMDRIFT_SHARED') or samdrift.ROOT.parent / 'shared')
SCHEMAS = SHARED / 'schemas'
XSI = '{http://www.w3.org/2001/XMLSchema-instance}'
TEXT = 'Vedtak: søknaden er innvilget. «Æøå» & <tegn>.\n'
# What the DIAS schemas take from xlink.xsd, which is not theirs: groups of attributes.
XLINK = ('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xlink="http://www.w3.org/1999/xlink"'
         ' targetNamespace="http://www.w3.org/1999/xlink">'
         + ''.join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in (
             'href', 'type', 'role', 'arcrole', 'title', 'show', 'actuate', 'label', 'from', 'to'))
         + '<xs:attributeGroup name="simpleLink"><xs:attribute ref="xlink:href"/><xs:attribute ref="xlink:type"/>'
         '</xs:attributeGroup>'
         + ''.join(f'<xs:attributeGroup name="{name}"/>' for name in ('extendedLink', 'locatorLink', 'arcLink'))
         + '</xs:schema>')
numbers = itertools.count(1)
FNR, DNR = '13116900216', '53116900284'


def must(reply, status=200):
    if reply.status != status:
        raise AssertionError(repr(reply))
    return reply.json


class Period(World):
    """An arkiv of its own with one arkivdel; fill() puts material in, close() makes it ready."""

    def __init__(self, admin):
        super().__init__(admin)
        admin.create(self.arkiv, 'arkivstruktur/ny-arkivskaper',
                     {'arkivskaperID': '944383565', 'arkivskaperNavn': 'Nesodden kommune'})
        self.saker = []

    def document(self, registrering, text=None, finish=False, **data):
        dokument = self.dokument(registrering, **data)
        text = text or f'{TEXT}{next(numbers)}\n'
        must(self.admin.upload(dokument, text.encode(), 'text/plain'), 201)
        if finish:
            must(self.admin.patch(dokument, {'dokumentstatus': code('F')}))
        return dokument

    def finished(self, journalpost, type='EA'):
        """As the rules want it before archiving."""
        if type:
            self.avsender(journalpost, type=type)
        if journalpost['journalposttype']['kode'] in 'IN':
            self.admin.create(journalpost, 'sakarkiv/ny-avskrivning', {'avskrivningsmaate': code('TE')})
        return must(self.admin.patch(journalpost, {'journalstatus': code('A')}))

    def case(self, types='IU', parent=None, **data):
        """A case of finished journalposter with a document each."""
        sak = self.sak(parent=parent or self.klasse, administrativEnhet='Plan og bygg', saksansvarlig='Kari Nordmann',
                       **data)
        for type in types:
            journalpost = self.journalpost(sak, type, dokumentetsDato='2026-11-20T00:00:00+01:00')
            self.document(journalpost)
            self.finished(journalpost, 'EA' if type == 'I' else 'EM')
        self.saker.append(sak)
        return sak

    def close(self):
        for sak in self.saker:
            must(self.admin.patch(sak, {'saksstatus': code('A')}))
        return must(self.admin.patch(self.arkivdel, {'arkivdelstatus': code('P')}))

    # -------------------------------------------------------------- all kinds of material

    def fill(self):
        self.catalogue()
        secondary = self.admin.create(self.arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Bare for nøkkelen'})
        self.unused = self.new_klasse(tittel='Aldri brukt', noekkelord=['tom', 'ubrukt'])
        self.rich = self.rich_case()
        self.case('INX', tittel='Sak med <alle> slags & "tegn"')
        self.screened_case()
        self.lapsed_case()
        self.disposed_case()
        self.shared_document()
        self.meeting()
        self.plain()
        del secondary
        return self

    def catalogue(self):
        metadata = self.admin.root('metadata')
        name = f'xx-v1:nabovarsel{next(numbers)}'
        href = self.admin.href(metadata, 'metadata/ny-virksomhetsspesifikkeMetadata')
        must(self.admin.ask('POST', href, {'navn': name, 'type': 'integer', 'beskrivelse': 'Antall nabovarsler'}), 201)
        self.field = name

    def rich_case(self):
        sak = self.sak(parent=self.klasse, administrativEnhet='Plan og bygg', saksansvarlig='Kari Nordmann',
                       beskrivelse='En sak med alt', noekkelord=['garasje', 'nabo'],
                       virksomhetsspesifikkeMetadata={self.field: 3})
        admin = self.admin
        admin.create(sak, 'arkivstruktur/ny-partperson',
                     {'navn': 'Ola Nordmann', 'partRolle': code('KLI'),
                      'postadresse': {'adresselinje1': 'Storgata 1', 'adresselinje2': 'H0101', 'postnr': code('1450'),
                                      'poststed': 'Nesoddtangen'},
                      'kontaktinformasjon': {'epostadresse': 'ola@example.com', 'telefon': '66 90 00 00'}})
        admin.create(sak, 'arkivstruktur/ny-partenhet',
                     {'navn': 'Nabo AS', 'partRolle': code('KLI'), 'enhetsidentifikator': {'organisasjonsnummer': '944383565'},
                      'forretningsadresse': {'adresselinje2': 'Bakgården', 'poststed': 'Oslo'},
                      'virksomhetsspesifikkeMetadata': {self.field: 4}})
        self.identifiers(sak)
        admin.create(sak, 'arkivstruktur/ny-merknad', {'merknadstekst': 'Husk nabovarsel', 'merknadstype': code('MS')})
        admin.create(sak, 'sakarkiv/ny-presedens', {'tittel': 'Garasje nær nabogrense', 'rettskildefaktor': 'Praksis'})
        incoming = self.journalpost(sak, 'I', dokumentetsDato='2026-11-20T00:00:00+01:00', forfatter=['Ola', 'Kari'],
                                    noekkelord=['søknad'], offentlighetsvurdertDato='2026-11-21T00:00:00+01:00')
        admin.create(incoming, 'arkivstruktur/ny-korrespondansepartenhet',
                     {'navn': 'Bygg & Sønn AS', 'korrespondanseparttype': code('EA'),
                      'forretningsadresse': {'adresselinje1': 'Industriveien 2', 'poststed': 'Ås'}})
        admin.create(incoming, 'arkivstruktur/ny-korrespondansepartperson',
                     {'navn': 'Ola Nordmann', 'korrespondanseparttype': code('EK'),
                      'personidentifikator': [{'foedselsnummer': FNR}, {'dNummer': DNR}],
                      'postadresse': {'adresselinje1': 'Postboks 1', 'poststed': 'Ski'},
                      'bostedsadresse': {'adresselinje1': 'Storgata 1', 'postnr': code('1450'), 'poststed': 'Nesoddtangen'},
                      'kontaktinformasjon': {'mobiltelefon': '900 00 000'},
                      'virksomhetsspesifikkeMetadata': {self.field: 5}})
        admin.create(incoming, 'arkivstruktur/ny-matrikkel', {'kommunenummer': '3212', 'gaardsnummer': 2, 'bruksnummer': 9})
        admin.create(incoming, 'arkivstruktur/ny-korrespondansepartintern',
                     {'administrativEnhet': 'Plan og bygg', 'saksbehandler': 'Kari Nordmann',
                      'korrespondanseparttype': code('IM')})
        drawing = self.document(incoming, forfatter=['Arkitekten'], eksternReferanse='E-17',
                                virksomhetsspesifikkeMetadata={self.field: 6})
        for thing, name in ((incoming, 'Part i post'), (drawing, 'Part i dokument')):
            admin.create(thing, 'arkivstruktur/ny-partperson', {'navn': name, 'partRolle': code('KLI')})
        self.document(incoming, tilknyttetRegistreringSom=code('V'), tittel='Tegning')
        self.finished(incoming, None)
        outgoing = self.journalpost(sak, 'U', tittel='Vedtak om garasje')
        self.document(outgoing)
        admin.create(outgoing, 'sakarkiv/ny-dokumentflyt', {'flytTil': 'Leder', 'flytFra': 'Kari', 'flytStatus': code('G'),
                                                            'flytSendtDato': '2026-11-21T10:00:00+01:00',
                                                            'flytMottattDato': '2026-11-21T11:00:00+01:00'})
        self.finished(outgoing, 'EM')
        note = admin.create(sak, 'sakarkiv/ny-arkivnotat', {'tittel': 'Notat om befaring',
                                                            'dokumentetsDato': '2026-11-19T00:00:00+01:00'})
        self.document(note, finish=True)
        must(admin.patch(sak, {'saksansvarlig': 'Per Hansen'}))
        must(admin.patch(sak, {'tittel': 'Garasje med alt'}))
        self.saker.append(sak)
        return sak

    def identifiers(self, thing):
        """One of each kind of nasjonalidentifikator."""
        for kind, data in (('matrikkel', {'kommunenummer': '3212', 'gaardsnummer': 1, 'bruksnummer': 2, 'seksjonsnummer': 3}),
                           ('bygning', {'bygningsnummer': 10101}), ('enhetsidentifikator', {'organisasjonsnummer': '944383565'}),
                           ('foedselsnummer', {'foedselsnummer': FNR}), ('dnummer', {'dNummer': DNR}),
                           ('plan', {'kommunenummer': '3212', 'planidentifikasjon': '2026-1'}),
                           ('posisjon', {'koordinatsystem': code('EPSG:4326'), 'x': 59.85, 'y': 10.66})):
            self.admin.create(thing, f'arkivstruktur/ny-{kind}', data)

    def screened_case(self):
        screening = {'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13',
                     'skjermingMetadata': [code('TRO'), code('NA')]}
        sak = self.sak(parent=self.klasse, administrativEnhet='Skole', saksansvarlig='Rektor',
                       tittel='Elevsak Hemmelig Navn', offentligTittel='Elevsak *****')
        journalpost = self.journalpost(sak, 'I', tittel='Om Hemmelig Navn', skjerming=screening)
        self.avsender(journalpost, navn='Hemmelig Avsender')
        self.document(journalpost)
        self.finished(journalpost, None)
        self.saker.append(sak)

    def lapsed_case(self):
        sak = self.sak(parent=self.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        reserved = self.journalpost(sak, 'U', journalstatus=code('R'))
        self.lapsed = self.document(reserved, finish=True)
        must(self.admin.patch(reserved, {'journalstatus': code('U')}))
        self.saker.append(sak)

    def disposed_case(self):
        kassasjon = {'kassasjonsvedtak': code('K'), 'bevaringstid': 10, 'kassasjonsdato': '2000-01-01T00:00:00Z',
                     'kassasjonshjemmel': 'Kassasjonsplan'}
        sak = self.case('I', kassasjon=kassasjon)
        journalpost = self.journalpost(sak, 'I')
        dokument = self.document(journalpost, kassasjon=kassasjon)
        self.finished(journalpost)
        reply = self.admin.delete(dokument)
        if reply.status not in (200, 204):
            raise AssertionError(repr(reply))
        must(self.admin.patch(sak, {'kassasjon': {**kassasjon, 'kassasjonsdato': '2040-01-01T00:00:00Z'}}))

    def shared_document(self):
        sak = self.sak(parent=self.klasse, administrativEnhet='Skole', saksansvarlig='Rektor')
        first, second = self.journalpost(sak, 'U'), self.journalpost(sak, 'U')
        self.shared = self.document(first)
        href = self.admin.href(second, 'arkivstruktur/dokumentbeskrivelse') + '$ref'
        reply = self.admin.ask('POST', href, {'@odata.id': self.admin.self_of(self.shared)})
        if reply.status not in (200, 201, 204):
            raise AssertionError(repr(reply))
        cross = self.admin.href(first, 'arkivstruktur/ny-kryssreferanse')
        self.admin.ask('POST', cross, {'@odata.id': self.admin.self_of(second)})
        for journalpost in (first, second):
            self.finished(journalpost, 'EM')
        self.saker.append(sak)

    def meeting(self):
        href = self.admin.href(self.klasse, 'moeter/ny-moetemappe', N)
        mappe = must(self.admin.ask('POST', href, {
            'tittel': 'Møte i planutvalget', 'moetenummer': '1/2026', 'utvalg': 'Planutvalget',
            'moetedato': '2026-11-10T00:00:00+01:00', 'moetested': 'Kommunehuset',
            'moetedeltaker': [{'moetedeltakerNavn': 'Leder Ledersen', 'moetedeltakerFunksjon': 'Leder'}]}), 201)
        item = must(self.admin.ask('POST', self.admin.href(mappe, 'moeter/ny-moeteregistrering', N), {
            'tittel': 'Saksprotokoll', 'moeteregistreringstype': code('SP'), 'moetesakstype': code('PS'),
            'moeteregistreringsstatus': code('BE'), 'administrativEnhet': 'Politisk', 'saksbehandler': 'Sekretæren'}), 201)
        self.document(item, finish=True)
        must(self.admin.patch(mappe, {'avsluttetDato': '2026-11-11T00:00:00Z'}))

    def plain(self):
        mappe = self.mappe(parent=self.klasse, tittel='Emnemappe')
        inner = self.mappe(parent=mappe, tittel='Undermappe')
        self.document(self.registrering(inner, tittel='Arkivert uten journalføring'), finish=True)
        for thing in (inner, mappe):
            must(self.admin.patch(thing, {'avsluttetDato': '2026-11-11T00:00:00Z'}))


def local(element):
    return element.tag.rpartition('}')[2]


class Extract:
    """A folder with an extract, read whole."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def root(self, name):
        return ElementTree.parse(self.folder / f'{name}.xml').getroot()

    def all(self, name, element):
        return [e for e in self.root(name).iter() if local(e) == element]

    @staticmethod
    def get(element, path):
        for part in path.split('/'):
            element = next((e for e in element if local(e) == part), None)
            if element is None:
                return None
        return element.text

    def values(self, name, element):
        return [e.text for e in self.all(name, element)]

    def files(self):
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob('*') if p.is_file())

    def documents(self):
        return [name for name in self.files() if name.startswith('dokumenter/')]


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def xmllint(schema, document):
    """-> '' when valid, else what xmllint says"""
    done = subprocess.run(['xmllint', '--noout', '--nonet', '--schema', str(schema), str(document)],
                          capture_output=True, text=True, timeout=120)
    return '' if done.returncode == 0 else done.stderr


def official(version, name):
    """The official schema, or a skip."""
    path = SCHEMAS / 'noark5' / f'v{version}' / f'{name}.xsd'
    if not path.exists():
        raise unittest.SkipTest('the official schemas are not beside the project')
    return path


def dias_schema(name):
    """A DIAS schema that compiles without a network: what it takes from xlink stands beside it."""
    if not (SCHEMAS / 'dias' / name).exists():
        raise unittest.SkipTest('the DIAS schemas are not beside the project')
    folder = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-dias-'))
    text = (SCHEMAS / 'dias' / name).read_text(encoding='utf-8', errors='replace')
    text = text.replace('http://www.loc.gov/standards/xlink/xlink.xsd', 'xlink.xsd')
    (folder / name).write_text(text, encoding='utf-8')
    (folder / 'xlink.xsd').write_text(XLINK, encoding='utf-8')
    return folder / name
