/** A count given on the command line. Throws TypeError, which names the option. */
export function toCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new TypeError(`${name} is "${text}": it must be a whole number from 1.`)
  return Number(text)
}
