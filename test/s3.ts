import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Run, run, startFunction } from './running.ts'

const require = createRequire(import.meta.url)
const S3rver = require('@20minutes/s3rver')
const FilesystemStore = require('@20minutes/s3rver/lib/stores/filesystem.js')

interface Listing {
  readonly objects: Array<{ readonly key: string }>
  readonly commonPrefixes: readonly string[]
  readonly isTruncated: boolean
}

/** s3rver does not see what lies more than one level below a common prefix; S3 does. */
const listAll: (bucket: string, options: object) => Promise<Listing> = FilesystemStore.prototype.listObjects
FilesystemStore.prototype.listObjects = async function (
  bucket: string,
  { delimiter = '', prefix = '', ...options }: { delimiter?: string; prefix?: string },
): Promise<Listing> {
  const listing = await listAll.call(this, bucket, { ...options, prefix })
  if (delimiter === '') return listing
  const rest = (key: string): number => key.slice(prefix.length).indexOf(delimiter)
  const below = listing.objects.filter(({ key }) => rest(key) !== -1)
  const commonPrefixes = [...new Set(below.map(({ key }) => key.slice(0, prefix.length + rest(key) + 1)))]
  return { ...listing, objects: listing.objects.filter(({ key }) => rest(key) === -1), commonPrefixes }
}

/** An S3 server with a bucket `tables`, and the environment that reaches it. */
async function startS3(t: Test): Promise<Record<string, string>> {
  const directory = join(t.testdirName, 's3')
  mkdirSync(directory, { recursive: true })
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'tables' }],
  })
  const { port } = await server.run()
  t.teardown(() => server.close())
  return {
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    TABLE_URI: 's3://tables/mine',
    EMBEDDING_MODEL: 'none',
  }
}

t.test(
  'a table in an object store is made, served, replaced, compared, and left alone by an ingest that fails',
  async (t) => {
    const folder = t.testdir({
      docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' },
      none: { 'a.md': ' ' },
    })
    const environment = await startS3(t)
    const ingest = async (documents: string): Promise<string> => {
      const { exited, output } = run(t, ['index/cli.ts', join(folder, documents)], environment)
      return `${await exited}\n${output()}`
    }
    t.match(await ingest('docs'), /^0\n[\s\S]*chunks {5}1\n[\s\S]*table {6}s3:\/\/tables\/mine\n/)
    writeFileSync(join(folder, 'docs', 'nodes.md'), '# Nodes\n\nA node is a machine.')
    t.match(await ingest('docs'), /^0\n[\s\S]*chunks {5}2\n/)
    const compared = run(t, ['compare/cli.ts', 's3://tables/mine', join(folder, 'docs')], environment)
    t.equal(await compared.exited, 0, compared.output())
    t.match(compared.stdout(), /^OLD {2}s3:\/\/tables\/mine {2}table: 2 pages[\s\S]*Nothing changed/)
    t.match(await ingest('none'), /^1\n[\s\S]*None of the 1 documents/)

    const { url } = await startFunction(t, environment)
    const reply = await fetch(`${url}/search?q=What+is+a+node`)
    t.match(await reply.json(), { answered: true, sources: [{ source: 'nodes.md' }], index: { chunks: 2 } })
  },
)

t.test(
  'in an object store, too, a first ingest that was killed is begun again, and a lost manifest refused',
  async (t) => {
    const folder = t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' } })
    const environment = await startS3(t)
    const bucket = join(t.testdirName, 's3', 'tables', 'mine')
    const start = (): Run => run(t, ['index/cli.ts', join(folder, 'docs'), '--if-missing'], environment)
    const killed = start()
    const looking = setInterval(() => {
      if (existsSync(bucket) && readdirSync(bucket).some((name) => name.startsWith('chunks-')))
        killed.child.kill('SIGKILL')
    }, 1)
    t.equal(await killed.exited, null)
    clearInterval(looking)
    const again = start()
    t.equal(await again.exited, 0, again.output())
    t.match(again.output(), /chunks {5}1\n/)
    rmSync(join(bucket, 'manifest.lance'), { recursive: true })
    const lost = start()
    t.equal(await lost.exited, 1)
    t.match(lost.output(), 'is not whole: it has no manifest')
  },
)

t.test('an object store that cannot be reached is one clear line', async (t) => {
  t.testdir()
  const environment = { ...(await startS3(t)), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
  const { exited, output } = run(t, ['function/index.ts'], environment)
  t.equal(await exited, 1)
  t.match(
    output(),
    /The store at s3:\/\/tables\/mine cannot be opened: is the address right, and are the credentials set\?/,
  )
  t.notMatch(output(), /\n\s+at /)
})
