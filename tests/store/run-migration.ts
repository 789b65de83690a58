import type { TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { runDecisions } from './run-decisions.ts'
import { runDirectory } from './run-directory.ts'
import { runFinish } from './run-finish.ts'
import { runImport } from './run-import.ts'

/** Does what an administrator of a migration does: an import, a directory, decisions and a finish. */
export async function runMigration(server: TestServer, client: TestClient): Promise<void> {
  await runImport(server)
  await runDirectory(server)
  await runDecisions(server, client)
  await runFinish(server, client)
}
