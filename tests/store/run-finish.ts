import { peopleOptions } from '../login/people-scripts.ts'
import { finishOfConnection, loadDirectory } from '../migration/finish-kit.ts'
import type { TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Takes the finish of a connection of its own to its end, with a latecomer. */
export async function runFinish(server: TestServer, client: TestClient): Promise<void> {
  const id = await server.createConnection('finished', peopleOptions({}), [client])
  const email = 'late@finished.example'
  await loadDirectory(server, id, [{ id: 'late', email }])
  const finish = finishOfConnection(server, id, 'finished')
  await server.must('GET', `${finish.path}/preflight`)
  await finish.run('no_op')
  await server.login(client, 'finished', email, 'Not-known-1')
  await server.settle()
  await server.must('GET', `${finish.path}/latecomers`)
  await server.must('GET', `${finish.path}/people?q=${encodeURIComponent(email)}`)
  await finish.run('watch', { duration_s: 1 })
  await finish.run('convert')
  await finish.run('disconnect')
}
