/** What stops each payload: in the default mode, hardened, and in the namespaces alone while Deno permits everything. */

/** What stops a payload. */
export const stops = {
  permissions: "Deno's permissions",
  'no such file':
    'There is no such file: Deno answers so for each that it does not permit, and the namespaces have none',
  'no such process': 'There is no such process in its namespace',
  'read-only files': 'The file system, or the folder of the socket, cannot be written',
  'egress broker': 'The egress broker refuses a connection that the options of its connection do not allow',
  'no network': 'The network of its namespace has no route',
  'memory limit': 'The process may not use more memory, and ends or gets an error',
  'not available': 'The runtime does not have it, or it is switched off',
  'nothing gained': 'It ends without an error, and without anything that it should not have',
  'stays inside': 'It works, within its own namespaces',
  'not stopped': 'It works: nothing secret may be in such a folder',
} as const
export type Stop = keyof typeof stops

/** By payload: default mode, hardened mode, namespaces alone. */
export const expected_stops: Record<string, readonly [Stop, Stop, Stop]> = {
  'read a file': ['no such file', 'no such file', 'no such file'],
  'read a file with node:fs': ['no such file', 'no such file', 'no such file'],
  'read a file by a path trick': ['no such file', 'no such file', 'no such file'],
  'read a file by URL': ['not available', 'not available', 'no such file'],
  'open a file as a blob': ['no such file', 'no such file', 'no such file'],
  'list a folder': ['no such file', 'no such file', 'stays inside'],
  'read its own environment': ['no such file', 'no such file', 'no such file'],
  'read its parent’s environment': ['no such file', 'no such file', 'no such file'],
  'read its parent’s memory map': ['no such file', 'no such file', 'no such file'],
  'load an .env file': ['permissions', 'permissions', 'no such file'],
  'require a file of the server': ['no such file', 'no such file', 'no such file'],
  'write a file': ['permissions', 'permissions', 'read-only files'],
  'write a file beside its socket': ['permissions', 'permissions', 'read-only files'],
  'remove its socket': ['read-only files', 'read-only files', 'read-only files'],
  'replace its socket by a folder': ['read-only files', 'read-only files', 'read-only files'],
  'make a symbolic link': ['permissions', 'permissions', 'read-only files'],
  'make a temporary file': ['permissions', 'permissions', 'read-only files'],
  'start a program': ['permissions', 'permissions', 'no such file'],
  'start a program with node': ['permissions', 'permissions', 'no such file'],
  'start a shell': ['permissions', 'permissions', 'no such file'],
  fork: ['nothing gained', 'nothing gained', 'read-only files'],
  'bind to native code': ['nothing gained', 'nothing gained', 'stays inside'],
  'start a program through a built-in': ['permissions', 'permissions', 'no such file'],
  'load a native library': ['permissions', 'permissions', 'stays inside'],
  'load a native module': ['permissions', 'permissions', 'not available'],
  'request more permissions': ['nothing gained', 'nothing gained', 'stays inside'],
  'see the environment': ['nothing gained', 'nothing gained', 'stays inside'],
  'connect to loopback': ['permissions', 'permissions', 'no network'],
  'connect to loopback with node:net': ['egress broker', 'egress broker', 'no network'],
  'connect with a look-up of its own': ['egress broker', 'egress broker', 'no network'],
  'fetch loopback': ['egress broker', 'egress broker', 'no network'],
  'fetch by the name localhost': ['egress broker', 'egress broker', 'no network'],
  'open a web socket': ['egress broker', 'egress broker', 'no network'],
  'connect over TLS': ['permissions', 'permissions', 'no network'],
  'connect over HTTP/2': ['egress broker', 'egress broker', 'no network'],
  'use QUIC': ['not available', 'not available', 'not available'],
  'connect to another unix socket': ['no such file', 'no such file', 'no such file'],
  'connect to another unix socket with node:net': ['no such file', 'no such file', 'no such file'],
  'send a datagram': ['permissions', 'permissions', 'stays inside'],
  'listen on a port': ['permissions', 'permissions', 'stays inside'],
  'listen with node:http': ['permissions', 'permissions', 'stays inside'],
  'resolve a name': ['permissions', 'no such file', 'no such file'],
  'look a name up': ['nothing gained', 'nothing gained', 'no network'],
  'open a database file': ['no such file', 'no such file', 'read-only files'],
  'attach a database file': ['no such file', 'no such file', 'read-only files'],
  'write a database file by vacuum': ['no such file', 'no such file', 'read-only files'],
  'keep data on disk': ['read-only files', 'read-only files', 'read-only files'],
  'keep a cache on disk': ['read-only files', 'read-only files', 'read-only files'],
  'open a key-value store on disk': ['not available', 'not available', 'not available'],
  'open an inspector': ['permissions', 'permissions', 'stays inside'],
  'write a heap snapshot': ['permissions', 'permissions', 'read-only files'],
  'write a report': ['nothing gained', 'nothing gained', 'stays inside'],
  'import from the network': ['permissions', 'permissions', 'not available'],
  'import an npm package': ['not available', 'not available', 'not available'],
  'import a jsr package': ['permissions', 'permissions', 'not available'],
  'import a data URL that reads files': ['no such file', 'no such file', 'no such file'],
  'import a file of the server': ['no such file', 'no such file', 'no such file'],
  'import a file of the server through a data URL': ['no such file', 'no such file', 'no such file'],
  'import a file of the server through a blob': ['no such file', 'no such file', 'no such file'],
  'import a file of the server in a worker': ['memory limit', 'memory limit', 'memory limit'],
  'read files in a worker': ['memory limit', 'memory limit', 'memory limit'],
  'read files in a thread': ['memory limit', 'memory limit', 'memory limit'],
  'signal the server': ['permissions', 'permissions', 'no such process'],
  'start the server’s inspector': ['permissions', 'permissions', 'no such process'],
  'signal with Deno': ['permissions', 'permissions', 'no such process'],
  'use debug hooks of the server': ['permissions', 'permissions', 'no such process'],
  'see the machine’s network interfaces': ['permissions', 'permissions', 'stays inside'],
  'change its user': ['permissions', 'permissions', 'stays inside'],
  'change folder': ['no such file', 'no such file', 'no such file'],
  'resolve a path outside its files': ['no such file', 'no such file', 'no such file'],
  'require a script in another node_modules folder': ['not stopped', 'no such file', 'no such file'],
  'connect to loopback by a decimal number': ['permissions', 'permissions', 'no network'],
  'connect to loopback by a mapped IPv6 address': ['permissions', 'permissions', 'no network'],
}

/**
 * What stopped an attempt, from its answer: `GOT` a value, `ERR` an error, or nothing. Undefined: nothing did, or it is not known.
 *
 * @param failed_connections those of the egress broker; undefined where there is none
 */
export function stopOf(answer: string, failed_connections: number | undefined): Stop | undefined {
  if (answer.startsWith('GOT ')) return undefined
  if (answer === '' || answer === 'out_of_memory') return 'memory limit'
  if (failed_connections !== undefined && failed_connections > 0) return 'egress broker'
  if (failed_connections === 0 && answer.includes('fetch failed')) return 'not available'
  const found = signs.find(([sign]) => sign.test(answer))
  return found?.[1]
}

const signs: readonly (readonly [RegExp, Stop])[] = [
  [/NotCapable|Requires (?:\w+ )?access|Command failed/, 'permissions'],
  [/ESRCH/, 'no such process'],
  [/EROFS|read-only|ERR_SQLITE_ERROR unable|ENOTDIR|EACCES|cache storage/i, 'read-only files'],
  [/not a function|npm specifier|JSR|no-remote|too many attached|register Node-API/, 'not available'],
  [/ENOENT|MODULE_NOT_FOUND|NotFound|No such file/, 'no such file'],
  [/ECONNREFUSED|NetworkError|fetch failed|EAI_AGAIN/, 'no network'],
]
