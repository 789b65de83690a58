// Each character that has a meaning in Lucene's syntax.
const special = /[+\-&|!(){}[\]^"~*?:\\/<>=]/g

/** What was typed as one term of a query in Lucene syntax: it is never a query itself. */
export const queryText = (text: string): string =>
  text.replaceAll(special, String.raw`\$&`).replaceAll(' ', String.raw`\ `)
