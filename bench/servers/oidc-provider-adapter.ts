// The usual adapter of oidc-provider on PostgreSQL: one table with one row per token, grant or client.
import type pg from 'pg'

/** The table; `consumed_at` is set when a token was rotated. */
export const adapter_table = `create table if not exists oidc_models (
  id text not null, type text not null, payload jsonb not null, grant_id text, user_code text, uid text,
  expires_at timestamptz, consumed_at timestamptz, primary key (id, type))`

type Payload = Record<string, unknown> & { grantId?: string; userCode?: string; uid?: string }

/** Creates the adapter class for a pool. */
export function adapterOn(pool: pg.Pool) {
  return class Adapter {
    readonly type: string

    constructor(type: string) {
      this.type = type
    }

    async upsert(id: string, payload: Payload, expires_in?: number): Promise<void> {
      const expires_at = expires_in === undefined ? null : new Date(Date.now() + expires_in * 1000)
      const { grantId = null, userCode = null, uid = null } = payload
      await pool.query({
        name: 'upsert',
        text: `insert into oidc_models (id, type, payload, grant_id, user_code, uid, expires_at)
          values ($1, $2, $3, $4, $5, $6, $7) on conflict (id, type) do update set payload = $3, expires_at = $7`,
        values: [id, this.type, payload, grantId, userCode, uid, expires_at],
      })
    }

    async find(id: string): Promise<Payload | undefined> {
      return await this.one('id', id)
    }

    async findByUid(uid: string): Promise<Payload | undefined> {
      return await this.one('uid', uid)
    }

    async findByUserCode(user_code: string): Promise<Payload | undefined> {
      return await this.one('user_code', user_code)
    }

    async one(column: 'id' | 'uid' | 'user_code', value: string): Promise<Payload | undefined> {
      const { rows } = await pool.query<{ payload: Payload; consumed_at: Date | null }>({
        name: `find by ${column}`,
        text: `select payload, consumed_at from oidc_models where type = $1 and ${column} = $2`,
        values: [this.type, value],
      })
      const [row] = rows
      if (row === undefined) return undefined
      return row.consumed_at === null ? row.payload : { ...row.payload, consumed: row.consumed_at.getTime() / 1000 }
    }

    async consume(id: string): Promise<void> {
      await pool.query({
        name: 'consume',
        text: 'update oidc_models set consumed_at = now() where type = $1 and id = $2',
        values: [this.type, id],
      })
    }

    async destroy(id: string): Promise<void> {
      await pool.query('delete from oidc_models where type = $1 and id = $2', [this.type, id])
    }

    async revokeByGrantId(grant_id: string): Promise<void> {
      await pool.query('delete from oidc_models where grant_id = $1', [grant_id])
    }
  }
}
