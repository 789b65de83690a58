import { invalidBody } from '../../contract/refusal.ts'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../contract/directory-format.ts'
import type { DirectoryEntry, DirectoryReader } from './directory-entry.ts'
import { readAuth0 } from './formats/auth0.ts'
import { readCognito } from './formats/cognito.ts'
import { checkColumns } from './formats/columns.ts'
import { readCsv } from './formats/csv.ts'
import { decodeText, decoderOf } from './formats/decode-text.ts'
import { readFirebase } from './formats/firebase.ts'
import { readKeycloak } from './formats/keycloak.ts'
import { readLdif } from './formats/ldif.ts'
import { readNdjson } from './formats/ndjson.ts'
import { readOkta } from './formats/okta.ts'
import { readSupabase } from './formats/supabase.ts'
import { readWordpress } from './formats/wordpress.ts'

type TextReader = (texts: AsyncIterable<string>, options: DirectoryFormatOptions) => AsyncIterable<DirectoryEntry>
type Option = keyof DirectoryFormatOptions

/** The reader of each format, and the options that it takes beside `charset`. A new format is a file and a line here. */
const readers: Record<DirectoryFormat, { read: TextReader; options: readonly Option[] }> = {
  csv: { read: readCsv, options: ['delimiter', 'columns', 'salted_hash'] },
  ndjson: { read: readNdjson, options: ['columns', 'salted_hash'] },
  ldif: { read: readLdif, options: ['columns'] },
  auth0: { read: readAuth0, options: ['delimiter', 'auth0'] },
  firebase: { read: readFirebase, options: ['firebase'] },
  cognito: { read: readCognito, options: ['delimiter'] },
  okta: { read: readOkta, options: ['delimiter'] },
  keycloak: { read: readKeycloak, options: [] },
  supabase: { read: readSupabase, options: ['delimiter'] },
  wordpress: { read: readWordpress, options: ['delimiter'] },
}

/**
 * Checks how a file is to be read, before it is uploaded.
 *
 * @throws {Refusal} `invalid_body` for an unknown character encoding, and for an option that the format does not take
 */
export function checkFormatOptions(format: DirectoryFormat, options: DirectoryFormatOptions): void {
  const other = Object.keys(options).find(
    (name) => name !== 'charset' && !readers[format].options.includes(name as Option),
  )
  if (other !== undefined) throw invalidBody(`the format ${format} does not take ${other}`, `options.${other}`)
  if (options.charset !== undefined) decoderOf(options.charset)
  checkColumns(format, options)
}

/** The readers of the files of legacy directories, by format. */
export const directoryFormats = Object.fromEntries(
  Object.entries(readers).map(([format, { read }]): [string, DirectoryReader] => [
    format,
    (input, options) => read(decodeText(input, options.charset), options),
  ]),
) as Record<DirectoryFormat, DirectoryReader>
