/**
 * Node's HTTP. Not imported: an import reads every export, and one of them loads Node's WebSocket client and `fetch`, which
 * take 60 ms of a start and several megabytes.
 */
export const nodeHttp = process.getBuiltinModule('node:http')
