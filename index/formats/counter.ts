const roman: ReadonlyArray<readonly [number, string]> = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
]

/** 1, 2, 3 … as a list of that type counts: `a`, `A`, `i`, `I` or `1`. */
export function toCounter(value: number, type: string): string {
  if (value < 1 || value > 9999) return String(value)
  if (type === 'a' || type === 'A') {
    let letters = ''
    for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26))
      letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters
    return type === 'a' ? letters : letters.toUpperCase()
  }
  if (type === 'i' || type === 'I') {
    let rest = value
    let numeral = ''
    for (const [size, sign] of roman) for (; rest >= size; rest -= size) numeral += sign
    return type === 'i' ? numeral : numeral.toUpperCase()
  }
  return String(value)
}
