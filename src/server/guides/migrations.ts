import { as_json, of_tenant, type CommandGuides, type GuideOption } from './guide.ts'

const one_connection = { value: 'N', required: true, meaning: 'name of the connection' } as const satisfies GuideOption
const confirmation = {
  value: 'N',
  required: true,
  meaning: 'the name of the connection again, as a confirmation',
} as const satisfies GuideOption
const shown = { json: as_json, tenant: of_tenant } as const

/** The guides of the commands for migrations. */
export const migration_guides: CommandGuides = {
  'finish preflight': {
    summary: 'Counts what would break if the migration of a connection were finished now.',
    options: { connection: one_connection, ...shown },
    example: 'finish preflight --connection shop',
  },
  'finish status': {
    summary:
      'Shows how far the migration of a connection is finished, what the next step does, and what a rollback would lose.',
    options: { connection: one_connection, ...shown },
    example: 'finish status --connection shop',
  },
  'finish start': {
    summary: 'Starts a step of the finish: no_op, watch, convert and disconnect, in this order.',
    options: {
      connection: one_connection,
      step: { value: 'S', required: true, meaning: 'no_op, watch, convert or disconnect' },
      confirm: confirmation,
      duration: { value: 'S', meaning: 'of watch: how long it lasts, in seconds; default: a week' },
      ...shown,
    },
    notes:
      'A job of the server does the step: finish status shows its end. From no_op on, the scripts, the configuration and the mode of the\nconnection change by the finish only. disconnect cannot be undone.',
    example: 'finish start --connection shop --step no_op --confirm shop',
  },
  'finish rollback': {
    summary: 'Rolls the finish back: the scripts and import mode are as before. Not possible after disconnect.',
    options: { connection: one_connection, confirm: confirmation, ...shown },
    example: 'finish rollback --connection shop --confirm shop',
  },
}
