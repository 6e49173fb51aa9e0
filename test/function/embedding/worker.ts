import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { modelPath, width } from '../../../function/embedding/model-file.ts'
import { root } from '../../running.ts'

t.test('a text sent to the thread comes back as its vector', async (t) => {
  const worker = new Worker(join(root, 'function/embedding/worker.ts'), { workerData: modelPath })
  t.teardown(() => worker.terminate())
  worker.postMessage('What is Kubernetes?')
  const [vector]: Float32Array[] = await once(worker, 'message')
  t.equal(vector?.length, width)
})

t.test('a file that cannot be read ends the thread with an error', async (t) => {
  const worker = new Worker(join(root, 'function/embedding/worker.ts'), { workerData: join(t.testdir({}), 'none') })
  const [error]: Error[] = await once(worker, 'error')
  t.match(error, { code: 'ENOENT' })
})
