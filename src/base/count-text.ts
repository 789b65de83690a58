/** A whole number with separators between the thousands, in English. */
export const countText = (count: number): string => count.toLocaleString('en-US')

/** A number of things in English: `1 user`, `1,204 users`. */
export const counted = (count: number, thing: string): string => `${countText(count)} ${thing}${count === 1 ? '' : 's'}`
