"""Extracts made here: small ones with everything in them, and large ones of the same."""
import hashlib
import random
import tarfile
import uuid

NS = 'http://www.arkivverket.no/standarder/noark5/arkivstruktur'
HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<arkiv xmlns="%s"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' % NS)
MADE = '<opprettetDato>2020-01-02T08:00:00+01:00</opprettetDato><opprettetAv>Kari</opprettetAv>'
CLOSED = '<avsluttetDato>2021-12-31T15:00:00+01:00</avsluttetDato><avsluttetAv>Ola</avsluttetAv>'
ARCHIVED = '<arkivertDato>2021-02-03T10:00:00+01:00</arkivertDato><arkivertAv>Per</arkivertAv>'


class Extract:
    """`write(folder)` leaves an extract; ids[name] are its systemIDs."""

    def __init__(self, seed=1):
        self.random, self.ids, self.documents, self.changes = random.Random(seed), {}, {}, []

    def id(self, name):
        return self.ids.setdefault(name, str(uuid.UUID(int=self.random.getrandbits(128), version=4)))

    def identity(self, name):
        return f'<systemID>{self.id(name)}</systemID>'

    def document(self, name, content=None):
        content = content if content is not None else f'Innholdet i {name}.\n'.encode()
        self.documents[f'dokumenter/{name}'] = content
        sha = hashlib.sha256(content).hexdigest()
        return (f'<dokumentobjekt>{self.identity("objekt " + name)}<versjonsnummer>1</versjonsnummer>'
                f'<variantformat>Arkivformat</variantformat><format>Ren tekst</format>{MADE}'
                f'<referanseDokumentfil>dokumenter/{name}</referanseDokumentfil><sjekksum>{sha}</sjekksum>'
                f'<sjekksumAlgoritme>SHA-256</sjekksumAlgoritme><filstoerrelse>{len(content)}</filstoerrelse>'
                '</dokumentobjekt>')

    def beskrivelse(self, name, number=1, more='', content=None):
        return (f'<dokumentbeskrivelse>{self.identity("dokument " + name)}<dokumenttype>Brev</dokumenttype>'
                f'<dokumentstatus>Dokumentet er ferdigstilt</dokumentstatus><tittel>Dokument {name}</tittel>{MADE}'
                '<tilknyttetRegistreringSom>Hoveddokument</tilknyttetRegistreringSom>'
                f'<dokumentnummer>{number}</dokumentnummer><tilknyttetDato>2020-01-03T00:00:00+01:00</tilknyttetDato>'
                f'<tilknyttetAv>Kari</tilknyttetAv>{more}{self.document(name, content)}</dokumentbeskrivelse>')

    def journalpost(self, name, number, documents='', more='', parts=None, type='Inngående dokument'):
        parts = parts if parts is not None else (
            '<korrespondansepart><korrespondanseparttype>Avsender</korrespondanseparttype>'
            '<korrespondansepartNavn>Nils Lien</korrespondansepartNavn></korrespondansepart>')
        return (f'<registrering xsi:type="journalpost">{self.identity(name)}{MADE}{ARCHIVED}{documents}'
                f'<registreringsID>2020/{number}-{number}</registreringsID><tittel>Søknad {name}</tittel>{more}{parts}'
                f'<journalaar>2020</journalaar><journalsekvensnummer>{number}</journalsekvensnummer>'
                f'<journalpostnummer>{number}</journalpostnummer><journalposttype>{type}</journalposttype>'
                '<journalstatus>Arkivert</journalstatus><journaldato>2020-01-05</journaldato></registrering>\n')

    def sak(self, name, number, inside='', before=''):
        return (f'<mappe xsi:type="saksmappe">{self.identity(name)}<mappeID>2020/{number}</mappeID>'
                f'<tittel>Sak {name}</tittel>{MADE}{CLOSED}{before}\n{inside}<saksaar>2020</saksaar>'
                f'<sakssekvensnummer>{number}</sakssekvensnummer><saksdato>2020-01-02</saksdato>'
                '<administrativEnhet>Plan og bygg</administrativEnhet><saksansvarlig>Ingrid Sæther</saksansvarlig>'
                '<saksstatus>Avsluttet</saksstatus></mappe>\n')

    def klasse(self, name, inside):
        return (f'<klasse>{self.identity("klasse " + name)}<klasseID>{name}</klasseID><tittel>Klasse {name}</tittel>'
                f'{MADE}{inside}</klasse>\n')

    def system(self, name, inside):
        return (f'<klassifikasjonssystem>{self.identity("system " + name)}<tittel>{name}</tittel>{MADE}{inside}'
                '</klassifikasjonssystem>\n')

    def arkivdel(self, name, inside):
        return (f'<arkivdel>{self.identity(name)}<tittel>{name}</tittel>'
                f'<arkivdelstatus>Avsluttet periode</arkivdelstatus>{MADE}{CLOSED}{inside}</arkivdel>\n')

    def arkiv(self, inside):
        return (f'{HEAD}{self.identity("arkiv")}<tittel>Nesodden sakarkiv</tittel><arkivstatus>Avsluttet</arkivstatus>'
                f'{MADE}{CLOSED}<arkivskaper><arkivskaperID>944383565</arkivskaperID>'
                f'<arkivskaperNavn>Nesodden kommune</arkivskaperNavn></arkivskaper>\n{inside}</arkiv>\n')

    def change(self, name, metadata, old, new):
        self.changes.append(f'<endring><referanseArkivenhet>{self.id(name)}</referanseArkivenhet>'
                            f'<referanseMetadata>{metadata}</referanseMetadata><endretDato>2020-05-06T07:08:09+02:00'
                            f'</endretDato><endretAv>Kari</endretAv><tidligereVerdi>{old}</tidligereVerdi>'
                            f'<nyVerdi>{new}</nyVerdi></endring>\n')

    def write(self, folder, arkiv):
        folder.mkdir(parents=True)
        (folder / 'arkivstruktur.xml').write_text(arkiv, encoding='utf-8')
        if self.changes:
            (folder / 'endringslogg.xml').write_text(
                '<endringslogg xmlns="http://www.arkivverket.no/standarder/noark5/endringslogg">'
                + ''.join(self.changes) + '</endringslogg>', encoding='utf-8')
        for name, content in self.documents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder


NO_FOLLOW_UP = 'Organinternt dokument uten oppfølging'     # an incoming one is not exported before it is signed off


def large(folder, cases, each=4, seed=2):
    """`cases` saksmapper with `each` journalposter of one document."""
    e, number = Extract(seed), iter(range(1, 1 + cases * each))
    inside = []
    for c in range(1, cases + 1):
        posts = []
        for _ in range(each):
            n = next(number)
            posts.append(e.journalpost(f'post {n}', n, e.beskrivelse(f'{n}.txt'), type=NO_FOLLOW_UP))
            e.change(f'post {n}', 'tittel', f'Utkast {n}', f'Søknad post {n}')
        inside.append(e.sak(f'sak {c}', c, ''.join(posts)))
    e.write(folder, e.arkiv(e.arkivdel('Del', e.system('Emner', e.klasse('1', ''.join(inside))))))
    return e


def tar(folder, path, top=''):
    with tarfile.open(path, 'w') as archive:
        archive.add(folder, top or folder.name)
    return path
