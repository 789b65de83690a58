// Runs the pending calls: starts them, tracks the call that the running code belongs to, and answers each call once.
'use strict'

// Errors of these classes are mistakes in the script. Other errors may be the script's answer.
const mistakes = [TypeError, ReferenceError, RangeError, SyntaxError]

const { UnreadableSource } = require('./compile.cjs')
const { positionIn } = require('./source-position.cjs')
const { syntaxResult } = require('./syntax-errors.cjs')
const { cut, encodeValues, encodeError, isOutOfMemory } = require('./encode.cjs')

// Scripts whose function gets the context only where it has a parameter for it: Auth0's example of change_email has none.
const optional_context = ['change_email', 'change_username', 'change_phone_number']

const log_text_length = 8192
const log_lines_per_call = 100

/** Sends console lines with the call that they belong to: a limited number for a call, and for lines of no call in each 10 s. */
function openCallLog(send) {
  const lines_of_no_call = { logged: 0 }
  setInterval(() => (lines_of_no_call.logged = 0), 10_000)

  return function log(call, level, text) {
    const counter = call ?? lines_of_no_call
    counter.logged += 1
    if (counter.logged > log_lines_per_call + 1) return
    const is_last = counter.logged === log_lines_per_call + 1
    send({
      t: 'log',
      id: call?.id,
      level: is_last ? 'warn' : level,
      text: is_last
        ? `more than ${log_lines_per_call} lines: the rest of this call is not logged`
        : cut(text, log_text_length),
    })
  }
}

const positionText = ({ line, column }) => `line ${line}, column ${column}`

function describe(error) {
  const { name, message } = encodeError(error)
  return `${name}: ${message}`
}

function openCalls({ send, native, context }) {
  const open = new Map()
  const sources = new Map()
  let last_configuration = Object.freeze({})

  const currentId = () => context.current()?.id
  const configuration = () => context.current()?.configuration ?? last_configuration

  const log = openCallLog(send)

  function answer(call, message) {
    if (call.answered) {
      if (!call.abandoned) log(call, 'warn', 'the callback was called again; only the first answer counts')
      return
    }
    call.answered = true
    open.delete(call.id)
    send({ t: 'answer', id: call.id, ...message })
  }

  function answerError(call, error) {
    if (isOutOfMemory(error)) answer(call, { kind: 'out_of_memory' })
    else answer(call, { kind: 'failed', error: { ...encodeError(error), ...positionIn(call.script, error) } })
  }

  function answerSyntaxError(call, source, error) {
    syntaxResult(source, error).then(
      (result) => answer(call, result),
      (failure) => answerError(call, failure),
    )
  }

  function answerValues(call, values) {
    const onLost = (path, kind) => log(call, 'warn', `${path} is ${kind}, which JSON cannot hold: it is not stored`)
    answer(call, encodeValues(values, call.result_bytes, call.answered ? () => {} : onLost))
  }

  function start(message, scripts) {
    if (message.source !== undefined) sources.set(message.hash, message.source)
    const call = {
      id: message.id,
      script: message.script,
      configuration: Object.freeze({ ...message.configuration }),
      result_bytes: message.result_bytes,
      answered: false,
      abandoned: false,
      logged: 0,
    }
    last_configuration = call.configuration
    open.set(call.id, call)
    send({ t: 'started', id: call.id })
    context.run(call, () => run(call, message, scripts))
    send({ t: 'yielded', id: call.id })
  }

  function run(call, message, { compile, check, checkModule }) {
    const given = [...message.args]
    if (message.context !== undefined) given.push(message.context)
    const may_lack_context = message.context !== undefined && optional_context.includes(call.script)
    const source = sources.get(message.hash)
    if (message.check) {
      const parameters = given.length + 1
      const checked =
        message.script === 'action'
          ? checkModule(source, message.script, given[0])
          : check(source, message.script, { parameters, required: may_lack_context ? parameters - 1 : parameters })
      checked.then(
        (result) => answer(call, result),
        (error) => answerError(call, error),
      )
      return
    }
    let script
    try {
      script = compile(message.hash, source, message.script, given.length + 1)
    } catch (error) {
      if (isOutOfMemory(error)) return answerError(call, error)
      if (error instanceof UnreadableSource) return answerSyntaxError(call, source, error.cause)
      const message = `${error?.name ?? 'Error'}: ${error?.message ?? error}`
      return answer(call, { kind: 'no_function', message, ...positionIn(call.script, error) })
    }
    if (may_lack_context && script.length <= given.length) given.pop()
    const callback = (error, ...values) => {
      if (error) answerError(call, error)
      else answerValues(call, values)
    }
    try {
      const promise = script(...given, callback)
      if (typeof promise?.then !== 'function') return
      promise.then(
        (value) => {
          // A function without a callback parameter may answer with the value that it returns.
          if (value !== undefined && !call.answered && script.length <= given.length) answerValues(call, [value])
        },
        (error) => afterThrow(call, error),
      )
    } catch (error) {
      afterThrow(call, error)
    }
  }

  /** Answers the call with a thrown error. An error after the answer is only logged. */
  function afterThrow(call, error) {
    if (call.answered) return log(call, 'error', `thrown after the answer: ${describe(error)}`)
    const is_mistake = mistakes.some((kind) => error instanceof kind)
    const position = is_mistake ? positionIn(call.script, error) : undefined
    if (position !== undefined) log(call, 'error', `${describe(error)} (${positionText(position)})`)
    answerError(call, error ?? new Error('the script threw no value'))
  }

  /** Answers the call with an error that nothing caught. */
  function afterUncaught(call, error) {
    if (call.answered) return log(call, 'error', `uncaught: ${describe(error)}`)
    const position = positionIn(call.script, error)
    log(call, 'error', `uncaught: ${describe(error)}${position === undefined ? '' : ` (${positionText(position)})`}`)
    // A call that runs several scripts answers which one it was.
    if (call.fail) return call.fail(error)
    return answerError(call, error ?? new Error('the script threw no value'))
  }

  /**
   * Returns a function that runs `fn` in the call that is current now. An error that `fn` throws answers that call. It does not reach the
   * driver that calls the function, because other calls may share the driver's connection.
   */
  function bind(fn) {
    const call = context.current()
    if (call === undefined || typeof fn !== 'function') return fn
    return function (...args) {
      return context.run(call, () => {
        try {
          return fn.apply(this, args)
        } catch (error) {
          return afterUncaught(call, error)
        }
      })
    }
  }

  function abandon(id) {
    const call = open.get(id)
    if (!call) return
    open.delete(id)
    call.answered = true
    call.abandoned = true
  }

  /** Reports which call ends the process, before it exits. */
  function reportExit(cause) {
    send({ t: 'ending', id: currentId(), what: cause })
  }

  const exit = native.exit.bind(native)
  process.exit = process.reallyExit = (code) => {
    reportExit('process.exit')
    exit(Number(code ?? process.exitCode ?? 0) || 0)
  }
  process.abort = () => {
    reportExit('process.abort')
    exit(134)
  }

  return { start, abandon, currentId, configuration, log, bind, afterUncaught, describe }
}

module.exports = { openCalls }
