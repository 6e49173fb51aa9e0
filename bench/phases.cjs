// @ts-nocheck: it patches what has no types.
// Loaded ahead of the bundle (node --require), it notes when a start passes from one phase to the next, and writes
// the phases' durations in ms to PHASES_FILE with the first reply.
const { Server } = require('node:http')
const Module = require('node:module')
const { writeFileSync } = require('node:fs')

const started = performance.now()
let native = 0
let asked = 0
let evaluated = 0
let listening = 0
let listens = 0

const { dlopen } = process
process.dlopen = (...args) => {
  const from = performance.now()
  dlopen.apply(process, args)
  native += performance.now() - from
}

// The bundle's own first statement asks for a module; that is when it has been read and compiled.
const { _load } = Module
let loaded = 0
Module._load = function load(name, parent, ...rest) {
  const isBundle = parent?.filename?.endsWith('function.cjs')
  if (isBundle) loaded ||= performance.now()
  const exported = _load.call(this, name, parent, ...rest)
  if (name === './function.cjs') evaluated = performance.now()
  return exported
}

const { listen } = Server.prototype
Server.prototype.listen = function listenAt(...args) {
  asked ||= performance.now()
  this.once('listening', () => (listening ||= performance.now()))
  this.once('request', (_, response) => response.once('finish', write))
  return listen.apply(this, args)
}

function write() {
  listens = performance.now()
  writeFileSync(
    process.env.PHASES_FILE ?? 'phases.json',
    JSON.stringify({
      process: started,
      load: loaded - started,
      evaluate: evaluated - loaded,
      native,
      open: asked - evaluated,
      server: listening - asked,
      answered: listens - listening,
    }),
  )
}
