/** One operation: what it takes, what it replies, and a form to try it. */
import { make, type Part } from '../dom.ts'
import type { Content, Operation } from './document.ts'
import { toEntry, toFields, toType } from './schema.ts'
import { toTrial } from './trial.ts'

export function toOperation(method: string, path: string, operation: Operation): HTMLElement {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const details = make(
    'details',
    { id: operationId, className: 'operation' },
    make(
      'summary',
      {},
      make('h3', {}, make('span', { className: 'method', textContent: method }), ` ${path}`),
      make('span', { className: 'summary', textContent: summary }),
    ),
  )
  const fill = (): void => {
    const taken = parameters.map((parameter) => {
      const { description = parameter.schema.description } = parameter
      return toEntry(parameter.name, { ...parameter.schema, ...(description === undefined ? {} : { description }) })
    })
    details.append(
      ...part('In the URL', taken),
      ...(requestBody === undefined ? [] : part('As the body', toContents(requestBody.content))),
      toTrial(method, path, operation),
      ...part(
        'Replies',
        Object.entries(responses).map(([status, { description, content = {} }]) =>
          make('li', {}, make('code', { className: 'name', textContent: status }), ` ${description}`, toTypes(content)),
        ),
      ),
    )
  }
  // There are many of them, and few are looked at.
  details.addEventListener('toggle', fill, { once: true })
  return details
}

function part(title: string, items: readonly HTMLElement[]): Part[] {
  return items.length === 0 ? [] : [make('h4', { textContent: title }), make('ul', { className: 'fields' }, ...items)]
}

function toContents(content: Content): HTMLElement[] {
  return Object.entries(content).map(([type, { schema = {} }]) => {
    const fields = toFields(schema)
    return make(
      'li',
      {},
      make('code', { className: 'name', textContent: type }),
      make('span', { className: 'type' }, ' ', ...toType(schema)),
      ...(fields === undefined ? [] : [fields]),
    )
  })
}

function toTypes(content: Content): HTMLElement {
  const types = Object.entries(content).flatMap(([type, { schema = {} }]): Part[] => [
    make('br'),
    `${type}: `,
    ...(schema.description === undefined ? toType(schema) : [schema.description]),
  ])
  return make('span', { className: 'type' }, ...types)
}
