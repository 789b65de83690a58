import type { Shapes } from './shape.ts'

/** The tables of decisions on migration records and of rehearsals. */
export const decision_shapes: Pick<Shapes, 'record_decisions' | 'reserved_identifiers' | 'rehearsals'> = {
  record_decisions: {
    tenant_id: 'text',
    connection_id: 'text',
    record_id: 'text',
    decision_id: 'text',
    kind: 'text',
    detail: 'text',
    alias_of: 'text?',
    decided_by: 'text',
    decided_at: 'integer',
  },
  reserved_identifiers: {
    tenant_id: 'text',
    connection_id: 'text',
    identifier: 'text',
    record_id: 'text',
  },
  rehearsals: {
    tenant_id: 'text',
    connection_id: 'text',
    rehearsal_id: 'text',
    job_id: 'text',
    options: 'text',
    counts: 'text',
    created_at: 'integer',
    started_at: 'integer?',
    finished_at: 'integer?',
  },
}
