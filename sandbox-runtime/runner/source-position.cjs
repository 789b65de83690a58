// Where in the source of a script an error was thrown. V8 counts the lines of the program that `compile.cjs` makes of the source.
'use strict'

// The number of lines before a source: two of `new Function`, and the line break of `compile.cjs`.
const lines_before = 3

/** Line and column in the source of the script from which the error was thrown; undefined where its stack does not name them. */
function positionIn(script, error) {
  const found = new RegExp(`\\b${script}\\.js[^\\n:]*:(\\d+):(\\d+)`).exec(String(error?.stack))
  return found === null ? undefined : { line: Number(found[1]) - lines_before, column: Number(found[2]) }
}

/** A text in which the stack frames of a script have the lines of its source. */
function withSourceLines(script, text) {
  const frame = new RegExp(`^(\\s+at .*\\b${script}\\.js[^\\n:]*:)(\\d+)(?=:\\d+\\)?$)`, 'gm')
  return text.replace(frame, (_, start, line) => `${start}${Number(line) - lines_before}`)
}

module.exports = { positionIn, withSourceLines }
