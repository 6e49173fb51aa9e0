import { posix } from 'node:path'
import { at, elements, parseXml, type Xml } from './xml.ts'
import { FormatError, misnamed, unopenable, unzip } from './zip.ts'

/** The parts of an office document by their paths in its archive. */
export type Parts = ReadonlyMap<string, Buffer>

/** What a part refers to: a path in the archive or an address, by the id the reference has. */
export interface Relation {
  readonly type: string
  readonly target: string
}

/** How the container begins that holds an office file with a password, and any such file from before 2007. */
const oldContainer = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const unread = /\.(png|jpe?g|gif|emf|wmf|tiff?|bmp|svg|bin|vml|ttf|odttf|fntdata|mp4|m4a|wav|mp3|wdp|docx|xlsx|pptx)$/i

/** Opens an office document; `kind` is its name in words, `ending` what to save it as. Throws FormatError where that cannot be. */
export async function openParts(bytes: Buffer, kind: string, ending: string): Promise<Parts> {
  if (bytes.subarray(0, oldContainer.length).equals(oldContainer))
    throw new FormatError(`encrypted, or saved by an old Office: save it as ${ending} without a password`)
  const other = misnamed(bytes)
  if (other !== undefined) throw new FormatError(other)
  return await unzip(bytes, (path) => !unread.test(path)).catch((cause: unknown) => {
    if (cause instanceof FormatError) throw cause
    throw unopenable(`${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`, cause)
  })
}

/** The part that a document begins with: `word/document.xml`, say. */
export function mainPart(parts: Parts, usual: string): string {
  const main = [...relationsOf(parts, '').values()].find(({ type }) => type.endsWith('/officeDocument'))
  return main !== undefined && parts.has(main.target) ? main.target : usual
}

/** What a part refers to, by id. */
export function relationsOf(parts: Parts, part: string): ReadonlyMap<string, Relation> {
  const folder = posix.dirname(part)
  const file = posix.join(folder, '_rels', `${posix.basename(part)}.rels`)
  const relations = elements(at(parseXml(parts.get(file)), 'Relationships'), 'Relationship')
  return new Map(
    relations.map(({ attributes: { Id = '', Type = '', Target = '', TargetMode } }) => {
      const target =
        TargetMode === 'External' || /^[a-z]+:/i.test(Target)
          ? Target
          : Target.startsWith('/')
            ? Target.slice(1)
            : posix.join(folder, Target)
      return [Id, { type: Type, target }]
    }),
  )
}

/** The part that another refers to by what it is: `styles`, say. */
export function relatedPart(parts: Parts, part: string, type: string): Xml {
  const relation = [...relationsOf(parts, part).values()].find((candidate) => candidate.type.endsWith(`/${type}`))
  return parseXml(relation === undefined ? undefined : parts.get(relation.target))
}
