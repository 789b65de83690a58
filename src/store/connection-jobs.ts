import type { Db } from './tables.ts'

type OfConnection = { tenant_id: string; connection_id: string }

// Inputs are JSON without blanks, and ids have no character that a pattern or JSON gives a meaning to, but for _ which stands for itself, too.
const inputOf = (connection_id: string): string => `%"connection_id":"${connection_id}"%`

/** The id of a job of a connection that has files and has not ended; undefined where there is none. */
export async function jobWithActiveFiles(
  db: Db,
  { tenant_id, connection_id }: OfConnection,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('job_files')
    .innerJoin('jobs', (join) =>
      join.onRef('jobs.tenant_id', '=', 'job_files.tenant_id').onRef('jobs.job_id', '=', 'job_files.job_id'),
    )
    .select('jobs.job_id')
    .where('job_files.tenant_id', '=', tenant_id)
    .where('jobs.state', 'in', ['pending', 'running'])
    .where('jobs.input', 'like', inputOf(connection_id))
    .limit(1)
    .executeTakeFirst()
  return row?.job_id
}

/** The id of a job of a connection, of one of these kinds, that waits or runs; undefined where there is none. */
export async function activeJobOfKinds(
  db: Db,
  { tenant_id, connection_id }: OfConnection,
  kinds: readonly string[],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select('job_id')
    .where('tenant_id', '=', tenant_id)
    .where('kind', 'in', kinds)
    .where('state', 'in', ['pending', 'running'])
    .where('input', 'like', inputOf(connection_id))
    .limit(1)
    .executeTakeFirst()
  return row?.job_id
}

/** The ids of jobs of a connection that have ended and have files or refused rows: at most `take`. */
export async function jobIdsWithData(
  db: Db,
  { tenant_id, connection_id }: OfConnection,
  take: number,
): Promise<string[]> {
  const ended = db
    .selectFrom('jobs')
    .select('job_id')
    .where('tenant_id', '=', tenant_id)
    .where('state', 'in', ['completed', 'failed', 'canceled'])
    .where('input', 'like', inputOf(connection_id))
    .where(({ exists, or, selectFrom }) =>
      or(
        (['job_files', 'job_errors'] as const).map((table) =>
          exists(
            selectFrom(table)
              .select(`${table}.job_id`)
              .where(`${table}.tenant_id`, '=', tenant_id)
              .whereRef(`${table}.job_id`, '=', 'jobs.job_id'),
          ),
        ),
      ),
    )
    .limit(take)
  return (await ended.execute()).map(({ job_id }) => job_id)
}
