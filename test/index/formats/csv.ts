import t from 'tap'
import { loadCsv } from '../../../index/formats/csv.ts'
import { toText } from '../../../index/text.ts'

t.test('rows stand under their head, whatever parts their cells', async (t) => {
  const cases = [
    ['Name,Price\nLatte,"3,60"\n', '| Name | Price |\n| --- | --- |\n| Latte | 3,60 |'],
    ['Name;Price\r\nLatte;3,60\r\n;\r\n', '| Name | Price |\n| --- | --- |\n| Latte | 3,60 |'],
    [
      'Name,Note\rLatte,"hot; sweet"\rTea,hot; bitter\r',
      '| Name | Note |\n| --- | --- |\n| Latte | hot; sweet |\n| Tea | hot; bitter |',
    ],
    ['Name|Price\nLatte|3,60\nTea|2,50\n', '| Name | Price |\n| --- | --- |\n| Latte | 3,60 |\n| Tea | 2,50 |'],
    ['Name,Size\nMonitor,"27\nDesk,"120"\n', '| Name | Size |\n| --- | --- |\n| Monitor | "27 |\n| Desk | 120 |'],
    ['Name\tPrice\nLatte\t"a\nb"', '| Name | Price |\n| --- | --- |\n| Latte | a b |'],
    ['Name,Price\nLatte', '| Name | Price |\n| --- | --- |\n| Latte |  |'],
    ['sep=;\r\nName;Price, net\r\nLatte;3,60\r\n', '| Name | Price, net |\n| --- | --- |\n| Latte | 3,60 |'],
    ['Name,Size\nMonitor,"27\nDesk,120\n', '| Name | Size |\n| --- | --- |\n| Monitor | "27 |\n| Desk | 120 |'],
    ['Name,Price\n\t"Latte, large",\t"3,60"\n', '| Name | Price |\n| --- | --- |\n| Latte, large | 3,60 |'],
    // Marks that are not doubled, escaped with a backslash, or closed nowhere.
    ['Part,Count\n"6" pipe",12\n"a, ""b""",3\n', '| Part | Count |\n| --- | --- |\n| 6" pipe | 12 |\n| a, "b" | 3 |'],
    [
      'Note;Sum\r\n"say \\"x\\"; \\"y\\"; z";1,50\r\n"C:\\";2\r\n"a\nb";3\r\n',
      '| Note | Sum |\n| --- | --- |\n| say "x"; "y"; z | 1,50 |\n| C:\\ | 2 |\n| a b | 3 |',
    ],
    [
      'Size,Kind,Price\n"27" wide,"a" b",3\n"19,"c, d",4\n',
      '| Size | Kind | Price |\n| --- | --- | --- |\n| "27" wide | a" b | 3 |\n| "19 | c, d | 4 |',
    ],
    [
      'Report of May\n\nAccount: DE12\nDay;Text;Sum\n1;Rent;-5,50\n2;Pay;7,00\n',
      'Report of May\n\nAccount: DE12\n\n| Day | Text | Sum |\n| --- | --- | --- |\n| 1 | Rent | -5,50 |\n| 2 | Pay | 7,00 |',
    ],
    ['Question\nHow long?\n', '| Question |\n| --- |\n| How long? |'],
    ['', ''],
  ] as const
  for (const [given, expected] of cases) t.equal(toText((await loadCsv(given)).root), expected, given)
})
