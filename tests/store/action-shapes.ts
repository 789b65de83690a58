import type { Shapes } from './shape.ts'

const source = { code_sealed: 'text', dependencies: 'text', secrets: 'text', runtime: 'text' } as const

/** The tables of actions. */
export const action_shapes: Pick<Shapes, 'actions' | 'action_versions' | 'action_bindings'> = {
  actions: {
    tenant_id: 'text',
    action_id: 'text',
    name: 'text',
    trigger_id: 'text',
    trigger_version: 'text',
    ...source,
    deployed_version_id: 'text?',
    is_changed: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  },
  action_versions: {
    tenant_id: 'text',
    action_id: 'text',
    version_number: 'integer',
    version_id: 'text',
    ...source,
    created_at: 'integer',
  },
  action_bindings: {
    tenant_id: 'text',
    binding_id: 'text',
    trigger_id: 'text',
    action_id: 'text',
    display_name: 'text',
    sort_order: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  },
}
