import t from 'tap'
import { at, elements, every, parseXml, textIn } from '../../../../index/formats/office/xml.ts'

t.test('XML is its elements, and no entity in it grows', async (t) => {
  const root = parseXml(
    Buffer.from('<!DOCTYPE a [<!ENTITY b "boom">]><w:a x="1 &amp; 2"><w:b>one</w:b>&b;<w:c><w:b>two</w:b></w:c></w:a>'),
  )
  const a = at(root, 'w:a')
  t.equal(a?.attributes.x, '1 & 2')
  t.equal(textIn(at(root, 'w:a', 'w:c', 'w:b')), 'two')
  t.strictSame(every(a, 'w:b').map(textIn), ['one', 'two'])
  t.strictSame(
    elements(a).map(({ name }) => name),
    ['w:b', 'w:c'],
  )
  t.notMatch(textIn(a), 'boom')
})

t.test('a declared encoding counts, and what is missing is empty', async (t) => {
  t.equal(
    textIn(parseXml(Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>caf\xe9</a>', 'latin1'))),
    'café',
  )
  t.equal(textIn(parseXml(Buffer.from('\ufeff<a>é</a>', 'utf16le'))), 'é')
  t.strictSame(elements(parseXml(undefined)), [])
  t.equal(textIn(undefined), '')
})
