/** The process log: structured, one line per message, never with secrets. */
export type ProcessLog = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
