#!/usr/bin/python3
"""Forms: 200 citizens at once, each from the first page to the receipt, with two attachments.

  no sending fails, none becomes two cases; sendings a second beside what the archive alone creates a second in the same
  run (16 clients, a mappe each); the time of a form page, and its size

--citizens N, --creates N. Figures past their limit are told; a failed or double sending ends with status 1.
"""
import argparse
import concurrent.futures
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / 'tests'), str(ROOT / 'tests' / 'api')]
import samdrift  # noqa: E402
import visitor  # noqa: E402

PDF = b'%PDF-1.4\n1 0 obj\n<<>>\nendobj\n' + b'%' * 50_000 + b'\ntrailer\n<<>>\n%%EOF\n'
PAGE_MS, PAGE_BYTES, PAGES = 10, 60_000, 300
CONF = samdrift.CONF + '\n[web]\ncontact = postmottak@follo.example\n'


def prepare(server):
    admin = server.client('admin')
    arkiv = admin.create(admin.root('arkivstruktur'), 'arkivstruktur/ny-arkiv', {'tittel': 'Nesodden'})
    arkivdel = admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Sakarkiv'})
    samdrift.run('form', 'add', server.dir, ROOT / 'data/skjema/henvendelse.json', '--municipality', 'nesodden')
    return admin, arkivdel


def citizen(url, number):
    """-> (seconds the sending took, address of the receipt)"""
    page = visitor.Visitor().get(f'{url}/nesodden/skjema/henvendelse/start')
    asked = {'tema': page.radio('Bygg'), 'melding': f'Et spørsmål fra innbygger {number}'}
    for name in ('kart.pdf', 'tegning.pdf'):
        page = page.visitor.get(page.url.rsplit('/', 1)[0] + '/1')
        page = page.send(asked, {'vedlegg': (name, PDF)})
    page = page.send({'navn': f'Innbygger {number}', 'epost': 'innbygger@example.com'})
    start = time.monotonic()
    page = page.send({'erklaering': 'ja'})
    assert '/kvittering/' in page.url, f'{number}: {page.status} {page.url}'
    return time.monotonic() - start, page.url


def count(admin, list):
    return admin.get(f'{list}?$top=1&$count=true')['count']


def creates(admin, arkivdel, n):
    """What the archive alone does: -> a second"""
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for _ in pool.map(lambda i: admin.create(arkivdel, 'arkivstruktur/ny-mappe', {'tittel': f'Mappe {i}'}), range(n)):
            pass
    return n / (time.monotonic() - start)


def page_times(url):
    page = visitor.Visitor().get(f'{url}/nesodden/skjema/henvendelse/start')
    times = []
    for _ in range(PAGES):
        start = time.monotonic()
        page = page.visitor.get(page.url)
        times.append((time.monotonic() - start) * 1000)
    return statistics.median(times), sorted(times)[PAGES * 99 // 100], len(page.text.encode())


def told(name, text, past):
    print(f'  {name:44} {text}{"   PAST ITS LIMIT" if past else ""}', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--citizens', type=int, default=200)
    parser.add_argument('--creates', type=int, default=2000)
    options = parser.parse_args()
    server = samdrift.Server(CONF)
    try:
        admin, arkivdel = prepare(server)
        p50, p99, size = page_times(server.url)
        rate = creates(admin, arkivdel, options.creates)
        before = count(admin, 'sakarkiv/saksmappe')
        papers = count(admin, 'arkivstruktur/dokumentbeskrivelse')
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(options.citizens) as pool:
            sent = list(pool.map(lambda i: citizen(server.url, i), range(options.citizens)))
        seconds = time.monotonic() - start
        cases = count(admin, 'sakarkiv/saksmappe') - before
        papers = count(admin, 'arkivstruktur/dokumentbeskrivelse') - papers
    finally:
        server.close()
    receipts = {url for _, url in sent}
    waits = sorted(took * 1000 for took, _ in sent)
    per_second = len(sent) / seconds
    print('Forms')
    told('form page, p50 and p99 over HTTP', f'{p50:.1f} ms, {p99:.1f} ms (limit {PAGE_MS} ms)', p50 > PAGE_MS)
    told('its size', f'{size / 1000:.1f} kB (limit {PAGE_BYTES // 1000} kB)', size > PAGE_BYTES)
    told(f'{len(sent)} citizens at once, two attachments each', f'{len(receipts)} receipts, {cases} cases, {papers} documents',
         cases != len(sent))
    told('whole forms a second', f'{per_second:.1f}; the last press took {statistics.median(waits):.0f} ms (p50), '
         f'{waits[-1]:.0f} ms at most', False)
    told('mapper a second, 16 clients, same run', f'{rate:.0f}; one form is worth {rate / per_second:.0f} of them', False)
    return 0 if len(receipts) == cases == len(sent) and papers == 3 * cases else 1


if __name__ == '__main__':
    sys.exit(main())
