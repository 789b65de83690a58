/** 0 is false, 1 is true: one form for both engines. */
export type Flag = 0 | 1
