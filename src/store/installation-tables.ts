// Tables of the installation as a whole.

/** Migrations of the schema that have run. */
export type SchemaVersionsTable = {
  version: number
  name: string
  applied_at: number
}

/** Values of the installation as a whole, such as the check value of the sealing key. */
export type InstallationTable = {
  name: string
  value: string
}
