import { writeSync } from 'node:fs'
import { Socket } from 'node:net'

/** The output of a command could not be written, as on a full disk. */
export class OutputLost extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `The output was not written to its end: ${reason}. Free space or choose another place for it, and run the command again. What it has changed stays.`,
      { cause },
    )
    this.name = 'OutputLost'
  }
}

const descriptor = 1

/** The standard output of a command. */
export const standard_output = {
  /**
   * Prints a line of the output of a command, whole. A program that reads it and has ended is no error.
   *
   * @throws {OutputLost} where standard output is a file that cannot be written
   */
  printLine(text: string): void {
    // Of a terminal or a pipe. For a file, the stream of Node reports no error to the console, and takes a part of a text for the whole.
    if (process.stdout instanceof Socket) {
      console.log(text)
      return
    }
    try {
      for (let rest = Buffer.from(`${text}\n`); rest.length > 0;) {
        rest = rest.subarray(writeSync(descriptor, rest))
      }
    } catch (error) {
      throw new OutputLost(error)
    }
  },
}
