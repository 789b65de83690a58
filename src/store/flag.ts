/** A boolean column: 0 is false, 1 is true, on both engines. */
export type Flag = 0 | 1
