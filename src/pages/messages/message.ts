/** One text of a page in one language: plain, or by plural category (Unicode CLDR) of its `count`. `{name}` is a placeholder. */
export type Message = string | { one: string; other: string }
