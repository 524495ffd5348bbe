"""Files that harm their reader: kept, marked, told to the operator, and nobody else notices."""
import ctypes
import io
import json
import os
import signal
import subprocess
import unittest
import zipfile

from samdrift import CONF, PROGRAM, Case, Server, run, shared, unique, wait_for
from test_documents import pdf

LIMITS = CONF.replace('1048576', '33554432') + '[inspeksjon]\nsekunder = 1\nminne = 256\n'
WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'


def endless_pdf():
    """Forms that draw ten forms that draw ten forms …"""
    parts = [b'%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n',
             b'2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n',
             b'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources'
             b'<</XObject<</X 10 0 R>>>>>>endobj\n4 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\n']
    for level in range(12):
        drawn = b'/X Do ' * 10 if level < 11 else b'0 0 m 9 9 l S ' * 10
        parts.append(b'%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 300 100]/Length %d/Resources'
                     b'<</XObject<</X %d 0 R>>>>>>stream\n%s\nendstream endobj\n' % (10 + level, len(drawn), 11 + level, drawn))
    return b''.join(parts) + b'trailer<</Root 1 0 R>>\n%%EOF\n'


def docx(body):
    """body: bytes, or an iterable of them"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr('[Content_Types].xml', '<Types/>')
        with archive.open('word/document.xml', 'w', force_zip64=True) as entry:
            entry.write(f'<w:document xmlns:w="{WORD}"><w:body>'.encode())
            for piece in [body] if isinstance(body, bytes) else body:
                entry.write(piece)
    return out.getvalue()


class Harm(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = shared('inspection', LIMITS)
        cls.admin = cls.server.client('admin')
        cls.world_ = None

    def upload(self, content, type='application/octet-stream'):
        dokument = self.world.dokument(self.world.registrering(self.world.mappe()))
        reply = self.admin.upload(dokument, content, type)
        self.assertEqual(reply.status, 201, repr(reply))
        return reply.json

    def found(self, word):
        return self.admin.find(self.admin.root('arkivstruktur'), 'arkivstruktur/dokumentobjekt', search=word)[1]

    def marked(self, objekt):
        findings = json.loads(run('verify', self.server.dir, '--municipality', 'nesodden', '--json', check=False).stdout)
        return [finding for finding in findings['findings'] if objekt['systemID'] in finding['where']]

    def still_serves(self):
        """The next document is read as if nothing had been."""
        word = unique('ord').replace(' ', '').replace('-', '')
        self.upload(pdf(word), 'application/pdf')
        self.assertTrue(wait_for(lambda: self.found(word), 60), 'its words are found')

    def test_endless_pdf(self):
        content = endless_pdf()
        objekt = self.upload(content, 'application/pdf')
        self.assertEqual(objekt['format']['kode'], 'fmt/18')
        finding, = wait_for(lambda: self.marked(objekt), 60) or [None]
        self.assertEqual(finding['what'], 'document-uninspected')
        self.assertIn('tid', finding['where'])
        self.assertEqual(self.admin.ask('GET', self.admin.href(objekt, 'arkivstruktur/fil')).body, content)
        log = (self.server.home / 'log').read_text()
        self.assertIn('killed its reader (tid)', log)
        notes, _ = self.admin.find(self.admin.root('loggingogsporing'), 'loggingogsporing/hendelseslogg',
                                   filter=f"referanseArkivenhet eq '{objekt['systemID']}'")
        self.assertTrue([note for note in notes if 'stanset leseren' in note.get('beskrivelse', '')], notes)
        self.still_serves()

    def test_bombs(self):
        blanks = (b' ' * (1 << 20) for _ in range(260))
        texts = (b'<w:p><w:r><w:t>' + b'a' * 1000 + b'</w:t></w:r></w:p>' for _ in range(100000))
        for name, content in (('blanks', docx(blanks)), ('texts', docx(texts)), ('deep', docx(b'<w:p>' * 500000)),
                              ('deep xml', b'<?xml version="1.0"?>' + b'<a>' * 300000),
                              ('deep html', b'<html>' + b'<div>' * 150000),
                              ('entities', b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' +
                               b''.join(b'<!ENTITY %c "%s">' % (98 + i, b'&%c;' % (97 + i) * 10) for i in range(9)) +
                               b']><a>&j;</a>')):
            with self.subTest(name):
                objekt = self.upload(content)
                self.assertEqual(self.admin.ask('GET', self.admin.href(objekt, 'arkivstruktur/fil')).body, content)
        self.still_serves()

    def test_memory(self):
        objekt = self.upload(b'<html>' + b'<p><i>x</i></p><hr>' * 700000, 'text/html')
        self.assertEqual(objekt['mimeType'], 'text/html')
        finding, = wait_for(lambda: self.marked(objekt), 60) or [None]
        self.assertRegex(finding['where'], 'minne|tid')

    def test_keeper_is_killed(self):
        keepers = subprocess.run(['pgrep', '-P', str(self.server.process.pid), 'samdrift-inspec'],
                                 capture_output=True, text=True).stdout.split()
        self.assertEqual(len(keepers), 1)
        os.kill(int(keepers[0]), signal.SIGKILL)
        self.still_serves()


class ScmpArg(ctypes.Structure):
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int), ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


def deny(*calls):
    """Makes this process and its children believe that the kernel has not that: (name, argument 0 or None)."""
    lib = ctypes.CDLL('libseccomp.so.2', use_errno=True)
    lib.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(0x7fff0000)))
    for name, argument in calls:
        number = lib.seccomp_syscall_resolve_name(name)
        which = (ScmpArg * 1)(ScmpArg(0, 4, argument or 0, 0))     # 4: equal
        count = 0 if argument is None else 1
        if lib.seccomp_rule_add_array(context, ctypes.c_uint32(0x00050000 | 38), number, count, which) != 0:
            raise OSError('no filter')
    if lib.seccomp_load(context) != 0:
        raise OSError('no filter')


NO_LANDLOCK = (b'landlock_create_ruleset', None)
NO_SECCOMP = (b'prctl', 22)


class Policy(unittest.TestCase):
    def serve(self, policy, *missing):
        """-> (status, what is in force, complaint) of a server that is stopped at once"""
        server = self.server
        (server.dir / 'samdrift.conf').write_text(
            '[lager]\n' + self.store + f'[inspeksjon]\nsandkasse = {policy}\n', encoding='utf-8')
        process = subprocess.Popen([str(PROGRAM), 'serve', str(server.dir), '--listen', '127.0.0.1:0', '--json'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=(lambda: deny(*missing)) if missing else None)
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        complaint = process.communicate(timeout=60)[1]
        return process.returncode, json.loads(line)['inspection'] if 'inspection' in line else None, complaint

    def setUp(self):
        self.server = Server(users=False)
        self.store = (self.server.dir / 'samdrift.conf').read_text().split('\n')[1] + '\n'
        self.server.stop()

    def tearDown(self):
        self.server.close()

    def test_what_is_missing_is_told(self):
        full = self.serve('mulig')[1]
        if not full['seccomp'] or not full['landlock']:
            self.skipTest('the kernel has not both')
        self.assertEqual(self.serve('mulig', NO_LANDLOCK)[1], {'required': False, 'seccomp': True, 'landlock': 0})
        self.assertEqual(self.serve('mulig', NO_SECCOMP)[1], {**full, 'seccomp': False})

    def test_required(self):
        status, force, complaint = self.serve('kreves')
        if status:
            self.assertIn('SANDBOX', complaint)
            self.skipTest('the kernel has not both')
        self.assertTrue(force['required'] and force['seccomp'] and force['landlock'])
        for missing in (NO_LANDLOCK, NO_SECCOMP):
            status, force, complaint = self.serve('kreves', missing)
            self.assertEqual((status, force), (1, None), complaint)
            self.assertIn('sandkasse = mulig', complaint)

    def test_misspelt(self):
        status, _, complaint = self.serve('krevs')
        self.assertEqual(status, 1)
        self.assertIn('inspeksjon.sandkasse', complaint)

    def test_health_and_start(self):
        self.server.start()
        health = json.loads(self.server.client().ask('GET', self.server.url + '/helse').body)
        self.assertEqual(health['status'], 'ok')
        self.assertEqual(set(health['inspeksjon']), {'sandkasse', 'seccomp', 'landlock'})
        self.server.stop()
        process = subprocess.Popen([str(PROGRAM), 'serve', str(self.server.dir), '--listen', '127.0.0.1:0'],
                                   stdout=subprocess.PIPE, text=True, env={**os.environ, 'LANG': 'nb_NO.UTF-8'})
        lines = [process.stdout.readline()]
        while lines[-1] and 'Ctrl-C' not in lines[-1]:
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertIn('seccomp', ''.join(lines))


if __name__ == '__main__':
    unittest.main()
