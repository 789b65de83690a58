// Runs inside the sandbox: reads calls as JSON lines from standard input, runs action scripts, and answers on standard
// output. It knows no users and no tenants. It is not a security boundary: a script can read and change everything here.
// The flags and limits of the process and the egress broker outside confine a script.
'use strict'

const native = globalThis.Deno
const folder = process.argv[2]
const socket_path = process.argv[3]

const { openLines } = require('./lines.cjs')
const lines = openLines(native)
const context = require('./call-context.cjs').openCallContext()
const calls = require('./calls.cjs').openCalls({ send: lines.send, native, context })

const egress = require('./egress.cjs').routeSockets({ socket_path, currentCall: calls.currentId })
const dns = require('./dns.cjs').replaceDns({ send: lines.send, syntheticAddress: egress.syntheticAddress })
require('./script-console.cjs').captureConsole({ current: context.current, log: calls.log })
require('./web-streams.cjs').acceptWebStreams()
require('./uncaught-errors.cjs').handleUncaughtErrors({ calls, context, send: lines.send })

const bindModule = require('./call-binding.cjs').openCallBinding({ bind: calls.bind, carry: context.carry })
const { requireModule, findModule } = require('./modules.cjs').openModules({ folder, bindModule })
require('./script-globals.cjs').defineGlobals({
  requireModule,
  configuration: calls.configuration,
  auth0: () => context.current()?.auth0,
})

const compiler = require('./compile.cjs').openCompiler({ requireModule })
const post_login = require('./post-login.cjs').openPostLogin({
  compiler,
  currentCall: context.current,
  requireModule,
  log: calls.log,
})
const { openTriggerActions, trigger_scripts } = require('./trigger-actions.cjs')
const trigger_actions = openTriggerActions({ compiler, currentCall: context.current })
const compile = (hash, source, script, parameters) => {
  if (script === 'post_login') return post_login.compile(hash, source)
  if (trigger_scripts.has(script)) return trigger_actions.compile(hash, source)
  return compiler.compile(hash, source, script, parameters)
}
const { check, checkModule } = require('./check.cjs').openCheck({ compiler, findModule })

void lines.read({
  call: (message) => calls.start(message, { compile, check, checkModule }),
  abandon: (message) => calls.abandon(message.id),
  ping: (message) => lines.send({ t: 'pong', n: message.n }),
  egress: (message) => egress.deliverVerdict(message),
  names: (message) => dns.settle(message),
})
lines.send({ t: 'ready' })
