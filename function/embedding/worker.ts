// The thread that embeds: a text comes in, its vector goes out, while the function's own thread is free for its callers.
import { parentPort, workerData } from 'node:worker_threads'
import { openEncoder } from './encoder.ts'

const { embed } = openEncoder(workerData)

parentPort?.on('message', (text: string) => {
  const vector = embed(text)
  parentPort?.postMessage(vector, [vector.buffer])
})
