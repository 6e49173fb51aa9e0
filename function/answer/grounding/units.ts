// What a number counts: 60 seconds are not 60 minutes, though both say 60.

/** One meaning a line, in the ways it is written; a way that has two meanings stands in two lines. */
const ways = [
  'ns nanosecond nanoseconds',
  'µs μs microsecond microseconds',
  'ms msec millisecond milliseconds millisekunde millisekunden milliseconde millisecondes',
  's sec secs second seconds sekunde sekunden seconde secondes segundo segundos 秒 秒間',
  'm min mins minute minutes minuten minuto minutos 分 分間 分钟',
  'h hr hrs hour hours stunde stunden heure heures hora horas 時間 小时',
  'd day days tag tage tagen jour jours día días 日 日間 天',
  'w wk week weeks woche wochen semaine semaines semana semanas 週間 周',
  'mo month months monat monate monaten mois mes meses か月 ヶ月 个月 月',
  'y yr yrs year years jahr jahre jahren ans année années año años 年 年間',
  '% percent pct prozent porcentaje',
  'b byte bytes',
  'k ki kb kib kilobyte kilobytes kibibytes',
  'm mi mb mib megabyte megabytes mebibytes',
  'g gi gb gib gigabyte gigabytes gibibytes',
  't ti tb tib terabyte terabytes tebibytes',
  'mg milligram milligrams milligramm',
  'g gram grams gramm gramme grammes',
  'kg kilo kilos kilogram kilograms kilogramm kilogrammes',
  't ton tons tonne tonnes tonnen',
  'lb lbs pound pounds',
  'oz ounce ounces',
  'mm millimetre millimetres millimeter millimeters',
  'cm centimetre centimetres centimeter centimeters zentimeter',
  'm metre metres meter meters mètre mètres',
  'km kilometre kilometres kilometer kilometers kilomètres',
  'mi mile miles meile meilen',
  'inch inches zoll',
  'ft foot feet',
  'yd yard yards',
  'ml millilitre millilitres milliliter milliliters',
  'l litre litres liter liters',
  'gal gallon gallons',
  'pa pascal',
  'hpa',
  'kpa',
  'mpa',
  'bar bars',
  'psi',
  'atm',
  '°c celsius',
  '°f fahrenheit',
  'w watt watts',
  'kw kilowatt kilowatts',
  'mw megawatt megawatts',
  'v volt volts',
  'hz hertz',
  'khz',
  'mhz',
  'ghz',
  '$ usd dollar dollars',
  '€ eur euro euros',
  '£ gbp pound pounds',
  'million millions',
  'billion billions',
]
const meanings = new Map<string, Set<number>>()
for (const [meaning, line] of ways.entries()) {
  for (const way of line.split(' ')) meanings.set(way, (meanings.get(way) ?? new Set()).add(meaning))
}
const written = [...meanings.keys()].sort((a, b) => b.length - a.length).map((way) => way.replace('$', '\\$'))
const isSpaceless = (way: string): boolean => /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(way)
const after = new RegExp(
  `^[\\s\\u00a0\\u202f-]?(?:(?:degrees?|grad|degrés) )?(?:(${written.filter((way) => !isSpaceless(way)).join('|')})(?![\\p{L}\\p{N}])|(${written.filter(isSpaceless).join('|')}))`,
  'iu',
)
const before = /([$€£])\s?$/u

/** The unit of the number that stands in `text` from `start` to `end`; '' where it has none that is known. */
export function unitAt(text: string, start: number, end: number): string {
  const [, spaced, spaceless] = after.exec(text.slice(end, end + 32)) ?? []
  return (spaced ?? spaceless ?? before.exec(text.slice(Math.max(0, start - 2), start))?.[1] ?? '').toLowerCase()
}

/** Whether two ways of writing a unit can mean the same; of none nothing is known. */
export function sameUnit(one: string, other: string): boolean {
  if (one === '' || other === '' || one === other) return true
  return [...(meanings.get(one) ?? [])].some((meaning) => meanings.get(other)?.has(meaning))
}
