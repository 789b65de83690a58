import type { Problem } from './problem.ts'

/** The problems of requests that finish a migration. */
export const finish_problems = {
  finish_in_progress: {
    status: 409,
    errorCode: 'finish_in_progress',
    message:
      'The migration of this connection is being finished: its scripts, configuration and mode cannot change. Roll the finish back first.',
  },
  finish_not_confirmed: {
    status: 400,
    errorCode: 'finish_not_confirmed',
    message: 'confirm must be the name of the connection.',
  },
  finish_step_order: {
    status: 409,
    errorCode: 'finish_step_order',
    message: 'The steps of a finish are no_op, watch, convert and disconnect, in this order.',
  },
  finish_step_running: { status: 409, errorCode: 'finish_step_running', message: 'A step of the finish is running.' },
  finish_numbers_exceeded: {
    status: 409,
    errorCode: 'finish_numbers_exceeded',
    message: 'The watch ended with higher numbers than were accepted: start it again.',
  },
  finish_disconnected: {
    status: 409,
    errorCode: 'finish_disconnected',
    message: 'What was kept of the legacy store is being wiped, or has been: there is no way back.',
  },
  no_finish: {
    status: 409,
    errorCode: 'no_finish',
    message: 'The migration of this connection is not being finished.',
  },
  not_a_latecomer: {
    status: 409,
    errorCode: 'not_a_latecomer',
    message: 'The record is not that of a person who has not moved.',
  },
} as const satisfies Record<string, Problem>
