import type { Shapes } from './shape.ts'

/** The tables of the finish of a migration. */
export const finish_shapes: Pick<Shapes, 'finishes' | 'latecomers'> = {
  finishes: {
    tenant_id: 'text',
    connection_id: 'text',
    step: 'text',
    state: 'text',
    job_id: 'text',
    original: 'text?',
    accepted: 'text',
    facts: 'text',
    started_at: 'integer',
    step_started_at: 'integer',
    step_ended_at: 'integer?',
  },
  latecomers: {
    tenant_id: 'text',
    connection_id: 'text',
    record_id: 'text',
    last_through: 'text',
    attempts: 'integer',
    first_at: 'integer',
    last_at: 'integer',
  },
}
