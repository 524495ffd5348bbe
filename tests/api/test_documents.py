"""Upload, download, formats, chunks: chapter 1.5."""
import hashlib
import unittest

from samdrift import R, Case, KeptDocuments, code, noise, unique

TEXT = 'Søknad om garasje på eiendommen.\n'.encode()


def pdf(words='Hei'):
    """A small valid PDF with one line of text."""
    stream = f'BT /F1 24 Tf 72 700 Td ({words}) Tj ET'.encode('latin-1')
    parts = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
             b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R '
             b'/Resources << /Font << /F1 5 0 R >> >> >>',
             b'<< /Length %d >>\nstream\n%s\nendstream' % (len(stream), stream),
             b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>']
    out, places = bytearray(b'%PDF-1.4\n'), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, part)
    start = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(parts) + 1)
    out += b''.join(b'%010d 00000 n \n' % place for place in places)
    out += b'trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (len(parts) + 1, start)
    return bytes(out)


class Documents(Case):
    def dokument(self):
        return self.world.dokument(self.world.registrering(self.world.mappe()))

    def objekt(self, **data):
        return self.world.objekt(self.dokument(), **data)

    def fil(self, thing):
        return self.admin.href(self.admin.again(thing), 'arkivstruktur/fil')


class Upload(Documents):
    def test_to_dokumentobjekt(self):
        objekt = self.objekt()
        reply = self.admin.upload(objekt, TEXT, 'text/plain')
        self.assertEqual(reply.status, 201, repr(reply))
        made = reply.json
        self.assertEqual(made['systemID'], objekt['systemID'])
        self.assertEqual(made['filstoerrelse'], len(TEXT))
        self.assertEqual(made['sjekksum'], hashlib.sha256(TEXT).hexdigest())
        self.assertEqual(made['sjekksumAlgoritme'], 'SHA-256')
        self.assertEqual(made['format']['kode'], 'x-fmt/111')
        self.assertNotIn('referanseDokumentfil', made)
        self.assertTrue(made['mimeType'].startswith('text/plain'))

    def test_to_dokumentbeskrivelse(self):
        dokument = self.dokument()
        reply = self.admin.upload(dokument, TEXT, 'text/plain')
        self.assertEqual(reply.status, 201, repr(reply))
        self.assertIn(R + 'arkivstruktur/dokumentobjekt/', reply.json['_links'])
        objekter, count = self.admin.find(dokument, 'arkivstruktur/dokumentobjekt')
        self.assertEqual((count, objekter[0]['versjonsnummer']), (1, 1))

    def test_second_version(self):
        dokument = self.dokument()
        self.admin.upload(dokument, TEXT, 'text/plain')
        self.assertEqual(self.admin.upload(dokument, b'ny', 'text/plain').json['versjonsnummer'], 2)

    def test_never_overwritten(self):
        objekt = self.objekt()
        self.admin.upload(objekt, TEXT, 'text/plain')
        self.refused(self.admin.upload(objekt, b'annet', 'text/plain'), 409)
        self.assertEqual(self.admin.ask('GET', self.fil(objekt)).body, TEXT)

    def test_what_the_client_said_is_checked(self):
        right = {'filstoerrelse': len(TEXT), 'sjekksum': hashlib.sha256(TEXT).hexdigest(),
                 'sjekksumAlgoritme': 'SHA-256', 'format': code('x-fmt/111'), 'mimeType': 'text/plain'}
        self.assertEqual(self.admin.upload(self.objekt(**right), TEXT, 'text/plain').status, 201)
        for wrong in ({'filstoerrelse': 1}, {'sjekksum': '0' * 64}, {'format': code('fmt/95')}):
            with self.subTest(wrong):
                objekt = self.objekt(**{**right, **wrong})
                self.refused(self.admin.upload(objekt, TEXT, 'text/plain'), 400)
                self.assertEqual(self.admin.ask('GET', self.fil(objekt)).status, 404)

    def test_types_by_content(self):
        zip_of_nothing = b'PK\x05\x06' + bytes(18)
        for content, kode in ((pdf(), 'fmt/18'), (b'<?xml version="1.0"?>\n<a/>\n', 'fmt/101'),
                              (b'\x89PNG\r\n\x1a\n' + bytes(8) + b'IHDR' + bytes(20), None),
                              (zip_of_nothing, None), (noise(64), 'av/0')):
            made = self.admin.upload(self.objekt(), content).json
            with self.subTest(content[:10]):
                self.assertTrue(made['format']['kode'])
                if kode:
                    self.assertEqual(made['format']['kode'], kode)

    def test_empty_file(self):
        reply = self.admin.upload(self.objekt(), b'', 'text/plain')
        self.status(reply, 201, 400)

    def test_file_name(self):
        reply = self.admin.upload(self.objekt(), TEXT, 'text/plain',
                                  **{'Content-Disposition': "attachment; filename*=UTF-8''s%C3%B8knad.txt"})
        self.assertEqual(reply.json.get('filnavn'), 'søknad.txt')

    def test_same_content_is_kept_once(self):
        content = unique().encode()
        name = hashlib.sha256(content).hexdigest()
        for _ in range(3):
            self.admin.upload(self.objekt(), content, 'text/plain')
        self.assertEqual(KeptDocuments(self.server).names().count(name), 1)

    def test_leser_may_not(self):
        objekt = self.objekt()
        self.assertNotEqual(self.leser.ask('POST', self.fil(objekt), TEXT, {}, 'text/plain').status, 201)
        self.assertEqual(self.admin.ask('GET', self.fil(objekt)).status, 404)

    def test_chunked_transfer_encoding(self):
        def pieces():
            yield TEXT[:10]
            yield TEXT[10:]
        reply = self.admin.ask('POST', self.fil(self.objekt()), b''.join(pieces()), {}, 'text/plain')
        self.assertEqual(reply.json['filstoerrelse'], len(TEXT))


class Download(Documents):
    def setUp(self):
        self.content = noise(20000)
        self.thing = self.objekt()
        self.admin.upload(self.thing, self.content, 'application/octet-stream')
        self.url = self.fil(self.thing)

    def get(self, **headers):
        return self.admin.ask('GET', self.url, headers={name.replace('_', '-'): value for name, value in headers.items()})

    def test_whole(self):
        reply = self.get()
        self.assertEqual((reply.status, reply.body), (200, self.content))
        self.assertEqual(reply.headers['Content-Length'], '20000')
        self.assertTrue(reply.headers['Content-Type'].startswith('application/octet-stream'))

    def test_it_cannot_run_in_a_browser(self):
        headers = self.get().headers
        self.assertEqual(headers['X-Content-Type-Options'], 'nosniff')
        self.assertTrue(headers['Content-Disposition'].startswith('attachment'))

    def test_ranges(self):
        for wanted, part, told in (('bytes=0-9', slice(0, 10), 'bytes 0-9/20000'),
                                   ('bytes=19990-', slice(19990, None), 'bytes 19990-19999/20000'),
                                   ('bytes=-5', slice(-5, None), 'bytes 19995-19999/20000'),
                                   ('bytes=19990-99999', slice(19990, None), 'bytes 19990-19999/20000')):
            with self.subTest(wanted):
                reply = self.get(Range=wanted)
                self.assertEqual((reply.status, reply.body), (206, self.content[part]))
                self.assertEqual(reply.headers['Content-Range'], told)

    def test_range_outside(self):
        reply = self.get(Range='bytes=20000-')
        self.assertEqual(reply.status, 416)
        self.assertEqual(reply.headers['Content-Range'], 'bytes */20000')

    def test_odd_ranges_are_ignored(self):
        for odd in ('lines=1-2', 'bytes=5-2', 'bytes=', 'bytes=x-y'):
            self.status(self.get(Range=odd), 200, 416)

    def test_accept(self):
        self.refused(self.get(Accept='image/png'), 406)
        for fine in ('*/*', 'application/*', 'application/octet-stream, image/png;q=0.5'):
            self.assertEqual(self.get(Accept=fine).status, 200)

    def test_head(self):
        reply = self.admin.ask('HEAD', self.url)
        self.assertEqual((reply.status, reply.headers['Content-Length'], reply.body), (200, '20000', b''))

    def test_newest_through_dokumentbeskrivelse(self):
        dokument = self.dokument()
        self.admin.upload(dokument, b'en', 'text/plain')
        self.admin.upload(dokument, b'to', 'text/plain')
        self.assertEqual(self.admin.ask('GET', self.fil(dokument)).body, b'to')


class Chunks(Documents):
    SIZE = 3 << 20          # over bulkgrense

    def begin(self, objekt, total, type='application/octet-stream'):
        reply = self.admin.ask('POST', self.fil(objekt), b'', {
            'Content-Length': '0', 'X-Upload-Content-Type': type, 'X-Upload-Content-Length': str(total)})
        self.assertEqual(reply.status, 200, repr(reply))
        return reply.headers['Location']

    def send(self, url, content, first, total, unit='bytes '):
        last = first + len(content) - 1
        return self.admin.ask('PUT', url, content, {'Content-Range': f'{unit}{first}-{last}/{total}'})

    def test_big_file_needs_them(self):
        self.refused(self.admin.upload(self.objekt(), bytes(self.SIZE)), 403)

    def test_whole_upload(self):
        for unit in ('bytes ', ''):
            with self.subTest(unit):
                content, objekt, step = noise(self.SIZE), self.objekt(), 1 << 20
                url = self.begin(objekt, len(content))
                for first in range(0, len(content), step):
                    reply = self.send(url, content[first:first + step], first, len(content), unit)
                    if first + step < len(content):
                        self.assertEqual(reply.status, 200, repr(reply))
                        self.assertIn('Range', reply.headers)
                        url = reply.headers['Location'] or url
                self.assertEqual(reply.status, 201, repr(reply))
                self.assertEqual(reply.json['sjekksum'], hashlib.sha256(content).hexdigest())
                self.assertEqual(self.admin.ask('GET', self.fil(objekt)).body, content)

    def test_resume(self):
        content, objekt = noise(300000), self.objekt()
        url = self.begin(objekt, len(content))
        url = self.send(url, content[:100000], 0, len(content)).headers['Location'] or url
        reply = self.admin.ask('PUT', url, b'', {'Content-Range': f'bytes */{len(content)}'})
        self.status(reply, 200, 308)
        self.assertTrue(reply.headers['Range'].endswith('0-99999'))
        reply = self.send(url, content[100000:], 100000, len(content))
        self.assertEqual(reply.status, 201, repr(reply))
        self.assertEqual(reply.json['sjekksum'], hashlib.sha256(content).hexdigest())

    def test_gap_is_refused(self):
        objekt = self.objekt()
        url = self.begin(objekt, 1000)
        self.status(self.send(url, b'x' * 100, 500, 1000), 400, 409, 416)

    def test_wrong_total(self):
        url = self.begin(self.objekt(), 1000)
        self.status(self.send(url, b'x' * 100, 0, 999), 400, 409)

    def test_other_person_may_not_continue(self):
        url = self.begin(self.objekt(), 1000)
        reply = self.leser.ask('PUT', url, b'x' * 1000, {'Content-Range': 'bytes 0-999/1000'})
        self.status(reply, 403, 404)

    def test_nonsense_range(self):
        url = self.begin(self.objekt(), 1000)
        for odd in ('', 'bytes', 'bytes 0-', 'bytes 9-1/1000', 'bytes 0-9999999999999999999/1000'):
            self.status(self.admin.ask('PUT', url, b'x', {'Content-Range': odd}), 400, 409, 416)

    def test_survives_a_restart(self):
        from samdrift import Server, World
        server = Server()
        try:
            admin = server.client('admin')
            world = World(admin)
            objekt = world.objekt(world.dokument(world.registrering(world.mappe())))
            fil = admin.href(objekt, 'arkivstruktur/fil')
            reply = admin.ask('POST', fil, b'', {'Content-Length': '0', 'X-Upload-Content-Type': 'text/plain',
                                                 'X-Upload-Content-Length': '200'})
            path = reply.headers['Location'].split('://')[-1].partition('/')[2]
            reply = admin.ask('PUT', server.url + '/' + path, b'a' * 100, {'Content-Range': 'bytes 0-99/200'})
            path = (reply.headers['Location'] or '/' + path).split('://')[-1].partition('/')[2] or path
            server.stop()
            server.start()
            admin = server.client('admin')
            reply = admin.ask('PUT', server.url + '/' + path, b'b' * 100, {'Content-Range': 'bytes 100-199/200'})
            self.assertEqual(reply.status, 201, repr(reply))
            self.assertEqual(reply.json['sjekksum'], hashlib.sha256(b'a' * 100 + b'b' * 100).hexdigest())
        finally:
            server.close()


class Big(Documents):
    def test_memory_stays(self):
        """200 MB up and down; the server must not grow with the file."""
        content, total = noise(1 << 20), 200
        objekt = self.objekt()
        reply = self.admin.ask('POST', self.fil(objekt), b'', {'Content-Length': '0',
                               'X-Upload-Content-Length': str(total << 20)})
        url = reply.headers['Location']
        for i in range(0, total, 20):
            reply = self.admin.ask('PUT', url, content * 20, {
                'Content-Range': f'bytes {i << 20}-{((i + 20) << 20) - 1}/{total << 20}'})
            url = reply.headers['Location'] or url
        self.assertEqual(reply.status, 201, repr(reply))
        got = self.admin.ask('GET', self.fil(objekt))
        self.assertEqual(len(got.body), total << 20)
        status = open(f'/proc/{self.server.process.pid}/status').read()
        peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))
        self.assertLess(peak, 150 << 10, 'KiB of peak memory')


if __name__ == '__main__':
    unittest.main()
