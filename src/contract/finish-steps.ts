/** The steps of a finish, in their order. */
export const finishSteps = ['no_op', 'watch', 'convert', 'disconnect'] as const
/** A step of a finish. */
export type FinishStep = (typeof finishSteps)[number]
