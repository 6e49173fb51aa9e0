import t from 'tap'
import { adviseLeftOut, countBy, countLeftOut } from '../../index/left-out.ts'

t.test('what is left out is counted by its rule, and what can be done about it is said once', async (t) => {
  const leftOut = [
    { source: 'a.png', rule: '.png' },
    { source: 'b.png', rule: '.png' },
    { source: 'c.zip', rule: '.zip' },
    { source: 'd.md', rule: '.gitignore' },
  ]
  t.equal(countLeftOut(leftOut), '2 .png, 1 .zip, 1 by a .gitignore')
  t.match(adviseLeftOut(leftOut), [/^\.png: pictures; .*ocrmypdf/, /^\.zip: archives/])
  t.equal(countBy([]), '')
})
