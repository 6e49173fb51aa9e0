/** A module is covered by its own test: test/function/x.ts by function/x.ts, test/index/x.ts by index/x.ts. */
export default (test) => {
  const source = test.replace(/^test\//, '')
  return /^(function|index|eval)\//.test(source) ? source : null
}
