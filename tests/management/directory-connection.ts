import type { JsonObject } from '../../src/base/json.ts'
import { loadDirectory } from '../support/load-directory.ts'
import type { Json, TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { legacyScripts } from './legacy-scripts.ts'

let names = 0

/** Creates a connection in import mode whose legacy store has these users, for tests of its directory. */
export async function directoryConnection(
  server: TestServer,
  client: TestClient,
  people: JsonObject[] = [],
  { options, scripts }: { options?: JsonObject; scripts?: JsonObject } = {},
) {
  names += 1
  const name = `legacy-${names}`
  const customScripts = { ...legacyScripts(people), ...scripts }
  const all_options = { enabledDatabaseCustomization: true, import_mode: true, customScripts, ...options }
  const id = await server.createConnection(name, all_options, [client])
  const at = `migrations/${id}`
  return {
    id,
    at,
    login: (email: string, password = 'right one') => server.login(client, name, email, password),
    load: (file: string, fields?: Record<string, string>) => loadDirectory(server, id, file, fields),
    summary: (): Promise<Json> => server.must('GET', at),
    async records(query = ''): Promise<Json[]> {
      return (await server.must('GET', `${at}/records?take=100${query}`)).records
    },
    /** The rows of the directory, with what no answer shows. */
    rows: () => server.internals.db.selectFrom('directory_rows').selectAll().where('connection_id', '=', id).execute(),
  }
}
