"""Entry point, packages, links, CORS: levels 0 and 1 as a stranger meets them."""
import re
import unittest

from samdrift import NOARK, R, Case, World, cut

PACKAGES = ['arkivstruktur', 'sakarkiv', 'metadata', 'admin', 'loggingogsporing']


class Root(Case):
    def test_anonymous_sees_only_login(self):
        links = self.anonymous.get(self.anonymous.base)['_links']
        others = [name for name in links if not name.startswith(R + 'login/') and name != 'self']
        self.assertEqual(others, [])
        self.assertIn(R + 'login/oidc/', links)
        self.assertIn(R + 'login/rfc7617/', links)

    def test_login_links_are_readable_anonymously(self):
        links = self.anonymous.get(self.anonymous.base)['_links']
        for name, link in links.items():
            with self.subTest(name):
                self.assertEqual(self.anonymous.ask('GET', cut(link['href'])).status, 200)

    def test_logged_in_sees_packages(self):
        links = self.leser.root()['_links']
        for package in PACKAGES + ['admin/system']:
            self.assertIn(f'{R}{package}/', links)

    def test_media_type(self):
        reply = self.leser.ask('GET', self.leser.base)
        self.assertTrue(reply.headers['Content-Type'].startswith(NOARK))

    def test_without_last_slash(self):
        self.assertEqual(self.leser.ask('GET', self.leser.base.rstrip('/')).status, 200)

    def test_relations_are_sorted(self):
        links = [name for name in self.leser.root()['_links'] if name.startswith('http')]
        self.assertEqual(links, sorted(links))

    def test_system(self):
        system = self.leser.root('admin/system')
        self.assertEqual(system['protokollversjon'], '1.1')
        for name in ('leverandoer', 'produkt', 'versjon'):
            self.assertTrue(system[name])
        self.assertEqual(system['bulkgrense'], 1048576)

    def test_packages_carry_lists_and_ny(self):
        links = self.admin.root('arkivstruktur')['_links']
        for name in ('arkiv arkivdel arkivskaper dokumentbeskrivelse dokumentobjekt klasse '
                     'klassifikasjonssystem mappe registrering ny-arkiv ny-arkivskaper').split():
            self.assertIn(f'{R}arkivstruktur/{name}/', links)
        links = self.admin.root('sakarkiv')['_links']
        for name in ('saksmappe', 'journalpost', 'arkivnotat', 'presedens'):
            self.assertIn(f'{R}sakarkiv/{name}/', links)

    def test_ny_links_follow_the_right(self):
        links = self.leser.root('arkivstruktur')['_links']
        self.assertNotIn(R + 'arkivstruktur/ny-arkiv/', links)
        self.assertIn(R + 'arkivstruktur/arkiv/', links)

    def test_lists_are_templated(self):
        link = self.leser.root('arkivstruktur')['_links'][R + 'arkivstruktur/mappe/']
        self.assertTrue(link['templated'])
        for name in ('$filter', '$top', '$skip', '$orderby', '$search'):
            self.assertIn(name, link['href'])

    def test_no_double_slash(self):
        for package in PACKAGES:
            for name, link in self.admin.root(package)['_links'].items():
                self.assertNotIn('//', link['href'].split('://', 1)[-1], name)

    def test_unknown_municipality(self):
        self.refused(self.admin.ask('GET', self.server.url + '/finnesikke/noark5/'), 404)

    def test_unknown_path(self):
        self.refused(self.admin.ask('GET', self.admin.base + 'arkivstruktur/tull/'), 404)

    def test_health(self):
        self.assertEqual(self.anonymous.ask('GET', self.server.url + '/helse').status, 200)

    def test_openapi(self):
        reply = self.anonymous.ask('GET', self.server.url + '/openapi.json')
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.json['openapi'].startswith('3.1'))
        self.assertGreater(len(reply.json['paths']), 50)
        server = reply.json['servers'][0]
        self.assertEqual(set(re.findall(r'\{(\w+)\}', server['url'])), set(server['variables']))
        self.assertEqual({name for one in reply.json['security'] for name in one}, set(reply.json['components']['securitySchemes']))
        one = self.anonymous.ask('GET', self.server.url + '/nesodden/noark5/openapi.json')
        self.assertNotIn('variables', one.json['servers'][0])

    def test_list_needs_login(self):
        reply = self.anonymous.ask('GET', self.admin.href(self.admin.root('arkivstruktur'), 'arkivstruktur/arkiv'))
        self.refused(reply, 401)
        self.assertIn('Basic realm=', reply.headers['WWW-Authenticate'])


class Cors(Case):
    def options(self, url):
        reply = self.anonymous.ask('OPTIONS', url, headers={'Origin': 'http://localhost:3000',
                                                            'Access-Control-Request-Method': 'POST'})
        self.assertIn(reply.status, (200, 204))
        return reply.headers

    def test_root(self):
        headers = self.options(self.admin.base)
        self.assertTrue(headers['Access-Control-Allow-Origin'])
        self.assertIn('GET', headers['Access-Control-Allow-Methods'].split(','))

    def test_ny_allows_post(self):
        url = self.admin.href(self.admin.root('arkivstruktur'), 'arkivstruktur/ny-arkiv')
        methods = self.options(url)['Access-Control-Allow-Methods']
        self.assertNotIn(' ', methods)
        self.assertTrue({'GET', 'POST'} <= set(methods.split(',')))

    def test_object_allows_all(self):
        methods = self.options(self.admin.self_of(self.world.arkiv))['Access-Control-Allow-Methods'].split(',')
        self.assertTrue({'GET', 'PUT', 'PATCH', 'DELETE'} <= set(methods))

    def test_headers_are_exposed(self):
        reply = self.admin.ask('GET', self.admin.base, headers={'Origin': 'http://localhost:3000'})
        exposed = reply.headers['Access-Control-Expose-Headers'].replace(' ', '').split(',')
        self.assertIn('ETag', exposed)
        self.assertIn('Location', exposed)

    def test_refusals_carry_it_too(self):
        reply = self.anonymous.ask('GET', self.admin.base + 'arkivstruktur/arkiv/',
                                   headers={'Origin': 'http://localhost:3000'})
        self.assertEqual(reply.status, 401)
        self.assertTrue(reply.headers['Access-Control-Allow-Origin'])

    def test_allowed_headers(self):
        allowed = self.options(self.admin.base)['Access-Control-Allow-Headers'].lower()
        for name in ('authorization', 'content-type', 'etag', 'if-match'):
            self.assertIn(name, allowed)


class Methods(Case):
    def test_wrong_method_names_the_right_ones(self):
        reply = self.admin.ask('DELETE', self.admin.base)
        self.refused(reply, 405)
        self.assertIn('GET', reply.headers['Allow'])

    def test_unknown_method(self):
        self.status(self.admin.ask('BREW', self.admin.base), 405, 501)

    def test_head(self):
        reply = self.admin.ask('HEAD', self.admin.base)
        self.assertEqual((reply.status, reply.body), (200, b''))


class Crawl(Case):
    """Every relation the server shows can be followed, for each role."""

    def crawl(self, client, start, most=400):
        seen, queue, pages = {cut(start)}, [cut(start)], 0
        while queue and pages < most:
            url = queue.pop()
            reply = client.ask('GET', url)
            pages += 1
            self.assertEqual(reply.status, 200, f'{url}: {reply}')
            if not reply.headers['Content-Type'].startswith(NOARK):
                continue
            page = reply.json
            things = [page] + page.get('results', [])[:3]
            for thing in things:
                self.assertIn('_links', thing, url)
                for name, link in thing['_links'].items():
                    if not name.startswith(R) or name.startswith(R + 'login/'):
                        continue
                    if '/fil/' in name or name.endswith('/metadata/'):
                        continue
                    href = cut(link['href'])
                    if '$' in href or href in seen:
                        continue
                    seen.add(href)
                    queue.append(href)
        return pages

    def test_each_role(self):
        world = World(self.admin)
        sak = world.sak(parent=world.klasse)
        journalpost = world.journalpost(sak)
        world.avsender(journalpost)
        world.objekt(world.dokument(journalpost))
        for name in ('admin', 'arkivar', 'saksbehandler', 'leser'):
            with self.subTest(name):
                client = getattr(self, name)
                self.assertGreater(self.crawl(client, client.self_of(sak), 250), 50)

    def test_metadata(self):
        self.assertGreater(self.crawl(self.admin, self.admin.href(self.admin.root(), 'metadata')), 60)


if __name__ == '__main__':
    unittest.main()
