import { join } from 'node:path'
import t from 'tap'
import { createAnchors, findStyle, toUrl, type UrlStyle } from '../../index/urls.ts'

const baseUrl = 'https://docs.example/base'

t.test('a path becomes an address by the rules of the generator', async (t) => {
  const cases: ReadonlyArray<readonly [UrlStyle, string, string]> = [
    ['mkdocs', 'guide/setup.md', 'guide/setup/'],
    ['mkdocs', 'guide/index.md', 'guide/'],
    ['mkdocs', 'README.md', ''],
    ['mkdocs', 'a b/c#.md', 'a%20b/c%23/'],
    ['mkdocs', 'files/manual.pdf', 'files/manual.pdf'],
    ['docusaurus', '01-intro/02-setup.mdx', 'intro/setup'],
    ['docusaurus', 'guide/guide.md', 'guide'],
    ['docusaurus', 'index.md', ''],
    ['hugo', 'Guides/My Page.md', 'guides/my-page/'],
    ['hugo', 'guides/_index.md', 'guides/'],
    ['hugo', 'guides/page.de.md', 'guides/page/'],
    ['files', 'guide/setup.md', 'guide/setup.md'],
    ['files', 'guide/index.html', 'guide/'],
  ]
  for (const [style, source, expected] of cases)
    t.equal(toUrl(source, {}, { baseUrl, style }), `https://docs.example/base/${expected}`, `${style} ${source}`)
})

t.test('front matter and a canonical link decide before the rules', async (t) => {
  const site = { baseUrl, style: 'hugo' as const }
  const cases = [
    [{ url: '/elsewhere/' }, 'https://docs.example/elsewhere/'],
    [{ permalink: 'https://other.example/x' }, 'https://other.example/x'],
    [{ canonical: 'https://other.example/y' }, 'https://other.example/y'],
    [{ slug: 'short' }, 'https://docs.example/base/guide/short/'],
    [{ slug: '/top' }, 'https://docs.example/base/top/'],
    [{ permalink: '/:year/:title' }, 'https://docs.example/base/guide/page/'],
    [{ url: 'javascript:alert(1)' }, 'https://docs.example/base/guide/page/'],
    [{ url: 7 }, 'https://docs.example/base/guide/page/'],
  ] as const
  for (const [frontMatter, expected] of cases) t.equal(toUrl('guide/page.md', frontMatter, site), expected)
  t.equal(toUrl('a.md', {}, undefined), null)
  t.equal(toUrl('a.md', { url: '/x' }, undefined), null, 'a path alone is no address')
  t.equal(toUrl('a.md', { canonical: 'https://other.example/y' }, undefined), 'https://other.example/y')
  t.equal(toUrl('a.md', { canonical: 'ftp://other.example/y' }, undefined), null)
})

t.test('the generator is known by its configuration, in the folder or above it', async (t) => {
  const folder = t.testdir({
    a: { 'mkdocs.yml': '', docs: {} },
    b: { 'docusaurus.config.ts': '' },
    c: { config: { _default: {} }, content: { en: {} } },
    d: { e: { f: { g: {} } } },
  })
  t.equal(findStyle(join(folder, 'a/docs')), 'mkdocs')
  t.equal(findStyle(join(folder, 'b')), 'docusaurus')
  t.equal(findStyle(join(folder, 'c/content/en')), 'hugo')
  t.equal(findStyle(join(folder, 'd/e/f/g')), 'files')
})

t.test('a heading has the name that the page gives it', async (t) => {
  const toAnchor = createAnchors()
  const cases = [
    ['Scale to zero!', 'scale-to-zero'],
    ['Scale to zero', 'scale-to-zero-1'],
    ['C++ & `code`', 'c--code'],
    ['Über uns', 'über-uns'],
    ['Title {#own}', 'own'],
  ] as const
  for (const [given, expected] of cases) t.equal(toAnchor(given), expected)
})
