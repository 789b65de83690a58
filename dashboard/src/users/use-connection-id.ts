import { useCan, useRead } from '../client/use-client'

const at_once = 100

/**
 * The id of a connection by its name; undefined until it is known. A role that reads no connections finds it among the migrations, of
 * which the first hundred are read.
 */
export function useConnectionId(name: string): string | undefined {
  const can = useCan('listConnections')
  const connections = useRead('listConnections', { name }, { enabled: can })
  const migrations = useRead('listMigrations', { per_page: at_once }, { enabled: !can })
  const listed = Array.isArray(connections.data) ? connections.data : []
  return (
    listed.find((connection) => connection.name === name)?.id ??
    migrations.data?.migrations.find(({ connection }) => connection === name)?.connection_id
  )
}
