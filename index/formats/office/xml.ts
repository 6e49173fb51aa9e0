import { Parser } from 'htmlparser2'

/** An element of XML, its name with its prefix, as in `w:p`. */
export interface Xml {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Array<Xml | string>
}

/** XML -> a root that holds its elements. No entity is expanded but XML's own, so none can grow; broken XML is read as far as it goes. */
export function parseXml(bytes: Buffer | undefined): Xml {
  const root: Xml = { name: '', attributes: {}, children: [] }
  if (bytes === undefined) return root
  const open = [root]
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element: Xml = { name, attributes, children: [] }
        open.at(-1)?.children.push(element)
        open.push(element)
      },
      ontext(text) {
        open.at(-1)?.children.push(text)
      },
      onclosetag() {
        if (open.length > 1) open.pop()
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(decodeXml(bytes))
  return root
}

/** UTF-8 unless a mark or a declaration says otherwise. */
function decodeXml(bytes: Buffer): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : ''
  const declared = /^<\?xml[^>]*encoding=["']([\w-]+)/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1] ?? 'utf-8'
  return new TextDecoder(utf16 || declared).decode(bytes)
}

/** The elements directly within, of a name where one is given. */
export function elements(node: Xml | undefined, name?: string): Xml[] {
  return (node?.children ?? []).filter(
    (child): child is Xml => typeof child !== 'string' && (name === undefined || child.name === name),
  )
}

/** The first element at the end of a path of names. */
export function at(node: Xml | undefined, ...path: readonly string[]): Xml | undefined {
  return path.reduce<Xml | undefined>((found, name) => elements(found, name)[0], node)
}

/** Every element of a name, however deep, in order; nothing is looked for within one that was found. */
export function every(node: Xml | undefined, ...names: readonly string[]): Xml[] {
  return elements(node).flatMap((child) => (names.includes(child.name) ? [child] : every(child, ...names)))
}

/** All text within. */
export function textIn(node: Xml | string | undefined): string {
  if (node === undefined) return ''
  return typeof node === 'string' ? node : node.children.map(textIn).join('')
}
