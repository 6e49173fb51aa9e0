import t from 'tap'
import { unzip } from '../../../../index/formats/office/zip.ts'
import { toZip } from '../../../zip.ts'

t.test('the files that are wanted come out as they went in', async (t) => {
  const files = await unzip(toZip({ 'a.xml': '<a/>', 'b.png': 'x' }), (path) => path.endsWith('.xml'))
  t.strictSame(
    [...files].map(([path, bytes]) => [path, bytes.toString()]),
    [['a.xml', '<a/>']],
  )
})

t.test('what an archive unpacks to is counted, whatever it says of itself', async (t) => {
  const bomb = Buffer.alloc(140 * 1024 * 1024)
  await t.rejects(
    unzip(toZip({ 'a.xml': bomb }), () => true),
    { message: 'larger than 128 MB once unpacked' },
  )
  await t.rejects(unzip(toZip({ 'a.xml': bomb }, 10), () => true))
  await t.rejects(unzip(Buffer.from('PK not a zip'), () => true))
})
