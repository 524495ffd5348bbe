#!/usr/bin/python3
"""Journeys of people in a real Chromium, as TAP. `run.py [WORD …]`: only the test files whose name holds a word.

One server for all; each test_*.mjs runs in a Node of its own. At the end the HTML they kept in
build/screens/ goes before the Nu validator, all in one run.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'tests' / 'api'), str(ROOT / 'tools')]
import clamd  # noqa: E402
import glewlwyd  # noqa: E402
import register  # noqa: E402
import samdrift  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SCREENS = ROOT / 'build' / 'screens'
VNU = ROOT / 'node_modules/vnu-jar/build/dist/vnu.jar'
PLAN = re.compile(r'^1\.\.\d+\n', re.M)
NUMBER = re.compile(r'^(not ok|ok) \d+ - ', re.M)
CONF = samdrift.CONF + '''
[nesodden]
leselogg = ja
[web]
contact = postmottak@follo.example
[provider.idporten]
name = ID-porten
url = {url}
for = borger
client_id = samdrift
client_secret = "en hemmelighet"
acr_substantial = idporten-loa-substantial
acr_high = idporten-loa-high
onbehalfof = ja
[provider.ansattporten]
name = Ansattporten
url = {url}
for = ansatt
client_id = samdrift-ansatt
client_key = {key}
scope = openid profile
acr_substantial = idporten-loa-substantial
acr_high = idporten-loa-high
'''


class Tap:
    def __init__(self):
        self.n, self.failed = 0, False

    def line(self, fine, text, detail=''):
        self.n += 1
        self.failed = self.failed or not fine
        print(f'{"ok" if fine else "not ok"} {self.n} - {text}', flush=True)
        if detail:
            print('\n'.join('# ' + line for line in detail.splitlines()[:40]), flush=True)

    def of_node(self, name, done):
        """The lines of one test file, numbered on."""
        def renumber(match):
            self.n += 1
            return f'{match.group(1)} {self.n} - {name}: '
        text = NUMBER.sub(renumber, PLAN.sub('', done.stdout))
        print(text, end='', flush=True)
        self.failed = self.failed or done.returncode != 0
        if '1..' not in done.stdout:
            self.line(False, f'{name} ended with {done.returncode}', done.stderr[-3000:])


class IdPorten:
    """The stand-in of idporten.mjs."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-idporten-'))
        self.key = self.home / 'client.jwk'
        self.process = subprocess.Popen(['node', str(HERE / 'idporten.mjs'), str(self.key)], cwd=ROOT,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = json.loads(self.process.stdout.readline())['url']

    def start(self, base):
        urllib.request.urlopen(urllib.request.Request(self.url + '/start', json.dumps({'base': base}).encode()))

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home)


def missing():
    """Why the browser cannot be had, or ''"""
    if not shutil.which('node') or not (ROOT / 'node_modules/playwright-core').is_dir():
        return 'node and node_modules are not installed: tools/setup.sh'
    return '' if chromium() else 'chromium is not installed: tools/setup.sh'


def chromium():
    return shutil.which('chromium') or shutil.which('chromium-browser')


def validate(tap):
    pages = sorted(SCREENS.glob('*.html'))
    if not pages:
        return
    if not shutil.which('java') or not VNU.exists():
        print(f'ok {tap.n + 1} - Nu validator # SKIP java or vnu-jar is not installed')
        tap.n += 1
        return
    done = subprocess.run(['java', '-Xss4m', '-jar', str(VNU), '--format', 'json', '--exit-zero-always',
                           *map(str, pages)], capture_output=True, text=True, timeout=300)
    wrong = {}
    for message in json.loads(done.stderr)['messages']:
        if message['type'] == 'error':
            name = pathlib.PurePath(message['url']).name
            wrong.setdefault(name, []).append(f'{message.get("lastLine")}: {message["message"]}\n'
                                              f'   {message.get("extract", "")}')
    for page in pages:
        tap.line(page.name not in wrong, f'valid HTML: {page.stem}', '\n'.join(wrong.get(page.name, [])))


def main():
    why = missing()
    if why:
        print(f'1..0 # SKIP {why}')
        print(why)
        return 77
    words = sys.argv[1:]
    files = [file for file in sorted(HERE.glob('test_*.mjs')) if not words or any(w in file.name for w in words)]
    shutil.rmtree(SCREENS, ignore_errors=True)
    idporten, tap = IdPorten(), Tap()
    second = glewlwyd.Glewlwyd() if glewlwyd.found() else None
    registers, scanner = register.Registers(idporten.home), clamd.Clamd()
    server = samdrift.Server(CONF.format(url=idporten.url, key=idporten.key) + (second.conf if second else '') +
                             registers.conf() + scanner.conf())
    idporten.start(server.url)
    if second:
        second.start(server.url)
    facts = {'idporten': idporten.url, 'registers': registers.url, 'glewlwyd': second and second.facts(), 'url': server.url,
             'dir': str(server.dir), 'program': str(samdrift.PROGRAM),
             'password': samdrift.PASSWORD, 'screens': str(SCREENS), 'chromium': chromium()}
    try:
        for file in files:
            done = subprocess.run(['node', str(file)], capture_output=True, text=True, timeout=900, cwd=ROOT,
                                  env={**os.environ, 'SAMDRIFT_WEB': json.dumps(facts)})
            tap.of_node(file.stem.removeprefix('test_'), done)
        validate(tap)
    finally:
        status = server.close()
        registers.close()
        scanner.close()
        idporten.close()
        if second:
            second.close()
    tap.line(status == 0, f'the server ends with status {status}')
    print(f'1..{tap.n}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
