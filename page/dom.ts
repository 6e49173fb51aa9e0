/** What the page says to the DOM, in few words. Text becomes text nodes: there is no way from here to raw HTML. */

export type Part = Node | string

/** The element that a selector finds. The page's own markup always has it. */
export function find<Found extends Element = HTMLElement>(selector: string, within: ParentNode = document): Found {
  const found = within.querySelector<Found>(selector)
  if (found === null) throw new Error(`the page has no ${selector}`)
  return found
}

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: readonly Part[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}

export function show(element: HTMLElement, wanted: boolean): void {
  element.hidden = !wanted
}

/** For those who listen: states and whole answers, never single tokens. */
export function announce(text: string): void {
  find('#announcement').textContent = text
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Makes `parent` look like the new nodes and touches only what differs: what is selected or focused stays so while text streams in. */
export function update(parent: Node, nodes: readonly Node[]): void {
  for (const [index, node] of nodes.entries()) {
    const old = parent.childNodes[index]
    if (old === undefined) parent.appendChild(node)
    else if (old instanceof Text && node instanceof Text) {
      if (node.data.startsWith(old.data)) old.appendData(node.data.slice(old.data.length))
      else old.data = node.data
    } else if (old.nodeName === node.nodeName && old.cloneNode().isEqualNode(node.cloneNode())) {
      update(old, [...node.childNodes])
    } else old.replaceWith(node)
  }
  while (parent.childNodes.length > nodes.length) parent.lastChild?.remove()
}
