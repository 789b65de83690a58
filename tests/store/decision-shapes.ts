import type { Shapes } from './shape.ts'

/** The tables of decisions on migration records. */
export const decision_shapes: Pick<Shapes, 'record_decisions' | 'reserved_identifiers'> = {
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
}
