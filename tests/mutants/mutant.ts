/** A guard of the code, the edit that removes it, and the tests that must then fail. */
export type Mutant = {
  /** The name of the guard, as the titles of its tests have it: `[guard: name]`. */
  guard: string
  /** The case that the guard stands against, where it is one of `cases` in `cases.ts`. */
  case?: string
  /** The source file that holds the guard, from the root of the project. */
  file: string
  /** A text that occurs exactly once in the file. */
  find: string
  /** The text that takes its place: the same code without the guard. */
  replace: string
  /** The test files, from the root of the project. Their tests of this guard are run; each file must fail. */
  tests: readonly string[]
}
