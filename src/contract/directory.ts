import { Type, type Static } from 'typebox'
import { DirectoryFormatOptions, directory_formats } from './directory-format.ts'
import { Choice, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** The counts of a load. */
export const DirectoryLoadCounts = Type.Object({
  rows: count('Rows that were read.'),
  missing_id: count('Rows without a legacy id.'),
  invalid_id: count('Rows whose legacy id is too long, or has white space or control characters.'),
  repeated_id: count('Rows whose legacy id another row has, too.'),
  invalid_address: count('Rows with a legacy id whose e-mail address is not one.'),
  invalid_username: count(
    'Rows with a legacy id whose username is too long, or has characters that are not displayed.',
  ),
  other_provider: count(
    'Rows of users who log in through another identity provider, and have no password in the legacy store.',
  ),
  missing_identifier: count(
    'Rows with a legacy id and without an identifier with which users of the connection log in.',
  ),
  disabled: count('Rows of users whom the legacy store would not let log in.'),
  with_hash: count('Rows with a password hash that an import can use.'),
  hash_forms: Type.Record(Type.String(), Type.Integer(), {
    description: 'Rows by the form of their password hash; `unreadable` where no form is recognised.',
  }),
  listed_before: count('Users whom the directory had before, without those who were gone.'),
  gone: count(
    'Users whom the directory had before and this load does not name. Until it is applied, as many users without a legacy id as the load has new ids do not count: these may be theirs.',
  ),
  added: count('Users whom the directory did not have before.'),
  changed: count('Users of whom this load says something else than the one before.'),
  returned: count('Users who were gone and whom this load names again.'),
})
export type DirectoryLoadCounts = Static<typeof DirectoryLoadCounts>

const Confirmed = { rows: count('`counts.rows` of the load'), gone: count('`counts.gone` of the load') }

/** A load of the directory. */
export const DirectoryLoad = Type.Object({
  load_id: Type.String(),
  job_id: Type.String({ description: 'The job that reads and applies it: `GET /api/v2/jobs/{id}`.' }),
  source: Choice(['file', 'list_users'], 'Where the rows come from'),
  format: Type.Optional(Choice(directory_formats, 'Format of the file')),
  state: Choice(
    ['reading', 'waiting_for_confirmation', 'applying', 'applied', 'failed', 'canceled'],
    'Until `applying` no record shows anything of the load. `failed`: nothing of it is applied, and `message` says why. `canceled`: nothing of it is applied',
  ),
  message: Type.Optional(Type.String({ description: 'Why it failed, or what its confirmation is about.' })),
  counts: DirectoryLoadCounts,
  confirmed: Type.Optional(Type.Object(Confirmed, { description: 'The numbers that were confirmed.' })),
  created_at: Timestamp('When the load began.'),
  applied_at: Type.Optional(Timestamp('When the load was wholly applied.')),
})
export type DirectoryLoad = Static<typeof DirectoryLoad>

const gone_limit_percent = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 100,
    description: 'How many percent of the users whom the directory had may be gone without a confirmation; default 5',
  }),
)

/** The form of a load from a file, without the file. */
export const DirectoryFields = Strict({
  format: Choice(directory_formats, 'Format of the file'),
  options: Type.Optional(DirectoryFormatOptions),
  gone_limit_percent,
})
export type DirectoryFields = Static<typeof DirectoryFields>

const DirectoryForm = Strict({
  file: Type.Unsafe<never>({ type: 'string', format: 'binary', description: 'The file, of at most 4 GiB.' }),
  ...DirectoryFields.properties,
})

/** Input for a load by the script `list_users`. */
export const DirectoryListing = Strict({ source: Choice(['list_users'], 'The script'), gone_limit_percent })

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const LoadParams = Strict({
  connection_id: Text(64, 'Id of the connection'),
  load_id: Text(64, 'Id of the load'),
})

/** Operations on the directory of a legacy store. */
export const directoryRoutes = {
  loadDirectory: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/directory',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Load the list of the users of the legacy store, from a file or by the script list_users',
    description:
      'The rows become migration records in the state `unseen`. A load replaces the one before: users whom it does not name are marked as gone, and the next load that names them takes the mark away. It is applied as a whole or not at all. An empty load, or one in which more than 5 % (`gone_limit_percent`) of the users would be gone, waits for a confirmation for 7 days. A connection has one load at a time. Password hashes are kept sealed for an import; no login uses one, and nothing shows one.',
    status: 202,
    params: ConnectionParams,
    form: DirectoryForm,
    body: DirectoryListing,
    response: DirectoryLoad,
  },
  listDirectoryLoads: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/directory',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'List the last 50 loads of the directory, the newest first',
    status: 200,
    params: ConnectionParams,
    response: Type.Object({ loads: Type.Array(DirectoryLoad) }),
  },
  getDirectoryLoad: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/directory/:load_id',
    scopes: ['read:migrations'],
    tag: 'migrations',
    summary: 'Get a load of the directory',
    status: 200,
    params: LoadParams,
    response: DirectoryLoad,
  },
  confirmDirectoryLoad: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/directory/:load_id/confirm',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Confirm a load that is empty, or in which many users would be gone',
    description: 'The numbers must be those of the load. A new job applies it.',
    status: 202,
    params: LoadParams,
    body: Strict(Confirmed),
    response: DirectoryLoad,
  },
  importTail: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/tail-import',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Import the users of the directory whose password hash can be used',
    description:
      'They log in with their old password, whose hash is replaced by our own then. Users are skipped, and counted, who are gone, disabled, refused or excluded by a decision, were deleted here, or have moved; one who moves meanwhile is no error. The job answers the counts, and `GET /api/v2/jobs/{id}/errors` the refused users. A file of an import, with second factors or metadata beyond a directory, goes to `POST /api/v2/jobs/users-imports`. A tenant has one tail import at a time: while its job has not ended, a further one is refused (409) with the id of the job.',
    status: 202,
    params: ConnectionParams,
    response: Type.Object({ job_id: Type.String() }),
  },
  cancelDirectoryLoad: {
    method: 'DELETE',
    url: '/api/v2/migrations/:connection_id/directory/:load_id',
    scopes: ['update:migrations'],
    tag: 'migrations',
    summary: 'Cancel a load that is not yet applied',
    status: 204,
    params: LoadParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
