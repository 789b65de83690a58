/** Why the record of a row of a directory cannot move as it is. */
export const directory_problems = [
  'missing_id',
  'invalid_id',
  'repeated_id',
  'invalid_address',
  'invalid_username',
  'missing_identifier',
  'other_provider',
] as const
/** Why the record of a row of a directory cannot move as it is. */
export type DirectoryProblem = (typeof directory_problems)[number]
