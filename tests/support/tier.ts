// A test file that runs in the short tier on one database, or with few requests, runs in the long tier on another one, or with many:
// `tests/long/variants.test.ts` imports it with the variable set.

/** The variable that is set where a test file runs as its variant of the long tier. */
export const long_variant_variable = 'WHERRY_TEST_LONG_VARIANT'

/** Answers `short` in `npm test`, and `long` in `npm run test:long -- variants`. */
export const inTier = <T>(short: T, long: T): T => (process.env[long_variant_variable] === undefined ? short : long)
