/** Schemas in words: what type a value has, and the fields of an object one below the other. */
import { make, type Part } from '../dom.ts'
import type { Schema } from './document.ts'

export function idOf(name: string): string {
  return `schema-${name}`
}

/** `integer, 1 to 20`; a schema that has a name links to it. */
export function toType(schema: Schema): Part[] {
  const { $ref, anyOf, items, minimum, maximum } = schema
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? ''
    return [make('a', { href: `#${idOf(name)}`, textContent: name })]
  }
  if (schema.const !== undefined || schema.enum !== undefined)
    return among((schema.enum ?? [schema.const]).map((value) => [make('code', { textContent: JSON.stringify(value) })]))
  if (anyOf !== undefined) return among(anyOf.map(toType))
  if (items !== undefined) return ['array of ', ...toType(items)]
  const type = [schema.type ?? 'anything'].flat().join(' or ')
  // Whole numbers have bounds that only say that they are whole.
  const bounded = minimum !== undefined && maximum !== undefined && Number.MAX_SAFE_INTEGER > maximum
  return [bounded ? `${type}, ${minimum} to ${maximum}` : type]
}

function among(choices: readonly Part[][]): Part[] {
  return choices.flatMap((choice, index) => (index === 0 ? choice : [' or ', ...choice]))
}

/** The fields of an object, or of the objects in an array; undefined where there are none to show. */
export function toFields(schema: Schema): HTMLElement | undefined {
  const { properties, required = [] } =
    [schema, schema.items, ...(schema.anyOf ?? [])].find((one) => one?.properties !== undefined) ?? {}
  if (properties === undefined) return schema.anyOf?.map(toFields).find((fields) => fields !== undefined)
  const entries = Object.entries(properties).map(([name, field]) =>
    toEntry(name, field, required.includes(name) ? 'always' : undefined),
  )
  return make('ul', { className: 'fields' }, ...entries)
}

/** A name with its type, what is to be said of it, and what is in it. */
export function toEntry(name: string, schema: Schema, remark?: string): HTMLElement {
  const fields = toFields(schema)
  const said = schema.description ?? schema.anyOf?.find(({ description }) => description !== undefined)?.description
  return make(
    'li',
    {},
    make('code', { className: 'name', textContent: name }),
    make('span', { className: 'type' }, ' ', ...toType(schema), remark === undefined ? '' : `, ${remark}`),
    ...(said === undefined ? [] : [make('p', { textContent: said })]),
    ...(fields === undefined ? [] : [fields]),
  )
}
